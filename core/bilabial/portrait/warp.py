"""Frames of a still that moves: the mesh says where each pixel comes from, and what opens is painted in.

Only what moved is made anew; everything else is the still itself, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .flat_face import Opening
from .inside import Inside
from .mesh import PictureMesh
from .sampling import Packed, enlarged, packed, sample, spread, unpacked

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]
Picture = NDArray[np.uint8]

GAZE = 0.16  # of an eye's width that the iris goes when an eye looks fully aside
GAZE_DOWN = 0.6  # of that when it looks fully up or down
_STILL = 0.02  # pixels: what moves less is not made again
_TOUCH = 2e-4  # metres of the head: lips this near touch
_SOFT = 0.012  # of the mouth's width: over so many pixels the lips' edge fades into the dark
_COARSE = 160  # a face's width is spread over about so many nodes


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """What one frame shows."""

    weights: Floats  # of the mesh's shapes
    open_share: float = 1.0  # 1: lips as in the still; 0: as the weights say, closed where these are 0
    turn: tuple[float, float, float] = (0.0, 0.0, 0.0)  # radians: the head's pitch, yaw, roll
    gaze: tuple[float, float] = (0.0, 0.0)  # of an eye's width: how far both eyes look aside and down

    def same(self, other: Pose) -> bool:
        told = (self.open_share, self.turn, self.gaze) == (other.open_share, other.turn, other.gaze)
        return told and bool(np.array_equal(self.weights, other.weights))


@dataclass(frozen=True, slots=True)
class _Box:
    """A part of the picture: first column and row, and those after the last."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    @property
    def where(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)


