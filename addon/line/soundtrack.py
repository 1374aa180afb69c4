# SPDX-License-Identifier: GPL-3.0-or-later
"""A line that speaks a file is heard in the scene: its sound lies in the sequencer, and the scene lasts as
long.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import bpy

from ..host import compat
from ..host.without_callbacks import quiet
from . import audio, takes

if TYPE_CHECKING:
    from .line import Line

_SAME_FRAME = 0.01
_CHANNELS = 128  # of the sequencer


def follow(scene: bpy.types.Scene, line: Line) -> None:
    """Where a hand has moved the strip that we laid, the line begins there from now on. A renamed strip
    is the line's still.
    """
    _find_renamed(scene, line)
    strip = _own_strip(scene, line)
    if strip is None or abs(line.start - line.laid_at) > _SAME_FRAME:
        return
    if abs(compat.content_start(strip) - line.laid_at) > _SAME_FRAME:
        with quiet():
            line.start = line.laid_at = compat.content_start(strip)


def _find_renamed(scene: bpy.types.Scene, line: Line) -> None:
    """The one strip that plays the line's sound and is no other line's, where none has the name any more."""
    strips = compat.sound_strips(scene)
    if line.source != "STRIP" or not line.strip or any(strip.name == line.strip for strip in strips):
        return
    take = takes.load_or_say(line)[0] if line.take is not None else None
    spoken = {one.strip for one in scene.bilabial.lines if one != line and one.source == "STRIP"}
    same = [
        strip.name
        for strip in strips
        if take is not None
        and strip.sound is not None
        and strip.name not in spoken
        and audio.absolute(strip.sound.filepath, strip.sound.library).as_posix() == take.sound.path
    ]
    if len(same) == 1:
        with quiet():
            line.strip = same[0]


def has_moved(scene: bpy.types.Scene, line: Line) -> bool:
    """Whether a hand has moved the strip that we laid."""
    strip = _own_strip(scene, line)
    return strip is not None and abs(compat.content_start(strip) - line.laid_at) > _SAME_FRAME


def lay(scene: bpy.types.Scene, line: Line, end: float) -> list[str]:
    """The line's sound file as a strip where none plays it there; a scene that ended before frame ``end`` is
    as long as the line then. Returns notes for the report.
    """
    if line.source != "FILE" or not line.lay_sound:
        return []
    strip = _own_strip(scene, line)
    if strip is not None:
        if abs(compat.content_start(strip) - line.start) > _SAME_FRAME:
            compat.move_strip(strip, line.start)
        line.laid_at = line.start
        return []
    file = audio.absolute(line.file)
    if any(_plays(strip, file, line.start) for strip in compat.sound_strips(scene)):
        return []
    try:
        strip = compat.new_sound_strip(scene, file.stem, line.file, _CHANNELS)
    except RuntimeError as error:
        return [f"{file.name} could not be laid into the sequencer ({str(error).strip()}): add it there."]
    compat.move_strip(strip, line.start)
    strip.channel = _free_channel(scene, strip)
    line.laid, line.laid_at = strip.name, line.start
    if scene.frame_end >= end:
        return []
    scene.frame_end = ceil(end)
    return [f"{file.name} lies in the sequencer, and the scene ends at frame {scene.frame_end}."]


def _own_strip(scene: bpy.types.Scene, line: Line) -> bpy.types.ID | None:
    """The strip that we laid for this line, as long as it plays the line's file."""
    if not line.laid or line.source != "FILE":
        return None
    strip = next((one for one in compat.sound_strips(scene) if one.name == line.laid), None)
    if strip is None or strip.sound is None:
        return None
    same = audio.absolute(strip.sound.filepath, strip.sound.library) == audio.absolute(line.file)
    return strip if same else None


def _plays(strip: bpy.types.ID, file: object, start: float) -> bool:
    if strip.sound is None or abs(compat.content_start(strip) - start) > 1.0:
        return False
    return audio.absolute(strip.sound.filepath, strip.sound.library) == file


def _free_channel(scene: bpy.types.Scene, strip: bpy.types.ID) -> int:
    """The lowest channel in which no other strip lies beside this one."""
    taken = {
        other.channel
        for other in compat.strips(scene)
        if other.name != strip.name
        and compat.strip_start(other) <= compat.strip_end(strip)
        and compat.strip_end(other) >= compat.strip_start(strip)
    }
    return next((channel for channel in range(1, _CHANNELS) if channel not in taken), _CHANNELS)
