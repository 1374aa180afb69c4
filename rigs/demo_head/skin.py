"""The skin as quads: a grid of latitudes and longitudes with three windows, and rings of edges that fill
them.

The window of the mouth is filled by rings that run round the lips, roll over them and line the mouth; the
windows of the eyes by rings that run round the lids. Ring vertices are numbered from the corner on the
character's left over the top: k = 0 is the left corner, k = count/2 the right one, and k and count - k lie
above one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import form
import numpy as np

COLUMNS = 64
MOUTH_HALF_WIDTH = 2.45
MOUTH_COUNT = 64  # vertices of a ring round the mouth
EYE_COUNT = 32
LIP_FRACTIONS = (0.0, 0.16, 0.36, 0.58, 0.8, 0.93, 1.0)  # from the border of the red to where the lips meet
LIP_RINGS = len(LIP_FRACTIONS)

_ROWS = np.concatenate(
    (
        np.linspace(90, 26.5, 10)[1:],
        np.linspace(26.5, -5.7, 7)[1:],
        np.linspace(-5.7, -24.7, 9)[1:],
        np.linspace(-24.7, -49.6, 13)[1:],
        np.linspace(-49.6, -90, 7)[1:-1],
    )
)
_EYE_ROWS = (8, 14)  # first and last row of the window
_MOUTH_ROWS = (22, 34)
_EYE_COLUMNS = (3, 13)
_MOUTH_COLUMNS = (-10, 10)
_STEPS = np.concatenate((np.full(4, 2.9), np.full(6, 4.1), np.full(3, 4.6), np.linspace(5.6, 8.0, 19)))
_STEPS[13:] *= (180 - _STEPS[:13].sum()) / _STEPS[13:].sum()


@dataclass
class Skin:
    vertices: np.ndarray
    quads: np.ndarray
    material: list[str]  # of each quad
    lips: (
        np.ndarray
    )  # (rings, MOUTH_COUNT) vertex ids: border ... contact, contact again, inner rings, lining
    around_mouth: np.ndarray  # rings between the window and the lips, outermost first
    lids: dict[str, np.ndarray]  # "left", "right": (rings, EYE_COUNT), outermost first
    lid_margin: int  # index of the first ring on the lid's edge


def _azimuth(column):
    total = np.concatenate(([0.0], np.cumsum(_STEPS)))
    return np.sign(column) * total[abs(column)]


def lip_position(count=MOUTH_COUNT):
    """Where along the lips each ring vertex lies: u from 1 (left corner) to -1 (right), and its side: 1
    upper, -1
    lower, 0 corner."""
    k = np.arange(count)
    half = count // 2
    along = np.where(k <= half, k, count - k) / half
    u = 0.5 * np.cos(np.pi * along) + 0.5 * (1 - 2 * along)
    side = np.where(k % half == 0, 0, np.where(k < half, 1, -1))
    return u, side


def _mouth_line(u):
    return form.MOUTH_Z + 0.30 * np.abs(u) ** 2.2 - 0.07 * np.exp(-((u / 0.22) ** 2))


def _border(u, side):
    upper = 0.80 * (1 - np.abs(u) ** 1.9) ** 0.95
    upper = upper - 0.13 * np.exp(-((u / 0.13) ** 2)) + 0.05 * np.exp(-(((np.abs(u) - 0.3) / 0.16) ** 2))
    lower = -1.02 * (1 - np.abs(u) ** 2.1) ** 0.9
    upper = np.where(np.abs(u) > 0.999, 0, upper)
    return np.where(side > 0, upper, np.where(side < 0, lower, 0))


def _window(rows, columns, index):
    """Vertex ids round a window, from the middle of its +X side over the top. Even height,
    so the middle exists.
    """
    (top, bottom), (first, last) = rows, columns
    middle = (top + bottom) // 2
    path = [(r, last) for r in range(middle, top, -1)]
    path += [(top, c) for c in range(last, first, -1)]
    path += [(r, first) for r in range(top, bottom)]
    path += [(bottom, c) for c in range(first, last)]
    path += [(r, last) for r in range(bottom, middle, -1)]
    return np.array([index[r, c] for r, c in path])


def _mouth_rings(window, relaxed):
    """Positions of the rings from the window inwards; the count of rings before the lips."""
    u, side = lip_position()
    w = MOUTH_HALF_WIDTH
    line = _mouth_line(u)
    border_x, border_z = w * u * 1.0, line + _border(u, side)
    border = np.stack((border_x, form.front(border_x, border_z), border_z), axis=1)
    outer = []
    for t in np.linspace(0, 1, 7)[1:-1]:
        ring = window * (1 - t) + border * t
        outer.append(form.project(ring) if relaxed else ring)
    rings = list(outer)
    fullness = (1 - np.abs(u) ** 2.6) * np.where(side > 0, 0.27, 0.37)
    meet = np.stack((w * u * 0.985, form.front(w * u, line) + 0.14 - 0.06 * (1 - u**2), line), axis=1)
    for f in LIP_FRACTIONS:
        ring = border * (1 - f) + meet * f
        swell = np.sin(np.pi * f**0.85) ** 0.75 if 0 < f < 1 else 0.0
        ring[:, 1] -= fullness * swell
        # The ridge where red meets skin stands out a little.
        ring[:, 1] -= 0.07 * (1 - u**2) * (f == 0)
        rings.append(ring)
    widen = (1 - u**2) ** 0.5
    up = side.astype(float)

    def inner(back, rise, spread):
        ring = meet.copy()
        ring[:, 0] *= spread
        ring[:, 1] += back
        ring[:, 2] += up * rise * widen
        return ring

    rings.append(inner(0.30, 0.0, 0.985))  # the lips meet over this depth, not along a line
    rings.append(inner(0.52, 0.10, 0.98))
    rings.append(inner(0.72, 0.42, 1.0))
    rings.append(inner(0.80, 1.00, 1.08))
    rings.append(inner(1.15, 1.75, 1.16))
    for back, rise, spread in ((2.2, 2.15, 1.22), (3.6, 2.1, 1.2), (5.2, 1.7, 1.0), (6.4, 1.0, 0.6)):
        rings.append(inner(back, rise, spread))
    return rings, len(outer)


def lid_point(azimuth, elevation, radius, side):
    """A point about an eye: angles in degrees, azimuth positive towards the character's left."""
    a, e = np.radians(azimuth), np.radians(elevation)
    offset = np.stack((np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)), axis=-1)
    return form.EYE * (side, 1, 1) + offset * np.asarray(radius)[..., None]


