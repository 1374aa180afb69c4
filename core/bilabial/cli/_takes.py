"""Takes as commands meet them: a file on disk, and its sound, which may have moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BilabialError

if TYPE_CHECKING:
    from ..curves.take import Take


def load_take(path: Path) -> Take:
    from ..curves.format import load

    if path.is_dir():
        raise BilabialError(f"{path} is a folder: name a take in it")
    if not path.exists():
        raise BilabialError(f"there is no take {path}: check the name, or make one with `bilabial generate`")
    return load(path)


def find_sound(take: Take, path: Path, named: Path | None) -> Path | None:
    """The take's sound: as named, as the take says, or beside the take. A file of another content is none."""
    from ..audio.reading import sound_hash

    if named is not None:
        if not named.is_file():
            raise BilabialError(f"there is no sound {named}: check the name")
        return named
    told = Path(take.sound.path)
    for place in (told, path.parent / told, path.parent / told.name):
        if place.is_file() and take.sound.sha256 in (None, sound_hash(place)):
            return place
    return None
