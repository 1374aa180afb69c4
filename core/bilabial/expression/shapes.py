"""Movements that several layers make: eased ramps, and chance that is the same each time."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ease(u: Floats) -> Floats:
    """0 to 1 with flat ends."""
    u = np.clip(u, 0.0, 1.0)
    eased: Floats = u * u * (3.0 - 2.0 * u)
    return eased


def bump(times: Floats, start: float, rise: float, hold: float, fall: float) -> Floats:
    """0, eased to 1 over ``rise`` seconds from ``start``, held, and eased back."""
    up = ease((times - start) / rise)
    down = ease((times - start - rise - hold) / fall)
    return up - down


def steps(times: Floats, at: list[float], values: list[float], spans: list[float]) -> Floats:
    """From value to value: at each moment an eased move begins that lasts its span. 0 before the first."""
    result = np.zeros(len(times))
    before = 0.0
    for moment, value, span in zip(at, values, spans, strict=True):
        result += (value - before) * ease((times - moment) / span)
        before = value
    return result


class Chance:
    """Numbers that depend on a seed and a layer's name alone: the same line has the same face each time."""

    def __init__(self, seed: int, layer: str) -> None:
        self._source = np.random.default_rng([seed & 0xFFFFFFFF, zlib.crc32(layer.encode())])

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * float(self._source.random())

    def happens(self, share: float) -> bool:
        return float(self._source.random()) < share

    def side(self) -> float:
        """1 or -1."""
        return 1.0 if self.happens(0.5) else -1.0