@dataclass(eq=False)
class Painter:
    """Draws poses of one still, uint8 (height, width, 4)."""

    still: Picture
    mesh: PictureMesh
    inside: Inside
    _pixels: Packed = field(init=False)

    def __post_init__(self) -> None:
        self._pixels = packed(self.still)

    def paint(self, pose: Pose) -> Picture:
        """The frame of a pose, uint8 (height, width, 4); the still itself where nothing moved."""
        mesh = self.mesh
        start = mesh.still
        posed = mesh.pose(pose.weights, pose.open_share, pose.turn)
        moved = np.abs(posed - start).max(1) > _STILL
        if not moved.any() and not any(pose.gaze):
            return self.still
        out = self._pixels.copy()
        triangles = mesh.triangles[moved[mesh.triangles].any(1)]
        if len(triangles):
            box = self._box(posed[np.unique(triangles)], 1)
            self._skin(out, box, posed, start, triangles)
        base = mesh.pose(np.zeros(len(mesh.names)), 1.0, pose.turn)
        for opening in mesh.eyes:
            self._eye(out, opening, posed, start, base, triangles, pose.gaze)
        self._mouth(out, posed, start, base, triangles, pose)
        return unpacked(out)

    def _box(self, points: Floats, margin: float) -> _Box:
        height, width = self._pixels.shape
        low = np.clip(np.floor(points.min(0) - margin), 0, (width, height)).astype(int)
        high = np.clip(np.ceil(points.max(0) + margin) + 1, 0, (width, height)).astype(int)
        return _Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))

    def _sources(self, box: _Box, step: int, posed: Floats, start: Floats, triangles: Integers) -> Floats32:
        """The way from each pixel of a box to where it comes from, at a lattice's nodes; NaN in openings."""
        nodes = ((box.right - box.left - 1) // step + 2, (box.bottom - box.top - 1) // step + 2)
        return spread(posed, start - posed, triangles, (box.left, box.top), step, nodes)

    def _skin(self, out: Packed, box: _Box, posed: Floats, start: Floats, triangles: Integers) -> None:
        step = max(1, round(float(np.ptp(self.mesh.rest[:, 0])) / 2.4 / _COARSE))
        shift = self._sources(box, step, posed, start, triangles)
        out[box.where] = self._read(box, np.nan_to_num(shift, copy=False), step)

    def _read(self, box: _Box, shift: Floats32, step: int) -> Packed:
        """The still, shifted as the nodes say, over a box."""
        height, width = box.bottom - box.top, box.right - box.left
        full = enlarged(shift, step, height, width)
        x = np.arange(box.left, box.right, dtype=np.float32)
        y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None]
        return sample(self._pixels, full[..., 0] + x, full[..., 1] + y)

    def _eye(
        self, out: Packed, opening: Opening, posed: Floats, start: Floats, base: Floats, triangles: Integers,
        gaze: tuple[float, float],
    ) -> None:  # fmt: skip
        ids = np.concatenate((opening.upper, opening.lower))
        if not any(gaze) and np.abs(posed[ids] - start[ids]).max() <= _STILL:
            return
        edge = _Edge(opening, posed, self.mesh.roll)
        box = self._box(np.concatenate((posed[ids], start[ids])), 3)
        if box.empty:
            return
        skin, cover = self._around(box, edge, posed, start, triangles)
        rigid = (base[ids] - start[ids]).mean(0)
        x = np.arange(box.left, box.right, dtype=np.float32) - np.float32(rigid[0])
        y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] - np.float32(rigid[1])
        x, y = np.broadcast_arrays(x, y)
        if any(gaze):
            x, y = _looking(x, y, start[opening.upper], start[opening.lower], gaze)
        ball = sample(self._pixels, x, y)
        out[box.where] = _mixed(skin, ball, cover)

    def _mouth(
        self, out: Packed, posed: Floats, start: Floats, base: Floats, triangles: Integers, pose: Pose
    ) -> None:
        opening = self.mesh.mouth
        ids = np.concatenate((opening.upper, opening.lower))
        if np.abs(posed[ids] - start[ids]).max() <= _STILL:
            return
        touch = _TOUCH * self.mesh.scale[1] * (1 - pose.open_share)
        soft = _SOFT * float(np.linalg.norm(start[opening.upper[-1]] - start[opening.upper[0]]))
        edge = _Edge(opening, posed, self.mesh.roll, touch, soft)
        box = self._box(np.concatenate((posed[ids], start[ids])), 4)
        if box.empty:
            return
        skin, cover = self._around(box, edge, posed, start, triangles)
        if cover.any():
            row, column = np.nonzero(cover)
            x = (column + box.left).astype(np.float64)
            y = (row + box.top).astype(np.float64)
            carried = (base[ids] - start[ids]).mean(0)
            colours = self.inside.colours(x, y, edge.gap(x, y), pose.weights, carried, self._pixels)
            behind = skin.copy()
            behind[row, column] = packed(colours[:, None])[:, 0]
            skin = _mixed(skin, behind, cover)
        out[box.where] = skin

    def _around(
        self, box: _Box, edge: _Edge, posed: Floats, start: Floats, triangles: Integers
    ) -> tuple[Packed, Floats32]:
        """The skin over a box with an opening, and how much of each pixel is open.

        The skin goes on from both sides, to the opening's middle.
        """
        step = 1 if box.right - box.left < 200 else 2
        shift = self._sources(box, step, posed, start, triangles)
        holes = np.isnan(shift[..., 0])
        x = np.arange(box.left, box.right, dtype=np.float32)
        y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None]
        under, cover = edge.side_and_cover(x, y)
        over_shift, under_shift = _filled(shift, holes, down=True), _filled(shift, holes, down=False)
        height, width = box.bottom - box.top, box.right - box.left
        a = enlarged(over_shift, step, height, width)
        b = enlarged(under_shift, step, height, width)
        full = np.where(under[..., None], b, a)
        return sample(self._pixels, full[..., 0] + x, full[..., 1] + y), cover


