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

_BINS = 25  # slices across the moving region, in each of which one pair of lip points is sought; odd: points
# in the middle of a face lie in the middle of one
_MOVES = 1e-4  # of a mesh's size: a shape that moves no point further is empty
_STILL = 0.02  # of the largest movement: points that move less are no part of the region
_NEAR = 0.03  # of the region's width: distances at rest are counted from here, so that 0 is no winner
_TEARS = 0.3  # of the strongest tear (parting over distance at rest): where it is weaker the lips have ended
_CENTRAL = 0.08  # of the region's width: the middle of a face, where the line of the lips is begun
_TORN = 0.25  # of the strongest tear: as much the middle must tear for that
_GAPS = 2  # slices among which one must tear for the line to go on: a coarse mesh has no points in some
_FRONT = 0.06  # of the region's width: how far behind the foremost pair lips may lie
_MOST = 320  # points of a slice that are compared with each other
_STEPS = 3  # by which a middle is found
_MIRRORED = 120  # points of a face whose mirror images are held against
_AGAINST = 6000  # others
_SURE = 0.004  # of its width: mirror images that lie so near leave no doubt about where its middle is
_ALIKE = 0.02  # of a face's width: its sides are alike where mirror images lie this near to points


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
    off: float = 0.0  # in widths: how far the line lies beside the middle of a face whose sides are alike

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

    def aside(self, move: Floats) -> float:
        """How far the lips' middle goes to one side, in widths of the mouth; ``move``: of all points."""
        lips = (move[self.upper[self.middle]] + move[self.lower[self.middle]]) / 2.0
        return float(lips.mean(axis=0) @ self.side) / self.width

    def unevenness(self, move: Floats) -> float:
        """How unlike the corners move, each outward, up and forward, in widths of the mouth."""
        first, last = ((move[self.upper[i]] + move[self.lower[i]]) / 2.0 for i in (0, -1))
        apart = [(first + last) @ self.side, (first - last) @ self.up, (first - last) @ self.front]
        return float(np.abs(apart).max()) / self.width


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
    side, front, plane = _directions(rest, move, region)
    across = rest[region] @ side
    width = float(np.ptp(across))
    if width <= 0.0:
        return None
    near = _around(rest, region)
    pairs = _partings(rest, move, near, side, up, front, width, plane)
    if not pairs:
        return None
    lips = _one_line(pairs, plane, width)
    upper = np.array([pair[1] for pair in lips])
    lower = np.array([pair[2] for pair in lips])
    where = np.array([pair[0] for pair in lips])
    spread = max(float(np.ptp(where)), width / _BINS)
    halfway = float(where[0] + where[-1]) / 2.0
    off = 0.0 if plane is None else abs(halfway - plane) / spread
    if plane is not None and where[0] <= plane <= where[-1]:
        halfway = plane
    middle = np.abs(where - halfway) <= max(0.2 * float(np.ptp(where)), 1e-12)
    if not middle.any():
        middle[np.argmin(np.abs(where - halfway))] = True
    gaps = (rest[upper] - rest[lower]) @ up
    opening = float((((opened[upper] - opened[lower]) @ up) - gaps)[middle].mean())
    return Mouth(upper, lower, middle, up, side, front, gaps, opening, spread, off)


