# SPDX-License-Identifier: GPL-3.0-or-later
"""What the retarget panel's buttons share."""

from collections.abc import Callable

import bpy

from ....host.without_callbacks import quiet
from ....line import lines
from ....line.line import Line


def has_character(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if lines.character_of(lines.active(context.scene), context) is None:
        cls.poll_message_set("Choose a character first")
        return False
    return True


def has_own(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if lines.active(context.scene).own_profile is None:
        cls.poll_message_set("Press Edit first, to work on a copy of the profile")
        return False
    return True


def settle(context: bpy.types.Context, line: Line) -> None:
    if line.character is None:
        line.character = lines.character_of(line, context)


def retold(scene: bpy.types.Scene, change: Callable[[], str]) -> str:
    """What ``change()`` says it did to the profile, with the table showing it."""
    from ....retarget import table

    text = change()
    with quiet():
        table.fill_table(scene)
    return text
