"""A head of one's own: the morph targets of a glTF file, standing and lit where the demo head is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, JALI_FIELD
from ..errors import BilabialError, FormatError
from ..exchange.animation.container import Document
from ..exchange.animation.gltf import target_names
from ..json_field import Field
from ..retarget.evaluate import Evaluator
from ..retarget.profile import WORKING_POINT, RigProfile
from ..retarget.profile_format import load_profile, read_profile
from ..retarget.recognise import RigNames, candidate, recognise
from .demo_head import DemoHead
from .own_dress import Wardrobe
from .speaking import PROFILE, Speaker, demo_head

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_TRIANGLES = 4  # glTF's mode
_MOST_VERTICES = 60_000  # an index has 16 bits, and a vertex on a border of materials counts twice
_SPEECH = ("Ah", "Ee", "U")  # what moves the mouth far, by any profile
_SPEAKS = 0.3  # of the farthest way of any vertex: what belongs to the mouth
_SKIN = np.array([0.6, 0.4, 0.33])  # of what has no colour
_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])  # glTF's Y up, Z ahead: ours is Z up, -Y
# What a part is made of, where the name of its material tells.
_MATERIALS = (
    ("teeth", "teeth"), ("tooth", "teeth"), ("tongue", "tongue"), ("gum", "gums"), ("hair", "hair"),
    ("brow", "brow"), ("lash", "brow"), ("iris", "iris"), ("pupil", "pupil"), ("cornea", "sclera"),
    ("sclera", "sclera"), ("eye", "sclera"), ("lip", "lips"), ("mouth", "mouth"),
)  # fmt: skip


@dataclass
class _Parts:
    """What the primitives of a file add up to."""

    vertices: list[Floats] = field(default_factory=list)
    triangles: list[Integers] = field(default_factory=list)
    colours: list[Floats] = field(default_factory=list)
    turns: list[Floats] = field(default_factory=list)  # how much each vertex turns with the head
    materials: list[tuple[str, int]] = field(default_factory=list)  # of each primitive: name, triangles
    targets: dict[str, list[tuple[int, Floats]]] = field(default_factory=dict)  # name: first vertex, ways
    count: int = 0


def own_speaker(path: Path, profile: str | None = None) -> Speaker:
    """A head from a .glb or .gltf file that speaks by a profile: the one named (or a file), else the one that
    its morph targets are recognised by.

    Raises FormatError for a file that is none, BilabialError for a head that cannot speak.
    """
    parts = _read(Document(path))
    fitted, names = _fit(path, tuple(parts.targets), profile)
    head = _head(path, parts, {channel: parts.targets[name] for channel, name in names.items()}, fitted)
    return Speaker(head, fitted)


def _fit(path: Path, names: tuple[str, ...], wanted: str | None) -> tuple[RigProfile, dict[str, str]]:
    """The profile on what the file has, and the file's name of each channel."""
    if not names:
        raise BilabialError(f"{path} has no morph targets, so it cannot speak: export its shape keys as well")
    rig = RigNames(shape_keys=names)
    if wanted is not None:
        named = read_profile(Path(wanted)) if wanted.endswith(".json") else load_profile(wanted)
        found = candidate(named, rig)
    else:
        recognition = recognise(rig)
        if recognition.best is None:
            raise BilabialError(f"no profile fits the morph targets of {path}: {recognition.reason}")
        found = recognition.best
    matched = {channel: name for channel, name in found.matched.items() if name in names}
    if not matched:
        raise BilabialError(f"{found.profile.title} moves none of the morph targets of {path}: name another")
    return found.fitted_profile(), matched


