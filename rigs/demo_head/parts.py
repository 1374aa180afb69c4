"""What the skin is dressed with: eyeballs, teeth, gums, tongue, brows, ears, hair, neck and jumper.

Each builder returns a Part; left parts are mirrored to make right ones. Lengths in centimetres.
"""

from __future__ import annotations

from dataclasses import dataclass

import form
import numpy as np


@dataclass
class Part:
    name: str
    vertices: np.ndarray
    quads: np.ndarray
    material: list[str]  # of each quad
    colours: np.ndarray  # (n, 3) linear


def sheet(grid, closed_rows=False, closed_columns=False):
    """Quads of a grid of vertex ids (rows, columns)."""
    rows, columns = grid.shape
    r = np.arange(rows if closed_rows else rows - 1)
    c = np.arange(columns if closed_columns else columns - 1)
    r, c = np.meshgrid(r, c, indexing="ij")
    down, over = (r + 1) % rows, (c + 1) % columns
    return np.stack((grid[r, c], grid[down, c], grid[down, over], grid[r, over]), axis=-1).reshape(-1, 4)


def face_outwards(vertices, quads, centre=None):
    """The quads turned so that most of the closed shape's faces look away from its middle."""
    corners = vertices[quads]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    middle = corners.mean(1)
    centre = vertices.mean(0) if centre is None else centre
    return quads[:, ::-1] if (normal * (middle - centre)).sum() < 0 else quads


def mirrored(part, name):
    return Part(
        name, part.vertices * (-1, 1, 1), part.quads[:, ::-1], list(part.material), part.colours.copy()
    )


def cap(ring):
    """Quads that close a ring of an even number of vertices like a ladder."""
    n = len(ring)
    return np.array([[ring[k], ring[k + 1], ring[n - 2 - k], ring[n - 1 - k]] for k in range(n // 2 - 1)])


# --- eyes ---------------------------------------------------------------------------------------------------

PUPIL, IRIS = 12.5, 30.0  # degrees from the eye's axis


def eyeball():
    around = 24
    rings = (
        (0.8, "pupil", (0.004, 0.004, 0.005)), (6.0, "pupil", (0.004, 0.004, 0.005)),
        (PUPIL - 2, "pupil", (0.004, 0.004, 0.005)), (PUPIL - 0.1, "pupil", (0.004, 0.004, 0.005)),
        (PUPIL + 0.1, "iris", (0.10, 0.20, 0.20)), (PUPIL + 2, "iris", (0.11, 0.25, 0.26)),
        (19.0, "iris", (0.10, 0.26, 0.27)), (25.0, "iris", (0.05, 0.15, 0.17)),
        (IRIS - 0.8, "iris", (0.012, 0.035, 0.045)),
        (IRIS + 1.2, "sclera", (0.62, 0.60, 0.57)), (35.0, "sclera", (0.80, 0.78, 0.75)),
        (46.0, "sclera", (0.80, 0.77, 0.74)), (58.0, "sclera", (0.76, 0.70, 0.66)),
        (74.0, "sclera", (0.66, 0.50, 0.46)), (100.0, "sclera", (0.5, 0.3, 0.27)),
    )  # fmt: skip
    vertices, colours, material, ids = [], [], [], []
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False) + np.pi / around
    for angle, _, colour in rings:
        a = np.radians(angle)
        radius = form.EYE_RADIUS
        ring = np.stack(
            (np.sin(a) * np.cos(turn), np.full(around, -np.cos(a)), np.sin(a) * np.sin(turn)), axis=1
        )
        ids.append(np.arange(len(vertices), len(vertices) + around))
        vertices.extend(form.EYE + radius * ring)
        shade = np.array(colour)[None] * np.ones((around, 1))
        if PUPIL + 1 < angle < 27:  # light gathers in the lower half of an iris
            shade = shade * (1.15 - 0.75 * np.sin(turn))[:, None]
        colours.extend(shade)
    quads = sheet(np.array(ids), closed_columns=True)
    material = [kind for _, kind, _ in rings[1:] for _ in range(around)]
    quads = np.concatenate((cap(ids[0]), quads))
    material = ["pupil"] * (len(quads) - len(material)) + material
    vertices = np.array(vertices)
    # The cap and the rings must turn the same way before the whole is tested.
    ring_part = face_outwards(vertices, quads[len(cap(ids[0])) :], form.EYE)
    lid = cap(ids[0])
    corners = vertices[lid]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]).sum(0)
    if normal[1] > 0:
        lid = lid[:, ::-1]
    return Part("eye_left", vertices, np.concatenate((lid, ring_part)), material, np.array(colours))


