"""What a batch has done so far: a JSON object a line, so that a rerun goes on, whatever ended the run before.

A take is *begun* in the journal, with the hash of what will be written, before it is renamed into its place,
and *done* afterwards. A run that dies in between leaves a take that the journal knows either way. Several
processes may append at once, each line under a lock.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeGuard

from ..locks import alone
from .seen import Seen

SCHEMA = "bilabial/batch-journal/2"
_SCHEMA_1 = "bilabial/batch-journal/1"  # had no states: a line stood for a take that was done
_BEGUN, _DONE = "begun", "done"
_TAKE = re.compile(r'"take":"((?:[^"\\]|\\.)*)"')
_LONGEST_LINE = 1 << 20  # characters; ours are of some hundred


@dataclass(frozen=True, slots=True)
class Entry:
    """A take. ``key`` is the hash of all that it was made from, ``written`` the hash of its file."""

    take: str
    key: str
    written: str
    curves: str  # hash of the csv, empty where none was asked for
    duration: float  # seconds of sound
    keys: int
    seen: tuple[Seen, ...] = ()  # the files that it was made from, as they were then


@dataclass(frozen=True, slots=True)
class Past:
    """What the journals know of a take: an entry for every file of ours that may stand there, newest last.

    Of one journal that is the last one that was done and those begun since. Of several, of several machines
    whose clocks nobody compares, it is that of each: which of them stands, the file's own hash tells.
    """

    entries: tuple[Entry, ...]
    older: tuple[str, ...] = ()  # hashes of what it wrote before: a drive or a backup may bring it back

    @classmethod
    def of(cls, *entries: Entry) -> Past:
        return cls(entries)

    def and_then(self, entry: Entry, done: bool) -> Past:
        if not done:
            return replace(self, entries=(*self.entries, entry))
        gone = {before.written for before in self.entries} - {entry.written, *self.older}
        return Past((entry,), (*self.older, *sorted(gone)))

    def beside(self, other: Past) -> Past:
        """With what another journal knows of the same take, the newer one last."""
        return Past((*self.entries, *other.entries), tuple(dict.fromkeys((*self.older, *other.older))))

    def wrote(self, written: str) -> bool:
        """Whether the file with this hash is the batch's own, of whatever time."""
        return written in self.older or self.of_file(written) is not None

    def of_file(self, written: str) -> Entry | None:
        """The entry of the file with this hash."""
        return next((entry for entry in reversed(self.entries) if entry.written == written), None)

    def of_key(self, key: str) -> Entry | None:
        """The newest entry of a take that was made from just this."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)


class Journal:
    """Read once at the start, then only appended to. A line cut off by a crash is left out."""

    def __init__(
        self, path: Path, others: tuple[Path, ...] = (), only: Collection[str] | None = None
    ) -> None:
        """``others`` are parts that other machines wrote: read first, never written. ``only`` are the takes
        that this run asks about: of a million others nothing is kept.
        """
        self.path = path
        self._only = None if only is None else frozenset(only)
        self.past: dict[str, Past] = {}
        for part in (*others, path):
            for take, past in self._read(part).items():
                before = self.past.get(take)
                self.past[take] = before.beside(past) if before else past
        self._file: Any = None

    def _read(self, path: Path) -> dict[str, Past]:
        found_here: dict[str, Past] = {}
        if not path.exists():
            return found_here
        with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            while line := lines.readline(_LONGEST_LINE):
                found = _parse(line) if self._may_name_ours(line) else None
                if found is not None:
                    entry, done = found
                    before = found_here.get(entry.take)
                    found_here[entry.take] = before.and_then(entry, done) if before else Past.of(entry)
        return found_here

    def _may_name_ours(self, line: str) -> bool:
        """Told by a look at the line; to take each apart would cost ten times as much."""
        if self._only is None:
            return True
        named = _TAKE.search(line)
        return named is None or "\\" in named[1] or named[1] in self._only

    def __enter__(self) -> Journal:
        self._file = self.path.open("ab+", buffering=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        with suppress(OSError):
            os.fsync(self._file.fileno())
        self._file.close()

    def add(self, entry: Entry) -> None:
        """A take is done. Not waited for: were this line lost, the begun one before it tells the same."""
        self.past[entry.take] = Past.of(entry)
        with suppress(OSError):  # as on a full disk, for the same reason
            _append(self._file, _line(entry, _DONE))


def begin(path: Path, entry: Entry) -> None:
    """Say what is about to be written, so that it is on the disk before the take is."""
    with path.open("ab+", buffering=0) as file:
        _append(file, _line(entry, _BEGUN))
        os.fsync(file.fileno())


def _line(entry: Entry, state: str) -> bytes:
    data = {
        "schema": SCHEMA, "state": state, "take": entry.take, "key": entry.key, "written": entry.written,
        "curves": entry.curves, "duration": entry.duration, "keys": entry.keys,
        "seen": [file.as_list() for file in entry.seen],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _append(file: Any, line: bytes) -> None:
    """A whole line at the end, on a line of its own even where a crash left half a one."""
    with alone(file.fileno()):
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                line = b"\n" + line
        if file.write(line) != len(line):  # a disk that fills up takes a part of it
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file.name)


def _parse(line: str) -> tuple[Entry, bool] | None:
    """An entry, and whether its take was done; None for whatever no batch wrote."""
    try:
        found = json.loads(line)  # ten thousand of them; whatever is odd in one is passed over
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("schema") not in (SCHEMA, _SCHEMA_1):
        return None
    seen = found.get("seen", [])
    texts: dict[str, Any] = {name: found.get(name) for name in ("take", "key", "written", "curves")}
    duration, keys = found.get("duration"), found.get("keys")
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(seen, list):
        return None
    if not _is_number(duration) or type(keys) is not int:
        return None
    files = tuple(file for file in map(Seen.from_list, seen) if file is not None)
    entry = Entry(**texts, duration=float(duration), keys=keys, seen=files)
    return entry, found["schema"] == _SCHEMA_1 or found.get("state") == _DONE


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
