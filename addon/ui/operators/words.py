# SPDX-License-Identifier: GPL-3.0-or-later
"""Words, borders and strips by numbers: for the keyboard, for scripts, and for what the mouse has dragged."""

from typing import Any

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty

from ...bilabial.jobs import Job, Outcome
from ...bilabial.refusals import EXPECTED, sentence
from ...line import lines
from ._common import attempt, has_take

_LOOK_S = 0.1  # between two looks at a job
_BESIDE = 2  # frames of a played word before and after it


def _has_word(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    if not has_take(cls, context):
        return False
    line = lines.active(context.scene)
    if not 0 <= line.word_index < len(line.words):
        cls.poll_message_set("Choose a word in the list first")
        return False
    return True


class BILABIAL_OT_word_move(bpy.types.Operator):
    """Move a word, or one of its ends. Its phones keep their shares, keys of yours go along"""

    bl_idname = "bilabial.word_move"
    bl_label = "Move Word"
    bl_options = {"REGISTER", "UNDO"}

    number: IntProperty(name="Word", description="Which word; the chosen one where it is -1", default=-1)
    start: FloatProperty(
        name="Start", description="Seconds from the start of the sound", min=0.0, precision=3
    )
    end: FloatProperty(name="End", description="Seconds from the start of the sound", min=0.0, precision=3)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        line = lines.active(context.scene)
        self.number = line.word_index
        if 0 <= self.number < len(line.words):
            self.start, self.end = line.words[self.number].start, line.words[self.number].end
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import words

        scene, line = context.scene, lines.active(context.scene)
        number = self.number if self.number >= 0 else line.word_index
        return attempt(self, line, lambda: words.move(scene, line, number, self.start, self.end))


class BILABIAL_OT_border_move(bpy.types.Operator):
    """Move a border between two phones. The curves there are solved again, keys of yours go along"""

    bl_idname = "bilabial.border_move"
    bl_label = "Move Border"
    bl_options = {"REGISTER", "UNDO"}

    index: IntProperty(name="Phone", description="Which phone; the chosen one where it is -1", default=-1)
    side: EnumProperty(
        name="Border",
        items=(("start", "Start", "Where the phone begins"), ("end", "End", "Where the phone ends")),
        default="end",
    )
    seconds: FloatProperty(name="To", description="Seconds from the start of the sound", min=0.0, precision=3)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        line = lines.active(context.scene)
        self.index = line.phone_index
        if 0 <= self.index < len(line.phones):
            self.seconds = getattr(line.phones[self.index], self.side)
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import words

        scene, line = context.scene, lines.active(context.scene)
        index = self.index if self.index >= 0 else line.phone_index
        return attempt(self, line, lambda: words.move_border(scene, line, index, self.side, self.seconds))


class BILABIAL_OT_word_select(bpy.types.Operator):
    """Select the keys of the chosen word in the graph editor and the dope sheet"""

    bl_idname = "bilabial.word_select"
    bl_label = "Select Keys of Word"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_word)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import words

        line = lines.active(context.scene)
        return attempt(
            self, line, lambda: f"{words.select(line, line.word_index)} keys of this word are selected."
        )


class BILABIAL_OT_word_range(bpy.types.Operator):
    """Play the chosen word alone, by the preview range; press it again to play the whole scene"""

    bl_idname = "bilabial.word_range"
    bl_label = "Play Word"
    bl_options = {"REGISTER", "UNDO"}

    poll = classmethod(_has_word)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...line import takes

        scene, line = context.scene, lines.active(context.scene)
        word, clock = line.words[line.word_index], takes.keyed(line)[1].clock
        first = max(0, int(clock.frames(word.start)) - _BESIDE)
        last = int(clock.frames(word.end)) + 1 + _BESIDE
        if scene.use_preview_range and (scene.frame_preview_start, scene.frame_preview_end) == (first, last):
            scene.use_preview_range = False
            return {"FINISHED"}
        scene.use_preview_range = True
        scene.frame_preview_start, scene.frame_preview_end = first, last
        return {"FINISHED"}


class BILABIAL_OT_check_text(bpy.types.Operator):
    bl_description = (
        "Hold the words against the sound before you generate: what is not said is named. Takes about a "
        "fortieth of the sound's length, beside your work"
    )

    bl_idname = "bilabial.check_text"
    bl_label = "Check Words"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not lines.active(context.scene).text.strip():
            cls.poll_message_set("Type what is said first")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._ask(context, beside=False)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        return self._ask(context, beside=not bpy.app.background and context.window is not None)

    def _ask(self, context: bpy.types.Context, beside: bool) -> set[str]:
        from ...speak import text_fit

        scene, line = context.scene, lines.active(context.scene)
        try:
            asked = text_fit.question(context, line)
        except EXPECTED as error:
            self.report({"ERROR"}, sentence(error))
            return {"CANCELLED"}
        job = Job(lambda progress, cancelled: text_fit.answer(asked, progress, cancelled))
        name = scene.name
        if not beside:
            outcome = job.run_here().poll()
            if outcome is not None:
                _told(name, asked, outcome)
            return {"FINISHED"}
        job.start()
        line.text_doubt = "Listening ..."

        def look() -> float | None:
            outcome = job.poll()
            if outcome is None:
                return _LOOK_S
            _told(name, asked, outcome)
            return None

        bpy.app.timers.register(look, first_interval=_LOOK_S)
        return {"FINISHED"}


def _told(scene_name: str, asked: Any, outcome: Outcome) -> None:
    """The answer into the panel, if the line and its words are still there."""
    scene = bpy.data.scenes.get(scene_name)
    if scene is None:
        return
    line = lines.by_uid(scene, asked.uid) if asked.uid else scene.bilabial.draft
    if line is None or line.text.strip() != asked.text:
        return
    doubt = sentence(outcome.error) if outcome.error is not None else outcome.result.sentence
    line.text_doubt = f"{doubt[:1].upper()}{doubt[1:]}." if doubt else ""
    if not doubt:
        line.report, line.failed = "Every word is said in the sound.", False


class BILABIAL_OT_follow(bpy.types.Operator):
    bl_description = (
        "The line's strip was moved, trimmed or retimed in the sequencer: take the keys, your edits and your "
        "corrected phones along. Nothing is heard anew"
    )

    bl_idname = "bilabial.follow"
    bl_label = "Follow Strip"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import following

        scene, line = context.scene, lines.active(context.scene)
        return attempt(self, line, lambda: following.follow(scene, line))


CLASSES = (
    BILABIAL_OT_check_text,
    BILABIAL_OT_follow,
    BILABIAL_OT_word_move,
    BILABIAL_OT_border_move,
    BILABIAL_OT_word_select,
    BILABIAL_OT_word_range,
)
