"""Another word in one word's place: only its own stretch of the sound is laid out anew.

The word's sounds are found in what the ear hears there; every other sound and word keeps its time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..audio.listening import listen
from ..errors import PhoneError
from ..timing import FRAME_RATE, SAMPLE_RATE
from .align import align
from .lattice import Floats32
from .pronounce import Word
from .track import TEXT, Phone, PhoneTrack, SaidWord
from .transcript import hear

if TYPE_CHECKING:
    from ..models.store import Model

_MARGIN: Final = 0.6  # seconds that an ear wants to hear around a stretch
_LEAST_S: Final = 0.03  # of a sound, on average: nobody speaks faster
_WEAK_S: Final = 0.01  # what is left of a sound beside the stretch, to be one at all

Hear = Callable[[float, float], tuple[Floats32, Floats32 | None]]  # rows from one second to another


@dataclass(frozen=True, slots=True)
class Respelled:
    """The sounds and words of a take with another word in it, and the stretch (seconds) that is new."""

    phones: PhoneTrack
    words: tuple[SaidWord, ...]
    start: float
    end: float


def respell(
    phones: PhoneTrack,
    words: Sequence[SaidWord],
    number: int,
    new: Sequence[Word],
    duration: float,
    heard: Hear,
) -> Respelled:
    """Word ``number`` as one word, as several, or as none: then its sounds stay and are no word's.

    Raises PhoneError where the new words have more sounds than their stretch has room for.
    """
    start, end = room_of(phones, number, duration)
    if not new:
        kept = PhoneTrack.of(
            replace(phone, word=_renumbered(phone.word, number, 0) if phone.word != number else None)
            for phone in phones
        )
        return Respelled(kept, (*words[:number], *words[number + 1 :]), start, end)
    sounds = [replace(one, word=number + (one.word or 0)) for one in _laid(new, start, end, heard)]
    track: list[Phone] = []
    for phone in phones:
        track += _outside(replace(phone, word=_renumbered(phone.word, number, len(new))), start, end)
    track = sorted([*track, *sounds], key=lambda phone: phone.start)
    said = tuple(_said(word, number + index, sounds) for index, word in enumerate(new))
    return Respelled(PhoneTrack.of(track), (*words[:number], *said, *words[number + 1 :]), start, end)


def room_of(phones: PhoneTrack, number: int, duration: float) -> tuple[float, float]:
    """Where a word lies; of one that is not in the sound, what its neighbours leave."""
    own = [phone for phone in phones if phone.word == number and not phone.is_silence]
    if own:
        return own[0].start, own[-1].end
    before = [phone.end for phone in phones if phone.word is not None and phone.word < number]
    after = [phone.start for phone in phones if phone.word is not None and phone.word > number]
    start, end = max(before, default=0.0), min(after, default=duration)
    if end - start < _LEAST_S:
        raise PhoneError(
            "the words beside this one leave no room for it: move one of their borders, or make them one word"
        )
    return start, end


def ear(samples: Callable[[int, int], Floats32], count: int, name: str, model: Model) -> Hear:
    """What a model hears of any stretch of a sound of ``count`` samples; ``samples`` gives a part of them."""

    def heard(start: float, end: float) -> tuple[Floats32, Floats32 | None]:
        first_row, rows = round(start * FRAME_RATE), max(2, round((end - start) * FRAME_RATE))
        lead = min(first_row, round(_MARGIN * FRAME_RATE))
        hop = SAMPLE_RATE // FRAME_RATE
        first = (first_row - lead) * hop
        stop = min(count, (first_row + rows) * hop + round(_MARGIN * SAMPLE_RATE))
        features = listen([samples(first, stop)], name, model.network.hears, lambda seconds: None).features
        assert features is not None
        groups, sounds = hear(features, model)
        part = slice(lead, lead + rows)
        return groups[part], None if sounds is None else sounds[part]

    return heard


def _laid(words: Sequence[Word], start: float, end: float, heard: Hear) -> list[Phone]:
    """The words' sounds from start to end: where the ear hears them, or evenly where that is too short."""
    least = sum(min(len(variant) for variant in word.variants) for word in words)
    if end - start < _LEAST_S * least:
        said = " ".join(word.text for word in words)
        raise PhoneError(
            f"{said!r} has {least} sounds, too many for {end - start:.2f} s: move the borders first"
        )
    first, rows = round(start * FRAME_RATE), round((end - start) * FRAME_RATE)
    try:
        groups, sounds = heard(start, end)
        found = list(align(groups, sounds, words))
    except PhoneError:
        found = []
    if not found:
        return _evenly(words, start, end)
    shift = first / FRAME_RATE
    laid = []
    at = start
    for phone in found:
        begin, stop = max(at, phone.start + shift), min(end, phone.end + shift)
        if phone is found[-1] and (first + rows) / FRAME_RATE - stop < 2 / FRAME_RATE:
            stop = end
        if phone is found[0] and begin - start < 2 / FRAME_RATE:
            begin = start
        if stop - begin > _WEAK_S / 2:
            laid.append(replace(phone, start=begin, end=stop))
            at = stop
    return laid


def _evenly(words: Sequence[Word], start: float, end: float) -> list[Phone]:
    sounds = [(number, sound) for number, word in enumerate(words) for sound in word.variants[0]]
    edges = np.linspace(start, end, len(sounds) + 1)
    return [
        Phone(float(a), float(b), sound.ipa, sound.group, sound.stress, 0.0, number, TEXT)
        for (number, sound), a, b in zip(sounds, edges, edges[1:], strict=False)
    ]


def _outside(phone: Phone, start: float, end: float) -> list[Phone]:
    """What is left of a phone outside a stretch."""
    parts = []
    if phone.start < start - 1e-9 and min(phone.end, start) - phone.start > _WEAK_S:
        parts.append(replace(phone, end=min(phone.end, start)))
    if phone.end > end + 1e-9 and phone.end - max(phone.start, end) > _WEAK_S:
        parts.append(replace(phone, start=max(phone.start, end)))
    return parts


def _renumbered(word: int | None, number: int, count: int) -> int | None:
    """A word's number after ``count`` words came in the place of word ``number``."""
    return word if word is None or word <= number else word + count - 1


def _said(word: Word, number: int, sounds: Sequence[Phone]) -> SaidWord:
    own = [phone for phone in sounds if phone.word == number]
    if not own:
        at = sounds[0].start if sounds else 0.0
        return SaidWord(word.text, at, at, 0.0, heard=False)
    length = sum(phone.end - phone.start for phone in own)
    sure = sum(phone.confidence * (phone.end - phone.start) for phone in own) / length
    return SaidWord(word.text, own[0].start, own[-1].end, round(sure, 3))
