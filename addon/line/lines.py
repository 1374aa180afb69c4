# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a scene: which one the panel shows, how one is added, and what a new one guesses."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import BilabialError
from ..bilabial.expression.names import LAYERS
from ..host import compat

if TYPE_CHECKING:
    from .line import Line

SURE = 0.5  # confidence from which a word or a sound is taken to be right
SETTINGS = (
    "character", "rig", "own_profile", "source", "strip", "speaker", "file", "start",
    "lay_sound", "use_range", "range_first", "range_last", "model", "phones_file", "text", "find_words",
    "language", "tolerance", "target", "place", "stepped", "hold", "whole_frames",
    *(f"face_{layer}{end}" for layer in LAYERS for end in ("", "_amount")),
    "face_feeling", "face_look_at", "face_seed",
)  # fmt: skip


def active(scene: bpy.types.Scene) -> Line:
    """The chosen line; the draft while there is none."""
    ours = scene.bilabial
    return ours.lines[ours.index] if 0 <= ours.index < len(ours.lines) else ours.draft


def by_uid(scene: bpy.types.Scene, uid: int) -> Line | None:
    """A line found again after an undo or a re-ordering."""
    return next((line for line in scene.bilabial.lines if line.uid == uid), None)


def standing(scene: bpy.types.Scene, uid: int) -> Line:
    """The same for a line that must be there. Raises BilabialError where it is not."""
    line = by_uid(scene, uid)
    if line is None:
        raise BilabialError("the line was removed meanwhile: add it again and generate")
    return line


def add(scene: bpy.types.Scene, like: Line | None = None) -> Line:
    """A new line at the end, made the active one; with the settings of another where one is given."""
    ours = scene.bilabial
    settings = {name: getattr(like, name) for name in SETTINGS} if like is not None else {}
    poses = [(pose.name, pose.control) for pose in like.poses] if like is not None else []
    ours.last_uid += 1
    line = ours.lines.add()
    line.uid = ours.last_uid
    name_it(line)
    for name, value in settings.items():
        setattr(line, name, value)
    for name, control in poses:
        pose = line.poses.add()
        pose.name, pose.control = name, control
    ours.index = len(ours.lines) - 1
    return line


def name_it(line: Line) -> None:
    """Give a line of an older version the token by which its actions are known."""
    if not line.token:
        line.token = uuid.uuid4().hex[:12]


def remove(scene: bpy.types.Scene, index: int) -> None:
    """The line and its take go; its keys stay."""
    from . import takes

    ours = scene.bilabial
    takes.drop(ours.lines[index])
    ours.lines.remove(index)
    ours.index = max(0, min(ours.index, len(ours.lines) - 1))


def character_of(line: Line, context: bpy.types.Context | None) -> bpy.types.Object | None:
    """The picked character, else the one that the selection suggests."""
    if line.character is not None or context is None:
        return line.character
    return guess_character(context)


def required_character(line: Line, context: bpy.types.Context) -> bpy.types.Object:
    """The same; raises BilabialError where there is none."""
    found = character_of(line, context)
    if found is None:
        raise BilabialError("choose a character first: the face's mesh, or the armature that moves it")
    return found


def guess_character(context: bpy.types.Context) -> bpy.types.Object | None:
    """From the active object: a face first, then the armature, then the only face of the scene."""
    chosen = [context.active_object, *getattr(context, "selected_objects", ())]
    for owner in chosen:
        if owner is not None and owner.type == "MESH" and owner.data.shape_keys is not None:
            return owner
    for owner in chosen:
        if owner is not None and owner.type == "ARMATURE":
            return owner
    faces = [o for o in context.scene.objects if o.type == "MESH" and o.data.shape_keys is not None]
    return faces[0] if len(faces) == 1 else None


def guess_strip(scene: bpy.types.Scene) -> str:
    """The active sound strip, else the first one that is heard and no line speaks yet."""
    strip = compat.active_strip(scene)
    if strip is not None and strip.type == "SOUND":
        return strip.name
    spoken = {line.strip for line in scene.bilabial.lines if line.source == "STRIP"}
    heard = [s.name for s in compat.sound_strips(scene) if not s.mute]
    return next((name for name in heard if name not in spoken), heard[0] if heard else "")


def strip_of(scene: bpy.types.Scene, line: Line) -> str:
    return line.strip or guess_strip(scene)


def complete(context: bpy.types.Context, line: Line) -> None:
    """Write the guesses down, so that a line stays what it was when the selection changes."""
    if line.character is None:
        line.character = guess_character(context)
    if line.source == "STRIP" and not line.strip:
        line.strip = guess_strip(context.scene)


def title(line: Line) -> str:
    who = line.character.name if line.character else "(no character)"
    return f"{who}: {sound_name(line) or '(no sound)'}"


def sound_name(line: Line) -> str:
    if line.source == "STRIP":
        return line.strip
    if line.source == "SPEAKER":
        return line.speaker.name if line.speaker else ""
    return bpy.path.basename(line.file)
