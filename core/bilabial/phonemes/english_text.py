"""English as it is written to English as it is said: figures, abbreviations, initials, signs, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .dictionary import known
from .figures import STEPS as FIGURES
from .figures import Step
from .numbers import cardinal, ordinal, spoken
from .readings import Either, either, split, without_private

_TITLES: Final = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "prof": "professor", "st": "saint",
    "jr": "junior", "sr": "senior", "gen": "general", "col": "colonel", "capt": "captain", "sgt": "sergeant",
    "lt": "lieutenant", "cpl": "corporal", "maj": "major", "rev": "reverend", "hon": "honorable",
    "gov": "governor", "sen": "senator", "rep": "representative", "vs": "versus", "etc": "et cetera",
    "approx": "approximately", "dept": "department", "mt": "mount", "ft": "fort", "inc": "incorporated",
    "ltd": "limited", "corp": "corporation", "ave": "avenue", "blvd": "boulevard", "rd": "road",
    "hwy": "highway", "apt": "apartment", "est": "established", "govt": "government", "mx": "mix",
    "misc": "miscellaneous",
    "jan": "january", "feb": "february", "apr": "april", "aug": "august", "sept": "september",
    "sep": "september", "oct": "october", "nov": "november", "tues": "tuesday", "tue": "tuesday",
    "thurs": "thursday",
    "thur": "thursday", "thu": "thursday", "fri": "friday",
}  # fmt: skip
_SHORTENED: Final = {
    "et cetera",
    "approximately",
    "incorporated",
    "limited",
    "corporation",
}  # may end a sentence
_BEFORE_A_NUMBER: Final = {
    "no": "number", "nos": "numbers", "p": "page", "pp": "pages", "vol": "volume", "ch": "chapter",
    "fig": "figure", "sec": "section", "jan": "january", "feb": "february", "mar": "march",
    "apr": "april", "jun": "june",
    "jul": "july", "aug": "august", "sept": "september", "sep": "september", "oct": "october",
    "nov": "november", "dec": "december", "mon": "monday", "wed": "wednesday", "sat": "saturday",
    "sun": "sunday",
}  # fmt: skip
_RANKS: Final = {
    "sgt": "sergeant",
    "lt": "lieutenant",
    "capt": "captain",
    "prof": "professor",
    "gen": "general",
}
_SHORT: Final = {"w/": "with ", "w/o": "without ", "b/c": "because ", "c/o": "care of "}
_SIGNS: Final = {
    "&": "and", "@": "at", "±": "plus or minus", "+": "plus", "=": "equals", "%": "percent", "°": "degrees",
    "×": "times", "÷": "divided by",
}  # fmt: skip
_LATIN_READ: Final = {
    "eg": ("for example", "e. g."), "ie": ("that is", "i. e."), "ee": ("e. e.",), "ig": ("i. g.",),
}  # fmt: skip
_ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_NOT_ROMAN: Final = frozenset(
    ["MIX", "DIM", "MD", "DC", "CD", "MC", "CC", "DI", "LI", "LV", "XL", "XX", "XXX", "MM", "CV"]
)

_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?<![\w.+-])((?:[\w.+-]+@)?(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|io|co|uk|de|tv|ai|app|dev))\b"
    r"((?:/[\w-]+)*)/?"
)
_CENSORED: Final = re.compile(r"\b\w+\*+\w*|(?<!\w)[#@$%&!*]{3,}(?!\w)")
_LANGUAGES: Final = re.compile(r"\b([A-Z])(\+\+|#)(?!\w)")
_HASHTAG: Final = re.compile(r"#(?=\d)|#(?=[A-Za-z])")
_STREET: Final = re.compile(r"(?<=[a-z])( +)St\.(?!\s+[A-Z][a-z])")
_NUMBERED: Final = re.compile(
    rf"\b({'|'.join(_BEFORE_A_NUMBER)})\.?\s?(?=\d)|\b(Mon|Wed|Sat|Sun|Mar|Dec)\.(?=,)", re.IGNORECASE
)
_RANK: Final = re.compile(rf"\b({'|'.join(_RANKS)}) (?=[A-Z][a-z])", re.IGNORECASE)
_SLASHED: Final = re.compile(r"(?<!\w)([wbc]/o?c?)(?=[\s\w])", re.IGNORECASE)
_DEGREE: Final = re.compile(r"\bPh\.?\s?D\b\.?")
_LATIN: Final = re.compile(r"\b(e|i)\.\s?(g|e)\.(?!\w)", re.IGNORECASE)
_DOTTED: Final = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_ABBREVIATION: Final = re.compile(r"\b([A-Za-z]+)\.(?=[\s,;:)?!]|$)")
_AFTER_A_NAME: Final = re.compile(r"\b([A-Z][a-z]+(?: [A-Z][a-z]+)*) ([IVXLCDM]{2,})\b(?!['’.-]?\w)")
_NUMBERED_PART: Final = re.compile(
    r"\b(chapter|part|act|scene|book|volume|canto|section|episode|season|phase) ([IVXLCDM]+)\b(?!['’]\w)",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"\b[A-Za-z]*[a-z][A-Z][A-Za-z]*\b")
_CAPITALS: Final = re.compile(r"\b([A-Z]{2,6})(s?)\b(?!['’]\w{2})")
_LETTER_NUMBER: Final = re.compile(r"\b([A-Za-z]+)[-]?(\d+)\b")
_NUMBER_LETTERS: Final = re.compile(r"(?<=\d)-?([A-Z]{1,3})\b")
_READ_BY_LETTER: Final = 4  # capitals: what is longer and has vowels is a word


def readable(text: str) -> str:
    """The text in words that a dictionary may know, each token by its usual reading.

    Letters that are read one by one end with a point.
    """
    return "".join(part if isinstance(part, str) else part.readings[0] for part in read_aloud(text))


def read_aloud(text: str) -> Iterator[str | Either]:
    """The same, with the other readings of tokens that have several."""
    text = without_private(text)
    shouted = text.upper() == text
    for pattern, replaced in _STEPS:
        text = pattern.sub(replaced, text)
    text = _CAPITALS.sub(_shouted_initials if shouted else _initials, text)
    for sign, said in _SIGNS.items():
        text = text.replace(sign, f" {said} ")
    return split(text)


def _address(found: re.Match[str]) -> str:
    said = found[1].replace("@", " at ").replace(".", " dot ").replace("-", " dash ")
    said = re.sub(r"\bwww\b", "w. w. w.", said)
    return f" {said}{found[2].replace('/', ' slash ')} "


def _numbered(found: re.Match[str]) -> str:
    name = (found[1] or found[2]).lower()
    if name in ("no", "p", "ch", "sun", "sat", "mar", "mon", "sec", "fig", "wed") and "." not in found[0]:
        return found[0]  # "no 5 of them", "he sat 3 hours": words
    return f" {_BEFORE_A_NUMBER[name]} "


def _abbreviation(found: re.Match[str]) -> str:
    said = _TITLES.get(found[1].lower())
    if said is None or (found[1].islower() and found[1] in ("sat", "sun", "gen", "rep", "hon", "sen", "est")):
        return found[0]
    if said in _SHORTENED and known(found[1].lower()):
        return f"{either(found[1], [said, found[1].lower()])}."
    return said


def _roman(found: re.Match[str]) -> str:
    """Louis XIV and World War II: a valid number of capitals behind a name."""
    name, letters = found[1], found[2]
    value = _value(letters)
    if letters in _NOT_ROMAN or value is None:
        return found[0]
    number, rank = " ".join(cardinal(value)), " ".join(ordinal(value))
    return f"{name} {either(letters, [number, f'the {rank}'])}"


def _numbered_part(found: re.Match[str]) -> str:
    """Chapter XXI, ACT II: a number, whatever the capitals; one letter alone may be the letter."""
    name, letters = found[1], found[2]
    value = _value(letters) if letters.isupper() else None
    if value is None:
        return found[0]
    number = " ".join(cardinal(value))
    return f"{name} {number if len(letters) > 1 else either(letters, [letters.lower(), number])}"


def _value(letters: str) -> int | None:
    values = [_ROMAN[letter] for letter in letters]
    total = sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
    return total if _as_roman(total) == letters else None


def _as_roman(value: int) -> str:
    out = ""
    for size, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        out += letters * (value // size)
        value %= size
    return out


def _camel(found: re.Match[str]) -> str:
    """Of iPhone and MeToo the parts, where each is a word or a letter."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", found[0])
    is_word = known(found[0].lower()) or not all(known(part.lower()) for part in parts)
    return found[0] if is_word else " ".join(parts)


