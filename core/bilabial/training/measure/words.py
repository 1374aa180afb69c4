"""What words bring: the ear alone, true words, words of which some are spoilt, words found by a network."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ...audio.hearings import rows_of
from ...audio.logmel import log_mel
from ...errors import BilabialError
from ...models.store import Model
from ...phonemes.align import align
from ...phonemes.decode import decode
from ...phonemes.joint import GIVEN, explain
from ...phonemes.pronounce import Word, words_of
from ...phonemes.track import PhoneTrack
from ...phonemes.transcript import hear
from ...words.finding import find_words
from ...words.store import WordsModel
from ..data.batches import read_clip
from ..data.sets import Clip
from .cut_text import words_within
from .measures import EventScore, score_events

SPOILT: Final = (0.0, 0.1, 0.2, 0.3)  # shares of wrong, missing and extra words
_WRONG, _MISSING = 0.6, 0.2  # of spoilt words; the rest are extra


@dataclass(slots=True)
class Row:
    """One way of hearing, over the clips of one set."""

    way: str
    scores: dict[str, EventScore] = field(default_factory=dict)
    clips: int = 0


def spoilt(words: Sequence[Word], share: float, name: str, others: Sequence[Word]) -> list[Word]:
    """A share of the words wrong, missing or followed by another; the same for one name."""
    luck = random.Random(f"{name} {share}")
    out: list[Word] = []
    for word in words:
        drawn = luck.random()
        if drawn < share * _WRONG:
            out.append(luck.choice(others))
        elif drawn < share * (_WRONG + _MISSING):
            continue
        elif drawn < share:
            out += [word, luck.choice(others)]
        else:
            out.append(word)
    return out or list(words)


def score_sets(
    sets: Mapping[str, Sequence[Clip]], model: Model, writer: WordsModel | None, most: int
) -> dict[str, list[Row]]:
    """Every way over the development clips of each set that have words and phones."""
    return {
        name: _score_set([c for c in clips if c.split == "dev" and c.text and c.phones][:most], model, writer)
        for name, clips in sets.items()
    }


def as_markdown(found: Mapping[str, Sequence[Row]]) -> str:
    """F1 of m b p and of f v within 40 ms."""
    names = list(found)
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for rows in zip(*found.values(), strict=True):
        cells = [
            f"{row.scores['m b p'].f1:.3f} / {row.scores['f v'].f1:.3f}" if row.clips else "-" for row in rows
        ]
        lines.append(f"| {rows[0].way} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _score_set(clips: Sequence[Clip], model: Model, writer: WordsModel | None) -> list[Row]:
    rows = [Row("ear alone"), Row("words found")]
    rows += [Row(f"words given, {share:.0%} spoilt") for share in SPOILT]
    rows += [Row(f"forced to words, {share:.0%} spoilt") for share in SPOILT]
    # A text may go on where its sound was cut: of its words those count that the labels reach.
    said = {clip.name: words_within(words_of(clip.text, clip.language), _labels(clip)) for clip in clips}
    others = [word for words in said.values() for word in words]
    for clip in clips:
        if not said[clip.name]:
            continue
        samples = read_clip(clip)
        groups, sounds = hear(rows_of(samples, model.network.hears), model)
        alone = decode(groups)
        tracks = [alone, alone]
        if writer is not None and clip.language == "en":
            explained = find_words(log_mel(samples), groups, sounds, writer, "en", lambda share: None)
            tracks[1] = alone if explained is None else explained.phones
        texts = [spoilt(said[clip.name], share, clip.name, others) for share in SPOILT]
        for words in texts:
            tracks.append(explain(groups, sounds, words, GIVEN).phones)
        for words in texts:
            try:
                tracks.append(align(groups, sounds, words))
            except BilabialError:  # more words than fit
                tracks.append(alone)
        for row, track in zip(rows, tracks, strict=True):
            _add(row, _labels(clip), track)
    return rows


def _labels(clip: Clip) -> PhoneTrack:
    return clip.phones or PhoneTrack()


def _add(row: Row, true: PhoneTrack, found: PhoneTrack) -> None:
    score_events(true, found, row.scores)
    row.clips += 1
