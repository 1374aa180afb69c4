"""Fuzz the readers: damaged files until the time is up; what breaks a reader is kept for the tests.

    python tests/fuzz/run.py --minutes 60 --counts counts.json
    python tests/fuzz/run.py --cases 100000 --target take

A reader may refuse a file with a BilabialError. Anything else, a case of more than ten seconds or of more
than four gigabytes is a finding: its file goes to tests/fuzz/found, where the suite reads it again for ever.

The cases run in a process of their own, so that a decoder that dies or never comes back is a finding with a
file as well, and not the end of the count. Every reader gets the same time, so cheap ones see more cases.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import mmap
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bilabial.errors import BilabialError
from fuzz.mutate import mutated
from fuzz.targets import TARGETS, seeds

FOUND = Path(__file__).parent / "found"
SLOW = 10.0  # seconds of processor for one case
_NEVER = 3 * SLOW  # after so many a process that hears no signal is killed
_MEMORY = 4 << 30  # bytes of address space beyond what the program itself takes
_GENERATION = 20_000  # cases of one process: what a library leaks shall not end the count
_AGAIN = 3  # exit code of a process that made way for the next one
_CHECKPOINT = 15.0  # seconds between two writings of the counts


class Finding(Exception):  # noqa: N818 - what a case shows
    """A reader that did something else than read or refuse."""


def case(name: str, seed: int, home: Path) -> tuple[str, bytes]:
    """The damaged file of one case: its name and content. The same seed always gives the same one."""
    chance = random.Random(f"{name} {seed}")
    file, content = chance.choice(seeds(name, home))
    return file, mutated(content, chance)


def attempt(name: str, file: str, content: bytes, home: Path) -> bool:
    """Whether the reader took the file. Raises Finding."""
    place = home / f"case-{name}"
    place.mkdir(exist_ok=True)
    path = place / file
    path.write_bytes(content)
    started = time.process_time()
    try:
        with warnings.catch_warnings(), _alarm(SLOW):
            warnings.simplefilter("error")
            TARGETS[name].read(path)
        taken = True
    except Finding:
        raise
    except BilabialError as error:
        if "\n" in str(error).strip() and name != "sound":  # libraries' own words may have lines
            raise Finding(f"its sentence has several lines: {error!s:.200}") from error
        taken = False
    except Exception as error:
        raise Finding(f"{type(error).__name__}: {error!s:.300}") from error
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    if time.process_time() - started > SLOW:
        raise Finding(f"it took {time.process_time() - started:.1f} s")
    return taken


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Ends what takes more seconds of processor, where the system has such a clock."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise Finding(f"it took more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def keep(name: str, file: str, content: bytes) -> Path:
    place = FOUND / name / f"{hashlib.sha256(content).hexdigest()[:12]}-{file}"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


@dataclass
class Ledger:
    """What was tried, in memory that a process and its child share. One row a reader."""

    names: list[str]
    first: int  # seed of each reader's first case
    table: np.ndarray = field(init=False)  # (readers, 3): cases, files taken, microseconds of processor
    now: np.ndarray = field(init=False)  # reader and number of the running case, processor at its begin (us)

    def __post_init__(self) -> None:
        shared = np.frombuffer(mmap.mmap(-1, 8 * (3 * len(self.names) + 3)), np.int64)
        self.table, self.now = shared[3:].reshape(-1, 3), shared[:3]

    @property
    def cases(self) -> int:
        return int(self.table[:, 0].sum())

    def begin(self) -> tuple[str, int]:
        """The next case: of the reader that had the least time."""
        row = int(self.table[:, 2].argmin())
        number = int(self.table[row, 0])
        self.table[row, 0] += 1
        self.now[:] = row, number, _microseconds()
        return self.names[row], self.first + number

    def end(self, taken: bool) -> None:
        row = int(self.now[0])
        self.table[row, 1] += taken
        self.table[row, 2] += max(_microseconds() - int(self.now[2]), 1)

    def running(self) -> tuple[str, int]:
        return self.names[int(self.now[0])], self.first + int(self.now[1])

    def told(self) -> str:
        rows = zip(self.names, self.table.tolist(), strict=True)
        return ", ".join(f"{name} {count} ({taken} taken)" for name, (count, taken, _) in rows)

    def write(self, path: Path | None, findings: int) -> None:
        if path is None:
            return
        each = {name: dict(zip(("cases", "taken", "us"), row, strict=True))
                for name, row in zip(self.names, self.table.tolist(), strict=True)}  # fmt: skip
        text = json.dumps(
            {"first": self.first, "cases": self.cases, "findings": findings, "readers": each}, indent=1
        )
        path.with_suffix(".new").write_text(text)
        path.with_suffix(".new").replace(path)


def _microseconds() -> int:
    return time.process_time_ns() // 1000


@dataclass
class Run:
    """A count: what ends it, and where its findings are told."""

    ledger: Ledger
    home: Path
    end: float  # by time.monotonic
    most: int | None

    @property
    def kinds(self) -> Path:
        """A line for each kind of finding, for every generation of processes."""
        return self.home / "kinds"

    def over(self) -> bool:
        return time.monotonic() >= self.end or (self.most is not None and self.ledger.cases >= self.most)

    def generation(self) -> int:
        """Cases until the end, or until it is another process's turn."""
        for _ in range(_GENERATION):
            if self.over():
                return 0
            name, seed = self.ledger.begin()
            file, content = case(name, seed, self.home)
            taken = False
            try:
                taken = attempt(name, file, content, self.home)
            except Finding as finding:
                at = traceback.extract_tb((finding.__cause__ or finding).__traceback__)[-1]
                self.tell(name, file, content, f"{finding}", f"{at.filename}:{at.lineno}")
            self.ledger.end(taken)
        return _AGAIN

    def tell(self, name: str, file: str, content: bytes, what: str, where: str) -> None:
        """One example of each kind is enough."""
        kind = f"{name} {what[:40]} {where}".replace("\n", " ")
        if kind in self.found():
            return
        with self.kinds.open("a") as kinds:
            kinds.write(kind + "\n")
        sys.stdout.write(f"{name}: {what} at {where}; kept as {keep(name, file, content).name}\n")
        sys.stdout.flush()

    def found(self) -> list[str]:
        return self.kinds.read_text().splitlines() if self.kinds.exists() else []

    def lost(self, process: int, status: int) -> None:
        """The running case ended its process."""
        name, seed = self.ledger.running()
        ending = f"it ended the process with signal {os.WTERMSIG(status)}"
        if not os.WIFSIGNALED(status):
            ending = f"it ended the process with code {os.WEXITSTATUS(status)}"
        said = (self.home / "stderr").read_text(errors="replace")[-400:]
        self.ledger.end(False)
        self.tell(
            name, *case(name, seed, self.home), f"{ending}, whose last words were {said!r}", "a decoder"
        )


