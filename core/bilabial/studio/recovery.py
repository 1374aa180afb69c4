"""Edits that are not saved, kept where a crash cannot reach them, beside the take that they were made on.

With both at hand no clock is asked which is newer: what became of the file since is merged with the edits.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..curves.format import dumps, load, save
from ..curves.merge_takes import merged_takes
from ..curves.take import Take
from ..errors import BilabialError
from .settings import state_folder


class Recovery:
    """Of one take file."""

    def __init__(self, path: Path) -> None:
        name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:24]
        self.file = state_folder() / "recovery" / f"{name}.take.json"
        self._base_file = self.file.with_name(f"{name}.base.json")
        self._base: Take | None = None  # what the base file holds by now

    def keep(self, mine: Take, base: Take) -> None:
        """The edits first: a crash in between leaves an older base, and merging copes with that."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        save(mine, self.file)
        if base is not self._base:
            save(base, self._base_file)
            self._base = base

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)
        self._base_file.unlink(missing_ok=True)
        self._base = None

    def found(self, on_disk: Take) -> Take | None:
        """The take that the file holds, with the edits that a crash left behind; None where it left none."""
        mine, base = _read(self.file), _read(self._base_file)
        if mine is None:
            return None
        if base is not None and dumps(base) != dumps(on_disk):
            mine, _ = merged_takes(base, mine, on_disk)
        return None if dumps(mine) == dumps(on_disk) else mine


def _read(file: Path) -> Take | None:
    """What cannot be read is none: this folder is a memory, never the truth."""
    try:
        return load(file)
    except BilabialError:
        return None
