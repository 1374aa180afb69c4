"""Forced alignment: where in the sound each sound of a known text lies.

The words' pronunciations make a graph, with alternatives side by side and an optional silence after every
word; the best path through it (Viterbi) under the network's probabilities gives every sound its time. Only
the part of the graph near the best path is looked at, so an hour costs sixty times a minute, not more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import GROUPS, SILENCE
from ..errors import PhoneError
from ..timing import FRAME_RATE
from .groups import neighbourly_groups
from .inventory import INDEX, fold
from .pronounce import Word
from .track import Phone, PhoneTrack

Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Integers = NDArray[np.int64]

SHORTEST: Final = 2  # rows that a part of a sound lasts at least
_BEAM: Final = 220.0  # nats below the best path at which a state is given up
_FLOOR: Final = 1e-4  # of a probability: one bad row must not forbid a path
_SOUND_SHARE: Final = 0.5  # of the evidence from the sounds, the rest from the groups
_VARIANT_COST: Final = 0.0
_SILENCE_COST: Final = 1.0  # nats for stopping between two words


@dataclass(frozen=True, slots=True)
class _Part:
    """What a state stands for: a part of a phone of a word, or a silence (phone -1)."""

    sound: int  # index into INVENTORY
    group: int  # index into GROUPS
    phone: int  # number of the phone in the whole graph
    word: int


@dataclass(slots=True)
class _Graph:
    """States in time order; each may follow itself (the last of its part only) or its predecessors."""

    parts: list[_Part]
    before: list[list[int]]  # predecessors of each state, itself left out
    repeats: list[bool]
    starts: list[int]
    ends: list[int]
    phones: list[tuple[str, str, int | None]]  # label, group, stress of each phone


def align(groups: Floats32, sounds: Floats32 | None, words: Sequence[Word]) -> PhoneTrack:
    """(rows, 21) and, when there are, (rows, 53) probabilities of one stretch of speech, and its words ->
    phones.

    Raises PhoneError where the stretch is too short for the words.
    """
    graph = _graph(words)
    evidence = _evidence(groups, sounds)
    parts = graph.parts
    column = np.array([part.group * evidence.sounds + part.sound for part in parts], dtype=np.int64)
    path = _viterbi(evidence, column, graph)
    return _phones(path, graph, groups)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Log probabilities of groups and of sounds."""

    by_group: Floats64
    by_sound: Floats64 | None

    @property
    def sounds(self) -> int:
        return len(INDEX)

    def row(self, row: int, groups: Integers, sounds: Integers) -> Floats64:
        if self.by_sound is None:
            return np.asarray(self.by_group[row, groups])
        return np.asarray(self.by_group[row, groups] + self.by_sound[row, sounds])


def _evidence(groups: Floats32, sounds: Floats32 | None) -> _Evidence:
    by_group = np.log(np.maximum(groups, _FLOOR)).astype(np.float64)
    if sounds is None:
        return _Evidence(by_group, None)
    by_sound = np.log(np.maximum(sounds, _FLOOR)).astype(np.float64)
    return _Evidence((1 - _SOUND_SHARE) * by_group, _SOUND_SHARE * by_sound)


def _graph(words: Sequence[Word]) -> _Graph:
    graph = _Graph([], [], [], [], [], [])
    silence = _Part(INDEX[SILENCE], GROUPS.index(SILENCE), -1, -1)

    def add(part: _Part, before: list[int], copies: int) -> int:
        for copy in range(copies):
            graph.parts.append(part)
            graph.before.append(list(before) if copy == 0 else [len(graph.parts) - 2])
            graph.repeats.append(copy == copies - 1)
        return len(graph.parts) - 1

    # A clip may begin in silence or in its first word.
    tails = [add(silence, [], 1)]
    graph.starts.append(0)
    for number, word in enumerate(words):
        ends = []
        for variant in word.variants:
            filed = neighbourly_groups(variant)
            at: list[int] | None = None
            for sound, group in zip(variant, filed, strict=True):
                phone = len(graph.phones)
                graph.phones.append((sound.ipa, group, sound.stress))
                for index, one in enumerate(sound.parts):
                    shown = group if index == 0 else one.group
                    part = _Part(fold(one.ipa, one.group), GROUPS.index(shown), phone, number)
                    first = len(graph.parts)
                    last = add(part, tails if at is None else at, SHORTEST)
                    if at is None and number == 0:
                        graph.starts.append(first)
                    at = [last]
            ends.append(len(graph.parts) - 1)
        pause = add(silence, ends, 1)
        tails = [*ends, pause]
    graph.ends = tails
    return graph


