"""How one file names another: as seen from its own folder, so that the two can move together."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def seen_from(folder: Path, path: Path) -> str:
    """``path`` relative to ``folder``, with forward slashes; absolute where no way leads there."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.absolute().as_posix()


def home() -> Path:
    """The user's home; a temporary place where the system knows none, as of a bare number in a container."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(tempfile.gettempdir())
