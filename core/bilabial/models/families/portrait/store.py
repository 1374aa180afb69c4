"""Portrait models: those that came with this installation, and where one lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from .... import resources
from ....errors import BilabialError, ModelError
from ...card import CARD, WEIGHTS

SCHEMA: Final = "bilabial/portrait-card/1"
DEFAULT_PORTRAIT: Final = "portrait-2018"


def available_portraits() -> list[str]:
    """Names of the installed ones, in alphabetical order."""
    try:
        home = resources.folder("trained_models")
    except BilabialError:
        return []
    return sorted(path.parent.name for path in home.glob(f"*/{CARD}") if is_portrait_folder(path.parent))


def is_portrait_folder(folder: Path) -> bool:
    """Whether a folder's card says that it draws portraits: told by its schema's name, which comes first."""
    card = folder / CARD
    if not card.is_file():
        return False
    with card.open("rb") as stream:
        return b"bilabial/portrait-card/" in stream.read(200)


def portrait_folder(name_or_folder: str | Path | None = None) -> Path:
    """Where a model lies, by its name or its folder; of None, of the one that is used unless told."""
    if name_or_folder is not None and (Path(name_or_folder) / CARD).is_file():
        return Path(name_or_folder)
    known = available_portraits()
    name = DEFAULT_PORTRAIT if name_or_folder is None else str(name_or_folder)
    if name in known:
        return resources.folder("trained_models") / name
    choice = f"use {' or '.join(known)}, or give" if known else "give"
    raise ModelError(f"there is no portrait model {name!r}: {choice} the folder of one")


def portrait_files(name_or_folder: str | Path | None) -> tuple[Path, ...]:
    """Everything that is read to load one; nothing of one that is not there."""
    try:
        folder = portrait_folder(name_or_folder)
    except ModelError:
        return ()
    return folder / CARD, folder / WEIGHTS


def portrait_card(folder: Path) -> dict[str, Any]:
    """What a model's card says, for people."""
    card: dict[str, Any] = json.loads((folder / CARD).read_text("utf-8"))
    return card
