"""How an English word that no dictionary knows is said: a model of pieces of spelling with their sounds.

A piece is one or two letters with the sounds that they stand for. What pieces follow one another was counted
in the CMU dictionary (``python -m bilabial.training letters``), up to six in a row; a search over the
spelling finds the likeliest pieces. Each run of pieces is one number, ten bits a piece, so a table of runs is
a sorted array, and what may follow a run lies side by side in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import PhoneError
from ..models.safetensors import dump, parse

TABLE: Final = Path(__file__).with_name("letters.bin")
ORDER: Final = 6  # pieces in a row that were counted
_BITS: Final = 10  # of a piece's number
_MASK: Final = (1 << _BITS) - 1
END: Final = 0  # the piece that stands before and after a word
LOG_STEP: Final = 0.25  # counts lie on disk as their logarithm in these steps
_BEAM: Final = 12  # hypotheses at each place of the word
_LONGEST: Final = 60  # letters

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LetterModel:
    """Counts of runs of pieces. ``pieces[n]`` is (letters, sounds) of piece n; piece 0 is the word's edge."""

    pieces: tuple[tuple[str, tuple[str, ...]], ...]
    runs: tuple[Integers, ...]  # of 1, 2, ... pieces, sorted
    counts: tuple[Floats, ...]

    @cached_property
    def _by_letters(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, (letters, _) in enumerate(self.pieces):
            if number != END:
                found.setdefault(letters, []).append(number)
        return found

    @cached_property
    def _alone(self) -> Floats:
        """How likely each piece is, whatever stands before it."""
        out = np.full(len(self.pieces), 0.5)
        out[self.runs[0]] += self.counts[0]
        return np.asarray(out / out.sum())

    def following(self, before: tuple[int, ...]) -> Floats:
        """Probability of every piece after these (Witten-Bell: a run seen with many different followers is
        believed less than one that is always followed by the same).
        """
        share = self._alone
        for size in range(1, min(len(before), ORDER - 1) + 1):
            head = 0
            for piece in before[-size:]:
                head = head << _BITS | piece
            table = self.runs[size]
            low, high = np.searchsorted(table, (head << _BITS, head + 1 << _BITS))
            if low == high:
                break
            counted = self.counts[size][low:high]
            share = share * (high - low)
            share[table[low:high] & _MASK] += counted
            share /= counted.sum() + (high - low)
        return share

    def spoken(self, word: str, most: int = 1) -> list[tuple[str, ...]]:
        """The likeliest ways to say a word of the letters a to z, the best first."""
        start = (END,) * (ORDER - 1)
        places: list[list[tuple[float, tuple[int, ...]]]] = [[] for _ in range(len(word) + 1)]
        places[0] = [(0.0, start)]
        for at in range(len(word)):
            places[at] = sorted(places[at], key=lambda one: (-one[0], one[1]))[:_BEAM]
            for score, chosen in places[at]:
                logs = np.log(self.following(chosen[1 - ORDER :]))
                for size in (1, 2):
                    for piece in (
                        self._by_letters.get(word[at : at + size], ()) if at + size <= len(word) else ()
                    ):
                        places[at + size].append((score + float(logs[piece]), (*chosen, piece)))
        ended = [
            (score + float(np.log(self.following(chosen[1 - ORDER :])[END])), chosen)
            for score, chosen in places[-1]
        ]
        out: dict[tuple[str, ...], float] = {}
        for score, chosen in sorted(ended, key=lambda one: (-one[0], one[1])):
            phones = tuple(phone for piece in chosen for phone in self.pieces[piece][1])
            if phones and phones not in out:
                out[phones] = score
            if len(out) == most:
                break
        return list(out)


def packed(pieces: list[tuple[str, tuple[str, ...]]], counts: list[dict[int, int]]) -> bytes:
    """The file of a model: runs and the logarithms of their counts."""
    arrays: dict[str, NDArray[Any]] = {}
    for size, counted in enumerate(counts):
        runs = np.array(sorted(counted), dtype=np.int64)
        many = np.array([counted[int(run)] for run in runs], dtype=np.float64)
        arrays[f"runs.{size}"] = np.diff(runs, prepend=0)
        arrays[f"counts.{size}"] = np.rint(np.log(np.maximum(many, 1)) / LOG_STEP).astype(np.uint8)
    text = "\n".join(f"{letters} {' '.join(phones)}" for letters, phones in pieces)
    return zlib.compress(dump(arrays, {"pieces": text}), 9)


@lru_cache(maxsize=1)
def shipped() -> LetterModel:
    """The model beside this file."""
    if not TABLE.is_file():
        raise PhoneError(f"the letter model {TABLE.name} is missing: install Bilabial again")
    return unpacked(TABLE.read_bytes())


def unpacked(content: bytes) -> LetterModel:
    """What ``packed`` made."""
    arrays, told = parse(zlib.decompress(content), TABLE.name)
    pieces = []
    for line in told["pieces"].split("\n"):
        letters, _, phones = line.partition(" ")
        pieces.append((letters, tuple(phones.split())))
    runs = tuple(np.cumsum(arrays[f"runs.{size}"]) for size in range(ORDER))
    counts = tuple(np.exp(arrays[f"counts.{size}"] * LOG_STEP) for size in range(ORDER))
    return LetterModel(tuple(pieces), runs, counts)
