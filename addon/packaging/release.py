# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: ``make release``. The extension's zip, the wheel and their checksums, in dist/.

The same sources give the same bytes on every machine: the zip has no dates, the wheel those of the epoch that
is set here.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import build_extension

ROOT = build_extension.ROOT
EPOCH = "315532800"  # 1980-01-01, the earliest that a zip knows


def wheel(folder: Path) -> Path:
    """The wheel, by the build backend of pyproject.toml."""
    before = set(folder.glob("*.whl"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
    )
    made = set(folder.glob("*.whl")) - before or set(folder.glob("*.whl"))
    return max(made, key=lambda path: path.stat().st_mtime)


def checksums(files: list[Path]) -> str:
    """In the form that ``sha256sum --check`` reads."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(files)]
    return "".join(lines)


def notes(changelog: str) -> str:
    """What the newest section of CHANGELOG.md tells users."""
    _, _, rest = changelog.partition("\n## ")
    return "## " + rest.partition("\n## ")[0].strip() + "\n"


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    folder.mkdir(parents=True, exist_ok=True)
    manifest = build_extension.check_manifest()
    archive = build_extension.build(folder / f"{manifest['id']}-{manifest['version']}.zip")
    made = [archive, wheel(folder)]
    (folder / "SHA256SUMS").write_text(checksums(made), encoding="utf-8")
    (folder / "NOTES.md").write_text(notes((ROOT / "CHANGELOG.md").read_text("utf-8")), encoding="utf-8")
    for path in made:
        sys.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
