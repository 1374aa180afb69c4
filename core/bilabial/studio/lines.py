"""The list of lines: what lies in a folder, what is known of each, and what people said about it.

States and notes stand in one small file of the folder (``qa.remarks``); everything else comes from the takes
themselves and is looked up again when they change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ..curves.curve import HAND
from ..curves.files import SUFFIX, find_sound, load_take
from ..errors import BilabialError
from ..phrases import Phrase
from ..pipeline import IsCancelled
from ..qa.check import CheckOptions, check_take
from ..qa.finding import Finding, Report
from ..qa.remarks import NOTHING, Note, Remarks, State, read_remarks
from ..refusals import sentence
from .stamps import Stamp, stamp_of

SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".m4a", ".mp4", ".mov", ".webm")
LARGE = 2_000  # files of a folder that is looked through in the background
MOST = 50_000  # lines of one folder; a disk's root opened by mistake must not fill the memory


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a sound, its take, or both. What nobody has looked at yet is None."""

    name: str  # as seen from the folder, without suffix
    take: Path | None = None
    sound: Path | None = None
    duration: float | None = None  # seconds
    words: int | None = None
    keys: int | None = None
    keys_by_hand: int = 0
    score: float | None = None
    findings: tuple[Finding, ...] = ()
    state: State = State.TODO
    notes: tuple[Note, ...] = ()
    text: str = ""  # what is said, where somebody typed it
    fault: str = ""  # why it cannot be read
    stamp: Stamp = None  # of the take's file, when it was looked at

    @property
    def worst(self) -> str:
        if self.fault:
            return self.fault
        return self.findings[0].reason if self.findings else ""


def is_large(folder: Path, most: int = LARGE) -> bool:
    """Whether a folder holds so many files that looking through them would be felt."""
    return next(islice(_files(folder), most, None), None) is not None


def scan(
    folder: Path,
    only: str | None = None,
    told: Callable[[int], None] = lambda count: None,
) -> list[Line]:
    """Every sound and take in a folder and below, by name, with the text that lies beside it (NAME.txt).

    ``only`` is the name of one line in the folder itself; ``told`` hears now and then how many files were
    seen.
    """
    if not folder.is_dir():
        raise BilabialError(Phrase("there is no folder {0}: it was moved, or its drive is gone", folder))
    sounds: dict[str, Path] = {}
    takes: dict[str, Path] = {}
    texts: dict[str, Path] = {}
    for count, path in enumerate(_files(folder) if only is None else _named(folder, only)):
        if count % 500 == 0:
            told(count)
        if path.name.endswith(SUFFIX):
            takes[_name(folder, path, SUFFIX)] = path
        elif path.suffix.lower() in SOUNDS:
            sounds.setdefault(_name(folder, path, path.suffix), path)
        elif path.suffix.lower() == ".txt":
            texts[_name(folder, path, path.suffix)] = path
        if len(sounds) + len(takes) > 2 * MOST:
            raise BilabialError(
                Phrase("{0} holds more than {1} lines: open one of the folders in it", folder, MOST)
            )
    remarks = read_remarks(folder)
    lines = []
    for number, name in enumerate({*sounds, *takes}):
        if number % 500 == 0:
            told(count)
        line = with_remarks(Line(name, takes.get(name), sounds.get(name)), remarks.get(name, NOTHING))
        if not line.text and name in texts:
            line = replace(line, text=_text(texts[name]))
        lines.append(line)
    return sorted(lines, key=lambda line: line.name)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(place) / name


def _named(folder: Path, name: str) -> Iterator[Path]:
    """The files of one line."""
    for path in sorted(folder.iterdir()):
        if name == (path.name.removesuffix(SUFFIX) if path.name.endswith(SUFFIX) else path.stem):
            yield path


def _name(folder: Path, path: Path, suffix: str) -> str:
    told = path.relative_to(folder).as_posix()
    return told[: -len(suffix)] if suffix else told


def _text(path: Path) -> str:
    """What is said in a line, from the text beside it; a text that cannot be read is none."""
    try:
        return path.read_text("utf-8-sig").strip() if path.stat().st_size < 100_000 else ""
    except (OSError, UnicodeDecodeError):
        return ""


def looked_at(line: Line) -> Line:
    """The line with what its take says, without listening to the sound."""
    if line.take is None:
        return line
    stamp = stamp_of(line.take)
    try:
        take = load_take(line.take)
        sound = line.sound or find_sound(take, line.take)
    except (BilabialError, OSError) as error:
        return replace(line, fault=sentence(error))
    curves = [curve for track in take.tracks.values() for curve in track.curves.values()]
    return replace(
        line,
        sound=sound,
        duration=take.sound.duration,
        words=len({phone.word for phone in take.phones if phone.word is not None}),
        keys=sum(map(len, curves)),
        keys_by_hand=sum(int((curve.origin == HAND).sum()) for curve in curves),
        fault="",
        stamp=stamp,
    )


def rescanned(old: Sequence[Line], found: Sequence[Line], current: str) -> list[Line]:
    """What was known of lines, for the files that are there by now; the open line stays in any case."""
    known = {line.name: line for line in old}
    lines = []
    for line in found:
        before = known.get(line.name)
        same = before is not None and (before.take, before.sound) == (line.take, line.sound)
        if before is None or not same or (line.take is not None and before.stamp != stamp_of(line.take)):
            lines.append(looked_at(line))
        else:
            lines.append(before)
    names = {line.name for line in found}
    return lines + [line for line in old if line.name == current and line.name not in names]


def checked(line: Line, options: CheckOptions, cancelled: IsCancelled | None = None) -> Line:
    """The line with its score and findings."""
    if line.take is None:
        return line
    take = load_take(line.take)
    sound = line.sound if line.sound is not None else find_sound(take, line.take)
    return with_report(line, check_take(take, line.name, sound, options, None, cancelled))


def with_report(line: Line, report: Report) -> Line:
    return replace(line, score=report.score, findings=report.findings)


def with_remarks(line: Line, told: Remarks) -> Line:
    return replace(line, state=told.state, notes=told.notes, text=told.text or line.text)


def is_said(line: Line, told: Remarks) -> bool:
    """Whether the line says this of itself already."""
    return (line.state, line.notes) == (told.state, told.notes) and told.text in ("", line.text)


def remarks_in(line: Line) -> Remarks:
    return Remarks(line.state, line.notes, line.text)


# Filters and order

COLUMNS = ("name", "score", "state", "worst", "notes", "duration", "words", "keys")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are shown."""

    text: str = ""  # in the name, the finding, the notes or what is said
    states: frozenset[State] = field(default_factory=frozenset)  # empty: all
    below: float = 100.1  # score; a line without one is shown

    def shows(self, line: Line) -> bool:
        if self.states and line.state not in self.states:
            return False
        if line.score is not None and line.score >= self.below:
            return False
        if not self.text:
            return True
        told = " ".join((line.name, line.worst, line.text, *(note.text for note in line.notes))).casefold()
        return all(part in told for part in self.text.casefold().split())


def order(line: Line, column: str) -> tuple[Any, ...]:
    """A key to sort by; what is unknown comes last. The score puts the worst first."""
    if column == "score":
        return (not line.fault, line.score is None, line.score or 0.0, line.name)
    if column == "notes":
        return (-len(line.notes), line.name)
    if column == "worst":
        kind = line.findings[0].kind if line.findings else "~"
        return (not line.fault, kind, line.score if line.score is not None else 101.0, line.name)
    value = getattr(line, column)
    return (value is None, value if value is not None else 0, line.name)
