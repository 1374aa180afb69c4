"""How the head is shown: surfaces, cameras, the mouth of a control. Shared by the sheets and the film."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "core"))

from bilabial.controls import CONTROLS, JALI_FIELD
from bilabial.expression.compose import Pose
from bilabial.render.demo_head import DemoHead
from bilabial.render.rasteriser import Camera, Mesh, Surface
from bilabial.retarget.evaluate import Evaluator
from bilabial.retarget.profile import WORKING_POINT
from bilabial.retarget.profile_format import load_profile

PROFILE = "demo-head"
SURFACES = {
    "skin": Surface(0.10, 16, 0.65),
    "lips": Surface(0.30, 30, 0.55),
    "mouth": Surface(0.04, 18, 0.1, 0.0),
    "lids": Surface(0.02, 10, 0.2),
    "pupil": Surface(0.25, 120, 0, 0.1, 0.6, 1.6),
    "iris": Surface(0.25, 120, 0, 0.1, 0.6, 1.6),
    "sclera": Surface(0.25, 120, 0.35, 0.1, 0.5, 1.0),
    "teeth": Surface(0.45, 60, 0.6, 0.1, 0.6),
    "gums": Surface(0.4, 40, 0.5),
    "tongue": Surface(0.22, 25, 0.7, 0.1, 0.3),
    "brow": Surface(0.05, 10),
    "hair": Surface(0.20, 20, 0.15, 0.25),
    "jumper": Surface(0.0, 10, 0.15, 0.45),
}
_MOOD = {"mouthSmile": 0.42, "cheekSquint": 0.25, "browOuterUp": 0.15}
FRIENDLY = {name + side: value for name, value in _MOOD.items() for side in ("Left", "Right")}
PORTRAIT = Camera((0.20, -0.68, -0.005), (0.0, -0.01, -0.033), 0.30)
FILM = Camera((0.09, -0.66, -0.025), (0.0, -0.02, -0.035), 0.235)
FACE = Camera((0.07, -0.62, -0.03), (0.0, -0.02, -0.026), 0.205)
MOUTH = Camera((0.10, -0.50, -0.045), (0.0, -0.06, -0.066), 0.10)


def mesh_of(head: DemoHead) -> Mesh:
    return Mesh(
        head.quads, head.colours, head.material_of_quad, tuple(SURFACES[name] for name in head.materials)
    )


def shape_weights(dense: np.ndarray) -> list[dict[str, float]]:
    """Controls (rows, 31) -> the head's shape weights, row by row."""
    evaluator = Evaluator(load_profile(PROFILE))
    return [dict(zip(evaluator.names, row, strict=True)) for row in evaluator(dense)]


def posed_vertices(head: DemoHead, pose: Pose) -> list[np.ndarray]:
    """A whole face, row by row: shapes, then the head's turn and the breath."""
    names = list(load_profile(PROFILE).channels)
    return [
        head.turned(head.pose(dict(zip(names, values, strict=True))), *turn, breath=breath)
        for values, turn, breath in zip(pose.values, pose.head, pose.breath, strict=True)
    ]


def weights_of_controls(names: list[str]) -> list[dict[str, float]]:
    """Shape weights for each control alone at 1. Jaw and Lip are shown on Aa, at the field's upper ends; a
    name that is no control is the face at rest."""
    dense = np.zeros((len(names), len(CONTROLS)))
    dense[:, [CONTROLS.index(name) for name in JALI_FIELD]] = WORKING_POINT
    for row, name in enumerate(names):
        if name in CONTROLS:
            dense[row, CONTROLS.index(name)] = 1.0
        if name in JALI_FIELD:
            dense[row, CONTROLS.index("Aa")] = 1.0
    return shape_weights(dense)
