"""Phone files of other tools: read as they are, written as they expect it.

``read_phones`` and ``write_phones`` choose the format by the file's suffix; ``read_words`` gives the words
where a file holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...atomic import atomic_path
from ...errors import FormatError
from ...phonemes.track import PhoneTrack
from . import lab, moho, rhubarb, subtitles, textgrid
from .intervals import Contents, Pronouncer, ReadOptions, Word, fail, to_track

__all__ = ["READABLE", "WRITABLE", "Pronouncer", "Word", "read_phones", "read_words", "write_phones"]

_READERS: dict[str, Callable[[Path, ReadOptions], Contents]] = {
    ".textgrid": textgrid.read,
    ".lab": lab.read,
    ".txt": lab.read,
    ".srt": subtitles.read,
    ".vtt": subtitles.read,
    ".tsv": rhubarb.read_tsv,
    ".xml": rhubarb.read_xml,
    ".json": rhubarb.read_json,
    ".dat": moho.read_dat,
    ".pgo": moho.read_pgo,
}
READABLE = tuple(_READERS)
WRITABLE = (".textgrid", ".lab", ".tsv", ".xml", ".json", ".dat", ".pgo")


def read_phones(
    path: Path | str,
    language: str | None = None,
    *,
    alphabet: str | None = None,
    tier: str | None = None,
    fps: float = 24.0,
    pronouncer: Pronouncer | None = None,
) -> PhoneTrack:
    """The phones of a file.

    ``language`` ("fr") settles sounds that languages shape differently. ``alphabet`` is one of
    phonemes.groups.ALPHABETS; without it the labels themselves decide. ``tier`` names the tier of a TextGrid
    or the voice of a Papagayo file where there are several. ``fps`` is for Moho's .dat, which does not say.
    Subtitles hold words: they need a ``pronouncer``. Raises FormatError naming the file and line.
    """
    path = Path(path)
    if not fps > 0:
        raise FormatError(f"a frame rate of {fps:g} is impossible: give frames a second, such as 24")
    options = ReadOptions(language, alphabet, tier, fps, pronouncer)
    contents = _reader(path)(path, options)
    if contents.words and not contents.intervals:
        raise fail(
            path, None, "the file holds words, not phones: give it as the transcript, with its language"
        )
    return to_track(path, contents, options)


def read_words(path: Path | str, *, tier: str | None = None) -> list[Word]:
    """The words of subtitles (spread over their cue) or of a TextGrid's word tier, with times in seconds."""
    path = Path(path)
    if path.suffix.lower() == ".textgrid":
        words = textgrid.read_words(path, tier)
    else:
        words = _reader(path)(path, ReadOptions(tier=tier)).words
    if not words:
        raise fail(
            path, None, "the file holds no words: give an SRT, a WebVTT or a TextGrid with a tier of words"
        )
    return words


def write_phones(
    phones: PhoneTrack, path: Path | str, *, duration: float | None = None, fps: float = 24.0, sound: str = ""
) -> None:
    """Write a track in the format of the file's suffix: one of WRITABLE.

    Cartoon formats (.tsv, .xml, .json, .dat, .pgo) keep mouth shapes only. ``duration`` (s) is the sound's,
    if it is longer than the track; ``sound`` its name, for the formats that hold one.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if not fps > 0:
        raise FormatError(f"a frame rate of {fps:g} is impossible: give frames a second, such as 24")
    length = max(duration or 0.0, phones.end)
    if suffix == ".textgrid":
        text = textgrid.written(phones, length)
    elif suffix == ".lab":
        text = lab.written(phones)
    elif suffix in (".tsv", ".xml", ".json"):
        text = rhubarb.written(phones, length, suffix[1:], sound)
    elif suffix == ".dat":
        text = moho.written_dat(phones, length, fps)
    elif suffix == ".pgo":
        text = moho.written_pgo(phones, length, fps, sound)
    else:
        raise FormatError(f"phones cannot be written as {path.name}: use one of {', '.join(WRITABLE)}")
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _reader(path: Path) -> Callable[[Path, ReadOptions], Contents]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FormatError(
            f"{path.name} is no phone file that is known here: use one of {', '.join(READABLE)}"
        )
    return reader
