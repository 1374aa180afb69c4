"""Stutters ("b-b-but", "St-stop"), words broken off ("wh—") and calls without a vowel ("brrr")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .dictionary import VOWELS, Pronunciation, known, pronunciations
from .letters import consonants

_HYPHEN: Final = re.compile(r"-")
_STOP: Final = re.compile(r"(?:-|\.{2,}|…|—|–){1,3} ?")
_LONGEST_BEGINNING: Final = 3  # letters
_VOWEL_LETTERS: Final = frozenset("aeiouy")
_WORDS_BY_THEMSELVES: Final = frozenset("ai")


def begun_word(text: str, tokens: Sequence[re.Match[str]]) -> str | None:
    """The word that the first of the tokens begins and does not end; None where it is a word of its own."""
    begun = tokens[0][0].lower()
    if len(begun) > _LONGEST_BEGINNING or not begun.isalpha():
        return None
    is_word = begun in _WORDS_BY_THEMSELVES or (len(begun) > 1 and bool(known(begun)))
    joint = _HYPHEN if is_word else _STOP
    at = tokens[0].end()
    for token in tokens[1:]:
        if joint.fullmatch(text, at, token.start()) is None:
            return None
        word = token[0].lower()
        if word != begun:
            return word if word.startswith(begun) else None
        at = token.end()
    return None


def beginnings(begun: str, word: str) -> list[Pronunciation]:
    """How the first letters of a word sound: up to its first vowel, with a short one, or with its own."""
    out: list[Pronunciation] = []
    for said in pronunciations(word):
        first = next((at for at, phone in enumerate(said) if phone.rstrip("012") in VOWELS), len(said))
        onset, vowel = said[:first], said[first : first + 1]
        if _VOWEL_LETTERS & set(begun.lower()) or not onset:
            out.append([*onset, *vowel])
            continue
        onset = onset[: max(1, min(len(begun), len(onset)))]
        out += [onset, [*onset, "AH0"], [*onset, *vowel]]
    return out


def consonants_of(token: str, cut_off: bool) -> list[Pronunciation]:
    """The sounds of letters without a vowel that are no abbreviation: broken off, or drawn out."""
    letters = token.strip("'")
    if not letters.isalpha() or _VOWEL_LETTERS & set(letters) or len(letters) < 2 or known(letters):
        return []
    drawn_out = re.search(r"(.)\1", letters) is not None
    return consonants(letters) if drawn_out or (cut_off and len(letters) <= _LONGEST_BEGINNING) else []
