"""Who may import whom: read from the source, so that no promise breaks on a path that no test runs."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core" / "bilabial"
ADDON = ROOT / "addon"
SOURCES = sorted(CORE.rglob("*.py"))
NAMES = [str(path.relative_to(CORE)) for path in SOURCES]
BLENDER = {"bpy", "bmesh", "mathutils", "gpu", "aud", "bl_ext", "idprop"}
NETWORK_MAKERS = {"torch", "tensorboard", "torchaudio"}
QT = {"PySide6", "PySide2", "PyQt5", "PyQt6"}
# Pure Python needs only these when it is imported; everything else is imported by the function that uses it.
ALLOWED_AT_IMPORT = {"numpy"} | set(sys.stdlib_module_names)


def imports(tree: ast.AST) -> Iterator[tuple[str, int, int]]:
    """Every import anywhere in a tree: top-level package ('' for relative), number of dots, line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], 0, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0] if node.level == 0 else "", node.level, node.lineno
        elif isinstance(node, ast.Call) and _is_dynamic_import(node.func) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                name = first.value
                yield ("", 1, node.lineno) if name.startswith(".") else (name.split(".")[0], 0, node.lineno)


def _is_dynamic_import(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def imports_when_loaded(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Imports that run when the module is imported: not those in functions or under TYPE_CHECKING."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting.extend(node.orelse)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)
        waiting.extend(ast.iter_child_nodes(node))


def in_folder(name: str, *folders: str) -> bool:
    return name.split("/")[0] in folders


def calls(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def strangers(package: set[str], *, outside: Callable[[str], bool]) -> list[str]:
    """file:line of every import of these packages, anywhere in the files that ``outside`` picks."""
    return [
        f"{name}:{line}"
        for name in NAMES
        if outside(name)
        for found, _, line in imports(_parse(CORE / name))
        if found in package
    ]


def test_core_never_imports_blender() -> None:
    """Not even inside a function, with one exception: aud, Blender's decoder, where sound is read."""
    assert not strangers(BLENDER - {"aud"}, outside=lambda name: True)
    assert not strangers({"aud"}, outside=lambda name: not in_folder(name, "audio"))


def test_only_training_imports_torch() -> None:
    assert not strangers(NETWORK_MAKERS, outside=lambda name: not in_folder(name, "training"))


def test_only_the_studio_ui_imports_qt() -> None:
    assert not strangers(QT, outside=lambda name: not name.startswith("studio/ui/"))


def test_core_imports_itself_relatively() -> None:
    """Inside a Blender extension the package has another name."""
    assert not strangers({"bilabial"}, outside=lambda name: True)


def test_nothing_from_outside_is_unpickled_or_run() -> None:
    """Takes, cards and tables come from strangers: they are data, and numpy.load must refuse pickles."""
    outside = [name for name in NAMES if not in_folder(name, "training")]
    wrong = strangers({"pickle", "shelve", "marshal", "dill", "joblib"}, outside=outside.__contains__)
    for name in outside:
        for node in ast.walk(_parse(CORE / name)):
            runs = calls(node, "eval", "exec")
            unpickles = isinstance(node, ast.keyword) and node.arg == "allow_pickle"
            if runs or (unpickles and ast.unparse(node.value) != "False"):
                wrong.append(f"{name}:{node.lineno}")
    assert not wrong


def test_import_needs_nothing_but_numpy() -> None:
    assert not [
        f"{name}:{line} {package}"
        for name in NAMES
        if not in_folder(name, "training", "studio")
        for package, dots, line in imports_when_loaded(_parse(CORE / name))
        if not dots and package not in ALLOWED_AT_IMPORT
    ]


def test_the_inference_package_stands_without_training_studio_and_command_line() -> None:
    inner = {"training", "studio", "cli"}
    wrong = []
    for name in NAMES:
        if in_folder(name, *inner) or name == "__main__.py":
            continue
        depth = len(Path(name).parts)  # as many dots lead to the package itself
        for node in ast.walk(_parse(CORE / name)):
            if isinstance(node, ast.ImportFrom) and node.level == depth:
                names = {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
                if names & inner:
                    wrong.append(f"{name}:{node.lineno}")
    assert not wrong


def test_core_never_prints_or_swallows_everything() -> None:
    wrong = []
    for name in NAMES:
        for node in ast.walk(_parse(CORE / name)):
            if calls(node, "print") or (isinstance(node, ast.ExceptHandler) and node.type is None):
                wrong.append(f"{name}:{node.lineno}")
    assert not wrong


def test_addon_has_one_place_for_blender_versions() -> None:
    """Every question about Blender's version stands in compat.py."""
    asking = [
        f"{path.name}:{node.lineno}"
        for path in sorted(ADDON.rglob("*.py"))
        if path.name != "compat.py"
        for node in ast.walk(_parse(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"bpy.app.version", "app.version"}
    ]
    assert not asking


@pytest.mark.parametrize(
    ("source", "package"),
    [
        ("import bpy", "bpy"),
        ("def f():\n    from bpy.types import Object", "bpy"),
        ("import importlib\nimportlib.import_module('torch.nn')", "torch"),
        ("from PySide6 import QtCore", "PySide6"),
    ],
)
def test_the_reader_of_imports_sees_them(source: str, package: str) -> None:
    assert package in {name for name, _, _ in imports(ast.parse(source))}


def test_the_reader_of_load_time_imports_skips_functions_only() -> None:
    source = "try:\n import av\nexcept ImportError:\n av = 0\nclass A:\n import soxr\ndef f():\n import tqdm"
    assert {name for name, _, _ in imports_when_loaded(ast.parse(source))} == {"av", "soxr"}


@functools.cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
