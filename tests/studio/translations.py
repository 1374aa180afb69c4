"""The Studio's texts for translators: after a text changed, and after a translation did.

python tests/studio/translations.py

writes every text of the windows into translations/studio.ts and into each language's file (what is new there
is unfinished), and makes the .qm that the Studio loads. A new language: copy studio.ts to studio_CODE.ts,
fill it with Qt Linguist (pyside6-linguist), run this again.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

CORE = Path(__file__).resolve().parents[2] / "core" / "bilabial"
UI = CORE / "studio" / "ui"
FOLDER = UI / "translations"
TEMPLATE = "studio.ts"


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(f"pyside6-{name}"))


def update(target: Path) -> None:
    """The texts of the windows' sources and every phrase of the core, merged into a file."""
    from bilabial.studio.ui.saying import CONTEXT

    sources = sorted(str(path.relative_to(UI)) for path in UI.glob("*.py"))
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "phrases.py"
        lines = [f"translate({CONTEXT!r}, {_quoted(text)})" for text in sorted(phrases() | words())]
        said.write_text("\n".join(lines) + "\n", "utf-8")
        command = [
            tool("lupdate"),
            "-no-obsolete",
            "-locations",
            "none",
            *sources,
            str(said),
            "-ts",
            str(target),
        ]
        subprocess.run(command, cwd=UI, check=True, capture_output=True)


def phrases() -> set[str]:
    """The patterns of all phrases in the core's sources."""
    found = (text for path in sorted(CORE.rglob("*.py")) for text in _patterns(path))
    return {text for text in found if re.sub(r"{[^}]*}", "", text).strip(" :,()\n")}


def _patterns(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    if "Phrase(" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Phrase":
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def words() -> set[str]:
    """Single words that are data: kinds of findings, states, styles, formats, stages of jobs."""
    from bilabial.curves.style import PRESETS
    from bilabial.pipeline import _SHARES
    from bilabial.qa.finding import WEIGHTS
    from bilabial.qa.remarks import State
    from bilabial.studio.exporting import FORMATS
    from bilabial.studio.film import FILM
    from bilabial.studio.key_edits import TANGENTS

    states = (str(state) for state in State)
    return {*WEIGHTS, *states, *PRESETS, "mine", *TANGENTS, *FORMATS, FILM, *_SHARES, "Starting"}


def _quoted(text: str) -> str:
    """As the tool reads it: its sources know no other escapes."""
    told = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{told}"'


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
