"""The log mel of a sound that somebody else reads block by block: what the words model needs, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from ..audio.logmel import BANDS, LogMelStream

Floats32 = NDArray[np.float32]


class Overhearing:
    """Hands blocks of 16 kHz samples through and keeps their log mel."""

    def __init__(self) -> None:
        self._stream = LogMelStream()
        self._rows: list[Floats32] = []

    def through(self, blocks: Iterable[Floats32]) -> Iterator[Floats32]:
        """The same blocks."""
        for block in blocks:
            self._rows.append(self._stream.push(block))
            yield block
        self._rows.append(self._stream.finish())

    def taken(self) -> Floats32:
        """(rows, 80), once all blocks have gone through; kept no longer."""
        rows, self._rows = self._rows, []
        return np.concatenate(rows) if rows else np.empty((0, BANDS), np.float32)
