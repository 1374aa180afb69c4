"""A picture that can speak, as layers for a 3D program: the face with its shapes, and what lies behind it.

Every layer is triangles over a picture with the mesh's shapes, so that one set of shape keys moves them all.
The first layer is the nearest; each lies a little behind the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fitting import SIDES
from .flat_face import Opening
from .mesh import PictureMesh
from .warp import GAZE, GAZE_DOWN, Painter, gaze_share

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]
Picture = NDArray[np.uint8]

_GRID = 9  # points a side of the patch that an eye is
_DARK = (0.5, 0.25, 0.5)  # of the mouth's width: how far the dark reaches aside, up and down from the seam
_EDGE = 0.06  # of the picture's shorter side: so near its edge the skin around a face goes along less
_LIGHT = 0.8  # teeth and tongue lie in the mouth's shade
# How each way of looking moves the eyes in the picture: (x of the left eye, x of the right eye, y).
_LOOKS = {"In": (-1.0, 1.0, 0.0), "Out": (1.0, -1.0, 0.0), "Up": (0.0, 0.0, -1.0), "Down": (0.0, 0.0, 1.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """n vertices; pixels of the still, x to the right and y down."""

    name: str
    places: Floats  # (n, 2) at rest, with closed lips
    triangles: Integers  # (m, 3)
    moves: Floats32  # (shapes, n, 2) at weight 1
    texture: Floats  # (n, 2) places in its picture, pixels
    picture: Picture | None = None  # RGBA; the still where none is


def layers_of(painter: Painter) -> list[Layer]:
    """The face, its eyes, teeth, tongue and the dark; shapes in the order of the mesh's names."""
    mesh, inside = painter.mesh, painter.inside
    found = [_face(painter)]
    for side, opening in zip(SIDES, mesh.eyes, strict=True):
        found.append(_eye(mesh, side, opening))
    for name, picture, corners, motion in inside.pictures():
        dimmed = picture.copy()
        dimmed[..., :3] = (picture[..., :3] * _LIGHT).astype(np.uint8)
        found.append(_card(name, corners, motion, dimmed))
    dark = np.full((2, 2, 4), 255, np.uint8)
    dark[..., :3] = np.array(inside.palette.dark, np.uint8)
    found.append(_card("dark", _dark_corners(mesh), np.zeros((len(mesh.names), 2)), dark))
    return found


def _face(painter: Painter) -> Layer:
    """The mesh and the rest of the still around it, out to its corners."""
    mesh = painter.mesh
    height, width = painter.still.shape[:2]
    ring = np.arange(len(mesh.rest) - mesh.around, len(mesh.rest))
    rim, corners = _rim(mesh.rest[ring], width, height)
    places = np.concatenate((mesh.rest, rim, corners))
    first = len(mesh.rest)
    a, b = ring, np.roll(ring, -1)
    c, d = first + np.arange(len(rim)), first + np.roll(np.arange(len(rim)), -1)
    bands = np.concatenate((np.stack((a, c, d), axis=1), np.stack((a, d, b), axis=1)))
    tips = _tips(rim, corners, first)
    moves = np.zeros((len(mesh.names), len(places), 2), np.float32)
    moves[:, :first] = mesh.basis
    moves[:, mesh.inner : first] *= _within(mesh.rest[mesh.inner :], width, height)[:, None]
    texture = np.concatenate((mesh.still, rim, corners))
    triangles = np.concatenate((mesh.triangles, _turned(bands, places), _turned(tips, places)))
    return Layer("face", places, triangles, moves, texture)


def _within(places: Floats, width: int, height: int) -> Floats32:
    """1 where places lie well within the picture, 0 at its edge and beyond: a chin near it bends no frame."""
    low, high = np.array((-0.5, -0.5)), np.array((width - 0.5, height - 0.5))
    inside = np.minimum(places - low, high - places).min(1)
    return np.asarray(np.clip(inside / (_EDGE * min(width, height)), 0, 1), np.float32)


