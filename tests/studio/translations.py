"""The Studio's texts for translators: after a text changed, and after a translation did.

python tests/studio/translations.py

writes every text of the windows into translations/studio.ts and into each language's file (what is new there
is unfinished), and makes the .qm that the Studio loads. A new language: copy studio.ts to studio_CODE.ts,
fill it with Qt Linguist (pyside6-linguist), run this again.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "core" / "bilabial" / "studio" / "ui"
FOLDER = UI / "translations"
TEMPLATE = "studio.ts"


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(f"pyside6-{name}"))


def update(target: Path) -> None:
    """The texts of the windows' sources, merged into a file."""
    sources = sorted(str(path.relative_to(UI)) for path in UI.glob("*.py"))
    command = [tool("lupdate"), "-no-obsolete", "-locations", "none", *sources, "-ts", str(target)]
    subprocess.run(command, cwd=UI, check=True, capture_output=True)


def texts(file: Path) -> set[str]:
    """The texts that a file has, as they stand in it."""
    return set(re.findall(r"<source>(.*?)</source>", file.read_text("utf-8"), re.DOTALL))


def main() -> int:
    update(FOLDER / TEMPLATE)
    for file in sorted(FOLDER.glob("studio_*.ts")):
        update(file)
        compiled = file.with_suffix(".qm")
        subprocess.run([tool("lrelease"), "-silent", str(file), "-qm", str(compiled)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
