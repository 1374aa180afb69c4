"""What the Studio remembers between two days: folders, theme, window. One JSON file, never needed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ..atomic import write_atomically
from ..paths import home

_MOST_RECENT = 12


def state_folder() -> Path:
    """Where this system keeps what programs remember; ``BILABIAL_STATE`` names another place."""
    if named := os.environ.get("BILABIAL_STATE"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home()) / "Bilabial"
    if sys.platform == "darwin":
        return home() / "Library" / "Application Support" / "Bilabial"
    return Path(os.environ.get("XDG_STATE_HOME") or home() / ".local" / "state") / "bilabial"


class Settings:
    """A small dictionary on disk. A damaged or read-only file costs the memory, never the work."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or state_folder() / "studio.json"
        self._values: dict[str, Any] = {}
        try:
            read = json.loads(self.file.read_text("utf-8"))
            self._values = read if isinstance(read, dict) else {}
        except (OSError, ValueError, RecursionError):
            pass

    def get(self, name: str, default: Any = None) -> Any:
        """What is of another kind than the default was not written by us."""
        value = self._values.get(name, default)
        if default is None or isinstance(value, float | int if isinstance(default, float) else type(default)):
            return value
        return default

    def set(self, name: str, value: Any) -> None:
        if self._values.get(name) == value:
            return
        self._values[name] = value
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, json.dumps(self._values, ensure_ascii=False, indent=1) + "\n")
        except Exception:  # a full or read-only disk: the memory ends with this window
            return

    @property
    def recent(self) -> list[Path]:
        return [Path(one) for one in self.get("recent", []) if isinstance(one, str)]

    def remember(self, place: Path) -> None:
        told = str(place.absolute())
        self.set("recent", [told, *(str(one) for one in self.recent if str(one) != told)][:_MOST_RECENT])
