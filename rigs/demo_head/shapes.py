"""The face's shapes: the 52 of ARKit and two of the tongue that ARKit lacks, as displacements of every
vertex.

The lips are posed section by section: each shape says how the border of the red and the line of contact
move, upper and lower, along u (1 at the left corner, -1 at the right). The skin between the lips and what
stays still then follows as an elastic sheet (least bending). Bones (jaw) and the upper face move by smooth
fields.

The promise that everything else stands on: the two lips' rings of contact get the *same* displacement in
every shape that must not open the mouth, and jawOpen + mouthClose together move them alike. Shapes add, so
the lips then meet exactly in every mixture of these, at every jaw opening. Only jawOpen, mouthFunnel,
mouthUpperUp* and mouthLowerDown* part the lips.
"""

from __future__ import annotations

import form
import numpy as np
import skin as skin_module
from skin import LIP_RINGS, MOUTH_HALF_WIDTH

CONTACT = (LIP_RINGS - 1, LIP_RINGS)  # rings on which the lips meet
_POSED_RINGS = LIP_RINGS + 4  # rings of a lip that a shape poses; deeper ones stay or go with the jaw
JAW_ANGLE = 21.0  # degrees at jawOpen = 1

ARKIT = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft",
    "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight",
    "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight",
    "jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose", "mouthDimpleLeft", "mouthDimpleRight",
    "mouthFrownLeft", "mouthFrownRight", "mouthFunnel", "mouthLeft", "mouthLowerDownLeft",
    "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
EXTRA = ("tongueTipUp", "tongueBackUp")


