"""SRT and WebVTT: words with the times of their cue. Phones come from them only with a pronouncer."""

from __future__ import annotations

import html
import re
from pathlib import Path

from ...controls import VOWELS
from ...errors import BilabialError
from ...phonemes.groups import lookup
from .intervals import Contents, Interval, ReadOptions, Word, fail, read_text

_TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})")
_TAG = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_SPOKEN = re.compile(r"[^\W\d_][\w'’\-]*|\d+", re.UNICODE)
_NOT_SPOKEN = re.compile(r"\([^)]*\)|\[[^\]]*\]|♪[^♪]*♪?")


def read(path: Path, options: ReadOptions) -> Contents:
    cues = read_cues(path)
    words: list[Word] = []
    lines: list[int] = []
    for line, start, end, text in cues:
        spread = _spread(start, end, text)
        words += spread
        lines += [line] * len(spread)
    contents = Contents(words=words, alphabet="arpabet")
    if options.pronouncer is None:
        return contents
    for index, (word, line) in enumerate(zip(words, lines, strict=True)):
        try:
            phones = list(options.pronouncer(word.text))
            weights = [1.6 if lookup(phone, "arpabet").group in VOWELS else 1.0 for phone in phones]
        except BilabialError as error:
            raise fail(path, line, str(error)) from error
        share = (word.end - word.start) / max(sum(weights), 1.0)
        at = word.start
        for phone, weight in zip(phones, weights, strict=True):
            contents.intervals.append(Interval(at, at + weight * share, phone, line, index))
            at += weight * share
    return contents


def read_cues(path: Path) -> list[tuple[int, float, float, str]]:
    """(line, start, end, text) of each cue, in the file's order."""
    lines = read_text(path).splitlines()
    cues: list[tuple[int, float, float, str]] = []
    index = 0
    while index < len(lines):
        if "-->" not in lines[index]:
            if index == 0 and path.suffix.lower() == ".vtt" and not lines[0].startswith("WEBVTT"):
                raise fail(path, 1, "a WebVTT file starts with WEBVTT")
            index += 1
            continue
        line = index + 1
        left, _, right = lines[index].partition("-->")
        start, end = _time(path, line, left), _time(path, line, right.split()[0] if right.split() else "")
        if end <= start:
            raise fail(path, line, f"the cue ends at {end:g} s, not after its start at {start:g} s")
        if cues and start < cues[-1][2] - 1e-6:
            raise fail(path, line, f"the cue starts at {start:g} s, before that of line {cues[-1][0]} ends")
        index += 1
        text = []
        while index < len(lines) and lines[index].strip():
            text.append(lines[index])
            index += 1
        cues.append((line, start, end, html.unescape(_TAG.sub(" ", " ".join(text)))))
    if not cues:
        raise fail(path, None, "there is no cue in it: a cue has a line like 00:00:01,000 --> 00:00:02,500")
    return cues


def _time(path: Path, line: int, text: str) -> float:
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise fail(path, line, f"{text.strip()!r} is no time: write 00:00:01,000")
    hours, minutes, seconds, fraction = found.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _spread(start: float, end: float, text: str) -> list[Word]:
    """The cue's words over its time, by their length in letters. Stage directions in brackets are not
    said."""
    words = _SPOKEN.findall(_NOT_SPOKEN.sub(" ", text))
    total = sum(len(word) + 1 for word in words)
    result = []
    at = start
    for word in words:
        until = at + (end - start) * (len(word) + 1) / total
        result.append(Word(at, until, word))
        at = until
    return result
