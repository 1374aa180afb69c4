"""Sound as rows of the samples themselves: for networks that take their own look at it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..timing import HOP, row_count

Floats32 = NDArray[np.float32]

LEAD = HOP // 2  # samples of silence before the sound: row i is centred at i / 100 s


class SampleStream:
    """Row i is the 10 ms around the moment i / 100 s; silence goes before the sound and after it."""

    def __init__(self) -> None:
        self._pending: Floats32 = np.zeros(LEAD, np.float32)
        self._samples = 0
        self._rows = 0

    def push(self, samples: Floats32) -> Floats32:
        """Take a block, give the rows that it completes."""
        self._pending = np.concatenate([self._pending, np.asarray(samples, np.float32)])
        self._samples += len(samples)
        return self._take(len(self._pending) // HOP)

    def finish(self) -> Floats32:
        self._pending = np.concatenate([self._pending, np.zeros(2 * HOP, np.float32)])
        return self._take(row_count(self._samples) - self._rows)

    def _take(self, count: int) -> Floats32:
        rows = self._pending[: count * HOP].reshape(count, HOP).copy()
        self._pending = self._pending[count * HOP :]
        self._rows += count
        return rows


def as_samples(rows: Floats32, before: int, after: int) -> Floats32:
    """The sound of rows with so many samples of silence around: moment 0 is at sample ``before``."""
    flat = np.concatenate(
        [np.zeros(before, np.float32), rows.reshape(-1), np.zeros(after + LEAD, np.float32)]
    )
    return flat[LEAD:]
