# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a line: another word in one's place, a word elsewhere. Only that stretch is solved again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import BilabialError, PhoneError
from ..bilabial.timing import SAMPLE_RATE
from ..host import preferences
from ..host.without_callbacks import quiet
from ..keys import fcurves
from ..line import audio, takes
from . import phones
from .in_scene import held_places

if TYPE_CHECKING:
    from ..bilabial.curves.take import Take
    from ..bilabial.phonemes.pronounce import Word
    from ..bilabial.phonemes.respell import Hear
    from ..line.line import Line


_SAME_S = 1e-5  # the panel's numbers have 32 bits


def rewrite(scene: bpy.types.Scene, line: Line, number: int, text: str) -> str:
    """Word ``number`` as ``text``, found in its own stretch of the sound; empty: no word, its phones stay."""
    from ..bilabial.phonemes.merge import merge_phones
    from ..bilabial.phonemes.respell import respell

    take, _ = takes.keyed(line)
    if not 0 <= number < len(take.words):
        raise BilabialError("this line has no such word: generate it with words first")
    if text.strip() == take.words[number].text:
        return "Nothing changed."
    new = _pronounced(scene, line, text) if text.strip() else []
    seconds = takes.duration(take)
    made = respell(take.phones, take.words, number, new, seconds, _ear(scene, line, take))
    heard = takes.heard(line)
    said = phones.apply(scene, line, made.phones, made.words)

    # What is heard is held against these words from now on; sounds corrected elsewhere stay corrections.
    if heard is not None:
        rebased, _ = merge_phones(take.phones, made.phones, heard)
        takes.store_heard(line, None if tuple(rebased) == tuple(made.phones) else rebased)
    else:
        takes.store_heard(line, None)
    with quiet():
        line.text = " ".join(word.text for word in made.words)
    return said


def move(scene: bpy.types.Scene, line: Line, number: int, start: float, end: float) -> str:
    """A word from ``start`` to ``end`` (s), its phones in proportion; its neighbours make room."""
    from ..bilabial.phonemes.edits import place

    track = takes.keyed(line)[0].phones
    first, last = span_of(line, number)
    here = track.phones[first].start, track.phones[last].end
    start, end = (
        now if abs(now - was) > _SAME_S else was for now, was in zip((start, end), here, strict=True)
    )
    return phones.apply(scene, line, place(track, first, last, start, end))


def move_border(scene: bpy.types.Scene, line: Line, index: int, side: str, seconds: float) -> str:
    """The ``start`` or ``end`` of a phone at another moment, its neighbour's with it where they touch."""
    from ..bilabial.phonemes.edits import move_border as moved

    track = takes.keyed(line)[0].phones
    if not 0 <= index < len(track):
        raise PhoneError("this line has no such phone: choose one in the list")
    return phones.apply(scene, line, moved(track, index, side, seconds))


def span_of(line: Line, number: int) -> tuple[int, int]:
    """The first and the last phone of a word."""
    take, _ = takes.keyed(line)
    own = [i for i, phone in enumerate(take.phones) if phone.word == number and not phone.is_silence]
    if not own:
        named = repr(take.words[number].text) if 0 <= number < len(take.words) else "this word"
        raise PhoneError(f"{named} has no phones here: it was not heard, so write what is said instead")
    return own[0], own[-1]


def select(line: Line, number: int) -> int:
    """Select the keys of a word's stretch in the graph editor, and nothing else on the line's channels."""
    take, before = takes.keyed(line)
    word = take.words[number]
    frames = [(float(before.clock.frames(word.start)), float(before.clock.frames(word.end)))]
    return sum(fcurves.select(channels, target, frames) for _, target, channels in held_places(line, before))


def _pronounced(scene: bpy.types.Scene, line: Line, text: str) -> list[Word]:
    from ..bilabial.phonemes.lexicon import lexicon_beside, read_lexicon
    from ..bilabial.phonemes.pronounce import words_of

    beside = lexicon_beside(audio.hear(scene, line).file.parent)
    lexicon = None if beside is None else read_lexicon(beside)
    return words_of(text, line.language.strip() or "en", lexicon)


def _ear(scene: bpy.types.Scene, line: Line, take: Take) -> Hear:
    """What the line's model hears in any stretch of its sound."""
    from ..bilabial.models.store import cached_model, default_model
    from ..bilabial.phonemes.respell import ear

    hearing = audio.hear(scene, line)
    model = cached_model(preferences.model_folder(bpy.context, line.model) or default_model())
    count = round(takes.duration(take) * SAMPLE_RATE)
    return ear(lambda first, stop: audio.decode_part(hearing, first, stop), count, hearing.name, model)
