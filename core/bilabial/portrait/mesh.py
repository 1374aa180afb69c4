"""The mesh that a still is warped with: the demo head's face, laid over the face in the picture.

The head's front, seen flat, is bent onto the points of the face, so that every shape of the head (ARKit's 52
and two of the tongue) is a shape of the picture. The mouth and the eyes are cut open in it. At rest the lips
are closed; ``open_still`` is how far those of the still stand open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..render.demo_head import DemoHead
from .points import FaceError, FacePoints, resampled
from .spline import Spline

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

SIDES = ("Left", "Right")
_LIP_RINGS = 7  # rings of the head's lips from the border of the red to where they meet
_FOREHEAD = 0.066  # metres: how far up the face goes where no hair hides it
_STEEP = 0.25  # towards the face's edge, quads that face us by less than this are left out
_INNER = (0.045, -0.085)  # metres: half the width of what is kept however steep, and how far down that goes
# Rings laid around the face: their size, how far they follow its shapes, and how far the head's turning.
_AROUND = (
    (1.08, 0.75, 1.0), (1.2, 0.42, 0.96), (1.36, 0.17, 0.85),
    (1.6, 0.04, 0.6), (1.95, 0.0, 0.28), (2.4, 0.0, 0.0),
)  # fmt: skip
_OPEN = 0.075  # of the mouth's width: what stands less open than this is closed
_NECK = 0.55  # of the distance from the eyes to the chin: how far below the chin the head turns about
_NECK_DEPTH = 0.06  # metres from the face's front back to that point


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """A slit in the mesh: vertices of its upper and lower edge, from the left of the picture to the right."""

    upper: Integers
    lower: Integers


@dataclass(frozen=True, eq=False)
class PictureMesh:
    """n vertices over a picture; pixels, x to the right and y down, (0, 0) the middle of the first pixel."""

    rest: Floats  # (n, 2) with closed lips
    open_still: Floats  # (n, 2) what to add to ``rest`` to be where the still shows it
    triangles: Integers  # (m, 3)
    names: tuple[str, ...]  # of the shapes
    basis: Floats32  # (shapes, n, 2) pixels at weight 1
    depth: Floats  # (n,) pixels towards the viewer, from where the head turns
    share: Floats  # (n,) how far a vertex follows the head, 0..1
    pivot: Floats  # (2,) where the head turns about
    mouth: Opening
    eyes: tuple[Opening, Opening]  # left, right
    lips: Integers  # vertices of the red of the lips
    inner: int  # the first so many vertices are the face itself, the others lie around it
    scale: tuple[float, float]  # pixels in a metre of the head, across and down, at the mouth
    roll: float  # radians, of the face in the picture

    @property
    def still(self) -> Floats:
        """Where each vertex lies in the still."""
        return self.rest + self.open_still

    @cached_property
    def is_open(self) -> bool:
        return bool(np.abs(self.open_still).max() > 0)

    def pose(
        self, weights: NDArray[np.floating], open_share: float = 0.0, turn: tuple[float, ...] = ()
    ) -> Floats:
        """Where the vertices go. ``weights`` (shapes,); ``turn``: the head's pitch, yaw, roll in radians."""
        used = np.flatnonzero(weights)
        moved = self.rest + open_share * self.open_still
        if len(used):
            moved = moved + np.tensordot(np.asarray(weights, np.float64)[used], self.basis[used], axes=1)
        return self._turned(moved, *turn) if any(turn) else moved

    def _turned(self, points: Floats, pitch: float, yaw: float, roll: float) -> Floats:
        """``points`` with the head nodding down, turning to its left and leaning to its left, radians."""
        x, y = (points - self.pivot).T
        z = self.depth
        x, z = x * np.cos(yaw) + z * np.sin(yaw), z * np.cos(yaw) - x * np.sin(yaw)
        y = y * np.cos(pitch) + z * np.sin(pitch)
        x, y = x * np.cos(roll) - y * np.sin(roll), y * np.cos(roll) + x * np.sin(roll)
        goal = np.stack((x, y), axis=1) + self.pivot
        return np.asarray(points + self.share[:, None] * (goal - points), np.float64)


