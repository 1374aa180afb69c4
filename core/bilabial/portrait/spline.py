"""A smooth bending of the plane that carries given points to given points: a thin plate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Spline:
    """Carries ``places`` (n, 2) to ``targets`` (n, 2) with the least bending.

    ``slack``: how much a target may be missed, as a share of the whole: noise in found points bends nothing.
    """

    def __init__(self, places: Floats, targets: Floats, slack: float = 1e-4) -> None:
        self._middle = places.mean(0)
        self._size = float(np.abs(places - self._middle).max()) or 1.0
        self._places = (places - self._middle) / self._size
        count = len(places)
        affine = np.column_stack((np.ones(count), self._places))
        system = np.zeros((count + 3, count + 3))
        system[:count, :count] = _plate(self._places, self._places) + slack * np.eye(count)
        system[:count, count:] = affine
        system[count:, :count] = affine.T
        wanted = np.concatenate((targets, np.zeros((3, 2))))
        self._weights = np.linalg.lstsq(system, wanted, rcond=None)[0]

    def __call__(self, points: Floats) -> Floats:
        at = (points - self._middle) / self._size
        bent = _plate(at, self._places) @ self._weights[:-3]
        return np.asarray(bent + np.column_stack((np.ones(len(at)), at)) @ self._weights[-3:], np.float64)


def _plate(a: Floats, b: Floats) -> Floats:
    square = ((a[:, None] - b[None]) ** 2).sum(-1)
    return np.asarray(0.5 * square * np.log(np.maximum(square, 1e-18)), np.float64)
