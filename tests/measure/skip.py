"""How long a batch takes that has nothing to do, by the number of its lines.

    python tests/measure/skip.py --lines 10000

Every take is a file of its own, of a line of four seconds; the sounds have names of their own. The journal is
as a finished run leaves it. What is measured is the whole command, from its start to its end.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from bilabial.batch.journal import Entry, Journal
from bilabial.batch.line import key_of
from bilabial.batch.make import Request, make
from bilabial.batch.seen import Seen
from bilabial.curves.take import SPEECH


def prepare(folder: Path, count: int) -> Path:
    """A list of so many lines, all of them done."""
    phones, first = folder / "line.lab", folder / "0.wav"
    noise = np.random.default_rng(1).normal(0, 0.1, 64_000).astype(np.float32)
    soundfile.write(first, noise, 16_000)
    labels = ["sil", *("m aa b iy p uw s ah t eh l ow" + " n ih").split()] * 2
    step = 40_000_000 // len(labels)
    phones.write_text("".join(f"{i * step} {(i + 1) * step} {label}\n" for i, label in enumerate(labels)))
    made = make(Request(first, folder / "0.json", phones=phones)).take
    text = (folder / "0.json").read_bytes()
    written = hashlib.sha256(text).hexdigest()
    rows = ["sound,take,phones"]
    for number in range(count):
        if number:
            os.link(first, folder / f"{number}.wav")
            (folder / f"{number}.json").write_bytes(text)
        rows.append(f"{number}.wav,{number}.json,line.lab")
    time.sleep(4)  # older than the disk's clock can be mistaken about
    seen = (Seen.now("sound", first), Seen.now("phones", phones))
    key = key_of(Request(first, first, phones=phones), {file.role: file.sha256 for file in seen})
    with Journal(folder / "list.journal.jsonl") as journal:
        for number in range(count):
            keys = made.track(SPEECH).key_count
            journal.add(Entry(f"{number}.json", key, written, "", made.sound.duration, keys, seen))
    path = folder / "list.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="skip-"))
    try:
        path = prepare(folder, args.lines)
        for _ in range(3):
            before, started = os.times(), time.monotonic()
            command = [sys.executable, "-m", "bilabial", "batch", str(path), "--jobs", "1"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            after = os.times()
            wall = time.monotonic() - started
            used = after.children_user + after.children_system - before.children_user - before.children_system
            head = (done.stdout or done.stderr).splitlines()[0]
            sys.stdout.write(f"{head} {wall:.2f} s, {used:.2f} s of processor\n")
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
