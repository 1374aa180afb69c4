# SPDX-License-Identifier: GPL-3.0-or-later
"""The line's style, each shape's strength, and what hands add on top."""

import bpy

from ...bilabial.controls import COARTICULATIONS, SHAPES, VISEMES
from ...line import lines
from ..operators.style import PRESETS
from ._common import Panel


class VIEW3D_PT_bilabial_style(Panel, bpy.types.Panel):
    bl_label = "Style"
    bl_parent_id = "VIEW3D_PT_bilabial"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        grid = layout.grid_flow(columns=3, even_columns=True, align=True, row_major=True)
        for key, label, _ in PRESETS:
            grid.operator("bilabial.style_preset", text=label).name = key
        grid.operator("bilabial.pad", text="Pad", icon="EMPTY_AXIS")
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column(align=True)
        column.enabled = line.take is not None
        column.prop(line, "jaw", slider=True)
        column.prop(line, "lip", slider=True)
        column.prop(line, "lead", slider=True)
        column = layout.column(heading="Only frames")
        row = column.row(align=True)
        row.prop(line, "style_range", text="")
        sub = row.row(align=True)
        sub.active = line.style_range
        sub.prop(line, "style_first", text="")
        sub.prop(line, "style_last", text="")
        sub.operator("bilabial.style_whole", text="", icon="X")


class VIEW3D_PT_bilabial_gains(Panel, bpy.types.Panel):
    bl_label = "Strength of Each Shape"
    bl_parent_id = "VIEW3D_PT_bilabial_style"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        layout.enabled = line.take is not None
        for title, names in (("Phones", VISEMES), ("Without their jaw", COARTICULATIONS)):
            layout.label(text=title)
            grid = layout.grid_flow(columns=2, even_columns=True, align=True, row_major=True)
            for name in names:
                grid.prop(line, "gains", index=SHAPES.index(name), text=name, slider=True)


class VIEW3D_PT_bilabial_on_top(Panel, bpy.types.Panel):
    """What a hand adds to speech: expression on the very channels that speak."""

    bl_label = "Face on Top"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        from ...rig import speech

        owner = lines.character_of(lines.active(context.scene), context)
        return owner is not None and bool(speech.hands(owner))

    def draw(self, context: bpy.types.Context) -> None:
        from ...rig import speech

        layout = self.layout
        layout.use_property_split = True
        owner = lines.character_of(lines.active(context.scene), context)
        column = layout.column(align=True)
        for name in speech.hands(owner):
            label = name.removeprefix("Speech + ")
            column.prop(owner, f'["{bpy.utils.escape_identifier(name)}"]', text=label, slider=True)
