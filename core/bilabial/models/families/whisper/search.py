"""The likeliest tokens for windows of sound: one hypothesis followed greedily, or several side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .blocks import Floats32
from .decoder import Decoder
from .rules import Rules

Step = Callable[[], None]  # called once a token; raises to stop


@dataclass(frozen=True, slots=True)
class Found:
    """What a search wrote, the end left out."""

    tokens: tuple[int, ...]
    log_probability: float  # natural, of all tokens and the end
    silence: float  # probability that the window holds no speech
    each: tuple[float, ...] = ()  # log probability of each of the tokens

    @property
    def mean(self) -> float:
        """Log probability a token."""
        return self.log_probability / (len(self.tokens) + 1)


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    tokens: tuple[int, ...]
    score: float
    each: tuple[float, ...] = ()  # what each token added to the score


@dataclass(slots=True)
class _Way:
    """One sound on its way: the hypotheses that go on, and those that ended."""

    silence: float
    alive: list[_Hypothesis] = field(default_factory=lambda: [_Hypothesis((), 0.0)])
    finished: list[_Hypothesis] = field(default_factory=list)

    def ended(self, beams: int) -> bool:
        return len(self.finished) >= beams or not self.alive

    def found(self, beams: int, end: int) -> Found:
        # What never ended is taken as it stands where too little else did.
        candidates = self.finished if len(self.finished) >= beams else [*self.finished, *self.alive]
        best = max(candidates, key=lambda one: one.score / max(1, len(one.tokens)))
        kept = [at for at, token in enumerate(best.tokens) if token != end]
        tokens, each = tuple(best.tokens[at] for at in kept), tuple(best.each[at] for at in kept)
        return Found(tokens, best.score, self.silence, each)


def search(
    decoder: Decoder,
    sounds: Sequence[Floats32],
    prompt: Sequence[int],
    rules: Rules,
    beams: int,
    longest: int,
    told: Step | None = None,
) -> list[Found]:
    """For each of the sounds the best of ``beams`` hypotheses of at most ``longest`` tokens that follow the
    prompt. The sounds go side by side: a token of all of them costs little more than one of one."""
    end = rules.vocabulary.end
    memory = decoder.begin(*sounds)
    start = len(prompt) - 1 - list(prompt)[::-1].index(rules.vocabulary.start)
    hidden = decoder.hidden(np.array([prompt] * len(sounds)), memory)
    first = decoder.logits(hidden[:, [start, -1]])
    ways = [_Way(_share(logits, rules.vocabulary.silent)) for logits in first[:, 0]]
    following = first[:, 1]
    going = ways
    for _ in range(longest):
        if told is not None:
            told()
        scores = rules.log_probabilities(following, [one.tokens for way in going for one in way.alive])
        rows: list[int] = []
        at = 0
        for way in going:
            stop = at + len(way.alive)
            way.alive, origins = _advance(way.alive, scores[at:stop], beams, end, way.finished)
            if not way.ended(beams):
                rows += [at + origin for origin in origins]
            at = stop
        going = [way for way in going if not way.ended(beams)]
        if not going:
            break
        memory = memory.chosen(np.array(rows))
        last = [[one.tokens[-1]] for way in going for one in way.alive]
        following = decoder.read(np.array(last), memory)[:, -1]
    return [way.found(beams, end) for way in ways]


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
        before = alive[index]
        hypothesis = _Hypothesis((*before.tokens, token), score, (*before.each, score - before.score))
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
