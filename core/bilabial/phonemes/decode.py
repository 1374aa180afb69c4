"""From row-by-row group probabilities to phones: the one sequence that sound, language and tempo agree on.

A hidden Markov model: each group is a chain of as many states as its shortest duration has rows, the last
of which may repeat; from its end any other group follows by a bigram. The best path (Viterbi) is found with
a handful of array operations a row. The tables (bigram, durations, how often each group occurs, and the
weights tuned on held-out speakers) lie beside this file, made by ``python -m bilabial.training decoder``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import GROUPS, SILENCE
from ..errors import ModelError
from ..models.prediction import Floats32
from ..models.safetensors import read_tensors
from ..timing import FRAME_RATE
from .track import EAR, Phone, PhoneTrack

Floats64 = NDArray[np.float64]

TABLES: Final = Path(__file__).with_name("decoder.safetensors")
_SILENT: Final = GROUPS.index(SILENCE)
_FLOOR: Final = 1e-6  # a network that is sure and wrong must not forbid the right path


@dataclass(frozen=True, slots=True)
class DecoderTables:
    """What is known of speech before a sound is heard. Logarithms are natural."""

    bigram: (
        Floats64  # (21, 21) log probability of the next group (column) after a group (row); never the same
    )
    first: Floats64  # (21,) log probability of a clip's first group
    shortest: NDArray[np.int64]  # (21,) rows that a group lasts at least
    mean: Floats64  # (21,) rows that it lasts on average
    share: Floats64  # (21,) share of rows in the training data: what the network takes for granted
    weights: Floats64  # (4,) of the sound, of the share, of the bigram; and what every new phone costs

    def __post_init__(self) -> None:
        count = len(GROUPS)
        fits = self.bigram.shape == (count, count) and self.weights.shape == (4,)
        if not fits or any(len(one) != count for one in (self.first, self.shortest, self.mean, self.share)):
            raise ModelError(
                "the decoder's tables have the wrong shape: make them again with the decoder command"
            )


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """``tables``: None takes those that came with the package."""

    tables: DecoderTables | None = None


@lru_cache(maxsize=1)
def shipped_tables() -> DecoderTables:
    """The tables beside this file."""
    if not TABLES.is_file():
        raise ModelError(f"the decoder's tables {TABLES.name} are missing: install Bilabial again")
    arrays = read_tensors(TABLES)
    return DecoderTables(
        bigram=arrays["bigram"].astype(np.float64),
        first=arrays["first"].astype(np.float64),
        shortest=arrays["shortest"].astype(np.int64),
        mean=arrays["mean"].astype(np.float64),
        share=arrays["share"].astype(np.float64),
        weights=arrays["weights"].astype(np.float64),
    )


def decode(groups: Floats32, options: DecodeOptions | None = None) -> PhoneTrack:
    """(rows, 21) probabilities -> phones named by their groups; silence is what lies between them.

    A phone's confidence is the mean probability of its group over its rows.
    """
    tables = (options or DecodeOptions()).tables or shipped_tables()
    rows = len(groups)
    if rows == 0:
        return PhoneTrack()
    path = best_path(groups, tables)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(path)) + 1, [rows]])
    of_path = groups[np.arange(rows), path].astype(np.float64)
    sums = np.concatenate([[0.0], np.cumsum(of_path)])
    phones = []
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        group = GROUPS[path[start]]
        if group != SILENCE:
            # Row i is the moment i / 100 s, so a border lies halfway between the last row and the next.
            begin = max(0.0, (start - 0.5) / FRAME_RATE)
            confidence = float(min(1.0, (sums[end] - sums[start]) / (end - start)))
            phones.append(
                Phone(
                    begin,
                    (end - 0.5) / FRAME_RATE,
                    group,
                    group,
                    confidence=round(confidence, 3),
                    source=EAR,
                )
            )
    return PhoneTrack.of(phone for phone in phones if phone.end > phone.start)


def best_path(groups: Floats32, tables: DecoderTables) -> NDArray[np.int64]:
    """The group of each row (rows,) on the most probable path."""
    rows, count = groups.shape
    sound_weight, share_weight, bigram_weight, cost = tables.weights.tolist()
    heard = np.log(np.maximum(groups, _FLOOR)).astype(np.float64)
    heard -= share_weight * np.log(tables.share)
    heard *= sound_weight
    # Of a chain only as many places are used as the group's shortest duration has rows; all end at the last
    # one.
    length = int(tables.shortest.max())
    entry = length - tables.shortest
    ahead = np.maximum(tables.mean - tables.shortest, 0.0)
    stay, leave = np.log((ahead + 0.02) / (ahead + 1.02)), np.log(1 / (ahead + 1.02))
    # (next group, group before): the search over what came before then runs along memory.
    follow = np.ascontiguousarray((bigram_weight * tables.bigram + leave[:, None] - cost).T)
    np.fill_diagonal(follow, -np.inf)
    every = np.arange(count)
    entry_places = every * length + entry

    scores = np.full((count, length), -np.inf)
    scores[every, entry] = bigram_weight * tables.first + heard[0]
    # The group before, for a phone that starts at this row.
    came_from = np.zeros((rows, count), dtype=np.int8)
    before = np.empty(count, dtype=np.intp)
    # Whether the last place of the chain was there a row ago.
    repeated = np.zeros((rows, count), dtype=bool)
    joined = np.empty_like(follow)
    entering = np.empty(count)
    held = np.empty(count)
    moved = np.empty_like(scores)
    short = entry == length - 1  # chains of one place: entering and staying meet there
    any_short = bool(short.any())
    for row in range(1, rows):
        last = scores[:, -1]
        np.add(follow, last, out=joined)
        came_from[row] = joined.argmax(axis=1, out=before)
        joined.max(axis=1, out=entering)
        moved[:, 0] = -np.inf
        moved[:, 1:] = scores[:, :-1]
        np.add(last, stay, out=held)
        again = np.greater_equal(held, moved[:, -1], out=repeated[row])
        np.maximum(moved[:, -1], held, out=moved[:, -1])
        if any_short:
            again &= ~(short & (entering > held))
        # Places before the entry are never reached, so what has moved there is nothing.
        flat = moved.reshape(-1)
        flat[entry_places] = np.maximum(flat[entry_places], entering)
        moved += heard[row][:, None]
        scores, moved = moved, scores
    return _trace(scores, came_from, repeated, tables.shortest)


def _trace(
    scores: Floats64, came_from: NDArray[np.int8], repeated: NDArray[np.bool_], shortest: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Back from the best end. A clip may end inside a chain: what is cut off there was heard all the same."""
    rows = len(came_from)
    path = np.empty(rows, dtype=np.int64)
    group, place = (int(one) for one in np.unravel_index(int(scores.argmax()), scores.shape))
    length = scores.shape[1]
    row = rows - 1
    while row >= 0:
        while place == length - 1 and row > 0 and repeated[row, group]:
            path[row] = group
            row -= 1
        rest = place - (length - int(shortest[group])) + 1  # rows back to the phone's first
        path[max(0, row - rest + 1) : row + 1] = group
        row -= rest
        if row >= 0:
            group, place = int(came_from[row + 1, group]), length - 1
    return path
