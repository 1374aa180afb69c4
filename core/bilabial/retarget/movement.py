"""Where a face's mouth is and what it does, by movement alone: points of a mesh, at rest and posed.

A mouth is where neighbours part: points that lie close together at rest and far apart when it opens. Of such
places the foremost are the lips (behind them teeth part as well). No name and no topology is used: any mesh
will do that opens its mouth in some pose. Units are those of the points; directions those of the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_BINS = 24  # slices across the moving region, in each of which one pair of lip points is sought
_MOVES = 1e-4  # of a mesh's size: a shape that moves no point further is empty
_STILL = 0.02  # of the largest movement: points that move less are no part of the region
_NEAR = 0.03  # of the region's width: distances at rest are counted from here, so that 0 is no winner
_TEARS = 0.4  # of the strongest tear (parting over distance at rest): where it is weaker the lips have ended
_FRONT = 0.06  # of the region's width: how far behind the foremost pair lips may lie
_MOST = 320  # points of a slice that are compared with each other


@dataclass(frozen=True, slots=True, eq=False)
class Mouth:
    """Pairs of points of one mesh on the line where the lips meet, from one corner to the other."""

    upper: Places  # (pairs,)
    lower: Places
    middle: NDArray[np.bool_]  # (pairs,) those near the middle, whose gap is what counts
    up: Floats  # unit vectors
    side: Floats
    front: Floats
    rest: Floats  # (pairs,) gap at rest
    opening: float  # mean gap of the middle in the pose by which the mouth was found, above rest
    width: float  # between the corners, at rest

    def gaps(self, points: Floats) -> Floats:
        """How far each pair of lip points stands apart, above rest."""
        gaps: Floats = (points[self.upper] - points[self.lower]) @ self.up - self.rest
        return gaps

    def gap(self, points: Floats) -> float:
        """Mean opening of the middle of the mouth, above rest; negative where lips press."""
        return float(self.gaps(points)[self.middle].mean())

    def spread(self, points: Floats) -> float:
        """Distance of the corners."""
        ends = (
            points[self.lower[-1]] + points[self.upper[-1]] - points[self.lower[0]] - points[self.upper[0]]
        ) / 2
        return float(abs(ends @ self.side))


def is_empty(move: Floats, size: float) -> bool:
    """Whether a displacement (points, 3) moves nothing that could be seen on a mesh of some size."""
    return not len(move) or float(np.abs(move).max()) <= _MOVES * size


def size_of(points: Floats) -> float:
    """The diagonal of the box around some points."""
    return float(np.linalg.norm(np.ptp(points, axis=0))) if len(points) else 0.0


def find_mouth(rest: Floats, opened: Floats) -> Mouth | None:
    """The mouth of a mesh that stands upright (+Z), by one pose that opens it; None where nothing parts."""
    move = opened - rest
    far = np.linalg.norm(move, axis=1)
    if is_empty(move, size_of(rest)):
        return None
    region = np.flatnonzero(far > _STILL * far.max())
    up = np.array([0.0, 0.0, 1.0])
    side, front = _directions(rest, move, region)
    across = rest[region] @ side
    width = float(np.ptp(across))
    if width <= 0.0:
        return None
    near = _around(rest, region)
    pairs = _partings(rest, move, near, side, up, front, width)
    if not pairs:
        return None
    lips = _one_line(pairs)
    upper = np.array([pair[1] for pair in lips])
    lower = np.array([pair[2] for pair in lips])
    where = np.array([pair[0] for pair in lips])
    middle = np.abs(where - (where[0] + where[-1]) / 2.0) <= max(0.2 * float(np.ptp(where)), 1e-12)
    if not middle.any():
        middle[np.argmin(np.abs(where - where.mean()))] = True
    gaps = (rest[upper] - rest[lower]) @ up
    opening = float((((opened[upper] - opened[lower]) @ up) - gaps)[middle].mean())
    spread = max(float(np.ptp(where)), width / _BINS)
    return Mouth(upper, lower, middle, up, side, front, gaps, opening, spread)


def _one_line(
    pairs: list[tuple[float, int, int, float, float]],
) -> list[tuple[float, int, int, float, float]]:
    """From the slice that tears most, to both sides as long as there is a tear: cheeks only stretch."""
    pairs = sorted(pairs)
    tears = [pair[4] for pair in pairs]
    best = max(tears)
    first = last = tears.index(best)
    while first > 0 and tears[first - 1] >= _TEARS * best:
        first -= 1
    while last + 1 < len(tears) and tears[last + 1] >= _TEARS * best:
        last += 1
    return pairs[first : last + 1]


def _directions(rest: Floats, move: Floats, region: Places) -> tuple[Floats, Floats]:
    """Left-right and forward: an opening mouth moves as much to the left as to the right."""
    drift = np.abs(move[region].sum(axis=0)) / max(1e-12, float(np.abs(move[region]).sum()))
    side = np.array([1.0, 0.0, 0.0]) if drift[0] <= drift[1] + 0.1 else np.array([0.0, 1.0, 0.0])
    forward = np.array([0.0, 1.0, 0.0]) if side[0] else np.array([1.0, 0.0, 0.0])
    heights = rest[region][:, 2]
    level = (rest[:, 2] >= heights.min()) & (rest[:, 2] <= heights.max())
    ahead = float(
        np.median(rest[region] @ forward)
        - np.mean([rest[level].min(axis=0), rest[level].max(axis=0)], axis=0) @ forward
    )
    return side, forward if ahead > 0.0 else -forward


def _around(rest: Floats, region: Places) -> Places:
    """The region and what lies beside it: an upper lip may stand quite still."""
    low, high = rest[region].min(axis=0), rest[region].max(axis=0)
    room = 0.1 * (high - low)
    inside = np.all((rest >= low - room) & (rest <= high + room), axis=1)
    return np.flatnonzero(inside)


def _partings(
    rest: Floats, move: Floats, near: Places, side: Floats, up: Floats, front: Floats, width: float
) -> list[tuple[float, int, int, float, float]]:
    """The best pair of each slice across the face: place, upper, lower, parting, tear."""
    across = rest[near] @ side
    edges = np.linspace(across.min(), across.max() + 1e-9, _BINS + 1)
    found = []
    for first, last in pairwise(edges.tolist()):
        ids = near[(across >= first) & (across < last)]
        pair = _parting(rest, move, ids, up, front, width)
        if pair is not None:
            found.append(((first + last) / 2.0, *pair))
    return found


def _parting(
    rest: Floats, move: Floats, ids: Places, up: Floats, front: Floats, width: float
) -> tuple[int, int, float, float] | None:
    """The foremost pair of points of a slice that lie close together at rest and part widely."""
    if len(ids) < 2:
        return None
    if len(ids) > _MOST:  # the foremost
        ids = ids[np.argsort(-(rest[ids] @ front), kind="stable")[:_MOST]]
    points, risen = rest[ids], move[ids] @ up
    apart = risen[:, None] - risen[None, :]
    above = (points[:, None] - points[None, :]) @ up
    distance = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    score = np.where((apart > 0.0) & (above > -_NEAR * width), apart / (distance + _NEAR * width), 0.0)
    best = float(score.max())
    if best <= 0.0:
        return None
    forward = np.minimum.outer(points @ front, points @ front)
    good = score >= 0.5 * best
    lips = good & (forward >= forward[good].max() - _FRONT * width)
    upper, lower = np.unravel_index(int(np.argmax(np.where(lips, score, -1.0))), score.shape)
    return int(ids[upper]), int(ids[lower]), float(apart[upper, lower]), float(score[upper, lower])
