"""Figures in written English to words: money, times, dates, years, fractions, measures, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .numbers import cardinal, ordinal, readings, spoken
from .readings import either

Step = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_CURRENCIES: Final = {"$": ("dollar", "cent"), "£": ("pound", "p"), "€": ("euro", "cent"), "¥": ("yen", "")}
_LARGE: Final = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}
_PARTS: Final = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_BELOW: Final = frozenset([*range(2, 11), 12, 16, 20, 32, 64, 100])  # what is divided into such parts
_SMALL_PARTS: Final = dict(
    zip("½⅓⅔¼¾⅛⅜⅝⅞", ("1/2", "1/3", "2/3", "1/4", "3/4", "1/8", "3/8", "5/8", "7/8"), strict=True)
)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_UNITS: Final = {
    "kg": ("kilogram", "kilograms"), "mg": ("milligram", "milligrams"), "g": ("gram", "grams"),
    "km": ("kilometer", "kilometers"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "m": ("meter", "meters"), "mi": ("mile", "miles"),
    "yd": ("yard", "yards"), "yds": ("yard", "yards"),
    "ft": ("foot", "feet"), "in": ("inch", "inches"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "ml": ("milliliter", "milliliters"), "l": ("liter", "liters"),
    "mph": ("mile an hour", "miles an hour"), "km/h": ("kilometer an hour", "kilometers an hour"),
    "kph": ("kilometer an hour", "kilometers an hour"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"),
    "min": ("minute", "minutes"), "mins": ("minute", "minutes"), "sec": ("second", "seconds"),
    "secs": ("second", "seconds"), "ms": ("millisecond", "milliseconds"), "hz": ("hertz", "hertz"),
    "khz": ("kilohertz", "kilohertz"), "mhz": ("megahertz", "megahertz"), "ghz": ("gigahertz", "gigahertz"),
    "kb": ("kilobyte", "kilobytes"), "mb": ("megabyte", "megabytes"), "gb": ("gigabyte", "gigabytes"),
    "tb": ("terabyte", "terabytes"), "kw": ("kilowatt", "kilowatts"),
    "°c": ("degree celsius", "degrees celsius"),
    "°f": ("degree fahrenheit", "degrees fahrenheit"), "°": ("degree", "degrees"),
}  # fmt: skip
_SAID_BOTH_WAYS: Final = {"mph": "m. p. h.", "°c": "degrees", "°f": "degrees", "lbs": "l. b. s."}

_WHOLE: Final = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?!\d)"  # as far as numbers have names
_LISTED: Final = re.compile(r"(?<=\d),(?=\d)(?!\d{3}(?!\d))")  # "1,2,3" counts, "1,200" is a number
_GROUPED: Final = re.compile(
    r"(?<![\w.])(\d{1,3})(?:[\u00a0\u202f\u2009]\d{3})+(?!\d)|(?<![\w.])\d{1,3}(?: 000)+(?!\d)"
)
_POINTED: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{3}){2,}(?![\d.])")
_ONE_CHARACTER: Final = re.compile(rf"(\d?)\s?([{''.join(_SMALL_PARTS)}])")
_RAISED: Final = re.compile(r"(\w)([²³])")
_RANGE_OF_MONEY: Final = re.compile(rf"([$£€¥])({_WHOLE})\s?[–-]\s?\1?({_WHOLE})(?![\d.])")
_MONEY: Final = re.compile(
    rf"([$£€¥])\s?({_WHOLE})(?:\.(\d\d?)(?!\d))?(?:\s?(k|m|bn?|thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)
_MONEY_AFTER: Final = re.compile(rf"(?<![\w.,])({_WHOLE}(?:\.\d\d?)?)\s?([$£€¥¢])(?!\s?\d)")
_DATE: Final = re.compile(
    r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d\d)(?![\d/])|\b(\d{4})-(\d\d)-(\d\d)\b"
)
_DAY_OF_MONTH: Final = re.compile(
    rf"\b({'|'.join(_MONTHS)})\.? (\d{{1,2}})(?![\d:%]|\w)|(?<![\w.,:])(\d{{1,2}}) ({'|'.join(_MONTHS)})\b",
    re.IGNORECASE,
)
_TELEPHONE: Final = re.compile(
    r"(?<![\w.-])(?:\+?(\d{1,2})[- .])?(?:\(?(\d{3})\)?[- .])?(\d{3})[-.](\d{4})(?![\w-])"
)
_MILITARY: Final = re.compile(r"(?<![\d:])([01]\d|2[0-3]):?([0-5]\d) hours\b")
_TIME: Final = re.compile(r"\b(\d{1,2}):([0-5]\d)(?::[0-5]\d)?(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE)
_HOUR: Final = re.compile(r"\b(\d{1,2})\s?([ap])\.?m\b\.?", re.IGNORECASE)
_RATIO: Final = re.compile(r"\b(\d{1,2}):(\d)\b(?!\d)")
_DECADE: Final = re.compile(r"(?:\b(1[1-9]|20)|['’]|(?<![\w.,]))(\d0)['’]?s\b")
_TALL: Final = re.compile(r"(?<!\w)(\d)'\s?(\d{1,2})(?:\"|''|\b)(?!\w)")
_INCHES: Final = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\"(?=[\s.,;!?)]|$)(?<!\"\d\")")
_FRACTION: Final = re.compile(r"(?<![\w/])(?:(\d+) )?(\d{1,3})/(\d{1,3})\b(?!/)")
_BY: Final = re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)")
_TIMES: Final = re.compile(r"\b(\d+)x\b")
_RANGE: Final = re.compile(r"(?<=\d)\s?[–-]\s?(?=\d)")
_MINUS: Final = re.compile(r"(?<![\w.])[-−–](?=\d)")
_VERSION: Final = re.compile(r"(?<![\w.])([vV]?)(\d{1,3}(?:\.\d{1,3}){2,})\b|\b([vV])(\d+\.\d+)\b")
_BARE_PART: Final = re.compile(r"(?<![\w.])\.(\d+)\b")
_LONGEST_FIRST: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MEASURE: Final = re.compile(
    rf"(?<![\w.,])({_WHOLE}(?:\.\d{{1,9}})?)(-?)\s?({_LONGEST_FIRST})"
    r"(?![\w'’/])\.?",
    re.IGNORECASE,
)
_INCH_IS_A_WORD: Final = re.compile(r"\s+[a-z]", re.IGNORECASE)  # "5 in the morning"
_AMBIGUOUS: Final = re.compile(r"(?<![\w.,])(?:0|\d{3,4})(?![\d%]|[.,]\d|\w{2})")


def _grouped(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found[0])


def _one_character(found: re.Match[str]) -> str:
    return f"{found[1]} {_SMALL_PARTS[found[2]]}" if found[1] else f" {_SMALL_PARTS[found[2]]}"


def _number(written: str) -> str:
    return " ".join(spoken(written))


def _range_of_money(found: re.Match[str]) -> str:
    return f" {_number(found[2])} to {_number(found[3])} {_CURRENCIES[found[1]][0]}s "


def _money(found: re.Match[str]) -> str:
    whole, part, large = found[2].replace(",", ""), found[3], found[4]
    unit, small = _CURRENCIES[found[1]]
    if large:
        number = " ".join(cardinal(int(whole))) + (f" point {_number_by_digit(part)}" if part else "")
        return f" {number} {_LARGE.get(large.lower(), large)} {unit}s "
    value = int(whole)
    number = " ".join(cardinal(value))
    units = unit if value == 1 or unit == "yen" else f"{unit}s"
    if not (part and small and int(part)):
        # "A five dollar bill", "five dollars": the sound decides.
        return f" {number} {either(units, [units, unit])} "
    cents = int(part.ljust(2, "0"))
    few = f"{' '.join(cardinal(cents))} {small}{'' if cents == 1 or small == 'p' else 's'}"
    if not value:
        return f" {few} "
    if value >= 1000:
        return f" {number} {units} {few} "
    short = f"{number} {'oh ' if cents < 10 else ''}{' '.join(cardinal(cents))}"
    return either(found[0], [f"{number} {units} {few}", f"{number} {units} and {few}", short])


def _number_by_digit(digits: str) -> str:
    return " ".join(cardinal(int(digit))[0] for digit in digits)


def _money_after(found: re.Match[str]) -> str:
    if found[2] != "¢":
        return f" {found[2]}{found[1]} "
    return f" {_number(found[1])} cent{'' if found[1] == '1' else 's'} "


def _date(found: re.Match[str]) -> str:
    if found[5]:
        day, month, of_year = int(found[7]), int(found[6]), found[5]
    else:  # the American order, unless it cannot be
        month, day, of_year = int(found[1]), int(found[3]), found[4]
        if month > 12 or found[2] == ".":
            month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0]
    on = " ".join(ordinal(day))
    name = _MONTHS[month - 1]
    of_year = either(of_year, readings(of_year))
    ways = [f"{name} {on}", f"the {on} of {name}", f"{on} {name}"]
    return f" {either(f'{name} {day}', ways)} {of_year} "


def _day_of_month(found: re.Match[str]) -> str:
    digits = found[2] or found[3]
    number, rank = _number(digits), " ".join(ordinal(int(digits)))
    if found[2]:
        return f"{found[1]} {either(digits, [rank, number, f'the {rank}'])}"
    return f" {either(digits, [rank, f'the {rank} of', number])} {found[4]}"


def _telephone(found: re.Match[str]) -> str:
    parts = [part for part in found.groups() if part]
    said = [
        "eight hundred" if part == "800" else " ".join(either(one, readings(one)) for one in part)
        for part in parts
    ]
    return f" {' '.join(said)} "


def _military(found: re.Match[str]) -> str:
    hour, minute = found[1], int(found[2])
    start = f"oh {_number(hour[1])}" if hour[0] == "0" else _number(hour)
    rest = "hundred" if minute == 0 else ("oh " if minute < 10 else "") + " ".join(cardinal(minute))
    return f" {start} {rest} hours "


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    half = f" {found[3]}. m." if found[3] else ""
    if minute == 0:
        if hour > 12 or hour == 0:
            return f" {'zero' if hour == 0 else _number(str(hour))} hundred{half} "
        return f" {_number(str(hour))}{half} " if half else f" {_number(str(hour))} o'clock "
    said = (
        f"{'zero' if hour == 0 else _number(str(hour))} {'oh ' if minute < 10 else ''}{_number(str(minute))}"
    )
    return f" {said}{half} "


def _decade(found: re.Match[str]) -> str:
    tens = cardinal(int(found[2]))[-1] if found[2] != "00" else "hundred"
    plural = tens[:-1] + "ies" if tens.endswith("y") else tens + "s"
    century = " ".join(cardinal(int(found[1]))) + " " if found[1] else ""
    return f" {'two thousands' if found[1] == '20' and found[2] == '00' else century + plural} "


def _tall(found: re.Match[str]) -> str:
    feet, inches = _number(found[1]), _number(found[2])
    return either(found[0], [f"{feet} foot {inches}", f"{feet} {inches}"])


def _inches(found: re.Match[str]) -> str:
    return f" {_number(found[1])} inch{'' if found[1] == '1' else 'es'} "


def _fraction(found: re.Match[str]) -> str:
    whole, above, below = found[1], int(found[2]), int(found[3])
    if not 0 < above < below or below not in _BELOW:
        return f" {whole + ' ' if whole else ''}{_number(found[2])} {_number(found[3])} "
    names = _PARTS.get(below)
    if names is None:
        single = " ".join(ordinal(below))
        names = (single, single + "s")
    said = f"{_number(found[2])} {names[above > 1]}"
    if whole:
        one = f"a {names[0]}" if above == 1 else said
        return f" {_number(whole)} {either(f'{above}/{below}', [f'and {one}', f'and {said}', said])} "
    if (above, below) == (1, 2):
        return either("1/2", [said, "half", "a half"])
    return f" {said} "


def _version(found: re.Match[str]) -> str:
    letter, number = (found[1] or "", found[2]) if found[2] else (found[3], found[4])
    parts = [_number(part) for part in number.split(".")]
    said = " point ".join(parts)
    return f" {letter + '. ' if letter else ''}{either(number, [said, said.replace('zero', 'oh')])} "


def _bare_part(found: re.Match[str]) -> str:
    digits = found[1]
    whole = " ".join(cardinal(int(digits))) if len(digits) == 2 and digits[0] != "0" else ""
    by_hand = readings(digits)[1] if len(digits) == 3 and digits[0] != "0" and int(digits) % 100 else whole
    return either(found[0], [f"point {_number_by_digit(digits)}", *([by_hand] if by_hand else [])])


def _measure(found: re.Match[str]) -> str:
    number, unit = found[1], found[3]
    small = unit.lower()
    after = found.string[found.end() :]
    if small in ("in", "m", "g", "l") and (unit != small or (small == "in" and _INCH_IS_A_WORD.match(after))):
        return found[0]  # "5G", "10M", "9 in the morning"
    single, several = _UNITS[small]
    name = single if number == "1" else several
    ways = [name, single, *([_SAID_BOTH_WAYS[small]] if small in _SAID_BOTH_WAYS else [])]
    ended = "." if found[0].endswith(".") else ""
    return f" {number} {either(name if small.startswith('°') else unit, ways)}{ended} "


def _ambiguous(found: re.Match[str]) -> str:
    return either(found[0], readings(found[0]))


STEPS: Final[tuple[Step, ...]] = (
    (_LISTED, lambda found: ", "),
    (_GROUPED, _grouped),
    (_POINTED, _grouped),
    (_ONE_CHARACTER, _one_character),
    (_RAISED, lambda found: f"{found[1]} {'squared' if found[2] == '²' else 'cubed'} "),
    (_RANGE_OF_MONEY, _range_of_money),
    (_MONEY_AFTER, _money_after),
    (_MONEY, _money),
    (_DATE, _date),
    (_DAY_OF_MONTH, _day_of_month),
    (_TELEPHONE, _telephone),
    (_MILITARY, _military),
    (_TIME, _time),
    (_HOUR, lambda found: f" {_number(found[1])} {found[2]}. m. "),
    (_RATIO, lambda found: f" {found[1]} to {found[2]} "),
    (_DECADE, _decade),
    (_TALL, _tall),
    (_INCHES, _inches),
    (_FRACTION, _fraction),
    (_BY, lambda found: either("by", ["by", "times"])),
    (_TIMES, lambda found: f" {_number(found[1])} {either('x', ['times', 'x.'])} "),
    (_VERSION, _version),
    (_RANGE, lambda found: " to "),
    (_MINUS, lambda found: " minus "),
    (_MEASURE, _measure),
    (_BARE_PART, _bare_part),
    (_AMBIGUOUS, _ambiguous),
)
