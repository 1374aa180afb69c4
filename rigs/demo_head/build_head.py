#!/usr/bin/env python3
"""Build the demo head: its mesh, its 52 ARKit shapes and two of the tongue, and write head.npz beside this
file.

Needs numpy alone and takes some ten seconds. The same script gives the same bytes.

    python rigs/demo_head/build_head.py [--to head.npz]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import form
import numpy as np
import parts as parts_module
import shapes as shapes_module
import skin as skin_module

FORMAT = "bilabial/demo-head/1"
METRES = 0.01  # the sculpture is made in centimetres
SKIN = np.array((0.62, 0.33, 0.22))
LIP = np.array((0.50, 0.165, 0.14))
WET = np.array((0.36, 0.09, 0.085))
CAVITY = np.array((0.16, 0.028, 0.03))
ORDER = (
    "skin", "eye_left", "eye_right", "brow_left", "brow_right", "lashes_left", "lashes_right", "ear_left",
    "ear_right", "teeth_upper", "teeth_lower", "gums_upper", "gums_lower", "tongue", "neck", "jumper", "hair",
)  # fmt: skip


def skin_colours(skin):
    p = skin.vertices
    colour = np.ones((len(p), 3)) * SKIN
    both = np.abs(p) * (1, 0, 0) + p * (0, 1, 1)

    def tint(weight, towards):
        colour[:] = colour + (np.asarray(towards) - colour) * np.asarray(weight)[:, None]

    bump = shapes_module.bump
    tint(0.42 * bump(both, (3.9, -5.9, -4.2), (1.9, 2.6, 1.5)), (0.66, 0.24, 0.17))
    tint(0.35 * bump(p, (0, -9.4, -3.5), (1.2, 1.4, 1.0)), (0.64, 0.24, 0.17))
    tint(0.45 * bump(both, (0.48, -8.6, -4.3), (0.35, 0.6, 0.3)), (0.22, 0.07, 0.05))
    tint(0.22 * bump(both, form.EYE + np.array((0, -1.8, 0.9)), (2.2, 1.6, 1.2)), (0.50, 0.20, 0.15))
    for rings in skin.lids.values():
        _, _, side = skin_module.lid_angles()
        upper = (side >= 0)[:, None]
        colour[rings[4]] = np.where(upper, (0.05, 0.018, 0.012), colour[rings[4]] * (0.62, 0.5, 0.5))
        colour[rings[5]] = np.where(upper, (0.04, 0.014, 0.01), (0.50, 0.22, 0.18))
        colour[rings[6:].ravel()] = (0.35, 0.12, 0.10)
    ring_colours = (0.62, 0.95, 1, 1, 1, 1, 1)
    for number, share in enumerate(ring_colours):
        ids = skin.lips[number]
        colour[ids] = colour[ids] * (1 - share) + LIP * share
    inner = skin_module.LIP_RINGS
    for number in range(inner, len(skin.lips)):
        depth = (number - inner) / (len(skin.lips) - 1 - inner)
        tone = LIP + (WET - LIP) * min(1, depth * 3)
        tone = tone + (CAVITY - tone) * np.clip((depth - 0.25) / 0.4, 0, 1)
        colour[skin.lips[number]] = tone * (1 - 0.6 * np.clip((depth - 0.6) / 0.4, 0, 1))
    return colour


def build_parts():
    skin = skin_module.build()
    eye, brow, ear = parts_module.eyeball(), parts_module.brow(), parts_module.ear(SKIN)
    lashes, roots = parts_module.lashes(skin)
    made = [
        parts_module.Part("skin", skin.vertices, skin.quads, skin.material, skin_colours(skin)),
        eye, parts_module.mirrored(eye, "eye_right"), brow, parts_module.mirrored(brow, "brow_right"),
        lashes, parts_module.mirrored(lashes, "lashes_right"),
        ear, parts_module.mirrored(ear, "ear_right"), parts_module.teeth(True), parts_module.teeth(False),
        parts_module.gums(True), parts_module.gums(False), parts_module.tongue(), parts_module.neck(SKIN),
        parts_module.jumper(), parts_module.hair(),
    ]  # fmt: skip
    assert tuple(part.name for part in made) == ORDER
    return skin, made, roots


def part_slices(made):
    slices, start = {}, 0
    for part in made:
        slices[part.name] = slice(start, start + len(part.vertices))
        start += len(part.vertices)
    return slices


def symmetry(skin, made, slices):
    """The mirror image's vertex for each vertex. Hair and jumper neither move nor mirror:
    each is its own image.
    """
    count = slices["hair"].stop
    image = np.arange(count)
    for part in made:
        name = part.name
        if name in ("hair", "jumper", "neck"):
            continue
        other = name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")
        if other != name:
            image[slices[name]] = np.arange(slices[other].start, slices[other].stop)
            continue
        local = shapes_module.mirror_map(part.vertices)
        if name == "skin":  # where the lips touch two vertices share a place: their rings tell them apart
            opposite = (
                skin_module.MOUTH_COUNT // 2 - np.arange(skin_module.MOUTH_COUNT)
            ) % skin_module.MOUTH_COUNT
            local[skin.lips] = skin.lips[:, opposite]
        gap = np.abs(part.vertices * (-1, 1, 1) - part.vertices[local]).max()
        if gap > 0.02 or (local[local] != np.arange(len(local))).any():
            sys.exit(f"{name} does not mirror itself: a vertex is {gap:.4f} cm from its image")
        image[slices[name]] = local + slices[name].start
    return image


def mirror_everything(rest, shapes, image):
    """Make symmetry exact: midline shapes and the rest are averaged with their image,
    right shapes are left ones'.
    """
    moving = image != np.arange(len(image))
    moving |= np.abs(rest[:, 0]) < 0.02
    flip = np.array((-1.0, 1.0, 1.0))
    rest[moving] = (rest[moving] + rest[image[moving]] * flip) / 2
    for name in list(shapes):
        if name in ("mouthRight", "jawRight"):
            shapes[name] = shapes[name.replace("Right", "Left")][image] * flip
        elif name.endswith("Right"):
            shapes[name] = shapes[name[:-5] + "Left"][image] * flip
        elif not name.endswith("Left"):
            shapes[name] = (shapes[name] + shapes[name][image] * flip) / 2
    return rest, shapes


def meet_exactly(skin, rest, shapes):
    """Give both lips' rings of contact one displacement in the shapes that promise to keep the mouth
    closed.
    """
    half = skin_module.MOUTH_COUNT // 2
    k = np.arange(1, half)
    opening = (
        "jawOpen",
        "mouthFunnel",
        "mouthUpperUpLeft",
        "mouthUpperUpRight",
        "mouthLowerDownLeft",
        "mouthLowerDownRight",
    )
    for ring in shapes_module.CONTACT:
        upper, lower = skin.lips[ring][k], skin.lips[ring][2 * half - k]
        middle = (rest[upper] + rest[lower]) / 2
        rest[upper] = rest[lower] = middle
        for name, motion in shapes.items():
            if name in opening or name == "mouthClose":
                continue
            height = (motion[upper, 2] + motion[lower, 2]) / 2
            motion[upper, 2] = motion[lower, 2] = height
        together = shapes["jawOpen"] + shapes["mouthClose"]
        height = (together[upper] + together[lower]) / 2
        for ids in (upper, lower):
            shapes["mouthClose"][ids] = height - shapes["jawOpen"][ids]


def landmarks(skin, rest, image):
    """38 vertices: 17 along the jaw (left ear to right ear), 12 round the outer lips, 8 round the inner,
    the nose.

    The order is that of the usual 68-point face scheme, mirrored: it starts on the character's left.
    """
    ids = np.arange(len(skin.vertices))
    on_face = np.setdiff1d(ids, skin.lips.ravel())
    half = np.linspace(0, 1, 9)
    path = np.array(
        [(6.6, 0.2, -2.6), (6.4, -1.0, -5.0), (5.5, -2.6, -7.4), (3.6, -4.9, -9.4), (0.0, -7.4, -10.4)]
    )
    at = np.stack([np.interp(half * 4, np.arange(5), path[:, axis]) for axis in range(3)], axis=1)
    at = form.project(at)
    points = rest[on_face]
    chosen = [on_face[((points - place) ** 2).sum(1).argmin()] for place in at[:-1]]
    middle = on_face[np.abs(points[:, 0]) < 1e-6]
    chin = middle[((rest[middle] - at[-1]) ** 2).sum(1).argmin()]
    jaw = [*chosen, chin, *[image[v] for v in chosen[::-1]]]
    count = skin_module.MOUTH_COUNT
    outer = [skin.lips[0][k] for k in np.round(np.arange(12) * count / 12).astype(int) % count]
    inner = [skin.lips[shapes_module.CONTACT[0]][k] for k in range(0, count, count // 8)]
    nose = middle[rest[middle, 1].argmin()]
    return np.array([*jaw, *outer, *inner, nose])


def write(path, skin, made, slices, rest, shapes, image):
    """One compressed archive of plain arrays; displacements are whole multiples of a step,
    kept only where they are.
    """
    quads = np.concatenate([part.quads + slices[part.name].start for part in made])
    kinds = [kind for part in made for kind in part.material]
    names = sorted(set(kinds))
    step = max(np.abs(motion).max() for motion in shapes.values()) * METRES / 32767
    whole = {name: np.round(motion * METRES / step).astype(np.int16) for name, motion in shapes.items()}
    _close_exactly(skin, whole)
    moved = {name: np.flatnonzero((np.abs(w) > 1).any(1)) for name, w in whole.items()}
    uv = unwrap(rest, made, slices)
    arrays = {
        "format": np.array(FORMAT),
        "vertices": (rest * METRES).astype(np.float32),
        "quads": quads.astype(np.int32),
        "uv": uv.astype(np.float32),
        "colours": np.concatenate([part.colours for part in made]).astype(np.float32),
        "materials": np.array(names),
        "material_of_quad": np.array([names.index(kind) for kind in kinds], np.uint8),
        "parts": np.array(list(slices)),
        "part_starts": np.array([s.start for s in slices.values()], np.int32),
        "mirror": image.astype(np.int32),
        "lips": skin.lips.astype(np.int32),
        "contact_rings": np.array(shapes_module.CONTACT, np.int32),
        "landmarks": landmarks(skin, rest, image).astype(np.int32),
        "shapes": np.array(list(shapes)),
        "shape_starts": np.cumsum([0, *[len(m) for m in moved.values()]]).astype(np.int32),
        "shape_vertices": np.concatenate(list(moved.values())).astype(np.int32),
        "shape_steps": np.concatenate([whole[name][ids] for name, ids in moved.items()]),
        "step": np.array(step, np.float64),
    }
    beside = path.with_name(path.stem + ".part.npz")
    np.savez_compressed(beside, **arrays)
    beside.replace(path)


def _close_exactly(skin, whole):
    """Rounding must not part the lips again: jawOpen + mouthClose stay the same whole steps for both lips."""
    half = skin_module.MOUTH_COUNT // 2
    k = np.arange(1, half)
    for ring in shapes_module.CONTACT:
        upper, lower = skin.lips[ring][k], skin.lips[ring][2 * half - k]
        together = whole["jawOpen"][upper] + whole["mouthClose"][upper]
        whole["mouthClose"][lower] = together - whole["jawOpen"][lower]


def unwrap(rest, made, slices):
    """Cylindrical for the skin, planar from the front for the rest."""
    uv = np.empty((len(rest), 2))
    for part in made:
        p = rest[slices[part.name]]
        if part.name in ("skin", "hair", "neck", "jumper"):
            uv[slices[part.name], 0] = np.arctan2(p[:, 0], -p[:, 1]) / (2 * np.pi) + 0.5
        else:
            uv[slices[part.name], 0] = p[:, 0] / 20 + 0.5
        uv[slices[part.name], 1] = p[:, 2] / 40 + 0.6
    return uv


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Build the demo head and write head.npz.")
    parser.add_argument("--to", type=Path, default=Path(__file__).with_name("head.npz"))
    chosen = parser.parse_args(arguments)
    skin, made, roots = build_parts()
    slices = part_slices(made)
    image = symmetry(skin, made, slices)
    sculptor = shapes_module.Sculptor(skin, made, slices)
    shapes = sculptor.build(roots)
    rest, shapes = mirror_everything(sculptor.rest, shapes, image)
    meet_exactly(skin, rest, shapes)
    write(chosen.to, skin, made, slices, rest, shapes, image)
    sys.stdout.write(
        f"{chosen.to}: {len(rest)} vertices, {len(shapes)} shapes, {chosen.to.stat().st_size // 1024} kB\n"
    )


if __name__ == "__main__":
    main()