def _smooth(low, high, x):
    t = np.clip((np.asarray(x, float) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def bump(points, centre, radii):
    """1 at a centre, falling to 0 as a Gaussian with the given radii."""
    return np.exp(-((((points - np.asarray(centre)) / np.asarray(radii)) ** 2).sum(-1)))


def turned(points, pivot, axis, degrees):
    """Displacement of a rotation about an axis through a pivot."""
    axis = np.asarray(axis, float) / np.linalg.norm(axis)
    angle = np.radians(degrees)
    angle = angle[..., None] if np.ndim(angle) else angle
    q = points - pivot
    spun = (
        q * np.cos(angle)
        + np.cross(axis, q) * np.sin(angle)
        + axis * (q @ axis)[..., None] * (1 - np.cos(angle))
    )
    return spun - q


class Sheet:
    """The skin as an elastic sheet: some vertices are placed, the others follow with the least bending."""

    def __init__(self, vertices, quads, placed):
        count = len(vertices)
        a, b = skin_module.neighbours(quads, count)
        for i, j in ((0, 2), (1, 3)):  # diagonals stiffen the quads
            a, b = np.concatenate((a, quads[:, i])), np.concatenate((b, quads[:, j]))
        stiff = 1 / np.maximum(np.linalg.norm(vertices[a] - vertices[b], axis=1), 0.02)
        operator = np.zeros((count, count))
        np.add.at(operator, (a, b), stiff)
        np.add.at(operator, (b, a), stiff)
        operator /= operator.sum(1, keepdims=True)
        operator[np.arange(count), np.arange(count)] -= 1
        self.placed = placed
        self.free = ~placed
        inside = operator[:, self.free]
        self.matrix = inside.T @ inside
        self.coupling = -inside.T @ operator[:, placed]

    def follow(self, displacements):
        """Displacements (shapes, count, 3), right where placed; the free ones are filled in."""
        shapes, count, _ = displacements.shape
        flat = displacements.transpose(1, 0, 2).reshape(count, -1)
        result = flat.copy()
        result[self.free] = np.linalg.solve(self.matrix, self.coupling @ flat[self.placed])
        return result.reshape(count, shapes, 3).transpose(1, 0, 2)


class Sculptor:
    """Makes every shape of an assembled head."""

    def __init__(self, skin, parts, slices):
        self.skin = skin
        self.slices = slices
        self.rest = np.concatenate([part.vertices for part in parts])
        self.count = len(self.rest)
        u, side = skin_module.lip_position()
        self.u, self.side = u, side
        self.lips = skin.lips
        self.depth = np.zeros(len(skin.lips))  # 0 at the border of the red, 1 where the lips meet and inside
        self.depth[:LIP_RINGS] = skin_module.LIP_FRACTIONS
        self.depth[LIP_RINGS:] = 1.0
        self.fade = np.ones(len(skin.lips))
        self.fade[LIP_RINGS + 1 :] = 0
        self.fade[LIP_RINGS + 1 : _POSED_RINGS + 1] = (0.95, 0.7, 0.3, 0.08)
        self.shapes = {}

    # -- helpers ---------------------------------------------------------------------------------------------

    def blank(self):
        return np.zeros((self.count, 3))

    def part(self, name):
        return self.slices[name]

    def _pose_lips(self, upper_border, upper_contact, lower_border, lower_contact, swell=(0.0, 0.0)):
        """Displacements of the lips' rings; arguments are (64, 3) over k. ``swell``: fuller middles, cm."""
        top = (self.side > 0)[:, None]
        middle = (self.side == 0)[:, None]
        corner_border, corner_contact = (upper_border + lower_border) / 2, (upper_contact + lower_contact) / 2
        border = np.where(middle, corner_border, np.where(top, upper_border, lower_border))
        contact = np.where(middle, corner_contact, np.where(top, upper_contact, lower_contact))
        f = self.depth[:, None, None]
        motion = border * (1 - f) + contact * f
        full = np.where(self.side > 0, swell[0], swell[1]) * (1 - self.u**2)
        motion[..., 1] -= np.sin(np.pi * np.clip(self.depth, 0, 1))[:, None] * full
        return motion * self.fade[:, None, None]

    def vector(self, x=0.0, y=0.0, z=0.0):
        return np.stack([np.broadcast_to(np.asarray(v, float), self.u.shape) for v in (x, y, z)], axis=1)

    # -- the mouth -------------------------------------------------------------------------------------------

    def mouth(self):
        """Shapes of the lips alone, {name: displacement of lips' rings}."""
        u, v = self.u, self.vector
        w = MOUTH_HALF_WIDTH
        g = 1 - np.abs(u) ** 2.2  # most in the middle
        oval = np.sqrt(np.clip(1 - u**2, 0, 1))
        boxy = np.clip(1 - u**4, 0, 1) ** 0.5
        left = _smooth(-0.32, 0.42, u)
        corner = np.abs(u) ** 1.7 * (u > 0)
        rest = self.rest[self.lips]
        height = rest[0] - rest[CONTACT[0]]  # from contact to border
        thin = np.zeros_like(height)
        thin[:, 2] = -height[:, 2]
        out = {}

        inward = -0.36 * w * u
        out["mouthFunnel"] = self._pose_lips(
            v(inward * 0.9, -0.42 * oval - 0.25, 0.50 * oval - 0.20),
            v(inward, -0.80 * oval - 0.18, 0.74 * oval - 0.20),
            v(inward * 0.9, -0.38 * oval - 0.25, -0.30 * boxy - 0.20),
            v(inward, -0.78 * oval - 0.18, -0.54 * boxy - 0.20),
            (0.06, 0.08),
        )  # fmt: skip
        inward = -0.50 * w * u
        forward = -0.72 * g - 0.28
        level = -0.27 * np.abs(u) ** 2.2  # the corners, which smile a little at rest, come down to the middle
        out["mouthPucker"] = self._pose_lips(
            v(inward * 0.92, forward * 0.75, -0.10 * g + level),
            v(inward, forward * 1.05, 0.04 * g + level),
            v(inward * 0.92, forward * 0.70, 0.22 * g + level),
            v(inward, forward * 1.05, 0.04 * g + level),
            (0.16, 0.20),
        )
        smile = v(0.86 * corner, 0.62 * corner, 0.72 * corner**1.15)
        out["mouthSmileLeft"] = self._pose_lips(
            smile + 0.18 * thin * left[:, None], smile, smile + 0.20 * thin * left[:, None], smile
        )
        frown = v(0.16 * corner, 0.12 * corner, -0.72 * corner)
        out["mouthFrownLeft"] = self._pose_lips(frown, frown, frown, frown)
        dimple = v(0.42 * corner, 0.52 * corner, 0.05 * corner)
        squeeze = 0.12 * thin * left[:, None]
        out["mouthDimpleLeft"] = self._pose_lips(dimple + squeeze, dimple, dimple + squeeze, dimple)
        stretch = v(0.86 * corner, 0.50 * corner, -0.16 * corner)
        squeeze = 0.16 * thin * left[:, None]
        out["mouthStretchLeft"] = self._pose_lips(stretch + squeeze, stretch, stretch + squeeze, stretch)
        squeeze = 0.42 * thin * left[:, None]
        back = v(0, 0.10 * left, 0)
        out["mouthPressLeft"] = self._pose_lips(squeeze + back, back, squeeze + back, back, (0.02, 0.02))
        roll = v(0, 0.42 * oval, 0)
        out["mouthRollUpper"] = self._pose_lips(0.72 * thin + roll * 0.55, roll, v(), v(), (-0.30, 0.0))
        roll = v(0, 0.64 * oval, 0)
        out["mouthRollLower"] = self._pose_lips(v(), v(), 0.78 * thin + roll * 0.45, roll, (0.0, -0.42))
        lift = 0.24 * g
        out["mouthShrugLower"] = self._pose_lips(
            v(0, -0.06 * g, 0.10 * g),
            v(0, -0.10 * g, lift),
            v(0, -0.24 * g, 0.38 * g),
            v(0, -0.26 * g, lift),
            (0, 0.08),
        )
        out["mouthShrugUpper"] = self._pose_lips(
            v(0, -0.22 * g, 0.20 * g), v(0, -0.30 * g, 0.05 * g), v(0, -0.02 * g, 0.02 * g),
            v(0, -0.05 * g, 0.05 * g),
            (0.10, 0),
        )  # fmt: skip
        wide = left * np.clip(1.25 * (1 - np.abs(u) ** 3.2), 0, 1)
        out["mouthUpperUpLeft"] = self._pose_lips(
            v(0.05 * wide, 0.02 * wide, 0.52 * wide), v(0.03 * wide, -0.04 * wide, 0.66 * wide), v(), v()
        )
        out["mouthLowerDownLeft"] = self._pose_lips(
            v(), v(), v(0.03 * wide, -0.06 * wide, -0.55 * wide), v(0.03 * wide, -0.10 * wide, -0.78 * wide)
        )
        slide = v(0.85 * (0.75 + 0.25 * g), 0.10 * u, 0.10 * u)
        out["mouthLeft"] = self._pose_lips(slide, slide, slide, slide)
        puff = v(-0.05 * w * u, -0.10 * g - 0.05, 0)
        squeeze = 0.12 * thin
        out["cheekPuff"] = self._pose_lips(puff + squeeze, puff, puff + squeeze, puff)
        return out

    def _jaw_weights(self):
        """How far each lip vertex goes with the jaw when the mouth opens: (rings, 64)."""
        u, side = np.abs(self.u), self.side
        at_corner = 0.40
        lower = at_corner + (1 - at_corner) * np.clip(1 - u**3.4, 0, 1) ** 0.7
        upper = at_corner * u**4 + 0.03
        weights = np.where(side > 0, upper, np.where(side < 0, lower, at_corner))
        weights = np.broadcast_to(weights, self.lips.shape).copy()
        return weights

    def jaw(self):
        """{name: (displacement of all skin, right where the jaw's sheet is placed)}."""
        points = self.rest[self.part("skin")]
        swing = turned(points, form.HINGE, (1, 0, 0), JAW_ANGLE)
        bone = self._bone(points)
        weights = self._jaw_weights()
        out = {}
        motion = swing * bone[:, None]
        lips = self.lips
        motion[lips] = swing[lips] * weights[..., None]
        # Opening draws the corners in and stretches the lips a little thinner.
        draw = -0.16 * np.sign(self.u) * np.abs(self.u) ** 2
        motion[lips[: _POSED_RINGS + 1], 0] += draw
        out["jawOpen"] = motion

        closed = motion.copy()
        contact = swing[lips[CONTACT[0]]]  # the same for the upper and the lower vertex of a pair
        u = np.abs(self.u)
        together = 0.46 - 0.06 * u**2
        outer = np.where(self.side > 0, -0.16, 0.20) * (1 - u**2)
        for ring in range(len(lips)):
            share = together + outer * (1 - self.depth[ring])
            pose = contact * share[:, None]
            pose[:, 0] += draw
            if ring > LIP_RINGS:
                keep = self.fade[ring]
                pose = pose * keep + motion[lips[ring]] * (1 - keep)
            closed[lips[ring]] = pose
        out["mouthClose"] = closed - motion

        for name, shift in (("jawForward", (0, -0.75, 0)), ("jawLeft", (1.25, 0, 0))):
            motion = np.asarray(shift) * bone[:, None]
            share = np.where(self.side < 0, 0.8, np.where(self.side > 0, 0.2, 0.45))
            share = 0.42 + (share - 0.42) * (1 - self.depth)[:, None] * (1 - self.u**2)
            deep = np.where(self.side < 0, 1.0, np.where(self.side > 0, 0.0, 0.45))
            share = share * self.fade[:, None] + deep * (1 - self.fade[:, None])
            motion[lips] = share[..., None] * np.asarray(shift)
            out[name] = motion
        return out

    def _bone(self, points):
        """How far skin that lies on the jawbone goes with it: 1 at the chin, less towards the ear."""
        along = _smooth(-1.2, -5.4, points[:, 1])
        low = _smooth(-6.0, -8.6, points[:, 2] + 0.25 * (points[:, 1] + 6))
        return along * low

    def skin_shapes(self):
        points = self.rest[self.part("skin")]
        count = len(points)
        on_lips = np.zeros(count, bool)
        on_lips[self.lips.ravel()] = True
        x, y, z = np.abs(points[:, 0]), points[:, 1], points[:, 2]
        mouth = self.mouth()
        still = (z > -2.4) | (y > -2.2) | (z < -9.4)
        for rings in self.skin.lids.values():
            still[rings.ravel()] = True
        placed = on_lips | still
        stacked = np.zeros((len(mouth), count, 3))
        for number, motion in enumerate(mouth.values()):
            stacked[number][self.lips] = motion
        followed = Sheet(points, self.skin.quads, placed).follow(stacked)
        result = dict(zip(mouth, followed, strict=True))

        jaw = self.jaw()
        bone = self._bone(points)
        still = (z > -2.0) | (y > 1.5)
        placed = on_lips | still | ((bone > 0.93) & (z < -8.4) & (x < 2.6)) | (y > -0.5)
        stacked = np.stack(list(jaw.values()))
        stacked[:, still & ~on_lips] = 0
        # mouthClose moves only lips and the skin about them: the bone is where jawOpen put it.
        stacked[list(jaw).index("mouthClose"), ~on_lips] = 0
        followed = Sheet(points, self.skin.quads, placed).follow(stacked)
        result.update(zip(jaw, followed, strict=True))

        left = _smooth(-0.6, 0.9, points[:, 0])
        soft = ~on_lips
        normal = form.gradient(points)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)

        def add(name, motion):
            motion = motion.copy()
            motion[~soft] = 0
            result[name] = result.get(name, np.zeros((count, 3))) + motion

        cheek = bump(points, (3.7, -6.0, -3.6), (1.7, 2.5, 1.4)) * left
        fold = bump(points, (2.6, -7.0, -4.6), (0.8, 2.0, 1.0)) * left
        add(
            "mouthSmileLeft",
            cheek[:, None] * (normal * 0.40 + np.array((0.05, 0, 0.34))) + fold[:, None] * normal * 0.06,
        )
        wing = bump(points, (1.1, -8.0, -3.8), (0.75, 1.2, 0.9)) * left
        add(
            "mouthUpperUpLeft",
            wing[:, None] * np.array((0.05, 0.0, 0.16)) + fold[:, None] * np.array((0, -0.05, 0.22)),
        )
        add(
            "noseSneerLeft",
            wing[:, None] * np.array((0.08, -0.03, 0.55)) + fold[:, None] * np.array((0, -0.16, 0.48)),
        )
        puff = bump(points, (3.6, -5.6, -6.0), (2.0, 2.6, 1.9))
        puff = puff + bump(points, (-3.6, -5.6, -6.0), (2.0, 2.6, 1.9))
        add("cheekPuff", puff[:, None] * normal * 0.95)
        add("cheekSquintLeft", cheek[:, None] * (normal * 0.26 + np.array((0.0, 0, 0.40))))
        chin = bump(points, (0, -7.6, -8.9), (1.5, 2, 1.1))
        add("mouthShrugLower", chin[:, None] * np.array((0, -0.10, 0.30)))
        return result

    # -- everything ------------------------------------------------------------------------------------------

    def build(self, lash_roots):
        shapes = {name: self.blank() for name in (*ARKIT, *EXTRA)}
        for name, motion in self.skin_shapes().items():
            shapes[name][self.part("skin")] += motion
        self._lower_jaw_parts(shapes)
        self._tongue(shapes)
        self._eyes(shapes)
        self._brows(shapes)
        for motion in shapes.values():
            motion[self.part("lashes_left")] += motion[lash_roots]
        return shapes

    def _lower_jaw_parts(self, shapes):
        for name in ("teeth_lower", "gums_lower", "tongue"):
            where = self.part(name)
            points = self.rest[where]
            weight = 1.0
            if name == "tongue":  # its root hangs in the throat
                weight = (0.35 + 0.65 * _smooth(0.8, -4.5, points[:, 1]))[:, None]
            shapes["jawOpen"][where] += turned(points, form.HINGE, (1, 0, 0), JAW_ANGLE) * weight
            shapes["jawForward"][where] += np.array((0, -0.75, 0)) * weight
            shapes["jawLeft"][where] += np.array((1.25, 0, 0)) * weight

    def _tongue(self, shapes):
        where = self.part("tongue")
        points = self.rest[where]
        tip = points[:, 1].min()
        along = np.clip((points[:, 1] - 0.2) / (tip - 0.2), 0, 1)  # 1 at the tip
        out = np.zeros_like(points)
        reach = along**1.3
        out[:, 1] = -4.4 * reach
        out[:, 2] = 1.10 * _smooth(0.2, 0.7, along) - 0.80 * _smooth(0.6, 1, along)
        middle = points[:, 2].mean()
        out[:, 2] -= (
            0.30 * (points[:, 2] - middle) * _smooth(0.4, 1.0, along)
        )  # it flattens as it leaves the mouth
        out[:, 0] -= 0.12 * points[:, 0] * _smooth(0.5, 1, along)
        shapes["tongueOut"][where] += out
        lift = np.zeros_like(points)
        lift[:, 2] = 0.98 * _smooth(0.35, 0.9, along) + 0.1 * _smooth(0.2, 0.5, along)
        lift[:, 1] = -0.88 * _smooth(0.5, 1, along)
        lift[:, 2] -= 0.25 * (points[:, 2] - middle) * _smooth(0.6, 1.0, along)
        shapes["tongueTipUp"][where] += lift
        lift = np.zeros_like(points)
        lift[:, 2] = 1.15 * np.exp(-(((along - 0.42) / 0.26) ** 2)) - 0.25 * _smooth(0.75, 1, along)
        lift[:, 1] = 0.55 * _smooth(0.4, 1, along)
        shapes["tongueBackUp"][where] += lift

    def _lid_turn(self, upper, lower, radius=1.10, meet=None):
        """Displacement of the left lids' rings: how many degrees the upper and lower margins rise. With
        ``meet``, both
        margins go to that elevation instead (degrees, a function of v)."""
        azimuth, elevation, side = skin_module.lid_angles()
        rings = self.skin.lids["left"]
        first = self.skin.lid_margin
        v = np.clip((azimuth - 2.0) / 43.0, -1, 1)
        envelope = np.sqrt(np.clip(1 - v**2, 0, 1))
        if meet is None:
            rise = np.where(side > 0, upper, np.where(side < 0, lower, 0)) * envelope
        else:
            rise = np.where(side == 0, 0, meet(v) - elevation)
        share = (0.06, 0.28, 0.60, 0.88, 1, 1, 1, 0.6)
        motion = np.zeros((*rings.shape, 3))
        centre = form.EYE
        for number in range(len(rings)):
            at = self.rest[rings[number]]
            turn = turned(at, centre, (1, 0, 0), -rise * share[number])
            moved = at + turn
            offset = moved - centre
            length = np.linalg.norm(offset, axis=1, keepdims=True)
            # Lids slide over the ball: after the move they stand at least as far out as they
            # must to clear it.
            clear = form.EYE_RADIUS * (radius if number <= first else radius - 0.03 * (number - first))
            big = np.clip(np.abs(rise) / 20, 0, 1)[:, None]
            grown = np.where(length < clear, clear, length) if number <= first + 1 else length
            offset = offset / length * (length + (grown - length) * big)
            motion[number] = centre + offset - at
        return rings, motion

    def _eyes(self, shapes):
        def lids(name, upper, lower, **more):
            rings, motion = self._lid_turn(upper, lower, **more)
            shapes[name][rings] += motion

        lids("eyeBlinkLeft", 0, 0, radius=1.115, meet=lambda v: 4.0 * v - 15.0 * (1 - v**2))
        lids("eyeSquintLeft", -7, 11)
        lids("eyeWideLeft", 9, -3)
        lids("eyeLookUpLeft", 7, 4)
        lids("eyeLookDownLeft", -14, -6)
        skin = self.part("skin")
        points = self.rest[skin]
        under = bump(points, (3.3, -7.2, -3.0), (2.0, 2.5, 0.9)) * (points[:, 0] > 0)
        for rings in self.skin.lids.values():
            under[rings[2:].ravel()] = 0
        shapes["eyeSquintLeft"][skin] += under[:, None] * (0, -0.06, 0.22)
        shapes["cheekSquintLeft"][skin] += under[:, None] * (0, -0.08, 0.22)
        rings, motion = self._lid_turn(-1, 9)
        shapes["cheekSquintLeft"][rings] += motion * 0.8
        ball = self.part("eye_left")
        for name, axis, degrees in (
            ("eyeLookUpLeft", (1, 0, 0), -24), ("eyeLookDownLeft", (1, 0, 0), 26),
            ("eyeLookOutLeft", (0, 0, 1), 25), ("eyeLookInLeft", (0, 0, 1), -25),
        ):  # fmt: skip
            shapes[name][ball] += turned(self.rest[ball], form.EYE, axis, degrees)

    def _brows(self, shapes):
        for name in ("skin", "brow_left", "brow_right"):
            where = self.part(name)
            points = self.rest[where]
            left = _smooth(-0.7, 0.7, points[:, 0])
            both = np.abs(points) * (1, 0, 0) + points * (0, 1, 1)
            inner = bump(both, (1.7, -7.2, 2.9), (1.7, 3.0, 1.5))
            outer = bump(points, (4.4, -6.0, 3.0), (1.5, 3.0, 1.5))
            whole = np.maximum(
                bump(points, (2.0, -7.0, 2.8), (1.6, 3.0, 1.3)),
                bump(points, (3.8, -6.5, 3.0), (1.6, 3, 1.3)),
            )
            if name == "skin":  # lids have shapes of their own
                calm = np.ones(len(points))
                for rings in self.skin.lids.values():
                    calm[rings[3:].ravel()] = 0.0
                    calm[rings[2]] = 0.2
                    calm[rings[1]] = 0.5
                inner, outer, whole = inner * calm, outer * calm, whole * calm
            shapes["browInnerUp"][where] += inner[:, None] * (0, 0.0, 0.80)
            shapes["browOuterUpLeft"][where] += outer[:, None] * (0.05, 0.06, 0.75)
            # Drawn down and together: the inner ends furthest, or an angry face would look worried.
            down = np.stack([np.full(len(points), -0.26), np.full(len(points), -0.08), -0.4 - 0.6 * inner], 1)
            shapes["browDownLeft"][where] += (whole * left)[:, None] * down
            if name == "skin":
                sneer = bump(points, (0.7, -7.8, 0.6), (0.9, 2, 1.1)) * left
                shapes["noseSneerLeft"][where] += sneer[:, None] * (0, -0.16, 0.20)
            shapes["noseSneerLeft"][where] += (whole * left)[:, None] * (-0.08, 0, -0.16)


def mirror_map(points):
    """For each vertex the one that mirrors it, found by position."""
    result = np.empty(len(points), int)
    target = points * (-1, 1, 1)
    for start in range(0, len(points), 512):
        gap = ((target[start : start + 512, None] - points[None]) ** 2).sum(-1)
        result[start : start + 512] = gap.argmin(1)
    return result
