# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the sound under the keys (sound_band.py). Nothing here is asked in background mode."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import bpy

from ..bilabial.controls import CLOSERS, VOWELS
from ..bilabial.errors import BilabialError
from ..line.lines import SURE
from .sound_band import Band, Grip, band_in

if TYPE_CHECKING:
    import numpy as np

    from ..bilabial.phonemes.track import SaidWord
    from ..line.audio import Hearing

Colour = tuple[float, float, float, float]
Box = tuple[float, float, float, float]  # left, low, right, high: pixels of the region

_GROUND = (0.07, 0.07, 0.08, 0.82)
_WAVE = (0.36, 0.62, 0.85, 0.9)
_WORD, _CHOSEN, _ALERT = (0.25, 0.33, 0.42, 0.95), (0.30, 0.48, 0.72, 0.95), (0.62, 0.22, 0.20, 0.95)
_VOWEL, _CLOSED, _OTHER = (0.27, 0.37, 0.30, 0.95), (0.45, 0.36, 0.20, 0.95), (0.22, 0.24, 0.27, 0.95)
_LOST = (0.36, 0.14, 0.13, 0.95)  # a word that the sound does not say
_TEXT, _HELD = (0.92, 0.92, 0.93, 1.0), (1.0, 0.75, 0.25, 1.0)
_LEAST_ROOM = 0.05  # seconds between two words in which one could be missing
_NARROWEST = 5.0  # pixels of a sound that is drawn by itself
_SPACES = ("SpaceDopeSheetEditor", "SpaceGraphEditor", "SpaceSequenceEditor")

held: Grip | None = None  # under the mouse, or in its hand
held_at: tuple[float, float] | None = None  # where the hand has it now: start and end in seconds
_hearings: dict[str, Hearing | None] = {}  # by the take's stamp: asking a strip may mean reading its sound
_handles: list[tuple[Any, object]] = []


def _draw() -> None:
    context = bpy.context
    if not context.scene.bilabial.show_sound or context.region is None:
        return
    if context.area.type == "SEQUENCE_EDITOR" and context.space_data.view_type == "PREVIEW":
        return
    band = band_in(context, context.region)
    if band is None or band.last < 0.0 or band.first > band.take.sound.duration:
        return
    words, wave, top = band.rows
    left, right = max(0.0, band.x(0.0)), min(float(band.width), band.x(band.take.sound.duration))
    _boxes([(left, band.bottom, right, top)], _GROUND)
    _waveform(context, band, wave, top)
    _words(band, words, wave)
    _sounds(band, words)
    _hand(band, top)


def _waveform(context: bpy.types.Context, band: Band, low: float, high: float) -> None:
    import numpy

    from ..line import peaks

    cells = _cells(context, band)
    if cells is None or not len(cells):
        return
    parts = peaks.columns(cells, band.first, band.last, band.width)
    middle, reach = (low + high) / 2, (high - low) / 2 - 2
    loudest = max(0.05, float(abs(cells).max()))
    points = numpy.empty((2 * band.width, 2), numpy.float32)
    points[:, 0] = numpy.repeat(numpy.arange(band.width) + 0.5, 2)
    points[:, 1] = middle + parts.reshape(-1) * (reach / loudest)
    points[1::2, 1] += 1.0  # silence is a line
    inside = (points[:, 0] >= band.x(0.0)) & (points[:, 0] <= band.x(band.take.sound.duration))
    _shape(points[inside], _WAVE, "LINES")


def _cells(context: bpy.types.Context, band: Band) -> np.ndarray | None:
    from ..line import audio, peaks

    stamp = band.line.take.get("bilabial_stamp", "")
    if stamp not in _hearings:
        if len(_hearings) > 32:
            _hearings.clear()
        try:
            _hearings[stamp] = audio.hear(context.scene, band.line)
        except BilabialError:
            _hearings[stamp] = None
    hearing = _hearings[stamp]
    return peaks.peaks(hearing, _arrived) if hearing is not None else None


def _arrived() -> None:
    """Called in another thread: Blender may only be asked from its own."""
    bpy.app.timers.register(_redraw_all, first_interval=0.0)


def _redraw_all() -> None:
    from .sound_band import redraw

    redraw(bpy.context)


