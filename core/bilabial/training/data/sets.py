"""Speech sets on disk: clips with their speakers, texts and phones.

Two layouts are read: a folder with ``manifest.tsv`` (utt, file, speaker, lang, split, note, text) and
``phones.tsv`` (utt, start, end, phone), and any folder tree of sounds with a TextGrid beside each, as
studios have (the speaker is then the name of the sound's folder). What is wrong with a clip is named, the
clip is left out and counted; ``strict`` raises instead.
"""

from __future__ import annotations

import csv
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import BilabialError, FormatError, PhoneError
from ...phonemes import groups
from ...phonemes.track import Phone, PhoneTrack
from ..labels.stress import with_stress

log = logging.getLogger(__name__)

MANIFEST_FILE = "manifest.tsv"
SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
_SPARE = 0.05  # s by which labels may outlast the sound, from rounding


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance. ``phones`` is None where nobody has labelled it."""

    name: str
    path: Path
    speaker: str
    language: str
    split: str = "train"
    note: str = ""
    text: str = ""
    phones: PhoneTrack | None = None


_EMOTIONS = frozenset({"anger", "boredom", "disgust", "fear", "happiness", "sadness"})
STYLES = ("read", "neutral", "expressive")


# eSpeak's names of languages where they are not the sets'.
_VOICES = {"zh-CN": "cmn", "zh-TW": "cmn", "zh-HK": "yue", "sv-SE": "sv", "ga-IE": "ga", "hy-AM": "hy"}


def voice_of(clip: Clip) -> str:
    """The language of a clip's text as eSpeak NG names it."""
    return _VOICES.get(clip.language, clip.language)


def style_of(clip: Clip) -> str:
    """How it is spoken, by the first word of its note: acted (EmoDB: an emotion, or "neutral"), else read."""
    word = (clip.note.split() or [""])[0]
    return "expressive" if word in _EMOTIONS else "neutral" if word == "neutral" else "read"


@dataclass(slots=True)
class Problems:
    """What was left out and why. ``strict`` turns the first problem into an error."""

    strict: bool = False
    messages: list[str] = field(default_factory=list)

    def add(self, clip: str, reason: str) -> None:
        message = f"{clip}: {reason}"
        if self.strict:
            raise FormatError(f"{message}; mend the set, or leave --strict out to skip such clips")
        if message in self.messages:  # seen before, at another speed
            return
        self.messages.append(message)
        log.warning("skipped %s", message)

    def __len__(self) -> int:
        return len(self.messages)


def read_set(folder: Path, problems: Problems) -> list[Clip]:
    """The clips of a set, in the order of its manifest (or of file names)."""
    if not folder.is_dir():
        raise FormatError(
            f"there is no set at {folder}: give a folder with a manifest.tsv, or sounds with TextGrids"
        )
    if (folder / MANIFEST_FILE).is_file():
        return list(_from_manifest(folder, problems))
    return list(_from_text_grids(folder, problems))


