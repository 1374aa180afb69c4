"""A long clip as overlapping windows that run side by side, so that the matrix products are large.

A recurrent network forgets: run from an empty state for some rows first (the warm-up), it is where it would
have been had it read everything before. Windows hold true rows only, never padding: the first starts at the
clip's start, where the empty state is exact, and the last ends at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .network import Progress
from .prediction import Floats32

Run = Callable[
    [Floats32], tuple[Floats32, ...]
]  # (batch, time, channels) to arrays of (batch, time, anything)


@dataclass(frozen=True, slots=True)
class Windows:
    """How a clip is cut. All numbers are rows (10 ms), ``batch`` counts windows."""

    kept: int = 1000  # rows that each window contributes
    before: int = 200  # warm-up rows before them
    after: int = 0  # rows after them, for networks that also read backwards
    batch: int = 64  # windows that run at once: bounds the memory

    @property
    def length(self) -> int:
        return self.before + self.kept + self.after


def run_windowed(
    run: Run, rows: Floats32, plan: Windows, progress: Progress | None = None
) -> tuple[Floats32, ...]:
    """Run a clip (rows, channels) through ``run`` in batches of windows and put the kept rows together."""
    count = len(rows)
    if count <= plan.length:
        results = tuple(array[0] for array in run(rows[None]))
        if progress:
            progress(1.0)
        return results
    starts = [*range(0, count - plan.length, plan.kept), count - plan.length]
    # Each window gives the rows from where the one before stopped; the last gives all to the end.
    stops = [start + plan.before + plan.kept for start in starts[:-1]] + [count]
    output: tuple[Floats32, ...] = ()
    done = 0
    for first in range(0, len(starts), plan.batch):
        group = starts[first : first + plan.batch]
        arrays = run(np.stack([rows[start : start + plan.length] for start in group]))
        if not output:
            output = tuple(np.empty((count, *array.shape[2:]), np.float32) for array in arrays)
        for index, start in enumerate(group):
            stop = stops[first + index]
            for whole, array in zip(output, arrays, strict=True):
                whole[done:stop] = array[index, done - start : stop - start]
            done = stop
        if progress:
            progress(done / count)
    return output
