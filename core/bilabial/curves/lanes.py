"""Dense curves laid out for reduction: only what moves, cut into lanes where a curve rests at zero.

A lane is a piece of one curve from rest to rest; all lanes of all curves follow one another in flat arrays.
Between its samples a lane means the monotone cubic through them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..timing import FRAME_RATE
from .hermite import Flags, Floats, Indices, monotone_slopes

SHORTEST_HOLD = 5  # rows: a constant stretch at least this long gets a flat key at each end

Pin = tuple[int, float, float]  # column, start and end in seconds: a stretch to be kept exact


@dataclass
class Samples:
    """All that moves in all curves, one lane after the other."""

    column: NDArray[np.intp]
    times: Floats
    values: Floats
    slopes: Floats  # of the monotone cubic
    gap: Floats  # to the next sample of the lane
    last: Flags  # ends a lane
    fixed: Flags  # carries a key whose value and slope are given
    pinned: Flags

    @classmethod
    def of(
        cls, dense: NDArray[np.floating], columns: list[int], pins: list[Pin], limits: tuple[float, float]
    ) -> Samples:
        parts = []
        for column in columns:
            rows = np.clip(dense[:, column].astype(np.float64), *limits)
            parts.append(_lanes(rows, [pin for pin in pins if pin[0] == column]))
        column_of = np.repeat(columns, [len(part[0]) for part in parts])
        times, values, last, fixed, flat, pinned = (np.concatenate(p) for p in zip(*parts, strict=True))
        slopes = monotone_slopes(times, values, last)
        slopes[flat] = 0.0
        gap = np.diff(times, append=0.0)
        gap[last] = 0.0
        return cls(column_of, times, values, slopes, gap, last, fixed, pinned)

    @cached_property
    def lane(self) -> Indices:
        """Number of the lane of each sample."""
        return np.asarray(np.cumsum(self.last) - self.last, dtype=np.intp)

    @cached_property
    def cubic(self) -> Floats:
        """(4, samples): the reference from each sample to the next, as coefficients over 0..1."""
        near, far = self.slopes * self.gap, np.append(self.slopes[1:], 0.0) * self.gap
        rise = np.where(self.last, 0.0, np.append(self.values[1:], 0.0) - self.values)
        return np.stack([self.values, near, 3.0 * rise - 2.0 * near - far, near + far - 2.0 * rise])

    @cached_property
    def middle(self) -> Floats:
        """Values half-way to the next sample."""
        c0, c1, c2, c3 = self.cubic
        result: Floats = c0 + 0.5 * (c1 + 0.5 * (c2 + 0.5 * c3))
        return np.where(self.last, self.values, result)


Lanes = tuple[Floats, Floats, Flags, Flags, Flags, Flags]


def _lanes(rows: Floats, pins: list[Pin]) -> Lanes:
    """One curve cut where it rests at zero: times, values, last, fixed, flat and pinned of its samples."""
    times, values, pinned, fixed, flat = _with_pins(rows, pins)
    change = np.diff(values) != 0.0
    firsts, ends = np.flatnonzero(np.append(True, change)), np.flatnonzero(np.append(change, True))
    at_edge = (firsts == 0) | (ends == len(values) - 1)
    rest = values[firsts] == 0.0
    holds = (ends - firsts >= SHORTEST_HOLD) | (rest & at_edge)
    for flags in (fixed, flat):
        flags[firsts[holds]] = flags[ends[holds]] = True
    fixed[[0, -1]] = True
    starts = np.append(0, ends[holds & rest])
    sizes = np.append(firsts[holds & rest], len(values) - 1) - starts + 1
    starts, sizes = starts[sizes > 1], sizes[sizes > 1]
    where = ranges(starts, sizes)
    last = np.zeros(len(where), dtype=bool)
    last[np.cumsum(sizes) - 1] = True
    return times[where], values[where], last, fixed[where], flat[where], pinned[where]


def _with_pins(rows: Floats, pins: list[Pin]) -> tuple[Floats, Floats, Flags, Flags, Flags]:
    """Samples of a curve, its rows and the ends of its pins: times, values, pinned, fixed, flat."""
    row_times = np.arange(len(rows)) / FRAME_RATE
    near = 1e-3  # seconds: an end as near as this to a row is put on that row
    told = np.clip([pin[1:] for pin in pins], 0.0, row_times[-1]).reshape(-1, 2)
    row_of = np.round(told * FRAME_RATE) / FRAME_RATE
    ends = np.where(np.abs(told - row_of) < near, row_of, told)
    times = np.union1d(row_times, ends)
    values = np.interp(times, row_times, rows)
    pinned = np.zeros(len(times), dtype=bool)
    fixed, flat = pinned.copy(), pinned.copy()
    for (start, end), (first, final) in zip(told, np.searchsorted(times, ends), strict=True):
        inner = rows[int(np.ceil(start * FRAME_RATE - 1e-6)) : int(np.floor(end * FRAME_RATE + 1e-6)) + 1]
        whole = slice(first, final + 1)
        pinned[whole] = True
        if len(inner) and np.ptp(inner) > 1e-6:
            fixed[whole] = True  # no plateau: every row of it is a key
            continue
        values[whole] = inner[0] if len(inner) else np.interp(0.5 * (start + end), row_times, rows)
        fixed[[first, final]] = flat[[first, final]] = True
    return times, values, pinned, fixed, flat


def turns(samples: Samples) -> Flags:
    """Peaks and dips: samples that none of two neighbours on either side passes."""
    values, lane = samples.values, samples.lane
    peak, dip = np.ones(len(values), dtype=bool), np.ones(len(values), dtype=bool)
    for step in (1, 2):
        near, far = values[:-step], values[step:]
        same = lane[:-step] == lane[step:]
        peak[:-step] &= (far <= near) & same
        peak[step:] &= (near < far) & same
        dip[:-step] &= (far >= near) & same
        dip[step:] &= (near > far) & same
    return peak | dip


def ranges(starts: Indices, sizes: Indices) -> Indices:
    """start, start + 1, ... (size of them) for each start, one after the other."""
    before = np.cumsum(sizes) - sizes
    result: Indices = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return result
