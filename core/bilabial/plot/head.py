"""The lit head inside a page: its mesh and the shapes that speech moves, small, and how far each is on.

Everything is packed as integers in base64; the page turns them back and poses the head itself.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..curves.take import Take
from ..expression.compose import Pose
from ..render.demo_head import NECK, DemoHead
from ..render.gpu import FRAGMENT_SHADER, VERTEX_SHADER, gpu_mesh, light_frame, view_matrix
from ..render.looks import FACE, INSIDE, SURFACES
from ..render.rasteriser import triangles_of
from ..render.speaking import Speaker
from ..timing import FRAME_RATE

_STEP = 2e-5  # metres of a vertex's whole number: 0.6 m fit into 16 bits; what is larger has larger steps
_LARGEST = 32_000  # of those whole numbers
_HELD_STILL = 5  # hundredths of a degree
_SEEN = 1 / 512  # a shape that is never further on than this stays out


def head_data(takes: Sequence[Take], speaker: Speaker | None = None) -> dict[str, Any]:
    """The mesh, the shapes that any of these takes moves, and each take's weights and turns a row; of the
    demo head, or of another that speaks. Shoulders do not breathe here.
    """
    speaker = speaker or Speaker()
    head = speaker.head
    poses = [speaker.pose(take, times_of(take)) for take in takes]
    tracks = [weights_of(pose, speaker) for pose in poses]
    names = sorted({name for track in tracks for name, rows in track.items() if rows.max() > _SEEN})
    farthest = max([head.vertices, *(ways for _, ways in head.shapes.values())], key=_reach)
    step = max(_STEP, _reach(farthest) / _LARGEST)
    mesh = gpu_mesh(head)
    surfaces = [SURFACES[name] for name in head.materials]
    material = _material_of(head, mesh.source, mesh.triangles)
    return {
        "step": step,
        "vertices": _packed(np.rint(head.vertices / step), np.int16),
        "quads": _packed(head.quads, np.uint16),
        "source": _packed(mesh.source, np.uint16),
        "triangles": _packed(mesh.triangles, np.uint16),
        "colours": _packed(np.rint(mesh.colours * 255), np.uint8),
        "material": _packed(material, np.uint8),
        "look": [[s.gloss, s.sharpness, s.softness, s.rim] for s in surfaces],
        "more": [
            [s.clearness, s.sparkle, float(name in INSIDE)]
            for s, name in zip(surfaces, head.materials, strict=True)
        ],
        "shapes": [
            [
                _packed(head.shapes[name][0], np.uint16),
                _packed(np.rint(head.shapes[name][1] / step), np.int16),
            ]
            for name in names
        ],
        "names": names,
        "weights": [
            _packed(np.rint(np.stack([track[name] for name in names], axis=1) * 255), np.uint8)
            if names
            else ""
            for track in tracks
        ],
        "turns": [_turns(pose.head) for pose in poses],
        "neck": NECK.tolist(),
        "share": _packed(np.rint(head.share_of_head() * 255), np.uint8),
        "eye": list(FACE.position),
        "axes": light_frame(FACE).tolist(),
        "view": view_matrix(FACE, 1, 1).T.reshape(-1).tolist(),  # by columns, of a square picture
        "lips": head.vertices[head.lips[head.contact_rings[0]]].mean(axis=0).tolist(),
        "vertex_shader": VERTEX_SHADER,
        "fragment_shader": FRAGMENT_SHADER,
    }


def times_of(take: Take) -> NDArray[np.float64]:
    """FRAME_RATE times a second."""
    return np.arange(int(take.sound.duration * FRAME_RATE + 1e-6) + 1) / FRAME_RATE


def weights_of(pose: Pose, speaker: Speaker) -> dict[str, NDArray[np.float64]]:
    """How far each of the head's shapes is on, 0..1. A profile may know more than the head has."""
    rows = zip(speaker.names, np.clip(pose.values, 0.0, 1.0).T, strict=True)
    return {name: values for name, values in rows if name in speaker.head.shapes}


def _reach(points: NDArray[np.floating]) -> float:
    return float(np.abs(points).max(initial=0.0))


def _turns(head: NDArray[np.float64]) -> str:
    """Yaw, pitch and roll a row, in hundredths of a degree; empty for a head that is held still."""
    steps = np.rint(np.clip(head, -300.0, 300.0) * 100.0)
    return _packed(steps, np.int16) if np.abs(steps).max(initial=0.0) > _HELD_STILL else ""


def _material_of(
    head: DemoHead, source: NDArray[np.int64], triangles: NDArray[np.uint16]
) -> NDArray[np.int64]:
    """The material of each of the mesh's vertices."""
    _, owner = triangles_of(head.quads)
    material = np.zeros(len(source), np.int64)
    material[triangles] = head.material_of_quad[owner][:, None]
    return material


def _packed(numbers: NDArray[Any], kind: type[np.generic]) -> str:
    """Little-endian, as every browser's machine is."""
    data = np.ascontiguousarray(numbers.astype(np.dtype(kind).newbyteorder("<"))).tobytes()
    return base64.b64encode(data).decode("ascii")
