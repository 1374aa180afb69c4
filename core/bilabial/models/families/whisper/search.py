"""The likeliest tokens for a window of sound: one hypothesis followed greedily, or several side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .decoder import Decoder
from .rules import Rules

Step = Callable[[], None]  # called once a token; raises to stop


@dataclass(frozen=True, slots=True)
class Found:
    """What a search wrote, the end left out."""

    tokens: tuple[int, ...]
    log_probability: float  # natural, of all tokens and the end
    silence: float  # probability that the window holds no speech

    @property
    def mean(self) -> float:
        """Log probability a token."""
        return self.log_probability / (len(self.tokens) + 1)


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    tokens: tuple[int, ...]
    score: float


def search(
    decoder: Decoder,
    heard: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    prompt: Sequence[int],
    rules: Rules,
    beams: int,
    longest: int,
    told: Step | None = None,
) -> Found:
    """The best of ``beams`` hypotheses of at most ``longest`` tokens that follow the prompt."""
    end = rules.vocabulary.end
    memory = decoder.begin(heard)
    logits = decoder.read(np.array([prompt]), memory)
    start = len(prompt) - 1 - list(prompt)[::-1].index(rules.vocabulary.start)
    silence = _share(logits[0, start], rules.vocabulary.silent)
    following = logits[:, -1]
    alive = [_Hypothesis((), 0.0)]
    finished: list[_Hypothesis] = []
    for _ in range(longest):
        if told is not None:
            told()
        scores = rules.log_probabilities(following, [one.tokens for one in alive])
        alive, origins = _advance(alive, scores, beams, end, finished)
        if len(finished) >= beams or not alive:
            break
        memory = memory.chosen(np.array(origins))
        following = decoder.read(np.array([[one.tokens[-1]] for one in alive]), memory)[:, -1]
    # What never ended is taken as it stands where too little else did.
    candidates = finished if len(finished) >= beams else [*finished, *alive]
    best = max(candidates, key=lambda one: one.score / max(1, len(one.tokens)))
    return Found(tuple(token for token in best.tokens if token != end), best.score, silence)


def _advance(
    alive: list[_Hypothesis],
    scores: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    beams: int,
    end: int,
    finished: list[_Hypothesis],
) -> tuple[list[_Hypothesis], list[int]]:
    """The best continuations and which hypothesis each goes on from; those that end join ``finished``."""
    candidates: list[tuple[float, int, int]] = []
    for index, (one, row) in enumerate(zip(alive, scores, strict=True)):
        for token in _largest(row, beams + 1):
            candidates.append((one.score + float(row[token]), index, token))
    # Equal scores: the earlier hypothesis, the lower token, so that the same sound gives the same words.
    candidates.sort(key=lambda one: (-one[0], one[1], one[2]))
    going: list[_Hypothesis] = []
    origins: list[int] = []
    for score, index, token in candidates:
        if not np.isfinite(score):
            break
        hypothesis = _Hypothesis((*alive[index].tokens, token), score)
        if token == end:
            finished.append(hypothesis)
        else:
            going.append(hypothesis)
            origins.append(index)
        if len(going) == beams or (beams == 1 and finished):
            break
    return going, origins


def _largest(row: np.ndarray[tuple[int], np.dtype[np.float32]], count: int) -> list[int]:
    if count >= len(row):
        return list(range(len(row)))
    if count <= 2:  # greedy: one look for the best is much less work than a partition
        best = int(row.argmax())
        return [best]
    return [int(one) for one in np.argpartition(row, -count)[-count:]]


def _share(logits: np.ndarray[tuple[int], np.dtype[np.float32]], token: int) -> float:
    """The probability of one token."""
    shifted = np.exp(logits - logits.max())
    return float(shifted[token] / shifted.sum())
