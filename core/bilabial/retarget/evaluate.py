"""From the 31 controls to a rig's channels, many rows at once. The formula stands in profile.py."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS
from ..errors import RigError
from .profile import WORKING_POINT, RigProfile
from .profile_entries import Term

Floats = NDArray[np.floating]
_INDEX = {name: i for i, name in enumerate(CONTROLS)}
JAW, LIP = _INDEX["Jaw"], _INDEX["Lip"]
_SCALED_BY = {"jaw": "jaw", "tongue": "jaw", "lip": "lip", "seal": "", "plain": ""}


def excluded_by(profile: RigProfile, term: Term) -> tuple[int, ...]:
    """Which of the profile's exclusions hold a term back: those on its channel, save by its own control."""
    return tuple(
        i for i, e in enumerate(profile.exclusions) if term.channel in e.channels and term.control not in e.by
    )


class Evaluator:
    """A profile's rules as matrices. ``names`` are the columns of its answers."""

    def __init__(self, profile: RigProfile) -> None:
        self.names = tuple(profile.channels)
        column = {name: i for i, name in enumerate(self.names)}
        self._shares = [[_INDEX[name] for name in e.by] for e in profile.exclusions]
        self._strengths = [e.strength for e in profile.exclusions]
        # Terms that the same exclusions hold back go through one matrix product per way of scaling.
        gathered: dict[tuple[str, tuple[int, ...]], dict[tuple[int, int], float]] = {}
        for term in profile.terms:
            cell = _INDEX[term.control], column[term.channel]
            weights = gathered.setdefault((_SCALED_BY[term.part], excluded_by(profile, term)), {})
            weights[cell] = weights.get(cell, 0.0) + term.weight
        self._groups = []
        for (scale, exclusions), weights in gathered.items():
            rows = sorted({row for row, _ in weights})
            columns = sorted({place for _, place in weights})
            matrix = np.zeros((len(rows), len(columns)))
            for (row, place), weight in weights.items():
                matrix[rows.index(row), columns.index(place)] = weight
            self._groups.append((scale, exclusions, rows, columns, matrix))
        follows = {follow.channel: follow for follow in profile.follows}
        self._follows = [
            (
                column[name],
                column[follows[name].follows],
                [_INDEX[c] for c in follows[name].by],
                follows[name].weight,
            )
            for name in profile.order
            if name in follows
        ]
        self.neutral = np.array([channel.neutral for channel in profile.channels.values()])
        limits = np.array([channel.limits for channel in profile.channels.values()]).reshape(-1, 2)
        self.low, self.high = limits[:, 0], limits[:, 1]

    def __call__(self, dense: Floats) -> NDArray[np.float64]:
        """Controls (rows, 31) in CONTROLS order -> channel values (rows, channels)."""
        values = np.asarray(dense, np.float64)
        if values.ndim != 2 or values.shape[1] != len(CONTROLS):
            raise RigError(
                f"controls come as rows of {len(CONTROLS)} values, not as an array of shape {values.shape}"
            )
        scales = {"jaw": values[:, JAW] / WORKING_POINT, "lip": values[:, LIP] / WORKING_POINT}
        keeps = [
            1.0 - strength * _share(values, by)
            for by, strength in zip(self._shares, self._strengths, strict=True)
        ]
        out: NDArray[np.float64] = np.tile(self.neutral, (len(values), 1))
        for scale, exclusions, rows, columns, matrix in self._groups:
            driving = values[:, rows]
            factors = [scales[scale]] if scale in scales else []
            for factor in [*factors, *(keeps[i] for i in exclusions)]:
                driving *= factor[:, None]
            out[:, columns] += driving @ matrix
        following = [channel for channel, *_ in self._follows]
        free = np.setdiff1d(np.arange(len(self.names)), following)
        out[:, free] = np.clip(out[:, free], self.low[free], self.high[free])
        for channel, leader, by, weight in self._follows:
            share = _share(values, by)
            mixed = out[:, channel] + share * (weight * out[:, leader] - out[:, channel])
            out[:, channel] = np.clip(mixed, self.low[channel], self.high[channel])
        return out


def _share(values: NDArray[np.float64], by: list[int]) -> NDArray[np.float64]:
    """min(1, sum of some controls), per row."""
    share: NDArray[np.float64] = np.minimum(1.0, values[:, by].sum(axis=1))
    return share


def evaluate(profile: RigProfile, dense: Floats) -> NDArray[np.float64]:
    """Controls (rows, 31) -> values (rows, channels), columns in the order of ``profile.channels``."""
    return Evaluator(profile)(dense)


def lip_gap(profile: RigProfile, values: Floats) -> NDArray[np.float64]:
    """How far the lips stand open per row of channel values, by the profile's ``gap``; 0 is closed."""
    weights = np.array([profile.gap.get(name, 0.0) for name in profile.channels])
    gap: NDArray[np.float64] = np.asarray(values, np.float64) @ weights
    return gap


def limits_hit(profile: RigProfile, dense: Floats, tolerance: float = 1e-9) -> dict[str, int]:
    """Rows in which a channel wished to go past its limits and was cut, where that happened."""
    evaluator = Evaluator(profile)
    low, high = evaluator.low.copy(), evaluator.high.copy()
    evaluator.low, evaluator.high = np.full_like(low, -np.inf), np.full_like(high, np.inf)
    wished = evaluator(dense)
    counts = (np.abs(np.clip(wished, low, high) - wished) > tolerance).sum(axis=0)
    return {name: int(count) for name, count in zip(evaluator.names, counts, strict=True) if count}