def _initials(found: re.Match[str]) -> str:
    """NATO is a word, BBC is letters, IT may be either."""
    letters = found[1]
    plural = "'s" if found[2] else ""
    if known(letters.lower()):
        if len(letters) > 3 or found[2]:
            return found[0]
        return either(letters.lower(), [letters.lower(), _spelled(letters)])
    if re.search("[AEIOUY]", letters[1:]) and len(letters) >= _READ_BY_LETTER:
        return found[0]
    return _spelled(letters) + plural


def _shouted_initials(found: re.Match[str]) -> str:
    """Where everything is in capitals they mean little: a short word that nobody knows may be letters."""
    letters = found[1]
    if known((letters + found[2]).lower()) or len(letters) > _READ_BY_LETTER:
        return found[0]
    if not re.search("[AEIOUY]", letters):
        return _spelled(letters)
    return either(letters.lower(), [letters.lower(), _spelled(letters)])


def _spelled(letters: str) -> str:
    return " ".join(f"{letter}." for letter in letters.lower() if letter.isalpha())


def _letter_number(found: re.Match[str]) -> str:
    letters = found[1]
    # "CO2", "MP3", "AK-47" are letters; "covid-19" and "COVID-19" are a word.
    told = _spelled(letters) if letters.isupper() and len(letters) <= 3 else letters
    return f"{told} {' '.join(spoken(found[2]))}"


_STEPS: Final[tuple[Step, ...]] = (
    (_ADDRESS, _address),
    (_CENSORED, lambda found: " "),
    (_LANGUAGES, lambda found: f" {found[1].lower()}. {'plus plus' if found[2] == '++' else 'sharp'} "),
    (_HASHTAG, lambda found: " number " if found.string[found.end()].isdigit() else " hashtag "),
    (_STREET, lambda found: f"{found[1]}street"),
    (_NUMBERED, _numbered),
    (_DEGREE, lambda found: " p. h. d. "),
    *FIGURES,
    (_LATIN, lambda found: either(found[0], _LATIN_READ[found[1].lower() + found[2].lower()])),
    (_DOTTED, lambda found: f" {_spelled(found[0])} "),
    (_ABBREVIATION, _abbreviation),
    (_RANK, lambda found: f"{_RANKS[found[1].lower()]} "),
    (_SLASHED, lambda found: _SHORT.get(found[1].lower(), found[0])),
    (_NUMBERED_PART, _numbered_part),
    (_AFTER_A_NAME, _roman),
    (_CAMEL, _camel),
    (_LETTER_NUMBER, _letter_number),
    (_NUMBER_LETTERS, lambda found: f" {_spelled(found[1])}"),
)