def _rows(path: Path, columns: set[str]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = columns - set(reader.fieldnames or ())
        if missing:
            raise FormatError(
                f"{path.name} lacks the column {min(missing)!r}: its first line must name the columns"
            )
        yield from reader


def _from_manifest(folder: Path, problems: Problems) -> Iterator[Clip]:
    intervals: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    broken: dict[str, str] = {}
    if (folder / "phones.tsv").is_file():
        for row in _rows(folder / "phones.tsv", {"utt", "start", "end", "phone"}):
            try:
                intervals[row["utt"]].append((float(row["start"]), float(row["end"]), row["phone"]))
            except (TypeError, ValueError):
                broken[row["utt"]] = f"the label {row['phone']!r} has no readable times"
    alphabet = _alphabet(folder, intervals)
    seen: set[str] = set()
    for row in _rows(folder / MANIFEST_FILE, {"utt", "file", "speaker"}):
        name, path = row["utt"], folder / row["file"]
        if name in seen:
            problems.add(name, "the manifest lists it a second time")
            continue
        seen.add(name)
        if not path.is_file():
            problems.add(name, f"there is no file {row['file']}")
            continue
        if name in broken:
            problems.add(name, broken[name])
            continue
        language = row.get("lang") or "en"
        text = row.get("text") or ""
        try:
            phones = None
            if intervals.get(name):
                timed = intervals[name]
                if alphabet == "arpabet":
                    timed = with_stress(timed, text)
                phones = groups.track(_mended(timed), alphabet, language)
        except PhoneError as error:
            problems.add(name, str(error))
            continue
        yield Clip(
            name=f"{folder.name}/{name}",
            path=path,
            speaker=row["speaker"],
            language=language,
            split=row.get("split") or "train",
            note=row.get("note") or "",
            text=text,
            phones=phones,
        )


def _alphabet(folder: Path, intervals: dict[str, list[tuple[float, float, str]]]) -> str:
    """The alphabet that knows the most labels of the set: single bad labels must not decide for all."""
    from collections import Counter

    counts = Counter(label for timed in intervals.values() for _, _, label in timed)
    if not counts:
        return "ipa"

    def known(alphabet: str) -> int:
        total = 0
        for label, count in counts.items():
            try:
                groups.lookup(label, alphabet)
            except PhoneError:
                continue
            total += count
        return total

    return max(("arpabet", "ipa", "sampa-corpus"), key=known)


def _mended(timed: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """In time order, empty labels dropped, rounding overlaps of a millisecond closed."""
    out: list[tuple[float, float, str]] = []
    for start, end, label in sorted(dict.fromkeys(timed), key=lambda one: one[:2]):
        begin = max(start, out[-1][1]) if out and start - out[-1][1] > -0.002 else start
        if end > begin:
            out.append((begin, end, label))
    return out


def _from_text_grids(folder: Path, problems: Problems) -> Iterator[Clip]:
    from ...exchange.phones import read_phones

    sounds = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS)
    if not sounds:
        raise FormatError(
            f"{folder} holds no sounds: give a folder with a manifest.tsv, or sounds with TextGrids"
        )
    for path in sounds:
        name = path.relative_to(folder).as_posix()
        grid = path.with_suffix(".TextGrid")
        if not grid.is_file():
            problems.add(name, f"there is no {grid.name} beside it")
            continue
        try:
            phones = read_phones(grid)
        except BilabialError as error:
            problems.add(name, str(error))
            continue
        yield Clip(
            name=f"{folder.name}/{name}", path=path, speaker=path.parent.name, language="en", phones=phones
        )


def check_length(clip: Clip, seconds: float, problems: Problems) -> bool:
    """Whether the labels fit the sound; a problem is noted where they do not."""
    if clip.phones is not None and clip.phones.end > seconds + _SPARE:
        problems.add(clip.name, f"its labels end at {clip.phones.end:.2f} s, the sound at {seconds:.2f} s")
        return False
    return True


def write_phones_tsv(tracks: dict[str, PhoneTrack], path: Path) -> None:
    """Phone tracks by utterance; the column stress is empty where a label tells none."""
    from ...atomic import atomic_path

    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write("utt\tstart\tend\tphone\tgroup\tstress\n")
        for name, track in tracks.items():
            for phone in track:
                stress = "" if phone.stress is None else phone.stress
                times = f"{phone.start:.3f}\t{phone.end:.3f}"
                file.write(f"{name}\t{times}\t{phone.label}\t{phone.group}\t{stress}\n")


def read_phones_tsv(path: Path) -> dict[str, PhoneTrack]:
    """The reverse of write_phones_tsv. Files from before it kept stress have no such column."""
    found: dict[str, list[Phone]] = defaultdict(list)
    for row in _rows(path, {"utt", "start", "end", "phone", "group"}):
        stress = int(row["stress"]) if row.get("stress") else None
        phone = Phone(float(row["start"]), float(row["end"]), row["phone"], row["group"], stress)
        found[row["utt"]].append(phone)
    return {name: PhoneTrack.of(phones) for name, phones in found.items()}
