"""Few keys from many rows: dense curves at 100 rows a second become Bezier keys with a bounded error.

Between its rows a dense curve means the monotone cubic through them. Keys are chosen for all curves at once:
from peaks and dips on, split where the error is largest until none passes the tolerance; then take keys away,
and put one in the place of two, wherever a refit of the neighbours still keeps the bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import BilabialError
from ..vocabulary import Vocabulary
from .curve import Curve
from .hermite import Flags, Floats, Indices, Pieces
from .lanes import Pin, Samples, Strip, ranges, turns

__all__ = ["LIMITS", "TOLERANCE", "Pin", "Strip", "reduce", "reduce_strips", "reduce_track", "still"]

TOLERANCE = 0.02
LIMITS = (0.0, 1.0)
MOST_SAMPLES = 500_000  # worked on at once
MARGIN = 0.99  # share of the tolerance to which the search keeps: it looks at rows and half-way between them
ROUNDING = 2e-5  # what rounding of the keys may add to an error


def reduce(
    dense: NDArray[np.floating],
    names: Sequence[str],
    tolerance: float = TOLERANCE,
    pins: Iterable[Pin] = (),
    limits: tuple[float, float] = LIMITS,
    start: float = 0.0,
) -> dict[str, Curve]:
    """Keys for each column of ``dense`` (rows, n), row i at ``start`` + i / 100 seconds.

    Nowhere between keys is a curve further than ``tolerance`` from the dense one, nor outside ``limits``.
    ``pins`` are stretches (column, start_s, end_s) that stay exact: a plateau gets a flat key at each end.
    Where a control rests at zero the curve is exactly zero. A column that is zero throughout has no keys.
    """
    _check(dense, names, tolerance)
    if len(dense) == 1:
        row = np.clip(dense[0].astype(np.float64), *limits)
        return {
            name: Curve.hermite([start], [value], [0.0]) if value else Curve.empty()
            for name, value in zip(names, row, strict=True)
        }
    own: list[list[tuple[float, float]]] = [[] for _ in names]
    for column, begin, end in pins:
        own[column].append((begin, end))
    moving = [column for column in range(len(names)) if dense[:, column].any()]
    curves = dict.fromkeys(names, Curve.empty())
    strips = [Strip(dense[:, column].astype(np.float64), 0, tuple(own[column])) for column in moving]
    for column, curve in zip(moving, reduce_strips(strips, tolerance, limits, start), strict=True):
        row = float(np.clip(dense[0, column], *limits))
        curves[names[column]] = curve if len(curve) else still(row, start)
    return curves


def reduce_strips(
    strips: Sequence[Strip],
    tolerance: float = TOLERANCE,
    limits: tuple[float, float] = LIMITS,
    start: float = 0.0,
) -> list[Curve]:
    """Keys of each strip, as they are in the whole clip. One that only holds a value has none: see still."""
    curves = [Curve.empty()] * len(strips)
    for batch in _batches(strips):
        samples = Samples.of([strips[index] for index in batch], limits)
        if len(samples.times) == 0:
            continue
        search = _Search(samples, tolerance, limits)
        search.split()
        search.thin()
        search.mend()
        for place, curve in search.curves(start).items():
            curves[batch[place]] = curve
    return curves


def still(value: float, start: float = 0.0) -> Curve:
    """A clip that holds one value throughout: one key, or none at rest."""
    kept = round(value, 5)
    return Curve.hermite([start], [kept], [0.0]) if kept else Curve.empty()


def reduce_track(
    dense: NDArray[np.floating],
    vocabulary: Vocabulary,
    tolerance: float = TOLERANCE,
    pins: Iterable[Pin] = (),
) -> dict[str, Curve]:
    """Keys for every channel of a vocabulary. The tolerance is a share of how far a channel goes."""
    wanted = list(pins)
    names = vocabulary.names
    curves: dict[str, Curve] = {}
    for (low, high), gathered in vocabulary.by_limits(names).items():
        columns = [names.index(name) for name in gathered]
        own_pins = [(columns.index(column), start, end) for column, start, end in wanted if column in columns]
        bound = tolerance * (high - low)
        curves |= reduce(dense[:, columns], gathered, bound, own_pins, (low, high))
    return {name: curves[name] for name in names}


def _check(dense: NDArray[np.floating], names: Sequence[str], tolerance: float) -> None:
    if dense.ndim != 2 or dense.shape[1] != len(names):
        raise BilabialError(f"dense curves have the shape {dense.shape}: give (rows, {len(names)})")
    if not np.isfinite(dense).all():
        raise BilabialError("dense curves hold a value that is not finite: mend them before making keys")
    if not tolerance > 0.0:
        raise BilabialError(f"the tolerance {tolerance} makes no keys: give a number above 0, such as 0.02")


def _batches(strips: Sequence[Strip]) -> list[list[int]]:
    """As many strips together as MOST_SAMPLES allows: hours of sound must fit the memory."""
    batches: list[list[int]] = []
    room = 0
    for index, strip in enumerate(strips):
        moving = int(np.count_nonzero(strip.rows))
        if not batches or moving > room:
            batches.append([])
            room = MOST_SAMPLES
        batches[-1].append(index)
        room -= moving
    return batches


class _Search:
    """Which samples carry a knot, and each knot's value and slope."""

    def __init__(self, samples: Samples, tolerance: float, limits: tuple[float, float]) -> None:
        self.samples = samples
        self.bound = tolerance - min(ROUNDING, 0.1 * tolerance)
        self.tolerance = min(MARGIN * tolerance, self.bound)
        self.limits = limits
        self.knot = samples.fixed | turns(samples)
        self.nailed = np.zeros(len(samples.fixed), dtype=bool)
        self.value = samples.values.copy()
        self.slope = samples.slopes.copy()

    def split(self) -> None:
        """Add knots, and fit each changed lane anew, until no error passes the tolerance."""
        samples = self.samples
        todo = np.arange(len(samples.times))
        while todo.size:
            pieces = Pieces(samples.times[todo], np.flatnonzero(self.knot[todo]), samples.last[todo])
            at = todo[pieces.knots]
            given = samples.fixed[at] | self.nailed[at]
            self.value[at], self.slope[at] = self._fitted(pieces, todo, given, 8)
            errors = self._errors(pieces, todo, pieces.polynomials(self.value[at], self.slope[at]))
            bad = pieces.worst(errors) > self.tolerance
            bad |= pieces.leaves(self.value[at], self.slope[at], self.limits)
            self._add_knots(todo, pieces, errors, bad)
            again = np.zeros(samples.lane[-1] + 1, dtype=bool)
            again[samples.lane[at[bad]]] = True
            todo = todo[again[samples.lane[todo]]]

    def _fitted(self, pieces: Pieces, where: Indices, given: Flags, sweeps: int) -> tuple[Floats, Floats]:
        samples, at = self.samples, where[pieces.knots]
        return pieces.fit(
            samples.values[where],
            samples.slopes[where],
            given,
            self.value[at],
            self.slope[at],
            self.limits,
            sweeps,
        )

    def mend(self) -> None:
        """The last look, at every moment: where the search was deceived, one knot more."""
        samples = self.samples
        everywhere = np.arange(len(samples.times))
        while True:
            pieces = Pieces(samples.times, np.flatnonzero(self.knot), samples.last)
            value, slope = self.value[pieces.knots], self.slope[pieces.knots]
            errors = self._peaks(pieces, pieces.polynomials(value, slope))
            bad = pieces.worst(errors) > self.bound
            bad |= pieces.leaves(value, slope, self.limits)
            if not bad.any():
                return
            added = self._add_knots(everywhere, pieces, errors, bad)
            self.value[added], self.slope[added] = samples.values[added], samples.slopes[added]
            after = np.searchsorted(pieces.knots, added)
            self._refit(pieces.knots[after - 1], pieces.knots[after], added[:, None])

    def _errors(self, pieces: Pieces, where: Indices, cubic: Floats) -> Floats:
        """For each sample, the larger of the errors there and half-way to the next one."""
        samples = self.samples
        c0, c1, c2, c3 = pieces.of_samples(cubic)
        u = pieces.along
        errors = np.abs(c0 + u * (c1 + u * (c2 + u * c3)) - samples.values[where])
        u = u + 0.5 * samples.gap[where] * pieces.of_samples(1.0 / pieces.length)
        half_way = np.abs(c0 + u * (c1 + u * (c2 + u * c3)) - samples.middle[where])
        np.maximum(errors, half_way, out=errors)
        return np.where(samples.last[where], 0.0, errors)

    def _peaks(self, pieces: Pieces, cubic: Floats) -> Floats:
        """For each sample, the largest error anywhere up to the next one: both curves are cubics there."""
        samples = self.samples
        c0, c1, c2, c3 = pieces.of_samples(cubic)
        u, step = pieces.along, samples.gap * pieces.of_samples(1.0 / pieces.length)
        d0 = c0 + u * (c1 + u * (c2 + u * c3)) - samples.cubic[0]
        d1 = step * (c1 + u * (2.0 * c2 + 3.0 * u * c3)) - samples.cubic[1]
        d2 = step**2 * (c2 + 3.0 * u * c3) - samples.cubic[2]
        d3 = step**3 * c3 - samples.cubic[3]
        errors = np.maximum(np.abs(d0), np.abs(d0 + d1 + d2 + d3))
        # Where the difference stands still: the roots of d1 + 2 d2 x + 3 d3 x^2, without cancellation.
        root = np.sqrt(np.maximum(d2 * d2 - 3.0 * d3 * d1, 0.0))
        q = -(d2 + np.copysign(root, d2))
        with np.errstate(divide="ignore", invalid="ignore"):
            for x in (q / (3.0 * d3), d1 / q):
                x = np.clip(np.nan_to_num(x), 0.0, 1.0)
                np.maximum(errors, np.abs(d0 + x * (d1 + x * (d2 + x * d3))), out=errors)
        return np.where(samples.last, 0.0, errors)

    def _add_knots(self, todo: Indices, pieces: Pieces, errors: Floats, bad: Flags) -> Indices:
        """In each bad stretch, a knot where the error is largest; where there is no room, nail its ends.

        Gives the new knots.
        """
        inner = errors.copy()
        inner[pieces.knots] = -1.0
        top = pieces.worst(inner)
        room = bad & (top >= 0.0)
        hits = np.flatnonzero(inner == pieces.of_samples(np.where(room, top, np.inf)))
        stretch = np.searchsorted(pieces.knots, hits, side="right")
        first = hits[np.diff(stretch, prepend=-1) > 0]
        self.knot[todo[first]] = True
        full = np.flatnonzero(bad & ~room)
        nailed = todo[pieces.knots[np.union1d(full, full + 1)]]
        self.nailed[nailed] = True
        self.value[nailed], self.slope[nailed] = self.samples.values[nailed], self.samples.slopes[nailed]
        added: Indices = todo[first]
        return added

    def thin(self, rounds: int = 2) -> None:
        """Take knots away, and put one in the place of two, wherever the bound allows."""
        for turn in range(rounds):
            for phase in range(4):
                self._remove(phase, turn)
            for phase in range(3):
                self._merge(phase, turn)

    def _chain(self) -> tuple[Indices, Indices, Indices]:
        """Knots in order; the position of the nearest fixed one, up to each and from each on."""
        knots = np.flatnonzero(self.knot)
        fixed = self.samples.fixed[knots]
        places = np.arange(len(knots))
        before = np.maximum.accumulate(np.where(fixed, places, 0))
        after = np.minimum.accumulate(np.where(fixed, places, len(knots) - 1)[::-1])[::-1]
        return knots, before, after

    def _remove(self, phase: int, turn: int) -> None:
        knots, before, after = self._chain()
        places = np.arange(len(knots))
        centre = places[(before != places) & ((places - before + turn) % 4 == phase)]
        first, final = np.maximum(centre - 2, before[centre]), np.minimum(centre + 2, after[centre])
        left = np.where(centre - 1 > first, knots[centre - 1], -1)
        right = np.where(centre + 1 < final, knots[centre + 1], -1)
        good = self._refit(knots[first], knots[final], np.stack([left, right], axis=1))
        self.knot[knots[centre[good]]] = False

    def _merge(self, phase: int, turn: int) -> None:
        knots, before, _ = self._chain()
        places = np.arange(len(knots))
        pair = places[(before != places) & ((places - before + turn) % 3 == phase)]
        pair = pair[before[pair + 1] != pair + 1]
        for part in (0.5, 0.25, 0.75):
            one, two = knots[pair], knots[pair + 1]
            middle = one + np.floor(part * (two - one) + 0.5).astype(np.intp)
            good = self._refit(knots[pair - 1], knots[pair + 2], middle[:, None])
            self.knot[one[good]] = self.knot[two[good]] = False
            self.knot[middle[good]] = True
            pair = pair[~good]

    def _refit(self, first: Indices, final: Indices, inner: Indices) -> Flags:
        """Fit windows of samples first..final (their outer knots given) with knots at ``inner`` (-1: none).

        Where that keeps the bound the new values and slopes are taken over; says where.
        """
        if len(first) == 0:
            return np.zeros(0, dtype=bool)
        sizes = final - first + 1
        where = ranges(first, sizes)
        begin = np.cumsum(sizes) - sizes
        last = np.zeros(len(where), dtype=bool)
        last[begin + sizes - 1] = True
        chosen = np.concatenate([first[:, None], inner, final[:, None]], axis=1)
        present = chosen >= 0
        outer = np.zeros(chosen.shape, dtype=bool)
        outer[:, [0, -1]] = True
        pieces = Pieces(self.samples.times[where], (chosen - first[:, None] + begin[:, None])[present], last)
        value, slope = self._fitted(pieces, where, outer[present], 3)
        errors = self._errors(pieces, where, pieces.polynomials(value, slope))
        errors[pieces.knots[pieces.leaves(value, slope, self.limits)]] = np.inf
        errors[last] = 0.0
        good: Flags = np.maximum.reduceat(errors, begin) <= self.tolerance
        window = np.broadcast_to(np.arange(len(first))[:, None], chosen.shape)[present]
        keep = good[window]
        at = where[pieces.knots[keep]]
        self.value[at], self.slope[at] = value[keep], slope[keep]
        return good

    def curves(self, start: float) -> dict[int, Curve]:
        """By strip; one that nothing moves is left out."""
        at = np.flatnonzero(self.knot)
        column, pinned = self.samples.column[at], self.samples.pinned[at]
        times, values, slopes = self.samples.times[at], self.value[at], self.slope[at]
        # A flat key among flat keys of its own value says nothing, nor does one at an end of the curve, where
        # the value is held anyway. Pinned ones stay.
        still = slopes == 0.0
        begins, ends = np.diff(column, prepend=-1) != 0, np.diff(column, append=-1) != 0
        level = (np.diff(values) == 0.0) & still[1:] & still[:-1]
        idle = still & ~pinned & (np.append(False, level) | begins) & (np.append(level, False) | ends)
        kept = ~idle
        at_column, t = column[kept], np.round(times[kept] + start, 6)
        v = np.where(pinned[kept], values[kept], np.round(values[kept], 5))
        s = _tidy_slopes(at_column, t, v, slopes[kept], self.limits)
        found, edges = np.unique(at_column, return_index=True)
        edges = np.append(edges, len(at_column))
        return {
            int(name): Curve.hermite(t[a:b], v[a:b], s[a:b])
            for name, a, b in zip(found, edges, edges[1:], strict=False)
        }


def _tidy_slopes(
    column: Indices, times: Floats, values: Floats, slopes: Floats, limits: tuple[float, float]
) -> Floats:
    """Slopes of four decimals, never steeper than they were, with handles that stay inside the limits."""
    thirds = np.where(np.diff(column) == 0, np.diff(times), 0.0) / 3.0
    before, after = np.append(0.0, thirds), np.append(thirds, 0.0)
    up, down = limits[1] - values, values - limits[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = np.fmin(up / after, down / before)  # a handle without a stretch bounds nothing: inf or nan
        fall = np.fmin(down / after, up / before)
    bounded = np.clip(slopes, np.where(slopes < 0.0, -fall, 0.0), np.where(slopes > 0.0, rise, 0.0))
    result: Floats = np.trunc(bounded * 1e4) / 1e4 + 0.0
    return result
