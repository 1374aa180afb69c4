"""How well models hear in bad surroundings, and whom: m b p and f v beside one another for several models.

Each clip is heard clean and in every condition, by the ear alone, with its words given and, where a words
model is named, with words that it finds, against labels of the clean sound: by hand where there are some,
else its text aligned by one model that is named.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...audio.hearings import rows_of
from ...audio.logmel import log_mel
from ...controls import GROUPS, SILENCE
from ...errors import PhoneError
from ...models.store import Model
from ...phonemes.align import align
from ...phonemes.decode import decode
from ...phonemes.inventory import targets
from ...phonemes.pronounce import words_of
from ...phonemes.track import PhoneTrack
from ...words.finding import find_words
from ...words.store import WordsModel
from ..data.batches import read_clip
from ..data.sets import Clip, Problems, voice_of
from .conditions import conditions, random_of
from .cut_text import words_within
from .measures import EventScore, FrameScore, score_events

log = logging.getLogger(__name__)

Floats32 = NDArray[np.float32]

CLEAN: Final = "clean"
KINDS: Final = ("m b p", "f v")
_SILENT: Final = GROUPS.index(SILENCE)


@dataclass(slots=True)
class Heard:
    """What one model heard of one row of the table."""

    alone: dict[str, EventScore] = field(default_factory=dict)
    given: dict[str, EventScore] = field(default_factory=dict)  # with the words given
    found: dict[str, EventScore] = field(default_factory=dict)  # with words found where they are believed
    believed: int = 0  # clips whose found words were
    frames: FrameScore = field(default_factory=FrameScore)


@dataclass(slots=True)
class Row:
    clips: int = 0
    seconds: float = 0.0
    by_model: dict[str, Heard] = field(default_factory=dict)


_SEXES: Final = ("female", "male")


def row_names(by: str) -> Callable[[Clip], str]:
    """Which row of the table a clip belongs to."""

    def name(clip: Clip) -> str:
        words = clip.note.split()
        if by == "language":
            return clip.language
        if by == "sex":
            return next((word for word in words if word in _SEXES), "not told")
        if by == "age":
            decade = next((word for word in words if word.endswith(("ties", "teens"))), None)
            if decade is None and words[:1] == ["age"]:
                decade = "child" if int(words[1]) < 13 else "teens" if int(words[1]) < 20 else "adult"
            return decade or "not told"
        return clip.name.split("/")[0]

    return name


def truth_by(aligner: Model, by_hand: Collection[str]) -> Callable[[Clip], PhoneTrack | None]:
    """Labels by hand where a clip has some that were made so, else its text aligned on the clean sound."""

    def truth(clip: Clip) -> PhoneTrack | None:
        if clip.name.split("/")[0] in by_hand or not clip.text:
            return clip.phones
        try:
            words = words_of(clip.text, voice_of(clip))
            return align(*aligner.sounds(rows_of(read_clip(clip), aligner.network.hears)), words)
        except PhoneError:
            return None

    return truth


def measure(
    models: Sequence[Model],
    clips: Sequence[Clip],
    voices: Sequence[Clip],
    truth_of: Callable[[Clip], PhoneTrack | None],
    row_of: Callable[[Clip], str],
    problems: Problems,
    only_clean: bool = False,
    mild: bool = False,
    writer: WordsModel | None = None,
) -> dict[tuple[str, str], Row]:
    """By row's name and condition. ``voices`` babble."""
    known = {} if only_clean else conditions([read_clip(clip) for clip in voices], mild)
    rows: dict[tuple[str, str], Row] = {}
    for number, clip in enumerate(clips):
        truth = truth_of(clip)
        if truth is None or not len(truth):
            problems.add(clip.name, "it has no labels, and its text does not align: not measured")
            continue
        samples = read_clip(clip)
        for condition, spoil in {CLEAN: None, **known}.items():
            heard = samples if spoil is None else spoil(samples, random_of(clip.name, condition))
            row = rows.setdefault((row_of(clip), condition), Row())
            row.clips += 1
            row.seconds += len(samples) / 16_000
            for model in models:
                _add(row.by_model.setdefault(_name(model), Heard()), model, heard, clip, truth, writer)
        if number % 20 == 0:
            log.info("%d of %d clips", number + 1, len(clips))
    return rows


