# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets mypy read the extension as the zip lays it out (``make lint``).

The rooms reach the core as ``..bilabial``, a place that exists in the zip alone; so the Python of the zip is
laid out anew in mypy's own cache. What the extension imports and the zip lacks is found on the way. Blender's
own modules are Any: their published stubs call everything optional that a panel may rely on.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import shipped

ADDON = Path(__file__).resolve().parents[1]
ROOT = ADDON.parent
STAGE = ROOT / ".mypy_cache" / "extension"
PACKAGE = "extension"


def sources() -> Iterator[tuple[Path, str]]:
    """Every Python file of the zip, and its name there."""
    for home, names, folder in (
        (ADDON, shipped.ADDON, ""),
        (ROOT / "core" / "bilabial", shipped.CORE, "bilabial/"),
    ):
        for path, name in shipped.files(home, names):
            if path.suffix == ".py" or path.name == "py.typed":
                yield path, folder + name


def lay_out() -> None:
    """The stage as the zip would be. Files that are the same stay untouched, for mypy's cache."""
    wanted = {STAGE / PACKAGE / name: path.read_bytes() for path, name in sources()}
    for stale in {path for path in STAGE.rglob("*.py*")} - set(wanted):
        stale.unlink()
    for place, content in wanted.items():
        if not place.is_file() or place.read_bytes() != content:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def main() -> int:
    lay_out()
    rooms = [name for name in shipped.ADDON if "." not in name]
    wanted = [part for room in rooms for part in ("-p", f"{PACKAGE}.{room}")]
    wanted += ["-m", PACKAGE, "-m", f"{PACKAGE}.registration", "-m", f"{PACKAGE}.command.key"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml",
         "--cache-dir", ROOT / ".mypy_cache", "--no-error-summary", *wanted],
        cwd=STAGE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # A complaint names the file that a person edits.
    said = (done.stdout + done.stderr).replace(f"{PACKAGE}/bilabial/", "core/bilabial/")
    sys.stdout.write(said.replace(f"{PACKAGE}/", "addon/"))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
