"""The graph of what may be said, and the best way through it (Viterbi).

The words' pronunciations stand side by side, an optional silence after every word. Where a text may be wrong,
the graph also has a way out at every place between two words: there the sound is what the ear hears freely,
and the way back leads to the same word (something else was said in between) or to a later one (words of the
text were not said). Only the part of the graph near the best path is looked at, so an hour costs sixty
times a minute, not more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import GROUPS, SILENCE
from ..errors import PhoneError
from .groups import neighbourly_groups
from .inventory import INDEX, fold
from .pronounce import Word

Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Integers = NDArray[np.int64]

SHORTEST: Final = 2  # rows that a part of a sound lasts at least
FREE: Final = -2  # the phone of a state where the ear hears freely
QUIET: Final = -1  # the phone of a silence
_FLOOR: Final = 1e-4  # of a probability: one bad row must not forbid a path
_SOUND_SHARE: Final = 0.5  # of the evidence from the sounds, the rest from the groups
_SILENCE_PRICE: Final = 1.0  # nats for stopping between two words


@dataclass(frozen=True, slots=True)
class Leaving:
    """Prices in nats of leaving the text."""

    leave: float  # once
    skip: float  # for every word of the text that is not said


@dataclass(frozen=True, slots=True)
class Part:
    """What a state stands for: a part of a phone of a word, a silence, or free hearing."""

    sound: int  # index into INVENTORY
    group: int  # index into GROUPS
    phone: int  # number of the phone in the whole graph; QUIET; FREE
    word: int  # of free hearing: the word that would come next


@dataclass(slots=True)
class Graph:
    """States in time order; each may follow itself (the last of its part only) or its predecessors."""

    parts: list[Part] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)  # predecessors of each state, itself left out
    prices: list[list[float]] = field(default_factory=list)  # of coming from each of them
    repeats: list[bool] = field(default_factory=list)
    starts: dict[int, float] = field(default_factory=dict)  # states that may be first, and their prices
    ends: list[int] = field(default_factory=list)
    phones: list[tuple[str, str, int | None]] = field(default_factory=list)  # label, group, stress

    def add(self, part: Part, before: Sequence[int], prices: Sequence[float], copies: int = 1) -> int:
        """As many states as the part lasts rows at least. Returns the last."""
        for copy in range(copies):
            self.before.append(list(before) if copy == 0 else [len(self.parts) - 1])
            self.prices.append(list(prices) if copy == 0 else [0.0])
            self.parts.append(part)
            self.repeats.append(copy == copies - 1)
        return len(self.parts) - 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log probabilities of groups and of sounds; ``free``, where there is one, is that of free hearing."""

    by_group: Floats64  # (rows, 22): the last column is free hearing
    by_sound: Floats64 | None  # (rows, 54)

    def row(self, row: int, groups: Integers, sounds: Integers) -> Floats64:
        if self.by_sound is None:
            return np.asarray(self.by_group[row, groups])
        return np.asarray(self.by_group[row, groups] + self.by_sound[row, sounds])


def evidence_of(groups: Floats32, sounds: Floats32 | None, free: Floats64 | None = None) -> Evidence:
    """(rows, 21) and, when there are, (rows, 53) probabilities; ``free``: (rows,) log evidence."""
    rows = len(groups)
    by_group = np.zeros((rows, len(GROUPS) + 1))
    by_group[:, :-1] = np.log(np.maximum(groups, _FLOOR))
    by_sound = None
    if sounds is not None:
        by_sound = np.zeros((rows, len(INDEX) + 1))
        by_sound[:, :-1] = np.log(np.maximum(sounds, _FLOOR))
        by_sound *= _SOUND_SHARE
        by_group *= 1 - _SOUND_SHARE
    if free is not None:
        by_group[:, -1] = free
    return Evidence(by_group, by_sound)


def graph_of(words: Sequence[Word], leaving: Leaving | None = None) -> Graph:
    """The graph of a text; with ``leaving``, one that may be left."""
    graph = Graph()
    silence = Part(INDEX[SILENCE], GROUPS.index(SILENCE), QUIET, -1)
    # A clip may begin in silence, in its first word, or in what no word explains.
    tails = [graph.add(silence, [], [])]
    graph.starts[0] = 0.0
    free: int | None = None
    for number in range(len(words) + 1):
        if leaving is not None:
            entries, prices = [*tails], [leaving.leave] * len(tails)
            if free is not None:
                entries, prices = [*entries, free], [*prices, leaving.skip]
            free = graph.add(Part(len(INDEX), len(GROUPS), FREE, number), entries, prices)
            if number == 0:
                graph.starts[free] = leaving.leave
            tails = [*tails, free]
        if number < len(words):
            tails = _add_word(graph, words[number], number, tails, silence)
    graph.ends = tails
    return graph


