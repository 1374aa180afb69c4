#!/usr/bin/env python3
"""Draw contact sheets of the demo head: its portrait, every speech control, every shape.

python rigs/demo_head/contact_sheets.py [--to docs/images] [portrait controls visemes shapes topology]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from pictures import FACE, FRIENDLY, MOUTH, PORTRAIT, PROFILE, mesh_of, posed_vertices, weights_of_controls
from PIL import Image, ImageDraw, ImageFont

from bilabial.controls import CONTROLS, JALI_FIELD
from bilabial.expression.compose import FaceComposer
from bilabial.expression.emotion.by_hand import EmotionSpan, curves_by_hand
from bilabial.expression.names import EMOTIONS
from bilabial.render.demo_head import DemoHead, load_head
from bilabial.render.rasteriser import Camera, render
from bilabial.retarget.profile import WORKING_POINT
from bilabial.retarget.profile_format import load_profile

PAPER, INK = (246, 244, 240), (40, 40, 44)
WITNESSES = {
    "M B P": "MBP",
    "F V": "FV",
    "Oh": "Oh",
    "Ee": "Ee",
    "Sh": "ShChZh",
    "Ah": "Ah",
    "Th": "Th",
    "Oo": "U",
}


def sheet(pictures, labels, columns, label_height=24):
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    board = Image.new("RGB", (columns * width, rows * (height + label_height)), PAPER)
    pen = ImageDraw.Draw(board)
    font = ImageFont.load_default(size=label_height * 0.6)
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = number % columns * width, number // columns * (height + label_height)
        board.paste(Image.fromarray(picture), (x, y))
        pen.text((x + width / 2, y + height + label_height / 2), label, INK, font=font, anchor="mm")
    return board


def portrait(head: DemoHead):
    return Image.fromarray(render(mesh_of(head), head.pose(FRIENDLY), PORTRAIT, (720, 720), oversample=3))


def controls(head: DemoHead):
    names = ["rest", *CONTROLS]
    labels = ["rest", "Jaw (with Aa)", "Lip (with Aa)", *CONTROLS[2:]]
    return _many(head, weights_of_controls(names), labels, MOUTH, 190, 8)


def visemes(head: DemoHead):
    return _many(head, weights_of_controls(list(WITNESSES.values())), list(WITNESSES), FACE, 260, 4)


def shapes(head: DemoHead):
    names = [name for name in head.shapes if not name.endswith("Right") or name in ("jawRight", "mouthRight")]
    jaw = {"mouthClose": 1.0, "tongueOut": 0.4, "tongueTipUp": 0.4, "tongueBackUp": 0.4}  # these need it open
    weights = [{"jawOpen": jaw[name], name: 1.0} if name in jaw else {name: 1.0} for name in names]
    labels = [f"{name} (jaw open)" if name in jaw else name for name in names]
    return _many(head, weights, labels, FACE, 190, 8)


def topology(head: DemoHead):
    """The skin's quads as lines, from the front and from the side."""
    pictures = []
    for camera in (FACE, Camera((0.6, -0.2, -0.02), (0.0, -0.02, -0.026), 0.205), MOUTH):
        picture = Image.fromarray(render(mesh_of(head), head.vertices, camera, (480, 480), oversample=2))
        pictures.append(np.asarray(_with_lines(head, picture, camera)))
    return sheet(pictures, ["front", "side", "mouth"], 3)


def emotions(head: DemoHead):
    """Each emotion at three amounts, on a mouth that says nothing."""
    composer = FaceComposer(load_profile(PROFILE))
    dense = np.zeros((1, len(CONTROLS)))
    dense[:, [CONTROLS.index(name) for name in JALI_FIELD]] = WORKING_POINT
    pictures, labels = [], []
    for amount in (0.35, 0.7, 1.0):
        for name in EMOTIONS:
            layers = {"emotion": curves_by_hand((EmotionSpan(name, amount),), 1)}
            (vertices,) = posed_vertices(head, composer(dense, layers))
            pictures.append(render(mesh_of(head), vertices, FACE, (190, 190)))
            labels.append(f"{name} {amount:g}")
    return sheet(pictures, labels, len(EMOTIONS))


def _with_lines(head: DemoHead, picture, camera):
    from bilabial.render.rasteriser import project, quads_in_view

    size = picture.size
    shown = np.unique(quads_in_view(head.quads, head.vertices, camera, (size[0] * 3, size[1] * 3)))
    places, _ = project(head.vertices, camera, *size)
    where = head.parts["skin"]
    pen = ImageDraw.Draw(picture)
    for quad in head.quads[shown[shown >= 0]]:
        if where.start <= quad[0] < where.stop:
            corners = [tuple(map(float, places[v])) for v in (*quad, quad[0])]
            pen.line(corners, fill=(92, 52, 44), width=1)
    return picture


def _many(head, weights, labels, camera, size, columns):
    mesh = mesh_of(head)
    pictures = [render(mesh, head.pose(w), camera, (size, size), oversample=2) for w in weights]
    return sheet(pictures, labels, columns)


SHEETS = {
    "portrait": portrait,
    "controls": controls,
    "visemes": visemes,
    "shapes": shapes,
    "topology": topology,
    "emotions": emotions,
}


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Draw contact sheets of the demo head.")
    parser.add_argument("--to", type=Path, default=Path(__file__).resolve().parents[2] / "docs" / "images")
    parser.add_argument("sheets", nargs="*", help=f"which: {', '.join(SHEETS)} (default: all)")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.sheets) - set(SHEETS)
    if unknown:
        parser.error(f"there is no sheet {unknown.pop()!r}: use {', '.join(SHEETS)}")
    chosen.to.mkdir(parents=True, exist_ok=True)
    head = load_head()
    for name in chosen.sheets or SHEETS:
        path = chosen.to / f"head-{name}.jpg" if name != "portrait" else chosen.to / "head-portrait.png"
        picture = SHEETS[name](head)
        picture.save(path, **({"quality": 88} if path.suffix == ".jpg" else {"optimize": True}))
        sys.stdout.write(f"{path}: {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
