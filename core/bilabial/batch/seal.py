"""A list that was looked over whole: nothing that it reads is written, nothing is written twice.

``bilabial farm`` does that once, for a night's thousand parts, and leaves a seal beside the list. A part that
finds it reads its own lines alone. Of another list, or of takes that go elsewhere, the seal says nothing.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ..atomic import write_atomically

SCHEMA = "bilabial/batch-seal/1"
_BLOCK = 1 << 20  # bytes


def seal_beside(list_path: Path) -> Path:
    return list_path.with_suffix(".seal.json")


def seal(list_path: Path, out: Path | None) -> None:
    """Say that this list was looked over, with its takes in this folder."""
    write_atomically(seal_beside(list_path), json.dumps(_told(list_path, out)) + "\n")


def is_sealed(list_path: Path, out: Path | None) -> bool:
    try:
        found = json.loads(seal_beside(list_path).read_text("utf-8"))
        return bool(found == _told(list_path, out))
    except (OSError, ValueError, RecursionError):
        return False


def _told(list_path: Path, out: Path | None) -> dict[str, str | None]:
    with list_path.open("rb") as file:
        content = hashlib.sha256()
        while block := file.read(_BLOCK):
            content.update(block)
    return {
        "schema": SCHEMA,
        "list": content.hexdigest(),
        "out": None if out is None else str(out.absolute()),
    }