def _add_word(graph: Graph, word: Word, number: int, tails: list[int], silence: Part) -> list[int]:
    """All ways to say a word, and the pause that may follow. Returns where it may end."""
    ends = []
    for variant in word.variants:
        filed = neighbourly_groups(variant)
        at: list[int] | None = None
        for sound, group in zip(variant, filed, strict=True):
            phone = len(graph.phones)
            graph.phones.append((sound.ipa, group, sound.stress))
            for index, one in enumerate(sound.parts):
                shown = group if index == 0 else one.group
                part = Part(fold(one.ipa, one.group), GROUPS.index(shown), phone, number)
                entries = tails if at is None else at
                first = len(graph.parts)
                last = graph.add(part, entries, [0.0] * len(entries), SHORTEST)
                if at is None and number == 0:
                    graph.starts[first] = 0.0
                at = [last]
        ends.append(len(graph.parts) - 1)
    pause = graph.add(silence, ends, [_SILENCE_PRICE] * len(ends))
    return [*ends, pause]


def best_way(evidence: Evidence, graph: Graph, beam: float) -> tuple[Integers, float]:
    """The state of each row, and the way's score. ``beam``: nats below the best way at which one is given up.

    Raises PhoneError where no way fits into the rows.
    """
    rows, count = len(evidence.by_group), len(graph.parts)
    groups = np.array([part.group for part in graph.parts], dtype=np.int64)
    sounds = np.array([part.sound for part in graph.parts], dtype=np.int64)
    before, prices = _arcs(graph)
    reach = max((index - min(ones) for index, ones in enumerate(graph.before) if ones), default=1)
    scores = np.full(count + 1, -np.inf)
    first = np.array(list(graph.starts))
    scores[first] = evidence.row(0, groups[first], sounds[first]) - np.array(list(graph.starts.values()))
    low, high = 0, int(first.max()) + 1
    steps: list[tuple[int, NDArray[np.int8]]] = [(0, np.zeros(0, dtype=np.int8))]
    for row in range(1, rows):
        top = min(count, high + reach + 1)
        span = slice(low, top)
        choices = scores[before[span]]
        choices -= prices[span]
        best = choices.argmax(axis=1)
        reached = choices[np.arange(top - low), best] + evidence.row(row, groups[span], sounds[span])
        scores[span] = reached
        steps.append((low, best.astype(np.int8)))
        alive = np.flatnonzero(reached > reached.max() - beam)
        if len(alive) == 0:
            break
        scores[low : low + alive[0]] = -np.inf
        scores[low + alive[-1] + 1 : top] = -np.inf
        low, high = low + int(alive[0]), low + int(alive[-1]) + 1
    ends = np.array(graph.ends)
    state = int(ends[scores[ends].argmax()])
    score = float(scores[state])
    if not np.isfinite(score) or len(steps) < rows:
        raise PhoneError("the text does not fit the sound: it is too long for it, or not what is said")
    path = np.empty(rows, dtype=np.int64)
    for row in range(rows - 1, 0, -1):
        path[row] = state
        start, best = steps[row]
        state = int(before[state, best[state - start]])
    path[0] = state
    return path, score


def _arcs(graph: Graph) -> tuple[Integers, Floats64]:
    """Predecessors of each state, itself first, and their prices; where there are fewer, a state that can
    never be reached.
    """
    count = len(graph.parts)
    width = max(len(one) for one in graph.before) or 1
    before = np.full((count, width + 1), count, dtype=np.int64)
    prices = np.zeros((count, width + 1))
    for index, (ones, told) in enumerate(zip(graph.before, graph.prices, strict=True)):
        before[index, 1 : len(ones) + 1] = ones
        prices[index, 1 : len(ones) + 1] = told
        if graph.repeats[index]:
            before[index, 0] = index
    return before, prices


def stretches(keys: Integers) -> list[tuple[int, int]]:
    """First row and the row after the last of each run of equal keys."""
    edges = np.concatenate([[0], np.flatnonzero(np.diff(keys)) + 1, [len(keys)]]).tolist()
    return list(pairwise(edges))
