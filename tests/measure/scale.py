"""Ten thousand short lines in ten parts, as ten machines would take them, with workers and a machine killed.

    python tests/measure/scale.py --lines 10000

Sounds are noise of 2 to 6 s, phones are given, and what a sound's line gives is made once and handed out
from then on: what is measured is the batch, not the mouth. One worker of every machine is killed at work,
and of the second machine everything, half-way. Then the run that joins goes over the list. Told are the
processor's time, the largest memory of a process, and what became of every line: its take must stand,
whole, and be byte for byte what the line gives when it is made alone.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bilabial.batch import line as batch_line
from bilabial.batch import make
from bilabial.batch.run import Finished, Task
from bilabial.cli import main as bilabial
from bilabial.curves.format import load, save
from bilabial.curves.take import Take
from bilabial.timing import SAMPLE_RATE

SOUNDS = 100  # different ones; each stands in many lines
PARTS = 10
CHECKED = 30  # takes that are made again by themselves
LOOK_S = 2.0  # between two looks at a machine


def prepare(home: Path, count: int) -> Path:
    rng = np.random.default_rng(1)
    for number in range(SOUNDS):
        seconds = rng.uniform(2.0, 6.0)
        samples = rng.normal(0, 0.05, round(seconds * SAMPLE_RATE))
        sound = home / f"{number}.wav"
        soundfile.write(sound, samples, SAMPLE_RATE)
        ends = [round(at * 1e7) for at in np.arange(0.4, seconds - 0.3, 0.3)]
        rows = [f"{a} {b} {'maps'[n % 4]}" for n, (a, b) in enumerate(pairwise(ends))]
        sound.with_suffix(".lab").write_text("\n".join(rows) + "\n")
        options = make.options_of(make.Request(sound, home, phones=sound.with_suffix(".lab"), face="none"))[0]
        save(make.generate(sound, options), home / f"{number}.made.json")
    path, size = home / "list.csv", count // PARTS
    rows = [f"{n % SOUNDS}.wav,out/{n // size}/{n}.take.json,{n % SOUNDS}.lab" for n in range(count)]
    path.write_text("\n".join(["sound,take,phones", *rows]) + "\n")
    return path


@lru_cache(maxsize=SOUNDS)
def _made(sound: Path) -> Take:
    return load(sound.with_suffix(".made.json"))


def handed_out(task: Task) -> Finished:
    """A line whose mouth is there already: everything else is done as ever."""
    make.generate = lambda sound, *more: _made(Path(sound))  # type: ignore[assignment]
    return _line(task)


_line = batch_line.make_line


def machine(words: list[str]) -> int:
    batch_line.make_line = handed_out
    return bilabial(words)


def run_part(path: Path, part: int, size: int, jobs: int) -> int:
    """One machine, of whose workers one is killed; the second one dies as a whole, half-way."""
    rows = f"--rows={2 + part * size}-{1 + (part + 1) * size}"
    words = ["batch", str(path), rows, "--exit-zero", "--jobs", str(jobs), "--face", "none"]
    command = [sys.executable, __file__, "--machine", *words]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    out, kills = path.parent / "out" / str(part), 0
    while running.poll() is None:
        time.sleep(LOOK_S / 10 if size < 1000 else LOOK_S)
        done = len(list(out.glob("*.take.json"))) if out.is_dir() else 0
        if not kills and done >= size // 2:
            kills = 1
            if part == 1:
                os.killpg(running.pid, signal.SIGKILL)
            elif workers := workers_of(running.pid):
                os.kill(random.Random(part).choice(workers), signal.SIGKILL)
    return kills


def workers_of(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    every = [int(word) for word in found.stdout.split()]
    return [one for one in every if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


def main() -> int:
    if sys.argv[1:2] == ["--machine"]:
        return machine(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as place:
        return measure(Path(place), args.lines, args.jobs)


def measure(home: Path, count: int, jobs: int) -> int:
    path, size, begun = prepare(home, count), count // PARTS, time.monotonic()
    bilabial(["farm", "commands", str(path), "-o", str(home / "commands.txt")])
    kills = sum(run_part(path, part, size, jobs) for part in range(PARTS))
    made = sum(stands(home, n, size) for n in range(count))
    spent, memory = usage()
    tell(f"{made} of {count} takes after {kills} kills, {time.monotonic() - begun:.0f} s by the clock")
    tell(f"{1e3 * spent / made:.1f} ms of processor a line, {memory / 1024:.0f} MB the largest process")
    words = ["batch", str(path), "--jobs", str(jobs), "--face", "none"]
    command = [sys.executable, __file__, "--machine", *words]
    code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
    joined, memory = usage()
    tell(f"joining: {joined - spent:.0f} s of processor, {memory / 1024:.0f} MB the largest process")
    with path.with_suffix(".report.csv").open(newline="") as table:
        states = [row["status"] for row in csv.DictReader(table)]
    good = sum(state in ("done", "unchanged") for state in states)
    lost = count - sum(stands(home, n, size) for n in range(count))
    again = random.Random(1).sample(range(count), min(CHECKED, count))
    other = sum(not is_same(home, n, size) for n in again)
    tell(f"{good} of {count} lines are well, {lost} takes lost, {other} of {len(again)} differ")
    return 0 if code == 0 and good == count and not lost and not other else 1


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def take_of(home: Path, number: int, size: int) -> Path:
    return home / "out" / str(number // size) / f"{number}.take.json"


def stands(home: Path, number: int, size: int) -> bool:
    path = take_of(home, number, size)
    return path.is_file() and path.stat().st_size > 1000


def is_same(home: Path, number: int, size: int) -> bool:
    """Whether the take can be read and is what its line gives when it is made alone."""
    path = take_of(home, number, size)
    load(path)
    there, alone = path.read_bytes(), path.with_name("alone.json")
    sound = home / f"{number % SOUNDS}.wav"
    make.make_alone(make.Request(sound, alone, phones=sound.with_suffix(".lab"), face="none"))
    return alone.read_bytes() == there


def usage() -> tuple[float, int]:
    """Seconds of processor and kB of the largest, of all processes that have ended."""
    told: Any = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime, told.ru_maxrss


if __name__ == "__main__":
    sys.exit(main())