def lay_mesh(head: DemoHead, points: FacePoints) -> PictureMesh:
    """The mesh over the face at ``points``."""
    face = _face_of(head)
    places, targets, opened = _pairs(head, face, points)
    spline = Spline(places, targets - opened)
    rest = spline(face.flat)
    if _flipped(rest, face.triangles) > 0.12:
        raise FaceError(
            "the points of the face do not fit a face seen from in front: check them, or place eight by hand"
        )
    stretch = _Stretch(head, face, points)
    moves = np.stack([stretch(face.of(head, name)) for name in head.shapes])
    opening = _open_still(face, head, points, rest)
    depth = -head.vertices[face.ids, 1].astype(np.float64)
    depth = (depth - depth.max() + _NECK_DEPTH) * stretch.mean
    inner = len(rest)
    loop = face.boundary
    centre = (rest[loop].min(0) + rest[loop].max(0)) / 2
    smooth = _smoothed(rest[loop])
    rings = [centre + (smooth - centre) * size for size, _, _ in _AROUND]
    all_moves = [moves] + [moves[:, loop] * shapes for _, shapes, _ in _AROUND]
    turning = [np.ones(inner)] + [np.full(len(loop), turns) for _, _, turns in _AROUND]
    eyes, chin = (points.eye("Left") + points.eye("Right")) / 2, points.lines["chin"][0]
    return PictureMesh(
        rest=np.concatenate((rest, *rings)),
        open_still=np.concatenate((opening, *(opening[loop] * shapes for _, shapes, _ in _AROUND))),
        triangles=np.concatenate((face.triangles, _bands(loop, inner, len(_AROUND)))),
        names=tuple(head.shapes),
        basis=np.concatenate(all_moves, axis=1).astype(np.float32),
        depth=np.concatenate((depth, *[depth[loop]] * len(_AROUND))),
        share=np.concatenate(turning),
        pivot=chin + _NECK * (chin - eyes),
        mouth=face.mouth,
        eyes=face.eyes,
        lips=face.lip_rings[:-2].ravel(),
        inner=inner,
        scale=stretch.mouth,
        roll=points.roll,
    )


def _smoothed(line: Floats) -> Floats:
    """A closed line without its teeth: the head's quads end in steps."""
    for _ in range(6):
        line = (np.roll(line, 1, axis=0) + 2 * line + np.roll(line, -1, axis=0)) / 4
    return line


def _bands(loop: Integers, inner: int, count: int) -> Integers:
    """Triangles between the face's edge and the rings around it."""
    rings = [loop] + [inner + i * len(loop) + np.arange(len(loop)) for i in range(count)]
    found = []
    for near, far in pairwise(rings):
        a, b, c, d = near, np.roll(near, -1), np.roll(far, -1), far
        found += [np.stack((a, d, c), axis=1), np.stack((a, c, b), axis=1)]
    return np.concatenate(found)


def _flipped(points: Floats, triangles: Integers) -> float:
    """The share of triangles that face away."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return float((area >= 0).mean())


# --- the head's face, seen flat -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """The part of the head's skin that a picture shows."""

    ids: Integers  # (n,) vertices of the head
    flat: Floats  # (n, 2) metres, x to the right and y down, laid out so that no triangle faces away
    triangles: Integers  # (m, 3)
    boundary: Integers  # the face's edge, in order
    mouth: Opening
    eyes: tuple[Opening, Opening]
    lip_rings: Integers  # (rings, 64), numbers of this face

    def of(self, head: DemoHead, name: str) -> Floats:
        """A shape's displacement of these vertices, metres, flat."""
        dense = np.zeros((len(head.vertices), 3))
        ids, motion = head.shapes[name]
        dense[ids] = motion
        return dense[self.ids][:, [0, 2]] * (1, -1)