def mirror_of(points: Floats, side: Floats) -> tuple[float, float]:
    """How unlike the two sides of some points are, and where along ``side`` their middle lies.

    The first is how far mirror images lie from the nearest points, on average, in widths of all; infinite
    where there is no width.
    """
    across = points @ side
    width = float(np.ptp(across)) if len(points) else 0.0
    if width <= 0.0:
        return float("inf"), 0.0
    some = points[:: max(1, len(points) // _MIRRORED)]
    against = points[:: max(1, len(points) // _AGAINST)]
    best = (float("inf"), 0.0)
    for start in ((float(across.min()) + float(across.max())) / 2.0, float(np.median(across)), 0.0):
        far, plane = _mirror(some, against, side, start)
        best = min(best, (far / width, plane))
        if best[0] <= _SURE:
            break
    return best


def _mirror(some: Floats, against: Floats, side: Floats, plane: float) -> tuple[float, float]:
    """(mean distance of mirror images from the nearest points, plane), the plane moved where it is least."""
    across, origin = some @ side, against.mean(axis=0)
    others = against - origin
    squares = (others**2).sum(axis=1)
    far = 0.0
    for _ in range(_STEPS):
        images = some + np.outer(2.0 * (plane - across), side) - origin
        distances = (images**2).sum(axis=1)[:, None] + squares[None] - 2.0 * images @ others.T
        far = float(np.sqrt(np.maximum(distances.min(axis=1), 0.0)).mean())
        plane = float(np.median((across + against[distances.argmin(axis=1)] @ side) / 2.0))
    return far, plane


def _one_line(
    pairs: list[tuple[float, int, int, float, float]], plane: float | None, width: float
) -> list[tuple[float, int, int, float, float]]:
    """From the slice that tears most, to both sides as long as there is a tear: cheeks only stretch.

    It begins in the middle of the face where that is known and torn: folds beside it may tear more.
    """
    pairs = sorted(pairs)
    tears = [pair[4] for pair in pairs]
    first = last = max(range(len(pairs)), key=tears.__getitem__)
    if plane is not None:
        central = [i for i, pair in enumerate(pairs) if abs(pair[0] - plane) <= _CENTRAL * width]
        torn = max(central, key=tears.__getitem__, default=first)
        first = last = torn if tears[torn] >= _TORN * tears[first] else first
    enough = _TEARS * tears[first]
    while first > 0 and max(tears[max(0, first - _GAPS) : first]) >= enough:
        first -= 1
    while last + 1 < len(tears) and max(tears[last + 1 : last + 1 + _GAPS]) >= enough:
        last += 1
    return [pair for pair in pairs[first : last + 1] if pair[4] >= enough]


def _directions(rest: Floats, move: Floats, region: Places) -> tuple[Floats, Floats, float | None]:
    """Left-right, forward, and where the face's middle is: its sides are alike. Of a face whose sides are
    not, an opening mouth moves as much to the left as to the right.
    """
    heights = rest[region][:, 2]
    level = rest[(rest[:, 2] >= heights.min()) & (rest[:, 2] <= heights.max())]
    side = np.array([1.0, 0.0, 0.0])
    across = mirror_of(level, side)
    along = mirror_of(level, side[[1, 0, 2]]) if across[0] > _SURE else (float("inf"), 0.0)
    drift = np.abs(move[region].sum(axis=0)) / max(1e-12, float(np.abs(move[region]).sum()))
    alike = min(across[0], along[0]) <= _ALIKE
    turned = along[0] < across[0] if alike else drift[0] > drift[1] + 0.1
    plane = (along[1] if turned else across[1]) if alike else None
    forward = side if turned else side[[1, 0, 2]]
    side = side[[1, 0, 2]] if turned else side
    ahead = float(
        np.median(rest[region] @ forward) - np.mean([level.min(axis=0), level.max(axis=0)], axis=0) @ forward
    )
    return side, forward if ahead > 0.0 else -forward, plane


def _around(rest: Floats, region: Places) -> Places:
    """The region and what lies beside it: an upper lip may stand quite still."""
    low, high = rest[region].min(axis=0), rest[region].max(axis=0)
    room = 0.1 * (high - low)
    inside = np.all((rest >= low - room) & (rest <= high + room), axis=1)
    return np.flatnonzero(inside)


def _partings(
    rest: Floats,
    move: Floats,
    near: Places,
    side: Floats,
    up: Floats,
    front: Floats,
    width: float,
    plane: float | None,
) -> list[tuple[float, int, int, float, float]]:
    """The best pair of each slice across the face: place, upper, lower, parting, tear."""
    across = rest[near] @ side
    first, last = float(across.min()), float(across.max())
    if plane is not None:  # both sides in the same slices
        half = max(plane - first, last - plane)
        first, last = plane - half, plane + half
    edges = np.linspace(first, last + 1e-9, _BINS + 1)
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
