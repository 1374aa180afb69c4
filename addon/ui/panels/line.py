# SPDX-License-Identifier: GPL-3.0-or-later
"""The line: who says what, the button and how it went; its settings."""

import functools

import bpy

from ...bilabial.errors import BilabialError
from ...host import preferences
from ...line import lines
from ...line.line import Line
from ..operators.generate import why_not_line
from ._common import Panel, sentences, width_of


class VIEW3D_PT_bilabial(Panel, bpy.types.Panel):
    bl_label = "Lip-Sync"

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        self.layout.operator("bilabial.manual", text="", icon="HELP", emboss=False)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        scene = context.scene
        line = lines.active(scene)

        column = layout.column()
        column.prop(line, "character")
        guessed = lines.character_of(line, context)
        if line.character is None and guessed is not None:
            column.label(text=f"From the selection: {guessed.name}", icon="BLANK1")
        self._rig(context, column, line, guessed)

        self._sound(layout.column(), scene, line)

        row = layout.column().row(align=True)
        row.use_property_split = False
        row.prop(line, "target", expand=True)
        self._text(context, layout, line)
        self._doing(context, layout, line)
        self._words(context, layout, line)
        row = layout.row(align=True)
        row.operator("bilabial.clear", icon="X")
        row.operator("bilabial.restore", icon="LOOP_BACK")

    @staticmethod
    def _sound(column: bpy.types.UILayout, scene: bpy.types.Scene, line: Line) -> None:
        row = column.row(align=True)
        row.use_property_split = False
        row.prop(line, "source", expand=True)
        if line.source == "STRIP":
            column.prop(line, "strip", icon="SOUND")
            if not line.strip:
                name = lines.guess_strip(scene)
                column.label(
                    text=f"The next one: {name}" if name else "No sound strip in the sequencer", icon="BLANK1"
                )
        elif line.source == "SPEAKER":
            column.prop(line, "speaker")
        else:
            column.prop(line, "file", text="File")
            column.prop(line, "start")
            column.prop(line, "lay_sound")

    @staticmethod
    def _text(context: bpy.types.Context, layout: bpy.types.UILayout, line: Line) -> None:
        """What is said, before the button: the person's words, or the wish to have them found."""
        column = layout.column()
        row = column.row(align=True)
        row.alert = bool(line.text_doubt)
        row.prop(line, "text", placeholder="Heard by itself")
        row.operator("bilabial.check_text", text="", icon="VIEWZOOM")
        if not line.text:
            column.prop(line, "find_words")
            if line.find_words:
                column.prop(line, "language", placeholder="As heard")
            return
        if line.text_doubt:
            sentences(column, line.text_doubt, width_of(context), "ERROR")
        column.prop(line, "language", placeholder="en")
        lacking = _lacks_for(line.language.strip() or "en")
        if lacking:
            sentences(column, lacking, width_of(context), "ERROR")

    @staticmethod
    def _words(context: bpy.types.Context, layout: bpy.types.UILayout, line: Line) -> None:
        """What was found, after it: each word with its time, red where text and sound disagree."""
        if not len(line.words):
            return
        row = layout.row()
        row.template_list("BILABIAL_UL_words", "", line, "words", line, "word_index", rows=4)
        column = row.column(align=True)
        column.operator("bilabial.word_select", text="", icon="RESTRICT_SELECT_OFF")
        column.operator("bilabial.word_range", text="", icon="PREVIEW_RANGE")
        column.separator()
        column.prop(context.scene.bilabial, "show_sound", text="", icon="SOUND")
        column.operator("bilabial.drag_borders", text="", icon="ARROW_LEFTRIGHT")
        if 0 <= line.word_index < len(line.words):
            word = line.words[line.word_index]
            row = layout.row(align=True)
            row.use_property_split = False
            row.enabled = word.heard
            row.prop(word, "start")
            row.prop(word, "end")

    @staticmethod
    def _doing(context: bpy.types.Context, layout: bpy.types.UILayout, line: Line) -> None:
        """The button, how it is going, how it went, or why it is off."""
        from ...speak import following

        state = context.window_manager.bilabial
        column = layout.column()
        column.scale_y = 1.5
        if state.running:
            column.progress(factor=state.fraction, type="BAR", text=f"{state.stage} (Esc stops)")
        else:
            again = line.take is not None
            column.operator(
                "bilabial.generate",
                text="Generate Again" if again else "Generate Lip-Sync",
                icon="PLAY_SOUND",
            ).scope = "ACTIVE"
        if not state.running and line.take is not None and following.has_moved(context.scene, line):
            layout.operator("bilabial.follow", icon="UV_SYNC_SELECT")
        if line.report:
            box = layout.box()
            sentences(box, line.report, width_of(context), "ERROR" if line.failed else "CHECKMARK")
            if (
                not line.failed
                and line.take is not None
                and line.take.get("bilabial_conflicts", "[]") != "[]"
            ):
                box.operator("bilabial.select_conflicts", icon="RESTRICT_SELECT_OFF")
        elif not state.running:
            reason = why_not_line(context, line)
            if reason:
                sentences(layout, reason + ".", width_of(context), "INFO")

    @staticmethod
    def _rig(
        context: bpy.types.Context, column: bpy.types.UILayout, line: Line, character: bpy.types.Object | None
    ) -> None:
        column.prop(line, "rig", text="Rig", placeholder="Recognised by itself")
        if line.own_profile is not None:
            column.prop(line, "own_profile", text="Own")
            return
        if line.rig or character is None:
            return
        state, text = recognised(character)
        sentences(column, text, width_of(context), "CHECKMARK" if state else "ERROR")