def _margin(head: DemoHead) -> tuple[Integers, Integers]:
    """The edges of the left and of the right lids: 32 vertices from the outer corner over the top."""
    lids = head.quads[head.material_of_quad == head.materials.index("lids")]
    left = lids[:32, 0]
    return left, head.mirror[left]


def _face_of(head: DemoHead) -> _Face:
    skin = head.parts["skin"]
    vertices = head.vertices.astype(np.float64)
    left, right = _margin(head)
    wanted = np.zeros(len(vertices), bool)
    wanted[skin] = _in_outline(vertices[skin][:, [0, 2]], head) & (vertices[skin][:, 1] < 0.01)
    wanted[head.lips[_LIP_RINGS:]] = False
    for margin in (left, right):
        inside = margin[0] + np.arange(len(margin), 4 * len(margin))  # rings that line the lid, ids in order
        wanted[inside] = False
    quads = head.quads[wanted[head.quads].all(1)]
    quads = quads[_facing(quads, vertices)]
    quads = quads[_largest_part(quads, len(vertices))]
    ids, numbered = np.unique(quads, return_inverse=True)
    quads = numbered.reshape(quads.shape)
    place = np.full(len(vertices), -1)
    place[ids] = np.arange(len(ids))
    halves = np.concatenate((quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]))
    halves = halves[
        (halves[:, 0] != halves[:, 1]) & (halves[:, 1] != halves[:, 2]) & (halves[:, 0] != halves[:, 2])
    ]
    contact = place[head.lips[_LIP_RINGS - 1]]
    count = len(contact)
    mouth = Opening(contact[count // 2 :: -1], np.append(contact[count // 2 :], contact[0]))
    opens = []
    for margin in (place[left], place[right]):
        over, under = margin[: len(margin) // 2 + 1], np.append(margin[len(margin) // 2 :], margin[0])[::-1]
        # The left eye's outer corner is on the right of the picture, the right eye's on the left.
        towards_right = vertices[ids[over[0]], 0] < vertices[ids[over[-1]], 0]
        opens.append(Opening(over, under) if towards_right else Opening(over[::-1], under[::-1]))
    edges = [np.concatenate((o.upper, o.lower)) for o in (mouth, *opens)]
    boundary = _outer_loop(quads, np.concatenate(edges))
    pinned = np.zeros(len(ids), bool)
    pinned[np.concatenate((*edges, boundary))] = True
    flat = _unfolded(vertices[ids][:, [0, 2]] * (1, -1), quads, halves, pinned)
    return _Face(ids, flat, halves, boundary, mouth, (opens[0], opens[1]), place[head.lips[:_LIP_RINGS]])


def _facing(quads: Integers, vertices: Floats) -> NDArray[np.bool_]:
    """Which quads a viewer sees; nose, lips and lids whole, whatever they hide of themselves."""
    corners = vertices[quads]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-20)
    inner = (np.abs(corners[:, :, 0]) < _INNER[0]).all(1) & (corners[:, :, 2] > _INNER[1]).all(1)
    return np.asarray(inner | (normal[:, 1] < -_STEEP), bool)


def _in_outline(points: Floats, head: DemoHead) -> NDArray[np.bool_]:
    """Which points (x, z) lie inside the line of the jaw and an arch over the forehead."""
    jaw = head.vertices[head.landmarks[:17]][:, [0, 2]].astype(np.float64)
    line = np.concatenate((jaw * 1.02, _arch(jaw)[1:-1]))
    following = np.roll(line, -1, axis=0)
    inside = np.zeros(len(points), bool)
    for (x0, z0), (x1, z1) in zip(line, following, strict=True):
        crosses = (z0 > points[:, 1]) != (z1 > points[:, 1])
        inside ^= crosses & (points[:, 0] < x0 + (points[:, 1] - z0) / (z1 - z0 + 1e-12) * (x1 - x0))
    return inside


def _arch(jaw: Floats) -> Floats:
    """From the jaw's right end over the forehead to its left one, (x, z)."""
    angle = np.linspace(np.pi, 0, 17)
    return np.stack((jaw[0, 0] * np.cos(angle), jaw[0, 1] + (_FOREHEAD - jaw[0, 1]) * np.sin(angle)), axis=1)


def _largest_part(quads: Integers, count: int) -> NDArray[np.bool_]:
    """Which quads hang together with most others."""
    label = np.arange(count)
    while True:
        low = label[quads].min(1)
        new = label.copy()
        np.minimum.at(new, quads.ravel(), np.repeat(low, 4))
        new = new[new]
        if (new == label).all():
            break
        label = new
    parts = label[quads[:, 0]]
    values, sizes = np.unique(parts, return_counts=True)
    return np.asarray(parts == values[sizes.argmax()], bool)


def _outer_loop(quads: Integers, cut: Integers) -> Integers:
    """The longest edge line of the mesh that is no cut, in order."""
    starts, ends = quads.ravel(), np.roll(quads, -1, axis=1).ravel()
    real = starts != ends
    edges = set(zip(starts[real].tolist(), ends[real].tolist(), strict=True))
    inner = set(cut.tolist())
    following = {a: b for a, b in sorted(edges) if (b, a) not in edges and not (a in inner and b in inner)}
    best: list[int] = []
    while following:
        first, step = next(iter(following.items()))
        loop = []
        while first in following:
            step = following.pop(first)
            loop.append(first)
            first = step
        best = max(best, loop, key=len)
    return np.array(best, np.int64)


def _unfolded(flat: Floats, quads: Integers, triangles: Integers, pinned: NDArray[np.bool_]) -> Floats:
    """Places in which no triangle faces away: under nose and lips the front of a head hides itself."""
    flat = flat.copy()
    pairs = np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    weight = np.bincount(pairs[:, 0], minlength=len(flat)) + np.bincount(pairs[:, 1], minlength=len(flat))
    for _ in range(200):
        a, b, c = (flat[triangles[:, i]] for i in range(3))
        area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        bad = np.unique(triangles[area > -1e-9])
        bad = bad[~pinned[bad]]
        if not len(bad):
            break
        mean = np.stack(
            [
                np.bincount(pairs[:, 0], flat[pairs[:, 1], axis], len(flat))
                + np.bincount(pairs[:, 1], flat[pairs[:, 0], axis], len(flat))
                for axis in (0, 1)
            ],
            axis=1,
        )
        flat[bad] = mean[bad] / weight[bad, None]
    return flat


# --- from the head to the picture ---------------------------------------------------------------------------


def _pairs(head: DemoHead, face: _Face, points: FacePoints) -> tuple[Floats, Floats, Floats]:
    """Places on the flat head, where they lie in the still, and what of that its open mouth makes."""
    half = face.lip_rings.shape[1] // 2
    rows = face.lip_rings[0]
    jaw = head.vertices[head.landmarks[:17]][::-1, [0, 2]].astype(np.float64) * (1, -1)
    nose = head.vertices[head.landmarks[37]][[0, 2]] * (1, -1)
    lines: dict[str, tuple[Floats, int]] = {
        "lipTop": (face.flat[rows[half::-1]], 13),
        "lipBottom": (face.flat[np.append(rows[half:], rows[0])], 13),
        "chin": (jaw[8:9], 1),
        "jaw": (jaw, 17),
        "forehead": (_arch(jaw[::-1] * (1, -1)) * (1, -1), 9),
        "noseTip": (np.array([nose], np.float64), 1),
        "browLeft": (_brow_line(head, "brow_left"), 5),
        "browRight": (_brow_line(head, "brow_right"), 5),
    }
    for side, opening in zip(SIDES, face.eyes, strict=True):
        lines[f"eye{side}Upper"] = face.flat[opening.upper], 9
        lines[f"eye{side}Lower"] = face.flat[opening.lower], 9
    seam = _closed_seam(points)
    opened = _Gaps(points)
    places, targets, moved = (
        [resampled(face.flat[face.mouth.upper], 17)],
        [resampled(seam, 17)],
        [np.zeros((17, 2))],
    )
    for name, (line, count) in lines.items():
        if name not in points.lines or (name == "chin" and "jaw" in points.lines):
            continue
        at = resampled(line, count)
        shown = resampled(points.lines[name], count)
        keep = (
            slice(1, -1)
            if name in ("lipTop", "lipBottom", "forehead") or name.endswith("Lower")
            else slice(None)
        )
        places.append(at[keep])
        targets.append(shown[keep])
        moved.append(opened(name, shown)[keep])
    return np.concatenate(places), np.concatenate(targets), np.concatenate(moved)


def _brow_line(head: DemoHead, part: str) -> Floats:
    """A brow's middle line, from the left of the picture to the right."""
    points = head.vertices[head.part(part)][:, [0, 2]].astype(np.float64) * (1, -1)
    edges = np.linspace(points[:, 0].min(), points[:, 0].max(), 7)
    middles = [points[(points[:, 0] >= a) & (points[:, 0] <= b)] for a, b in pairwise(edges)]
    return np.array([(m.min(0) + m.max(0)) / 2 for m in middles if len(m)])


def _closed_seam(points: FacePoints) -> Floats:
    upper, lower = (resampled(points.lines[n], 17) for n in ("seamUpper", "seamLower"))
    return (upper + lower) / 2


def still_gap(points: FacePoints) -> float:
    """How far the lips of the still stand open, pixels; 0 where that is no more than a line."""
    upper, lower = (resampled(points.lines[n], 17) for n in ("seamUpper", "seamLower"))
    gap = float(np.linalg.norm(lower - upper, axis=1).max())
    return gap if gap > _OPEN * points.mouth_width else 0.0


class _Gaps:
    """How far open lips have carried the points of a line, by where it lies."""

    def __init__(self, points: FacePoints) -> None:
        upper, lower = (resampled(points.lines[n], 17) for n in ("seamUpper", "seamLower"))
        self.open = still_gap(points) > 0
        self.across = np.array([np.cos(points.roll), np.sin(points.roll)])
        self.u = ((upper + lower) / 2) @ self.across
        self.half = (
            lower - upper
        ) / 2  # the lower lip's way from the closed seam; the upper one's is its opposite
        self.sides = {"lipTop": -1.0, "lipBottom": 1.0, "chin": 0.8, "jaw": 0.8}

    def __call__(self, name: str, shown: Floats) -> Floats:
        side = self.sides.get(name, 0.0) if self.open else 0.0
        return side * self.at(shown)

    def at(self, where: Floats) -> Floats:
        u = where @ self.across
        return np.stack([np.interp(u, self.u, self.half[:, axis], 0.0, 0.0) for axis in (0, 1)], axis=1)


def _open_still(face: _Face, head: DemoHead, points: FacePoints, rest: Floats) -> Floats:
    """What each vertex moves from closed lips to the still's own."""
    gaps = _Gaps(points)
    if not gaps.open:
        return np.zeros_like(rest)
    down = np.maximum(face.of(head, "jawOpen")[:, 1], 0)
    down /= down[face.mouth.lower[len(face.mouth.lower) // 2]]
    up = np.maximum(-(face.of(head, "mouthUpperUpLeft") + face.of(head, "mouthUpperUpRight"))[:, 1], 0)
    up /= up[face.mouth.upper[len(face.mouth.upper) // 2]]
    half = face.lip_rings.shape[1] // 2
    share = np.clip(down, 0, 1) - np.clip(up, 0, 1)
    share[face.lip_rings[:, 1:half]] = -1.0
    share[face.lip_rings[:, half + 1 :]] = 1.0
    return np.asarray(share[:, None] * gaps.at(rest), np.float64)


class _Stretch:
    """How many pixels a metre of the head is, across and down, eyes to mouth; and the face's lean."""

    def __init__(self, head: DemoHead, face: _Face, points: FacePoints) -> None:
        self._height = -face.flat[:, 1]  # z
        lean = np.array(
            ((np.cos(points.roll), -np.sin(points.roll)), (np.sin(points.roll), np.cos(points.roll)))
        )
        self._lean = lean
        middle = [face.flat[np.concatenate((o.upper, o.lower))].mean(0) for o in face.eyes]
        across = points.eye_distance / float(np.linalg.norm(middle[0] - middle[1]))
        mouth = face.flat[face.mouth.upper]
        mouth_across = points.mouth_width / float(np.ptp(mouth[:, 0]))
        seam = _closed_seam(points).mean(0)
        chin = head.vertices[head.landmarks[8], 2] * -1.0
        down = float(np.linalg.norm(points.lines["chin"][0] - seam)) / float(chin - mouth[:, 1].mean())
        eyes = (points.eye("Left") + points.eye("Right")) / 2
        face_down = float(np.linalg.norm(points.lines["chin"][0] - eyes)) / float(
            chin - np.mean([m[1] for m in middle])
        )
        self.mean = (across + face_down) / 2
        down = float(np.clip(down, 0.6 * face_down, 1.5 * face_down))
        self.mouth = (float(np.clip(mouth_across, 0.5 * across, 2.0 * across)), down)
        self._levels = (across, face_down)
        self._eye_gain = [_eye_gain(face, o, points, side) for o, side in zip(face.eyes, SIDES, strict=True)]
        self._weights = [self._near(face, o) for o in face.eyes]

    def _near(self, face: _Face, opening: Opening) -> Floats:
        """1 at an eye's lids, 0 a lid's height away."""
        ring = face.flat[np.concatenate((opening.upper, opening.lower))]
        low, high = ring.min(0), ring.max(0)
        away = np.maximum(np.maximum(low - face.flat, face.flat - high), 0) / (high - low)[1]
        return np.asarray(np.clip(1 - np.hypot(away[:, 0], away[:, 1]) / 0.9, 0, 1), np.float64)

    def __call__(self, motion: Floats) -> Floats:
        """Metres (n, 2) to pixels."""
        blend = np.clip((self._height + 0.05) / 0.035, 0, 1)  # 0 at the mouth, 1 from the nose up
        scale = np.stack(
            [self.mouth[axis] + blend * (self._levels[axis] - self.mouth[axis]) for axis in (0, 1)], axis=1
        )
        for gain, near in zip(self._eye_gain, self._weights, strict=True):
            scale[:, 1] += near * (gain - scale[:, 1])
        return np.asarray((motion * scale) @ self._lean.T, np.float64)


def _eye_gain(face: _Face, opening: Opening, points: FacePoints, side: str) -> Floats:
    """Pixels a metre with which lids that meet on the head meet in the picture too.

    For every vertex, by where it lies along the eye.
    """
    upper, lower = face.flat[opening.upper], face.flat[opening.lower]
    count = len(upper)
    shown_upper, shown_lower = (
        resampled(points.lines[f"eye{side}{edge}"], count) for edge in ("Upper", "Lower")
    )
    own = np.maximum(resampled(lower, count)[:, 1] - resampled(upper, count)[:, 1], 1e-6)
    down = np.array((-np.sin(points.roll), np.cos(points.roll)))
    seen = np.maximum((shown_lower - shown_upper) @ down, 0.0)
    middle = slice(count // 4, -(count // 4))
    ratio = np.full(count, float(np.median(seen[middle] / own[middle])))
    ratio[middle] = seen[middle] / own[middle]
    along = resampled(upper, count)[:, 0]
    return np.asarray(np.interp(face.flat[:, 0], along, ratio), np.float64)
