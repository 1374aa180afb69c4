"""The list of a batch: a csv whose rows each name a sound and, where wanted, what to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ..errors import FormatError
from ..guard import Use
from ..tables import read_rows

COLUMNS = ("sound", "take", "curves", "phones", "text", "model", "style", "face", "emotion")


@dataclass(frozen=True, slots=True)
class Line:
    """One row. Paths are already resolved against the folder of the list."""

    number: int  # line of the list file, counted from 1
    sound: Path
    take: Path
    curves: Path | None = None
    phones: Path | None = None
    text: Path | None = None
    model: str = ""
    style: str = ""
    face: str = ""
    emotion: str = ""


def read_lines(path: Path, takes: Path | None = None, part: tuple[int, int] | None = None) -> list[Line]:
    """Read a list. Takes that no row names go into the folder ``takes``, or beside their sounds.

    Of a ``part``, the first and the last line, nothing but its lines is kept or looked at.

    The first row names the columns (see COLUMNS; ``sound`` is needed, the order is free). A file with
    nothing but one sound a row needs no header.
    """
    rows: Iterator[tuple[int, list[str]]] = (
        (n, row) for n, row in read_rows(path, "sound") if any(cell.strip() for cell in row)
    )
    first = next(rows, None)
    if first is None:
        raise FormatError(f"{path} holds no lines: give a row with the path of a sound for each take")
    header = [cell.strip().lower() for cell in first[1]]
    nameless = "sound" not in header
    if nameless:
        header, rows = ["sound"], chain([first], rows)
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or len(set(header)) != len(header):
        wrong = f"the unknown column {unknown[0]!r}" if unknown else "a column twice"
        raise FormatError(f"{path} has {wrong}: use {', '.join(COLUMNS)}, each once")
    lines = []
    for number, row in rows:
        if nameless and len(row) != 1:
            raise FormatError(
                f"{path} has no column 'sound': name the columns in its first row ({', '.join(COLUMNS)})"
            )
        if part is not None and number > part[1]:
            break
        if part is None or number >= part[0]:
            lines.append(_line(path, number, header, row, takes))
    if not lines and part is None:
        raise FormatError(f"{path} holds no lines: give a row with the path of a sound for each take")
    return lines


def _line(path: Path, number: int, header: list[str], row: list[str], takes: Path | None) -> Line:
    if len(row) > len(header):
        raise FormatError(
            f"{path}, line {number}: {len(row)} cells for {len(header)} columns, so quote commas"
        )
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
    if not cells.get("sound"):
        raise FormatError(
            f"{path}, line {number}: the cell 'sound' is empty, so name a sound or delete the row"
        )
    if "\0" in "".join(row):
        raise FormatError(f"{path}, line {number}: a cell holds a zero byte, so write the line again")
    home = path.parent

    def place(name: str) -> Path | None:
        return home / cells[name] if cells.get(name) else None

    sound = home / cells["sound"]
    take = place("take") or (takes or sound.parent) / (sound.stem + ".take.json")
    return Line(
        number, sound, take, place("curves"), place("phones"), place("text"),
        cells.get("model", ""), cells.get("style", ""), cells.get("face", ""), cells.get("emotion", ""),
    )  # fmt: skip


def reads_of_lines(lines: Iterable[Line]) -> Iterator[Use]:
    for line in lines:
        for role, path in (("sound", line.sound), ("phones", line.phones), ("text", line.text)):
            if path is not None:
                yield Use(path, f"the {role} of line {line.number}")


def writes_of_lines(lines: Iterable[Line]) -> Iterator[Use]:
    for line in lines:
        for role, path in (("take", line.take), ("curves", line.curves)):
            if path is not None:
                yield Use(path, f"the {role} of line {line.number}")
