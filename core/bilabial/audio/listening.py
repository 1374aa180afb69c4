"""A sound heard once, block by block: the features that a model reads and the prosody that the jaw follows.

Nothing here holds the samples: of three hours of sound only the rows stay (65 numbers each, 280 MB).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SoundError
from ..timing import SAMPLE_RATE
from .hearings import HEARINGS
from .prosody import Prosody, ProsodyStream

Floats32 = NDArray[np.float32]

SHORTEST_S = 0.03  # one analysis window and a little: less than this is a click, not speech


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """``features`` (rows, columns of what was asked for) is None where only the prosody was asked for."""

    features: Floats32 | None
    prosody: Prosody
    duration: float  # seconds

    def __len__(self) -> int:
        return len(self.prosody)


def listen(
    blocks: Iterable[Floats32], name: str, hears: str | None, heard_so_far: Callable[[float], None]
) -> Heard:
    """``blocks`` of 16 kHz mono samples; ``hears``: which rows are wanted, a name of HEARINGS, or None for
    the prosody alone; ``heard_so_far`` is told the seconds heard after each block.
    """
    hearing = None if hears is None else HEARINGS[hears]
    feature_stream = None if hearing is None else hearing.stream()
    prosody_stream = ProsodyStream()
    rows = _Rows(0 if hearing is None else hearing.columns)
    heard: list[Prosody] = []
    samples = 0
    for block in blocks:
        samples += len(block)
        if feature_stream is not None:
            rows.add(feature_stream.push(block))
        heard.append(prosody_stream.push(block))
        heard_so_far(samples / SAMPLE_RATE)
    if samples < SHORTEST_S * SAMPLE_RATE:
        raise SoundError(
            f"{name} lasts {samples / SAMPLE_RATE * 1000:.3g} ms, too short to hold speech: "
            f"give at least {SHORTEST_S * 1000:.0f} ms"
        )
    heard.append(prosody_stream.finish())
    if feature_stream is not None:
        rows.add(feature_stream.finish())
    return Heard(rows.taken() if hearing is not None else None, Prosody.joined(heard), samples / SAMPLE_RATE)


class KeptRows:
    """Blocks handed on as they are, while rows of them are kept: for a second listener, who hears something
    else (``hears``) than the first.
    """

    def __init__(self, blocks: Iterable[Floats32], hears: str = "features-65") -> None:
        hearing = HEARINGS[hears]
        self._blocks = blocks
        self._stream = hearing.stream()
        self._rows = _Rows(hearing.columns)

    def __iter__(self) -> Iterator[Floats32]:
        for block in self._blocks:
            self._rows.add(self._stream.push(block))
            yield block

    def taken(self) -> Floats32:
        """(rows, columns), once all blocks have passed."""
        self._rows.add(self._stream.finish())
        return self._rows.taken()


class _Rows:
    """A table that grows. Joining blocks at the end would hold everything twice for a moment."""

    def __init__(self, columns: int) -> None:
        self._table: NDArray[Any] = np.empty((0, columns), np.float32)
        self._count = 0

    def add(self, rows: Floats32) -> None:
        needed = self._count + len(rows)
        if needed > len(self._table):
            # In place, so that the system can move pages instead of copying; untouched pages cost nothing.
            self._table.resize((max(needed, len(self._table) * 3 // 2), self._table.shape[1]), refcheck=False)
        self._table[self._count : needed] = rows
        self._count = needed

    def taken(self) -> Floats32:
        return self._table[: self._count]
