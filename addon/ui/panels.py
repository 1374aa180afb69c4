# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar of the 3D view, tab Lip-Sync. Drawing reads; operators and property updates act."""

import functools
from typing import Any

import bpy

from ..bilabial.controls import COARTICULATIONS, SHAPES, VISEMES
from ..bilabial.errors import BilabialError
from ..host import compat
from ..host.lazy_imports import following, rig_probe, speech
from ..line import lines
from ..line.line import Line
from .operators.borders import draw_switch
from .operators.generate import why_not_line
from .operators.style import PRESETS

_CATEGORY = "Lip-Sync"


class _Panel:
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = _CATEGORY


def _sentences(layout: bpy.types.UILayout, text: str, width: int, icon: str = "NONE") -> None:
    """A text broken into lines, since a label does not wrap."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for paragraph in text.split("\n"):
        row = ""
        for word in paragraph.split():
            if row and len(row) + len(word) + 1 > width:
                column.label(text=row, icon=icon)
                row, icon = "", "BLANK1" if icon != "NONE" else "NONE"
            row = f"{row} {word}".strip()
        if row:
            column.label(text=row, icon=icon)
            icon = "BLANK1" if icon != "NONE" else "NONE"


def _width(context: bpy.types.Context) -> int:
    """Letters that fit beside an icon in the sidebar."""
    scale = context.preferences.system.ui_scale
    return max(20, int((context.region.width / scale - 60) / 6.6))


class VIEW3D_PT_bilabial(_Panel, bpy.types.Panel):
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
        column.prop(line, "text", placeholder="Heard by itself")
        if not line.text:
            column.prop(line, "find_words")
            return
        column.prop(line, "language")
        lacking = _lacks_for(line.language.strip() or "en")
        if lacking:
            _sentences(column, lacking, _width(context), "ERROR")

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
            _sentences(box, line.report, _width(context), "ERROR" if line.failed else "CHECKMARK")
            if (
                not line.failed
                and line.take is not None
                and line.take.get("bilabial_conflicts", "[]") != "[]"
            ):
                box.operator("bilabial.select_conflicts", icon="RESTRICT_SELECT_OFF")
        elif not state.running:
            reason = why_not_line(context, line)
            if reason:
                _sentences(layout, reason + ".", _width(context), "INFO")

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
        _sentences(column, text, _width(context), "CHECKMARK" if state else "ERROR")


_known: dict[tuple[object, ...], tuple[bool, str]] = {}


def recognised(character: bpy.types.Object) -> tuple[bool, str]:
    """(known, sentence) about a character's rig. Remembered until one of its names changes."""
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
    from ..bilabial.phonemes.pronounce import lacks_for

    return lacks_for(language)


class VIEW3D_PT_bilabial_settings(_Panel, bpy.types.Panel):
    bl_label = "Settings"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        line = lines.active(context.scene)
        layout.prop(line, "model", placeholder="The best installed")
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


class VIEW3D_PT_bilabial_style(_Panel, bpy.types.Panel):
    bl_label = "Style"
    bl_parent_id = "VIEW3D_PT_bilabial"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        grid = layout.grid_flow(columns=3, even_columns=True, align=True, row_major=True)
        for key, label, _ in PRESETS:
            grid.operator("bilabial.style_preset", text=label).name = key
        grid.operator("bilabial.pad", text="Pad", icon="EMPTY_AXIS")
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column(align=True)
        column.enabled = line.take is not None
        column.prop(line, "jaw", slider=True)
        column.prop(line, "lip", slider=True)
        column.prop(line, "lead", slider=True)
        column = layout.column(heading="Only frames")
        row = column.row(align=True)
        row.prop(line, "style_range", text="")
        sub = row.row(align=True)
        sub.active = line.style_range
        sub.prop(line, "style_first", text="")
        sub.prop(line, "style_last", text="")
        sub.operator("bilabial.style_whole", text="", icon="X")


class VIEW3D_PT_bilabial_gains(_Panel, bpy.types.Panel):
    bl_label = "Strength of Each Shape"
    bl_parent_id = "VIEW3D_PT_bilabial_style"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        layout.enabled = line.take is not None
        for title, names in (("Sounds", VISEMES), ("Without their jaw", COARTICULATIONS)):
            layout.label(text=title)
            grid = layout.grid_flow(columns=2, even_columns=True, align=True, row_major=True)
            for name in names:
                grid.prop(line, "gains", index=SHAPES.index(name), text=name, slider=True)


