"""The part of a text that a clip holds, where the sound was cut and its text was not.

A text laid along a sound that ends earlier is squeezed into it, and then nothing lies where it should.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...controls import SILENCE
from ...phonemes.groups import expand, neighbourly_groups
from ...phonemes.pronounce import Word
from ...phonemes.track import PhoneTrack


def words_within(words: Sequence[Word], labels: PhoneTrack) -> list[Word]:
    """The words from the first to where their groups are most like those of the labels; the last one may be
    cut within itself.
    """
    heard = _groups_of(labels)
    costs = np.arange(len(heard) + 1)  # changes from nothing to each beginning of what was heard
    least, until = int(costs[-1]), None
    for number, word in enumerate(words):
        first = word.variants[0]
        for index, (sound, group) in enumerate(zip(first, neighbourly_groups(first), strict=True)):
            for shown in (group, *(part.group for part in sound.parts[1:])):
                costs = _one_further(costs, heard, shown)
            if costs[-1] < least:
                least, until = int(costs[-1]), (number, index + 1)
    if until is None:
        return []
    number, sounds = until
    cut = tuple(variant[:sounds] for variant in words[number].variants)
    return [*words[:number], replace(words[number], variants=cut)]


def _groups_of(labels: PhoneTrack) -> list[str]:
    """What is seen one after the other; closure, burst and aspiration of one sound are one."""
    found: list[str] = []
    for phone in expand(labels):
        if phone.group != SILENCE and found[-1:] != [phone.group]:
            found.append(phone.group)
    return found


def _one_further(costs: np.ndarray, heard: Sequence[str], group: str) -> np.ndarray:
    """Levenshtein's row after this one, with ``group`` as the text's next."""
    after = [int(costs[0]) + 1]
    for index, one in enumerate(heard):
        after.append(min(int(costs[index]) + (one != group), int(costs[index + 1]) + 1, after[-1] + 1))
    return np.array(after)
