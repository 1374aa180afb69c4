"""Keys on a host's whole frames: each goes to the nearest one and keeps its value, so that a closed lip is
closed on a frame that is seen.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .curve import BEZIER, Curve
from .stepped import Frames

_LEAST = 1e-9


def on_frames(curve: Curve, frames_of: Frames) -> Curve:
    """The curve with its keys on whole frames of its sound. Of several that meet on one frame the one
    furthest from its neighbours' mean stays: a peak, or a closure.
    """
    first, step = frames_of.first, frames_of.step
    if not len(curve):
        return curve
    frames = np.clip(np.round((curve.times - first) / step), 0, frames_of.count - 1)
    order = np.lexsort((-np.abs(curve.values - _beside(curve)), frames))
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
