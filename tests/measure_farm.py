"""What a part of a list costs before its first line, and what a line costs at the head of Dask.

    python tests/measure_farm.py --lines 50000

The list, and the journals of its parts, are made up; no sound is read. Times are the processor's.
"""

from __future__ import annotations

import argparse
import operator
import resource
import sys
import tempfile
import time
from pathlib import Path

from bilabial.batch.dask_workers import results
from bilabial.batch.journal import Entry, Journal
from bilabial.batch.lines import read_lines
from bilabial.batch.run import BatchFiles, refuse_harm
from bilabial.batch.seen import Seen

PART = 1000  # lines
ITEMS, WARM = 1500, 100  # for Dask, and how many of them come before the clock starts


def prepare(home: Path, count: int) -> Path:
    path = home / "list.csv"
    rows = (f"s/{n // PART}/{n}.wav,out/{n // PART}/{n}.json,line.lab" for n in range(count))
    path.write_text("\n".join(["sound,take,phones", *rows]) + "\n")
    seen = (Seen("sound", "a" * 64, 1, 2, 3, 4), Seen("phones", "a" * 64, 1, 2, 3, 4))
    for start in range(0, count, PART):
        with Journal(BatchFiles.beside(path, (start + 2, start + PART + 1)).journal) as journal:
            for n in range(start, min(start + PART, count)):
                journal.add(Entry(f"out/{n // PART}/{n}.json", "k" * 64, "w" * 64, "", 4.0, 90, seen))
    return path


def measure_start(path: Path, count: int) -> None:
    memory, begun = _memory(), time.process_time()
    lines = read_lines(path)
    files = BatchFiles.beside(path, (2, 101))
    refuse_harm(lines, files)
    kept = Journal(files.journal, files.others)
    spent = 1e6 * (time.process_time() - begun) / count
    kilobytes = (_memory() - memory) / count
    sys.stdout.write(f"start: {spent:.0f} us and {kilobytes:.1f} kB a line, {len(kept.past)} in journals\n")


def measure_dask() -> None:
    begun = 0.0
    for number, _ in enumerate(results(range(ITEMS), operator.neg, 1)):
        if number == WARM:
            begun = time.process_time()
    spent = 1e3 * (time.process_time() - begun) / (ITEMS - WARM)
    sys.stdout.write(f"Dask: {spent:.1f} ms a line at its head\n")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=50_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="farm-") as home:
        measure_start(prepare(Path(home), args.lines), args.lines)
    measure_dask()
    return 0


if __name__ == "__main__":
    sys.exit(main())
