"""Crash a batch in every way that we know, many times; after each the rerun must converge.

    cd tests; python -m crash --rounds 1000

A round starts a real batch over six short sounds, does something bad to it at a random moment, and runs the
same command again. Then every take must be what an undisturbed run writes of the sounds and the style as they
are now, byte for byte; and nothing may lie about.

    python -m crash --every-step

kills a small batch before each of the calls by which it changes the disk, one after the other, from several
states, and once more for each with the power cut.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .deeds import DEEDS, Deed, die_before
from .forked import Broken
from .stage import STYLES, Stage

Told = Callable[[str], None]


@contextmanager
def staged(seed: int, lines: int = 6) -> Iterator[Stage]:
    memory = Path("/dev/shm")  # a kill leaves there what it leaves on a disk, and nobody waits for platters
    with tempfile.TemporaryDirectory(prefix="crash-", dir=memory if memory.is_dir() else None) as folder:
        stage = Stage(Path(folder) / "stage", random.Random(seed), lines)
        stage.prepare()
        stage.longest = min(_seconds_of_a_run(stage) for stage.style in STYLES[1:])
        yield stage


def _seconds_of_a_run(stage: Stage) -> float:
    started = time.monotonic()
    stage.start().wait()
    return time.monotonic() - started


def round_(stage: Stage, deed: Deed) -> None:
    """One disturbed run, and the rerun."""
    stage.style = stage.chance.choice(STYLES)
    deed(stage)
    stage.rerun()
    stage.check()


def run(rounds: int, first: int = 0, told: Told = lambda text: None) -> Counter[str]:
    """Rounds over one stage, which keeps what earlier rounds left. Raises Broken with the round's number."""
    counts: Counter[str] = Counter()
    with staged(first) as stage:
        for number in range(first, first + rounds):
            stage.chance.seed(number)
            deed = DEEDS[number % len(DEEDS)]
            try:
                round_(stage, deed)
            except Broken as broken:
                raise Broken(f"round {number} ({deed.__name__}): {broken}") from broken
            counts[deed.__name__] += 1
            told(f"round {number}: {deed.__name__}")
    return counts


def every_step(told: Told = lambda text: None) -> int:
    """How many deaths were tried: before each step, from each state, killed and without power."""
    deaths = 0
    with staged(0, lines=2) as stage:
        for prepare in (_nothing_there, _another_style, _another_sound, _a_cut_take):
            for power in (False, True):
                step, died = 0, True
                while died:
                    prepare(stage)
                    stage.chance.seed(step)
                    died = die_before(stage, step, stage.chance if power else None)
                    try:
                        if prepare is not _a_cut_take:
                            stage.refuse_half_files()
                        stage.rerun()
                        stage.check()
                    except Broken as broken:
                        how = "without power" if power else "killed"
                        raise Broken(f"{prepare.__name__}, {how} before step {step}: {broken}") from broken
                    step += 1
                deaths += step - 1
                told(f"{prepare.__name__}: {step - 1} steps{', without power' if power else ''}")
    return deaths


def _nothing_there(stage: Stage) -> None:
    for path in (*stage.home.glob("list.*.*"), *stage.takes.glob("*")):
        path.unlink()


def _another_style(stage: Stage) -> None:
    stage.style = "shout" if stage.style != "shout" else "whisper"


def _another_sound(stage: Stage) -> None:
    for number in range(stage.lines):
        stage.write_sound(number, 1 - stage.versions[number])


def _a_cut_take(stage: Stage) -> None:
    whole = stage.take(0).read_bytes()
    stage.take(0).write_bytes(whole[: len(whole) // 2])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first round")
    parser.add_argument("--every-step", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="tell the end alone")
    args = parser.parse_args()
    told = (lambda text: None) if args.quiet else _say
    try:
        if args.every_step:
            _say(f"{every_step(told)} deaths, every rerun converged")
            return 0
        counts = run(args.rounds, args.first, told)
    except Broken as broken:
        _say(f"broken: {broken}")
        return 1
    each = ", ".join(f"{name} {count}" for name, count in counts.items())
    _say(f"{args.rounds} rounds, every rerun converged: {each}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()  # whatever ends this, what was tried is told