def _viterbi(evidence: _Evidence, column: Integers, graph: _Graph) -> Integers:
    """The state of each row."""
    rows, count = len(evidence.by_group), len(graph.parts)
    groups, sounds = column // evidence.sounds, column % evidence.sounds
    width = max(len(one) for one in graph.before) or 1
    # Predecessors by offset, itself first; where there are fewer, a state that can never be reached (index
    # count).
    before = np.full((count, width + 1), count, dtype=np.int64)
    for index, ones in enumerate(graph.before):
        before[index, 1 : len(ones) + 1] = ones
        if graph.repeats[index]:
            before[index, 0] = index
    reach = max((int(index - min(ones)) for index, ones in enumerate(graph.before) if ones), default=1)
    forward = reach + 1  # how far a path may move in one row
    cost = np.zeros(count)
    for index, part in enumerate(graph.parts):
        if part.phone < 0 and index:
            cost[index] = -_SILENCE_COST
    scores = np.full(count + 1, -np.inf)
    first = np.array(graph.starts)
    scores[first] = evidence.row(0, groups[first], sounds[first])
    low, high = 0, int(first.max()) + 1
    steps: list[tuple[int, NDArray[np.int8]]] = [(0, np.zeros(0, dtype=np.int8))]
    for row in range(1, rows):
        top = min(count, high + forward)
        span = slice(low, top)
        choices = scores[before[span]]
        choices[:, 1:] += cost[span, None]
        best = choices.argmax(axis=1)
        reached = choices[np.arange(top - low), best] + evidence.row(row, groups[span], sounds[span])
        scores[span] = reached
        steps.append((low, best.astype(np.int8)))
        alive = np.flatnonzero(reached > reached.max() - _BEAM)
        if len(alive) == 0:
            break
        scores[low : low + alive[0]] = -np.inf
        scores[low + alive[-1] + 1 : top] = -np.inf
        low, high = low + int(alive[0]), low + int(alive[-1]) + 1
    ends = np.array(graph.ends)
    state = int(ends[scores[ends].argmax()])
    if not np.isfinite(scores[state]):
        raise PhoneError("the text does not fit the sound: it is too long for it, or not what is said")
    path = np.empty(rows, dtype=np.int64)
    for row in range(rows - 1, 0, -1):
        path[row] = state
        start, best = steps[row]
        state = int(before[state, best[state - start]])
    path[0] = state
    return path


def _phones(path: Integers, graph: _Graph, groups: Floats32) -> PhoneTrack:
    number = np.array([part.phone for part in graph.parts])[path]
    filed = np.array([part.group for part in graph.parts])[path]
    edges = np.concatenate([[0], np.flatnonzero(np.diff(number)) + 1, [len(path)]])
    out = []
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        phone = int(number[start])
        if phone < 0:
            continue
        label, group, stress = graph.phones[phone]
        sure = float(groups[np.arange(start, end), filed[start:end]].mean())
        out.append(
            Phone(
                start=max(0.0, (start - 0.5) / FRAME_RATE),
                end=(end - 0.5) / FRAME_RATE,
                label=label,
                group=group,
                stress=stress,
                confidence=round(min(1.0, sure), 3),
                word=graph.parts[path[start]].word,
            )
        )
    return PhoneTrack.of(out)
