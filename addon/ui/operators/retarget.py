# SPDX-License-Identifier: GPL-3.0-or-later
"""The retarget panel's buttons."""

from collections.abc import Callable

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ...bilabial.controls import CONTROLS
from ...bilabial.refusals import EXPECTED, sentence
from ...host.lazy_imports import checks, learning, own_profile, preview, table, teaching, transfer
from ...host.without_callbacks import quiet
from ...line import lines
from ...line.line import Line
from ._common import attempt

_SHAPES = CONTROLS[2:]
_STEP = 0.05  # seconds between two pictures of the alphabet
_EACH = 0.5  # seconds that a shape takes


def _has_character(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if lines.character_of(lines.active(context.scene), context) is None:
        cls.poll_message_set("Choose a character first")
        return False
    return True


def _has_own(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if lines.active(context.scene).own_profile is None:
        cls.poll_message_set("Press Edit first, to work on a copy of the profile")
        return False
    return True


def _settle(context: bpy.types.Context, line: Line) -> None:
    if line.character is None:
        line.character = lines.character_of(line, context)


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
        if not _has_character(cls, context):
            return False
        if lines.active(context.scene).own_profile is not None:
            cls.poll_message_set("This line has a profile of its own already; the table shows it")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            _settle(context, line)
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

    poll = classmethod(_has_own)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if not self.filepath:
            self.filepath = lines.active(context.scene).own_profile.name.replace("Rig ", "").lower()
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        line = lines.active(context.scene)

        def act() -> str:
            path = bpy.path.ensure_ext(self.filepath, ".json")
            own_profile.save(line, path)
            return f"Saved as {path}."

        return attempt(self, line, act)


class BILABIAL_OT_retarget_step(bpy.types.Operator):
    """Show the next or the previous control"""

    bl_idname = "bilabial.retarget_step"
    bl_label = "Next Control"
    bl_options = {"INTERNAL"}

    forward: BoolProperty(default=True)

    def execute(self, context: bpy.types.Context) -> set[str]:
        ours = context.scene.bilabial
        now = _SHAPES.index(ours.control) if ours.control in _SHAPES else 0
        ours.control = _SHAPES[(now + (1 if self.forward else -1)) % len(_SHAPES)]
        preview.show_preview(context.scene)
        return {"FINISHED"}


class BILABIAL_OT_retarget_show(bpy.types.Operator):
    """Show this sound on the face, and what moves for it in the table"""

    bl_idname = "bilabial.retarget_show"
    bl_label = "Show Sound"
    bl_options = {"INTERNAL"}

    control: StringProperty()

    poll = classmethod(_has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        ours = context.scene.bilabial
        ours.control = self.control
        ours.preview = 1.0
        return {"FINISHED"}


class BILABIAL_OT_retarget_rest(bpy.types.Operator):
    """End the preview: the face goes back to what its keys say"""

    bl_idname = "bilabial.retarget_rest"
    bl_label = "End Preview"
    bl_options = {"INTERNAL"}

    poll = classmethod(_has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            _settle(context, line)
            with quiet():
                scene.bilabial.preview = 0.0
            preview.show(line, {})
            scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)
            return ""

        return attempt(self, None, act)


class BILABIAL_OT_retarget_alphabet(bpy.types.Operator):
    """Let the face say every sound once, slowly, to see that each of them is right. Esc stops it"""

    bl_idname = "bilabial.retarget_alphabet"
    bl_label = "Say the Alphabet"

    poll = classmethod(_has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        line = lines.active(context.scene)

        def act() -> str:
            _settle(context, line)
            for control in _SHAPES:
                preview.show(line, {control: 1.0})
            preview.show(line, {})
            return f"{len(_SHAPES)} shapes shown."

        return attempt(self, None, act)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if bpy.app.background:
            return self.execute(context)
        _settle(context, lines.active(context.scene))
        self._time = 0.0
        self._timer = context.window_manager.event_timer_add(_STEP, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type == "ESC":
            return self._end(context)
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        self._time += _STEP
        index, within = divmod(self._time, _EACH)
        if index >= len(_SHAPES):
            return self._end(context)
        control = _SHAPES[int(index)]
        height = min(1.0, 2.5 * min(within, _EACH - within) / _EACH * 2.0)
        try:
            preview.show(lines.active(context.scene), {control: height})
        except EXPECTED as error:
            self.report({"ERROR"}, sentence(error))
            self.cancel(context)  # to show the face at rest would fail alike
            return {"CANCELLED"}
        context.workspace.status_text_set(f"{control}   (Esc stops)")
        return {"PASS_THROUGH"}

    def _end(self, context: bpy.types.Context) -> set[str]:
        self.cancel(context)
        preview.show(lines.active(context.scene), {})
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        context.window_manager.event_timer_remove(self._timer)
        context.workspace.status_text_set(None)


class BILABIAL_OT_term_add(bpy.types.Operator):
    """Add a row: choose its channel, then its weight"""

    bl_idname = "bilabial.term_add"
    bl_label = "Add Channel"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
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
        if not _has_own(cls, context):
            return False
        if not len(context.scene.bilabial.terms):
            cls.poll_message_set("This control moves nothing yet")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
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

    poll = classmethod(_has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            profile = own_profile.editable_profile(line)
            own_profile.store(line, profile.mirrored(scene.bilabial.control, "left"))
            with quiet():
                table.fill_table(scene)
            return f"{scene.bilabial.control}: the right side does what the left does."

        return attempt(self, None, act)


class BILABIAL_OT_retarget_pose(bpy.types.Operator):
    bl_description = (
        "Let go of the face, so that you can pose it with its own shape keys or bones as it says the "
        "chosen sound"
    )

    bl_idname = "bilabial.retarget_pose"
    bl_label = "Pose"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return attempt(self, None, lambda: learning.start_posing(context.scene))


def _retold(scene: bpy.types.Scene, change: Callable[[], str]) -> str:
    """What ``change()`` says it did to the profile, with the table showing it."""
    text = change()
    with quiet():
        table.fill_table(scene)
    return text


class BILABIAL_OT_retarget_learn(bpy.types.Operator):
    """Take the face as it stands now as the pose of the chosen sound"""

    bl_idname = "bilabial.retarget_learn"
    bl_label = "Learn from Pose"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return attempt(self, None, lambda: _retold(context.scene, lambda: learning.learn(context.scene)))


class BILABIAL_OT_retarget_teach(bpy.types.Operator):
    bl_description = (
        "Learn from the actions in this file: pose assets or one action a sound, named aa, oo, m, f ... "
        "or after a set of visemes. What no pose teaches is inherited from its neighbours"
    )

    bl_idname = "bilabial.retarget_teach"
    bl_label = "Learn from Actions"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return _new_profile(self, context, lambda line: teaching.teach(line))


class BILABIAL_OT_retarget_guess(bpy.types.Operator):
    bl_description = (
        "Move every shape and bone of the face, see what it does to the mouth, and make a profile of that. "
        "For rigs that no profile knows; correct single sounds afterwards by Pose and Learn from Pose"
    )

    bl_idname = "bilabial.retarget_guess"
    bl_label = "Guess by Movement"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return _new_profile(self, context, lambda line: teaching.guess(line))


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

    poll = classmethod(_has_character)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self, width=420)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return _new_profile(self, context, lambda line: teaching.draw(line, self.path, self.first, self.base))


def _new_profile(
    operator: bpy.types.Operator, context: bpy.types.Context, make: Callable[[Line], str]
) -> set[str]:
    scene, line = context.scene, lines.active(context.scene)

    def act() -> str:
        _settle(context, line)
        return _retold(scene, lambda: make(line))

    return attempt(operator, line, act)


class BILABIAL_OT_retarget_calibrate(bpy.types.Operator):
    """Fit the profile's limits and weights to the ranges that this rig's own sliders have"""

    bl_idname = "bilabial.retarget_calibrate"
    bl_label = "Calibrate"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return attempt(self, None, lambda: _retold(context.scene, lambda: learning.calibrate(context.scene)))


class BILABIAL_OT_retarget_check(bpy.types.Operator):
    bl_description = (
        "Check that lips close on m, b and p, that f and v find the teeth, and that no sound passes "
        "the rig's limits"
    )

    bl_idname = "bilabial.retarget_check"
    bl_label = "Check"

    poll = classmethod(_has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            _settle(context, line)
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
        if not _has_character(cls, context):
            return False
        if context.scene.bilabial.target_character is None:
            cls.poll_message_set("Choose the character that receives the animation first")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            _settle(context, line)
            return transfer.transfer(scene, line, scene.bilabial.target_character)

        return attempt(self, None, act)


CLASSES = (
    BILABIAL_OT_retarget_edit,
    BILABIAL_OT_retarget_load,
    BILABIAL_OT_retarget_save,
    BILABIAL_OT_retarget_step,
    BILABIAL_OT_retarget_show,
    BILABIAL_OT_retarget_rest,
    BILABIAL_OT_retarget_alphabet,
    BILABIAL_OT_term_add,
    BILABIAL_OT_term_remove,
    BILABIAL_OT_term_mirror,
    BILABIAL_OT_retarget_pose,
    BILABIAL_OT_retarget_learn,
    BILABIAL_OT_retarget_teach,
    BILABIAL_OT_retarget_guess,
    BILABIAL_OT_retarget_drawings,
    BILABIAL_OT_retarget_calibrate,
    BILABIAL_OT_retarget_check,
    BILABIAL_OT_transfer,
)
