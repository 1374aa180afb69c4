"""What goes into the extension is named, and whatever is new must be named on one side or the other."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "addon" / "packaging"
CORE = ROOT / "core" / "bilabial"
sys.path.insert(0, str(PACKAGING))

import shipped  # noqa: E402


def _there(home: Path) -> set[str]:
    """Files, and folders that hold code: what git left of moved folders is none."""
    return {path.name for path in home.iterdir() if path.is_file() or any(path.rglob("*.py"))}


def test_every_name_is_there() -> None:
    for home, names in ((ROOT / "addon", shipped.ADDON), (CORE, shipped.CORE)):
        missing = [name for name in names if not (home / name).exists()]
        assert not missing, f"named in addon/packaging/shipped.py and not there: {missing}"
    assert all((ROOT / "trained_models" / name).is_dir() for name in shipped.MODELS)


def test_every_room_of_the_core_is_named_on_one_side() -> None:
    named = {name.split("/")[0] for name in (*shipped.CORE, *shipped.CORE_AT_HOME)}
    assert not _there(CORE) - named


def test_every_room_of_the_extension_is_named_but_its_packaging() -> None:
    named = {name.split("/")[0] for name in shipped.ADDON}
    assert _there(ROOT / "addon") - named == {"packaging"}


def test_what_ships_imports_nothing_that_stays_at_home() -> None:
    """At import time; a function may ask for a terminal's part, which the terminal then has."""
    inside = {name.removesuffix(".py") for _, name in shipped.files(CORE, shipped.CORE)}
    wrong = []
    for path, name in shipped.files(CORE, shipped.CORE):
        if path.suffix != ".py" or name.startswith("cli/"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.level and node.module:
                parts = [*Path(name).parts[: -node.level], *node.module.split(".")]
                target = "/".join(parts)
                if target not in inside and f"{target}/__init__" not in inside:
                    wrong.append(f"{name}:{node.lineno} {target}")
    assert not wrong