# --- mouth --------------------------------------------------------------------------------------------------

UPPER_EDGE = form.MOUTH_Z - 0.28  # height of the upper incisors' edge
LOWER_EDGE = form.MOUTH_Z - 0.42
_TOOTH_WIDTHS = (0.82, 0.66, 0.70, 0.66, 0.66, 0.9)
_ARCH = 0.27  # how fast the arch runs back: y = front + _ARCH * x**2


def arch_front():
    return float(form.front(0.0, form.MOUTH_Z)) + 0.98


def _arch_point(length, scale, front):
    """Points of the dental arch at signed arc lengths from its middle, and the outward direction there."""
    x = np.linspace(0, 4, 400)
    slope = 2 * _ARCH * x
    arc = np.concatenate(([0], np.cumsum(np.hypot(np.diff(x), np.diff(_ARCH * x**2)))))
    at = np.interp(np.abs(length) / scale, arc, x) * np.sign(length)
    slope = 2 * _ARCH * at
    outward = np.stack((slope, -np.ones_like(slope)), axis=-1)
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True)
    return np.stack((at * scale, front + _ARCH * at**2 * scale), axis=-1), outward


def teeth(upper):
    scale, setback = (1.0, 0.0) if upper else (0.93, 0.30)
    front = arch_front() + setback
    edge, sign = (UPPER_EDGE, 1) if upper else (LOWER_EDGE, -1)
    across = np.array((0.03, 0.2, 0.5, 0.8, 0.97))
    lengths, bump = [], []
    start = 0.0
    widths = np.array(_TOOTH_WIDTHS) * scale * (1 if upper else 0.94)
    for width in widths:
        lengths.append(start + across * width)
        bump.append(1 - np.abs(2 * across - 1) ** 5)
        start += width
    lengths, bump = np.concatenate(lengths), np.concatenate(bump)
    number = np.repeat(np.arange(len(widths)), len(across))
    lengths = np.concatenate((-lengths[::-1], lengths))
    bump = np.concatenate((bump[::-1], bump))
    number = np.concatenate((number[::-1], number))
    base, outward = _arch_point(lengths, scale, front)
    tall = (
        np.array((1.05, 0.95, 1.0, 0.85, 0.8, 0.75))[number]
        if upper
        else np.array((0.9,) * 3 + (0.8,) * 3)[number]
    )
    short = np.array((0.0, 0.06, 0.02, 0.08, 0.12, 0.15))[number] + 0.10 * (1 - bump)
    thick = np.array((0.42, 0.42, 0.5, 0.7, 0.75, 0.8))[number]
    # Around a tooth: depth behind its front face (in thicknesses) and height above its edge (in its height).
    profile = (
        (0.16, 1.06), (0.02, 0.75), (0.0, 0.4), (0.04, 0.1), (0.16, 0.01), (0.5, 0.02),
        (0.9, 0.5), (1.1, 1.0),
    )  # fmt: skip
    grid, vertices, colours = [], [], []
    for depth, height in profile:
        inward = depth * thick + 0.13 * (1 - bump)
        ring = np.column_stack(
            (base - outward * inward[:, None], edge + sign * (short + height * (tall - short)))
        )
        grid.append(np.arange(len(vertices), len(vertices) + len(ring)))
        vertices.extend(ring)
        white = np.array((0.83, 0.80, 0.73)) * (1 - 0.10 * height) * (0.55 + 0.45 * bump[:, None] ** 0.5)
        white = white * (1 - 0.11 * number[:, None])
        colours.extend(white)
    vertices = np.array(vertices)
    quads = face_outwards(vertices, sheet(np.array(grid)), np.array((0, front + 0.3, edge + sign * 0.5)))
    return Part(
        "teeth_upper" if upper else "teeth_lower", vertices, quads, ["teeth"] * len(quads), np.array(colours)
    )


