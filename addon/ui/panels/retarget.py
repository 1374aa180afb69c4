# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig's profile as a table, and animation onto another rig."""

from typing import Any

import bpy

from ...line import lines
from ._common import Panel, sentences, width_of
from .line import recognised


class BILABIAL_UL_terms(bpy.types.UIList):
    """Channels that a control moves."""

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
        row.active = not item.mute
        split = row.split(factor=0.62)
        split.label(text=item.channel)
        split.prop(item, "weight", text="")
        row.prop(item, "mute", text="", icon="HIDE_ON" if item.mute else "HIDE_OFF", emboss=False)


class VIEW3D_PT_bilabial_retarget(Panel, bpy.types.Panel):
    bl_label = "Retarget"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        ours = context.scene.bilabial
        line = lines.active(context.scene)
        character = lines.character_of(line, context)
        if character is None:
            layout.label(text="Choose a character first.", icon="INFO")
            return
        known, text = recognised(character)
        sentences(layout, text, width_of(context), "CHECKMARK" if known else "ERROR")
        row = layout.row(align=True)
        row.operator("bilabial.retarget_edit", icon="GREASEPENCIL")
        row.operator("bilabial.retarget_load", text="", icon="FILEBROWSER")
        row.operator("bilabial.retarget_save", text="", icon="FILE_TICK")
        column = layout.column(align=True)  # side by side their names would be cut
        column.operator("bilabial.retarget_teach", icon="ACTION")
        column.operator("bilabial.retarget_guess", icon="SHADERFX")
        column.operator("bilabial.retarget_names", icon="SORTALPHA")
        column.operator("bilabial.retarget_drawings", icon="RENDERLAYERS")
        if line.own_profile is None:
            return
        row = layout.row(align=True)
        row.prop(ours, "control", text="")
        row.operator("bilabial.retarget_step", text="", icon="TRIA_LEFT").forward = False
        row.operator("bilabial.retarget_step", text="", icon="TRIA_RIGHT").forward = True
        row = layout.row(align=True)
        row.prop(ours, "preview", slider=True)
        row.operator("bilabial.retarget_rest", text="", icon="LOOP_BACK")
        row = layout.row()
        row.template_list("BILABIAL_UL_terms", "", ours, "terms", ours, "term_index", rows=5)
        column = row.column(align=True)
        column.operator("bilabial.term_add", text="", icon="ADD")
        column.operator("bilabial.term_remove", text="", icon="REMOVE")
        column.separator()
        column.operator("bilabial.term_mirror", text="", icon="MOD_MIRROR")
        if 0 <= ours.term_index < len(ours.terms):
            row = layout.row(align=True)
            row.prop(ours.terms[ours.term_index], "channel", text="")
            row.prop(ours.terms[ours.term_index], "part", text="")
        column = layout.column(align=True)
        column.operator("bilabial.retarget_alphabet", icon="PLAY")
        row = column.row(align=True)
        row.operator("bilabial.retarget_pose", icon="POSE_HLT")
        row.operator("bilabial.retarget_learn", icon="IMPORT")
        row = column.row(align=True)
        row.operator("bilabial.retarget_calibrate", icon="DRIVER_DISTANCE")
        row.operator("bilabial.retarget_check", icon="CHECKMARK")
        if ours.checks:
            box = layout.box()
            for found in ours.checks.split("\n"):
                self._finding(context, box, found)

    @staticmethod
    def _finding(context: bpy.types.Context, box: bpy.types.UILayout, found: str) -> None:
        mark, _, rest = found.partition(" ")
        text, _, control = rest.partition("\t")
        icon = {"ok": "CHECKMARK", "bad": "ERROR"}.get(mark, "INFO")
        row = box.row()
        sentences(row, text, width_of(context) - 4 * bool(control), icon)
        if control:
            row.operator("bilabial.retarget_show", text="", icon="HIDE_OFF", emboss=False).control = control


class BILABIAL_UL_poses(bpy.types.UIList):
    """Which pose is which sound."""

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
        split = layout.split(factor=0.55, align=True)
        split.prop(item, "name", text="")
        split.prop(item, "control", text="")


class VIEW3D_PT_bilabial_poses(Panel, bpy.types.Panel):
    bl_label = "Poses"
    bl_parent_id = "VIEW3D_PT_bilabial_retarget"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return lines.character_of(lines.active(context.scene), context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        layout.operator("bilabial.poses_list", icon="PRESET")
        row = layout.row()
        row.template_list("BILABIAL_UL_poses", "", line, "poses", line, "pose_index", rows=5)
        column = row.column(align=True)
        column.operator("bilabial.pose_add", text="", icon="ADD")
        column.operator("bilabial.pose_remove", text="", icon="REMOVE")
        layout.operator("bilabial.poses_learn", icon="IMPORT")


class VIEW3D_PT_bilabial_transfer(Panel, bpy.types.Panel):
    bl_label = "Animation onto Another Rig"
    bl_parent_id = "VIEW3D_PT_bilabial_retarget"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(context.scene.bilabial, "target_character")
        layout.operator("bilabial.transfer", icon="ARMATURE_DATA")
