# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks of a vocabulary that neither speech nor the face knows: ears that a network wiggles.

No profile says what such a channel does. It plays on what the character has under its very name: a shape key,
or a number that a rigger put on an object or a bone. What has no such place is told in the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import bpy

from ..bilabial.curves.take import SPEECH
from ..bilabial.expression.drawn import FACES
from ..bilabial.expression.names import LAYERS
from ..keys.fcurves import Target

if TYPE_CHECKING:
    from ..bilabial.curves.curve import Curve
    from ..bilabial.curves.take import Take
    from ..rig.rig_probe import Character


def curves(take: Take) -> dict[str, Curve]:
    """By "track.channel": what the strangers' tracks play."""
    return {
        f"{track}.{name}": curve
        for track in take.tracks
        if track != SPEECH and track not in (*LAYERS, *FACES)
        for name, curve in take.styled(track).items()
    }


def targets(
    character: Character, wanted: Mapping[str, Curve], taken: set[tuple[int, str]]
) -> dict[str, list[Target]]:
    """Where the channels of ``wanted`` lie; ``taken``: the marks of places that have a channel already."""
    places = _places(character)
    found = {}
    for name in wanted:
        free = [t for t in places.get(name.partition(".")[2], ()) if mark(t) not in taken]
        if free:
            found[name] = free
    return found


def mark(target: Target) -> tuple[int, str]:
    """What tells one place from another."""
    return target.owner.session_uid, target.path


def _places(character: Character) -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = {}
    for key in character.keys:
        for block in key.key_blocks[1:]:
            path = f'key_blocks["{bpy.utils.escape_identifier(block.name)}"].value'
            found.setdefault(block.name, []).append(Target(key, path))
    for name, owner, path in character.numbers():
        found.setdefault(name.rpartition(".")[2], []).append(Target(owner, path))
    return found


def report(wanted: Mapping[str, Curve], found: Mapping[str, object]) -> list[str]:
    lacking = sorted(name.partition(".")[2] for name in wanted if name not in found)
    if not lacking:
        return []
    named = ", ".join(lacking[:4]) + (f" and {len(lacking) - 4} more" if len(lacking) > 4 else "")
    return [f"Nothing on this character is called {named}: these channels of the take are not keyed."]