_known: dict[tuple[object, ...], tuple[bool, str]] = {}


def recognised(character: bpy.types.Object) -> tuple[bool, str]:
    """(known, sentence) about a character's rig. Remembered until one of its names changes."""
    from ...rig import rig_probe, speech

    if character.override_library is not None and speech.has_controls(character):
        return True, "Prepared in its own file."
    try:
        probed = rig_probe.probe(character)
        names = probed.names()
        key = (character.session_uid, names.shape_keys, names.bones, names.properties)
        if key not in _known:
            if len(_known) > 16:
                _known.clear()
            found, _ = rig_probe.identify(probed)
            share = f"{found.confidence:.0%}"
            _known[key] = True, f"{found.profile.title} ({share}).{rig_probe.note_on_empty(probed)}"
    except BilabialError as error:
        return False, str(error)
    return _known[key]


@functools.lru_cache(maxsize=64)
def _lacks_for(language: str) -> str:
    """What words in a language need and this machine lacks; empty where nothing is."""
    from ...bilabial.phonemes.pronounce import lacks_for

    return lacks_for(language)


class VIEW3D_PT_bilabial_settings(Panel, bpy.types.Panel):
    bl_label = "Settings"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        line = lines.active(context.scene)
        layout.prop(line, "model", placeholder="The best installed")
        about = preferences.model_summary(context, line.model)
        if about:
            sentences(layout, about, width_of(context), icon="INFO")
        layout.prop(line, "phones_file")
        layout.prop(line, "tolerance")
        column = layout.column(heading="Range")
        row = column.row(align=True)
        row.prop(line, "use_range", text="")
        sub = row.row(align=True)
        sub.active = line.use_range
        sub.prop(line, "range_first", text="")
        sub.prop(line, "range_last", text="")
        layout.prop(line, "place", expand=True)
        layout.prop(line, "whole_frames")
        column = layout.column(heading="Stepped")
        row = column.row(align=True)
        row.prop(line, "stepped", text="")
        sub = row.row(align=True)
        sub.active = line.stepped
        sub.prop(line, "hold", text="Hold")
        layout.separator()
        column = layout.column(align=True)
        column.operator("bilabial.prepare", icon="DRIVER")
        column.operator("bilabial.remove_controls", icon="TRASH")
        if line.take is not None:
            onto = "BAKE" if line.target == "CONTROLS" else "CONTROLS"
            text = "Controls to Keys" if onto == "BAKE" else "Keys to Controls"
            column.operator("bilabial.switch", text=text, icon="UV_SYNC_SELECT").target = onto
