"""Cubic Hermite pieces, many curves at once: evaluation, and their least-squares fit to samples.

Everything works on flat arrays in which many lanes (pieces of curves) follow one another. A lane's last
sample always carries a knot, and the stretch from there to the next lane's first sample means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

# The four Hermite polynomials over u in 0..1, as rows of coefficients of 1, u, u^2, u^3: of the value and
# the slope (times the stretch's length) at its start, then at its end.
BASIS = np.array([[1.0, 0, -3, 2], [0, 1, -2, 1], [0, 0, 3, -2], [0, 0, -1, 1]])
_PRODUCTS = {(i, j): np.convolve(BASIS[i], BASIS[j]) for i in range(4) for j in range(i, 4)}
_GRAM = np.array(
    [
        [BASIS[i] @ [[1.0 / (a + b + 1) for b in range(4)] for a in range(4)] @ BASIS[j] for j in range(4)]
        for i in range(4)
    ]
)  # integrals over u of one polynomial times another


def monotone_slopes(times: Floats, values: Floats, last: Flags) -> Floats:
    """Slopes of the cubic through all samples that never passes a sample's value (Fritsch and Butland).

    Zero at extrema; at the ends of a lane the slope of its outermost chord.
    """
    gaps = np.diff(times)
    gaps[last[:-1]] = 1.0
    chords = np.diff(values) / gaps
    chords[last[:-1]] = 0.0
    slopes = np.zeros_like(values)
    before, after = chords[:-1], chords[1:]
    weight_before, weight_after = gaps[:-1] + 2.0 * gaps[1:], 2.0 * gaps[:-1] + gaps[1:]
    rising = before * after > 0.0
    safe_before, safe_after = np.where(rising, before, 1.0), np.where(rising, after, 1.0)
    with np.errstate(over="ignore"):  # a chord that is hardly above zero: the mean is zero
        mean = (weight_before + weight_after) / (weight_before / safe_before + weight_after / safe_after)
    slopes[1:-1][rising] = mean[rising]
    first = np.concatenate([[True], last[:-1]])
    slopes[:-1][first[:-1]] = chords[first[:-1]]
    slopes[1:][last[1:]] = chords[last[1:]]
    return slopes


class Pieces:
    """Knots laid over flat samples: which stretch each sample lies in, and how far along."""

    def __init__(self, times: Floats, knots: Indices, last: Flags) -> None:
        """``knots``: ascending sample indices, the first one 0; ``last``: which samples end a lane."""
        self.knots = knots
        self.ends = last[knots]
        starts = times[knots]
        self.length = np.append(np.diff(starts), 1.0)
        self.length[self.ends] = 1.0
        self.counts = np.diff(knots, append=len(times))
        self.along = (times - self.of_samples(starts)) * self.of_samples(1.0 / self.length)

    def of_samples(self, of_stretch: Floats) -> Floats:
        """For each sample what its stretch has."""
        return np.repeat(of_stretch, self.counts, axis=-1)

    def polynomials(self, values: Floats, slopes: Floats) -> Floats:
        """(4, stretches): coefficients of 1, u, u^2, u^3."""
        near = slopes * self.length
        rise = np.append(values[1:], 0.0) - values
        far = np.append(slopes[1:], 0.0) * self.length
        cubic = np.stack([values, near, 3.0 * rise - 2.0 * near - far, near + far - 2.0 * rise])
        cubic[1:, self.ends] = 0.0
        return cubic

    def worst(self, errors: Floats) -> Floats:
        """The largest error in each stretch."""
        result: Floats = np.maximum.reduceat(errors, self.knots)
        return result

    def leaves(self, values: Floats, slopes: Floats, limits: tuple[float, float]) -> Flags:
        """Stretches of which a Bezier handle, and so perhaps the curve, lies outside the limits."""
        third = self.length / 3.0
        out, back = values + slopes * third, np.append((values - slopes * _previous(third))[1:], 0.0)
        low, high = limits[0] - 1e-9, limits[1] + 1e-9
        result: Flags = ~self.ends & ((np.minimum(out, back) < low) | (np.maximum(out, back) > high))
        return result

    def fit(
        self,
        samples: Floats,
        tangents: Floats,
        fixed: Flags,
        values: Floats,
        slopes: Floats,
        limits: tuple[float, float],
        sweeps: int,
    ) -> tuple[Floats, Floats]:
        """Values and slopes of the free knots that bring the curve nearest to the samples (least squares).

        ``samples`` and ``tangents``: value and slope at each sample. Gauss-Seidel over even and odd knots,
        from the given values and slopes; fixed knots stay. A knot's value, and the Bezier handles at a third
        of its stretches, stay inside the limits: so does then the curve.
        """
        a, g = self._normal_equations(samples, tangents)
        h = self.length
        a = {(i, j): m * h ** ((i % 2) + (j % 2)) for (i, j), m in a.items()}
        g = [m * h ** (i % 2) for i, m in enumerate(g)]
        before = {key: _previous(m) for key, m in a.items()}
        h_before = _previous(h)
        h_before[0] = 1.0
        # A whisper of attachment to where a knot began keeps a knot without samples of its own in place.
        hold, hold_slope = 1e-6, 1e-6 * (h * h + h_before * h_before)
        vv, vs = before[2, 2] + a[0, 0] + hold, before[2, 3] + a[0, 1]
        ss = before[3, 3] + a[1, 1] + hold_slope
        right_v = _previous(g[2]) + g[0] + hold * values
        right_s = _previous(g[3]) + g[1] + hold_slope * slopes
        determinant = vv * ss - vs * vs
        low, high = limits
        v, s = values.copy(), slopes.copy()
        turns = [np.flatnonzero(~fixed & (self._places() % 2 == odd)) for odd in (0, 1)]
        for turn in range(2 * sweeps):
            k = turns[turn % 2]
            vb, sb, va, sa = v[k - 1], s[k - 1], v[k + 1], s[k + 1]
            x = right_v[k] - before[0, 2][k] * vb - before[1, 2][k] * sb - a[0, 2][k] * va - a[0, 3][k] * sa
            y = right_s[k] - before[0, 3][k] * vb - before[1, 3][k] * sb - a[1, 2][k] * va - a[1, 3][k] * sa
            value = np.clip((ss[k] * x - vs[k] * y) / determinant[k], low, high)
            up, down = (high - value) * 3.0, (low - value) * 3.0
            steepest = np.minimum(up / h[k], -down / h_before[k])
            shallowest = np.maximum(down / h[k], -up / h_before[k])
            v[k], s[k] = value, np.clip((y - vs[k] * value) / ss[k], shallowest, steepest)
        return v, s

    def _places(self) -> Indices:
        """Each knot's number in its own lane: what comes before a lane must not change its fit."""
        index = np.arange(len(self.knots))
        first = np.append(True, self.ends[:-1])
        return index - np.maximum.accumulate(np.where(first, index, 0))

    def _normal_equations(
        self, samples: Floats, tangents: Floats
    ) -> tuple[dict[tuple[int, int], Floats], list[Floats]]:
        """Sums over each stretch's samples of the basis products, and of basis times sample.

        One sample says nothing about slopes: a stretch of one is fitted to the cubic between the two samples.
        """
        u = self.along
        powers = np.empty((11, len(u)))
        powers[0] = self.of_samples(np.where(self.ends, 0.0, 1.0))
        for degree in range(1, 7):
            np.multiply(powers[degree - 1], u, out=powers[degree])
        np.multiply(powers[:4], samples, out=powers[7:])
        sums = np.add.reduceat(powers, self.knots, axis=1)
        products = {pair: _combined(coefficients, sums[:7]) for pair, coefficients in _PRODUCTS.items()}
        wanted = [_combined(coefficients, sums[7:]) for coefficients in BASIS]
        single = np.flatnonzero((self.counts == 1) & ~self.ends)
        near, far = self.knots[single], self.knots[single] + 1
        h = self.length[single]
        ends = [samples[near], tangents[near] * h, samples[far], tangents[far] * h]
        for sums_of, coefficients in zip(wanted, _GRAM, strict=True):
            sums_of[single] = _combined(coefficients, ends)
        for (i, j), sums_of in products.items():
            sums_of[single] = _GRAM[i, j]
        return products, wanted


def _combined(coefficients: Floats, rows: Sequence[Floats] | Floats) -> Floats:
    """coefficients @ rows, in the same order on every machine: a matrix product rounds as its library likes,
    and one last bit can decide between two equal places for a key.
    """
    result = np.zeros_like(rows[0])
    for coefficient, row in zip(coefficients, rows, strict=True):
        if coefficient:
            result += coefficient * row
    return result


def _previous(of_stretch: Floats) -> Floats:
    """The same of the stretch before each knot's own."""
    return np.concatenate([[0.0], of_stretch[:-1]])