def _read(document: Document) -> _Parts:
    parts, wardrobe = _Parts(), Wardrobe(document)
    for node, matrix in _nodes(document):
        mesh = document.entry("meshes", node.get("mesh").integer())
        for primitive in mesh.get("primitives").list():
            mode = primitive.maybe("mode")
            if mode is None or mode.integer() == _TRIANGLES:
                _add(document, parts, mesh, primitive, matrix)
                _dress(document, parts, wardrobe, node, primitive)
    if not parts.count:
        raise FormatError(f"{document.path} holds no mesh of triangles: export the head as one")
    if parts.count > _MOST_VERTICES:
        raise BilabialError(
            f"{document.path} has {parts.count} vertices, and a head may have {_MOST_VERTICES}: export fewer"
        )
    return parts


def _nodes(document: Document) -> list[tuple[Field, Floats]]:
    """Every node with a mesh, and its place in the scene. A skinned mesh stands where its vertices are."""
    nodes = document.entries("nodes")
    parents: dict[int, int] = {}
    for index, node in enumerate(nodes):
        below = node.maybe("children")
        parents |= {child.integer(): index for child in (below.list() if below is not None else [])}
    found = []
    for index, node in enumerate(nodes):
        if "mesh" not in node:
            continue
        matrix, at, steps = np.eye(4), index, 0
        while "skin" not in node and at in range(len(nodes)) and steps <= len(nodes):
            matrix = _placed(nodes[at]) @ matrix
            at, steps = parents.get(at, -1), steps + 1
        found.append((node, matrix))
    return found


