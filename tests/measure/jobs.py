"""Two processes against one, and threads of the matrix library, on a machine that does nothing else.

    python tests/measure/jobs.py --lines 16

The list has so many lines of a minute, each with its own sound; what is measured is the whole command. Ends
with 1 where the machine was busy, since the figures mean nothing then.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from bilabial.threads import THREADS

DEMO = Path(__file__).parents[2] / "docs/demo/line.flac"
_BUSY = 0.15  # share of the cores that others had, above which nothing is to be believed
RUNS: tuple[tuple[str, int, int | None], ...] = (
    # name, processes, threads of the matrix library (None: as the program chooses)
    ("one process", 1, None),
    ("two processes", 2, None),
    ("one process, two threads", 1, 2),
    ("two processes, two threads each", 2, 2),
)


def prepare(folder: Path, lines: int, seconds: float) -> Path:
    """A list whose sounds say the demo line again and again, each in a loudness of its own."""
    samples, rate = soundfile.read(DEMO, dtype="float32")
    spoken = np.tile(samples, int(seconds * rate / len(samples)) + 1)[: int(seconds * rate)]
    rows = ["sound"]
    for number in range(lines):
        soundfile.write(folder / f"{number}.flac", spoken * (1.0 - 0.02 * number), rate)
        rows.append(f"{number}.flac")
    path = folder / "list.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def measured(path: Path, jobs: int, threads: int | None) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of processor, and the share of the cores that others had."""
    for left in (*path.parent.glob("*.json"), *path.parent.glob("*.jsonl")):
        left.unlink()
    environment = {name: value for name, value in os.environ.items() if name not in THREADS}
    environment |= {} if threads is None else dict.fromkeys(THREADS, str(threads))
    command = [sys.executable, "-m", "bilabial", "batch", str(path), "--words", "none", "--jobs", str(jobs)]
    others, before, started = _all_work(), os.times(), time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - started, os.times()
    if done.returncode:
        raise SystemExit(done.stderr)
    ours = after.children_user + after.children_system - before.children_user - before.children_system
    busy = (_all_work() - others - ours) / (wall * (os.cpu_count() or 1))
    return wall, ours, busy


def _all_work() -> float:
    """Seconds that all cores have worked since the machine started."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    worked = [int(word) for index, word in enumerate(words[:8]) if index not in (3, 4)]  # idle, waiting
    return sum(worked) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each line")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jobs-"))
    try:
        path = prepare(folder, args.lines, args.seconds)
        measured(path, 2, None)  # files and libraries come into memory
        found = {name: measured(path, jobs, threads) for name, jobs, threads in RUNS}
    finally:
        shutil.rmtree(folder)
    single = found["one process"][0]
    sys.stdout.write("| | seconds | of processor | times as fast |\n|---|---|---|---|\n")
    for name, (wall, ours, _) in found.items():
        sys.stdout.write(f"| {name} | {wall:.1f} | {ours:.1f} | {single / wall:.2f} |\n")
    busiest = max(busy for _, _, busy in found.values())
    sys.stdout.write(f"Others had {100 * busiest:.0f} % of the {os.cpu_count()} cores at the most.\n")
    return 1 if busiest > _BUSY else 0


if __name__ == "__main__":
    sys.exit(main())
