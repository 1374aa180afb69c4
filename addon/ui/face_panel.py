# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel Face: what moves beside speech, each layer with its switch and its amount."""

import bpy

from ..line import lines

_LAYERS = ("brows", "blinks", "gaze", "head", "breath", "emotion")


class VIEW3D_PT_bilabial_face(bpy.types.Panel):
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lip-Sync"
    bl_label = "Face"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        column = layout.column(align=True)
        for name in _LAYERS:
            row = column.row(align=True)
            row.prop(line, f"face_{name}")
            sub = row.row(align=True)
            sub.active = getattr(line, f"face_{name}")
            sub.prop(line, f"face_{name}_amount", text="", slider=True)
        sub = layout.column()
        sub.use_property_split = True
        sub.use_property_decorate = False
        look_at = sub.column()
        look_at.active = line.face_gaze
        look_at.prop(line, "face_look_at")
        feeling = sub.column()
        feeling.active = line.face_emotion
        feeling.prop(line, "face_feeling")
        sub.prop(line, "face_seed")
        if line.take is not None:
            sub.label(text="Generate again to see changes", icon="INFO")


CLASSES = (VIEW3D_PT_bilabial_face,)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
