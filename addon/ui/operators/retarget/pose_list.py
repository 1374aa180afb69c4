# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of poses: filled, mended, learned from."""

import bpy

from ....line import lines
from .._common import attempt
from ._common import has_character, retold, settle


def _has_poses(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if not has_character(cls, context):
        return False
    if not len(lines.active(context.scene).poses):
        cls.poll_message_set("Press List Poses first")
        return False
    return True


class BILABIAL_OT_poses_list(bpy.types.Operator):
    bl_description = (
        "List the actions and pose markers that move this character, each with the phone that its name says. "
        "Rows that are there already stay as they are"
    )

    bl_idname = "bilabial.poses_list"
    bl_label = "List Poses"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import pose_list

        line = lines.active(context.scene)

        def act() -> str:
            settle(context, line)
            return pose_list.fill(line)

        return attempt(self, line, act)


class BILABIAL_OT_poses_learn(bpy.types.Operator):
    bl_description = (
        "Make a profile of the poses in the list. What no pose teaches is inherited from its neighbours"
    )

    bl_idname = "bilabial.poses_learn"
    bl_label = "Learn from List"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_poses)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import pose_list

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            settle(context, line)
            return retold(scene, lambda: pose_list.learn(line))

        return attempt(self, line, act)


class BILABIAL_OT_pose_add(bpy.types.Operator):
    """Add a row: choose its pose, then its phone. A pose may be several phones"""

    bl_idname = "bilabial.pose_add"
    bl_label = "Add Pose"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        line = lines.active(context.scene)
        line.poses.add()
        line.pose_index = len(line.poses) - 1
        return {"FINISHED"}


class BILABIAL_OT_pose_remove(bpy.types.Operator):
    """Remove the chosen row"""

    bl_idname = "bilabial.pose_remove"
    bl_label = "Remove Pose"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_poses)

    def execute(self, context: bpy.types.Context) -> set[str]:
        line = lines.active(context.scene)
        line.poses.remove(line.pose_index)
        line.pose_index = max(0, min(line.pose_index, len(line.poses) - 1))
        return {"FINISHED"}


CLASSES = (
    BILABIAL_OT_poses_list,
    BILABIAL_OT_poses_learn,
    BILABIAL_OT_pose_add,
    BILABIAL_OT_pose_remove,
)
