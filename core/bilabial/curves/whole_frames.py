"""Keys on a host's whole frames: each goes to the nearest one and keeps its value, so that a closed lip is
closed on every frame that is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from ..controls import CLOSED, CLOSERS
from .curve import BEZIER, GENERATED, Curve, Key
from .stepped import Frames

_LEAST = 1e-9
_ASTRAY = 0.02  # of a curve's span, by which it may leave what it has on a frame that is to be kept


def closed_frames(curves: Mapping[str, Curve], frames_of: Frames) -> list[int]:
    """The frames on which these controls shut the lips."""
    times = np.array([frames_of.time(frame) for frame in range(frames_of.count)])
    closers = [curves[name].evaluate(times) for name in CLOSERS if name in curves and len(curves[name])]
    return np.flatnonzero(np.max(closers, axis=0) >= CLOSED).tolist() if closers else []


def on_frames(curve: Curve, frames_of: Frames, kept: Iterable[int] = ()) -> Curve:
    """The curve with its keys on whole frames of its sound. On the ``kept`` ones it is what it was: where
    keys that moved would let it stray, there is a further key.
    """
    if not len(curve):
        return curve
    snapped = _snapped(curve, frames_of, np.zeros(len(curve), bool))
    frames = np.array(list(kept), np.intp)
    times = frames_of.first + frames * frames_of.step
    wanted = np.asarray(curve.evaluate(times))
    astray = np.abs(snapped.evaluate(times) - wanted) > _ASTRAY * (curve.values.max() - curve.values.min())
    if not astray.any():
        return snapped
    reach = frames_of.step / 3.0
    for time, value in zip(times[astray].tolist(), wanted[astray].tolist(), strict=True):
        added = Key(time, value, (time - reach, value), (time + reach, value), origin=GENERATED)
        curve = curve.with_key(added)
    return _snapped(curve, frames_of, np.isin(curve.times, times[astray]))


def _snapped(curve: Curve, frames_of: Frames, first_choice: np.ndarray) -> Curve:
    """Of several keys that meet on one frame stays a first choice, else the one furthest from its neighbours'
    mean: a peak, or a closure.
    """
    first, step = frames_of.first, frames_of.step
    frames = np.clip(np.round((curve.times - first) / step), 0, frames_of.count - 1)
    order = np.lexsort((-np.abs(curve.values - _beside(curve)), ~first_choice, frames))
    chosen = np.sort(order[np.append(True, np.diff(frames[order]) > 0.5)])
    kept = curve.select(chosen)
    times = first + frames[chosen] * step
    left, right = kept.left.copy(), kept.right.copy()
    gaps = np.diff(times)
    before = np.append(gaps[:1] if len(gaps) else step, gaps) / 3.0
    after = np.append(gaps, gaps[-1:] if len(gaps) else step) / 3.0
    curved = kept.interpolation == BEZIER
    for handle, reach, sign in ((left, before, -1.0), (right, after, 1.0)):
        run = np.abs(handle[:, 0] - kept.times)
        slope = np.where(run > _LEAST, sign * (handle[:, 1] - kept.values) / np.maximum(run, _LEAST), 0.0)
        handle[:, 0] = times + sign * reach
        handle[:, 1] = np.where(curved, kept.values + sign * reach * slope, kept.values)
    low, high = float(curve.values.min()), float(curve.values.max())
    for handle in (left, right):  # a longer stretch must not swing beyond what the curve had
        handle[:, 1] = np.clip(handle[:, 1], low, high)
    return replace(kept, times=times, left=left, right=right)


def _beside(curve: Curve) -> np.ndarray:
    """The mean of each key's neighbours' values."""
    padded = np.concatenate([curve.values[:1], curve.values, curve.values[-1:]])
    mean: np.ndarray = (padded[:-2] + padded[2:]) / 2.0
    return mean
