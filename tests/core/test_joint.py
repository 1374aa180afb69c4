"""Words and ear together: wrong, missing and extra words cost their own span, and are named."""

from __future__ import annotations

import time

import numpy as np
import pytest
from test_align import heard, speak

from bilabial.errors import PhoneError
from bilabial.phonemes.joint import GIVEN, Explained, explain
from bilabial.phonemes.pronounce import words_of
from bilabial.phonemes.track import EAR, TEXT, Phone, PhoneTrack, SaidWord
from bilabial.phonemes.transcript import explain_heard, refuse_foreign

SAID = "my baby puppy bumps a big pumpkin give me five words and watch me move"
GERMAN = "der schnelle braune fuchs springt über den faulen hund und zwölf boxkämpfer jagen viktor quer"


def _explain(text: str, said: str = SAID, sure: float = 0.7) -> tuple[Explained, PhoneTrack]:
    truth, rows = speak(said)
    return explain(*heard(truth, rows, sure), words_of(text)), truth


def _middle(phone: Phone) -> float:
    return (phone.start + phone.end) / 2


def _closures(track: PhoneTrack) -> list[float]:
    return [_middle(phone) for phone in track if phone.group == "MBP"]


def test_the_right_text_is_kept_whole() -> None:
    explained, truth = _explain(SAID)
    assert [word.text for word in explained.words] == SAID.split()
    assert all(word.heard and word.confidence > 0.9 for word in explained.words)
    assert [phone.label for phone in explained.phones] == [phone.label for phone in truth]
    assert {phone.source for phone in explained.phones} == {TEXT}
    assert explained.fits and explained.heard_share == 1


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("my baby puppy bumps a green elephant give me five words and watch me move", ["green", "elephant"]),
        (SAID.replace("five", "the very first five"), ["the", "very", "first"]),
        ("my baby puppy bumps a big pumpkin words and watch me move", []),
        (f"tomorrow {SAID} yesterday", ["tomorrow", "yesterday"]),
    ],
    ids=["wrong", "extra", "missing", "at both ends"],
)  # fmt: skip
def test_other_words_cost_their_own_span(text: str, lost: list[str]) -> None:
    explained, truth = _explain(text)
    assert [word.text for word in explained.words if not word.heard] == lost
    wanted = _closures(truth)
    found = _closures(explained.phones)
    near = [min(abs(one - other) for other in found) <= 0.04 for one in wanted]
    assert sum(near) >= len(wanted) - 1
    for word, phone in (
        (w, p) for p in explained.phones if p.source == TEXT for w in [explained.words[p.word or 0]]
    ):
        assert word.start - 1e-6 <= phone.start and phone.end <= word.end + 1e-6


def test_what_no_word_explains_comes_from_the_ear() -> None:
    explained, truth = _explain("my baby puppy bumps a watch me move")
    free = [phone for phone in explained.phones if phone.source == EAR]
    assert free and all(phone.word is None and phone.label == phone.group for phone in free)
    start = next(phone.start for phone in truth if phone.word == 5)
    end = max(phone.end for phone in truth if phone.word == 11)
    assert all(start - 0.1 <= _middle(phone) <= end + 0.1 for phone in free)


def test_a_text_in_another_language_is_refused_and_a_poor_ear_does_not_refuse_the_right_one() -> None:
    explained, _ = _explain(GERMAN)
    assert not explained.fits
    with pytest.raises(PhoneError, match=r"does not fit the sound: of its \d+ words \d are heard"):
        refuse_foreign(explained)
    poor, _ = _explain(SAID, sure=0.35)
    refuse_foreign(poor)
    assert poor.heard_share > 0.8


@pytest.mark.parametrize(
    ("gain", "heard", "words", "rows", "fits"),
    [
        (0.0, 3, 4, 166, True),  # Portuguese, "A condição está piorando": true, and heard poorly
        (-1.1, 4, 8, 278, True),
        (4.0, 2, 8, 270, False),  # another English text, of which two words are heard by chance
        (-4.5, 2, 14, 640, False),
    ],
)
def test_a_text_that_is_heard_poorly_is_told_from_another_text(
    gain: float, heard: int, words: int, rows: int, fits: bool
) -> None:
    said = tuple(SaidWord("word", 0.0, 1.0, 0.9, heard=at < heard) for at in range(words))
    left = GIVEN.leaving.leave + words * GIVEN.leaving.skip
    assert Explained(PhoneTrack(), said, gain, rows, rows, GIVEN.fits, left).fits == fits


def test_subtitles_keep_to_their_times_and_the_rest_is_heard_freely() -> None:
    truth, rows = speak(SAID)
    groups, sounds = heard(truth, rows)
    start, end = (next(phone for phone in truth if phone.word == word).start for word in (7, 10))
    cue = f"00:00:{start:06.3f} --> 00:00:{end:06.3f}\ngive me five\n".replace(".", ",")
    explained = explain_heard(groups, sounds, "1\n" + cue, "en")
    assert [word.text for word in explained.words] == ["give", "me", "five"]
    assert all(word.heard and start - 0.1 <= word.start <= end for word in explained.words)
    told = [phone for phone in explained.phones if phone.source == TEXT]
    assert {phone.word for phone in told} == {0, 1, 2}
    assert len(explained.phones) > len(told) + 20
    assert len(_closures(explained.phones)) >= len(_closures(truth)) - 2


def test_ten_minutes_are_aligned_in_seconds() -> None:
    text = " ".join([SAID] * 12)
    truth, rows = speak(text)
    groups, sounds = heard(truth, rows)
    started = time.process_time()
    explained = explain(groups, sounds, words_of(text))
    seconds = (time.process_time() - started) / rows * 60_000
    assert explained.heard_share > 0.95
    assert seconds < 25  # about 6 on one core of an ordinary machine; generous for a busy one


def test_impossible_words_and_sources_are_refused() -> None:
    with pytest.raises(PhoneError, match="runs from 2"):
        SaidWord("word", 2.0, 1.0, 0.5)
    with pytest.raises(PhoneError, match="comes from 'dream'"):
        Phone(0.0, 1.0, "m", "MBP", source="dream")
    assert not np.isnan(_explain(SAID)[0].gain_a_row)