def gums(upper):
    scale, setback = (1.0, 0.0) if upper else (0.93, 0.30)
    front = arch_front() + setback
    edge, sign = (UPPER_EDGE, 1) if upper else (LOWER_EDGE, -1)
    half = sum(_TOOTH_WIDTHS) * scale
    lengths = np.linspace(-half, half, 37)
    base, outward = _arch_point(lengths, scale, front)
    profile = (
        (0.10, 0.80),
        (-0.04, 0.86),
        (-0.10, 1.05),
        (-0.06, 1.35),
        (0.35, 1.7),
        (0.9, 1.55),
        (1.05, 1.0),
        (0.9, 0.7),
    )
    # The gum's edge rises in a scallop between teeth.
    starts = np.concatenate(([0], np.cumsum(_TOOTH_WIDTHS))) * scale
    nearest = np.abs(np.abs(lengths)[:, None] - starts).min(1)
    scallop = -0.10 * np.exp(-((nearest / 0.16) ** 2))
    grid, vertices = [], []
    for depth, height in profile:
        low = scallop if height < 1 and depth < 0.5 else 0
        ring = np.column_stack((base - outward * depth, edge + sign * (height + low) * np.ones(len(base))))
        grid.append(np.arange(len(vertices), len(vertices) + len(ring)))
        vertices.extend(ring)
    vertices = np.array(vertices)
    quads = face_outwards(vertices, sheet(np.array(grid)), np.array((0, front + 0.5, edge + sign * 1.2)))
    colours = np.ones((len(vertices), 3)) * (0.50, 0.14, 0.13)
    return Part("gums_upper" if upper else "gums_lower", vertices, quads, ["gums"] * len(quads), colours)


def tongue():
    """A flat loaf from the root in the throat to a rounded tip behind the lower incisors."""
    rings, around = 13, 16
    t = np.linspace(0, 1, rings)
    tip_y, root_y = arch_front() + 0.95, 0.2
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    vertices, ids, colours = [], [], []
    for s in t:
        # Towards the tip the loaf closes like an ellipse.
        near = 1 - s
        close = np.sqrt(np.clip(1 - (max(s - 0.72, 0) / 0.28) ** 2, 0.0, 1)) if s > 0.72 else 1.0
        close = max(close, 0.06)
        half_width = (1.75 - 0.15 * s) * close
        half_height = (0.85 - 0.42 * s) * (0.25 + 0.75 * close)
        y = root_y + (tip_y - root_y) * (1 - (1 - s) ** 1.0)
        z = form.MOUTH_Z - 1.05 + 0.65 * np.sin(np.pi * min(near * 0.85 + 0.18, 1)) - 0.35 * near
        c, h = np.cos(turn), np.sin(turn)
        x = half_width * np.sign(c) * np.abs(c) ** 0.8
        flat = np.where(h > 0, np.abs(h) ** 0.75, -np.abs(h))
        groove = 0.14 * np.exp(-((x / 0.35) ** 2)) * (h > 0) * min(1, 3 * near) * close
        ids.append(np.arange(len(vertices), len(vertices) + around))
        vertices.extend(np.column_stack((x, np.full(around, y), z + half_height * flat - groove)))
        colours.extend(
            np.array((0.62, 0.20, 0.19))
            * (0.55 + 0.45 * s)
            * (1 - 0.25 * np.exp(-((x / 0.25) ** 2)))[:, None]
        )
    vertices = np.array(vertices)
    quads = face_outwards(vertices, np.concatenate((sheet(np.array(ids), closed_columns=True),)))
    ends = []
    for ring, front in ((ids[-1], True), (ids[0], False)):
        lid = cap(ring)
        corners = vertices[lid]
        normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]).sum(0)
        ends.append(lid[:, ::-1] if (normal[1] > 0) == front else lid)
    quads = np.concatenate((quads, *ends))
    return Part("tongue", vertices, quads, ["tongue"] * len(quads), np.array(colours))


# --- face dressing ------------------------------------------------------------------------------------------


def tube(path, radii_a, radii_b, side, up, around=10):
    """A tube along a path: elliptic sections with half axes along ``side`` and ``up`` (each (n, 3))."""
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    points = (
        path[:, None]
        + side[:, None] * (radii_a[:, None] * np.cos(turn))[..., None]
        + up[:, None] * (radii_b[:, None] * np.sin(turn))[..., None]
    )
    ids = np.arange(points.shape[0] * around).reshape(points.shape[0], around)
    vertices = points.reshape(-1, 3)
    quads = np.concatenate((sheet(ids, closed_columns=True), cap(ids[0]), cap(ids[-1])[:, ::-1]))
    return vertices, face_outwards(vertices, quads)


