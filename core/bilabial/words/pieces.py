"""Where a sound is cut for writing: into stretches of speech that fit Whisper's window, at its pauses.

What is silent is not read at all, and a short line is not read as half a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..models.families.whisper.blocks import Floats32
from ..timing import FRAME_RATE

Span = tuple[int, int]  # first row, row after the last
Flags = NDArray[np.bool_]

LONGEST: Final = 28 * FRAME_RATE  # rows of one piece
_LONG: Final = 10 * FRAME_RATE  # a piece as long as this ends at the next _PAUSE
_PAUSE, _LONG_PAUSE = FRAME_RATE, 3 * FRAME_RATE  # rows; after the second any piece ends
_GAP: Final = 20  # rows of silence between two stretches of speech
_MARGIN: Final = 25  # rows kept on either side of speech
_CLICK: Final = 6  # rows; what is shorter, and alone, is no speech
_LOWEST, _SHARE = 5.0, 0.3  # bels under the loud rows that count; share of the way up at which speech begins
_AT_ONCE: Final = 30_000  # rows of mel worked on together
_FLAT: Final = 0.8  # bels between quiet and loud rows under which nothing is told apart


@dataclass(frozen=True, slots=True, eq=False)
class Loudness:
    """How loud each row of a sound is, and whether somebody may speak there."""

    level: Floats32  # bels
    loud: Flags

    @classmethod
    def of(cls, mel: Floats32) -> Loudness:
        """(rows, bands) of log mel, not scaled."""
        level = np.empty(len(mel), np.float32)
        for start in range(0, len(mel), _AT_ONCE):
            power = np.power(np.float32(10), mel[start : start + _AT_ONCE]).mean(axis=1)
            level[start : start + _AT_ONCE] = np.log10(np.maximum(power, np.float32(1e-10)))
        return cls(level, _loud(level))

    def spoken(self, span: Span) -> int:
        """How many rows of a span may be speech."""
        return int(self.loud[span[0] : span[1]].sum())


def pieces(loudness: Loudness) -> list[Span]:
    """The stretches of a sound that are to be read, in time order."""
    joined: list[Span] = []
    for first, stop in _spoken(loudness.loud):
        if joined and _goes_on(joined[-1], (first, stop)):
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((first, stop))
    wide = _widened(joined, len(loudness.level))
    return [part for span in wide for part in _fitting(loudness.level, span)]


def _loud(level: Floats32) -> Flags:
    if not len(level):
        return np.zeros(0, bool)
    quiet, high = np.percentile(level, (5.0, 95.0))
    low = max(quiet, high - _LOWEST)
    if high - low < _FLAT:
        return np.full(len(level), high > -9.5)  # the floor of a log mel is -10: digital silence
    loud: Flags = level > low + _SHARE * (high - low)
    return loud


def _spoken(loud: Flags) -> list[Span]:
    """Stretches of speech with at least _GAP rows between them, clicks left out."""
    edges = np.flatnonzero(np.diff(loud.astype(np.int8), prepend=0, append=0))
    found: list[Span] = []
    for first, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if found and first - found[-1][1] < _GAP:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((first, stop))
    return [span for span in found if span[1] - span[0] >= _CLICK]


def _goes_on(piece: Span, after: Span) -> bool:
    """Whether a stretch still belongs to the piece before it."""
    pause = after[0] - piece[1]
    long = piece[1] - piece[0] >= _LONG
    fits = after[1] - piece[0] <= LONGEST - 2 * _MARGIN
    return fits and pause < _LONG_PAUSE and not (long and pause >= _PAUSE)


def _widened(spans: list[Span], rows: int) -> list[Span]:
    """With a margin, but never into the piece beside."""
    middles = [0, *((one[1] + other[0]) // 2 for one, other in pairwise(spans)), rows]
    return [
        (max(first - _MARGIN, low), min(stop + _MARGIN, high))
        for (first, stop), low, high in zip(spans, middles, middles[1:], strict=False)
    ]


def _fitting(level: Floats32, span: Span) -> list[Span]:
    """A stretch without a pause, cut where it is quietest in the window's second half."""
    first, stop = span
    out: list[Span] = []
    while stop - first > LONGEST:
        half = first + LONGEST // 2
        smooth = np.convolve(level[half : first + LONGEST], np.ones(9) / 9, "same")
        cut = half + int(smooth[4:-4].argmin()) + 4
        out.append((first, cut))
        first = cut
    return [*out, (first, stop)]
