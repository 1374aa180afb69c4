"""How the head is shown: surfaces, cameras, the mouth of a control. Shared by the sheets and the film."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "core"))

from bilabial.controls import CONTROLS, JALI_FIELD
from bilabial.expression.compose import Pose
from bilabial.render.demo_head import DemoHead
from bilabial.render.looks import FACE, FILM, MOUTH, PORTRAIT, mesh_of
from bilabial.retarget.evaluate import Evaluator
from bilabial.retarget.profile import WORKING_POINT
from bilabial.retarget.profile_format import load_profile

__all__ = [
    "FACE",
    "FILM",
    "FRIENDLY",
    "MOUTH",
    "PORTRAIT",
    "mesh_of",
    "posed_vertices",
    "shape_weights",
    "weights_of_controls",
]

PROFILE = "demo-head"
_MOOD = {"mouthSmile": 0.42, "cheekSquint": 0.25, "browOuterUp": 0.15}
FRIENDLY = {name + side: value for name, value in _MOOD.items() for side in ("Left", "Right")}


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
