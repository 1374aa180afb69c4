"""Takes as commands meet them: a file on disk, and its sound, which may have moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BilabialError
from ..guard import Use

if TYPE_CHECKING:
    from ..curves.take import Take


def load_take(path: Path) -> Take:
    from ..curves.format import load

    if path.is_dir():
        raise BilabialError(f"{path} is a folder: name a take in it")
    if not path.exists():
        raise BilabialError(f"there is no take {path}: check the name, or make one with `bilabial generate`")
    return load(path)


def model_reads(model: str | None) -> list[Use]:
    """The files of a model that is named, or of every one that may be chosen."""
    from ..batch.make import model_files

    return [Use(file, "a file of the model") for file in model_files(model)]


def find_sound(take: Take, path: Path, named: Path | None) -> Path | None:
    """The take's sound: as named, as the take says from where it lies, or beside the take.

    A file of another content is none.
    """
    from ..audio.reading import sound_hash

    if named is not None:
        if not named.is_file():
            raise BilabialError(f"there is no sound {named}: check the name")
        return named
    told = Path(take.sound.path)
    for place in (path.parent / told, told, path.parent / told.name):
        if place.is_file() and take.sound.sha256 in (None, sound_hash(place)):
            return place
    return None


def save_take(take: Take, path: Path, read_from: Path) -> None:
    """Write a take that was read from another place, so that it still names its sound."""
    from ..curves.format import save
    from ..paths import seen_from

    told = read_from.parent / take.sound.path
    if not Path(take.sound.path).is_absolute() and told.is_file():
        take = replace(take, sound=replace(take.sound, path=seen_from(path.parent, told)))
    save(take, path)
