"""Recordings as a studio has them, as a set: each sound with a TextGrid or a transcript of the same name.

Nothing is copied and nothing beside the recordings is touched: the set names the sounds by their paths.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import BilabialError, FormatError
from ..data.sets import MANIFEST_FILE, SOUNDS, Problems
from ..data.writing import MANIFEST, PHONES, write_rows

log = logging.getLogger(__name__)

_EVERY = 6  # one speaker in six is held out; of one or two speakers, one clip in six


@dataclass(frozen=True, slots=True)
class _Recording:
    name: str
    path: Path
    speaker: str
    text: str
    phones: tuple[tuple[float, float, str], ...]


def gather(
    recordings: Path, folder: Path, language: str, held_out: Sequence[str], problems: Problems
) -> None:
    """Write ``folder`` as a set of what lies in ``recordings``. A sound's folder is its speaker."""
    if (folder / MANIFEST_FILE).exists():
        raise FormatError(f"{folder} is a set already: remove it, or name another folder")
    found = [one for path in _sounds(recordings) if (one := _read(path, recordings, problems)) is not None]
    if not found:
        raise FormatError(
            f"{recordings} holds no sound with a TextGrid or a .txt of the same name beside it: "
            "put what is said beside each recording"
        )
    held = _held_out(found, held_out)
    folder.mkdir(parents=True, exist_ok=True)
    write_rows(folder / "phones.tsv", PHONES, (label for one in found for label in _labels(one)))
    write_rows(folder / MANIFEST_FILE, MANIFEST, (_row(one, folder, language, one in held) for one in found))
    log.info(
        "%s: %d clips of %d speakers, %d clips held out to measure on",
        folder, len(found), len({one.speaker for one in found}), len(held),
    )  # fmt: skip


def _sounds(recordings: Path) -> list[Path]:
    if not recordings.is_dir():
        raise FormatError(f"there is no folder {recordings}: name the one that holds the recordings")
    return sorted(path for path in recordings.rglob("*") if path.suffix.lower() in SOUNDS)


def _read(path: Path, recordings: Path, problems: Problems) -> _Recording | None:
    """None, with the reason noted, where there is nothing to learn from."""
    from ...exchange.phones import read_phones

    name = path.relative_to(recordings).as_posix()
    if any(mark in name for mark in "\t\r\n"):
        problems.add(name, "its name holds a tab or a line's end: rename it")
        return None
    grid, text = path.with_suffix(".TextGrid"), path.with_suffix(".txt")
    try:
        said = " ".join(text.read_text(encoding="utf-8-sig").split()) if text.is_file() else ""
        phones = tuple((p.start, p.end, p.label) for p in read_phones(grid)) if grid.is_file() else ()
    except UnicodeDecodeError:
        problems.add(name, f"{text.name} is not UTF-8: save it as such")
        return None
    except BilabialError as error:
        problems.add(name, str(error))
        return None
    if not said and not phones:
        problems.add(name, f"there is neither {grid.name} nor {text.name} beside it")
        return None
    return _Recording(name, path, path.parent.name or recordings.resolve().name, said, phones)


def _held_out(found: Sequence[_Recording], named: Sequence[str]) -> set[_Recording]:
    """Whole speakers where there are three or more, since a voice that was trained on tells little."""
    speakers = sorted({one.speaker for one in found})
    for name in named:
        if name not in speakers:
            raise FormatError(f"there is no speaker {name!r}: use one of {', '.join(speakers)}")
    if not named and len(speakers) < 3:
        return set(found[_EVERY - 1 :: _EVERY])
    chosen = set(named) or set(speakers[::-_EVERY])
    return {one for one in found if one.speaker in chosen}


def _labels(one: _Recording) -> list[str]:
    return [f"{one.name}\t{start:.4f}\t{end:.4f}\t{label}" for start, end, label in one.phones]


def _row(one: _Recording, folder: Path, language: str, held: bool) -> str:
    file = Path(os.path.relpath(one.path.resolve(), folder.resolve())).as_posix()
    return "\t".join((one.name, file, one.speaker, language, "dev" if held else "train", "", one.text))
