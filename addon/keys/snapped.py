# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that Blender's own Snap has put on whole frames: that changes where they stand and nothing else, so it
is no edit of the performance.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..bilabial.curves.curve import GENERATED, Curve
from ..host.clock import Clock

_WHOLE = 2e-3  # frames: 32 bits of a long scene are no finer
_SAME_VALUE = 2e-4
_HANDLE = 1.0  # frames by which a handle may have come along, or been left behind
_SAME_SLOPE = 1e-3
_ENOUGH = 40  # keys between frames that tell of a whole line
_MOST = 0.9  # share of a line's keys between frames from which its snapping was meant for the whole line


def unsnapped(mine: Curve, base: Curve, clock: Clock) -> tuple[Curve, int]:
    """``mine`` with the keys of ``base`` that were only snapped as they had been, and how many those are."""
    firm, match = _snapped(mine, base, clock)
    if not firm.any():
        return mine, 0

    # Of several keys that meet on one frame one is left: the others were snapped onto it.
    whole = np.round(np.asarray(clock.frames(base.times)))
    back = firm | (np.isin(whole, whole[firm]) & _between_frames(base, clock))
    rest = np.ones(len(mine), bool)
    rest[match[firm]] = False
    parts = [mine.select(rest), base.select(back)]
    joined = {name: np.concatenate([getattr(p, name) for p in parts]) for name in Curve.__dataclass_fields__}
    order = np.argsort(joined["times"], kind="stable")
    apart = np.append(True, np.diff(joined["times"][order]) > 1e-6)
    return Curve(*(array[order][apart] for array in joined.values())), int(back.sum())


def snapped_keys(mine: Curve, base: Curve, clock: Clock) -> np.ndarray:
    """Which keys of ``mine`` are generated ones that were only snapped."""
    which = np.zeros(len(mine), bool)
    firm, match = _snapped(mine, base, clock)
    which[match[firm]] = True
    return which


def is_snapped_line(pairs: Iterable[tuple[Curve, Curve]], clock: Clock) -> bool:
    """Whether a hand has snapped (nearly) all keys of a line, given what stands and what was written."""
    snapped = between = 0
    for mine, base in pairs:
        between += int(_between_frames(base, clock).sum())
        snapped += unsnapped(mine, base, clock)[1]
        if between >= _ENOUGH and snapped < _MOST * between / 2:
            return False
    return between > 0 and snapped >= _MOST * between


def _snapped(mine: Curve, base: Curve, clock: Clock) -> tuple[np.ndarray, np.ndarray]:
    """Which keys of ``base`` stand in ``mine`` on the whole frame beside them, and the key that is each."""
    if not len(mine) or not len(base):
        return np.zeros(len(base), bool), np.zeros(len(base), np.intp)
    whole = np.round(np.asarray(clock.frames(base.times)))
    at = np.asarray(clock.frames(mine.times))
    match = _nearest(at, whole)
    firm = _between_frames(base, clock) & (np.abs(at[match] - whole) <= _WHOLE)
    firm &= (mine.origin[match] == GENERATED) & (base.origin == GENERATED)
    firm &= mine.interpolation[match] == base.interpolation
    firm &= np.abs(mine.values[match] - base.values) <= _SAME_VALUE
    for side in ("left", "right"):  # nobody has pulled at its handles: they came along, or were left
        off = getattr(mine, side)[match] - getattr(base, side)
        firm &= (np.abs(off[:, 0]) * clock.rate <= _HANDLE) & (np.abs(off[:, 1]) <= _SAME_SLOPE)
    return firm, match


def _between_frames(curve: Curve, clock: Clock) -> np.ndarray:
    frames = np.asarray(clock.frames(curve.times))
    return np.abs(frames - np.round(frames)) > _WHOLE


def _nearest(at: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    after = np.clip(np.searchsorted(at, wanted), 0, len(at) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(at[before] - wanted) <= np.abs(at[after] - wanted), before, after)
