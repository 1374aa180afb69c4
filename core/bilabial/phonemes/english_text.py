"""English as it is written to English as it is said: money, times, years, fractions, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .dictionary import known
from .numbers import cardinal, ordinal, spoken, year

_CURRENCIES: Final = {"$": ("dollar", "cent"), "£": ("pound", "p"), "€": ("euro", "cent"), "¥": ("yen", "")}
_LARGE: Final = {"k": "thousand", "m": "million", "bn": "billion"}
_TITLES: Final = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "prof": "professor", "st": "saint",
    "jr": "junior", "sr": "senior", "gen": "general", "col": "colonel", "capt": "captain", "sgt": "sergeant",
    "lt": "lieutenant", "rev": "reverend", "hon": "honorable", "gov": "governor", "sen": "senator",
    "vs": "versus", "etc": "et cetera", "approx": "approximately", "dept": "department", "mt": "mount",
}  # fmt: skip
_SIGNS: Final = {"&": "and", "@": "at", "+": "plus", "=": "equals", "%": "percent", "°": "degrees"}
_PARTS: Final = {2: ("half", "halves"), 4: ("quarter", "quarters")}

_MONEY: Final = re.compile(
    r"([$£€¥])\s?(\d[\d,]*)(?:\.(\d\d?))?(?:\s?(k|m|bn|thousand|million|billion|trillion)\b)?", re.IGNORECASE
)
_TIME: Final = re.compile(r"\b(\d{1,2}):([0-5]\d)(?::[0-5]\d)?(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE)
_HOUR: Final = re.compile(r"\b(\d{1,2})\s?([ap])\.?m\b\.?", re.IGNORECASE)
_DECADE: Final = re.compile(r"(?:\b(1[1-9]|20)|['’])(\d0)s\b")
_YEAR: Final = re.compile(r"\b(1[1-9]\d\d|20\d\d)\b(?![\d.,]*\d)")
_FRACTION: Final = re.compile(r"\b(\d{1,3})/(\d{1,3})\b(?!/)")
_RANGE: Final = re.compile(r"(?<=\d)\s?[–-]\s?(?=\d)")
_MINUS: Final = re.compile(r"(?<![\w.])[-−](?=\d)")
_DOTTED: Final = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_ABBREVIATION: Final = re.compile(r"\b([A-Za-z]+)\.(?=\s|$)")
_CAPITALS: Final = re.compile(r"\b([A-Z]{2,6})(s?)\b(?!['’])")
_LETTER_NUMBER: Final = re.compile(r"\b([A-Za-z]+)[-]?(\d+)\b")


def readable(text: str) -> str:
    """The text in words that a dictionary may know. Letters that are read one by one end with a point."""
    shouted = text.upper() == text
    for pattern, replaced in _STEPS:
        text = pattern.sub(replaced, text)
    if not shouted:  # where everything is in capitals they mean nothing
        text = _CAPITALS.sub(_initials, text)
    for sign, said in _SIGNS.items():
        text = text.replace(sign, f" {said} ")
    return text


def _money(found: re.Match[str]) -> str:
    whole, part, large = found[2].replace(",", ""), found[3], found[4]
    unit, small = _CURRENCIES[found[1]]
    if large:
        number = " ".join(cardinal(int(whole))) + (f" point {' '.join(part)}" if part else "")
        return f" {number} {_LARGE.get(large.lower(), large)} {unit}s "
    value = int(whole)
    said = f" {' '.join(cardinal(value))} {unit}{'' if value == 1 or unit == 'yen' else 's'} "
    if part and small and int(part):
        cents = int(part.ljust(2, "0"))
        said = f"{said if value else ' '}{cents} {small}{'' if cents == 1 or small == 'p' else 's'} "
    return said


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    half = f" {found[3]}. m." if found[3] else ""
    if minute == 0:
        return f" {hour}{half} " if half else f" {hour} o'clock "
    return f" {hour} {'oh ' if minute < 10 else ''}{minute}{half} "


def _decade(found: re.Match[str]) -> str:
    tens = cardinal(int(found[2]))[-1] if found[2] != "00" else "hundred"
    plural = tens[:-1] + "ies" if tens.endswith("y") else tens + "s"
    century = " ".join(cardinal(int(found[1]))) + " " if found[1] else ""
    return f" {'two thousands' if found[1] == '20' and found[2] == '00' else century + plural} "


def _fraction(found: re.Match[str]) -> str:
    above, below = int(found[1]), int(found[2])
    if not 0 < above < below or below < 2:
        return f" {above} over {below} "
    names = _PARTS.get(below)
    if names is None:
        single = " ".join(ordinal(below))
        names = (single, single + "s")
    return f" {above} {names[above > 1]} "


def _abbreviation(found: re.Match[str]) -> str:
    return _TITLES.get(found[1].lower(), found[0])


def _initials(found: re.Match[str]) -> str:
    """NATO is a word, BBC is letters: what the dictionary knows, or what has vowels and length, is a word."""
    letters = found[1]
    if known(letters.lower()) or (len(letters) > 3 and re.search("[AEIOU]", letters[1:])):
        return found[0]
    return _spelled(letters) + ("'s" if found[2] else "")


def _spelled(letters: str) -> str:
    return " ".join(f"{letter}." for letter in letters.lower() if letter.isalpha())


_STEPS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (_MONEY, _money),
    (_TIME, _time),
    (_HOUR, lambda found: f" {found[1]} {found[2]}. m. "),
    (_DECADE, _decade),
    (_DOTTED, lambda found: f" {_spelled(found[0])} "),
    (_FRACTION, _fraction),
    (_RANGE, lambda found: " to "),
    (_MINUS, lambda found: " minus "),
    (_YEAR, lambda found: f" {' '.join(year(int(found[1])))} "),
    (_ABBREVIATION, _abbreviation),
    (_LETTER_NUMBER, lambda found: f"{found[1]} {' '.join(spoken(found[2]))}"),
)
