# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panels share."""

import bpy

_CATEGORY = "Lip-Sync"


class Panel:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = _CATEGORY


def sentences(layout: bpy.types.UILayout, text: str, width: int, icon: str = "NONE") -> None:
    """A text broken into lines, since a label does not wrap."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for paragraph in text.split("\n"):
        row = ""
        for word in paragraph.split():
            if row and len(row) + len(word) + 1 > width:
                column.label(text=row, icon=icon)
                row, icon = "", "BLANK1" if icon != "NONE" else "NONE"
            row = f"{row} {word}".strip()
        if row:
            column.label(text=row, icon=icon)
            icon = "BLANK1" if icon != "NONE" else "NONE"


def width_of(context: bpy.types.Context) -> int:
    """Letters that fit beside an icon in the sidebar."""
    scale = context.preferences.system.ui_scale
    return max(20, int((context.region.width / scale - 60) / 6.6))
