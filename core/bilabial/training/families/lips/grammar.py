"""GRID's sentences: six places, each with its own words; and the best sentence for what a network saw."""

from __future__ import annotations

import string

import numpy as np
from numpy.typing import NDArray

SILENCE = 0
SLOTS: tuple[tuple[str, ...], ...] = (
    ("bin", "lay", "place", "set"),
    ("blue", "green", "red", "white"),
    ("at", "by", "in", "with"),
    tuple(letter for letter in string.ascii_lowercase if letter != "w"),
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    ("again", "now", "please", "soon"),
)
WORDS: tuple[str, ...] = tuple(word for slot in SLOTS for word in slot)  # word i is class i + 1


def class_of(word: str) -> int:
    return WORDS.index(word) + 1


def best_sentence(logs: NDArray[np.floating]) -> tuple[str, ...]:
    """The six words whose path through the frames, silence at both ends, is likeliest.

    ``logs``: (frames, 52) logarithms of probabilities, silence first.
    """
    groups = [[SILENCE], *_slot_classes(), [SILENCE]]
    classes = np.array([number for group in groups for number in group])
    ends = np.cumsum([len(group) for group in groups])
    starts = ends - [len(group) for group in groups]
    group_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    score = np.full(len(classes), -np.inf)
    score[: ends[1]] = logs[0, classes[: ends[1]]]  # silence first, or at once the first word
    came = np.zeros((len(logs), len(classes)), np.int64)
    for time in range(1, len(logs)):
        best = np.array([int(a + np.argmax(score[a:b])) for a, b in zip(starts, ends, strict=True)])
        before = np.where(group_of > 0, best[group_of - 1], 0)
        enters = (group_of > 0) & (score[before] > score)
        came[time] = np.where(enters, before, np.arange(len(classes)))
        score = score[came[time]] + logs[time, classes]
    last = ends[-2] - 1 + int(score[-1] > score[starts[-2] : ends[-2]].max())
    at = int(last) if last == len(classes) - 1 else int(starts[-2] + np.argmax(score[starts[-2] : ends[-2]]))
    path = [at]
    for time in range(len(logs) - 1, 0, -1):
        path.append(at := int(came[time, at]))
    said = {int(group_of[state]): WORDS[classes[state] - 1] for state in path if classes[state] != SILENCE}
    return tuple(said[slot] for slot in sorted(said))


def _slot_classes() -> list[list[int]]:
    return [[class_of(word) for word in slot] for slot in SLOTS]


def wrong_share(said: tuple[str, ...], read: tuple[str, ...]) -> float:
    """Word error rate of one sentence: the grammar leaves no room for insertions."""
    return sum(a != b for a, b in zip(said, read, strict=True)) / len(said)