def _words(band: Band, low: float, high: float) -> None:
    chosen = band.line.word_index
    said = [(index, word) for index, word in enumerate(band.take.words) if word.heard]
    first = bisect_left([word.end for _, word in said], band.first)
    stop = bisect_right([word.start for _, word in said], band.last)
    boxes: dict[Colour, list[Box]] = {}
    for index, word in said[first:stop]:
        colour = _ALERT if word.confidence < SURE else _CHOSEN if index == chosen else _WORD
        boxes.setdefault(colour, []).append((band.x(word.start), low + 1, band.x(word.end) - 1, high - 1))
    lost = [one for one in _unheard(band.take.words) if one[2] > band.first and one[1] < band.last]
    for _, before, after in lost:
        boxes.setdefault(_LOST, []).append((band.x(before) + 1, low + 1, band.x(after) - 2, high - 1))
    for colour, several in boxes.items():
        _boxes(several, colour)
    for text, before, after in lost:
        _text(band, text, band.x(before), band.x(after), low + 4 * band.scale, 11)
    for _, word in said[first:stop]:
        _text(band, word.text, band.x(word.start), band.x(word.end), low + 4 * band.scale, 11)


def _unheard(words: Sequence[SaidWord]) -> list[tuple[str, float, float]]:
    """Words that the sound does not say, several in a row as one, and the room between their neighbours."""
    found: list[tuple[str, float, float]] = []
    end = 0.0
    texts: list[str] = []
    for word in words:
        if not word.heard:
            texts.append(word.text)
            continue
        if texts and word.start - end > _LEAST_ROOM:
            found.append((" ".join(texts), end, word.start))
        end, texts = word.end, []
    return found


def _sounds(band: Band, high: float) -> None:
    phones = band.take.phones.phones
    first = bisect_left([phone.end for phone in phones], band.first)
    stop = bisect_right([phone.start for phone in phones], band.last)
    boxes: dict[Colour, list[Box]] = {}
    seen = [phone for phone in phones[first:stop] if not phone.is_silence]
    for phone in seen:
        colour = _CLOSED if phone.group in CLOSERS else _VOWEL if phone.group in VOWELS else _OTHER
        if phone.confidence < SURE:
            colour = _ALERT
        boxes.setdefault(colour, []).append(
            (band.x(phone.start), band.bottom, band.x(phone.end) - 1, high - 1)
        )
    for colour, several in boxes.items():
        _boxes(several, colour)
    for phone in seen:
        if band.x(phone.end) - band.x(phone.start) > _NARROWEST:
            low = band.bottom + 3 * band.scale
            _text(band, phone.label, band.x(phone.start), band.x(phone.end), low, 10)


def _hand(band: Band, high: float) -> None:
    """The border under the mouse, or what it drags."""
    if held is None:
        return
    if held_at is None:
        if held.side != "body":
            x = band.x(held.seconds)
            _boxes([(x - 1, band.bottom, x + 1, high)], _HELD)
        return
    start, end = (band.x(moment) for moment in held_at)
    _boxes([(start - 1, band.bottom, start + 1, high), (end - 1, band.bottom, end + 1, high)], _HELD)
    _boxes([(start, band.bottom, end, high)], (*_HELD[:3], 0.18))


def _text(band: Band, text: str, left: float, right: float, low: float, size: int) -> None:
    """A text in the middle of its box, as far as there is room."""
    import blf

    blf.size(0, size * band.scale)
    width = blf.dimensions(0, text)[0]
    if width > right - left - 2:
        return
    blf.color(0, *_TEXT)
    blf.position(0, (left + right - width) / 2, low, 0)
    blf.draw(0, text)


def _boxes(boxes: list[Box], colour: Colour) -> None:
    points = []
    for left, low, right, high in boxes:
        right = max(right, left + 1.0)
        points += [(left, low), (right, low), (right, high), (left, low), (right, high), (left, high)]
    _shape(points, colour, "TRIS")


def _shape(points: Any, colour: Colour, kind: str) -> None:
    import gpu
    from gpu_extras.batch import batch_for_shader

    if not len(points):
        return
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")  # which drawing a text takes back
    shader.bind()
    shader.uniform_float("color", colour)
    batch_for_shader(shader, kind, {"pos": points}).draw(shader)
    gpu.state.blend_set("NONE")


def register() -> None:
    if bpy.app.background:
        return
    for name in _SPACES:
        space = getattr(bpy.types, name)
        _handles.append((space, space.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL")))


def unregister() -> None:
    while _handles:
        space, handle = _handles.pop()
        space.draw_handler_remove(handle, "WINDOW")
    if bpy.app.timers.is_registered(_redraw_all):
        bpy.app.timers.unregister(_redraw_all)
