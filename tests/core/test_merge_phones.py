"""Corrected phones survive what is heard anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bilabial.phonemes.merge import in_other_time, merge_phones
from bilabial.phonemes.track import Phone, PhoneTrack


def track(*rows: tuple[float, float, str, str]) -> PhoneTrack:
    return PhoneTrack.of(Phone(start, end, label, group, word=None) for start, end, label, group in rows)


BASE = track(
    (0.0, 0.3, "SIL", "SIL"),
    (0.3, 0.4, "m", "MBP"),
    (0.4, 0.7, "ɑ", "Ah"),
    (0.7, 0.8, "m", "MBP"),
    (0.8, 1.1, "i", "Ee"),
    (1.1, 1.2, "f", "FV"),
    (1.2, 2.0, "SIL", "SIL"),
)
# As another model hears it: other moments, another vowel at the end.
ANEW = track(
    (0.0, 0.31, "SIL", "SIL"),
    (0.31, 0.42, "m", "MBP"),
    (0.42, 0.71, "ɑ", "Ah"),
    (0.71, 0.82, "m", "MBP"),
    (0.82, 1.09, "u", "U"),
    (1.09, 1.2, "f", "FV"),
    (1.2, 2.0, "SIL", "SIL"),
)


def edited(index: int, **changes: object) -> PhoneTrack:
    phones = list(BASE)
    phones[index] = replace(phones[index], **changes)
    return PhoneTrack.of(phones)


def labels(phones: PhoneTrack) -> list[str]:
    return [phone.label for phone in phones]


def test_without_a_correction_the_new_phones_stand() -> None:
    assert merge_phones(BASE, BASE, ANEW) == (ANEW, ())


def test_the_same_phones_anew_give_mine() -> None:
    mine = edited(2, label="u", group="U")
    merged, kept = merge_phones(BASE, mine, BASE)
    assert merged == mine
    assert [(one.labels, one.both) for one in kept] == [("u", False)]


def test_a_relabelled_sound_stays_among_new_ones() -> None:
    merged, kept = merge_phones(BASE, edited(2, label="o", group="Oh"), ANEW)
    assert labels(merged) == ["SIL", "m", "o", "m", "u", "f", "SIL"]
    assert (merged.phones[2].start, merged.phones[2].end) == (0.4, 0.7)
    assert merged.phones[1].end == 0.4 and merged.phones[4] == ANEW.phones[4]
    assert len(kept) == 1 and kept[0].both


def test_a_moved_border_stays() -> None:
    phones = list(BASE)
    phones[2], phones[3] = replace(phones[2], end=0.65), replace(phones[3], start=0.65)
    merged, _ = merge_phones(BASE, PhoneTrack.of(phones), ANEW)
    assert labels(merged) == labels(ANEW)
    assert merged.phones[2].end == merged.phones[3].start == 0.65


def test_a_split_and_a_deleted_sound_stay() -> None:
    phones = list(BASE)
    vowel = phones[2]
    phones[2:3] = [replace(vowel, end=0.55), replace(vowel, start=0.55, label="i", group="Ee")]
    del phones[-2]  # f
    merged, kept = merge_phones(BASE, PhoneTrack.of(phones), ANEW)
    assert labels(merged) == ["SIL", "m", "ɑ", "i", "m", "u", "SIL"]
    assert [one.labels for one in kept] == ["ɑ i", ""]


def test_words_are_those_that_are_said_now() -> None:
    anew = PhoneTrack.of(replace(p, word=None if p.is_silence else i // 3) for i, p in enumerate(ANEW))
    merged, _ = merge_phones(BASE, edited(4, label="y", group="Eu", word=7), anew)
    assert merged.phones[4].label == "y" and merged.phones[4].word == anew.phones[4].word


def test_other_times() -> None:
    moved = in_other_time(BASE, 0.5, -0.2, 0.5)
    assert labels(moved) == ["ɑ", "m", "i", "f", "SIL"]
    assert moved.phones[0].start == 0.0 and moved.end == 0.5
    assert in_other_time(BASE, 1.0, 0.0, 2.0) is BASE
    m = next(p for p in in_other_time(BASE, 2.0, 0.1, 9.0) if p.label == "m")
    assert (m.start, m.end) == (pytest.approx(0.7), pytest.approx(0.9))