class BILABIAL_UL_words(bpy.types.UIList):
    """Words with their times."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: Any,
    ) -> None:
        row = layout.row(align=True)
        row.alert = not item.heard or item.confidence < lines.SURE  # text and sound disagree: look here first
        split = row.split(factor=0.65)
        split.prop(item, "name", text="", emboss=False)
        time = split.row()
        time.alignment = "RIGHT"
        time.label(text=f"{item.start:.2f} s" if item.heard else "not heard")


class BILABIAL_UL_phones(bpy.types.UIList):
    """Sounds with their times."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: Any,
    ) -> None:
        row = layout.row(align=True)
        row.alert = item.confidence < lines.SURE  # where the network was not sure, look first
        split = row.split(factor=0.65)
        name = split.row(align=True)
        name.prop(item, "name", text="", emboss=False)
        if item.group != item.name:
            name.label(text=item.group)
        time = split.row()
        time.alignment = "RIGHT"
        time.label(text=f"{item.start:.2f} s")


class VIEW3D_PT_bilabial_phones(_Panel, bpy.types.Panel):
    bl_label = "Sounds"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        line = lines.active(context.scene)
        row = layout.row()
        row.template_list("BILABIAL_UL_phones", "", line, "phones", line, "phone_index", rows=7)
        column = row.column(align=True)
        column.operator("bilabial.phone_insert", text="", icon="ADD")
        column.operator("bilabial.phone_delete", text="", icon="REMOVE")
        column.separator()
        column.operator("bilabial.phone_split", text="", icon="MOD_EDGESPLIT")
        column.separator()
        column.operator("bilabial.phones_as_heard", text="", icon="LOOP_BACK")
        if 0 <= line.phone_index < len(line.phones):
            phone = line.phones[line.phone_index]
            row = layout.row(align=True)
            row.prop(phone, "start")
            row.prop(phone, "end")
        row = layout.row(align=True)
        row.operator("bilabial.markers_show", text="Markers", icon="MARKER_HLT")
        row.operator("bilabial.markers_apply", text="Apply", icon="CHECKMARK")
        row.operator("bilabial.markers_hide", text="", icon="X")


class VIEW3D_PT_bilabial_on_top(_Panel, bpy.types.Panel):
    """What a hand adds to speech: expression on the very channels that speak."""

    bl_label = "Face on Top"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        owner = lines.character_of(lines.active(context.scene), context)
        return owner is not None and bool(speech.hands(owner))

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        owner = lines.character_of(lines.active(context.scene), context)
        column = layout.column(align=True)
        for name in speech.hands(owner):
            label = name.removeprefix("Speech + ")
            column.prop(owner, f'["{bpy.utils.escape_identifier(name)}"]', text=label, slider=True)


class BILABIAL_UL_lines(bpy.types.UIList):
    """Who says what, from which frame."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: Any,
    ) -> None:
        row = layout.row(align=True)
        row.prop(item, "enabled", text="")
        if item.failed:
            row.label(text="", icon="ERROR")
        else:
            row.label(text="", icon="CHECKMARK" if item.take is not None else "BLANK1")
        split = row.split(factor=0.4)
        split.label(text=item.character.name if item.character else "(choose)")
        split = split.split(factor=0.65)
        split.label(text=lines.sound_name(item) or "(choose)")
        split.label(text=_start_of(context.scene, item))


def _start_of(scene: bpy.types.Scene, line: Line) -> str:
    """The frame at which a line begins, as text; empty where the scene decides it later."""
    if line.source == "FILE":
        return f"{line.start:g}"
    if line.source == "STRIP":
        strip = next((s for s in compat.sound_strips(scene) if s.name == line.strip), None)
        return str(strip.frame_final_start) if strip is not None else ""
    return ""


class VIEW3D_PT_bilabial_scene(_Panel, bpy.types.Panel):
    bl_label = "Scene"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        ours = context.scene.bilabial
        row = layout.row()
        row.template_list("BILABIAL_UL_lines", "", ours, "lines", ours, "index", rows=4)
        column = row.column(align=True)
        column.operator("bilabial.line_add", text="", icon="ADD")
        column.operator("bilabial.line_remove", text="", icon="REMOVE")
        column.separator()
        column.operator("bilabial.line_move", text="", icon="TRIA_UP").direction = "UP"
        column.operator("bilabial.line_move", text="", icon="TRIA_DOWN").direction = "DOWN"
        column.separator()
        column.operator("bilabial.lines_import", text="", icon="IMPORT")
        row = layout.row(align=True)
        row.scale_y = 1.2
        row.operator("bilabial.generate", text="Generate All Lines", icon="PLAY_SOUND").scope = "ALL"
        row.operator("bilabial.report", text="", icon="TEXT")


class BILABIAL_UL_terms(bpy.types.UIList):
    """Channels that a control moves."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: Any,
    ) -> None:
        row = layout.row(align=True)
        row.active = not item.mute
        split = row.split(factor=0.62)
        split.label(text=item.channel)
        split.prop(item, "weight", text="")
        row.prop(item, "mute", text="", icon="HIDE_ON" if item.mute else "HIDE_OFF", emboss=False)


