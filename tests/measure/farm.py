"""The constants of a farm: a part before its first line, a line, a line at the head of Dask.

    python tests/measure/farm.py --lines 50000

The list, and the journals of its parts, are made up. Times are the processor's.
"""

from __future__ import annotations

import argparse
import multiprocessing
import operator
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from bilabial.batch.dask_workers import results
from bilabial.batch.journal import Entry, Journal
from bilabial.batch.line import make_line
from bilabial.batch.lines import Line, read_lines
from bilabial.batch.make import Request, make_alone
from bilabial.batch.run import BatchFiles, Task, refuse_harm
from bilabial.batch.seal import is_sealed, seal
from bilabial.batch.seen import Seen
from bilabial.timing import SAMPLE_RATE

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
    """A part of a hundred lines: of a list that was looked over, of one that was not, and the whole list."""
    part = (count // 2, count // 2 + 99)
    seal(path, None)
    for title, rows, of_all in (
        ("a part of a sealed list", part, False), ("a part of any other list", part, True),
        ("the run that joins", None, True),
    ):  # fmt: skip
        spent, kilobytes = _alone(_start, path, rows, of_all)
        told = f"{1e6 * spent / count:.1f} us and {kilobytes / count:.2f} kB a line of the list"
        sys.stdout.write(f"{title}: {told}\n")


def _start(path: Path, rows: tuple[int, int] | None, of_all: bool) -> None:
    files = BatchFiles.beside(path, rows)
    if of_all:
        lines = read_lines(path)
        refuse_harm(lines, files)
    elif is_sealed(path, None):
        lines = read_lines(path, None, rows)
        refuse_harm(lines, files)
    only = None if rows is None else [f"out/{line.take.parent.name}/{line.take.name}" for line in lines]
    Journal(files.journal, files.others, only)


def _alone(work: Callable[..., None], *given: object) -> tuple[float, int]:
    """Seconds of processor and kB of memory that something takes, in a process of its own."""
    ends = multiprocessing.get_context("fork").Pipe(duplex=False)

    def run() -> None:
        memory, begun = _memory(), time.process_time()
        work(*given)
        ends[1].send((time.process_time() - begun, _memory() - memory))

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    found: tuple[float, int] = ends[0].recv()
    process.join()
    return found


def measure_line(home: Path) -> None:
    """Four seconds of noise, phones given and by the network; without the batch, and in it."""
    rng = np.random.default_rng(1)
    sound, phones = home / "noise.wav", home / "noise.lab"
    soundfile.write(sound, rng.normal(0, 0.05, 4 * SAMPLE_RATE), SAMPLE_RATE)
    phones.write_text("".join(f"{n}000000 {n + 1}000000 {'maps'[n % 4]}\n" for n in range(1, 38)))
    for title, given in (("phones given", phones), ("the network", None)):
        request = Request(sound, home / "take.json", phones=given, words="none", face="none")
        task = Task(Line(2, sound, request.take, phones=given), None, words="none", face="none")
        make_alone(request)  # the model is read, and what is cached is cached
        alone = _least(lambda request=request: make_alone(request))
        whole = _least(lambda task=task: make_line(task))
        sys.stdout.write(f"a line, {title}: {alone:.0f} ms, and {whole - alone:.1f} ms in a batch\n")


def _least(work: Callable[[], object], times: int = 8) -> float:
    """ms of processor, of the best of some."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(1e3 * (time.process_time() - begun))
    return min(spent)


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
        measure_line(Path(home))
    measure_dask()
    return 0


if __name__ == "__main__":
    sys.exit(main())