def _name(model: Model) -> str:
    return f"{model.card.name} {model.card.version}"


def _add(
    score: Heard, model: Model, samples: Floats32, clip: Clip, truth: PhoneTrack, writer: WordsModel | None
) -> None:
    groups, sounds = model.sounds(rows_of(samples, model.network.hears))
    by_row, _ = targets(truth, len(groups))
    score.frames.add(groups[:, :_SILENT].argmax(axis=1), by_row)
    alone = decode(groups)
    score_events(truth, alone, score.alone)
    if writer is not None:
        explained = find_words(log_mel(samples), groups, sounds, writer, None, lambda share: None)
        score.believed += explained is not None
        score_events(truth, alone if explained is None else explained.phones, score.found)
    if not clip.text:
        return
    try:
        words = words_of(clip.text, voice_of(clip))
        if truth is clip.phones:  # not made from the text: it may go on where the sound was cut
            words = words_within(words, truth)
        found = align(groups, sounds, words)
    except PhoneError:  # nothing is found then, and that counts
        found = PhoneTrack()
    score_events(truth, found, score.given)


def as_json(rows: Mapping[tuple[str, str], Row]) -> list[dict[str, Any]]:
    """Plain numbers."""
    return [
        {
            "clips": name,
            "condition": condition,
            "count": row.clips,
            "minutes": round(row.seconds / 60, 2),
            "models": {
                model: {
                    "rows_right": round(heard.frames.accuracy, 4),
                    "alone": {kind: _numbers(heard.alone[kind]) for kind in KINDS if kind in heard.alone},
                    "words_found": {
                        kind: _numbers(heard.found[kind]) for kind in KINDS if kind in heard.found
                    },
                    "words_believed": heard.believed,
                    "words_given": {
                        kind: _numbers(heard.given[kind]) for kind in KINDS if kind in heard.given
                    },
                }
                for model, heard in row.by_model.items()
            },
        }
        for (name, condition), row in rows.items()
    ]


def _numbers(score: EventScore) -> dict[str, float | int]:
    return {
        "f1": round(score.f1, 4),
        "recall": round(score.recall, 4),
        "precision": round(score.precision, 4),
        "true": score.true,
        "median_shift_ms": round(score.median_shift * 1000, 1),
    }


def as_markdown(rows: Mapping[tuple[str, str], Row], command: str) -> str:
    """One line for clips and condition, for each model F1 of m b p / f v by ear, with words found
    (in brackets: the clips in which they were believed), with words given.
    """
    models = list(dict.fromkeys(name for row in rows.values() for name in row.by_model))
    heard_all = [heard for row in rows.values() for heard in row.by_model.values()]
    with_found = any(heard.found for heard in heard_all)
    with_given = any(heard.given for heard in heard_all)
    parts = ["", *([", words found"] * with_found), *([", words given"] * with_given)]
    heads = [f"{name}{part}" for name in models for part in parts]
    lines = [f"`{command}`", "", f"| clips | condition | n | {' | '.join(heads)} |"]
    lines.append("| --- |" * 1 + " --- |" * (2 + len(heads)))
    for (name, condition), row in rows.items():
        cells = []
        for model in models:
            heard = row.by_model.get(model, Heard())
            cells.append(_pair(heard.alone))
            if with_found:
                cells.append(f"{_pair(heard.found)} ({heard.believed})")
            if with_given:
                cells.append(_pair(heard.given))
        lines.append(f"| {name} | {condition} | {row.clips} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _pair(scores: Mapping[str, EventScore]) -> str:
    found = [scores[kind].f1 if kind in scores else float("nan") for kind in KINDS]
    return " / ".join("-" if np.isnan(one) else f"{one:.3f}" for one in found)
