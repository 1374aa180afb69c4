"""The demo head as data: its mesh, its shapes, and where it stands for given shape weights. numpy alone, no
Blender.

The head is made by ``rigs/demo_head/build_head.py``; lengths are metres, the face looks along -Y, Z is up.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError, RigError
from ..resources import folder

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

FORMAT = "bilabial/demo-head/1"

NECK = np.array([0.0, 0.025, -0.09])  # about which the head turns
_NECK_BENDS = (-0.15, -0.09)  # heights between which
_SHOULDERS_RISE, _HEAD_RISES = 0.004, 0.0015  # metres, for a full breath


@dataclass(frozen=True, slots=True, eq=False)
class DemoHead:
    """A mesh of n vertices and m quads. ``shapes`` maps a name to (vertex ids, displacements in metres)."""

    vertices: Floats  # (n, 3)
    quads: Integers  # (m, 4)
    uv: Floats  # (n, 2)
    colours: Floats  # (n, 3), linear
    materials: tuple[str, ...]
    material_of_quad: Integers  # (m,)
    parts: Mapping[str, slice]  # each part's run of vertices
    mirror: Integers  # (n,) the vertex that is each vertex's mirror image
    lips: Integers  # (rings, k): from the border of the red inwards; k from the left corner over the top
    contact_rings: tuple[int, ...]  # rings on which the closed lips touch
    landmarks: Integers  # (38,)
    shapes: Mapping[str, tuple[Integers, Floats]]
    turns: NDArray[np.float64] | None = None  # (n,) how much of the head's turn; None: by its parts

    def pose(self, weights: Mapping[str, float]) -> Floats:
        """Vertices (n, 3) for shape weights by name; names left out stand at 0."""
        posed = self.vertices.astype(np.float64)
        for name, weight in weights.items():
            if name not in self.shapes:
                raise RigError(f"the demo head has no shape {name!r}: use ARKit's names, such as jawOpen")
            if weight:
                ids, motion = self.shapes[name]
                posed[ids] += weight * motion
        return posed.astype(np.float32)

    def turned(
        self, vertices: Floats, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0, breath: float = 0.0
    ) -> Floats:
        """The posed head turned on its neck (degrees: to its left, upwards, towards its left shoulder), its
        shoulders raised by a breath (0..1).
        """
        if not (yaw or pitch or roll or breath):
            return vertices
        result = vertices.astype(np.float64)
        share = self.share_of_head()[:, None]
        turn = rotation(yaw, pitch, roll)
        result += share * ((result - NECK) @ turn.T + NECK - result)
        result[:, 2] += breath * (_SHOULDERS_RISE + (_HEAD_RISES - _SHOULDERS_RISE) * share[:, 0])
        return result.astype(np.float32)

    def share_of_head(self) -> NDArray[np.float64]:
        """(n,) 1 for what turns whole with the head, 0 for the shoulders, between them the neck bends."""
        if self.turns is not None:
            return self.turns
        share = np.ones(len(self.vertices))
        for name in ("neck", "jumper"):
            if name not in self.parts:
                continue
            part = self.part(name)
            low, high = _NECK_BENDS
            up = np.clip((self.vertices[part, 2] - low) / (high - low), 0.0, 1.0)
            share[part] = up * up * (3.0 - 2.0 * up)
        return share

    def pose_landmarks(self, names: tuple[str, ...], weights: Floats) -> Floats:
        """Landmarks (rows, 38, 3) for shape weights (rows, len(names)): one product, for whole takes."""
        basis = np.zeros((len(names), len(self.landmarks), 3), np.float32)
        for row, name in enumerate(names):
            if name not in self.shapes:
                raise RigError(f"the demo head has no shape {name!r}: use ARKit's names, such as jawOpen")
            dense = np.zeros_like(self.vertices)
            ids, motion = self.shapes[name]
            dense[ids] = motion
            basis[row] = dense[self.landmarks]
        moved = np.tensordot(np.asarray(weights, np.float32), basis, axes=1)
        return np.asarray(self.vertices[self.landmarks] + moved, np.float32)

    def lip_gap(self, vertices: Floats) -> Floats:
        """Open height between the lips (metres, 0 where they touch) at each pair of ring vertices,
        corner to corner.
        """
        count = self.lips.shape[1]
        k = np.arange(1, count // 2)
        gap = np.full(len(k), np.inf, np.float32)
        for ring in self.contact_rings:
            ids = self.lips[ring]
            gap = np.minimum(gap, vertices[ids[k], 2] - vertices[ids[count - k], 2])
        return np.asarray(np.maximum(gap, 0.0), np.float32)

    def part(self, name: str) -> slice:
        return self.parts[name]


def rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Degrees to a matrix: the roll first, then the pitch, then the yaw. The face looks along -Y."""
    a, b, c = np.radians([yaw, -pitch, roll])
    about_z = np.array([[np.cos(a), -np.sin(a), 0.0], [np.sin(a), np.cos(a), 0.0], [0.0, 0.0, 1.0]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(b), -np.sin(b)], [0.0, np.sin(b), np.cos(b)]])
    about_y = np.array([[np.cos(c), 0.0, np.sin(c)], [0.0, 1.0, 0.0], [-np.sin(c), 0.0, np.cos(c)]])
    matrix: NDArray[np.float64] = about_z @ about_x @ about_y
    return matrix


def load_head(path: Path | None = None) -> DemoHead:
    """The head that comes with Bilabial, or one written by the same script elsewhere."""
    path = path or folder("rigs") / "demo_head" / "head.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise FormatError(
            f"{path.name} is no readable demo head ({error}): install Bilabial again"
        ) from error
    if str(data.get("format")) != FORMAT:
        raise FormatError(
            f"{path.name} is not a demo head of format {FORMAT}: run rigs/demo_head/build_head.py"
        )
    starts = [*data["part_starts"].tolist(), len(data["vertices"])]
    runs = data["shape_starts"].tolist()
    step = float(data["step"])
    shapes = {
        str(name): (
            data["shape_vertices"][low:high].astype(np.int64),
            (data["shape_steps"][low:high] * step).astype(np.float32),
        )
        for name, low, high in zip(data["shapes"], runs, runs[1:], strict=False)
    }
    return DemoHead(
        vertices=data["vertices"],
        quads=data["quads"].astype(np.int64),
        uv=data["uv"],
        colours=data["colours"],
        materials=tuple(str(name) for name in data["materials"]),
        material_of_quad=data["material_of_quad"].astype(np.int64),
        parts={
            str(name): slice(low, high)
            for name, low, high in zip(data["parts"], starts, starts[1:], strict=False)
        },
        mirror=data["mirror"].astype(np.int64),
        lips=data["lips"].astype(np.int64),
        contact_rings=tuple(int(ring) for ring in data["contact_rings"]),
        landmarks=data["landmarks"].astype(np.int64),
        shapes=shapes,
    )
