"""Crash a batch in every way that we know, many times; after each the rerun must converge.

    python tests/crash/run.py --rounds 1000

A round starts a real batch over eight short sounds, does something bad to it at a random moment, and runs the
same command again. Then every take must be what an undisturbed run writes of the sounds and the style as they
are now, byte for byte; and nothing may lie about.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from bilabial.batch.make import Request, make
from bilabial.curves.format import load

LINES = 8
STYLES = ("", "shout", "whisper", "jaw=1.3")
_LONGEST = 300.0  # seconds for one command


class Broken(Exception):  # noqa: N818 - a promise, not an error
    """A promise that a round broke."""


@dataclass
class Stage:
    """A list, its sounds in one of two versions each, and what an undisturbed run makes of them."""

    home: Path
    chance: random.Random
    style: str = ""
    versions: list[int] = field(default_factory=lambda: [0] * LINES)
    expected: dict[tuple[int, str], bytes] = field(default_factory=dict)

    @property
    def list(self) -> Path:
        return self.home / "list.csv"

    @property
    def takes(self) -> Path:
        return self.home / "takes"

    def sound(self, number: int) -> Path:
        return self.home / f"{number}.wav"

    def prepare(self) -> None:
        rows = ["sound,take,curves,phones"]
        for number in range(LINES):
            self.write_sound(number, 0)
            (self.home / f"{number}.lab").write_text(
                f"0 {2 + number}000000 m\n{2 + number}000000 15000000 aa\n"
            )
            rows.append(f"{number}.wav,takes/{number}.json,takes/{number}.csv,{number}.lab")
        self.list.write_text("\n".join(rows) + "\n")

    def write_sound(self, number: int, version: int) -> None:
        """As a program exports it: in place, so that a reader may meet half of it."""
        noise = np.random.default_rng(100 * version + number).normal(0, 0.1, 32_000)
        soundfile.write(self.sound(number), noise.astype(np.float32), 16_000)
        self.versions[number] = version

    def start(self, jobs: int = 2) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "bilabial", "batch", str(self.list), "--jobs", str(jobs)]
        command += ["--style", self.style] if self.style else []
        return subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def check(self) -> None:
        for number in range(LINES):
            take = self.takes / f"{number}.json"
            if take.read_bytes() != self.wanted(number):
                raise Broken(f"take {number} is not what an undisturbed run writes")
            load(take)
        left = [path.name for path in (*self.home.iterdir(), *self.takes.iterdir()) if path.name[0] == "."]
        if left:
            raise Broken(f"left lying about: {', '.join(left)}")

    def wanted(self, number: int) -> bytes:
        """Made in this process, in a folder beside, where paths look the same."""
        key = 10 * self.versions[number] + 100 * number, self.style
        if key not in self.expected:
            other = self.home.parent / "undisturbed" / "takes"
            other.mkdir(parents=True, exist_ok=True)
            sound, phones = other.parent / f"{number}.wav", self.home / f"{number}.lab"
            shutil.copy(self.sound(number), sound)
            made = other / f"{number}.json"
            curves = other / f"{number}.csv"
            make(Request(sound, made, curves, phones, style=self.style, overwrite=True))
            self.expected[key] = made.read_bytes()
        return self.expected[key]


# What is done to a running batch. Each gets the stage and the process, and comes back when it has ended.


def kill_parent(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    process.kill()


def kill_group(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def kill_a_worker(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    workers = _children(process.pid)
    if workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(stage.chance.choice(workers), signal.SIGKILL)


def stop_and_kill(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    """Frozen, as a laptop that sleeps; then another batch comes; then the first is killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGSTOP)
        second = stage.start()
        _wait(second)
        os.killpg(process.pid, signal.SIGKILL)


def interrupt(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    kind = stage.chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, kind)