def _rim(ring: Floats, width: int, height: int) -> tuple[Floats, Floats]:
    """Where rays from the ring's middle through its points leave the picture; and the picture's corners."""
    low, high = np.array((-0.5, -0.5)), np.array((width - 0.5, height - 0.5))
    centre = np.clip((ring.min(0) + ring.max(0)) / 2, low + 1, high - 1)
    way = ring - centre
    with np.errstate(divide="ignore"):
        reach = np.where(way > 0, (high - centre) / way, np.where(way < 0, (low - centre) / way, np.inf)).min(
            1
        )
    rim = centre + way * np.maximum(reach, 1.0)[:, None]  # a ring that is outside already stays
    corners = np.array(((low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])))
    return rim, corners


def _tips(rim: Floats, corners: Floats, first: int) -> Integers:
    """The picture's corners, each as a triangle over the two rim points on either side of it."""
    centre = rim.mean(0)
    angles = np.arctan2(*(rim - centre).T[::-1])
    found = []
    for number, corner in enumerate(corners):
        angle = np.arctan2(corner[1] - centre[1], corner[0] - centre[0])
        ahead = np.mod(angles - angle, 2 * np.pi)
        found.append((first + int(ahead.argmin()), first + len(rim) + number, first + int(ahead.argmax())))
    return np.array(found, np.int64)


def _turned(triangles: Integers, places: Floats) -> Integers:
    """Triangles that all face the viewer, as the mesh's own do."""
    a, b, c = (places[triangles[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    turned = triangles.copy()
    turned[area > 0] = triangles[area > 0][:, [0, 2, 1]]
    return turned


def _eye(mesh: PictureMesh, side: str, opening: Opening) -> Layer:
    """A patch of the still under the lids; looking about pushes its middle, the iris, aside."""
    ring = mesh.still[np.concatenate((opening.upper, opening.lower))]
    slack = 0.08 * np.ptp(ring, axis=0)
    low, high = ring.min(0) - slack, ring.max(0) + slack
    steps = np.linspace(0, 1, _GRID)
    across, down = np.meshgrid(low[0] + steps * (high - low)[0], low[1] + steps * (high - low)[1])
    places = np.stack((across.ravel(), down.ravel()), axis=1)
    share = gaze_share(places[:, 0], places[:, 1], mesh.still[opening.upper], mesh.still[opening.lower])
    moves = np.zeros((len(mesh.names), len(places), 2), np.float32)
    for look, (left, right, y) in _LOOKS.items():
        aside = left if side == "Left" else right
        way = np.array((aside * GAZE, y * GAZE * GAZE_DOWN))
        moves[mesh.names.index(f"eyeLook{look}{side}")] = share[:, None] * way
    return Layer(f"eye {side.lower()}", places, _turned(_grid(_GRID, _GRID), places), moves, places)


def _grid(rows: int, columns: int) -> Integers:
    ids = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = ids[:-1, :-1].ravel(), ids[:-1, 1:].ravel(), ids[1:, 1:].ravel(), ids[1:, :-1].ravel()
    return np.concatenate((np.stack((a, b, c), axis=1), np.stack((a, c, d), axis=1)))


def _card(name: str, corners: Floats, motion: Floats, picture: Picture) -> Layer:
    """A picture on four points that moves whole; corners from upper left to lower right, row by row."""
    height, width = picture.shape[:2]
    texture = np.array(((0, 0), (width, 0), (0, height), (width, height)), np.float64) - 0.5
    moves = np.repeat(motion[:, None].astype(np.float32), 4, axis=1)
    return Layer(name, corners, _turned(_grid(2, 2), corners), moves, texture, picture)


def _dark_corners(mesh: PictureMesh) -> Floats:
    seam = mesh.rest[mesh.mouth.upper]
    size = float(np.linalg.norm(seam[-1] - seam[0]))
    aside, up, down = (share * size for share in _DARK)
    flat = np.array(((-aside, -up), (aside, -up), (-aside, down), (aside, down)))
    cosine, sine = np.cos(mesh.roll), np.sin(mesh.roll)
    return np.asarray(flat @ np.array(((cosine, sine), (-sine, cosine))) + seam.mean(0), np.float64)
