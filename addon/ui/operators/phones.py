# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of the phone track by button."""

import bpy
from bpy.props import StringProperty

from ...line import lines
from ._common import attempt, has_take


def _has_phone(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if not has_take(cls, context):
        return False
    line = lines.active(context.scene)
    if not 0 <= line.phone_index < len(line.phones):
        cls.poll_message_set("Choose a phone in the list first")
        return False
    return True


def _has_markers(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    from ...speak import phones

    if not has_take(cls, context):
        return False
    if not phones.our_markers(context.scene, lines.active(context.scene)):
        cls.poll_message_set("This line has no markers on the timeline. Show them first")
        return False
    return True


class BILABIAL_OT_phone_split(bpy.types.Operator):
    """Cut the chosen phone in two halves, so that you can give one of them another name"""

    bl_idname = "bilabial.phone_split"
    bl_label = "Split Phone"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_phone)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import phones

        scene, line = context.scene, lines.active(context.scene)
        return attempt(self, line, lambda: phones.apply(scene, line, phones.split(line, line.phone_index)))


class BILABIAL_OT_phone_delete(bpy.types.Operator):
    """Remove the chosen phone. The one before it holds on"""

    bl_idname = "bilabial.phone_delete"
    bl_label = "Delete Phone"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_phone)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import phones

        scene, line = context.scene, lines.active(context.scene)
        return attempt(self, line, lambda: phones.apply(scene, line, phones.delete(line, line.phone_index)))


class BILABIAL_OT_phones_as_heard(bpy.types.Operator):
    """Drop your corrections of the phones: they are again as they were heard. Keys that you edited stay"""

    bl_idname = "bilabial.phones_as_heard"
    bl_label = "Phones as Heard"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        from ...line import takes

        if not has_take(cls, context):
            return False
        if not takes.is_corrected(lines.active(context.scene)):
            cls.poll_message_set("No phone of this line was corrected")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import phones

        scene, line = context.scene, lines.active(context.scene)
        return attempt(self, line, lambda: phones.as_heard(scene, line))


class BILABIAL_OT_phone_insert(bpy.types.Operator):
    """Add a phone at the current frame"""

    bl_idname = "bilabial.phone_insert"
    bl_label = "Add Phone"
    bl_options = {"REGISTER", "UNDO"}

    label: StringProperty(
        name="Phone", description="The phone in IPA or ARPAbet, or a group such as MBP", default="m"
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...line import takes
        from ...speak import phones

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            clock = takes.keyed(line)[1].clock
            frame = scene.frame_current + scene.frame_subframe
            return phones.apply(scene, line, phones.insert(line, float(clock.seconds(frame)), self.label))

        return attempt(self, line, act)


class BILABIAL_OT_markers_show(bpy.types.Operator):
    bl_description = (
        "Put a marker on the timeline at the start of every phone. Move, rename or delete them, then "
        "press Apply Markers"
    )

    bl_idname = "bilabial.markers_show"
    bl_label = "Show Markers"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import phones

        scene, line = context.scene, lines.active(context.scene)
        return attempt(self, line, lambda: f"{phones.show_markers(scene, line)} markers on the timeline.")


class BILABIAL_OT_markers_apply(bpy.types.Operator):
    """Solve what you changed at the markers. Only the neighbourhood of each change moves"""

    bl_idname = "bilabial.markers_apply"
    bl_label = "Apply Markers"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_markers)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import phones

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            text = phones.apply(scene, line, phones.track_of_markers(scene, line))
            phones.show_markers(scene, line)
            return text

        return attempt(self, line, act)


class BILABIAL_OT_markers_hide(bpy.types.Operator):
    """Take this line's markers off the timeline. Your other markers stay"""

    bl_idname = "bilabial.markers_hide"
    bl_label = "Hide Markers"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_markers)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import phones

        scene, line = context.scene, lines.active(context.scene)
        return attempt(self, line, lambda: f"{phones.hide_markers(scene, line)} markers removed.")


CLASSES = (
    BILABIAL_OT_phone_split,
    BILABIAL_OT_phone_delete,
    BILABIAL_OT_phones_as_heard,
    BILABIAL_OT_phone_insert,
    BILABIAL_OT_markers_show,
    BILABIAL_OT_markers_apply,
    BILABIAL_OT_markers_hide,
)
