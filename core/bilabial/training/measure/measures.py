"""The numbers that say whether a mouth does the right thing at the right time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...controls import GROUPS, JALI_FIELD, SILENCE
from ...phonemes.groups import expand
from ...phonemes.track import PhoneTrack

Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]
_SILENT = GROUPS.index(SILENCE)

NEAR = 0.040  # s: an event counts when its middle is found within this
FAR = 0.150  # s: and its shift is measured when it is found within this
ACTIVE = 0.05  # a control counts as active above this

# What an eye catches. jh shares its group with y, and the two of them are told from the rest together.
EVENTS: Mapping[str, frozenset[str]] = {
    "m b p": frozenset({"MBP"}),
    "f v": frozenset({"FV"}),
    "s z": frozenset({"S"}),
    "sh ch zh": frozenset({"ShChZh"}),
    "jh y": frozenset({"JY"}),
    "rounding": frozenset({"Oh", "U", "Eu", "WA_PEDAL"}),
    "open vowels": frozenset({"Ah", "Aa"}),
}


@dataclass(slots=True)
class EventScore:
    """Counts of one kind of event over many clips."""

    true: int = 0
    found: int = 0
    hits: int = 0
    shifts: list[float] = field(default_factory=list)  # seconds, found less true, of pairs within FAR

    @property
    def recall(self) -> float:
        return self.hits / self.true if self.true else float("nan")

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else float("nan")

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.true + self.found) if self.true + self.found else float("nan")

    @property
    def median_shift(self) -> float:
        return float(np.median(self.shifts)) if self.shifts else float("nan")

    @property
    def near_share(self) -> float:
        """Of all true events, those with a partner within NEAR, out of those with one within FAR."""
        return float(np.mean(np.abs(self.shifts) <= NEAR)) if self.shifts else float("nan")


def events(track: PhoneTrack, kind: frozenset[str]) -> NDArray[np.float64]:
    """Middles in seconds of the stretches whose group is of this kind; touching ones are one."""
    stretches: list[list[float]] = []
    for phone in expand(track):
        if phone.group in kind:
            if stretches and phone.start - stretches[-1][1] < 0.015:
                stretches[-1][1] = phone.end
            else:
                stretches.append([phone.start, phone.end])
    return np.array([(start + end) / 2 for start, end in stretches])


def match(true: NDArray[np.float64], found: NDArray[np.float64], within: float) -> list[tuple[int, int]]:
    """Pairs, nearest first, each event used once."""
    pairs = sorted(
        (abs(found[j] - true[i]), i, j)
        for i in range(len(true))
        for j in range(
            int(np.searchsorted(found, true[i] - within)),
            int(np.searchsorted(found, true[i] + within, "right")),
        )
    )
    used_true: set[int] = set()
    used_found: set[int] = set()
    out = []
    for _, i, j in pairs:
        if i not in used_true and j not in used_found:
            used_true.add(i)
            used_found.add(j)
            out.append((i, j))
    return out


def score_events(true: PhoneTrack, found: PhoneTrack, scores: dict[str, EventScore]) -> None:
    """Add one clip to the scores."""
    for name, kind in EVENTS.items():
        score = scores.setdefault(name, EventScore())
        t, f = events(true, kind), events(found, kind)
        score.true += len(t)
        score.found += len(f)
        score.hits += len(match(t, f, NEAR + 1e-9))
        score.shifts += [float(f[j] - t[i]) for i, j in match(t, f, FAR)]


@dataclass(slots=True)
class FrameScore:
    """Rows in the right group."""

    right: int = 0
    spoken: int = 0
    quiet_right: int = 0
    quiet: int = 0

    def add(self, guess: Integers, truth: Integers) -> None:
        """``guess`` per row as it would be shown: silence counts as wrong in speech."""
        spoken = truth != _SILENT
        self.right += int((guess == truth)[spoken].sum())
        self.spoken += int(spoken.sum())
        self.quiet_right += int((guess == truth)[~spoken].sum())
        self.quiet += int((~spoken).sum())

    @property
    def accuracy(self) -> float:
        return self.right / self.spoken if self.spoken else float("nan")


@dataclass(slots=True)
class CurveScore:
    """Activations and differences of dense controls against a teacher's."""

    both: int = 0
    found: int = 0
    true: int = 0
    difference: float = 0.0
    counted: int = 0

    def add(self, found: Floats32, true: Floats32) -> None:
        """(rows, 31) each. Jaw and Lip are always active; the paper averages over what is active in "
        "either."""
        n = min(len(found), len(true))
        found, true = found[:n], true[:n]
        shapes = slice(len(JALI_FIELD), None)
        a, b = found[:, shapes] > ACTIVE, true[:, shapes] > ACTIVE
        self.both += int((a & b).sum())
        self.found += int(a.sum())
        self.true += int(b.sum())
        either = np.ones_like(found, dtype=bool)
        either[:, shapes] = a | b
        self.difference += float(np.abs(found - true)[either].sum())
        self.counted += int(either.sum())

    @property
    def precision(self) -> float:
        return self.both / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        return self.both / self.true if self.true else float("nan")

    @property
    def mean_difference(self) -> float:
        return self.difference / self.counted if self.counted else float("nan")


def spread(values: Iterable[float]) -> float:
    """Standard deviation, of the finite ones."""
    finite = [value for value in values if np.isfinite(value)]
    return float(np.std(finite)) if finite else float("nan")
