"""The mesh that a still is warped with: the demo head's face, laid over the face in the picture.

The head's front, seen flat, is bent onto the points of the face, so that every shape of the head (ARKit's 52
and two of the tongue) is a shape of the picture. The mouth and the eyes are cut open in it. At rest the lips
are closed; ``open_still`` is how far those of the still stand open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..render.demo_head import DemoHead
from .fitting import Stretch, open_lips, pairs
from .flat_face import Opening, face_of
from .points import FaceError, FacePoints
from .spline import Spline

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

# Rings laid around the face: their size, how far they follow its shapes, and how far the head's turning.
_AROUND = (
    (1.08, 0.75, 1.0), (1.2, 0.42, 0.96), (1.36, 0.17, 0.85),
    (1.6, 0.04, 0.6), (1.95, 0.0, 0.28), (2.4, 0.0, 0.0),
)  # fmt: skip
_NECK = 0.55  # of the distance from the eyes to the chin: how far below the chin the head turns about
_NECK_DEPTH = 0.06  # metres from the face's front back to that point


@dataclass(frozen=True, eq=False)
class PictureMesh:
    """n vertices over a picture; pixels, x to the right and y down, (0, 0) the middle of the first pixel."""

    rest: Floats  # (n, 2) with closed lips
    open_still: Floats  # (n, 2) what to add to ``rest`` to be where the still shows it
    triangles: Integers  # (m, 3)
    names: tuple[str, ...]  # of the shapes
    basis: Floats32  # (shapes, n, 2) pixels at weight 1
    depth: Floats  # (n,) pixels towards the viewer, from where the head turns
    share: Floats  # (n,) how far a vertex follows the head, 0..1
    pivot: Floats  # (2,) where the head turns about
    mouth: Opening
    eyes: tuple[Opening, Opening]  # left, right
    lips: Integers  # vertices of the red of the lips
    inner: int  # the first so many vertices are the face itself, the others lie around it
    around: int  # vertices of each ring around it; the last ring never moves
    scale: tuple[float, float]  # pixels in a metre of the head, across and down, at the mouth
    roll: float  # radians, of the face in the picture

    @property
    def still(self) -> Floats:
        """Where each vertex lies in the still."""
        return self.rest + self.open_still

    @cached_property
    def is_open(self) -> bool:
        return bool(np.abs(self.open_still).max() > 0)

    def pose(
        self, weights: NDArray[np.floating], open_share: float = 0.0, turn: tuple[float, ...] = ()
    ) -> Floats:
        """Where the vertices go. ``weights`` (shapes,); ``turn``: the head's pitch, yaw, roll in radians."""
        used = np.flatnonzero(weights)
        moved = self.rest + open_share * self.open_still
        if len(used):
            moved = moved + np.tensordot(np.asarray(weights, np.float64)[used], self.basis[used], axes=1)
        return self._turned(moved, *turn) if any(turn) else moved

    def _turned(self, points: Floats, pitch: float, yaw: float, roll: float) -> Floats:
        """``points`` with the head nodding down, turning to its left and leaning to its left, radians."""
        x, y = (points - self.pivot).T
        z = self.depth
        x, z = x * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - x * np.sin(yaw)
        y = y * np.cos(pitch) + z * np.sin(pitch)
        x, y = x * np.cos(roll) - y * np.sin(roll), y * np.cos(roll) + x * np.sin(roll)
        goal = np.stack((x, y), axis=1) + self.pivot
        return np.asarray(points + self.share[:, None] * (goal - points), np.float64)


def lay_mesh(head: DemoHead, points: FacePoints) -> PictureMesh:
    """The mesh over the face at ``points``."""
    face = face_of(head)
    places, targets, opened = pairs(head, face, points)
    spline = Spline(places, targets - opened)
    rest = spline(face.flat)
    if _flipped(rest, face.triangles) > 0.12:
        raise FaceError(
            "the points of the face do not fit a face seen from in front: check them, or place eight by hand"
        )
    stretch = Stretch(head, face, points, rest)
    moves = np.stack([stretch(face.of(head, name)) for name in head.shapes])
    opening = open_lips(face, head, points, rest)
    depth = -head.vertices[face.ids, 1].astype(np.float64)
    depth = (depth - depth.max() + _NECK_DEPTH) * stretch.mean
    inner = len(rest)
    loop = face.boundary
    centre = (rest[loop].min(0) + rest[loop].max(0)) / 2
    smooth = _smoothed(rest[loop])
    rings = [centre + (smooth - centre) * size for size, _, _ in _AROUND]
    all_moves = [moves] + [moves[:, loop] * shapes for _, shapes, _ in _AROUND]
    turning = [np.ones(inner)] + [np.full(len(loop), turns) for _, _, turns in _AROUND]
    eyes, chin = (points.eye("Left") + points.eye("Right")) / 2, points.lines["chin"][0]
    return PictureMesh(
        rest=np.concatenate((rest, *rings)),
        open_still=np.concatenate((opening, *(opening[loop] * shapes for _, shapes, _ in _AROUND))),
        triangles=np.concatenate((face.triangles, _bands(loop, inner, len(_AROUND)))),
        names=tuple(head.shapes),
        basis=np.concatenate(all_moves, axis=1).astype(np.float32),
        depth=np.concatenate((depth, *[depth[loop]] * len(_AROUND))),
        share=np.concatenate(turning),
        pivot=chin + _NECK * (chin - eyes),
        mouth=face.mouth,
        eyes=face.eyes,
        lips=face.lip_rings[:-2].ravel(),
        inner=inner,
        around=len(loop),
        scale=stretch.mouth,
        roll=points.roll,
    )


def _smoothed(line: Floats) -> Floats:
    """A closed line without its teeth: the head's quads end in steps."""
    for _ in range(6):
        line = (np.roll(line, 1, axis=0) + 2 * line + np.roll(line, -1, axis=0)) / 4
    return line


def _bands(loop: Integers, inner: int, count: int) -> Integers:
    """Triangles between the face's edge and the rings around it."""
    rings = [loop] + [inner + i * len(loop) + np.arange(len(loop)) for i in range(count)]
    found = []
    for near, far in pairwise(rings):
        a, b, c, d = near, np.roll(near, -1), np.roll(far, -1), far
        found += [np.stack((a, d, c), axis=1), np.stack((a, c, b), axis=1)]
    return np.concatenate(found)


def _flipped(points: Floats, triangles: Integers) -> float:
    """The share of triangles that face away."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return float((area >= 0).mean())
