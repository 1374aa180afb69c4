"""Nothing that a run reads is ever written: checked over all its files before work begins.

Two names are one file when they lead to one place (links and ``..`` resolved, names that differ in case only
taken as one, as many disks do) or to one inode (hard links, a folder that is mounted twice).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .errors import BilabialError
from .paths import as_windows_has_it


@dataclass(frozen=True, slots=True)
class Use:
    """A file that a run reads or writes, and what messages call it there."""

    path: Path
    role: str  # such as "the sound of line 3"


class Collision(BilabialError):  # noqa: N818 - says what happens
    """A file that would be read and written, or written twice."""


def refuse_collisions(reads: Iterable[Use], writes: Iterable[Use]) -> None:
    """Raises Collision for the first file that would be written though the run reads it, or written twice."""
    places = _Places()
    known: dict[object, tuple[Use, bool]] = {}
    for use in reads:
        for key in places.keys(use.path):
            known.setdefault(key, (use, False))
    for use in writes:
        keys = places.keys(use.path)
        for key in keys:
            if key in known:
                raise _collision(use, *known[key])
        for key in keys:
            known[key] = (use, True)


def _collision(use: Use, other: Use, written: bool) -> Collision:
    if written:
        return Collision(f"{use.role} and {other.role} are both to be written to {use.path}: rename one")
    where = str(use.path) if str(use.path) == str(other.path) else f"{use.path} ({other.path})"
    return Collision(f"{where} is read as {other.role} and would be written as {use.role}: name another file")


class _Places:
    """What files are, whatever they are called. Each folder is resolved once: a list names thousands."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def keys(self, path: Path) -> list[object]:
        text = os.fspath(path)
        folder, name = os.path.split(text)
        try:
            found = os.lstat(text)
        except (OSError, ValueError):
            return [self._place(folder, name)]
        if _is_link(found):
            real = os.path.realpath(text)
            keys: list[object] = [real.casefold()]
            try:
                found = os.stat(text)  # noqa: PTH116
            except OSError:
                return keys
        else:
            keys = [self._place(folder, name)]
        if found.st_ino:
            keys.append((found.st_dev, found.st_ino))
        return keys

    def _place(self, folder: str, name: str) -> str:
        if name in ("", ".", ".."):
            return os.path.realpath(os.path.join(folder, name)).casefold()  # noqa: PTH118
        if sys.platform == "win32":
            name = as_windows_has_it(name)
        real = self._folders.get(folder)
        if real is None:
            real = self._folders[folder] = os.path.realpath(folder or ".")
        return os.path.join(real, name).casefold()  # noqa: PTH118


def _is_link(found: os.stat_result) -> bool:
    return (found.st_mode & 0o170000) == 0o120000
