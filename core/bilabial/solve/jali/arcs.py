"""Arcs: a gesture's few knots, joined with its neighbours on the same control, and drawn as rows.

Between knots runs a cubic whose slopes are those of Blender's auto-clamped handles in spirit: flat at every
peak and valley, never overshooting. So a dense curve is exactly what a few Bezier keys can say.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...timing import FRAME_RATE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


_NEAR_ROWS = 8  # gestures of one control this close meet in one valley
_SHALLOW = 0.5  # a valley that keeps this much of the lower peak is none


def to_rows(seconds: Floats) -> Ints:
    """Nearest row of each time: every knot stands on a row, so that a key can stand on the knot."""
    return np.rint(np.asarray(seconds) * FRAME_RATE).astype(np.int64)


def join(control: Ints, rows: Ints, values: Floats) -> tuple[Ints, Ints, Floats]:
    """Gestures as knots, sorted by control and time, where those of one control overlap joined to one curve.

    ``control`` is (n,), ``rows`` and ``values`` (n, 4): start, apex, end of sustain, end. Each gesture starts
    and ends at 0. Where the next begins before the last has ended, or nearly so, one valley stands in for the
    two zeros between them; a valley that is hardly one is left out. Returns flat (control, row, value) of the
    knots.
    """
    order = np.lexsort((rows[:, 1], control))
    control, rows, values = control[order], rows[order].copy(), values[order].copy()
    keep = np.ones(rows.shape, bool)
    keep[:, 2] = rows[:, 2] > rows[:, 1]
    if len(control) > 1:
        here, after = rows[:-1], rows[1:]
        overlap = (control[1:] == control[:-1]) & (after[:, 0] - here[:, 3] < _NEAR_ROWS)
        nested = overlap & (after[:, 1] <= here[:, 2])
        level, next_level = values[:-1, 2], values[1:, 1]
        middle = np.clip(
            (here[:, 3] + after[:, 0]) // 2, here[:, 2] + 1, np.maximum(after[:, 1] - 1, here[:, 2] + 1)
        )
        fall = level * (1.0 - _ease((middle - here[:, 2]) / np.maximum(here[:, 3] - here[:, 2], 1)))
        rise = next_level * _ease((middle - after[:, 0]) / np.maximum(after[:, 1] - after[:, 0], 1))
        lower = np.minimum(level, next_level)
        valley = np.minimum(fall + rise - fall * rise / np.maximum(lower, 1e-9), lower)
        shallow = (valley > _SHALLOW * lower) | (middle >= after[:, 1])
        # The zero that ended this gesture becomes the valley; the zero that began the next one goes.
        rows[:-1, 3] = np.where(overlap, middle, rows[:-1, 3])
        values[:-1, 3] = np.where(overlap, valley, values[:-1, 3])
        keep[:-1, 3] &= ~(overlap & (shallow | nested))
        keep[1:, 0] &= ~overlap
        keep[:-1, 2] &= ~nested | (rows[:-1, 2] < after[:, 1])
    picked = keep.ravel()
    knots = np.repeat(control, 4)[picked], rows.ravel()[picked], values.ravel()[picked]
    return _ordered(*knots)


def draw(control: Ints, rows: Ints, values: Floats, count: int, controls: int, flat: bool = False) -> Floats:
    """Curves through the knots, (count, controls). Before a control's first knot and after its last its value
    holds.

    ``flat``: every knot eases in and out, so that a knot moves nothing beyond its neighbours.
    """
    result = np.zeros((count, controls))
    if len(control) == 0 or count == 0:
        return result
    first = np.r_[True, control[1:] != control[:-1]]
    last = np.r_[first[1:], True]
    for at, edge in ((first, "before"), (last, "after")):
        for c, r, v in zip(control[at], rows[at], values[at], strict=True):
            if v and edge == "before":
                result[: max(0, r), c] = v
            elif v:
                result[max(0, r) :, c] = v
    slopes = np.zeros(len(values)) if flat else _slopes(control, rows, values)
    left = np.flatnonzero(~last)
    left = left[(values[left] != 0.0) | (values[left + 1] != 0.0)]
    lengths = rows[left + 1] - rows[left]
    owner = np.repeat(np.arange(len(left)), lengths + 1)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths + 1) - (lengths + 1), lengths + 1)
    segment = left[owner]
    span = lengths[owner].astype(np.float64)
    u = offset / span
    start, stop = values[segment], values[segment + 1]
    slope_in, slope_out = slopes[segment] * span, slopes[segment + 1] * span
    drawn = start + (stop - start) * _ease(u) + u * (1 - u) * ((1 - u) * slope_in - u * slope_out)
    at_row = rows[segment] + offset
    inside = (at_row >= 0) & (at_row < count)
    result[at_row[inside], control[segment][inside]] = drawn[inside]
    return np.clip(result, 0.0, 1.0)


def _ease(u: Floats) -> Floats:
    u = np.clip(u, 0.0, 1.0)
    eased: Floats = u * u * (3.0 - 2.0 * u)
    return eased


def _ordered(control: Ints, rows: Ints, values: Floats) -> tuple[Ints, Ints, Floats]:
    """Strictly increasing rows within each control; of two knots on one row the higher stays."""
    if not len(control):
        return control, rows, values
    order = np.lexsort((-values, rows, control))
    control, rows, values = control[order], rows[order], values[order]
    fresh = np.r_[True, (control[1:] != control[:-1]) | (rows[1:] != rows[:-1])]
    return control[fresh], rows[fresh], values[fresh]


def _slopes(control: Ints, rows: Ints, values: Floats) -> Floats:
    """Value a row at each knot: 0 at peaks, valleys and ends, else the harmonic mean of both sides (no
    overshoot)."""
    slopes = np.zeros(len(values))
    if len(values) < 3:
        return slopes
    run = np.maximum(np.diff(rows), 1)
    steep = np.where(control[1:] == control[:-1], np.diff(values) / run, 0.0)
    before, after = steep[:-1], steep[1:]
    same_way = before * after > 0.0
    w1, w2 = 2 * run[1:] + run[:-1], run[1:] + 2 * run[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (w1 + w2) / (w1 / before + w2 / after)
    slopes[1:-1] = np.where(same_way, mean, 0.0)
    return slopes
