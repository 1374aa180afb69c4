"""Borders of machine-made labels, moved to where the sound says they are.

Aligners that learned from one another keep each other's habits. Against the change of the spectrum, labels
of English begin /m b p f v s sh/ one row early and, next to a pause, speech 50 ms early and 80 ms late;
labels by hand do neither (docs/training.md). What is moved: the start of such a consonant after a vowel, by
two rows at most, to the largest change; and the edges of pauses, to where the level leaves the floor.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...controls import GROUPS, SILENCE, VOWELS
from ...phonemes.inventory import UNKNOWN

Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

_SILENT: Final = GROUPS.index(SILENCE)
_VOWELS: Final = frozenset(GROUPS.index(name) for name in VOWELS)
_CHANGES: Final = frozenset(GROUPS.index(name) for name in ("MBP", "FV", "S", "ShChZh"))
_CLOSING: Final = frozenset(GROUPS.index(name) for name in ("MBP", "LNTD", "GK"))  # silent before they burst
_WEAK: Final = frozenset(GROUPS.index(name) for name in ("FV", "Th"))  # hardly louder than the floor
_REACH: Final = 2  # rows
_SURER: Final = 1.15  # times the change where the label has it
_SPEECH: Final = 0.3  # of the way from the floor to the loud rows, in dB
_CLOSURE: Final = 4  # rows that lips or tongue are closed before a burst that follows a pause
_SHORTEST: Final = 3  # rows that a phone keeps


def moved(mel: Floats32, groups: Integers, sounds: Integers) -> tuple[Integers, Integers]:
    """(rows, 80) log mel, and the labels of its rows -> the labels with their borders moved."""
    if len(groups) < 2 or (groups == UNKNOWN).all():
        return groups, sounds
    edges = np.flatnonzero((np.diff(groups) != 0) | (np.diff(sounds) != 0)) + 1
    first = np.concatenate([[0], edges])  # the rows whose labels each stretch has
    starts, ends = first.copy(), np.concatenate([edges, [len(groups)]])
    change = _change(mel)
    quiet = _quiet(mel)
    for index in range(1, len(starts)):
        before, after = int(groups[first[index - 1]]), int(groups[first[index]])
        if before == after or UNKNOWN in (before, after):
            continue
        border, low, high = int(starts[index]), int(starts[index - 1]), int(ends[index])
        if before == _SILENT:
            border = _onset(border, high, after, quiet)
        elif after == _SILENT:
            border = _offset(border, low, before, quiet)
        elif before in _VOWELS and after in _CHANGES:
            border = _largest(change, border, low, high)
        starts[index] = ends[index - 1] = border
    lengths = ends - starts
    return np.repeat(groups[first], lengths), np.repeat(sounds[first], lengths)


def _change(mel: Floats32) -> Floats32:
    """How far each row is from the one before it, six decades below the peak and up."""
    level = np.maximum(mel, mel.max() - 6)
    return np.concatenate([[0.0], np.abs(np.diff(level, axis=0)).mean(axis=1)]).astype(np.float32)


def _quiet(mel: Floats32) -> NDArray[np.bool_]:
    """Rows that are no louder than a pause."""
    loudness = 10 * np.log10((10.0 ** mel.astype(np.float64)).sum(axis=1))
    floor, loud = np.percentile(loudness, [5, 90])
    return np.asarray(loudness < floor + _SPEECH * (loud - floor))


def _onset(border: int, high: int, after: int, quiet: NDArray[np.bool_]) -> int:
    """Where speech begins after a pause."""
    most = 8 if after in _CLOSING else 4 if after in _WEAK else 15
    most = min(most, high - border - _SHORTEST)
    moves = 0
    while moves < most and quiet[border + moves]:
        moves += 1
    return border + max(0, moves - _CLOSURE if after in _CLOSING else moves)


def _offset(border: int, low: int, before: int, quiet: NDArray[np.bool_]) -> int:
    """Where speech ends before a pause; it dies away for two rows more than the level says."""
    most = min(6 if before in _CLOSING | _WEAK else 25, border - low - _SHORTEST)
    moves = 0
    while moves < most and quiet[border - 1 - moves]:
        moves += 1
    return border - max(0, moves - 2)


def _largest(change: Floats32, border: int, low: int, high: int) -> int:
    """The row of the largest change nearby."""
    first, last = max(border - _REACH, low + 2), min(border + _REACH, high - 2)
    if last <= first:
        return border
    rows = np.arange(first, last + 1)
    found = change[rows] * (1 - 0.06 * np.abs(rows - border))
    best = int(found.argmax())
    return int(rows[best]) if found[best] >= _SURER * change[border] else border
