"""What is said of a script: without speakers' names, scene headings, stage directions, marks of subtitles.

What is kept though nobody says it costs its own span and is named; so a doubtful bracket within a sentence is
kept, and one where a direction stands is not.
"""

from __future__ import annotations

import re
from typing import Final

# Directions, tags, notes of songs. Bounded, so that a book of opening brackets takes no longer than another.
_NEVER: Final = re.compile(r"\[[^\]]{0,2000}\]|<[^>\n]{0,200}>|\{[^}\n]{0,200}\}|[♪♫]")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens and what has no width
_APOSTROPHES: Final = re.compile("[’‘‛ʼ´`]")
_ROUND: Final = re.compile(r"(?<![\w(])\(([^()]{0,500})\)(?!\w)")
_STARS: Final = re.compile(r"(?<![\w*])(\*{1,3})([^*\n]{1,300})\1(?![\w*])")
_STOPS: Final = frozenset(".!?…:;,—–-)}]>*")  # before a sentence, or where one stops
_QUOTES: Final = frozenset("'\"”’")
_DIRECTION: Final = re.compile(  # what somebody does, or how it is said; never a sentence
    r"(?:beat|pause|silence|to \w+|aside|cont'd|o\.?s\.?|v\.?o\.?|o\.?c\.?|off|in \w+"
    r"|(?:\w+ )?\w+(?:s|ing|ly))"
    r"(?: \w+){0,2}",
    re.IGNORECASE,
)
_CAPITALS: Final = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ0-9.'#&-]*"
_CUE: Final = re.compile(  # "DR. SMITH (O.S.):" and "Speaker 2:" before what they say
    rf"(?m)^[ \t>-]*(?:{_CAPITALS}(?: {_CAPITALS}){{0,3}}|[Ss]peaker \w{{1,2}})"
    r"\s*(?:\([^)\n]*\))?\s*:(?=\s|$)"
)
_HEADING: Final = re.compile(
    r"(?m)^[ \t]*(?:INT|EXT|I/E|INT\.?/EXT)[. ]+[^a-z\n]*$|^[ \t]*(?:CUT|FADE) (?:TO|IN|OUT)\b.*$"
)
_NAME: Final = re.compile(rf"^\s*{_CAPITALS}(?: {_CAPITALS}){{0,3}}\s*(\([^)]*\))?\s*$")


def spoken_part(text: str) -> str:
    """The text without what nobody says; apostrophes and hidden marks made plain."""
    text = _UNSEEN.sub("", _APOSTROPHES.sub("'", text))
    text = _NEVER.sub(" ", text)
    text = _CUE.sub(" ", _HEADING.sub(" ", text))
    text = _without_names(text)
    spoken = _STARS.sub(_unless_action, _ROUND.sub(_unless_direction, text))
    return spoken if any(map(str.isalnum, spoken)) else text  # a line that is all in brackets is said


def _without_names(text: str) -> str:
    """Of a screenplay, whose speakers stand on lines of their own above what they say."""
    lines = text.split("\n")
    out = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        found = _NAME.match(line)
        above = found is not None and bool(after.strip()) and after.upper() != after
        out.append(" " if above or (found is not None and found[1]) else line)
    return "\n".join(out)


def _at_break(before: str) -> bool:
    """Whether a sentence begins or stops behind this."""
    bare = before[:-1] if before[-1:] in _QUOTES else before
    return not before or bare[-1:] in _STOPS


def _unless_direction(found: re.Match[str]) -> str:
    inside = found[1].strip()
    at_break = _at_break(found.string[: found.start()].rstrip())
    is_number = any(c.isdigit() for c in inside)
    if not is_number and (at_break or _DIRECTION.fullmatch(inside)):
        return " "
    return found[0]


def _unless_action(found: re.Match[str]) -> str:
    """*laughs* is done, *really* is stressed."""
    inside = found[2].strip()
    at_break = _at_break(found.string[: found.start()].rstrip())
    return " " if at_break and inside.islower() and _DIRECTION.fullmatch(inside) else found[2]
