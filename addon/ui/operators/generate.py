# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate lip-sync: beside the interface where there is one, straight through where there is none."""

from collections.abc import Callable, Sequence
from typing import Any

import bpy
from bpy.props import EnumProperty

from ...bilabial.errors import Cancelled
from ...bilabial.jobs import Job, Outcome, Progress
from ...bilabial.refusals import EXPECTED, sentence
from ...line import lines
from ...line.line import Line

_TICK = 0.05  # seconds between two looks at the job
_STAGES = {
    "listening": "Listening",
    "network": "Recognising phones",
    "solving": "Shaping the mouth",
    "keys": "Choosing keys",
}


def why_not(context: bpy.types.Context) -> str:
    """Why nothing can be generated now; empty when it can. Quick: it runs at every redraw."""
    if context.window_manager.bilabial.running:
        return "Lip-sync is being generated. Press Esc to stop it"
    return why_not_line(context, lines.active(context.scene))


def why_not_line(context: bpy.types.Context, line: Line) -> str:
    scene = context.scene
    character = lines.character_of(line, context)
    if character is None:
        return "Choose a character first: the face's mesh, or the armature that moves it"
    if character.library is not None:
        return f"{character.name} is linked. Make a library override of it first"
    if line.source == "STRIP" and not lines.strip_of(scene, line):
        return "The sequencer holds no sound strip. Add one, or take the sound from a file"
    if line.source == "SPEAKER" and line.speaker is None:
        return "Choose a speaker object, or take the sound from a file"
    if line.source == "FILE" and not line.file:
        return "Choose a sound file"
    return ""


def perform_all(
    plans: Sequence[Any], progress: Progress, cancelled: Callable[[], bool]
) -> list[tuple[int, Any]]:
    """Every plan, one after the other: (uid, Performed or exception). Knows no bpy."""
    from ...speak import generation

    results: list[tuple[int, Any]] = []
    for i, plan in enumerate(plans):

        def told(fraction: float, stage: str, i: int = i) -> None:
            if cancelled():
                raise Cancelled("Stopped: nothing was written.")
            name = _STAGES.get(stage, stage)
            if len(plans) > 1:
                name = f"{name} ({i + 1} of {len(plans)})"
            progress((i + fraction) / len(plans), name)

        try:
            results.append((plan.uid, generation.perform(plan, told, cancelled)))
        except Cancelled:
            raise
        except Exception as error:  # one line's fault must not cost the others theirs
            results.append((plan.uid, error))
    return results


