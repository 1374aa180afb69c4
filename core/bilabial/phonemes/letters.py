"""How English words are said that no dictionary knows: names, coinages, misspellings, abbreviations."""

from __future__ import annotations

import re
import unicodedata

from .letter_model import shipped

_V = frozenset("aeiouy")
_MOST = 3  # ways to say one word
_LONGEST = 40  # letters that are read in one piece

_NAMES = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY", "h": "EY CH",
    "i": "AY",
    "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N", "o": "OW", "p": "P IY", "q": "K Y UW",
    "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW", "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S",
    "y": "W AY", "z": "Z IY",
}  # fmt: skip
_VOWEL_PHONES = frozenset(
    ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
)
# Letters that other languages have and English lacks, as it would write them.
_WRITTEN = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "þ": "th",
    "ð": "th",
    "ı": "i",
    "ñ": "ny",
}


def spell(word: str) -> list[str]:
    """ARPAbet with stress for a word, from its letters; never empty for a word that has a Latin letter."""
    return next(iter(spellings(word)), [])


def spellings(word: str) -> list[list[str]]:
    """The likeliest ways to say a word, the best first; none for one without a Latin letter."""
    told = re.sub("ée?$", "ay", unicodedata.normalize("NFC", word.lower()))
    told = "".join(_WRITTEN.get(letter, letter) for letter in told)
    letters = "".join(c for c in unicodedata.normalize("NFD", told) if "a" <= c <= "z")
    if not letters:
        return []
    if not _V & set(letters):  # an abbreviation
        return [_stressed(_named(letters))]
    pieces = [letters[at : at + _LONGEST] for at in range(0, len(letters), _LONGEST)]
    found = [shipped().spoken(piece, _MOST) for piece in pieces]
    ways = (
        [list(one) for one in found[0]]
        if len(found) == 1
        else [[p for ways in found for p in (ways or [()])[0]]]
    )
    ways = [way for way in ways if any(phone.rstrip("012") in _VOWEL_PHONES for phone in way)]
    return [_stressed(way) for way in ways] or [_stressed(_named(letters))]


def consonants(letters: str) -> list[list[str]]:
    """How letters without a vowel sound as they stand: "brrr" is B R, "wh" is W or HH, not their names."""
    once = "".join(letter for at, letter in enumerate(letters) if letter != letters[at - 1 : at])
    found = shipped().spoken(once, _MOST) if once.isascii() else []
    ways = [[phone for phone in way if phone.rstrip("012") not in _VOWEL_PHONES] for way in found]
    return [way for way in ways if way] or [_named(once)]


def _named(letters: str) -> list[str]:
    return " ".join(_NAMES[letter] for letter in letters).split()


def _stressed(phones: list[str]) -> list[str]:
    """One primary stress: the first that is told, else on the first vowel."""
    vowels = [index for index, phone in enumerate(phones) if phone.rstrip("012") in _VOWEL_PHONES]
    strong = next((index for index in vowels if phones[index].endswith("1")), vowels[0] if vowels else -1)
    out = list(phones)
    for index in vowels:
        level = "1" if index == strong else "2" if phones[index][-1] in "12" else "0"
        out[index] = phones[index].rstrip("012") + level
    return out
