"""Takes on disk: finding them, reading them, and their sound, which may have moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BilabialError
from ..phrases import Phrase

if TYPE_CHECKING:
    from .take import Take

SUFFIX = ".take.json"


def takes_in(place: Path) -> list[Path]:
    """The take files of a folder and the folders in it, in order of name; a file is itself."""
    if not place.is_dir():
        return [place]
    found = sorted(path for path in place.rglob(f"*{SUFFIX}") if not path.name.startswith("."))
    if not found:
        raise BilabialError(
            Phrase("{0} holds no take (*{1}): make some with `bilabial generate` or batch", place, SUFFIX)
        )
    return found


def load_take(path: Path) -> Take:
    from .format import load

    if path.is_dir():
        raise BilabialError(Phrase("{0} is a folder: name a take in it", path))
    if not path.exists():
        raise BilabialError(
            Phrase("there is no take {0}: check the name, or make one with `bilabial generate`", path)
        )
    return load(path)


def find_sound(take: Take, path: Path, named: Path | None = None) -> Path | None:
    """The take's sound: as named, as the take says from where it lies, or beside the take.

    A file of another content is none.
    """
    from ..audio.reading import sound_hash
    from ..paths import is_on_another_machine

    if named is not None:
        if not named.is_file():
            raise BilabialError(Phrase("there is no sound {0}: check the name", named))
        return named
    told = Path(take.sound.path)
    beside = path.parent / told.name
    elsewhere = is_on_another_machine(take.sound.path, path.absolute().parent)
    for place in (beside,) if elsewhere else (path.parent / told, told, beside):
        if place.is_file() and take.sound.sha256 in (None, sound_hash(place)):
            return place
    return None


def save_take(take: Take, path: Path, read_from: Path) -> None:
    """Write a take that was read from another place, so that it still names its sound."""
    from ..paths import is_on_another_machine, seen_from
    from .format import save

    told, home = read_from.parent / take.sound.path, read_from.absolute().parent
    known = Path(take.sound.path).is_absolute() or is_on_another_machine(take.sound.path, home)
    if not known and told.is_file():
        take = replace(take, sound=replace(take.sound, path=seen_from(path.parent, told)))
    save(take, path)
