"""What every phone file comes down to: labelled stretches of time, each with the line it stands on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...contents import contents
from ...errors import FormatError, PhoneError
from ...limits import LARGEST_TEXT, LONGEST
from ...phonemes import groups
from ...phonemes.track import PhoneTrack, check_label

_SAME_MOMENT_S = 1e-4  # files round their times; an overlap smaller than this is no overlap

Pronouncer = Callable[[str], Sequence[str]]
"""A word to its phones in ARPAbet, such as ("HH", "AH0", "L", "OW1")."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A label from ``start`` to ``end`` in seconds; ``line`` counts from 1."""

    start: float
    end: float
    label: str
    line: int
    word: int | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it is said, in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: see read_phones."""

    language: str | None = None
    alphabet: str | None = None
    tier: str | None = None
    fps: float = 24.0
    pronouncer: Pronouncer | None = None


@dataclass(slots=True)
class Contents:
    """A file as read: phones or words, and the alphabet where the format itself fixes it."""

    intervals: list[Interval] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    alphabet: str | None = None


def fail(path: Path, line: int | None, message: str) -> FormatError:
    """The error for one line of a file; raise what it returns."""
    place = f"{path.name}, line {line}" if line else path.name
    return FormatError(f"{place}: {message}")


def read_text(path: Path) -> str:
    """The whole text, as UTF-8 (with or without mark) or UTF-16 (with mark)."""
    try:
        raw = contents(path, LARGEST_TEXT)
    except IsADirectoryError as error:
        raise FormatError(f"{path} is a folder: give a phone file") from error
    except FileNotFoundError as error:
        raise FormatError(f"there is no file {path}: check the name") from error
    except OSError as error:
        raise FormatError(f"cannot read {path}: {error.strerror or error}") from error
    if raw is None:
        raise fail(path, None, f"it is larger than {LARGEST_TEXT >> 20} MB, which no phone file is")
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise fail(path, line, "the text is neither UTF-8 nor UTF-16: save it as UTF-8") from error


def number(path: Path, line: int, text: str, what: str) -> float:
    """A finite number from a file."""
    try:
        value = float(text)
    except ValueError as error:
        raise fail(path, line, f"{text!r} stands where {what} belongs: give a number") from error
    if not math.isfinite(value):
        raise fail(path, line, f"{what} is {text}: give a finite number")
    return value


def whole(path: Path, line: int, text: str, what: str) -> int:
    """A whole number, 0 or more."""
    value = number(path, line, text, what)
    if value != int(value) or value < 0:
        raise fail(path, line, f"{what} is {text}: give a whole number, 0 or more")
    return int(value)


def in_order(path: Path, intervals: Sequence[Interval]) -> list[Interval]:
    """The intervals, checked: positive lengths, no negative times, none over another."""
    result: list[Interval] = []
    for one in intervals:
        try:
            check_label(one.label)
        except PhoneError as error:
            raise fail(path, one.line, str(error)) from error
        if one.start < 0.0:
            raise fail(
                path, one.line, f"{one.label!r} starts at {one.start:g} s, before the sound: times start at 0"
            )
        if one.end <= one.start:
            raise fail(
                path, one.line, f"{one.label!r} ends at {one.end:g} s, not after its start at {one.start:g} s"
            )
        if one.end > LONGEST:
            raise fail(
                path, one.line, f"{one.label!r} ends at {one.end:g} s: a sound lasts {LONGEST:g} s at most"
            )
        if result and one.start < result[-1].end - _SAME_MOMENT_S:
            before = result[-1]
            raise fail(
                path,
                one.line,
                f"{one.label!r} starts at {one.start:g} s while {before.label!r} of line {before.line} "
                f"lasts until {before.end:g} s: sounds of one voice follow one another",
            )
        start = max(one.start, result[-1].end) if result else one.start
        if one.end > start:
            result.append(Interval(start, one.end, one.label, one.line, one.word))
    return result


def to_track(path: Path, contents: Contents, options: ReadOptions) -> PhoneTrack:
    """Intervals as phones. Errors name the line of the label that no table knows."""
    intervals = in_order(path, contents.intervals)
    alphabet = options.alphabet or contents.alphabet
    try:
        if alphabet is None:
            alphabet = groups.detect_alphabet(one.label for one in intervals)
        for one in intervals:
            _known(path, one, alphabet, options.language)
        rows = [(one.start, one.end, one.label) for one in intervals]
        return groups.track(rows, alphabet, options.language, [one.word for one in intervals])
    except PhoneError as error:
        raise FormatError(f"{path.name}: {_with_line(str(error), intervals)}") from error


def _known(path: Path, one: Interval, alphabet: str, language: str | None) -> None:
    try:
        groups.lookup(one.label, alphabet, language)
    except PhoneError as error:
        raise fail(path, one.line, str(error)) from error


def _with_line(message: str, intervals: Sequence[Interval]) -> str:
    """Put the line of the first label that the message quotes in front of it."""
    for one in intervals:
        if repr(one.label) in message:
            return f"line {one.line}: {message}"
    return message
