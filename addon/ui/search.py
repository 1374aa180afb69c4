# SPDX-License-Identifier: GPL-3.0-or-later
"""What the search fields offer. Names that a field keeps are plain text, so files stay readable by any
version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..bilabial.controls import CONTROLS
from ..bilabial.errors import BilabialError
from ..host import compat

if TYPE_CHECKING:
    from ..line.line import Line, Lines, Pose, Term


def _containing(names: list[str] | tuple[str, ...], text: str) -> list[str]:
    return [name for name in names if text.lower() in name.lower()]


def rigs(_line: Line, _context: bpy.types.Context, text: str) -> list[str]:
    from ..bilabial.retarget.profile_format import available_profiles

    return _containing(available_profiles(), text)


def models(_line: Line, context: bpy.types.Context, text: str) -> list[str]:
    from ..host import preferences

    return _containing(preferences.model_names(context), text)


def strips(line: Line, _context: bpy.types.Context, text: str) -> list[str]:
    return _containing([strip.name for strip in compat.sound_strips(line.id_data)], text)


def controls(_scene: Lines, _context: bpy.types.Context, text: str) -> list[str]:
    return _containing([name for name in CONTROLS if name not in ("Jaw", "Lip")], text)


def poses(pose: Pose, context: bpy.types.Context, text: str) -> list[str]:
    from ..line import lines
    from ..retarget import pose_list

    line = pose.id_data.path_resolve(pose.path_from_id().rpartition(".poses[")[0])
    try:
        return _containing(pose_list.names(lines.character_of(line, context)), text)
    except BilabialError:
        return []


def channels(term: Term, _context: bpy.types.Context, text: str) -> list[str]:
    from ..line import lines
    from ..retarget import own_profile

    try:
        profile = own_profile.editable_profile(lines.active(term.id_data))
    except BilabialError:
        return []
    return _containing(list(profile.channels), text)