def brow():
    n = 15
    t = np.linspace(0, 1, n)
    x = 1.35 + 3.95 * t
    z = 2.45 + 1.0 * np.sin(np.pi * (0.12 + 0.66 * t)) - 0.45 * t**2 - 0.2
    y = form.front(x, z)
    path = np.stack((x, y, z), axis=1)
    normal = form.gradient(path)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    path += 0.02 * normal
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    up = np.cross(normal, along)
    up *= np.sign(up[:, 2:3])
    wide = 0.40 * np.clip(np.minimum((t + 0.04) / 0.16, 1), 0, 1) ** 0.6 * (1 - 0.82 * t**1.6)
    vertices, quads = tube(path, np.maximum(wide, 0.03), np.maximum(wide * 0.42, 0.03), up, normal)
    return Part("brow_left", vertices, quads, ["brow"] * len(quads), np.ones((len(vertices), 3)) * HAIR_DARK)


HAIR = np.array((0.165, 0.062, 0.028))
HAIR_DARK = np.array((0.085, 0.032, 0.018))


def ear(skin_colour):
    """A shell: a rim that curls round a bowl, and a lobe. Built flat in (a: forwards, b: up),
    then set on the head.
    """
    around = 20
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    outline_a = 1.28 * np.cos(turn) * (1 + 0.25 * np.sin(turn) - 0.10 * np.sin(turn) ** 2) - 0.25 * np.sin(
        turn
    )
    outline_b = 2.15 * np.sin(turn)
    front = np.clip(np.cos(turn), 0, 1) ** 2  # the part that grows out of the cheek
    lobe = np.clip(-np.sin(turn), 0, 1) ** 3
    vertices, ids, colours = [], [], []
    rows = [
        (0.02, 0.05),
        (0.30, 0.0),
        (0.52, 0.12),
        (0.66, 0.42),
        (0.78, 0.40),
        (0.90, 0.62),
        (1.0, 0.58),
        (1.02, 0.36),
        (0.86, 0.02),
        (0.6, -0.5),
    ]
    for reach, height in rows:
        lift = height * (1 - 0.85 * front) * (1 - 0.55 * lobe) + 0.25 * lobe
        tilt = 0.35 * (1 - np.cos(turn)) * reach  # the back of the ear stands off the skull
        ring = np.stack((outline_a * reach, outline_b * reach, lift + tilt), axis=1)
        ids.append(np.arange(len(vertices), len(vertices) + around))
        vertices.extend(ring)
        warm = np.array((1.0, 0.80, 0.76)) ** (1.2 if 0.2 < reach < 0.6 else 0.5)
        colours.extend(np.ones((around, 1)) * skin_colour * warm)
    local = np.array(vertices)
    forward, up, out = (
        np.array((-0.12, -0.99, 0.18)),
        np.array((0.06, 0.2, 0.98)),
        np.array((0.97, -0.22, 0.0)),
    )
    place = np.array((6.55, 0.9, -1.9))
    world = place + local[:, :1] * forward + local[:, 1:2] * up + local[:, 2:] * out
    quads = sheet(np.array(ids), closed_columns=True)
    lid = cap(ids[0])
    quads = np.concatenate((quads, lid))
    corners = world[quads[: 3 * around]]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]).sum(0)
    if normal @ out < 0:
        quads = quads[:, ::-1]
    return Part("ear_left", world, quads, ["skin"] * len(quads), np.array(colours))


def neck(skin_colour):
    """A tube from inside the head, below the mouth's lining and behind it, down into the collar."""
    n, around = 6, 24
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    vertices, ids = [], []
    for s in np.linspace(0, 1, n):
        radius = 3.3 + 0.75 * s
        top = -8.2 + 2.0 * -np.cos(turn)  # high at the nape, low under the chin
        ring = np.column_stack(
            (radius * np.sin(turn), 1.0 + 0.7 * s - radius * np.cos(turn), top * (1 - s) - 15.5 * s)
        )
        ids.append(np.arange(len(vertices), len(vertices) + around))
        vertices.extend(ring)
    vertices = np.array(vertices)
    quads = face_outwards(vertices, sheet(np.array(ids), closed_columns=True))
    colours = np.ones((len(vertices), 3)) * skin_colour * (0.95, 0.9, 0.9)
    return Part("neck", vertices, quads, ["skin"] * len(quads), colours)


