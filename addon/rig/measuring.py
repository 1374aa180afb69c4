# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face does, measured: which shapes are empty, where the evaluated meshes stand, how the lips meet."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy
import numpy as np

from ..bilabial.controls import VISEMES
from ..bilabial.retarget.movement import Mouth, find_mouth, is_empty, size_of
from ..keys.fcurves import Target
from .numbers import set_value, value_of

Points = dict[bpy.types.Object, np.ndarray]
_TEETH = re.compile(r"te+th|tooth|dent|zahn|zähne|歯", re.IGNORECASE)


_NEIGHBOURS = ("Ah", "Oh", "Ee", "U")  # of a closure: vowels that open, round and spread
_MOMENT = 3.0  # seconds for which the empty shapes of a mesh are remembered
_known_empty: dict[tuple[int, int, tuple[str, ...]], tuple[float, frozenset[str]]] = {}


# Shapes


def empty_shapes(key: bpy.types.Key) -> frozenset[str]:
    """Names of shape keys that move no point. Remembered for a moment: sliders ask at every step."""
    mark = (key.session_uid, len(key.key_blocks[0].data), tuple(block.name for block in key.key_blocks))
    known = _known_empty.get(mark)
    if known is None or time.monotonic() - known[0] > _MOMENT:
        if len(_known_empty) > 64:
            _known_empty.clear()
        known = _known_empty[mark] = time.monotonic(), _empty_shapes(key)
    return known[1]


def _empty_shapes(key: bpy.types.Key) -> frozenset[str]:
    blocks = list(key.key_blocks)
    if len(blocks) < 2 or not len(blocks[0].data):
        return frozenset(block.name for block in blocks[1:])
    stand = {block.name: places(block) for block in {blocks[0], *(b.relative_key for b in blocks)}}
    size = size_of(stand[blocks[0].name])
    return frozenset(
        block.name
        for block in blocks[1:]
        if block.relative_key == block or is_empty(places(block) - stand[block.relative_key.name], size)
    )


def places(block: bpy.types.ShapeKey) -> np.ndarray:
    """(points, 3) of a shape key."""
    flat = np.empty(len(block.data) * 3, np.float32)
    try:
        block.data.foreach_get("co", flat)
    except (AttributeError, TypeError, RuntimeError):  # curves and lattices keep their points otherwise
        flat = np.array([value for point in block.data for value in point.co[:3]], np.float32)
    return flat.astype(np.float64).reshape(-1, 3)


# Meshes as the scene shows them


def points_of(meshes: Iterable[bpy.types.Object]) -> Points:
    """The evaluated vertices of some meshes, in the world."""
    graph = bpy.context.evaluated_depsgraph_get()
    graph.update()
    found = {}
    for mesh in meshes:
        evaluated = mesh.evaluated_get(graph)
        data = evaluated.to_mesh()
        if data is None:
            continue
        flat = np.empty(len(data.vertices) * 3, np.float32)
        data.vertices.foreach_get("co", flat)
        matrix = np.array(evaluated.matrix_world, np.float64)
        found[mesh] = flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
        evaluated.to_mesh_clear()
    return found


@contextmanager
def undisturbed(targets: Iterable[Target], owners: Iterable[bpy.types.ID] = ()) -> Iterator[None]:
    """Whatever is set meanwhile, the numbers of these targets are what they were afterwards."""
    before = [(target, value_of(target)) for target in targets]
    properties = [(owner, {name: owner[name] for name in owner.keys()}) for owner in owners]  # noqa: SIM118
    try:
        yield
    finally:
        for target, value in before:
            set_value(target, value)
        for owner, values in properties:
            for name, value in values.items():
                if isinstance(value, (int, float)):
                    owner[name] = value
            owner.update_tag()
        bpy.context.view_layer.update()