def lid_angles():
    """The eye's opening, degrees about its centre:
    azimuth (outwards positive) and elevation of each ring vertex.
    """
    k = np.arange(EYE_COUNT)
    half = EYE_COUNT // 2
    along = np.where(k <= half, k, EYE_COUNT - k) / half
    v = 0.6 * np.cos(np.pi * along) + 0.4 * (1 - 2 * along)  # 1 outer corner, -1 inner corner
    upper = 27.5 * (1 - np.abs(v) ** 2.3) ** 0.9 * (1 + 0.10 * v)
    lower = -23.5 * (1 - np.abs(v) ** 2.4) ** 0.9 * (1 + 0.12 * v)
    side = np.where(k % half == 0, 0, np.where(k < half, 1, -1))
    tilt = 4.0 * v  # outer corners sit a little higher
    azimuth = 2.0 + 43.0 * v
    return azimuth, tilt + np.where(side > 0, upper, np.where(side < 0, lower, 0)), side


def _eye_rings(window):
    azimuth, elevation, _ = lid_angles()
    r = form.EYE_RADIUS
    margin = lid_point(azimuth, elevation, np.full(EYE_COUNT, r * 1.075), 1)
    rings = []
    for t in (0.22, 0.45, 0.66, 0.84):
        rings.append(form.project(window * (1 - t) + margin * t))
    height = np.clip(elevation / 25, 0, 1)[:, None]
    out = (margin - form.EYE) / np.linalg.norm(margin - form.EYE, axis=1, keepdims=True)
    rings[2] = rings[2] - out * 0.10 * height  # the crease above the upper lid
    rings[3] = rings[3] + out * 0.05 * height
    rings.append(margin)
    rings.append(lid_point(azimuth * 0.985, elevation * 0.95, np.full(EYE_COUNT, r * 1.045), 1))
    rings.append(lid_point(azimuth * 1.0, elevation * 1.0, np.full(EYE_COUNT, r * 0.985), 1))
    rings.append(lid_point(azimuth * 1.25, elevation * 1.5, np.full(EYE_COUNT, r * 0.93), 1))
    return rings, 4


def _ring_quads(outer, inner):
    following = np.roll(np.arange(len(outer)), -1)
    return np.stack((outer, outer[following], inner[following], inner), axis=1)


