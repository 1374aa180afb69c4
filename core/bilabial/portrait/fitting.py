"""From the demo head to a face in a picture: which places belong together, and how far a shape goes there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..render.demo_head import DemoHead
from .flat_face import FlatFace, Opening, forehead_arch
from .points import FacePoints, resampled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SIDES = ("Left", "Right")
_NARROW = 1.7  # of a lip's way from shut: a drawing's flat skin goes along so far, and would fold within 1.5
_OPEN = 0.075  # of the mouth's width: what stands less open than this is closed


def pairs(head: DemoHead, face: FlatFace, points: FacePoints) -> tuple[Floats, Floats, Floats]:
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
        "forehead": (forehead_arch(jaw[::-1] * (1, -1)) * (1, -1), 9),
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
        # Who draws a mouth that shuts draws the same chin under it.
        chin = 0.0 if points.drawn else 0.8
        self.sides = {"lipTop": -1.0, "lipBottom": 1.0, "chin": chin, "jaw": chin}

    def __call__(self, name: str, shown: Floats) -> Floats:
        side = self.sides.get(name, 0.0) if self.open else 0.0
        return side * self.at(shown)

    def at(self, where: Floats) -> Floats:
        u = where @ self.across
        return np.stack([np.interp(u, self.u, self.half[:, axis], 0.0, 0.0) for axis in (0, 1)], axis=1)


def open_lips(face: FlatFace, head: DemoHead, points: FacePoints, rest: Floats) -> Floats:
    """What each vertex moves from closed lips to the still's own."""
    gaps = _Gaps(points)
    if not gaps.open:
        return np.zeros_like(rest)
    if points.drawn:
        return _near_the_lips(face, points, rest)[:, None] * gaps.at(rest)
    down = np.maximum(face.of(head, "jawOpen")[:, 1], 0)
    down /= down[face.mouth.lower[len(face.mouth.lower) // 2]]
    up = np.maximum(-(face.of(head, "mouthUpperUpLeft") + face.of(head, "mouthUpperUpRight"))[:, 1], 0)
    up /= up[face.mouth.upper[len(face.mouth.upper) // 2]]
    half = face.lip_rings.shape[1] // 2
    share = np.clip(down, 0, 1) - np.clip(up, 0, 1)
    share[face.lip_rings[:, 1:half]] = -1.0
    share[face.lip_rings[:, half + 1 :]] = 1.0
    return np.asarray(share[:, None] * gaps.at(rest), np.float64)


def _near_the_lips(face: FlatFace, points: FacePoints, rest: Floats) -> Floats:
    """How far each vertex goes with the lips that shut, -1 with the upper one, 1 with the lower one, where
    skin is a colour and the nose a stroke near by: only what lies close.
    """
    gaps = _Gaps(points)
    lean = np.array((-np.sin(points.roll), np.cos(points.roll)))
    seam = _closed_seam(points)
    below = rest @ lean - np.interp(rest @ gaps.across, seam @ gaps.across, seam @ lean)
    reach = _NARROW * float(np.linalg.norm(gaps.half, axis=1).max())
    away = np.clip(1 - np.abs(below) / reach, 0, 1)
    share = np.sign(below) * away * away * (3 - 2 * away)
    share[face.mouth.upper[1:-1]], share[face.mouth.lower[1:-1]] = -1.0, 1.0
    return np.asarray(share, np.float64)


class Stretch:
    """How many pixels a metre of the head is, across and down, eyes to mouth; and the face's lean."""

    def __init__(self, head: DemoHead, face: FlatFace, points: FacePoints, rest: Floats) -> None:
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
        self._eye_gain = [
            _eye_gain(face, opening, face.of(head, f"eyeBlink{side}"), lean[:, 1], rest)
            for side, opening in zip(SIDES, face.eyes, strict=True)
        ]
        self._weights = [self._near(face, o) for o in face.eyes]

    def _near(self, face: FlatFace, opening: Opening) -> Floats:
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


def _eye_gain(face: FlatFace, opening: Opening, blink: Floats, down: Floats, rest: Floats) -> Floats:
    """Pixels a metre with which lids that meet on the head meet in the picture too.

    For every vertex, by where it lies along the eye. ``blink``: that shape's motion, metres; ``rest``: where
    the vertices lie in the picture.
    """
    own = np.maximum(blink[opening.upper, 1] - blink[opening.lower, 1], 1e-6)
    seen = np.maximum((rest[opening.lower] - rest[opening.upper]) @ down, 0.0)
    usual = float(np.median(seen[1:-1] / own[1:-1]))
    ratio = np.clip(seen / own, 0.3 * usual, 3.0 * usual)
    ratio[[0, -1]] = ratio[[1, -2]]
    return np.asarray(np.interp(face.flat[:, 0], face.flat[opening.upper, 0], ratio), np.float64)
