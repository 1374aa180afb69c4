# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender is told about when the extension is enabled, and that all of it goes again."""

from __future__ import annotations

import bpy

from .host import preferences
from .rig import demo_head, talking_picture
from .ui import face_panel, findings, operators, panels, properties, sound_band_drawing, take_file

_PARTS = (
    properties, preferences, operators, panels, face_panel, findings, sound_band_drawing, demo_head,
    talking_picture, take_file,
)  # fmt: skip
_commands: list[object] = []


def register() -> None:
    for part in _PARTS:
        part.register()
    _commands.append(bpy.utils.register_cli_command("bilabial", _command))


def unregister() -> None:
    while _commands:
        bpy.utils.unregister_cli_command(_commands.pop())
    for part in reversed(_PARTS):
        part.unregister()


def _command(arguments: list[str]) -> int:
    from .command.key import main

    return main(arguments)
