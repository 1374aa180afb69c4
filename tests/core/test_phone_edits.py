"""Sounds and words put elsewhere, added, taken away and named anew; another word's sounds in one word's
stretch.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from bilabial.errors import PhoneError
from bilabial.phonemes.edits import SHORTEST, delete, insert_at, place, put, sound_of
from bilabial.phonemes.groups import group_of
from bilabial.phonemes.pronounce import words_of
from bilabial.phonemes.respell import respell
from bilabial.phonemes.track import Phone, PhoneTrack, SaidWord
from bilabial.phonemes.word_spans import said_on


def sound(start: float, end: float, word: int | None) -> Phone:
    return Phone(start, end, "m", "MBP", word=word)


WORDS = PhoneTrack.of(
    [sound(0.2, 0.3, 0), sound(0.3, 0.5, 0), sound(0.5, 0.6, 1), sound(0.6, 0.8, 1), sound(1.0, 1.2, 2)]
)


def times(track: PhoneTrack) -> list[float]:
    return [round(moment, 4) for phone in track for moment in (phone.start, phone.end)]


def test_a_word_moves_with_its_neighbours_in_proportion() -> None:
    moved = place(WORDS, 0, 1, 0.2, 0.65)
    assert times(moved)[3] == 0.65 and times(moved)[7] == 0.8, "the next word is shorter"
    assert times(moved)[4:6] == [0.65, pytest.approx(0.7018, abs=1e-3)]
    assert moved.phones[4] == WORDS.phones[4]
    assert times(place(WORDS, 2, 3, 0.55, 5.0))[6:8] == [pytest.approx(0.7, abs=0.02), 1.0], "a wall"
    back = place(WORDS, 0, 1, 0.0, 0.3)
    assert times(back)[0:4] == [0.0, pytest.approx(0.1, abs=2e-3), pytest.approx(0.1, abs=2e-3), 0.3]
    assert back.phones[2].start == 0.3


def test_places_stay_in_order_whatever_is_asked() -> None:
    for seed in range(400):
        chance = random.Random(seed)
        at, word, phones = chance.random() * 0.3, 0, []
        for _ in range(chance.randint(1, 12)):
            word += chance.random() < 0.3
            end = at + chance.uniform(0.011, 0.3)
            phones.append(sound(at, end, word if chance.random() < 0.8 else None))
            at = end + (chance.uniform(0.001, 0.3) if chance.random() < 0.2 else 0.0)
        track = PhoneTrack.of(phones)
        first = chance.randrange(len(phones))
        last = chance.randrange(first, len(phones))
        start = max(0.0, phones[first].start + chance.uniform(-0.5, 0.5))
        moved = place(track, first, last, start, max(0.0, phones[last].end + chance.uniform(-0.5, 0.5)))
        assert len(moved) == len(track)
        assert all(phone.end - phone.start > SHORTEST * 0.4 for phone in moved), seed
        assert place(track, first, last, phones[first].start, phones[last].end) == track


def deaf(start: float, end: float) -> tuple[np.ndarray, None]:
    raise PhoneError("hears nothing")


def test_a_word_in_anothers_place_leaves_the_rest_alone() -> None:
    words = tuple(SaidWord(text, 0.0, 0.0, 1.0) for text in ("ma", "mo", "me"))
    made = respell(WORDS, words, 1, words_of("baby boo"), 2.0, deaf)
    assert [word.text for word in made.words] == ["ma", "baby", "boo", "me"]
    assert (made.start, made.end) == (0.5, 0.8)
    assert made.phones.phones[:2] == WORDS.phones[:2]
    assert [phone.word for phone in made.phones] == [0, 0, 1, 1, 1, 1, 2, 2, 3]
    assert said_on(made.phones, made.words)[3].start == 1.0
    none = respell(WORDS, words, 1, [], 2.0, deaf)
    assert [word.text for word in none.words] == ["ma", "me"]
    assert [phone.word for phone in none.phones] == [0, 0, None, None, 1]
    with pytest.raises(PhoneError, match="too many for"):
        respell(WORDS, words, 1, words_of("mississippi steamboat"), 2.0, deaf)


def test_a_word_that_was_not_heard_gets_the_room_between_its_neighbours() -> None:
    words = tuple(SaidWord(text, 0.0, 0.0, 1.0) for text in ("ma", "mo", "lost", "me"))
    track = PhoneTrack.of(
        Phone(p.start, p.end, p.label, p.group, word=3 if p.word == 2 else p.word) for p in WORDS
    )
    made = respell(track, words, 2, words_of("bee"), 2.0, deaf)
    assert (made.start, made.end) == (0.8, 1.0)
    assert [phone.word for phone in made.phones] == [0, 0, 1, 1, 2, 2, 3]
    with pytest.raises(PhoneError, match="no room"):
        respell(PhoneTrack.of(WORDS.phones[:4]), words[:2], 5, words_of("bee"), 0.8, deaf)


def spoken(*sounds: tuple[float, float, str]) -> PhoneTrack:
    return PhoneTrack.of(Phone(a, b, label, group_of(label) if label else "SIL") for a, b, label in sounds)


ROW = spoken((0.0, 0.2, "m"), (0.2, 0.5, "ɑ"), (0.5, 0.6, "f"), (0.8, 1.0, "i"))


def borders(track: PhoneTrack) -> list[tuple[float, float]]:
    return [(phone.start, phone.end) for phone in track]


def test_sounds_that_are_put_elsewhere_have_their_way() -> None:
    assert borders(put(ROW, {1: (0.1, 0.55)})) == [(0.0, 0.1), (0.1, 0.55), (0.55, 0.6), (0.8, 1.0)]
    assert borders(put(ROW, {2: (0.5, 0.9)}))[2:] == [(0.5, 0.9), (0.9, 1.0)], "a gap is crossed"
    later = {i: (phone.start + 0.3, phone.end + 0.3) for i, phone in enumerate(ROW)}
    assert borders(put(ROW, later)) == [pytest.approx(place) for place in later.values()]
    with pytest.raises(PhoneError, match="would swallow 'm'"):
        put(ROW, {1: (0.0, 0.5)})
    with pytest.raises(PhoneError, match="before it begins"):
        put(ROW, {1: (0.5, 0.4)})


def test_a_sound_in_a_gap_or_as_the_second_half_of_another() -> None:
    assert borders(insert_at(ROW, 0.3, "AA", 1.2))[1:3] == [(0.2, 0.3), (0.3, 0.5)]
    assert borders(insert_at(ROW, 0.65, "u", 1.2))[3] == pytest.approx((0.65, 0.73))
    assert borders(insert_at(ROW, 1.15, "u", 1.2))[-1] == (1.15, 1.2)
    with pytest.raises(PhoneError, match="leaves no room"):
        insert_at(ROW, 0.201, "u", 1.2)
    with pytest.raises(PhoneError, match="no room for a phone"):
        insert_at(ROW, 0.795, "u", 1.2)


def test_where_a_sound_goes_the_one_before_may_hold_on() -> None:
    assert borders(delete(ROW, [1])) == [(0.0, 0.2), (0.5, 0.6), (0.8, 1.0)]
    assert borders(delete(ROW, [1], hold=True)) == [(0.0, 0.5), (0.5, 0.6), (0.8, 1.0)]
    assert borders(delete(ROW, [3], hold=True)) == borders(ROW)[:3], "over a gap nothing holds"
    assert borders(delete(ROW, [1, 2], hold=True)) == [(0.0, 0.6), (0.8, 1.0)]


@pytest.mark.parametrize(
    ("typed", "label"), [("mbp", "MBP"), ("AH", "ʌ"), ("Ah", "Ah"), ("aa", "ɑ"), ("sil", "")]
)
def test_a_sound_is_known_in_whichever_alphabet_it_is_typed(typed: str, label: str) -> None:
    assert sound_of(typed).ipa == label


@pytest.mark.parametrize("typed", ["zzz", "mm mm", "not a sound"])
def test_what_is_no_sound_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(PhoneError, match="is no phone: give one in IPA"):
        sound_of(typed)
