"""A long clip as overlapping windows that run side by side, so that the matrix products are large.

A recurrent network forgets: run from an empty state for some rows first (the warm-up), it is where it would
have been had it read everything before. The first window starts at the clip's start, where the empty state is
exact.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Windows:
    """How a clip is cut: window i starts at row i * kept. Numbers are rows (10 ms) but for ``batch``."""

    kept: int  # rows that each window contributes, after its warm-up
    before: int = 200  # warm-up rows
    batch: int = 64  # windows that run at once
    chunk: int = 41  # rows of them that run at once; their states carry over (41 + 23 of context = 64)

    @property
    def length(self) -> int:
        return self.before + self.kept

    def count(self, rows: int) -> int:
        """Windows that cover a clip of so many rows."""
        return max(1, -(-(rows - self.before) // self.kept))


def plan_windows(rows: int, before: int = 200) -> Windows:
    """The cut that takes the least time; one single window, which is exact, for anything below half a
    minute and where nothing is ever forgotten (``before`` 0).

    A step over n windows side by side costs about a + b n (a: reading the weights and calling numpy, b: the
    arithmetic), so n windows take (rows / n + before) * (a + b n), least at n = sqrt(rows * a / (before *
    b)); a / b is about 16. Below some 16 windows one matrix product is no faster than as many products of a
    vector.
    """
    windows = round((rows * 16 / before) ** 0.5) if before else 1
    if windows < 16:
        return Windows(kept=rows, before=0)
    windows = min(windows, 64 * max(1, round(windows / 64)))  # full batches
    return Windows(-(-rows // windows), before)
