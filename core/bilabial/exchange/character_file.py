"""What a character's file (glTF, VRM) calls its shapes and bones, and which of them each expression moves.

Importers drop a part of that: Blender's own reads the names of shapes from one of the two places where
programs write them, and nothing of what VRM says. What an importer calls the shapes instead is known, so
their names can be given back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import FormatError
from ..json_field import Field
from .animation.container import Document
from .vrm import PRESETS_OF_VRM_0

_PRESETS = {name.lower(): preset for name, preset in PRESETS_OF_VRM_0.items()}
_HUNDRED = 100.0  # VRM 0.x counts a shape's share in hundredths


@dataclass(frozen=True, slots=True)
class MeshShapes:
    """One mesh: its shapes in order, "" where the file gives none a name."""

    name: str
    shapes: tuple[str, ...]
    unnamed: tuple[str, ...]  # what an importer calls each of them that finds no name


@dataclass(frozen=True, slots=True)
class Move:
    """A share of one shape that an expression takes."""

    mesh: int
    shape: int
    weight: float


@dataclass(frozen=True, slots=True)
class CharacterFile:
    meshes: tuple[MeshShapes, ...]
    expressions: Mapping[str, tuple[Move, ...]]  # VRM 1.0's presets -> what they move; none in plain glTF
    bones: Mapping[str, str]  # VRM's humanoid bones ("head", "leftEye") -> the file's names

    def named(self) -> tuple[tuple[str, ...], ...]:
        """A name for each shape of each mesh: its own, else that of the one expression that it alone is."""
        names = [list(mesh.shapes) for mesh in self.meshes]
        for expression, moves in self.expressions.items():
            if len(moves) != 1:
                continue
            (move,) = moves
            taken = names[move.mesh]
            if not taken[move.shape] and expression not in taken:
                taken[move.shape] = expression
        return tuple(tuple(one) for one in names)


def read_character(path: Path) -> CharacterFile:
    """Raises FormatError where the file is no glTF, or has no shapes at all."""
    document = Document(path)
    meshes = tuple(_meshes(document))
    if not any(mesh.shapes for mesh in meshes):
        raise FormatError(f"{path} has no shapes (morph targets): pick the file that the face came from")
    extensions = document.root.maybe("extensions")
    one = None if extensions is None else extensions.maybe("VRMC_vrm")
    if one is not None:
        return CharacterFile(meshes, _expressions_1(document, one, meshes), _bones_1(document, one))
    nought = None if extensions is None else extensions.maybe("VRM")
    if nought is not None:
        return CharacterFile(meshes, _expressions_0(nought, meshes), _bones_0(document, nought))
    return CharacterFile(meshes, {}, {})


def _meshes(document: Document) -> Iterator[MeshShapes]:
    for index, mesh in enumerate(document.entries("meshes")):
        told = mesh.maybe("name")
        name = f"Mesh_{index}" if told is None else told.text()
        parts = mesh.get("primitives").list()
        targets = next((listed for part in parts if (listed := _list(part, "targets"))), [])
        places = (mesh, *parts)
        shapes = next((found for place in places if (found := _told(place, len(targets)))), None)
        unnamed = tuple(_unnamed(document, target, i) for i, target in enumerate(targets))
        yield MeshShapes(name, shapes or ("",) * len(targets), unnamed)


def _told(place: Field, count: int) -> tuple[str, ...]:
    """The names that stand at a mesh or at one of its parts: exporters use either place."""
    extras = place.maybe("extras")
    names = extras.maybe("targetNames") if extras is not None and isinstance(extras.value, dict) else None
    if names is None or not isinstance(names.value, list) or len(names.value) != count:
        return ()
    return tuple(name if isinstance(name, str) else "" for name in names.value)


def _unnamed(document: Document, target: Field, index: int) -> str:
    """Blender's importer takes the name of the points' accessor, else counts."""
    points = target.maybe("POSITION")
    if points is None:
        return ""  # such a shape moves no point and is left out
    told = document.entry("accessors", points.integer()).maybe("name")
    return f"target_{index}" if told is None else told.text()


def _expressions_1(
    document: Document, vrm: Field, meshes: tuple[MeshShapes, ...]
) -> dict[str, tuple[Move, ...]]:
    groups = vrm.maybe("expressions")
    preset = None if groups is None else groups.maybe("preset")
    found = {}
    for name, expression in () if preset is None else preset.items():
        moves = []
        for bind in _list(expression, "morphTargetBinds"):
            mesh = document.entry("nodes", bind.get("node").integer()).maybe("mesh")
            if mesh is not None:
                moves.append(Move(mesh.integer(), bind.get("index").integer(), _share(bind, 1.0)))
        found[name] = _there(moves, meshes)
    return {name: moves for name, moves in found.items() if moves}


def _expressions_0(vrm: Field, meshes: tuple[MeshShapes, ...]) -> dict[str, tuple[Move, ...]]:
    master = vrm.maybe("blendShapeMaster")
    found = {}
    for group in () if master is None else _list(master, "blendShapeGroups"):
        preset = group.maybe("presetName")
        name = "" if preset is None else _PRESETS.get(preset.text().lower(), "")
        if name:
            moves = [
                Move(bind.get("mesh").integer(), bind.get("index").integer(), _share(bind, _HUNDRED))
                for bind in _list(group, "binds")
            ]
            found[name] = _there(moves, meshes)
    return {name: moves for name, moves in found.items() if moves}


def _share(bind: Field, whole: float) -> float:
    return min(max(bind.get("weight").number() / whole, 0.0), 1.0)


def _there(moves: list[Move], meshes: tuple[MeshShapes, ...]) -> tuple[Move, ...]:
    """Without what names no shape: editors leave such binds behind when a mesh goes."""
    return tuple(
        move
        for move in moves
        if 0 <= move.mesh < len(meshes) and 0 <= move.shape < len(meshes[move.mesh].shapes)
    )


def _bones_1(document: Document, vrm: Field) -> dict[str, str]:
    humanoid = vrm.maybe("humanoid")
    bones = None if humanoid is None else humanoid.maybe("humanBones")
    found = {}
    for name, bone in () if bones is None else bones.items():
        found[name] = _node_name(document, bone)
    return found


def _bones_0(document: Document, vrm: Field) -> dict[str, str]:
    humanoid = vrm.maybe("humanoid")
    return {
        bone.get("bone").text(): _node_name(document, bone)
        for bone in (() if humanoid is None else _list(humanoid, "humanBones"))
    }


def _node_name(document: Document, bone: Field) -> str:
    index = bone.get("node").integer()
    told = document.entry("nodes", index).maybe("name")
    return f"Node_{index}" if told is None else told.text()


def _list(field: Field, name: str) -> list[Field]:
    found = field.maybe(name)
    return [] if found is None else found.list()
