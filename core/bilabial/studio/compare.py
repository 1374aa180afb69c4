"""Two takes of one line, side by side; and a blind test that does not say which is which until the vote."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..atomic import write_atomically
from ..curves.curve import rows_at
from ..curves.take import SPEECH, Take
from ..errors import BilabialError
from ..locks import writing
from ..phrases import Phrase
from ..timing import FRAME_RATE

Choice = Literal["A", "B", "same"]
VOTES = ("line", "first", "second", "shown_as_a", "choice", "winner", "voter")


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two takes are apart, curve by curve."""

    curve: str
    mean: float
    largest: float
    at: float  # second of the largest


def differences(one: Take, other: Take, track: str = SPEECH) -> list[Difference]:
    """Every curve that either has, furthest apart first."""
    duration = max(one.sound.duration, other.sound.duration)
    times = np.arange(int(duration * FRAME_RATE) + 1) / FRAME_RATE
    ours, theirs = one.styled(track), other.styled(track)
    names = list(dict.fromkeys([*ours, *theirs]))
    apart: NDArray[np.float64] = np.abs(rows_at(ours, names, times) - rows_at(theirs, names, times))
    found = [
        Difference(name, float(column.mean()), float(column.max()), float(times[int(column.argmax())]))
        for name, column in zip(names, apart.T, strict=True)
    ]
    return sorted(found, key=lambda one: -one.mean)


class BlindTest:
    """Which of two takes is shown as A is drawn from the line and the voter: the same for the same person,
    unknown to them, and even over many lines.
    """

    def __init__(self, first: str, second: str, voter: str = "") -> None:
        if first == second:
            raise BilabialError(Phrase("a blind test needs two different takes: choose another one"))
        self.first, self.second, self.voter = first, second, voter
        self.votes: dict[str, Choice] = {}

    def shown_as_a(self, line: str) -> str:
        """The name of the take that hides behind A for this line."""
        drawn = hashlib.sha256(f"{line}\0{self.first}\0{self.second}\0{self.voter}".encode()).digest()[0]
        return self.first if drawn % 2 == 0 else self.second

    def vote(self, line: str, choice: Choice) -> None:
        self.votes[line] = choice

    def winner(self, line: str) -> str:
        """The take that was liked better; empty for "same" and where nobody voted."""
        choice = self.votes.get(line)
        if choice is None or choice == "same":
            return ""
        a = self.shown_as_a(line)
        b = self.second if a == self.first else self.first
        return a if choice == "A" else b

    def tally(self) -> dict[str, int]:
        names = [self.winner(line) for line in self.votes]
        return {
            self.first: names.count(self.first),
            self.second: names.count(self.second),
            "same": names.count(""),
        }

    def table(self) -> str:
        """All votes as CSV."""
        stream = io.StringIO()
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(VOTES)
        for line, choice in self.votes.items():
            rows.writerow(
                (line, self.first, self.second, self.shown_as_a(line), choice, self.winner(line), self.voter)
            )
        return stream.getvalue()

    def write(self, path: Path) -> None:
        """Behind the votes that earlier tests left in the file."""
        head, _, rows = self.table().partition("\n")
        with writing(path):
            before = path.read_text("utf-8") if path.exists() else f"{head}\n"
            if not before.startswith(f"{head}\n"):
                raise BilabialError(f"{path} holds no votes: move it away, and vote again")
            write_atomically(path, before + rows)
