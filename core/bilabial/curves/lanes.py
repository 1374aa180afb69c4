"""Dense curves laid out for reduction: only what moves, cut into lanes where a curve holds still.

A lane is a piece of one curve from hold to hold; all lanes of all curves follow one another in flat arrays.
Between its samples a lane means the monotone cubic through them. Nothing that is decided about a lane looks
beyond its ends, and its times are the clip's: so a stretch from hold to hold, reduced by itself, has the very
keys that it has in the whole clip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..timing import FRAME_RATE
from .hermite import Flags, Floats, Indices, monotone_slopes

SHORTEST_HOLD = 5  # rows: a constant stretch at least this long gets a flat key at each end

Span = tuple[float, float]
Pin = tuple[int, float, float]  # column, start and end in seconds: a stretch to be kept exact


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Rows of one curve: a whole clip's, or a stretch's that begins and ends in a hold or with the clip."""

    rows: Floats
    first: int = 0  # the clip's row that they begin with
    pins: tuple[Span, ...] = ()  # seconds of the clip: stretches to be kept exact


@dataclass
class Samples:
    """All that moves in all curves, one lane after the other."""

    column: NDArray[np.intp]  # the strip that a sample is of
    times: Floats
    values: Floats
    slopes: Floats  # of the monotone cubic
    gap: Floats  # to the next sample of the lane
    last: Flags  # ends a lane
    fixed: Flags  # carries a key whose value and slope are given
    pinned: Flags

    @classmethod
    def of(cls, strips: Sequence[Strip], limits: tuple[float, float]) -> Samples:
        parts = [_lanes(replace(strip, rows=np.clip(strip.rows, *limits))) for strip in strips]
        column_of = np.repeat(np.arange(len(strips)), [len(part[0]) for part in parts])
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


def _lanes(strip: Strip) -> Lanes:
    """One curve cut where it holds still: times, values, last, fixed, flat and pinned of its samples."""
    times, values, pinned, fixed, flat = _with_pins(strip)
    change = np.diff(values) != 0.0
    firsts, ends = np.flatnonzero(np.append(True, change)), np.flatnonzero(np.append(change, True))
    at_edge = (firsts == 0) | (ends == len(values) - 1)
    rest = values[firsts] == 0.0
    holds = (ends - firsts >= SHORTEST_HOLD) | (rest & at_edge)
    for flags in (fixed, flat):
        flags[firsts[holds]] = flags[ends[holds]] = True
    fixed[[0, -1]] = True
    starts = np.append(0, ends[holds])
    sizes = np.append(firsts[holds], len(values) - 1) - starts + 1
    starts, sizes = starts[sizes > 1], sizes[sizes > 1]
    where = ranges(starts, sizes)
    last = np.zeros(len(where), dtype=bool)
    last[np.cumsum(sizes) - 1] = True
    return times[where], values[where], last, fixed[where], flat[where], pinned[where]


def _with_pins(strip: Strip) -> tuple[Floats, Floats, Flags, Flags, Flags]:
    """Samples of a curve, its rows and the ends of its pins: times, values, pinned, fixed, flat."""
    rows, first = strip.rows, strip.first
    row_times = np.arange(first, first + len(rows)) / FRAME_RATE
    near = 1e-3  # seconds: an end as near as this to a row is put on that row
    told = np.clip(np.reshape(strip.pins, (-1, 2)), row_times[0], row_times[-1])
    row_of = np.round(told * FRAME_RATE) / FRAME_RATE
    ends = np.where(np.abs(told - row_of) < near, row_of, told)
    times = np.union1d(row_times, ends)
    values = np.interp(times, row_times, rows)
    pinned = np.zeros(len(times), dtype=bool)
    fixed, flat = pinned.copy(), pinned.copy()
    for (start, end), (begin, final) in zip(told, np.searchsorted(times, ends), strict=True):
        low, high = int(np.ceil(start * FRAME_RATE - 1e-6)), int(np.floor(end * FRAME_RATE + 1e-6)) + 1
        inner = rows[low - first : high - first]
        whole = slice(begin, final + 1)
        pinned[whole] = True
        if len(inner) and np.ptp(inner) > 1e-6:
            fixed[whole] = True  # no plateau: every row of it is a key
            continue
        values[whole] = inner[0] if len(inner) else np.interp(0.5 * (start + end), row_times, rows)
        fixed[[begin, final]] = flat[[begin, final]] = True
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
