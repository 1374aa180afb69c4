"""The rooms of the extension and of the Studio: no circle of imports; no room of the engine that knows the
panel, and lines that are what the engine takes them for. Read from the source, imports of annotations too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "addon"
STUDIO = ROOT / "core" / "bilabial" / "studio"
ENGINE = ("host", "keys", "line", "rig", "speak", "retarget")


def modules(home: Path = ADDON) -> dict[str, Path]:
    found = {}
    for path in home.rglob("*.py"):
        parts = path.relative_to(home.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The extension's own modules that one imports, wherever in it and for whatever reason."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = package[: len(package) - node.level + 1]
        origin = ".".join(base + (node.module or "").split(".")).rstrip(".")
        for alias in node.names:
            exact = f"{origin}.{alias.name}"
            if exact in known:
                yield exact
            elif origin in known:
                yield origin


@pytest.mark.parametrize(("home", "least"), [(ADDON, 150), (STUDIO, 100)], ids=["addon", "studio"])
def test_no_circle_of_imports(home: Path, least: int) -> None:
    known = modules(home)
    graph = {name: set(imported(name, path, known)) - {name} for name, path in known.items()}
    assert sum(map(len, graph.values())) > least  # the reader sees them
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


# What strips of the sequencer are called until Blender 6.0 drops it: host/compat says where a strip lies.
GOING = {
    "frame_final_start",
    "frame_final_end",
    "frame_final_duration",
    "frame_duration",
    "frame_offset_start",
}


def test_names_that_blender_drops_are_said_in_one_file() -> None:
    used = {}
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            on_strip = isinstance(node, ast.Attribute) and (
                node.attr in GOING
                or (
                    node.attr == "frame_start"
                    and isinstance(node.value, ast.Name)
                    and node.value.id in {"strip", "other"}
                    and not name.endswith("keyframe_home")
                )  # strips of the NLA keep their names
            )
            if on_strip:
                used[name] = node.lineno
    assert used == {}


def test_the_engine_does_not_know_the_panel() -> None:
    known = modules()
    strangers = [
        f"{name} imports {other}"
        for name, path in known.items()
        if name.split(".")[1:2] and name.split(".")[1] in ENGINE
        for other in imported(name, path, known)
        if other.split(".")[1:2] == ["ui"]
    ]
    assert strangers == []


def fields(path: Path, *classes: str) -> set[str]:
    """Names that a class declares: annotated, or as properties."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and node.name in classes:
            found |= {
                child.target.id
                for child in node.body
                if isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name)
            }
            found |= {child.name for child in node.body if isinstance(child, ast.FunctionDef)}
    return found


@pytest.mark.parametrize(
    ("protocol", "groups"),
    [
        ("Line", ("BilabialLine", "FaceSettings")),
        ("Phone", ("BilabialPhone",)),
        ("Term", ("BilabialTerm",)),
        ("Pose", ("BilabialPose",)),
        ("Lines", ("BilabialScene",)),
    ],
)
def test_the_panel_keeps_what_the_engine_takes(protocol: str, groups: tuple[str, ...]) -> None:
    promised = fields(ADDON / "line" / "line.py", protocol) - {"id_data", "path_from_id"}  # Blender's own
    kept = fields(ADDON / "ui" / "properties.py", *groups) | fields(
        ADDON / "ui" / "face_properties.py", *groups
    )
    assert promised
    assert promised <= kept
