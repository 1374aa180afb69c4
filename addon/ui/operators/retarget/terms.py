# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the retarget table."""

import bpy

from ....host.without_callbacks import quiet
from ....line import lines
from .._common import attempt
from ._common import has_own


class BILABIAL_OT_term_add(bpy.types.Operator):
    """Add a row: choose its channel, then its weight"""

    bl_idname = "bilabial.term_add"
    bl_label = "Add Channel"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import own_profile, table

        scene, line = context.scene, lines.active(context.scene)
        ours = scene.bilabial

        def act() -> str:
            profile = own_profile.editable_profile(line)
            taken = {row.channel for row in ours.terms}
            free = [name for name in profile.channels if name not in taken]
            with quiet():
                row = ours.terms.add()
                row.channel = free[0] if free else next(iter(profile.channels))
                row.part = profile.channels[row.channel].part
                ours.term_index = len(ours.terms) - 1
            table.apply_table(scene)
            return ""

        return attempt(self, None, act)


class BILABIAL_OT_term_remove(bpy.types.Operator):
    """Remove the chosen row"""

    bl_idname = "bilabial.term_remove"
    bl_label = "Remove Channel"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_own(cls, context):
            return False
        if not len(context.scene.bilabial.terms):
            cls.poll_message_set("This control moves nothing yet")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import table

        scene = context.scene
        ours = scene.bilabial

        def act() -> str:
            ours.terms.remove(ours.term_index)
            ours.term_index = max(0, ours.term_index - 1)
            table.apply_table(scene)
            return ""

        return attempt(self, None, act)


class BILABIAL_OT_term_mirror(bpy.types.Operator):
    """Copy the left side's weights of this control onto the right side"""

    bl_idname = "bilabial.term_mirror"
    bl_label = "Mirror"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import own_profile, table

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            profile = own_profile.editable_profile(line)
            own_profile.store(line, profile.mirrored(scene.bilabial.control, "left"))
            with quiet():
                table.fill_table(scene)
            return f"{scene.bilabial.control}: the right side does what the left does."

        return attempt(self, None, act)


CLASSES = (
    BILABIAL_OT_term_add,
    BILABIAL_OT_term_remove,
    BILABIAL_OT_term_mirror,
)
