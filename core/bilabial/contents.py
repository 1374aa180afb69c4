"""The bytes of a file within a limit; of a pipe or a device as well, which have no size to ask for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_BLOCK = 1 << 20  # bytes


def contents(path: Path, most: int) -> bytes | None:
    """None where there are more than ``most`` bytes. Raises OSError."""
    with path.open("rb") as file:
        there = os.fstat(file.fileno())
        if stat.S_ISREG(there.st_mode):
            return file.read() if there.st_size <= most else None
        blocks, size = [], 0
        while size <= most and (block := file.read(_BLOCK)):
            blocks.append(block)
            size += len(block)
    return b"".join(blocks) if size <= most else None
