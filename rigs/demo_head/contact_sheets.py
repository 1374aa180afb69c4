#!/usr/bin/env python3
"""Draw contact sheets of the demo head: every shape, every speech control, a portrait.

python rigs/demo_head/contact_sheets.py --to docs/images [--only shapes|controls|portrait]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "core"))

from bilabial.controls import CONTROLS, JALI_FIELD, SHAPES
from bilabial.demo_head import DemoHead, load_head
from bilabial.rasteriser import Camera, Lights, Mesh, Surface, render
from bilabial.retarget.evaluate import evaluate
from bilabial.retarget.profile import WORKING_POINT
from bilabial.retarget.profile_format import load_profile

SURFACES = {
    "skin": Surface(0.10, 16, 0.65), "lips": Surface(0.30, 30, 0.55), "mouth": Surface(0.04, 18, 0.1, 0.0),
    "lids": Surface(0.02, 10, 0.2),
    "pupil": Surface(0.9, 220, 0, 0.1, 0.55), "iris": Surface(0.9, 220, 0, 0.1, 0.55),
    "sclera": Surface(0.7, 220, 0.35, 0.1, 0.5), "teeth": Surface(0.45, 60, 0.6, 0.1, 0.6),
    "gums": Surface(0.4, 40, 0.5),
    "tongue": Surface(0.22, 25, 0.5), "brow": Surface(0.05, 10), "hair": Surface(0.22, 20, 0.15, 0.5),
    "jumper": Surface(0.0, 10, 0.15, 0.45),
}  # fmt: skip


def mesh_of(head: DemoHead) -> Mesh:
    return Mesh(
        head.quads, head.colours, head.material_of_quad, tuple(SURFACES[name] for name in head.materials)
    )


def sheet(pictures, labels, columns, label_height=22):
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    board = Image.new("RGB", (columns * width, rows * (height + label_height)), (246, 244, 240))
    pen = ImageDraw.Draw(board)
    font = ImageFont.load_default(size=label_height - 8)
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = number % columns * width, number // columns * (height + label_height)
        board.paste(Image.fromarray(picture), (x, y))
        pen.text((x + width / 2, y + height + label_height / 2), label, (40, 40, 44), font=font, anchor="mm")
    return board


FACE = Camera((0.07, -0.62, -0.03), (0.0, -0.02, -0.026), 0.205)
MOUTH = Camera((0.10, -0.50, -0.045), (0.0, -0.06, -0.066), 0.10)


def control_weights(names):
    """Shape weights of the demo head for each control at 1, the JALI field at its working point."""
    profile = load_profile("demo-head")
    dense = np.zeros((len(names), len(CONTROLS)))
    dense[:, [CONTROLS.index(name) for name in JALI_FIELD]] = WORKING_POINT
    for row, name in enumerate(names):
        if name in SHAPES:
            dense[row, CONTROLS.index(name)] = 1.0
    dense[[row for row, name in enumerate(names) if name == "Jaw"], CONTROLS.index("Jaw")] = 1.0
    values = evaluate(profile, dense)
    return [dict(zip(profile.channels, row, strict=True)) for row in values]
