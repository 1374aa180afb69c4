"""How sure a found word is: by how well the ear bears it out, and by how sure the writer was of it.

What a writer mishears sounds like what was said, so the ear alone believes most of its mistakes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from ..models.families.whisper.tokens import Vocabulary, words_in
from ..phonemes.joint import Explained
from ..phonemes.track import SaidWord
from .writing import Sentence, Written

# Log odds of a word being right: to begin with, for the ear's log odds, for the log of the writer's
# probability. Fitted to words that words-1 found in tuning speakers' clips.
_RIGHT: Final = (1.7, 0.3, 2.0)
_MOST_SURE: Final = 0.999  # of the ear; its log odds have to end somewhere
_LEAST: Final = 1e-3  # of a probability
_SIGNS: Final = re.compile(r"[^\w']")


def with_writers_trust(explained: Explained, written: Written, vocabulary: Vocabulary) -> Explained:
    """The same with words that are as sure as ear and writer together.

    Unchanged where the writer told nothing of single tokens.
    """
    told = [pair for sentence in written.sentences for pair in _told(sentence, vocabulary)]
    if not told:
        return explained
    trusted = _for_each(explained.words, told, written.confidence)
    words = (_weighed(word, sure) for word, sure in zip(explained.words, trusted, strict=True))
    return replace(explained, words=tuple(words))


def _told(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[tuple[str, float]]:
    """Each written word, bare, and its probability: that of all its tokens together."""
    if len(sentence.each) != len(sentence.tokens):
        return
    at = 0
    for text, numbers in words_in(vocabulary, sentence.tokens):
        yield _bare(text), math.prod(sentence.each[at : at + len(numbers)])
        at += len(numbers)


def _for_each(words: Sequence[SaidWord], told: Sequence[tuple[str, float]], otherwise: float) -> list[float]:
    """The writer's probability of each word; of figures and what else is said otherwise than it is written,
    the mean of what stands in its place.
    """
    found = [otherwise] * len(words)
    there = [_bare(word.text) for word in words]
    written = [text for text, _ in told]
    for kind, a, b, c, d in SequenceMatcher(None, written, there, autojunk=False).get_opcodes():
        if kind == "equal":
            found[c:d] = [told[a + place][1] for place in range(d - c)]
        elif b > a:
            found[c:d] = [sum(sure for _, sure in told[a:b]) / (b - a)] * (d - c)
    return found


def _weighed(word: SaidWord, trusted: float) -> SaidWord:
    if not word.heard:
        return word
    ear = min(max(word.confidence, _LEAST), _MOST_SURE)
    terms = (1.0, math.log(ear / (1 - ear)), math.log(max(trusted, _LEAST)))
    odds = sum(weight * term for weight, term in zip(_RIGHT, terms, strict=True))
    return replace(word, confidence=round(1 / (1 + math.exp(-odds)), 3))


def _bare(text: str) -> str:
    return _SIGNS.sub("", text.lower())