class _Edge:
    """The edges of an opening as they lie in a frame, in a grid that leans with the face."""

    def __init__(
        self, opening: Opening, posed: Floats, roll: float, touch: float = 0.0, soft: float = 1.0
    ) -> None:
        self._soft = max(soft, 1.0)
        self._across = np.array((np.cos(roll), np.sin(roll)))
        self._down = np.array((-np.sin(roll), np.cos(roll)))
        upper, lower = posed[opening.upper], posed[opening.lower]
        self._u = np.maximum.accumulate((upper @ self._across + lower @ self._across) / 2)
        top, bottom = upper @ self._down, lower @ self._down
        middle = (top + bottom) / 2
        half = np.maximum(bottom - top - touch, 0.0) / 2
        half[[0, -1]] = 0.0
        self._top, self._bottom = middle - half, middle + half
        self._middle = middle

    def side_and_cover(self, x: Floats32, y: Floats32) -> tuple[NDArray[np.bool_], Floats32]:
        """Which pixels lie below the opening's middle line, and which share of each lies in the opening."""
        u = x * np.float32(self._across[0]) + y * np.float32(self._across[1])
        v = x * np.float32(self._down[0]) + y * np.float32(self._down[1])
        top, bottom, middle = (
            np.interp(u, self._u, line) for line in (self._top, self._bottom, self._middle)
        )
        reach = self._soft / 2
        inside = np.minimum(bottom, v + reach) - np.maximum(top, v - reach)
        cover = np.clip(inside / self._soft, 0.0, 1.0).astype(np.float32)
        cover[(u < self._u[0]) | (u > self._u[-1])] = 0.0
        return v > middle, cover

    def gap(self, x: Floats, y: Floats) -> Floats:
        """For places: u and v in the leaning grid, and the edges' v there, (n, 4)."""
        u, v = x * self._across[0] + y * self._across[1], x * self._down[0] + y * self._down[1]
        return np.stack((u, v, np.interp(u, self._u, self._top), np.interp(u, self._u, self._bottom)), axis=1)


def _filled(shift: Floats32, holes: NDArray[np.bool_], down: bool) -> Floats32:
    """Holes filled from above (``down``) or from below, with 0 where nothing is there."""
    flipped = shift if down else shift[::-1]
    gaps = holes if down else holes[::-1]
    rows = np.where(gaps, -1, np.arange(len(gaps))[:, None])
    near = np.maximum.accumulate(rows, axis=0)
    filled = np.take_along_axis(flipped, np.maximum(near, 0)[..., None], axis=0)
    filled = np.nan_to_num(filled)
    return filled if down else filled[::-1]


def _mixed(skin: Packed, behind: Packed, cover: Floats32) -> Packed:
    """What lies behind, shown through the skin as far as each pixel is open."""
    out = skin.copy()
    row, column = np.nonzero(cover)
    share = cover[row, column][:, None]
    front, back = unpacked(skin[row, column]), unpacked(behind[row, column])
    blended = (front + (back.astype(np.float32) - front) * share + 0.5).astype(np.uint8)
    out[row, column] = packed(blended[:, None])[:, 0]
    return out


def gaze_share(x: Floats, y: Floats, upper: Floats, lower: Floats) -> Floats:
    """Pixels that places of an eye go for a gaze of one eye width: all in the middle, none at the corners."""
    width = float(np.linalg.norm(upper[-1] - upper[0]))
    both = np.concatenate((upper, lower))
    middle = (both.min(0) + both.max(0)) / 2
    share = np.clip(1.15 - np.hypot(x - middle[0], y - middle[1]) / (width / 2), 0, 1)
    return np.asarray(share * share * (3 - 2 * share) * width, np.float64)


def _looking(
    x: Floats32, y: Floats32, upper: Floats, lower: Floats, gaze: tuple[float, float]
) -> tuple[Floats32, Floats32]:
    """Sources of an eye whose iris is pushed aside."""
    share = gaze_share(x.astype(np.float64), y.astype(np.float64), upper, lower)
    return (x - share * gaze[0]).astype(np.float32), (y - share * gaze[1]).astype(np.float32)
