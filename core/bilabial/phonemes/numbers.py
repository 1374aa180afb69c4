"""English words for digits in a transcript: "23" is said as two words, "1984" mostly as a year."""

from __future__ import annotations

import re

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred"))
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ENDINGS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
"nine": "ninth",
            "twelve": "twelfth"}  # fmt: skip


def spoken(token: str) -> list[str]:
    """Words of a token with digits in it ("23", "1,200", "3.5", "2nd", "1984"); other tokens come back as
    they are.
    """
    if ranked := re.fullmatch(r"(\d[\d,]*)(?:st|nd|rd|th)", token):
        digits = ranked[1].replace(",", "")
        return ordinal(int(digits)) if len(digits) <= 15 else [_SMALL[int(digit)] for digit in digits]
    if not _NUMBER.fullmatch(token):
        # Letters and digits mixed: read the digits one by one between the letters.
        pieces = re.findall(r"\d|[^\d]+", token)
        return [_SMALL[int(piece)] if piece.isdigit() else piece for piece in pieces]
    whole, _, part = token.replace(",", "").partition(".")
    value = int(whole[:16])
    if len(whole) > 15 or (len(whole) > 1 and whole[0] == "0"):
        words = [_SMALL[int(digit)] for digit in whole]
    elif 1100 <= value <= 1999 and "," not in token and not part:
        words = year(value)
    else:
        words = cardinal(value)
    return words + (["point", *(_SMALL[int(digit)] for digit in part)] if part else [])


def readings(digits: str) -> list[str]:
    """The ways to say up to four digits without marks, the usual one first: "911", "2010", "007", "0"."""
    value = int(digits)
    by_digit = " ".join(_SMALL[int(digit)] for digit in digits)
    with_oh = by_digit.replace("zero", "oh")
    if len(digits) > 1 and digits[0] == "0":
        return [by_digit, with_oh] + [f"double oh {_SMALL[value]}"] * (len(digits) == 3 and 0 < value < 10)
    if len(digits) == 1:
        return [by_digit, with_oh]
    plain, joined = " ".join(cardinal(value)), " ".join(cardinal(value, " and"))
    if len(digits) == 2 or len(digits) > 4:
        return [plain]
    if value % 1000 == 0 or (len(digits) == 3 and value % 100 == 0):
        return [plain]
    low = value % 100
    pair = " ".join(
        [*cardinal(value // 100), *(["oh"] * (0 < low < 10)), *(cardinal(low) if low else ["hundred"])]
    )
    if len(digits) == 3:
        return [plain, pair, with_oh, joined]
    if 1100 <= value <= 1999 or 2010 <= value <= 2099:
        return [pair, plain, joined]
    return [plain, joined, pair, with_oh]


def year(value: int) -> list[str]:
    """1984 and 2024 in two halves, 2001 as a number."""
    low = value % 100
    if 2000 <= value < 2010:
        return cardinal(value)
    return cardinal(value // 100) + (["hundred"] if low == 0 else ["oh"] * (low < 10) + cardinal(low))


def ordinal(value: int) -> list[str]:
    """ "twenty third" as words."""
    words = cardinal(value)
    last = words[-1]
    words[-1] = _ENDINGS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return words


def cardinal(value: int, joint: str = "") -> list[str]:
    """ "one hundred five" as words; with ``joint`` " and", "one hundred and five"."""
    if value < 20:
        return [_SMALL[value]]
    if value < 100:
        return [_TENS[value // 10]] + ([_SMALL[value % 10]] if value % 10 else [])
    size, name = next(scale for scale in _SCALES if value >= scale[0])
    rest = value % size
    joined = [joint.strip()] if joint and 0 < rest < 100 else []
    return [*cardinal(value // size), name, *joined, *(cardinal(rest, joint) if rest else [])]