def run(task: Run, counts: Path | None) -> None:
    """Generation after generation of processes, each watched by this one."""
    for name in task.ledger.names:
        seeds(name, task.home)  # once, before the first of them
    again = True
    while again and not task.over():
        process = os.fork()
        if process == 0:
            _become_a_generation(task)
        status = _watched(task, process, counts)
        again = not os.WIFEXITED(status) or os.WEXITSTATUS(status) != 0
        if again and not (os.WIFEXITED(status) and os.WEXITSTATUS(status) == _AGAIN):
            task.lost(process, status)


def _become_a_generation(task: Run) -> None:
    code = 1
    try:
        words = os.open(task.home / "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        os.dup2(words, 2)  # decoders say much
        _limit_memory()
        code = task.generation()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _watched(task: Run, process: int, counts: Path | None) -> int:
    """The status with which it ends. One that hears no signal is killed."""
    written = time.monotonic()
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            task.ledger.write(counts, len(task.found()))
            return status
        time.sleep(0.2)
        if time.monotonic() - written > _CHECKPOINT:
            written = time.monotonic()
            task.ledger.write(counts, len(task.found()))
            _limit_words(task.home / "stderr")
            if _processor(process) - int(task.ledger.now[2]) / 1e6 > _NEVER:
                os.kill(process, signal.SIGKILL)


def _limit_words(path: Path) -> None:
    """Decoders' words are wanted where they were the last ones, not by the gigabyte."""
    with contextlib.suppress(OSError):
        if path.stat().st_size > 1 << 24:
            os.truncate(path, 0)


def _processor(process: int) -> float:
    """Seconds of processor that a process has used; nought where the system does not say."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--cases", type=int, help="end after so many cases")
    parser.add_argument("--target", choices=TARGETS, action="append", help="this reader alone (again: more)")
    parser.add_argument("--first", type=int, help="first seed (default: by the clock)")
    parser.add_argument("--counts", type=Path, help="a file that always tells how far it is")
    args = parser.parse_args()
    first = int(time.time()) << 20 if args.first is None else args.first
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory) as folder:
        end = time.monotonic() + 60 * args.minutes
        task = Run(Ledger(args.target or list(TARGETS), first), Path(folder), end, args.cases)
        run(task, args.counts)
        kinds = task.found()
    ledger = task.ledger
    sys.stdout.write(f"{ledger.cases} cases from seed {first}, {len(kinds)} findings: {ledger.told()}\n")
    return 1 if kinds else 0


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
        resource.setrlimit(resource.RLIMIT_AS, (size + _MEMORY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    sys.exit(main())
