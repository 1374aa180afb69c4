# SPDX-License-Identifier: GPL-3.0-or-later
"""The words and the phones of the line, in lists to edit."""

from typing import Any

import bpy

from ...line import lines
from ._common import Panel


class BILABIAL_UL_words(bpy.types.UIList):
    """Words with their times."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: Any,
    ) -> None:
        row = layout.row(align=True)
        row.alert = not item.heard or item.confidence < lines.SURE  # text and sound disagree: look here first
        split = row.split(factor=0.65)
        split.prop(item, "name", text="", emboss=False)
        time = split.row()
        time.alignment = "RIGHT"
        time.label(text=f"{item.start:.2f} s" if item.heard else "not heard")


class BILABIAL_UL_phones(bpy.types.UIList):
    """Phones with their times."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: Any,
    ) -> None:
        row = layout.row(align=True)
        row.alert = item.confidence < lines.SURE  # where the network was not sure, look first
        split = row.split(factor=0.65)
        name = split.row(align=True)
        name.prop(item, "name", text="", emboss=False)
        if item.group != item.name:
            name.label(text=item.group)
        time = split.row()
        time.alignment = "RIGHT"
        time.label(text=f"{item.start:.2f} s")


class VIEW3D_PT_bilabial_phones(Panel, bpy.types.Panel):
    bl_label = "Phones"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        row = layout.row()
        row.template_list("BILABIAL_UL_phones", "", line, "phones", line, "phone_index", rows=7)
        column = row.column(align=True)
        column.operator("bilabial.phone_insert", text="", icon="ADD")
        column.operator("bilabial.phone_delete", text="", icon="REMOVE")
        column.separator()
        column.operator("bilabial.phone_split", text="", icon="MOD_EDGESPLIT")
        column.separator()
        column.operator("bilabial.phones_as_heard", text="", icon="LOOP_BACK")
        if 0 <= line.phone_index < len(line.phones):
            phone = line.phones[line.phone_index]
            row = layout.row(align=True)
            row.prop(phone, "start")
            row.prop(phone, "end")
        row = layout.row(align=True)
        row.operator("bilabial.markers_show", text="Markers", icon="MARKER_HLT")
        row.operator("bilabial.markers_apply", text="Apply", icon="CHECKMARK")
        row.operator("bilabial.markers_hide", text="", icon="X")
