"""Dense curves as a table: ``time`` and the 31 controls, 100 rows a second, values 0..1 to four digits."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..atomic import atomic_path
from ..controls import CONTROLS
from ..errors import FormatError
from ..limits import check_duration
from ..tables import read_rows
from ..timing import FRAME_RATE

Floats32 = NDArray[np.float32]

HEADER = ("time", *CONTROLS)
_STEPS = 10_000  # of the unit range: four digits
_FAR = 1e30  # what no control is; beyond it 32 bits overflow
_BLOCK = 4096  # rows turned into text at once


def lines(dense: Floats32) -> Iterator[str]:
    """The header, then the rows in blocks of lines, each ending with a line feed."""
    if dense.ndim != 2 or dense.shape[1] != len(CONTROLS):
        raise FormatError(f"dense curves have the shape {dense.shape}: give (rows, {len(CONTROLS)})")
    yield ",".join(HEADER) + "\n"
    texts = _texts()
    for start in range(0, len(dense), _BLOCK):
        block = dense[start : start + _BLOCK]
        cells = np.rint(np.clip(block, 0.0, 1.0) * _STEPS).astype(np.int64).tolist()
        yield "".join(
            f"{(start + row) / FRAME_RATE:.2f},{','.join([texts[cell] for cell in values])}\n"
            for row, values in enumerate(cells)
        )


def write_dense_csv(dense: Floats32, path: Path) -> None:
    with atomic_path(path) as temporary:
        write_dense_csv_to(dense, temporary)


def write_dense_csv_to(dense: Floats32, temporary: Path) -> str:
    """Write to a path that is nobody's yet. Gives the hash of the file."""
    hashed = hashlib.sha256()
    with temporary.open("wb") as stream:
        for text in lines(dense):
            block = text.encode("ascii")
            hashed.update(block)
            stream.write(block)
    return hashed.hexdigest()


def read_dense_csv(path: Path) -> Floats32:
    """(rows, 31). Refuses another header, missing cells and values that are no numbers, naming the line."""
    rows = read_rows(path)
    _, header = next(rows, (1, []))
    if tuple(header) != HEADER:
        raise FormatError(f"{path} is no table of controls: its first line must be {','.join(HEADER)}")
    table = array("f")
    for line, row in rows:
        try:
            values = [float(cell) for cell in row]
        except ValueError:
            values = []
        if len(values) != len(HEADER) or not all(abs(value) <= _FAR for value in values):
            raise FormatError(f"{path}, line {line}: give {len(HEADER)} numbers, as in its header")
        table.extend(values[1:])
    check_duration(len(table) / len(CONTROLS) / FRAME_RATE, str(path))
    return np.array(table, np.float32).reshape(-1, len(CONTROLS))


@lru_cache(maxsize=1)
def _texts() -> list[str]:
    return [f"{step / _STEPS:.4f}".rstrip("0").rstrip(".") for step in range(_STEPS + 1)]
