"""What hands made of one performance, carried to where its sounds are in another (phonemes/time_map.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..phonemes.time_map import Span, TimeMap
from .curve import Curve, Floats
from .merge import edited_keys


def carried(base: Curve, mine: Curve, moments: TimeMap) -> tuple[Curve, Curve, tuple[Span, ...]]:
    """``base`` and ``mine`` at their new moments, and the old stretches whose edits have no place there.

    Those edits are dropped: what was generated there is as it was, so that nothing of it counts as a hand's.
    """
    edited = mine.times[edited_keys(base, mine)]
    lost = []
    for start, end in moments.unplaced:
        by_hand = bool(((edited >= start) & (edited <= end)).any())
        if by_hand or len(base.within(start, end)) != len(mine.within(start, end)):
            lost.append((start, end))
            mine = _put_back(base, mine, start, end)
    return warped(base, moments), warped(mine, moments), tuple(lost)


def warped(curve: Curve, moments: Callable[[Floats], Floats]) -> Curve:
    """Every key and handle at another moment; ``moments`` keeps their order."""
    if not len(curve):
        return curve
    times, left, right = moments(curve.times), curve.left.copy(), curve.right.copy()
    left[:, 0] = np.minimum(moments(left[:, 0]), times)
    right[:, 0] = np.maximum(moments(right[:, 0]), times)
    return replace(curve, times=times, left=left, right=right)


def _put_back(base: Curve, mine: Curve, start: float, end: float) -> Curve:
    outside = mine.select((mine.times < start) | (mine.times > end))
    return Curve.from_keys([*outside.keys(), *base.within(start, end).keys()])
