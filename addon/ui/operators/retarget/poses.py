# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of a profile shown on the face, and learned from poses."""

import bpy
from bpy.props import BoolProperty, StringProperty

from ....bilabial.controls import CONTROLS
from ....bilabial.refusals import EXPECTED, sentence
from ....host.without_callbacks import quiet
from ....line import lines
from .._common import attempt
from ._common import has_character, has_own, retold, settle

_SHAPES = CONTROLS[2:]


_STEP = 0.05  # seconds between two pictures of the alphabet


_EACH = 0.5  # seconds that a shape takes


class BILABIAL_OT_retarget_step(bpy.types.Operator):
    """Show the next or the previous control"""

    bl_idname = "bilabial.retarget_step"
    bl_label = "Next Control"
    bl_options = {"INTERNAL"}

    forward: BoolProperty(default=True)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import preview

        ours = context.scene.bilabial
        now = _SHAPES.index(ours.control) if ours.control in _SHAPES else 0
        ours.control = _SHAPES[(now + (1 if self.forward else -1)) % len(_SHAPES)]
        preview.show_preview(context.scene)
        return {"FINISHED"}


class BILABIAL_OT_retarget_show(bpy.types.Operator):
    """Show this phone on the face, and what moves for it in the table"""

    bl_idname = "bilabial.retarget_show"
    bl_label = "Show Phone"
    bl_options = {"INTERNAL"}

    control: StringProperty()

    poll = classmethod(has_character)

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

    poll = classmethod(has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import preview

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            settle(context, line)
            with quiet():
                scene.bilabial.preview = 0.0
            preview.show(line, {})
            scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)
            return ""

        return attempt(self, None, act)


class BILABIAL_OT_retarget_alphabet(bpy.types.Operator):
    """Let the face say every phone once, slowly, to see that each of them is right. Esc stops it"""

    bl_idname = "bilabial.retarget_alphabet"
    bl_label = "Say the Alphabet"

    poll = classmethod(has_character)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import preview

        line = lines.active(context.scene)

        def act() -> str:
            settle(context, line)
            for control in _SHAPES:
                preview.show(line, {control: 1.0})
            preview.show(line, {})
            return f"{len(_SHAPES)} shapes shown."

        return attempt(self, None, act)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if bpy.app.background:
            return self.execute(context)
        settle(context, lines.active(context.scene))
        self._time = 0.0
        self._timer = context.window_manager.event_timer_add(_STEP, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        from ....retarget import preview

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
        from ....retarget import preview

        self.cancel(context)
        preview.show(lines.active(context.scene), {})
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        context.window_manager.event_timer_remove(self._timer)
        context.workspace.status_text_set(None)


class BILABIAL_OT_retarget_pose(bpy.types.Operator):
    bl_description = (
        "Let go of the face, so that you can pose it with its own shape keys or bones as it says the "
        "chosen phone"
    )

    bl_idname = "bilabial.retarget_pose"
    bl_label = "Pose"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import learning

        return attempt(self, None, lambda: learning.start_posing(context.scene))


class BILABIAL_OT_retarget_learn(bpy.types.Operator):
    """Take the face as it stands now as the pose of the chosen phone"""

    bl_idname = "bilabial.retarget_learn"
    bl_label = "Learn from Pose"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(has_own)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ....retarget import learning

        return attempt(self, None, lambda: retold(context.scene, lambda: learning.learn(context.scene)))


CLASSES = (
    BILABIAL_OT_retarget_step,
    BILABIAL_OT_retarget_show,
    BILABIAL_OT_retarget_rest,
    BILABIAL_OT_retarget_alphabet,
    BILABIAL_OT_retarget_pose,
    BILABIAL_OT_retarget_learn,
)
