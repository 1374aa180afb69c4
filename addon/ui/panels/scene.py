# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene's lines in a table."""

from typing import Any

import bpy

from ...host import compat
from ...line import lines
from ...line.line import Line
from ._common import Panel


class BILABIAL_UL_lines(bpy.types.UIList):
    """Who says what, from which frame."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: Any,
    ) -> None:
        row = layout.row(align=True)
        row.prop(item, "enabled", text="")
        if item.failed:
            row.label(text="", icon="ERROR")
        else:
            row.label(text="", icon="CHECKMARK" if item.take is not None else "BLANK1")
        split = row.split(factor=0.4)
        split.label(text=item.character.name if item.character else "(choose)")
        split = split.split(factor=0.65)
        split.label(text=lines.sound_name(item) or "(choose)")
        split.label(text=_start_of(context.scene, item))


def _start_of(scene: bpy.types.Scene, line: Line) -> str:
    """The frame at which a line begins, as text; empty where the scene decides it later."""
    if line.source == "FILE":
        return f"{line.start:g}"
    if line.source == "STRIP":
        strip = next((s for s in compat.sound_strips(scene) if s.name == line.strip), None)
        return str(compat.strip_start(strip)) if strip is not None else ""
    return ""


class VIEW3D_PT_bilabial_scene(Panel, bpy.types.Panel):
    bl_label = "Scene"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        ours = context.scene.bilabial
        row = layout.row()
        row.template_list("BILABIAL_UL_lines", "", ours, "lines", ours, "index", rows=4)
        column = row.column(align=True)
        column.operator("bilabial.line_add", text="", icon="ADD")
        column.operator("bilabial.line_remove", text="", icon="REMOVE")
        column.separator()
        column.operator("bilabial.line_move", text="", icon="TRIA_UP").direction = "UP"
        column.operator("bilabial.line_move", text="", icon="TRIA_DOWN").direction = "DOWN"
        column.separator()
        column.operator("bilabial.lines_import", text="", icon="IMPORT")
        row = layout.row(align=True)
        row.scale_y = 1.2
        row.operator("bilabial.generate", text="Generate All Lines", icon="PLAY_SOUND").scope = "ALL"
        row.operator("bilabial.report", text="", icon="TEXT")
