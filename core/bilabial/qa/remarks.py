"""What people said of lines: their states, notes pinned to moments, the words; in one small file of a folder.

It lies beside the takes, in the folder that the Studio had open, and names lines as seen from there. Several
people may write it at once: what one of them changed is laid over what the file holds by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from ..atomic import write_atomically
from ..curves.files import SUFFIX
from ..errors import BilabialError
from ..json_field import Field
from ..json_text import read_json
from ..locks import writing

FILE = "lines.bilabial.json"
SCHEMA = "bilabial/lines/1"
_HIGHEST = 8  # folders above a take in which its remarks are looked for


class State(StrEnum):
    TODO = "to do"
    FIXED = "fixed"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """A remark at a moment of the sound."""

    at: float  # seconds
    text: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """Of one line."""

    state: State = State.TODO
    notes: tuple[Note, ...] = ()  # by time
    text: str = ""  # what is said, where somebody typed it

    def changed(self, before: Remarks, after: Remarks) -> Remarks:
        """These with what somebody changed from ``before`` to ``after``; what they left alone stays."""
        gone, come = set(before.notes) - set(after.notes), set(after.notes) - set(before.notes)
        return Remarks(
            self.state if after.state == before.state else after.state,
            tuple(sorted((set(self.notes) - gone) | come)),
            self.text if after.text == before.text else after.text,
        )


NOTHING = Remarks()


def read_remarks(folder: Path) -> dict[str, Remarks]:
    """By the line's name. A damaged file is an error: it holds a person's work."""
    file = folder / FILE
    if not file.is_file():
        return {}
    data = Field(read_json(file, "mend it, or move it away", BilabialError), "", str(file), BilabialError)
    if data.get("schema").text() != SCHEMA:
        raise BilabialError(f"{file} was written by a newer Bilabial: update Bilabial")
    return {name: _remarks_in(told) for name, told in data.get("lines").items()}


def _remarks_in(told: Field) -> Remarks:
    state, notes, text = told.maybe("state"), told.maybe("notes"), told.maybe("text")
    if state is not None and state.text() not in tuple(State):
        raise state.fault(f"is none of {', '.join(State)}")
    return Remarks(
        State.TODO if state is None else State(state.text()),
        tuple(sorted(Note(one.get("at").number(), one.get("text").text()) for one in notes.list()))
        if notes is not None
        else (),
        "" if text is None else text.text(),
    )


def write_remarks(folder: Path, changes: Mapping[str, tuple[Remarks, Remarks]]) -> None:
    """Keep what was changed of lines, before and after; what others said in the meantime stays."""
    with writing(folder / FILE):
        remarks = read_remarks(folder)
        for name, (before, after) in changes.items():
            remarks[name] = remarks.get(name, NOTHING).changed(before, after)
        lines = {name: _data(told) for name, told in sorted(remarks.items()) if told != NOTHING}
        text = json.dumps({"schema": SCHEMA, "lines": lines}, ensure_ascii=False, indent=1)
        write_atomically(folder / FILE, text + "\n")


def _data(told: Remarks) -> dict[str, object]:
    return {
        "state": str(told.state),
        **({"notes": [asdict(note) for note in told.notes]} if told.notes else {}),
        **({"text": told.text} if told.text else {}),
    }


def remarks_of(take: Path) -> Remarks:
    """What was said of a take, in its folder or the nearest one above that has such a file."""
    take = take.absolute()
    for folder in list(take.parents)[:_HIGHEST]:
        if (folder / FILE).is_file():
            name = take.relative_to(folder).as_posix().removesuffix(SUFFIX)
            return read_remarks(folder).get(name, NOTHING)
    return NOTHING


def files_of(takes: Iterable[Path]) -> list[Path]:
    """The files of remarks that ``remarks_of`` reads for these takes."""
    found: dict[Path, None] = {}
    for home in dict.fromkeys(take.absolute().parent for take in takes):
        file = next((f / FILE for f in [home, *home.parents][:_HIGHEST] if (f / FILE).is_file()), None)
        if file is not None:
            found[file] = None
    return list(found)
