"""SRT and WebVTT: words with the times of their cue. Phones come from them only with a pronouncer."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from ...controls import VOWELS
from ...errors import BilabialError
from ...phonemes.cues import Cue, CueError, read_cues
from ...phonemes.groups import lookup
from .intervals import Contents, Interval, ReadOptions, Word, fail, read_text

_WORD = re.compile(r"[^\W\d_][\w'’\-]*|\d+", re.UNICODE)


def read(path: Path, options: ReadOptions) -> Contents:
    words: list[Word] = []
    lines: list[int] = []
    for cue in _cues(path):
        spread = _spread(cue)
        words += spread
        lines += [cue.line] * len(spread)
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


def _cues(path: Path) -> list[Cue]:
    """The cues of a file: one after the other, and one at least."""
    text = read_text(path)
    if path.suffix.lower() == ".vtt" and not text.startswith("WEBVTT"):
        raise fail(path, 1, "a WebVTT file starts with WEBVTT")
    try:
        cues = read_cues(text)
    except CueError as error:
        raise fail(path, error.line, error.message) from error
    for before, after in pairwise(cues):
        if after.start < before.end - 1e-6:
            raise fail(
                path,
                after.line,
                f"the cue starts at {after.start:g} s, before that of line {before.line} ends",
            )
    if not cues:
        raise fail(path, None, "there is no cue in it: a cue has a line like 00:00:01,000 --> 00:00:02,500")
    return cues


def _spread(cue: Cue) -> list[Word]:
    """The cue's words over its time, by their length in letters."""
    words = _WORD.findall(cue.said)
    total = sum(len(word) + 1 for word in words)
    result = []
    at = cue.start
    for word in words:
        until = at + (cue.end - cue.start) * (len(word) + 1) / total
        result.append(Word(at, until, word))
        at = until
    return result
