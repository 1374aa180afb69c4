"""The demo head's face, seen flat: what of its skin a picture shows, cut open at the mouth and the eyes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..render.demo_head import DemoHead

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LIP_RINGS = 7  # rings of the head's lips from the border of the red to where they meet
_FOREHEAD = 0.066  # metres: how far up the face goes where no hair hides it
_STEEP = 0.25  # towards the face's edge, quads that face us by less than this are left out
_INNER = (0.045, -0.085)  # metres: half the width of what is kept however steep, and how far down that goes


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """A slit in the mesh: vertices of its upper and lower edge, from the left of the picture to the right."""

    upper: Integers
    lower: Integers


@dataclass(frozen=True, slots=True, eq=False)
class FlatFace:
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


def _lid_edges(head: DemoHead) -> tuple[Integers, Integers]:
    """The edges of the left and of the right lids: 32 vertices from the outer corner over the top."""
    lids = head.quads[head.material_of_quad == head.materials.index("lids")]
    left = lids[:32, 0]
    return left, head.mirror[left]


def face_of(head: DemoHead) -> FlatFace:
    skin = head.parts["skin"]
    vertices = head.vertices.astype(np.float64)
    left, right = _lid_edges(head)
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
    return FlatFace(ids, flat, halves, boundary, mouth, (opens[0], opens[1]), place[head.lips[:_LIP_RINGS]])


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
    line = np.concatenate((jaw * 1.02, forehead_arch(jaw)[1:-1]))
    following = np.roll(line, -1, axis=0)
    inside = np.zeros(len(points), bool)
    for (x0, z0), (x1, z1) in zip(line, following, strict=True):
        crosses = (z0 > points[:, 1]) != (z1 > points[:, 1])
        inside ^= crosses & (points[:, 0] < x0 + (points[:, 1] - z0) / (z1 - z0 + 1e-12) * (x1 - x0))
    return inside


def forehead_arch(jaw: Floats) -> Floats:
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
