# SPDX-License-Identifier: GPL-3.0-or-later
"""Bilabial inside Blender: Generate lip-sync, edit, generate again. Thin over the core, which lies in
``.bilabial``.

Nothing heavy is imported here: numpy and the core load when they are first needed.
"""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
# The built extension holds the core inside; a checkout has it beside this folder, a wheel around it.
for _home in (_HERE, _HERE.parent / "core", *_HERE.parents[2:3]):
    if (_home / "bilabial" / "controls.py").is_file():
        if _home != _HERE:
            __path__.append(str(_home))
        break


def register() -> None:
    from . import registration

    registration.register()


def unregister() -> None:
    from . import registration

    registration.unregister()