class VIEW3D_PT_bilabial_retarget(_Panel, bpy.types.Panel):
    bl_label = "Retarget"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        ours = context.scene.bilabial
        line = lines.active(context.scene)
        character = lines.character_of(line, context)
        if character is None:
            layout.label(text="Choose a character first.", icon="INFO")
            return
        known, text = recognised(character)
        _sentences(layout, text, _width(context), "CHECKMARK" if known else "ERROR")
        row = layout.row(align=True)
        row.operator("bilabial.retarget_edit", icon="GREASEPENCIL")
        row.operator("bilabial.retarget_load", text="", icon="FILEBROWSER")
        row.operator("bilabial.retarget_save", text="", icon="FILE_TICK")
        row = layout.row(align=True)
        row.operator("bilabial.retarget_teach", icon="ACTION")
        row.operator("bilabial.retarget_guess", icon="SHADERFX")
        row.operator("bilabial.retarget_drawings", icon="RENDERLAYERS")
        if line.own_profile is None:
            return
        row = layout.row(align=True)
        row.prop(ours, "control", text="")
        row.operator("bilabial.retarget_step", text="", icon="TRIA_LEFT").forward = False
        row.operator("bilabial.retarget_step", text="", icon="TRIA_RIGHT").forward = True
        row = layout.row(align=True)
        row.prop(ours, "preview", slider=True)
        row.operator("bilabial.retarget_rest", text="", icon="LOOP_BACK")
        row = layout.row()
        row.template_list("BILABIAL_UL_terms", "", ours, "terms", ours, "term_index", rows=5)
        column = row.column(align=True)
        column.operator("bilabial.term_add", text="", icon="ADD")
        column.operator("bilabial.term_remove", text="", icon="REMOVE")
        column.separator()
        column.operator("bilabial.term_mirror", text="", icon="MOD_MIRROR")
        if 0 <= ours.term_index < len(ours.terms):
            row = layout.row(align=True)
            row.prop(ours.terms[ours.term_index], "channel", text="")
            row.prop(ours.terms[ours.term_index], "part", text="")
        column = layout.column(align=True)
        column.operator("bilabial.retarget_alphabet", icon="PLAY")
        row = column.row(align=True)
        row.operator("bilabial.retarget_pose", icon="POSE_HLT")
        row.operator("bilabial.retarget_learn", icon="IMPORT")
        row = column.row(align=True)
        row.operator("bilabial.retarget_calibrate", icon="DRIVER_DISTANCE")
        row.operator("bilabial.retarget_check", icon="CHECKMARK")
        if ours.checks:
            box = layout.box()
            for found in ours.checks.split("\n"):
                self._finding(context, box, found)

    @staticmethod
    def _finding(context: bpy.types.Context, box: bpy.types.UILayout, found: str) -> None:
        mark, _, rest = found.partition(" ")
        text, _, control = rest.partition("\t")
        icon = {"ok": "CHECKMARK", "bad": "ERROR"}.get(mark, "INFO")
        row = box.row()
        _sentences(row, text, _width(context) - 4 * bool(control), icon)
        if control:
            row.operator("bilabial.retarget_show", text="", icon="HIDE_OFF", emboss=False).control = control


class VIEW3D_PT_bilabial_transfer(_Panel, bpy.types.Panel):
    bl_label = "Animation onto Another Rig"
    bl_parent_id = "VIEW3D_PT_bilabial_retarget"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(context.scene.bilabial, "target_character")
        layout.operator("bilabial.transfer", icon="ARMATURE_DATA")


CLASSES = (
    VIEW3D_PT_bilabial,
    VIEW3D_PT_bilabial_settings,
    VIEW3D_PT_bilabial_style,
    VIEW3D_PT_bilabial_gains,
    BILABIAL_UL_words,
    BILABIAL_UL_phones,
    VIEW3D_PT_bilabial_phones,
    VIEW3D_PT_bilabial_on_top,
    BILABIAL_UL_lines,
    VIEW3D_PT_bilabial_scene,
    BILABIAL_UL_terms,
    VIEW3D_PT_bilabial_retarget,
    VIEW3D_PT_bilabial_transfer,
)


# The editors that show the sound under the keys have its switch in their headers.
_HEADERS = ("DOPESHEET_HT_header", "GRAPH_HT_header", "SEQUENCER_HT_header")


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    for name in _HEADERS:
        getattr(bpy.types, name).append(draw_switch)


def unregister() -> None:
    for name in _HEADERS:
        getattr(bpy.types, name).remove(draw_switch)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
