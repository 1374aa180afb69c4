# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles: made, loaded, saved, taught, guessed, checked; animation onto another rig."""

from collections.abc import Callable

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty

from ....host.without_callbacks import quiet
from ....line import lines
from ....line.line import Line
from .._common import attempt
from ._common import has_character, has_own, retold, settle


class BILABIAL_OT_retarget_edit(bpy.types.Operator):
    bl_description = (
        "Make a copy of the rig's profile in this file, to change how the face speaks. A rig that no "
        "profile knows gets an empty one with all its channels"
    )

    bl_idname = "bilabial.retarget_edit"
    bl_label = "Edit Profile"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_character(cls, context):
            return False
        if lines.active(context.scene).own_profile is not None:
            cls.poll_message_set("This line has a profile of its own already; the table shows it")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import own_profile, table

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            settle(context, line)
            profile = own_profile.make_editable(line)
            with quiet():
                table.fill_table(scene)
            return f"{profile.title}: a copy is kept in this file."

        return attempt(self, line, act)


class BILABIAL_OT_retarget_load(bpy.types.Operator):
    """Use a rig profile from a file"""

    bl_idname = "bilabial.retarget_load"
    bl_label = "Load Profile"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH")
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import own_profile, table

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            profile = own_profile.load(line, self.filepath)
            with quiet():
                table.fill_table(scene)
            return f"{profile.title} is in use."

        return attempt(self, line, act)


class BILABIAL_OT_retarget_save(bpy.types.Operator):
    """Save the profile as a file, to share it or to use it at the command line"""

    bl_idname = "bilabial.retarget_save"
    bl_label = "Save Profile"

    filepath: StringProperty(subtype="FILE_PATH")
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})

    poll = classmethod(has_own)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if not self.filepath:
            self.filepath = lines.active(context.scene).own_profile.name.replace("Rig ", "").lower()
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import own_profile

        line = lines.active(context.scene)

        def act() -> str:
            path = bpy.path.ensure_ext(self.filepath, ".json")
            own_profile.save(line, path)
            return f"Saved as {path}."

        return attempt(self, line, act)


class BILABIAL_OT_retarget_teach(bpy.types.Operator):
    bl_description = (
        "Learn from the actions in this file: pose assets or one action a phone, named aa, oo, m, f ... "
        "or after a set of visemes. What no pose teaches is inherited from its neighbours"
    )

    bl_idname = "bilabial.retarget_teach"
    bl_label = "Learn from Actions"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import teaching

        return _new_profile(self, context, lambda line: teaching.teach(line))


class BILABIAL_OT_retarget_guess(bpy.types.Operator):
    bl_description = (
        "Move every shape and bone of the face, see what it does to the mouth, and make a profile of that. "
        "For rigs that no profile knows; correct single phones afterwards by Pose and Learn from Pose"
    )

    bl_idname = "bilabial.retarget_guess"
    bl_label = "Guess by Movement"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import guessing

        return _new_profile(self, context, lambda line: guessing.guess(line))


class BILABIAL_OT_retarget_names(bpy.types.Operator):
    bl_description = (
        "Give shapes the names that an importer dropped (target_0, target_1 ...) back, from the VRM or glTF "
        "file that the character came from. A VRM's vowels, blinks and looks become the line's profile"
    )

    bl_idname = "bilabial.retarget_names"
    bl_label = "Names from File"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH")
    filter_glob: StringProperty(default="*.vrm;*.glb;*.gltf", options={"HIDDEN"})

    poll = classmethod(has_character)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import file_names

        return _new_profile(self, context, lambda line: file_names.give_names(line, self.filepath))


class BILABIAL_OT_retarget_drawings(bpy.types.Operator):
    bl_description = (
        "Show drawings instead of moving a face: an integer or enum, an image sequence's offset, a Grease "
        "Pencil frame, a Geometry Nodes input (give its data path), or objects or collections by name"
    )

    bl_idname = "bilabial.retarget_drawings"
    bl_label = "Drawings"
    bl_options = {"REGISTER", "UNDO"}

    path: StringProperty(
        name="Data Path",
        description="Right-click the number, Copy Full Data Path. Empty: objects or collections, by name",
    )
    first: IntProperty(
        name="First", description="The number of the first drawing; the others follow", default=0
    )
    base: EnumProperty(
        name="Set",
        description="The drawings, in this order",
        items=[
            ("rhubarb-9", "A B C D E F G H X", "Nine mouths, as Rhubarb names them"),
            ("preston-blair", "AI E O U etc L WQ MBP FV rest", "Ten mouths, after Preston Blair"),
        ],
    )

    poll = classmethod(has_character)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self, width=420)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import teaching

        return _new_profile(self, context, lambda line: teaching.draw(line, self.path, self.first, self.base))


def _new_profile(
    operator: bpy.types.Operator, context: bpy.types.Context, make: Callable[[Line], str]
) -> set[str]:
    scene, line = context.scene, lines.active(context.scene)

    def act() -> str:
        settle(context, line)
        return retold(scene, lambda: make(line))

    return attempt(operator, line, act)


class BILABIAL_OT_retarget_calibrate(bpy.types.Operator):
    """Fit the profile's limits and weights to the ranges that this rig's own sliders have"""

    bl_idname = "bilabial.retarget_calibrate"
    bl_label = "Calibrate"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import learning

        return attempt(self, None, lambda: retold(context.scene, lambda: learning.calibrate(context.scene)))


class BILABIAL_OT_retarget_check(bpy.types.Operator):
    bl_description = (
        "Check that lips close on m, b and p, that f and v find the teeth, and that no phone passes "
        "the rig's limits"
    )

    bl_idname = "bilabial.retarget_check"
    bl_label = "Check"

    poll = classmethod(has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import checks

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            settle(context, line)
            marks = {True: "ok", False: "bad", None: "info"}
            found = checks.check(line)
            scene.bilabial.checks = "\n".join(f"{marks[one.fine]} {one.text}\t{one.control}" for one in found)
            bad = sum(one.fine is False for one in found)
            return f"{bad} of {len(found)} checks need a look." if bad else "All checks are fine."

        return attempt(self, None, act)


class BILABIAL_OT_transfer(bpy.types.Operator):
    bl_description = (
        "Bring the face animation of this character (from any source: a capture, for example) onto "
        "another one, between the scene's first and last frame"
    )

    bl_idname = "bilabial.transfer"
    bl_label = "Retarget Animation"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_character(cls, context):
            return False
        if context.scene.bilabial.target_character is None:
            cls.poll_message_set("Choose the character that receives the animation first")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import transfer

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            settle(context, line)
            return transfer.transfer(scene, line, scene.bilabial.target_character)

        return attempt(self, None, act)


CLASSES = (
    BILABIAL_OT_retarget_edit,
    BILABIAL_OT_retarget_load,
    BILABIAL_OT_retarget_save,
    BILABIAL_OT_retarget_teach,
    BILABIAL_OT_retarget_guess,
    BILABIAL_OT_retarget_names,
    BILABIAL_OT_retarget_drawings,
    BILABIAL_OT_retarget_calibrate,
    BILABIAL_OT_retarget_check,
    BILABIAL_OT_transfer,
)
