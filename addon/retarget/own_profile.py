# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile that is edited: a text datablock of the line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import RigError
from ..bilabial.retarget.profile import RigProfile
from ..rig import rig_probe, speech
from ..rig.staging import chosen_profile, prepare, stage

if TYPE_CHECKING:
    from ..line.line import Line


def editable_profile(line: Line) -> RigProfile:
    """The line's own profile. Raises RigError where it has none."""
    if line.own_profile is None:
        raise RigError("this line uses a profile that came with Bilabial: press Edit to work on a copy of it")
    profile = chosen_profile(line)
    assert profile is not None
    return profile


def make_editable(line: Line) -> RigProfile:
    """A copy of the profile in use, kept in the file. A rig that none fits gets one made of its own names."""
    from ..bilabial.retarget.profile_format import format_profile

    if line.own_profile is not None:
        return editable_profile(line)
    character = rig_probe.probe(line.character)
    try:
        found, _ = rig_probe.identify(character, chosen_profile(line))
        profile = found.fitted_profile()
    except RigError:
        profile = _blank_profile(character)
    text = bpy.data.texts.new(f"Rig {line.character.name}.json")
    text.use_fake_user = True
    text.from_string(format_profile(replace(profile, name=_file_name(line.character.name))))
    line.own_profile = text
    return profile


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-") or "own"


def _blank_profile(character: rig_probe.Character) -> RigProfile:
    """Every shape key and number of a rig that no profile knows, driven by nothing yet."""
    from ..bilabial.retarget.profile_entries import Channel

    names = character.names()
    channels = {name: Channel(name) for name in names.shape_keys}
    channels |= {
        name: Channel(name, kind="property", prop=name) for name in names.properties if name not in channels
    }
    for bone in names.bones:
        for transform, limit in (("location", 0.1), ("rotation", 1.0)):
            for axis in "xyz":
                channel = f"{bone}.{transform}.{axis}"
                channels[channel] = Channel(
                    channel, kind="bone", bone=bone, transform=transform, axis=axis, limits=(-limit, limit)
                )
    if not channels:
        raise RigError(f"{character.root.name!r} has nothing that speech could move")
    return RigProfile(name="own", title=f"Own profile of {character.root.name}", channels=channels, terms=())


def keep_own(line: Line, profile: RigProfile) -> None:
    """A profile as the line's own, in a text of the file; one that the line has already is replaced."""
    from ..bilabial.retarget.profile_format import format_profile

    if line.own_profile is None:
        text = bpy.data.texts.new(f"Rig {line.character.name}.json")
        text.use_fake_user = True
        line.own_profile = text
    named = replace(profile, name=_file_name(line.character.name))
    line.own_profile.from_string(format_profile(named))


def store(line: Line, profile: RigProfile) -> None:
    """Keep a changed profile and let the face follow it at once."""
    from ..bilabial.retarget.profile_format import format_profile

    line.own_profile.from_string(format_profile(profile))
    if line.character is not None and line.target == "CONTROLS" and speech.has_controls(line.character):
        found = stage(line)
        prepare(line.character, found)
        line.character.update_tag()


def save(line: Line, path: str) -> None:
    from ..bilabial.atomic import write_atomically

    editable_profile(line)  # a damaged profile is not shared
    write_atomically(path, line.own_profile.as_string())


def load(line: Line, path: str) -> RigProfile:
    from ..bilabial.retarget.profile_format import format_profile, read_profile

    profile = read_profile(Path(path))
    text = bpy.data.texts.new(bpy.path.basename(path))
    text.use_fake_user = True
    text.from_string(format_profile(profile))
    line.own_profile = text
    return profile
