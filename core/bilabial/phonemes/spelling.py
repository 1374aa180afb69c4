"""Letter-to-sound rules for languages in Latin letters, from spelling.txt: for words where eSpeak NG is not
installed. What they cannot know (loan words, compounds) they say as if it were native.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..controls import VOWELS
from ..errors import PhoneError
from . import groups
from .sound import Sound

_FILE: Final = Path(__file__).with_name("spelling.txt")
_VOWELS: Final = "aeiouyáàâäãåăąāæéèêëęěēíìîïīıóòôöõøőōœúùûüůűūýÿ"
_CONSONANTS: Final = "bcdfghjklmnpqrstvwxzçćčďđğĝĥĵłľĺñńňŕřśšşșŝťțţźžżßĉŭ"
_ACCENTED: Final = frozenset("áéíóúàèìòùâêîôûãõ")
_EVERY: Final = {letter: letter for letter in "abdefiklmnopstuvz"} | {
    "g": "ɡ", "r": "r", "h": "h", "j": "j", "w": "w", "y": "i", "c": "k", "q": "k",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    letters: str
    before: re.Pattern[str] | None  # of what stands before, up to its end
    after: re.Pattern[str] | None
    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    stress: tuple[str, ...]
    reduced: dict[str, str]  # vowels as they sound where they are not stressed
    rules: tuple[_Rule, ...]  # the longest letters first


def languages() -> tuple[str, ...]:
    """Codes of the languages that have rules."""
    return tuple(_sections())


def has_rules(language: str) -> bool:
    return language.lower().split("-")[0] in _sections()


def pronounce(word: str, language: str) -> tuple[Sound, ...]:
    """The sounds of a word; empty for one without a letter that the rules know."""
    found = _language(language.lower().split("-")[0])
    spelled = "#" + unicodedata.normalize("NFC", word.lower()).replace("’", "'") + "#"
    labels: list[str] = []
    accented: int | None = None
    at = 1
    while at < len(spelled) - 1:
        rule = _first_that_fits(found, spelled, at)
        size, sounds = (len(rule.letters), rule.sounds) if rule else (1, _plain(spelled[at]))
        if accented is None and _ACCENTED & set(spelled[at : at + size]):
            accented = len(labels)
        labels += sounds
        at += size
    return _stressed(_merged(labels), accented, found, word)


def _first_that_fits(language: _Language, spelled: str, at: int) -> _Rule | None:
    for rule in language.rules:
        end = at + len(rule.letters)
        if not spelled.startswith(rule.letters, at):
            continue
        if rule.before is not None and not rule.before.search(spelled[:at]):
            continue
        if rule.after is None or rule.after.match(spelled, end):
            return rule
    return None


def _plain(letter: str) -> tuple[str, ...]:
    """A letter without a rule as what it looks like."""
    if letter in _EVERY:
        return (_EVERY[letter],)
    bare = unicodedata.normalize("NFD", letter)[0]
    return (_EVERY[bare],) if bare in _EVERY else ()


def _merged(labels: list[str]) -> list[str]:
    """A consonant written twice is said once."""
    return [label for index, label in enumerate(labels) if not index or label != labels[index - 1]]


def _stressed(labels: list[str], accented: int | None, language: _Language, word: str) -> tuple[Sound, ...]:
    sounds = [groups.lookup(label, "ipa", language.code) for label in labels]
    vowels = [index for index, sound in enumerate(sounds) if sound.group in VOWELS]
    strong = _strong(vowels, accented, language.stress, word) if vowels else -1
    for index in vowels:
        if index != strong and labels[index] in language.reduced:
            sounds[index] = groups.lookup(language.reduced[labels[index]], "ipa", language.code)
    return tuple(
        Sound(sound.parts, 1 if index == strong else 0, sound.pieces) if sound.group in VOWELS else sound
        for index, sound in enumerate(sounds)
    )


def _strong(vowels: list[int], accented: int | None, rule: tuple[str, ...], word: str) -> int:
    """Which of the vowels bears the stress."""
    if rule[0] == "accent":
        if accented is not None:
            return min(vowels, key=lambda index: abs(index - accented))
        ends_open = word[-1:].lower() in "aeiouns"
        return vowels[-2] if ends_open and len(vowels) > 1 else vowels[-1]
    if rule[0] == "penult":
        return vowels[-2] if len(vowels) > 1 else vowels[-1]
    if rule[0] == "last":
        return vowels[-1]
    unstressed = len(rule) > 1 and len(vowels) > 2 and word.lower().startswith(tuple(rule[1].split("|")))
    return vowels[1] if unstressed else vowels[0]


@lru_cache(maxsize=1)
def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if header := re.fullmatch(r"\[([a-z]+)\]", line.strip()):
            lines = sections.setdefault(header[1], [])
        elif line.strip() and not line.startswith("# "):
            lines.append(line)
    return sections


@lru_cache(maxsize=8)
def _language(code: str) -> _Language:
    if code not in _sections():
        raise PhoneError(
            f"there are no rules for {code!r}: install espeak-ng, or give a phone file instead of text"
        )
    stress: tuple[str, ...] = ("first",)
    reduced: dict[str, str] = {}
    rules: list[_Rule] = []
    for line in _sections()[code]:
        name, _, value = (part.strip() for part in line.partition("="))
        if name == "stress":
            stress = tuple(value.split())
        elif name == "reduce":
            reduced = dict(pair.split(":") for pair in value.split())
        elif name == "like":
            rules += _language(value).rules
        else:
            rules.append(_rule(name, value))
    own = {(rule.letters, rule.before, rule.after): rule for rule in rules}  # a later one replaces an earlier
    return _Language(code, stress, reduced, tuple(sorted(own.values(), key=lambda rule: -len(rule.letters))))


def _rule(told: str, sounds: str) -> _Rule:
    parts = told.split("_")
    before, letters, after = (
        ("", parts[0], "") if len(parts) == 1 else ("", *parts) if len(parts) == 2 else parts
    )
    if letters.endswith("#"):
        letters, after = letters[:-1], "#"
    return _Rule(
        letters,
        re.compile(f"(?:{_context(before)})$") if before else None,
        re.compile(_context(after)) if after else None,
        tuple(sounds.split()),
    )


def _context(told: str) -> str:
    return told.replace("V", f"[{_VOWELS}]").replace("K", f"[{_CONSONANTS}]")
