"""What a batch has done so far: a JSON object a line, appended as each take lands, so that a rerun goes
on.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

SCHEMA = "bilabial/batch-journal/1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished take. ``key`` is the hash of all that it was made from, ``written`` the hash of its file."""

    take: str
    key: str
    written: str
    curves: str  # hash of the csv, empty where none was asked for
    duration: float  # seconds of sound
    keys: int


class Journal:
    """Read once at the start, then only appended to. A line cut off by a crash is left out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, Entry] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                entry = _parse(line)
                if entry is not None:
                    self.entries[entry.take] = entry
        self._file = path.open("a", encoding="utf-8", newline="\n")
        if self._file.tell() and not path.read_bytes().endswith(b"\n"):
            self._file.write("\n")

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, entry: Entry) -> None:
        self.entries[entry.take] = entry
        self._file.write(json.dumps({"schema": SCHEMA, **asdict(entry)}, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("take", "key", "written", "curves"), (str,)),
    "duration": (int, float),
    "keys": (int,),
}


def _parse(line: str) -> Entry | None:
    try:
        found: Any = json.loads(line)
    except json.JSONDecodeError:
        return None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        return None
    values: dict[str, Any] = {name: found.get(name) for name in _TYPES}
    if not all(isinstance(value, _TYPES[name]) for name, value in values.items()):
        return None
    return Entry(**values)
