"""How sure a found word is: by the ear and by who wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_whisper import tokens

from bilabial.models.families.whisper.tokens import Vocabulary
from bilabial.phonemes.joint import Explained
from bilabial.phonemes.track import PhoneTrack, SaidWord
from bilabial.words.trust import with_writers_trust
from bilabial.words.writing import Sentence, Written

VOCABULARY = Vocabulary(tuple(tokens()))


def _written(text: str, *sure: float) -> Written:
    """Each word's first token as sure as told, the rest certain."""
    numbers: list[int] = []
    each: list[float] = []
    for word, one in zip(text.split(), sure, strict=True):
        coded = VOCABULARY.encoded(" " + word)
        numbers += coded
        each += [one, *[1.0] * (len(coded) - 1)]
    return Written("en", (Sentence(0.0, 3.0, text, tuple(numbers), 0.7, tuple(each)),))


def _explained(*words: str, ear: float = 0.99) -> Explained:
    said = tuple(SaidWord(word, at / 2, at / 2 + 0.5, ear) for at, word in enumerate(words))
    return Explained(PhoneTrack(), said, 100.0, 200, 300, 0.05)


def test_a_word_that_the_writer_guessed_is_less_sure_than_one_that_it_knew() -> None:
    told = with_writers_trust(
        _explained("the", "cat", "sat"), _written("The cat, sat.", 0.95, 0.1, 0.9), VOCABULARY
    )
    the, cat, sat = (word.confidence for word in told.words)
    assert the > 0.9 and sat > 0.9 and cat < 0.3
    doubted = with_writers_trust(_explained("the", ear=0.2), _written("the", 0.95), VOCABULARY)
    assert doubted.words[0].confidence < the


def test_figures_are_as_sure_as_what_stands_in_their_place() -> None:
    explained = _explained("in", "nineteen", "sixteen", "the", "cat")
    told = with_writers_trust(explained, _written("in 1916 the cat", 0.95, 0.1, 0.95, 0.95), VOCABULARY)
    sure = [word.confidence for word in told.words]
    assert sure[1] == sure[2] < 0.4 < min(sure[0], sure[3], sure[4])


def test_words_that_are_not_there_and_writers_that_tell_nothing_leave_all_as_it_was() -> None:
    explained = _explained("the", "cat")
    silent = replace(
        explained, words=tuple(replace(one, confidence=0.0, heard=False) for one in explained.words)
    )
    assert with_writers_trust(silent, _written("the cat", 0.9, 0.9), VOCABULARY) == silent
    sentence = replace(_written("the cat", 0.9, 0.9).sentences[0], each=())
    assert with_writers_trust(explained, Written("en", (sentence,)), VOCABULARY) == explained
    assert with_writers_trust(explained, Written("en", ()), VOCABULARY) is explained


@pytest.mark.parametrize("sure", [0.0, 1.0])
@pytest.mark.parametrize("ear", [0.0, 1.0])
def test_no_probability_is_too_small_or_too_large(sure: float, ear: float) -> None:
    told = with_writers_trust(_explained("the", ear=ear), _written("the", sure), VOCABULARY)
    assert 0.0 <= told.words[0].confidence <= 1.0