class BILABIAL_OT_generate(bpy.types.Operator):
    bl_description = (
        "Listen to the sound and key the character's mouth. Keys that you edited by hand are kept "
        "when you generate again"
    )

    bl_idname = "bilabial.generate"
    bl_label = "Generate Lip-Sync"
    bl_options = {"REGISTER", "UNDO"}

    scope: EnumProperty(
        name="Lines",
        items=(
            ("ACTIVE", "This line", "Generate the line that the panel shows"),
            ("ALL", "All lines", "Generate every line of the scene that is ticked"),
        ),
        default="ACTIVE",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        if properties.scope == "ALL":
            return "Generate every ticked line of the scene. Keys that you edited by hand are kept"
        return cls.bl_description

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.window_manager.bilabial.running:
            cls.poll_message_set(why_not(context))
            return False
        if len(context.scene.bilabial.lines):
            return True  # the scope is not known here; a line that cannot be generated says so in the report
        reason = why_not(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        if not self._prepare(context):
            return {"CANCELLED"}
        job = Job(lambda progress, cancelled: perform_all(self._plans, progress, cancelled))
        outcome = job.run_here().poll()
        assert outcome is not None  # a job that ran here has ended
        return self._finish(context, outcome)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if bpy.app.background or context.window is None:
            return self.execute(context)
        if not self._prepare(context):
            return {"CANCELLED"}
        plans = self._plans
        self._job = Job(lambda progress, cancelled: perform_all(plans, progress, cancelled)).start()
        window = context.window_manager
        window.bilabial.running, window.bilabial.fraction, window.bilabial.stage = True, 0.0, "Starting"
        self._timer = window.event_timer_add(_TICK, window=context.window)
        window.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type == "ESC" and event.value == "PRESS":
            self.cancel(context)
            self.report({"INFO"}, "Stopped: nothing was written.")
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        outcome = self._job.poll()
        if outcome is None:
            self._show_progress(context)
            return {"PASS_THROUGH"}
        self._leave(context)
        return self._finish(context, outcome)

    def _show_progress(self, context: bpy.types.Context) -> None:
        """Drawing costs more than the work: only what has changed is drawn again."""
        state = context.window_manager.bilabial
        fraction = round(self._job.fraction, 2)
        if (round(state.fraction, 2), state.stage) == (fraction, self._job.stage):
            return
        state.fraction, state.stage = fraction, self._job.stage
        context.workspace.status_text_set(f"Lip-sync: {state.stage}, {fraction:.0%}. Esc stops it.")
        _redraw(context)

    def cancel(self, context: bpy.types.Context) -> None:
        """Esc, or Blender ends the operator (another file is opened)."""
        self._job.cancel()
        self._leave(context)
        self._put_back(context.scene)

    def _leave(self, context: bpy.types.Context) -> None:
        context.window_manager.event_timer_remove(self._timer)
        context.window_manager.bilabial.running = False
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        _redraw(context)

    # The two halves that both ways share

    def _prepare(self, context: bpy.types.Context) -> bool:
        """Plan every line. False after an error report."""
        from ...speak import generation

        scene = context.scene
        ours = scene.bilabial
        self._scene_name = scene.name
        wanted = (
            [line for line in ours.lines if line.enabled] if self.scope == "ALL" else [lines.active(scene)]
        )
        self._before = [(line.uid, line.character, line.strip) for line in wanted]
        self._plans: list[Any] = []
        self._refused: list[tuple[int, BaseException]] = []
        for line in wanted:
            lines.complete(context, line)
            try:
                self._plans.append(generation.plan(context, line))
            except EXPECTED as error:
                self._refused.append((line.uid, error))
        if self._plans:
            return True
        for uid, why in self._refused:
            self._note(scene, uid, sentence(why), failed=True)
        self._put_back(scene)
        text = (
            sentence(self._refused[0][1])
            if self._refused
            else "the table has no ticked line: add lines with +, and tick those to generate"
        )
        self.report({"ERROR"}, _capital(text))
        return False

    def _put_back(self, scene: bpy.types.Scene) -> None:
        """The guesses that were written down go again."""
        for uid, character, strip in self._before:
            line = _line(scene, uid)
            if line is not None:
                line.character, line.strip = character, strip

    def _finish(self, context: bpy.types.Context, outcome: Outcome) -> set[str]:
        from ...speak import delivery, in_scene

        scene = bpy.data.scenes.get(self._scene_name)
        if scene is None:
            self.report({"ERROR"}, "The scene was removed meanwhile: nothing was written.")
            return {"CANCELLED"}
        if outcome.error is not None or outcome.cancelled:
            self._put_back(scene)
            if outcome.error is None or isinstance(outcome.error, Cancelled):
                self.report({"INFO"}, "Stopped: nothing was written.")
            else:
                self.report({"ERROR"}, _capital(sentence(outcome.error)))
            return {"CANCELLED"}
        texts: list[str] = []
        failures: list[tuple[int, BaseException]] = list(self._refused)
        conflicts = 0
        plans = {plan.uid: plan for plan in self._plans}
        for uid, done in outcome.result:
            if isinstance(done, BaseException):
                failures.append((uid, done))
                continue
            try:
                line = self._settle(scene, uid)
                report = delivery.deliver_fresh(scene, line, done)
                if report.conflicts:
                    conflicts += len(report.conflicts)
                    in_scene.select_conflicts(line, report.conflicts)
            except Exception as error:  # the keys are back as they were; the user is told
                failures.append((uid, error))
                continue
            line.report, line.failed = report.text(), False
            texts.append(f"{lines.title(line)}: {report.text()}")
        for uid, why in failures:
            self._note(scene, uid, sentence(why), failed=True)
            texts.append(f"{self._name(scene, uid)}: {sentence(why)}")
        scene.bilabial.report = "\n".join(texts)
        if len(failures) == len(plans) + len(self._refused):
            self._put_back(scene)
            self.report({"ERROR"}, _capital(sentence(failures[0][1])))
            return {"CANCELLED"}
        kind = "WARNING" if failures or conflicts else "INFO"
        self.report(
            {kind}, texts[0].split("\n")[0] if len(texts) == 1 else _summary(len(texts), len(failures))
        )
        return {"FINISHED"}

    def _settle(self, scene: bpy.types.Scene, uid: int) -> Line:
        """The line of a finished take; a draft becomes a line."""
        return lines.standing(scene, uid) if uid else lines.add(scene, like=scene.bilabial.draft)

    def _note(self, scene: bpy.types.Scene, uid: int, text: str, failed: bool) -> None:
        line = _line(scene, uid)
        if line is not None:
            line.report, line.failed = text, failed

    def _name(self, scene: bpy.types.Scene, uid: int) -> str:
        line = _line(scene, uid)
        return lines.title(line) if line is not None else "a line"


def _line(scene: bpy.types.Scene, uid: int) -> Line | None:
    """Found anew each time: an undo in between makes new objects of everything. 0 is the draft."""
    return lines.by_uid(scene, uid) if uid else scene.bilabial.draft


def _summary(count: int, failed: int) -> str:
    done = f"{count - failed} of {count} lines have lip-sync"
    return f"{done}; {failed} failed, see the report." if failed else f"{done}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _redraw(context: bpy.types.Context) -> None:
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":  # the sidebar alone: the scene itself has not changed
                        region.tag_redraw()


CLASSES = (BILABIAL_OT_generate,)
