"""English pronunciations: the CMU dictionary, packed; endings and letter rules for words that it lacks.

The packed file holds one line a word, in alphabetical order: one letter that says how much of the word
before it is repeated, the rest of the word, then its pronunciations, one character a phone; all of it
deflated.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache
from itertools import chain, product, zip_longest
from pathlib import Path
from typing import Final

from ..errors import PhoneError
from .letters import spellings

Pronunciation = list[str]  # ARPAbet with stress digits

_FILE: Final = Path(__file__).with_name("cmudict.bin")
_MORE: Final = Path(__file__).with_name("more_words.txt")
_MOST_RUNS: Final = 3  # of letters drawn out in one word
_WORD: Final = re.compile(r"[a-z][a-z'.-]*|'[a-z]+")
VOWELS: Final = ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
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
PHONES: Final = (*(vowel + digit for vowel in VOWELS for digit in "012"), *_CONSONANTS)
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
    if spoken is None:
        return _more().get(word, [])
    return [[PHONES[ord(c) - 48] for c in one] for one in spoken.split(" ")]


@lru_cache(maxsize=1)
def _more() -> dict[str, list[Pronunciation]]:
    """What people say that the dictionary lacks: calls, contractions, words younger than it."""
    entries: dict[str, list[Pronunciation]] = {}
    for line in _MORE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, *phones = line.split()
            entries.setdefault(word, []).append(phones)
    return entries


def pronunciations(word: str) -> list[Pronunciation]:
    """Every way to say an English word: from the dictionary, else from its parts, else from its letters."""
    word = word.lower()
    told = _told(word)
    return told or spellings(word if known(word) else word.strip("'-."))


def is_guessed(word: str) -> bool:
    """Whether neither the dictionary nor the parts of a word tell how it is said."""
    return bool(word.strip("'-.")) and not _told(word.lower())


def _told(word: str) -> list[Pronunciation]:
    if word.endswith("in'") and (base := known(word[:-1] + "g")):  # pumpin'
        return [[*one[:-1], "N"] for one in base]
    bare = word if known(word) else word.strip("'-.")
    if not bare or (found := known(bare)):
        return known(bare)
    plain = _without_accents(bare)
    if plain != bare and (found := known(plain)):
        return found
    return _from_parts(plain) or _drawn_out(plain) or _again_and_again(plain)


def _without_accents(word: str) -> str:
    """Of café and naïve as the dictionary has them."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _drawn_out(word: str) -> list[Pronunciation]:
    """ "nooooo", "pleeease", "stooop": letters three times and more stand for one or two of them."""
    runs = re.split(r"((?:([a-z])\2{2,}))", word)[::3]
    letters = [run[0] for run in re.findall(r"((?:([a-z])\2{2,}))", word)]
    if not letters or len(letters) > _MOST_RUNS:
        return []
    found: list[Pronunciation] = []
    for lengths in product((1, 2), repeat=len(letters)):
        filled = [letter[0] * length for letter, length in zip(letters, lengths, strict=True)]
        tried = "".join(chain.from_iterable(zip_longest(runs, filled, fillvalue="")))
        found += known(tried) or _from_parts(tried)
    return found


def _again_and_again(word: str) -> list[Pronunciation]:
    """ "hahaha", "lalala"."""
    said = re.fullmatch(r"([a-z]{2,3}?)\1+[a-z]?", word)
    if said is None or not (once := known(said[1])):
        return []
    return [once[0] * (len(word) // len(said[1]))]


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