def build():
    index, vertices = {}, []

    def add(points):
        ids = np.arange(len(vertices), len(vertices) + len(points))
        vertices.extend(points)
        return ids

    half = COLUMNS // 2
    span = range(-half + 1, half + 1)

    def in_hole(r, c):
        mouth = _MOUTH_ROWS[0] < r < _MOUTH_ROWS[1] and _MOUTH_COLUMNS[0] < c < _MOUTH_COLUMNS[1]
        eye = _EYE_ROWS[0] < r < _EYE_ROWS[1] and _EYE_COLUMNS[0] < abs(c) < _EYE_COLUMNS[1]
        return mouth or eye

    places = [(r, c) for r in range(len(_ROWS)) for c in span if not in_hole(r, c)]
    elevation = np.radians([_ROWS[r] for r, _ in places])
    azimuth = np.radians([_azimuth(c) for _, c in places])
    directions = np.stack(
        (np.sin(azimuth) * np.cos(elevation), -np.cos(azimuth) * np.cos(elevation), np.sin(elevation)), axis=1
    )
    for place, point in zip(places, form.along_rays(directions), strict=True):
        index[place] = len(vertices)
        vertices.append(point)
    quads, material = [], []

    def wrap(c):
        return c if c <= half else c - COLUMNS

    for r in range(len(_ROWS) - 1):
        for c in span:
            mouth = _MOUTH_ROWS[0] <= r < _MOUTH_ROWS[1] and _MOUTH_COLUMNS[0] <= c < _MOUTH_COLUMNS[1]
            low, high = (c, c + 1) if c >= 0 else (-c - 1, -c)
            eye = _EYE_ROWS[0] <= r < _EYE_ROWS[1] and _EYE_COLUMNS[0] <= low and high <= _EYE_COLUMNS[1]
            if not (mouth or eye):
                corners = ((r, c), (r + 1, c), (r + 1, wrap(c + 1)), (r, wrap(c + 1)))
                quads.append([index[corner] for corner in corners])
    poles = add(form.along_rays(np.array([(0, 0, 1.0), (0, 0, -1.0)])))
    for c in range(-half + 1, half + 1, 2):  # pairs of slices close each pole, so that all faces are quads
        a, b, d = c, wrap(c + 1), wrap(c + 2)
        last = len(_ROWS) - 1
        quads.append([poles[0], index[0, a], index[0, b], index[0, d]])
        quads.append([poles[1], index[last, d], index[last, b], index[last, a]])
    material += ["skin"] * len(quads)

    window = _window(_MOUTH_ROWS, _MOUTH_COLUMNS, index)
    positions, before = _mouth_rings(np.array(vertices)[window], relaxed=True)
    rings = [add(ring) for ring in positions]
    everything = [window, *rings]
    for number, (outer, inner) in enumerate(pairwise(everything)):
        quads.extend(_ring_quads(outer, inner))
        lip = number - before
        kind = "skin" if lip <= 0 else "lips" if lip <= LIP_RINGS + 1 else "mouth"
        material += [kind] * len(outer)
    end = np.array(
        [[k, k + 1, MOUTH_COUNT - 2 - k, MOUTH_COUNT - 1 - k] for k in range(MOUTH_COUNT // 2 - 1)]
    )
    quads.extend(rings[-1][end])  # the throat's end: a ladder of quads across the last ring
    material += ["mouth"] * len(end)

    lids = {}
    for name, side in (("left", 1), ("right", -1)):
        columns = _EYE_COLUMNS if side > 0 else (-_EYE_COLUMNS[1], -_EYE_COLUMNS[0])
        around = _window(_EYE_ROWS, columns, index)
        if side < 0:  # the mirror image runs the other way: start at its outer (-X) side, over the top
            around = np.roll(around[::-1], EYE_COUNT // 2 + 1)
        flat = np.array(vertices)[around] * (side, 1, 1)
        positions, margin = _eye_rings(flat)
        rings_here = [add(ring * (side, 1, 1)) for ring in positions]
        chain = [around, *rings_here]
        for number, (outer, inner) in enumerate(pairwise(chain)):
            q = _ring_quads(outer, inner)
            quads.extend(q if side > 0 else q[:, ::-1])
            material += ["lids" if number == margin + 1 else "skin"] * len(outer)
        lids[name] = np.array(rings_here)

    skin = Skin(
        np.array(vertices),
        np.array(quads),
        material,
        np.array(rings[before:]),
        np.array(rings[:before]),
        lids,
        4,
    )
    _relax(skin, window)
    _orient(skin)
    return skin


def neighbours(quads, count):
    """Edges as two arrays of vertex ids, each edge once."""
    pairs = np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    assert pairs.max() < count
    return pairs[:, 0], pairs[:, 1]


def _relax(skin, window, rounds=8):
    """Even out the edges round the mouth and the eyes without leaving the form."""
    count = len(skin.vertices)
    free = np.zeros(count, bool)
    free[window] = True
    free[skin.around_mouth.ravel()] = True
    for rings in skin.lids.values():
        free[rings[:2].ravel()] = True
    a, b = neighbours(skin.quads, count)
    degree = np.bincount(a, minlength=count) + np.bincount(b, minlength=count)
    for _ in range(rounds):
        mean = np.zeros_like(skin.vertices)
        for axis in range(3):
            mean[:, axis] = np.bincount(a, skin.vertices[b, axis], count) + np.bincount(
                b, skin.vertices[a, axis], count
            )
        mean /= degree[:, None]
        moved = form.project(skin.vertices * 0.5 + mean * 0.5, 3)
        skin.vertices[free] = moved[free]


def _orient(skin):
    """Every quad faces outwards; tested on the crown."""
    corners = skin.vertices[skin.quads]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    middle = corners.mean(1)
    top = middle[:, 2] > 6
    if (normal[top] * (middle[top] - form.CENTRE)).sum(1).mean() < 0:
        skin.quads = skin.quads[:, ::-1]
