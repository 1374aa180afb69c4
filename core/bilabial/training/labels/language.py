"""What texts and labels say about speech before any sound: which group follows which, and how long each
lasts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...controls import GROUPS, SILENCE
from ...phonemes import groups as lookup
from ...phonemes.dictionary import known
from ...phonemes.groups import expand
from ...phonemes.track import Phone, PhoneTrack

Floats64 = NDArray[np.float64]
_SILENT = GROUPS.index(SILENCE)
_WORD = re.compile(r"[a-z']+")


def merged(sequence: Iterable[int]) -> list[int]:
    """Neighbours of the same group as one: the mouth does not move between them."""
    out: list[int] = []
    for group in sequence:
        if not out or out[-1] != group:
            out.append(group)
    return out


def sequence_of(track: PhoneTrack) -> list[int]:
    """Groups of a track, silence where there is a gap of 50 ms or more."""
    out: list[int] = []
    end = 0.0
    for phone in expand(track):
        if phone.start - end > 0.05:
            out.append(_SILENT)
        out.append(GROUPS.index(phone.group))
        end = phone.end
    return merged(out)


def text_sequences(path: Path, limit: int = 8000) -> Iterator[list[int]]:
    """Groups of each line of an English text whose words the dictionary all knows."""
    from ...phonemes.arpabet import parse

    parts: dict[str, list[int]] = {}

    def of_word(word: str) -> list[int] | None:
        if word not in parts:
            spoken = known(word)
            if not spoken:
                return None
            sounds = [parse(phone) for phone in spoken[0]]
            filed = lookup.neighbourly_groups([sound for sound in sounds if sound is not None])
            found: list[int] = []
            for sound, group in zip(sounds, filed, strict=True):
                if sound is not None:
                    found.append(GROUPS.index(group))
                    found += [GROUPS.index(part.group) for part in sound.parts[1:]]
            parts[word] = found
        return parts[word]

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if number >= limit:
            return
        words = [of_word(word) for word in _WORD.findall(line.lower())]
        if all(word is not None for word in words):
            yield merged([_SILENT, *(group for word in words for group in word or ()), _SILENT])


def bigram_counts(sequences: Iterable[Sequence[int]]) -> Floats64:
    """(21, 21): how often a group (column) follows another (row)."""
    counts = np.zeros((len(GROUPS), len(GROUPS)))
    for sequence in sequences:
        np.add.at(counts, (list(sequence[:-1]), list(sequence[1:])), 1)
    return counts


def mixed(counts: Sequence[Floats64], shares: Sequence[float], smoothing: float = 0.5) -> Floats64:
    """Log bigram of a mixture: each source's conditional probabilities, weighted."""
    total = np.zeros_like(counts[0])
    for one, share in zip(counts, shares, strict=True):
        smooth = one + smoothing
        np.fill_diagonal(smooth, 0.0)
        total += share * smooth / smooth.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(total > 0, np.log(total), -30.0))


def durations(tracks: Iterable[PhoneTrack]) -> tuple[NDArray[np.int64], Floats64, Floats64]:
    """Rows that each group lasts at least (its fifth percentile) and on average, and its share of all "
    "rows."""
    lengths: list[list[float]] = [[] for _ in GROUPS]
    for track in tracks:
        run: list[Phone] = []
        for phone in [*expand(track), None]:
            if phone is not None and run and phone.group == run[0].group and phone.start - run[-1].end < 0.02:
                run.append(phone)
                continue
            if run:
                lengths[GROUPS.index(run[0].group)].append((run[-1].end - run[0].start) * 100)
            run = [phone] if phone is not None else []
    filled = [np.array(one or [10.0]) for one in lengths]
    shortest = np.array([int(np.clip(np.percentile(one, 5), 2, 5)) for one in filled], dtype=np.int64)
    total = np.array([sum(one) for one in lengths])
    return shortest, np.array([one.mean() for one in filled]), np.maximum(total / total.sum(), 1e-4)