def jumper():
    around = 36
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    # radius across, radius deep, height, depth of the middle; from the collar's inside over its roll to the
    # shoulders
    rows = (
        (3.9, 3.9, -13.4, 1.2), (4.1, 4.1, -12.3, 1.0), (4.6, 4.5, -11.75, 0.9), (5.1, 5.0, -12.1, 0.95),
        (5.3, 5.2, -12.9, 1.1), (5.25, 5.15, -13.8, 1.25), (5.3, 5.2, -14.3, 1.3), (5.9, 5.5, -14.75, 1.35),
        (7.6, 6.1, -15.4, 1.5), (9.6, 6.5, -16.1, 1.65), (11.5, 6.8, -17.0, 1.8), (13.0, 7.1, -18.2, 1.9),
        (14.1, 7.4, -19.8, 2.0), (14.8, 7.8, -22.5, 2.0),
    )  # fmt: skip
    vertices, ids, colours = [], [], []
    for number, (wide, deep, height, middle) in enumerate(rows):
        square = 1 + 0.10 * max(0, number - 7) / 5
        sx = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** (1 / square)
        cy = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (1 / square)
        rib = 0.0
        ids.append(np.arange(len(vertices), len(vertices) + around))
        drop = 0.5 * np.cos(turn) * (number < 7)  # the collar hangs lower in front
        vertices.extend(np.column_stack(((wide + rib) * sx, middle - (deep + rib) * cy, height - drop)))
        shade = 1.0 if number not in (0, 1, 6, 7) else 0.72
        colours.extend(np.ones((around, 1)) * np.array((0.045, 0.20, 0.235)) * shade)
    vertices = np.array(vertices)
    quads = sheet(np.array(ids), closed_columns=True)
    corners = vertices[quads[-around:]]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    if (normal * (corners.mean(1) - (0, 2, -20))).sum() < 0:
        quads = quads[:, ::-1]
    return Part("jumper", vertices, quads, ["jumper"] * len(quads), np.array(colours))


def _hairline(azimuth):
    """Lowest elevation (degrees from form.CENTRE) that hair reaches at each azimuth (degrees, 0 in front)."""
    fine = np.arange(-360.0, 361.0)
    knots = (0, 26, 48, 62, 73, 80, 88, 98, 112, 128, 150, 180)
    levels = (43, 43, 36, 20, -3, -12, 2, 21, 8, -16, -34, -38)
    around = np.abs((fine + 180) % 360 - 180)
    level = np.interp(around, knots, levels)
    window = np.exp(-(((np.arange(-15, 16)) / 4.5) ** 2))
    level = np.convolve(level, window / window.sum(), "same")
    return np.interp(azimuth, fine, level)


def _scalp(azimuth, elevation):
    """Points on the skin along rays from form.CENTRE (degrees), and the rays."""
    a, e = np.radians(azimuth), np.radians(elevation)
    rays = np.stack((np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)), axis=-1)
    return form.along_rays(rays), rays


def _cap_of_hair():
    """The hair's mass: a shell from the crown to the hairline, with soft ridges."""
    columns, rows = 72, 9
    azimuth = np.linspace(-180, 180, columns, endpoint=False) + 180 / columns
    front = np.exp(-((azimuth / 58) ** 2))
    lock = np.sin(np.radians(azimuth) * 8 + 0.8) + 0.5 * np.sin(np.radians(azimuth) * 13 + 2.0)
    low = _hairline(azimuth) + 2.0 * lock * np.clip(1 - front, 0.3, 1) + 3.0 * front
    vertices, colours = [], []
    for row in range(rows):
        v = row / (rows - 1)  # 0 at the crown, 1 at the hairline
        skin, rays = _scalp(azimuth, 86 + (low - 86) * v**1.05)
        sweep = np.radians(azimuth) + 0.6 * (v - 1) * front
        ridge = np.sin(8 * sweep + 0.8) + 0.5 * np.sin(13 * sweep + 2.0)
        thick = 0.80 + 0.40 * np.sin(np.pi * v) + 0.14 * ridge * np.clip(v * 2.2, 0, 1) * (1 - front)
        edge = np.clip((1 - v) * (rows - 1) / 1.2, 0, 1)
        thick = np.maximum(thick, 0.25) * edge**0.5 - 0.22 * (v == 1)
        vertices.append(skin + rays * thick[:, None])
        tone = 1 + 0.28 * np.tanh(ridge * 0.9) * (1 - 0.6 * front)
        colours.append(HAIR * tone[:, None] * (0.85 + 0.2 * v))
    ids = np.arange(rows * columns).reshape(rows, columns)
    vertices = np.concatenate(vertices)
    quads = np.concatenate((sheet(ids, closed_columns=True), cap(ids[0])))
    return vertices, face_outwards(vertices, quads), np.concatenate(colours)


