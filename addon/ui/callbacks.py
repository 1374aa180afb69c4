# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens when a person changes a property in the interface. Code that sets the same properties does it
quietly (host/without_callbacks.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import BilabialError
from ..bilabial.refusals import EXPECTED, sentence
from ..host.without_callbacks import is_quiet, quiet
from ..line import lines

if TYPE_CHECKING:
    from ..line.line import Line, Lines, Phone, Term, Word


def _said(line: Line, error: BilabialError) -> None:
    """An update callback cannot report; the panel shows the sentence instead."""
    line.report, line.failed = str(error), True


def style_changed(line: Line, _context: bpy.types.Context) -> None:
    from ..speak import delivery

    if is_quiet() or line.take is None:
        return
    try:
        report = delivery.restyle(line.id_data, line)
    except BilabialError as error:
        _said(line, error)
    else:
        line.report, line.failed = report.text(), False


def character_chosen(line: Line, _context: bpy.types.Context) -> None:
    if not is_quiet():
        line.report, line.failed = "", False


def text_changed(line: Line, _context: bpy.types.Context) -> None:
    """What the ear said against another text counts no more."""
    line.text_doubt = ""


def target_chosen(line: Line, _context: bpy.types.Context) -> None:
    """Keys on the face itself are baked for engines and other programs, which know whole frames alone."""
    if not is_quiet():
        line.whole_frames = line.target == "BAKE"


def phone_edited(phone: Phone, context: bpy.types.Context) -> None:
    from ..speak import phone_list, phones

    if is_quiet():
        return
    scene = phone.id_data
    # The line that holds the sound, whichever the panel shows.
    path, _, number = phone.path_from_id().rpartition(".phones[")
    line = scene.path_resolve(path)
    try:
        phones.apply_item(scene, line, int(number.rstrip("]")))
    except BilabialError as error:
        _said(line, error)
        with quiet():
            phone_list.fill_list(line)


def _line_of_word(word: Word) -> Line:
    """The line that holds the word, whichever the panel shows."""
    line: Line = word.id_data.path_resolve(word.path_from_id().rpartition(".words")[0])
    return line


def _number_of(line: Line, word: Word) -> int:
    return next((i for i, one in enumerate(line.words) if one == word), -1)


def word_edited(word: Word, _context: bpy.types.Context) -> None:
    from ..speak import words

    if is_quiet():
        return
    line = _line_of_word(word)
    _apply_to_word(line, lambda: words.rewrite(line.id_data, line, _number_of(line, word), word.name))


def word_moved(word: Word, _context: bpy.types.Context) -> None:
    from ..speak import words

    if is_quiet():
        return
    line = _line_of_word(word)
    number = _number_of(line, word)
    _apply_to_word(line, lambda: words.move(line.id_data, line, number, word.start, word.end))


def _apply_to_word(line: Line, act: Callable[[], str]) -> None:
    from ..speak import phone_list

    try:
        line.report, line.failed = act(), False
    except EXPECTED as error:
        line.report, line.failed = sentence(error), True
        with quiet():
            phone_list.fill_list(line)


def word_chosen(line: Line, _context: bpy.types.Context) -> None:
    """Jump to the word, and to its first phone in the list of phones."""
    from ..line import takes

    if is_quiet() or not 0 <= line.word_index < len(line.words):
        return
    before = takes.written(line)
    if before is None:
        return
    start = line.words[line.word_index].start
    with quiet():
        for index, phone in enumerate(line.phones):
            if phone.end > start + 1e-3:
                line.phone_index = index
                break
    frame = float(before.clock.frames(start))
    line.id_data.frame_set(int(frame), subframe=frame - int(frame))


def phone_chosen(line: Line, context: bpy.types.Context) -> None:
    """Jump to the phone, so that the mouth shows it."""
    from ..line import takes

    if is_quiet() or not 0 <= line.phone_index < len(line.phones) or context is None:
        return
    before = takes.written(line)
    if before is not None:
        phone = line.phones[line.phone_index]
        frame = float(before.clock.frames(phone.start))
        line.id_data.frame_set(int(frame), subframe=frame - int(frame))


def sound_shown(_ours: Lines, context: bpy.types.Context) -> None:
    from .sound_band import redraw

    redraw(context)


def line_chosen(_scene: Lines, _context: bpy.types.Context) -> None:
    if not is_quiet():
        control_chosen(_scene, _context)


def control_chosen(ours: Lines, _context: bpy.types.Context) -> None:
    from ..retarget import table

    if is_quiet():
        return
    with quiet():
        table.fill_table(ours.id_data)


def preview_changed(ours: Lines, _context: bpy.types.Context) -> None:
    from ..retarget import preview

    if is_quiet():
        return
    try:
        preview.show_preview(ours.id_data)
    except BilabialError as error:
        _said(lines.active(ours.id_data), error)


def term_changed(term: Term, _context: bpy.types.Context) -> None:
    from ..retarget import table

    if is_quiet():
        return
    scene = term.id_data
    try:
        table.apply_table(scene)
    except BilabialError as error:
        _said(lines.active(scene), error)
