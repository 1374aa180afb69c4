# SPDX-License-Identifier: GPL-3.0-or-later
"""Bilabial inside Blender: Generate lip-sync, edit, generate again. Thin over the core, which lies in ``.bilabial``.

Nothing heavy is imported here: numpy and the core load when they are first needed.
"""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
if not (_HERE / "bilabial").is_dir():
    # A checkout: the core stands beside this folder. The built extension holds it inside.
    __path__.append(str(_HERE.parent / "core"))


def register() -> None:
    from . import registration

    registration.register()


def unregister() -> None:
    from . import registration

    registration.unregister()
