"""Phones as the rules see them: diphthongs cut, equal neighbours merged, each with its shapes and its
neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...controls import COARTICULATION_OF, CONSONANTS, VOWELS
from ...phonemes.groups import expand
from ...phonemes.sound import FOLLOWS
from ...phonemes.track import Phone, PhoneTrack
from .anatomy import LIP_HEAVY, TONGUE_ONLY
from .targets import bites, hisses, is_glide, seals, targets

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FRAME_S = 1.0 / 24.0  # "shorter than a frame" in the rules means a film frame
PAUSE_S = 0.12  # a longer stretch without a phone ends the phrase
_TOUCHING_S = 0.03  # sounds closer than this follow one another directly
_OFFGLIDE_S = 0.045  # a diphthong's second vowel shorter than this is not reached
_OFFGLIDES = frozenset(("ɪ", "ʊ", "ʏ"))
_WORD_REACH_S = 0.4  # how far a consonant looks for the stressed vowel of its word
_APPROXIMANTS = frozenset(("R", "WA_PEDAL"))


@dataclass(slots=True)
class Unit:
    """One visible sound; ``shapes`` maps a control's name to its apex value before stress and length."""

    start: float
    end: float
    group: str
    shapes: dict[str, float]
    stress: int | None
    word: int | None
    seals: bool
    bites: bool
    hisses: bool
    glide: bool
    phones: list[Phone] = field(default_factory=list)

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def is_vowel(self) -> bool:
        return self.group in VOWELS

    @property
    def contact(self) -> bool:
        return self.seals or self.bites

    @property
    def tongue_only(self) -> bool:
        return self.group in TONGUE_ONLY

    @property
    def lip_heavy(self) -> bool:
        return any(name in LIP_HEAVY for name in self.shapes)

    @property
    def narrows(self) -> bool:
        """Obstruents and nasals: the consonants for which the jaw rises."""
        return self.group in CONSONANTS and self.group not in _APPROXIMANTS and not self.glide


def units_of(phones: PhoneTrack) -> list[Unit]:
    """Every sound that moves the mouth, in time order; the habits that change *which* shape is set are
    applied.

    Habit 1: two equal visemes in a row are one. Habit 6: consonants shorter than a frame, without a like
    neighbour, leave the jaw alone (sibilants never do). So do sounds of the tongue alone beside a sibilant:
    the teeth stay together through "st" and "ks".
    """
    units: list[Unit] = []
    seen = expand(phones).phones
    for index, phone in enumerate(seen):
        shapes = targets(phone)
        if phone.label == FOLLOWS and not _vowel_follows(seen, index):
            continue  # a release or breath that leads to no vowel shows nothing of its own
        if not shapes:
            continue
        last = units[-1] if units else None
        if last is not None and _is_hasty_offglide(phone, last):
            last.end = phone.end
            continue
        if last is not None and last.shapes == shapes and phone.start - last.end < _TOUCHING_S:
            last.end = phone.end
            last.stress = _stronger(last.stress, phone.stress)
            last.word = last.word if last.word == phone.word else None
            last.phones.append(phone)
            continue
        units.append(
            Unit(
                start=phone.start, end=phone.end, group=phone.group, shapes=shapes, stress=phone.stress,
                word=phone.word, seals=seals(phone), bites=bites(phone), hisses=hisses(phone),
                glide=is_glide(phone), phones=[phone],
            )
        )  # fmt: skip
    _leave_the_jaw_alone(units)
    return units


def _is_hasty_offglide(phone: Phone, last: Unit) -> bool:
    """The end of a diphthong too short to be reached. Parts of one diphthong touch and share its word and
    stress."""
    return (
        phone.group in VOWELS
        and last.is_vowel
        and phone.start - last.end < 1e-6
        and phone.end - phone.start < _OFFGLIDE_S
        and phone.label in _OFFGLIDES
    )


def _vowel_follows(seen: tuple[Phone, ...], index: int) -> bool:
    return index + 1 < len(seen) and seen[index + 1].group in VOWELS


def _leave_the_jaw_alone(units: list[Unit]) -> None:
    for index, unit in enumerate(units):
        if unit.group not in COARTICULATION_OF or unit.hisses:
            continue
        beside = [units[near] for near in (index - 1, index + 1) if _touch(units, index, near)]
        has_like_neighbour = unit.narrows and any(other.narrows for other in beside)
        too_short = unit.length < FRAME_S and not has_like_neighbour
        teeth_are_together = unit.tongue_only and any(other.hisses for other in beside)
        if not (too_short or teeth_are_together):
            continue
        without_jaw = "Ya" if unit.glide else COARTICULATION_OF[unit.group]
        unit.shapes = {
            without_jaw if name == unit.group else name: value for name, value in unit.shapes.items()
        }


def _touch(units: list[Unit], index: int, near: int) -> bool:
    """Whether the unit follows on, or is followed by, the one at ``near``."""
    if not 0 <= near < len(units):
        return False
    one, other = units[min(index, near)], units[max(index, near)]
    return other.start - one.end < _TOUCHING_S


def leaves_jaw(unit: Unit) -> bool:
    """True when habit 6 gave the unit its no-jaw control."""
    return unit.group not in unit.shapes


def weak_words(units: list[Unit]) -> Bools:
    """Sounds of a de-stressed word: no stressed vowel of the same word near them. False where nobody
    knows."""
    weak = np.zeros(len(units), bool)
    for index, unit in enumerate(units):
        if unit.word is None:
            continue
        known = strong = False
        for step in (-1, 1):
            other = index if step == 1 else index - 1
            while 0 <= other < len(units) and units[other].word == unit.word:
                near = (
                    units[other].start - unit.end < _WORD_REACH_S
                    and unit.start - units[other].end < _WORD_REACH_S
                )
                if not near:
                    break
                if units[other].is_vowel and units[other].stress is not None:
                    known = True
                    strong = strong or units[other].stress in (1, 2)
                other += step
        weak[index] = known and not strong
    return weak


def _stronger(one: int | None, other: int | None) -> int | None:
    order = {None: -1, 0: 0, 2: 1, 1: 2}
    return one if order[one] >= order[other] else other
