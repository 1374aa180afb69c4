# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators of the Add menu share: where they may be pressed, and what is selected afterwards."""

from __future__ import annotations

import bpy


def in_object_mode(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """For polls: Blender adds objects in object mode only."""
    if context.mode != "OBJECT":
        cls.poll_message_set("leave edit mode first")
        return False
    return True


def select_alone(context: bpy.types.Context, made: bpy.types.Object) -> None:
    """The new object selected and active, nothing else selected."""
    for other in context.selected_objects:
        other.select_set(False)
    made.select_set(True)
    context.view_layer.objects.active = made