def _placed(node: Field) -> Floats:
    told = node.maybe("matrix")
    if told is not None:
        return told.numbers(16).reshape(4, 4).T
    matrix = np.eye(4)
    turn, scale, way = (node.maybe(name) for name in ("rotation", "scale", "translation"))
    if turn is not None:
        x, y, z, w = turn.numbers(4)
        matrix[:3, :3] = [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    if scale is not None:
        matrix[:3, :3] *= scale.numbers(3)
    if way is not None:
        matrix[:3, 3] = way.numbers(3)
    return matrix


def _add(document: Document, parts: _Parts, mesh: Field, primitive: Field, matrix: Floats) -> None:
    position = primitive.get("attributes").get("POSITION").integer()
    vertices = document.vectors(position)
    first, turn = parts.count, _UP @ matrix[:3, :3]
    told = primitive.maybe("indices")
    corners = np.arange(len(vertices)) if told is None else document.indices(told.integer())
    if len(corners) % 3 or (len(corners) and corners.max() >= len(vertices)):
        raise FormatError(f"{document.path}: a mesh names corners that it does not have: export it again")
    parts.vertices.append(vertices @ turn.T + _UP @ matrix[:3, 3])
    parts.triangles.append(corners.reshape(-1, 3) + first)
    parts.count += len(vertices)
    targets = primitive.maybe("targets")
    listed = [] if targets is None else targets.list()
    for label, target in zip(target_names(mesh, len(listed)), listed, strict=True):
        moved = target.maybe("POSITION")
        if moved is None:
            continue
        ways = document.vectors(moved.integer())
        if len(ways) != len(vertices):
            raise FormatError(f"{document.path}: the morph target {label!r} is of another mesh")
        parts.targets.setdefault(label, []).append((first, ways @ turn.T))


def _dress(document: Document, parts: _Parts, wardrobe: Wardrobe, node: Field, primitive: Field) -> None:
    """The newest primitive's colours, material, and share of the head's turn."""
    count, triangles = len(parts.vertices[-1]), len(parts.triangles[-1])
    name, factor, shaded = _material(document, primitive)
    parts.colours.append(wardrobe.colours(primitive, shaded, factor, count))
    parts.turns.append(wardrobe.turns(node, primitive, count))
    parts.materials.append((name, triangles))


def _material(document: Document, primitive: Field) -> tuple[str, Floats, Field | None]:
    """What it is made of, its colour, and the entry that may name a texture."""
    told = primitive.maybe("material")
    if told is None:
        return "skin", _SKIN, None
    material = document.entry("materials", told.integer())
    named, shaded = material.maybe("name"), material.maybe("pbrMetallicRoughness")
    label = "" if named is None else named.text().lower()
    factor = None if shaded is None else shaded.maybe("baseColorFactor")
    textured = shaded is not None and "baseColorTexture" in shaded
    plain = np.ones(3) if textured else _SKIN
    colour = plain if factor is None else np.clip(factor.numbers(4)[:3], 0.0, 1.0)
    return next((kind for word, kind in _MATERIALS if word in label), "skin"), colour, shaded


def _head(
    path: Path, parts: _Parts, targets: dict[str, list[tuple[int, Floats]]], profile: RigProfile
) -> DemoHead:
    """In the demo head's place and size, so that every camera and lamp of that one serves this one."""
    vertices = np.concatenate(parts.vertices)
    shapes: dict[str, tuple[Integers, Floats]] = {}
    for name, several in targets.items():
        ways = np.zeros_like(vertices)
        for first, part in several:
            ways[first : first + len(part)] += part
        ids = np.flatnonzero(np.abs(ways).max(axis=1) > 0.0)
        shapes[name] = (ids, ways[ids])
    model = demo_head()
    centre, width = _face(vertices, _moved(shapes, profile, len(vertices), _SPEECH), path)
    of_model = _moved(model.shapes, load_profile(PROFILE), len(model.vertices), _SPEECH)
    there, wide = _face(model.vertices.astype(np.float64), of_model, path)
    scale = wide / width
    vertices = (vertices - centre) * scale + there
    shapes = {name: (ids, ways * scale) for name, (ids, ways) in shapes.items()}
    triangles = np.concatenate(parts.triangles)
    names = tuple(dict.fromkeys(name for name, _ in parts.materials))
    kinds = np.concatenate([np.full(n, names.index(name), np.int64) for name, n in parts.materials])
    pursed = _moved(shapes, profile, len(vertices), ("U",))
    mouth = np.flatnonzero(pursed >= 0.5 * pursed.max()) if pursed.any() else np.arange(len(vertices))
    return DemoHead(
        vertices=vertices.astype(np.float32),
        quads=triangles[:, [0, 1, 2, 2]],
        uv=np.zeros((len(vertices), 2), np.float32),
        colours=np.concatenate(parts.colours).astype(np.float32),
        materials=names,
        material_of_quad=kinds,
        parts={},
        mirror=np.arange(len(vertices)),
        lips=mouth[None, :],
        contact_rings=(0,),
        landmarks=np.zeros(38, np.int64),
        shapes={name: (ids, ways.astype(np.float32)) for name, (ids, ways) in shapes.items()},
        turns=np.concatenate(parts.turns),
    )


def _moved(
    shapes: Mapping[str, tuple[Integers, NDArray[np.floating]]],
    profile: RigProfile,
    count: int,
    controls: tuple[str, ...],
) -> Floats:
    """(count,) how far each vertex goes at most, when each of these shapes is full on."""
    rows = np.eye(len(CONTROLS))[[CONTROLS.index(name) for name in controls]]
    for dial in JALI_FIELD:  # how much jaw and lips take part
        rows[:, CONTROLS.index(dial)] = WORKING_POINT
    far = np.zeros(count)
    for values in Evaluator(profile)(rows):
        ways = np.zeros((count, 3))
        for name, value in zip(profile.channels, values.tolist(), strict=True):
            if value and name in shapes:
                ids, moved = shapes[name]
                ways[ids] += value * moved
        far = np.maximum(far, np.linalg.norm(ways, axis=1))
    return far


def _face(vertices: Floats, far: Floats, path: Path) -> tuple[Floats, float]:
    """The middle and the width of what speech moves."""
    face = vertices[far > _SPEAKS * far.max()] if far.any() else vertices[:0]
    low, high = (face.min(axis=0), face.max(axis=0)) if len(face) else (np.zeros(3), np.zeros(3))
    if not high[0] - low[0] > 1e-9:
        raise BilabialError(f"the morph targets of {path} move nothing: export the head with its shapes")
    return 0.5 * (low + high), float(high[0] - low[0])
