"""Lexical stress for ARPAbet labels that carry none: without it every reduced vowel would count as a full
one.
"""

from __future__ import annotations

import re

from ...phonemes.dictionary import pronunciations

_VOWELS = frozenset(
    ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
)
_WORD = re.compile(r"[a-z']+")
_REDUCED_BELOW = (
    0.075  # s: an AH or ER of a word that no dictionary explains counts as reduced when this short
)

Interval = tuple[float, float, str]


def with_stress(timed: list[Interval], text: str) -> list[Interval]:
    """The same intervals, their vowels with a stress digit taken from the words of the text.

    The phones are laid against the words' dictionary pronunciations; where that fails (an unknown word, a
    variant that the dictionary lacks), short AH and ER count as reduced.
    """
    phones = [(index, label.upper()) for index, (_, _, label) in enumerate(timed) if label.upper().isalpha()]
    phones = [(index, label) for index, label in phones if label != "SIL"]
    stressed = _match([label for _, label in phones], _WORD.findall(text.lower().replace("’", "'")))
    out = list(timed)
    for position, (index, label) in enumerate(phones):
        start, end, _ = timed[index]
        if stressed is not None:
            label = stressed[position]
        elif label in ("AH", "ER"):
            label += "0" if end - start < _REDUCED_BELOW else "1"
        elif label in _VOWELS:
            label += "1"
        out[index] = (start, end, label)
    return out


def _match(phones: list[str], words: list[str]) -> list[str] | None:
    """Stress-marked phones, or None where no choice of pronunciations gives just these phones."""
    dead: set[tuple[int, int]] = set()
    options = [[(p, [phone.rstrip("012") for phone in p]) for p in pronunciations(word)] for word in words]
    chosen: list[list[str]] = []

    def go(word: int, at: int) -> bool:
        if word == len(words):
            return at == len(phones)
        if (word, at) in dead:
            return False
        for full, bare in options[word]:
            if phones[at : at + len(bare)] == bare:
                chosen.append(full)
                if go(word + 1, at + len(bare)):
                    return True
                chosen.pop()
        dead.add((word, at))
        return False

    if len(words) > 300 or not go(0, 0):
        return None
    return [phone for word in chosen for phone in word]
