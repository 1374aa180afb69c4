"""Fuzz the readers: damaged files until the time is up; what breaks a reader is kept for the tests.

    python tests/fuzz/run.py --minutes 60
    python tests/fuzz/run.py --cases 100000 --target take

A reader may refuse a file with a BilabialError. Anything else, a case of more than ten seconds or of more
than four gigabytes is a finding: its file goes to tests/fuzz/found, where the suite reads it again for ever.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bilabial.errors import BilabialError
from fuzz.mutate import mutated
from fuzz.targets import TARGETS, seeds

FOUND = Path(__file__).parent / "found"
SLOW = 10.0  # seconds of processor for one case
_MEMORY = 4 << 30  # bytes of address space beyond what the program itself takes


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
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            TARGETS[name].read(path)
        taken = True
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


def keep(name: str, file: str, content: bytes) -> Path:
    place = FOUND / name / f"{hashlib.sha256(content).hexdigest()[:12]}-{file}"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--cases", type=int, help="end after so many cases")
    parser.add_argument("--target", choices=TARGETS, action="append", help="this reader alone (again: more)")
    parser.add_argument("--first", type=int, help="first seed (default: by the clock)")
    args = parser.parse_args()
    _limit_memory()
    names = args.target or list(TARGETS)
    first = int(time.time()) << 20 if args.first is None else args.first
    counts: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    kinds: set[str] = set()
    end = time.monotonic() + 60 * args.minutes
    number = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        home = Path(folder)
        while time.monotonic() < end and (args.cases is None or number < args.cases):
            name = names[number % len(names)]
            file, content = case(name, first + number, home)
            number += 1
            counts[name] += 1
            try:
                taken[name] += attempt(name, file, content, home)
            except Finding as finding:
                at = traceback.extract_tb((finding.__cause__ or finding).__traceback__)[-1]
                kind = f"{name} {finding!s:.40} {at.filename}:{at.lineno}"
                if kind not in kinds:  # one example of each is enough
                    kinds.add(kind)
                    where = keep(name, file, content)
                    sys.stdout.write(
                        f"{name}: {finding} at {at.filename}:{at.lineno}; kept as {where.name}\n"
                    )
                    sys.stdout.flush()
    told = ", ".join(f"{name} {count} ({taken[name]} taken)" for name, count in counts.items())
    sys.stdout.write(f"{number} cases from seed {first}, {len(kinds)} findings: {told}\n")
    return 1 if kinds else 0


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
        resource.setrlimit(resource.RLIMIT_AS, (size + _MEMORY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    sys.exit(main())
