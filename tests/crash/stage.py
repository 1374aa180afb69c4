"""A list of short sounds, on a drive of its own, and what an undisturbed run makes of them."""

from __future__ import annotations

import contextlib
import hashlib
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bilabial.batch import make as making
from bilabial.batch.make import Request, make
from bilabial.curves.format import load
from bilabial.curves.take import Take
from bilabial.errors import BilabialError
from bilabial.pipeline import GenerateOptions

from .forked import Broken, Running

STYLES = ("", "shout", "whisper", "jaw=1.3")
_HEARD = 1  # lines at the end of the list that a network hears; phones are given for the others


@dataclass
class Stage:
    """A list, its sounds in one of two versions each, and what an undisturbed run makes of them."""

    home: Path
    chance: random.Random
    lines: int = 6
    style: str = ""
    longest: float = 0.0  # seconds of an undisturbed run
    versions: list[int] = field(default_factory=list)
    expected: dict[tuple[int, int, str], bytes] = field(default_factory=dict)

    @property
    def list(self) -> Path:
        return self.home / "list.csv"

    @property
    def takes(self) -> Path:
        return self.home / "takes"

    @property
    def journal(self) -> Path:
        return self.home / "list.journal.jsonl"

    @property
    def said(self) -> Path:
        return self.home.parent / "said.txt"

    def take(self, number: int) -> Path:
        return self.takes / f"{number}.json"

    def sound(self, number: int) -> Path:
        return self.home / f"{number}.wav"

    def phones(self, number: int) -> Path | None:
        return None if number >= self.lines - _HEARD else self.home / f"{number}.lab"

    def prepare(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.versions = [0] * self.lines
        rows = ["sound,take,curves,phones"]
        for number in range(self.lines):
            self.write_sound(number, 0)
            phones = self.phones(number)
            if phones is not None:
                phones.write_text(f"0 {1 + number % 3}000000 m\n{1 + number % 3}000000 6000000 aa\n")
            name = "" if phones is None else phones.name
            rows.append(f"{number}.wav,takes/{number}.json,takes/{number}.csv,{name}")
        self.list.write_text("\n".join(rows) + "\n")
        remember_performances()
        for version in (1, 0):
            for number in range(self.lines):
                self.write_sound(number, version)
                for self.style in STYLES:
                    self.wanted(number)
        self.style = ""

    def write_sound(self, number: int, version: int) -> None:
        """As a program exports it: in place, so that a reader may meet half of it."""
        noise = np.random.default_rng(100 * version + number).normal(0, 0.1, 11_200)
        soundfile.write(self.sound(number), noise.astype(np.float32), 16_000)
        self.versions[number] = version

    def start(self, jobs: int = 2, before: Callable[[], None] = lambda: None) -> Running:
        command = ["batch", str(self.list), "--jobs", str(jobs), "--words", "none"]
        command += ["--style", self.style] if self.style else []
        return Running(command, self.said, before)

    def running(self) -> Running:
        """A batch, at a moment anywhere from its start to beyond its end."""
        process = self.start(jobs=self.chance.choice((1, 2)))
        time.sleep(self.chance.uniform(0.0, 1.2 * self.longest))
        return process

    def rerun(self) -> str:
        """The same command once more: it must do all that is left to do. Gives what it said."""
        code = self.start().wait()
        said = self.said.read_text()
        if code != 0:
            raise Broken(f"the rerun ended with {code}: {said}")
        return said

    def check(self) -> None:
        """Every take is what an undisturbed run writes of the sounds and the style as they are now."""
        for damaged in self.takes.glob("*.damaged*"):
            damaged.unlink()
        for number in range(self.lines):
            if self.take(number).read_bytes() != self.wanted(number):
                raise Broken(f"take {number} is not what an undisturbed run writes")
        self.refuse_half_files()
        left = [path.name for path in (*self.home.iterdir(), *self.takes.iterdir()) if path.name[0] == "."]
        if left:
            raise Broken(f"left lying about: {', '.join(left)}")

    def refuse_half_files(self) -> None:
        """Whatever a crash did, a take that is there can be read."""
        for number in range(self.lines):
            with contextlib.suppress(FileNotFoundError):
                if self.take(number).stat():
                    try:
                        load(self.take(number))
                    except BilabialError as error:
                        raise Broken(f"half a take: {error}") from error

    def wanted(self, number: int) -> bytes:
        """Made in this process, in a folder beside, where paths look the same."""
        key = number, self.versions[number], self.style
        if key not in self.expected:
            other = self.home.parent / "undisturbed" / "takes"
            other.mkdir(parents=True, exist_ok=True)
            sound = other.parent / f"{number}.wav"
            shutil.copy(self.sound(number), sound)
            made, curves = other / f"{number}.json", other / f"{number}.csv"
            make(
                Request(
                    sound, made, curves, self.phones(number), style=self.style, overwrite=True, words="none"
                )
            )
            self.expected[key] = made.read_bytes()
        return self.expected[key]


def remember_performances() -> None:
    """The number work of a take is done once, here; every fork knows it then, and all else is real.

    Known by the bytes of the sound and by all options: of a sound that is half written, or unknown, the work
    is done anew.
    """
    real = making.generate
    known: dict[tuple[str, str], Take] = {}
    if getattr(real, "remembers", False):
        return

    def generate(sound: Path, options: GenerateOptions, *more: Any) -> Take:
        key = hashlib.sha256(sound.read_bytes()).hexdigest(), repr(options)
        take = known.get(key)
        if take is None:
            take = known[key] = real(sound, options, *more)
        return take

    generate.remembers = True  # type: ignore[attr-defined]
    making.generate = generate