# Locks from root to tip: azimuth and elevation (degrees) of both, half width (cm), lift over the skin (cm),
# and how far the path bows towards higher elevations.
_LOCKS = (
    (38, 70, -66, 22, 1.25, 1.00, 10), (37, 62, -46, 33, 1.35, 1.30, 12), (36, 55, -22, 37, 1.30, 1.45, 11),
    (35, 50, 4, 40, 1.15, 1.35, 7), (34, 46, 22, 42, 0.85, 1.00, 3),
    (40, 66, 74, 8, 1.20, 0.95, 10), (39, 57, 62, 20, 1.15, 1.10, 8), (38, 50, 52, 32, 0.95, 0.95, 4),
    (-40, 62, -78, -4, 1.25, 0.85, 8), (58, 60, 84, -8, 1.20, 0.75, 6), (-70, 60, -86, -14, 1.15, 0.80, 6),
)  # fmt: skip


def _lock(root_a, root_e, tip_a, tip_e, half_width, lift, bow):
    n, around = 9, 8
    t = np.linspace(0, 1, n)
    ease = t**1.15
    skin, rays = _scalp(
        root_a + (tip_a - root_a) * ease, root_e + (tip_e - root_e) * t + bow * np.sin(np.pi * t)
    )
    height = 0.50 + lift * np.sin(np.pi * np.clip(t * 0.95 + 0.02, 0, 1)) - 0.32 * t**3
    path = skin + rays * height[:, None]
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(rays, along)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    width = 1.55 * half_width * np.sin(np.pi * (0.20 + 0.76 * t)) ** 0.8
    vertices, quads = tube(path, np.maximum(width, 0.04), np.maximum(width * 0.30, 0.03), side, rays, around)
    across = np.tile(np.cos(np.linspace(0, 2 * np.pi, around, endpoint=False)), n)
    tone = (0.92 + 0.22 * np.cos(across * 5.0)) * (0.85 + 0.30 * np.repeat(t, around))
    return vertices, quads, HAIR * tone[:, None]


def hair():
    """A cap with swept locks over it. The parting is on the character's left, the fringe sweeps right."""
    vertices, quads, colours = [], [], []
    count = 0
    for v, q, c in (_cap_of_hair(), *(_lock(*lock) for lock in _LOCKS)):
        vertices.append(v)
        quads.append(q + count)
        colours.append(c)
        count += len(v)
    quads = np.concatenate(quads)
    return Part("hair", np.concatenate(vertices), quads, ["hair"] * len(quads), np.concatenate(colours))


def lashes(skin):
    """A dark fan on the left upper lid; its roots are the lid's own vertices, whose ids come back with it."""
    margin = skin.lids["left"][skin.lid_margin]
    k = np.arange(1, len(margin) // 2)
    root = skin.vertices[margin[k]]
    along = 1 - 2 * (k - 1) / (len(k) - 1)  # 1 at the outer corner
    out = root - form.EYE
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    length = 0.10 + 0.26 * np.clip(along * 0.75 + 0.5, 0, 1.2) * np.sqrt(
        np.clip(1 - (along * 0.9) ** 4, 0, 1)
    )
    lean = out * 0.75 + np.column_stack((0.35 * along, 0 * along, 0.55 + 0 * along))
    tip = root + lean * length[:, None]
    under = root - np.array((0, 0, 0.05)) + out * 0.02
    over = root + np.array((0, 0, 0.06)) + out * 0.02
    n = len(k)
    vertices = np.concatenate((over, tip, under))
    ids = np.arange(3 * n).reshape(3, n)
    quads = sheet(ids)
    corners = vertices[quads[: n - 1]]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]).sum(0)
    if normal[2] < 0:  # the upper side looks up
        quads = quads[:, ::-1]
    colour = np.ones((len(vertices), 3)) * (0.03, 0.012, 0.009)
    return Part("lashes_left", vertices, quads, ["lids"] * len(quads), colour), np.tile(margin[k], 3)
