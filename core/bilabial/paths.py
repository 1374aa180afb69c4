"""How one file names another, as seen from its own folder, so that the two can move together; and which names
a system cannot give to a file.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path, PureWindowsPath

_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[1-9¹²³])[ ]*(\..*)?$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')


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


def fault_of_name(name: str) -> str:
    """Why this system can give no file this name; empty where it can."""
    return _fault_on_windows(name) if sys.platform == "win32" else ""


def _fault_on_windows(name: str) -> str:
    if found := _DEVICES.match(name):
        return f"Windows keeps the name {found[1].upper()} for a device"
    if found := _FORBIDDEN.search(name):
        return f"Windows allows no {found[0]!r} in a name"
    if name != as_windows_has_it(name):
        return "Windows drops dots and spaces at the end of a name"
    return ""


def as_windows_has_it(name: str) -> str:
    """A name without what Windows drops: ``a.wav.`` and ``a.wav`` are one file there."""
    return name if name in (".", "..") else name.rstrip(". ")


def is_on_another_machine(told: str, folder: Path) -> bool:
    """Whether a path that a stranger's file names leads onto a share of another machine than its folder's.

    Windows would ask that machine, and tell it who asks, before it says whether there is such a file.
    """
    if not told.replace("\\", "/").startswith("//"):
        return False
    share = PureWindowsPath(told).drive.casefold()
    return not share or share != PureWindowsPath(folder).drive.casefold()
