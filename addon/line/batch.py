# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a csv to lines of a scene: the way that the table's Import and the terminal share."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..bilabial import tables
from ..bilabial.curves.style_text import parse_style
from ..bilabial.errors import BilabialError, FormatError
from ..host.without_callbacks import quiet
from . import lines

if TYPE_CHECKING:
    from .line import Line

COLUMNS = ("character", "sound", "start", "rig", "model", "phones", "text", "target", "style")
_NEEDED = COLUMNS[:2]
_FURTHEST = 1_048_574.0  # frames: Blender's own last one


@dataclass(frozen=True, slots=True)
class Row:
    """One line to key."""

    character: str
    sound: Path
    start: float = 1.0  # frame
    rig: str = ""
    model: str = ""
    phones: Path | None = None
    target: str = ""  # controls or bake; empty: controls
    text: str = ""  # what is said
    style: str = ""  # as the terminal's --style


def read_rows(path: Path) -> list[Row]:
    """The rows of a csv; paths in it count from its own folder. Raises FormatError with the row's number."""
    table = tables.read_rows(path, "sound")
    names = _columns(path, next(table, (0, []))[1])
    rows = [
        _row(path, number, names, cells) for number, cells in table if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise FormatError(f"{path.name} holds no line: give a row with a character and a sound for each")
    return rows


def _columns(path: Path, header: list[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    missing = [name for name in _NEEDED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing or unknown or len(set(names)) != len(names):
        wrong = f"lacks the column {missing[0]!r}" if missing else "names a column twice"
        wrong = f"has the unknown column {unknown[0]!r}" if unknown and not missing else wrong
        raise FormatError(f"{path.name} {wrong}: use {', '.join(COLUMNS)}")
    return names


def _row(path: Path, number: int, names: list[str], row: list[str]) -> Row:
    cells = dict(zip(names, row, strict=False))

    def cell(name: str) -> str:
        return cells.get(name, "").strip()

    def fail(text: str) -> FormatError:
        return FormatError(f"{path.name}, line {number}: {text}")

    if len(row) > len(names):
        raise fail("there are more cells than columns: put names with commas in quotes")
    if "\0" in "".join(row):
        raise fail("a cell holds a zero byte: write the line again")
    for name in _NEEDED:
        if not cell(name):
            raise fail(f"the {name} is empty: fill it in")
    try:
        parse_style(cell("style") or "neutral")
    except BilabialError as error:
        raise fail(str(error)) from None
    try:
        start = float(cell("start") or 1.0)
        if not abs(start) < _FURTHEST:  # nor one that is no number at all
            raise ValueError
    except ValueError:
        raise fail(f"the start {cell('start')!r} is no number: give a frame, such as 101") from None
    if cell("target").lower() not in ("", "controls", "bake"):
        raise fail(f"the target {cell('target')!r} is unknown: use controls or bake")
    folder = path.resolve().parent
    return Row(
        character=cell("character"),
        sound=folder / cell("sound"),
        start=start,
        rig=cell("rig"),
        model=cell("model"),
        phones=folder / cell("phones") if cell("phones") else None,
        target=cell("target").lower(),
        text=cell("text"),
        style=cell("style"),
    )


def add_line(context: bpy.types.Context, row: Row) -> Line:
    """The line of a row; one that the scene already has for the same character, sound and start is taken
    again.
    """
    scene = context.scene
    character = bpy.data.objects.get(row.character)
    if character is None:
        names = [o.name for o in scene.objects if o.type in {"MESH", "ARMATURE", "EMPTY"}]
        faces = difflib.get_close_matches(row.character, names, 3, 0.5) or names[:5]
        raise FormatError(
            f"no object is called {row.character!r}: name one of the scene's, such as "
            f"{', '.join(faces) or 'none'}"
        )
    file = _stored_path(row.sound)
    with quiet():
        line = _same(scene, character, file, row.start) or lines.add(scene)
        line.character, line.source, line.file, line.start = character, "FILE", file, row.start
        line.rig, line.model = row.rig, row.model
        line.phones_file = _stored_path(row.phones) if row.phones else ""
        line.target = (row.target or "controls").upper()
        line.whole_frames = line.target == "BAKE"
        line.text = row.text
    return line


def _stored_path(path: Path) -> str:
    """Relative to the .blend where it has a place, so that a moved project still finds its sounds."""
    if bpy.data.filepath:
        try:
            return bpy.path.relpath(str(path))
        except ValueError:  # another drive on Windows
            pass
    return str(path)


def _same(scene: bpy.types.Scene, character: bpy.types.Object, file: str, start: float) -> Line | None:
    for line in scene.bilabial.lines:
        same = bpy.path.abspath(line.file) == bpy.path.abspath(file)
        if line.source == "FILE" and line.character == character and same and abs(line.start - start) < 1e-6:
            return line
    return None