def find_face(rest: Points, opened: Points) -> tuple[bpy.types.Object, Mouth] | None:
    """The mesh whose mouth opens, and the mouth: of several that part (teeth do) the widest, foremost one."""
    found = []
    for mesh, points in rest.items():
        if len(opened.get(mesh, ())) == len(points):
            mouth = find_mouth(points, opened[mesh])
            if mouth is not None and mouth.opening > 0.0:
                ahead = float((points[mouth.upper] @ mouth.front).max())
                found.append((len(mouth.upper), ahead, mesh, mouth))
    if not found:
        return None
    most = max(pairs for pairs, *_ in found)
    _, _, mesh, mouth = max((f for f in found if f[0] >= 0.4 * most), key=lambda f: f[1])
    return mesh, mouth


# Lips


@dataclass(frozen=True, slots=True)
class Lips:
    """What the lips did, as shares of the mouth's width."""

    opening: float  # at a wide vowel
    closed: float  # what stays open at m, b, p over the widest jaw; 0 is shut
    teeth: (
        float | None
    )  # how far the lower lip's edge stays from the upper teeth at f, v; None: teeth not found
    face: str  # the mesh
    aside: tuple[float, str]  # the furthest that the lips' middle goes to one side, and on which sound
    uneven: tuple[float, str]  # the most that the corners differ, each outward, up and forward, and where


def measure_lips(meshes: Iterable[bpy.types.Object], show: Callable[[dict[str, float]], None]) -> Lips | None:
    """The evaluated lips at a vowel, a closure and an f. None where no mesh opens its mouth on any vowel."""
    meshes = tuple(meshes)

    def posed(**values: float) -> Points:
        show(values)
        return points_of(meshes)

    rest = posed()
    vowels = [posed(**{vowel: 1.0}) for vowel in ("Ah", "Aa", "Oh")]
    face = next((found for opened in vowels if (found := find_face(rest, opened)) is not None), None)
    if face is None:
        return None
    mesh, mouth = face
    shut = max(
        mouth.gap(posed(**{neighbour: 1.0}, MBP=1.0, Jaw=1.0, Lip=1.0)[mesh]) for neighbour in _NEIGHBOURS
    )
    bite = posed(FV=1.0)
    moves = {}
    for sound in VISEMES:
        show({sound: 1.0})
        moves[sound] = points_of((mesh,))[mesh] - rest[mesh]
    show({})
    return Lips(
        opening=max(mouth.gap(opened[mesh]) for opened in vowels) / mouth.width,
        closed=max(0.0, shut) / mouth.width,
        teeth=_to_teeth(mouth, mesh, rest, bite),
        face=mesh.name,
        aside=max((abs(mouth.aside(move)), sound) for sound, move in moves.items()),
        uneven=max((mouth.unevenness(move), sound) for sound, move in moves.items()),
    )


def _to_teeth(mouth: Mouth, face: bpy.types.Object, rest: Points, bite: Points) -> float | None:
    """Distance of the lower lip's middle from the nearest upper tooth, as a share of the mouth's width."""
    teeth = [points[_teeth_of(mesh, len(points))] for mesh, points in bite.items()]
    height = float((rest[face][mouth.upper][mouth.middle] @ mouth.up).mean())
    reach = mouth.width
    upper = [
        points[(points @ mouth.up > height - 0.35 * reach) & (points @ mouth.up < height + reach)]
        for points in teeth
    ]
    near = np.concatenate(upper) if upper else np.empty((0, 3))
    if not len(near):
        return None
    lip = bite[face][mouth.lower[mouth.middle]]
    return float(np.linalg.norm(lip[:, None] - near[None], axis=2).min()) / mouth.width


def _teeth_of(mesh: bpy.types.Object, count: int) -> np.ndarray:
    """Which vertices are teeth, by the names of the object and of its materials."""
    data = mesh.data
    if _TEETH.search(mesh.name) or _TEETH.search(data.name):
        return np.ones(count, bool)
    marks = np.zeros(count, bool)
    slots = [
        i for i, slot in enumerate(mesh.material_slots) if slot.material and _TEETH.search(slot.material.name)
    ]
    if slots and count == len(data.vertices):
        for polygon in data.polygons:
            if polygon.material_index in slots:
                marks[list(polygon.vertices)] = True
    return marks
