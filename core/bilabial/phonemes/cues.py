"""SRT and WebVTT: what is said between which two times. Tags and stage directions are not said."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from ..errors import PhoneError

_ARROW: Final = "-->"
_TIME: Final = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})")
_TAG: Final = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_NOT_SPOKEN: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|♪[^♪]*♪?")


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: seconds, its text, and the line that its times stand on, from 1."""

    start: float
    end: float
    text: str
    line: int

    @property
    def said(self) -> str:
        """Its text without what stands in brackets or between notes."""
        return " ".join(_NOT_SPOKEN.sub(" ", self.text).split())


class CueError(PhoneError):
    """A subtitle that makes no sense, with its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line} of the subtitles: {message}")
        self.line = line
        self.message = message


def read_cues(text: str) -> list[Cue]:
    """The subtitles of a text in its order; none where it is plain text. CueError where one is broken."""
    lines = text.splitlines()
    cues: list[Cue] = []
    for index, line in enumerate(lines):
        if _ARROW not in line:
            continue
        left, _, right = line.partition(_ARROW)
        start = _seconds(index + 1, left.strip())
        end = _seconds(index + 1, (right.split() or [""])[0])
        if end <= start:
            raise CueError(index + 1, f"the cue ends at {end:g} s, not after its start at {start:g} s")
        said: list[str] = []
        for below in lines[index + 1 :]:
            if not below.strip() or _ARROW in below:
                break
            said.append(below.strip())
        cues.append(Cue(start, end, html.unescape(_TAG.sub(" ", " ".join(said))), index + 1))
    return cues


def _seconds(line: int, text: str) -> float:
    found = _TIME.fullmatch(text)
    if not found:
        raise CueError(line, f"{text!r} is no time: write 00:00:01,000")
    hours, minutes, seconds, fraction = found.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000
