"""How far a network that draws curves can come: the teacher of its curves on phones that somebody heard.

The teacher drew the true curves from the labels' phones. Drawn by it from the network's own phones they say
what the network's drawing loses; from a better ear's, what hearing loses; from words laid along the sound,
how far two sets of labels of the same words agree, which nobody can be better than.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from ...audio.hearings import rows_of
from ...audio.prosody import prosody
from ...errors import ModelError, PhoneError
from ...models.store import Model
from ...phonemes.align import align
from ...phonemes.decode import decode
from ...phonemes.pronounce import words_of
from ...solve.jali.solve import solve
from ...solve.rules import gate
from ..data.batches import read_clip
from ..data.sets import Clip, Problems, voice_of
from .cut_text import words_within
from .measures import CurveScore

DRAWN: Final = "the network draws"
OWN: Final = "rules, its own phones"
EAR: Final = "rules, the ear's phones"
GIVEN: Final = "rules, words given"
WAYS: Final = (DRAWN, OWN, EAR, GIVEN)

Scores = Mapping[str, Mapping[str, CurveScore]]  # by row of the table and way


def measure(
    model: Model, ear: Model, clips: Sequence[Clip], row_of: Callable[[Clip], str], problems: Problems
) -> Scores:
    """Curves of labelled clips, before the hard rules, against the teacher's on their labels."""
    thresholds = model.card.thresholds
    if thresholds is None:
        raise ModelError(f"{model.card.name} draws no curves: name one that does, such as visemenet-2018")
    scores: dict[str, dict[str, CurveScore]] = {}
    for clip in clips:
        if clip.phones is None or not len(clip.phones):
            problems.add(clip.name, "it has no labels to measure against")
            continue
        samples = read_clip(clip)
        sound = prosody(samples)
        true = solve(clip.phones, sound)
        row = scores.setdefault(row_of(clip), {way: CurveScore() for way in WAYS})
        drawn = model.predict(rows_of(samples, model.network.hears))
        row[DRAWN].add(gate(drawn, np.asarray(thresholds)), true)
        row[OWN].add(solve(decode(drawn.groups), sound), true)
        groups, sounds = ear.sounds(rows_of(samples, ear.network.hears))
        row[EAR].add(solve(decode(groups), sound), true)
        try:
            words = words_within(words_of(clip.text, voice_of(clip)), clip.phones)
            laid = align(groups, sounds, words)
        except PhoneError:  # a text that is not what is said
            continue
        row[GIVEN].add(solve(laid, sound), true)
    return scores


def as_markdown(scores: Scores, command: str) -> str:
    """A line for clips and way: precision and recall of what is active, difference of what moves."""
    lines = [
        f"`{command}`",
        "",
        "| clips | curves | activation precision | recall | motion curve difference |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, ways in scores.items():
        for way, score in ways.items():
            values = (score.precision, score.recall, score.mean_difference)
            if all(np.isfinite(values)):
                lines.append(f"| {name} | {way} | " + " | ".join(f"{100 * v:.1f} %" for v in values) + " |")
    return "\n".join(lines)
