# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that an importer dropped, given back from the character's own file (glTF or VRM).

Blender's glTF importer calls shapes target_0, target_1 ... where their names stand at a part of the mesh, and
leaves out what VRM says of vowels, lids and looks. Only what still has an importer's name is renamed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import RigError
from ..rig import rig_probe
from .own_profile import keep_own, store

if TYPE_CHECKING:
    from ..bilabial.exchange.character_file import CharacterFile
    from ..bilabial.retarget.profile import RigProfile
    from ..line.line import Line
    from ..rig.rig_probe import Character

_NUMBERED = re.compile(r"\.\d{3}$")  # what Blender adds to a name that is taken
_OF_VRM = ("vrm-0", "vrm-1")  # profiles that know less than the file itself


def give_names(line: Line, path: str) -> str:
    """The file's names on the line's character; where it is a VRM, its expressions as the line's profile."""
    from ..bilabial.exchange.character_file import read_character

    file = read_character(Path(bpy.path.abspath(path)))
    character = rig_probe.probe(line.character)
    called: list[list[str]] = [list(names) for names in file.named()]
    renamed = matched = 0
    for key in character.keys:
        index = _mesh_of(key, file)
        if index is None:
            continue
        matched += 1
        renamed += _rename(key, file.meshes[index].unnamed, called[index])
    if not matched:
        raise RigError(
            f"{Path(path).name} holds no mesh with the shapes of {character.root.name!r}: pick the file that "
            "this character was imported from"
        )
    text = f"{renamed} shapes have their names again." if renamed else "The shapes had their names already."
    told = _told_profile(character, file, tuple(tuple(names) for names in called))
    if told is None:
        return text
    keep_own(line, told)
    store(line, told)
    return f"{text} {told.title} is the line's profile."


def _mesh_of(key: bpy.types.Key, file: CharacterFile) -> int | None:
    """Which of the file's meshes this one is: by its shapes, and by its own name where several have those."""
    here = {_NUMBERED.sub("", block.name) for block in key.key_blocks[1:]}
    name = _NUMBERED.sub("", key.user.name)
    named = file.named()
    best: tuple[bool, int, int] | None = None
    for index, mesh in enumerate(file.meshes):
        common = len(here.intersection((*mesh.unnamed, *named[index])) - {""})
        if 2 * common > len(here):
            found = mesh.name == name, common, -index
            best = found if best is None else max(best, found)
    return None if best is None else -best[2]


def _rename(key: bpy.types.Key, unnamed: tuple[str, ...], names: list[str]) -> int:
    """How many shapes were renamed; ``names`` then says what each is called here."""
    by_place = _in_the_files_order(key, unnamed, names)
    renamed = 0
    for place, (given, name) in enumerate(zip(unnamed, names, strict=True)):
        block = key.key_blocks.get(given) if given else None
        if block is not None and name and given != name:
            block.name = name
            renamed += 1
        block = block or by_place.get(place)
        if block is not None:
            names[place] = block.name
    return renamed


def _in_the_files_order(
    key: bpy.types.Key, unnamed: tuple[str, ...], names: list[str]
) -> dict[int, bpy.types.ShapeKey]:
    """Each of the file's shapes here, as long as none was added, taken out or moved: a hand may have renamed
    some.
    """
    places = [place for place, given in enumerate(unnamed) if given]
    blocks = list(key.key_blocks[1:])
    if len(blocks) != len(places):
        return {}
    found = dict(zip(places, blocks, strict=True))
    known = {*unnamed, *names} - {""}
    moved = any(b.name in known and b.name not in (unnamed[p], names[p]) for p, b in found.items())
    return {} if moved else found


def _told_profile(
    character: Character, file: CharacterFile, names: tuple[tuple[str, ...], ...]
) -> RigProfile | None:
    """What the file itself says of its face, unless a richer set is known by its names."""
    from ..bilabial.retarget.file_profile import profile_of

    try:
        known = rig_probe.identify(character)[0].profile.name
    except RigError:
        known = ""
    if known and known not in _OF_VRM:
        return None
    return profile_of(file, names, f"{character.root.name}, as its file says")
