"""Where rig profiles and trained models lie, in each of the package's three homes.

In a checkout they stand beside ``core``; in an installed wheel inside the package; in the Blender extension
beside the package.
"""

from __future__ import annotations

from pathlib import Path

from .errors import BilabialError

_PACKAGE = Path(__file__).resolve().parent
_HOMES = (_PACKAGE / "_data", _PACKAGE.parent, _PACKAGE.parent.parent)


def folder(name: str) -> Path:
    """The folder ``rigs`` or ``trained_models``."""
    for home in _HOMES:
        if (home / name).is_dir():
            return home / name
    raise BilabialError(f"the folder {name!r} is missing from this installation: install Bilabial again")
