"""The demo head for a graphics card: flat arrays, the matrices of a camera, and the shaders that light it.

The Studio's OpenGL and the page's WebGL draw from the same arrays with the same shader texts (GLSL ES 1.00,
which desktop OpenGL reads as 1.20), so that a head looks alike in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .demo_head import DemoHead
from .looks import INSIDE, SURFACES
from .rasteriser import Camera, triangles_of, vertex_normals

Floats = NDArray[np.float32]

ATTRIBUTES = {"position": 3, "normal": 3, "colour": 3, "look": 4, "more": 3}  # numbers a vertex
VERTEX_SHADER = (Path(__file__).parent / "head.vert").read_text("utf-8")
FRAGMENT_SHADER = (Path(__file__).parent / "head.frag").read_text("utf-8")
_NEAR, _FAR = 0.05, 5.0  # metres


@dataclass(frozen=True, slots=True, eq=False)
class GpuMesh:
    """One vertex for each pair of head vertex and material: a surface ends where its material does."""

    source: NDArray[np.int64]  # (n,) the head's vertex of each
    triangles: NDArray[np.uint16]  # (m, 3)
    colours: Floats  # (n, 3), linear
    look: Floats  # (n, 4) gloss, sharpness, softness, rim
    more: Floats  # (n, 3) clearness, sparkle, whether it lies inside the mouth

    def moving(self, head: DemoHead, vertices: Floats) -> tuple[Floats, Floats]:
        """Positions and normals (n, 3) of a posed head."""
        normals = vertex_normals(vertices, head.quads)
        return vertices[self.source], normals[self.source]


def gpu_mesh(head: DemoHead) -> GpuMesh:
    triangles, owner = triangles_of(head.quads)
    material = head.material_of_quad[owner]
    pairs = triangles * len(head.materials) + material[:, None]
    unique, inverse = np.unique(pairs, return_inverse=True)
    source, kind = unique // len(head.materials), unique % len(head.materials)
    surfaces = [SURFACES[name] for name in head.materials]
    look = np.array([(s.gloss, s.sharpness, s.softness, s.rim) for s in surfaces], np.float32)
    more = np.array(
        [
            (s.clearness, s.sparkle, float(name in INSIDE))
            for s, name in zip(surfaces, head.materials, strict=True)
        ],
        np.float32,
    )
    return GpuMesh(
        source,
        inverse.reshape(-1, 3).astype(np.uint16),
        head.colours[source].astype(np.float32),
        look[kind],
        more[kind],
    )


def view_matrix(camera: Camera, width: int, height: int) -> Floats:
    """World to clip space, (4, 4), for column vectors."""
    right, up, backward = camera.axes()
    eye = np.asarray(camera.position, np.float32)
    distance = float(np.linalg.norm(np.subtract(camera.position, camera.target)))
    turn = np.eye(4, dtype=np.float32)
    turn[:3, :3] = np.stack([right, up, backward])
    turn[:3, 3] = -turn[:3, :3] @ eye
    focal = 2.0 * distance / camera.height
    lens = np.zeros((4, 4), np.float32)
    lens[0, 0], lens[1, 1] = focal * height / max(width, 1), focal
    lens[2, 2] = -(_FAR + _NEAR) / (_FAR - _NEAR)
    lens[2, 3] = -2.0 * _FAR * _NEAR / (_FAR - _NEAR)
    lens[3, 2] = -1.0
    return np.asarray(lens @ turn, np.float32)


def light_frame(camera: Camera) -> Floats:
    """The camera's right, up and backward, (3, 3): lights are fixed to the camera, as in the renderer."""
    return np.stack(camera.axes()).astype(np.float32)
