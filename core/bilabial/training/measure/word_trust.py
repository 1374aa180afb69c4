"""Is a sure word right, and is a wrong one named? Texts with some words put in that nobody says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

import numpy as np

from ...audio.hearings import rows_of
from ...audio.logmel import log_mel
from ...errors import BilabialError
from ...models.store import Model
from ...phonemes.joint import explain
from ...phonemes.pronounce import Word, words_of
from ...phonemes.transcript import hear
from ...words.finding import find_words
from ...words.store import WordsModel
from ..data.batches import read_clip
from ..data.sets import Clip

WRONG: Final = 0.1  # share of the words that are another clip's
_BORDERS: Final = (0.0, 0.5, 0.8, 0.95, 0.99, 1.01)


@dataclass(frozen=True, slots=True)
class Told:
    """One word of a text, and what was told of it."""

    right: bool  # it is said in the clip
    heard: bool
    confidence: float


def told_words(clips: Sequence[Clip], model: Model, share: float = WRONG) -> list[Told]:
    """Every word of every clip, as of a text that was given."""
    others = [word for clip in clips for word in clip.text.split()]
    out: list[Told] = []
    for clip in clips:
        words, right = _mixed(clip, others, share)
        groups, sounds = hear(rows_of(read_clip(clip), model.network.hears), model)
        try:
            said = explain(groups, sounds, words).words
        except BilabialError:  # more words than fit
            continue
        out += [
            Told(is_right, word.heard, word.confidence) for word, is_right in zip(said, right, strict=True)
        ]
    return out


def found_words(clips: Sequence[Clip], model: Model, writer: WordsModel) -> list[Told]:
    """Every word that was found by itself and believed; right where the clip's text has it in its place."""
    out: list[Told] = []
    for clip in clips:
        samples = read_clip(clip)
        groups, sounds = hear(rows_of(samples, model.network.hears), model)
        found = find_words(log_mel(samples), groups, sounds, writer, None, lambda share: None)
        if found is not None:
            right = in_their_place([word.text for word in found.words], clip)
            out += [
                Told(place in right, word.heard, word.confidence) for place, word in enumerate(found.words)
            ]
    return out


def in_their_place(found: Sequence[str], clip: Clip) -> set[int]:
    """Which of these words the clip's text has, in its order."""
    said = [word.text.lower() for word in words_of(clip.text, clip.language)]
    matcher = SequenceMatcher(None, said, [word.lower() for word in found], autojunk=False)
    return {block.b + at for block in matcher.get_matching_blocks() for at in range(block.size)}


def as_markdown(told: Sequence[Told]) -> str:
    right = [one for one in told if one.right]
    wrong = [one for one in told if not one.right]
    lines = [
        f"Of {len(right)} right words {_share(right):.1%} are found, of {len(wrong)} wrong ones "
        f"{_share(wrong):.1%}. In {_order(told):.0%} of pairs a wrong word that was found is less sure "
        "than a right one.",
        "",
        "| confidence | words | mean confidence | right |",
        "|---|---|---|---|",
    ]
    for low, high in pairwise(_BORDERS):
        inside = [one for one in told if one.heard and low <= one.confidence < high]
        if inside:
            mean = float(np.mean([one.confidence for one in inside]))
            good = float(np.mean([one.right for one in inside]))
            lines.append(f"| {low:g} to {min(high, 1.0):g} | {len(inside)} | {mean:.3f} | {good:.1%} |")
    return "\n".join(lines) + "\n"


def _mixed(clip: Clip, others: Sequence[str], share: float) -> tuple[list[Word], list[bool]]:
    """The clip's words, some of them another's; the same for one name."""
    luck = random.Random(f"{clip.name} {share}")
    words: list[Word] = []
    right: list[bool] = []
    for text in clip.text.split():
        wrong = luck.random() < share
        try:
            spelled = words_of(luck.choice(others) if wrong else text, clip.language)
        except BilabialError:  # nothing that can be said
            continue
        words += spelled
        right += [not wrong] * len(spelled)
    return words, right


def _share(told: Sequence[Told]) -> float:
    return float(np.mean([one.heard for one in told])) if told else float("nan")


def _order(told: Sequence[Told]) -> float:
    """Of all pairs of a right and a wrong word that were found: where the right one is surer."""
    right = np.array([one.confidence for one in told if one.heard and one.right])
    wrong = np.array([one.confidence for one in told if one.heard and not one.right])
    if not len(right) or not len(wrong):
        return float("nan")
    above = (right[:, None] > wrong).mean() + 0.5 * (right[:, None] == wrong).mean()
    return float(above)
