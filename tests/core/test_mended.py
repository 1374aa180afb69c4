"""Phones that a person mended in a file: what was left alone is as it was, whatever the file cannot say."""

from dataclasses import replace
from pathlib import Path

import pytest

from bilabial.exchange.phones import read_phones, write_phones
from bilabial.phonemes.reconcile import mended
from bilabial.phonemes.track import Phone, PhoneTrack

OLD = PhoneTrack.of(
    [
        Phone(0.1, 0.2, "m", "MBP", None, 0.4, 0),
        Phone(0.2, 0.35, "aɪ", "Ah", 1, 0.9, 0),
        Phone(0.5, 0.6, "n", "LNTD", None, 0.8, 1),
        Phone(0.6, 0.7, "ə", "Schwa", 0, 0.7, 1),
        Phone(0.7, 0.8, "Ih", "Ih", None, 0.3, 1),
    ]
)


@pytest.mark.parametrize("suffix", [".TextGrid", ".lab"])
def test_a_file_that_nobody_touched_changes_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_phones(OLD, path, duration=1.0)
    assert mended(OLD, read_phones(path)) is OLD


def test_a_network_s_groups_may_be_mended_in_ipa(tmp_path: Path) -> None:
    heard = PhoneTrack.of(replace(phone, label=phone.group, stress=None) for phone in OLD)
    path = tmp_path / "a.TextGrid"
    write_phones(heard, path)
    path.write_text(path.read_text("utf-8").replace('"LNTD"', '"m"'), "utf-8")
    result = mended(heard, read_phones(path)).phones
    assert [(phone.label, phone.group) for phone in result] == [
        ("MBP", "MBP"), ("Ah", "Ah"), ("m", "MBP"), ("Schwa", "Schwa"), ("Ih", "Ih"),
    ]  # fmt: skip
    assert [phone.confidence for phone in result] == [0.4, 0.9, 1.0, 0.7, 0.3]


def test_a_mended_phone_stays_in_its_word_and_is_sure() -> None:
    bare = [replace(phone, word=None, confidence=1.0) for phone in OLD]
    bare[2] = replace(bare[2], label="m", group="MBP", end=0.58)
    bare[3] = replace(bare[3], start=0.58)
    result = mended(OLD, PhoneTrack.of(bare)).phones
    assert [phone.word for phone in result] == [0, 0, 1, 1, 1]
    assert [phone.confidence for phone in result] == [0.4, 0.9, 1.0, 1.0, 0.3]
    assert (result[2].label, result[2].end) == ("m", 0.58)


def test_what_the_person_says_about_words_and_stress_counts() -> None:
    new = [replace(phone, word=7) for phone in OLD]
    new[1] = replace(new[1], stress=2)
    result = mended(OLD, PhoneTrack.of(new)).phones
    assert [phone.word for phone in result] == [7] * 5
    assert result[1].stress == 2


def test_phones_where_none_were_have_no_word() -> None:
    new = PhoneTrack.of([*OLD.phones, Phone(2.0, 2.1, "m", "MBP")])
    bare = PhoneTrack.of(replace(phone, word=None) for phone in new)
    assert mended(OLD, bare).phones[-1].word is None
    assert mended(PhoneTrack(), bare) == bare
