"""The product of a sliding window with its weights: half of VisemeNet's arithmetic, done twice more cheaply.

A row's window holds 24 frames, and the next row's 23 of the same ones. As plain matrix products the first
layers take half of all arithmetic and read half of all weights (6.4 MB each).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .layers import product
from .prediction import Floats32


class SpectralProduct:
    """Many rows at once, for files: a convolution over time, done as products of spectra.

    A stretch of N = rows + window - 1 frames goes to N / 2 + 1 frequencies, each frequency through its own
    small complex matrix, and back. With 41 rows a stretch (N = 64) that is 550 operations for each row and
    gate in place of 3120.
    """

    def __init__(self, weight: Floats32, window: int, rows: int) -> None:
        """``weight`` (window * channels, outputs), the oldest frame first."""
        size = rows + window - 1
        angle = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
        cosine, sine = np.cos(angle), np.sin(angle)
        frames = weight.reshape(window, -1)
        bins, channels = len(angle), len(weight) // window
        spectrum = np.stack(
            [cosine[:, :window].astype(np.float32) @ frames, sine[:, :window].astype(np.float32) @ frames],
            axis=1,
        )
        self._weight = spectrum.reshape(
            bins, 2 * channels, -1
        )  # real over imaginary part, each (channels, outputs)
        self._to_spectrum = np.concatenate([cosine, sine]).astype(np.float32)  # (2 bins, size)
        share = np.full((bins, 1), 2.0 / size)
        share[0] /= 2
        if size % 2 == 0:
            share[-1] /= 2
        back = np.stack([share * cosine[:, :rows], -share * sine[:, :rows]], axis=1)
        self._from_spectrum = np.ascontiguousarray(back.reshape(2 * bins, rows).T, dtype=np.float32)

    def __call__(self, frames: Floats32) -> Floats32:
        """(batch, rows + window - 1, channels) to (rows, batch, outputs)."""
        batch, size, channels = frames.shape
        bins = len(self._weight)
        flat = frames.transpose(1, 0, 2).reshape(size, batch * channels)
        parts = (self._to_spectrum @ flat).reshape(2, bins, batch, channels)
        real, sine = parts  # the spectrum is real - i sine
        # (real - i sine)(wr + i wi): real part [real, sine] over [wr, wi], imaginary part [-sine, real].
        pairs = np.empty((bins, 2, batch, 2 * channels), np.float32)
        pairs[:, 0, :, :channels], pairs[:, 0, :, channels:] = real, sine
        pairs[:, 1, :, channels:] = real
        np.negative(sine, out=pairs[:, 1, :, :channels])
        through = np.matmul(pairs.reshape(bins, 2 * batch, 2 * channels), self._weight)
        result: Floats32 = self._from_spectrum @ through.reshape(2 * bins, -1)
        return result.reshape(len(result), batch, -1)


@dataclass(frozen=True, slots=True)
class _Part:
    """Frames first..last of the window, computed for ``rows`` rows at once."""

    first: int
    last: int
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class PendingRows:
    """What is already known of the coming rows' sums."""

    sums: Floats32  # (most rows at once, outputs): a ring, row t at t % most
    at: int  # place of the next row
    ready: tuple[int, ...]  # for each part, how many coming rows have it


class SlidingProduct:
    """One row at a time, for live sound, without reading all the weights each time.

    A processor reads memory far more slowly than it multiplies. But only the newest frame is new: what a row
    needs of older frames can be computed for several rows at once, before they are due, for one reading of
    those weights. The older the frame, the more rows: the newest for 1 row at a time, the two before it for
    2, then 4 for 4, 8 for 8, and the rest for 16, as partitioned convolution does in reverberators. A row
    reads a fifth of the weights on average.
    """

    def __init__(self, weight: Floats32, frames: int, stagger: float = 0.0) -> None:
        """``weight`` (frames * channels, outputs), the oldest frame first.

        ``stagger`` 0..1 shifts the larger parts in time: products beside each other need not all fall due at
        the same row.
        """
        self._weight = weight
        self._channels = len(weight) // frames
        self._parts = _partition(frames)
        self._most = max(part.rows for part in self._parts)
        self._first = tuple(1 + int(stagger * part.rows) for part in self._parts)  # rows of the first time

    def initial(self) -> PendingRows:
        """Nothing known yet."""
        sums = np.zeros((self._most, self._weight.shape[1]), np.float32)
        return PendingRows(sums, 0, tuple(-1 for _ in self._parts))

    def row(self, frames: Floats32, pending: PendingRows) -> tuple[Floats32, PendingRows]:
        """The window's (frames, channels), one frame on from the row before, to its (1, outputs)."""
        sums, ready = pending.sums.copy(), list(pending.ready)
        flat, channels = frames.reshape(-1), self._channels
        for index, part in enumerate(self._parts):
            if ready[index] > 0:
                continue
            # A part that was never computed starts with fewer rows, which staggers it from then on.
            rows = min(part.rows, self._first[index]) if ready[index] < 0 else part.rows
            width = (part.last - part.first) * channels
            x = np.lib.stride_tricks.as_strided(
                flat[part.first * channels :],
                (rows, width),
                (channels * flat.itemsize, flat.itemsize),
                writeable=False,
            )
            weight = self._weight[part.first * channels : part.last * channels]
            share = product(x, weight)
            until_wrap = min(rows, self._most - pending.at)
            sums[pending.at : pending.at + until_wrap] += share[:until_wrap]
            sums[: rows - until_wrap] += share[until_wrap:]
            ready[index] = rows
        result = sums[pending.at].copy()
        sums[pending.at] = 0
        return result[None], PendingRows(sums, (pending.at + 1) % self._most, tuple(n - 1 for n in ready))


def _partition(frames: int) -> tuple[_Part, ...]:
    """Parts from the newest frame to the oldest; one whose newest is d frames old can serve d + 1 rows."""
    parts: list[_Part] = []
    last, rows = frames, 1
    while last > 0:
        first = max(0, last - rows)
        if first < rows:  # a small rest joins the last part
            first = 0
        parts.append(_Part(first, last, rows))
        last, rows = first, rows * 2
    return tuple(parts)