def a_second_batch(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    """Over the same list, in another style: one of the two is refused, whichever comes second."""
    style, stage.style = stage.style, stage.chance.choice(STYLES)
    _wait(stage.start())
    stage.style = style


def change_sources(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    for number in stage.chance.sample(range(LINES), 3):
        stage.write_sound(number, 1 - stage.versions[number])


def take_the_folder_away(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    """A drive that vanishes and comes back, while the batch may have made a new folder in its place."""
    away = stage.home / "away"
    with contextlib.suppress(OSError):
        stage.takes.rename(away)
    time.sleep(stage.chance.uniform(0, 0.5))
    kill_group(stage, process)
    process.wait()
    if away.exists():
        shutil.rmtree(stage.takes, ignore_errors=True)
        away.rename(stage.takes)


def damage_takes(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    """What a disk may do after a power cut: some takes empty, some cut, some full of zeros."""
    kill_group(stage, process)
    process.wait()
    for take in sorted(stage.takes.glob("*.*")) if stage.takes.exists() else []:
        size = take.stat().st_size
        kind = stage.chance.randrange(6)
        if kind == 0:
            take.write_bytes(b"")
        elif kind == 1:
            take.write_bytes(take.read_bytes()[: stage.chance.randint(1, max(size - 1, 1))])
        elif kind == 2:
            take.write_bytes(bytes(size))
        elif kind == 3:
            take.unlink()


def damage_the_journal(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    """A last line that was cut, and noise: a journal is never needed whole."""
    kill_group(stage, process)
    process.wait()
    journal = stage.home / "list.journal.jsonl"
    if journal.exists():
        data = journal.read_bytes()
        journal.write_bytes(data[: len(data) - stage.chance.randint(0, 40)] + b"\n\xff{{{\n")


def fill_the_disk(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    """Files of the size that is allowed to this process and its children: nothing larger can be written."""
    process.wait()
    import resource

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))

    for take in stage.takes.glob("*.json"):
        take.unlink()
    command = [sys.executable, "-m", "bilabial", "batch", str(stage.list), "--jobs", "1"]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=small, check=False
    )
    if b"Traceback" in done.stderr:
        raise Broken(f"a full disk gave a traceback: {done.stderr[-300:]!r}")


DEEDS: tuple[Callable[[Stage, subprocess.Popen[bytes]], None], ...] = (
    kill_parent, kill_group, kill_a_worker, stop_and_kill, interrupt, a_second_batch, change_sources,
    take_the_folder_away, damage_takes, damage_the_journal, fill_the_disk,
)  # fmt: skip


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(_LONGEST)
    except subprocess.TimeoutExpired:
        kill_group_of(process)
        raise Broken(f"a batch did not end within {_LONGEST:g} s") from None


def kill_group_of(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def round_(stage: Stage, deed: Callable[[Stage, subprocess.Popen[bytes]], None], longest: float) -> None:
    """One disturbed run, and the rerun. ``longest`` is about what an undisturbed run takes (s)."""
    stage.style = stage.chance.choice(STYLES)
    process = stage.start()
    time.sleep(stage.chance.uniform(0.0, longest))
    deed(stage, process)
    _wait(process)
    _leave_alone(process.pid)
    code = _wait(stage.start())
    if code != 0:
        report = (stage.home / "list.report.txt").read_text()
        raise Broken(f"the rerun ended with {code}: {report}")
    for damaged in stage.takes.glob("*.damaged*"):
        damaged.unlink()
    stage.check()


def _leave_alone(group: int) -> None:
    """Workers of a killed parent end by themselves: wait until none is left."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise Broken("workers outlived their parent for a minute")


def run(rounds: int, first: int = 0, told: Callable[[str], None] = lambda text: None) -> Counter[str]:
    """Rounds over one stage, which keeps what earlier rounds left. Raises Broken with the round's number."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        home = Path(folder) / "stage"
        home.mkdir()
        stage = Stage(home, random.Random(first))
        stage.prepare()
        started = time.monotonic()
        _wait(stage.start())
        longest = time.monotonic() - started
        for number in range(first, first + rounds):
            stage.chance.seed(number)
            deed = DEEDS[number % len(DEEDS)]
            try:
                round_(stage, deed, longest)
            except Broken as broken:
                raise Broken(f"round {number} ({deed.__name__}): {broken}") from broken
            counts[deed.__name__] += 1
            told(f"round {number}: {deed.__name__}")
    return counts


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()  # whatever ends this, what was tried is told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first round")
    parser.add_argument("--quiet", action="store_true", help="tell the end alone")
    args = parser.parse_args()
    told = (lambda text: None) if args.quiet else (_say)
    try:
        counts = run(args.rounds, args.first, told)
    except Broken as broken:
        sys.stdout.write(f"broken: {broken}\n")
        return 1
    each = ", ".join(f"{name} {count}" for name, count in counts.items())
    sys.stdout.write(f"{args.rounds} rounds, every rerun converged: {each}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
