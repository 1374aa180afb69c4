"""English pronunciations: the CMU dictionary, packed; endings and letter rules for words that it lacks.

The packed file holds one line a word, in alphabetical order: one letter that says how much of the word
before it is repeated, the rest of the word, then its pronunciations, one character a phone; all of it
deflated.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..errors import PhoneError
from .letters import spellings

Pronunciation = list[str]  # ARPAbet with stress digits

_FILE: Final = Path(__file__).with_name("cmudict.bin")
_WORD: Final = re.compile(r"[a-z][a-z'.-]*|'[a-z]+")
_VOWELS: Final = ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
_CONSONANTS: Final = [
    "B",
    "CH",
    "D",
    "DH",
    "F",
    "G",
    "HH",
    "JH",
    "K",
    "L",
    "M",
    "N",
    "NG",
    "P",
    "R",
    "S",
    "SH",
    "T",
    "TH",
    "V",
    "W",
    "Y",
    "Z",
    "ZH",
]
PHONES: Final = (*(vowel + digit for vowel in _VOWELS for digit in "012"), *_CONSONANTS)
_CHARACTERS: Final = {phone: chr(48 + index) for index, phone in enumerate(PHONES)}
_LONGEST_REPEAT: Final = 25  # letters of the word before, written as A to Z

_VOICELESS: Final = frozenset(["P", "T", "K", "F", "TH"])
_HISSING: Final = frozenset(["S", "Z", "SH", "ZH", "CH", "JH"])

_ENDINGS: Final[tuple[tuple[str, Pronunciation | None], ...]] = (
    ("ed", None),  # its sound depends on the stem's last
    ("ing", ["IH0", "NG"]),
    ("er", ["ER0"]),
    ("ly", ["L", "IY0"]),
    ("ness", ["N", "AH0", "S"]),
    ("less", ["L", "AH0", "S"]),
    ("ful", ["F", "AH0", "L"]),
)

_CONTRACTED: Final[tuple[tuple[str, Pronunciation | None], ...]] = (
    ("n't", ["AH0", "N", "T"]),
    ("'ll", ["AH0", "L"]),
    ("'ve", ["AH0", "V"]),
    ("'re", ["ER0"]),
    ("'m", ["AH0", "M"]),
    ("'d", None),  # as the ending of the past
)


def pack(cmudict: str) -> bytes:
    """The packed form of a CMU dictionary text (word, number, phones a line; Latin letters only)."""
    entries: dict[str, list[Pronunciation]] = {}
    for line in cmudict.splitlines():
        word, _, rest = line.partition(" ")
        phones = [phone if phone != "UW" else "UW1" for phone in rest.split()[1:]]
        if phones and _WORD.fullmatch(word.lower()):
            entries.setdefault(word.lower(), []).append(phones)
    lines = []
    before = ""
    for word in sorted(entries):
        shared = 0
        while shared < min(len(word), len(before), _LONGEST_REPEAT) and word[shared] == before[shared]:
            shared += 1
        spoken = " ".join("".join(_CHARACTERS[phone] for phone in one) for one in entries[word])
        lines.append(f"{chr(65 + shared)}{word[shared:]} {spoken}")
        before = word
    return zlib.compress("\n".join(lines).encode("ascii"), 9)


@lru_cache(maxsize=1)
def _packed() -> dict[str, str]:
    if not _FILE.is_file():
        raise PhoneError(f"the pronunciation dictionary {_FILE.name} is missing: install Bilabial again")
    entries: dict[str, str] = {}
    before = ""
    for line in zlib.decompress(_FILE.read_bytes()).decode("ascii").split("\n"):
        word, _, spoken = line[1:].partition(" ")
        before = before[: ord(line[0]) - 65] + word
        entries[before] = spoken
    return entries


def known_words() -> list[str]:
    """Every word of the dictionary, in alphabetical order."""
    return list(_packed())


def known(word: str) -> list[Pronunciation]:
    """The dictionary's pronunciations of a word in lower case; none where it lacks the word."""
    spoken = _packed().get(word)
    return [] if spoken is None else [[PHONES[ord(c) - 48] for c in one] for one in spoken.split(" ")]


def pronunciations(word: str) -> list[Pronunciation]:
    """Every way to say an English word: from the dictionary, else from its parts, else from its letters."""
    word = word.lower()
    if word.endswith("in'") and (base := known(word[:-1] + "g")):  # pumpin'
        return [[*one[:-1], "N"] for one in base]
    word = word if known(word) else word.strip("'-.")
    found = known(word)
    if found or not word:
        return found
    return _from_parts(word) or spellings(word)


def is_guessed(word: str) -> bool:
    """Whether neither the dictionary nor the parts of a word tell how it is said."""
    word = word.lower()
    if word.endswith("in'") and known(word[:-1] + "g"):
        return False
    bare = word if known(word) else word.strip("'-.")
    return bool(bare) and not known(bare) and not _from_parts(bare)


def _from_parts(word: str) -> list[Pronunciation]:
    """A known word with an ending, or two known words joined."""
    if "-" in word:
        halves = [pronunciations(half) for half in word.split("-") if half]
        return [[phone for half in halves for phone in half[0]]] if halves else []
    for ending in ("'s", "s'", "s"):
        stem = word.removesuffix(ending)
        if stem != word and known(stem):
            return [one + _plural(one[-1]) for one in known(stem)]
    for ending, phones in _CONTRACTED:
        stem = word.removesuffix(ending)
        if stem != word and (said := known(stem) or _from_parts(stem)):
            return [one + (phones or _past(one[-1])) for one in said]
    for ending, phones in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        for base in (stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem):
            if known(base):
                return [one + (phones if phones is not None else _past(one[-1])) for one in known(base)]
    for cut in range(len(word) - 3, 2, -1):
        if known(word[:cut]) and known(word[cut:]):
            return [known(word[:cut])[0] + known(word[cut:])[0]]
    return []


def _plural(last: str) -> Pronunciation:
    if last in _HISSING:
        return ["IH0", "Z"]
    return ["S"] if last in _VOICELESS else ["Z"]


def _past(last: str) -> Pronunciation:
    if last in ("T", "D"):
        return ["IH0", "D"]
    return ["T"] if last in _VOICELESS or last in ("S", "SH", "CH") else ["D"]
