# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into the extension's zip, by name: what is not named here stays at home.

A new room of the core must be named on one side or the other (a test asks), so that nothing slips into the
zip, or out of it, unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ADDON = (
    "__init__.py", "blender_manifest.toml", "registration.py",
    "command/__init__.py", "command/key.py",
    "host", "keys", "line", "retarget", "rig", "speak", "ui",
)  # fmt: skip

CORE = (
    "__init__.py", "atomic.py", "contents.py", "controls.py", "errors.py", "guard.py", "jobs.py",
    "json_field.py", "json_text.py", "limits.py", "locks.py", "paths.py", "phrases.py", "pipeline.py",
    "py.typed", "refusals.py", "resources.py", "tables.py", "threads.py", "timing.py", "vocabulary.py",
    "audio", "curves", "exchange", "expression", "models", "phonemes", "portrait", "qa", "render",
    "retarget", "words",
    "solve/__init__.py", "solve/jali", "solve/pieces.py", "solve/rules.py",
    # Of the command line Blender has `key` alone: an extension opens no socket and starts no workers.
    "cli/__init__.py", "cli/_console.py", "cli/_options.py", "cli/key.py",
)  # fmt: skip

# Rooms and modules of the core that Blender does without: terminals, the desk, training.
CORE_AT_HOME = (
    "__main__.py", "batch", "bench.py", "cli", "plot", "solve", "studio", "training",
)  # fmt: skip

MODELS = ("bilabial-2", "bilabial-1-live", "words-1", "audio2face-2019", "pham-2018")


def files(home: Path, names: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """Every named file, and every file below a named folder: its path, and its name seen from home."""
    for name in names:
        path = home / name
        for found in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if found.is_file() and "__pycache__" not in found.parts:
                yield found, found.relative_to(home).as_posix()
