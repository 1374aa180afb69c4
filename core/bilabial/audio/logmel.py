"""Whisper's log-mel spectrogram: 80 slaney bands, 100 rows a second.

Row i is centred at i / 100 s, like every row of this package; the sound is reflected at both ends. Rows are
first plain decimal logarithms, then ``scaled`` against the loudest value of their clip: whoever reads a long
sound in windows must give every window the same peak, so the peak is an argument.

Every row is computed from its own 400 samples by operations whose order does not depend on how many rows are
computed together (no BLAS), so a stream cut anywhere gives bit for bit what the whole sound gives.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..timing import HOP, SAMPLE_RATE, WINDOW, row_count

Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]

BANDS: Final = 80
SILENCE: Final = -10.0  # log10 of the least power that is told apart
RANGE: Final = 8.0  # decades below the peak that are kept
_HALF: Final = WINDOW // 2  # samples before a row's moment that its window covers
_BATCH: Final = 128  # rows worked on together: their spectra stay in the cache
_BLOCK: Final = 30 * SAMPLE_RATE  # samples of a whole sound that are taken at once
_KINK_HZ: Final = 1000.0  # where the slaney scale turns from linear to logarithmic
_HZ_A_MEL: Final = 200.0 / 3.0
_KINK_MEL: Final = _KINK_HZ / _HZ_A_MEL
_STEP: Final = np.log(6.4) / 27.0  # natural log of frequency a mel, above the kink


def _hertz(mel: Floats64) -> Floats64:
    """Slaney mels to Hz."""
    high = _KINK_HZ * np.exp(_STEP * (mel - _KINK_MEL))
    return np.asarray(np.where(mel < _KINK_MEL, mel * _HZ_A_MEL, high))


def _filters() -> Floats64:
    """(80, 201) triangles of equal area over the bins of a 400-point spectrum, 0 to 8 kHz."""
    top = _KINK_MEL + np.log(SAMPLE_RATE / 2 / _KINK_HZ) / _STEP
    edges = _hertz(np.linspace(0.0, top, BANDS + 2))
    bins = np.arange(WINDOW // 2 + 1) * (SAMPLE_RATE / WINDOW)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None])


def _sparse(filters: Floats64) -> tuple[NDArray[np.int64], Floats64, NDArray[np.int64]]:
    """The bins under each filter end to end, their weights, and where each filter starts among them."""
    bands, bins = np.nonzero(filters)
    return bins, filters[bands, bins], np.searchsorted(bands, np.arange(BANDS))


_BINS, _WEIGHTS, _STARTS = _sparse(_filters())
_HANN: Final = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)  # periodic


def log_mel(samples: Floats32) -> Floats32:
    """(n,) samples at 16 kHz -> (row_count(n), 80) decimal logarithms of power, not yet scaled."""
    stream = LogMelStream()
    blocks = [stream.push(samples[start : start + _BLOCK]) for start in range(0, len(samples), _BLOCK)]
    return np.concatenate([*blocks, stream.finish()])


def peak_of(rows: Floats32) -> float:
    """The loudest value of a clip, against which all of it is scaled."""
    return float(rows.max(initial=SILENCE))


def scaled(rows: Floats32, peak: float) -> Floats32:
    """What Whisper's networks read: nothing more than eight decades below the peak, about -1 to 1."""
    out: Floats32 = np.maximum(rows, np.float32(peak - RANGE))
    out += np.float32(4.0)
    out *= np.float32(0.25)
    return out


class LogMelStream:
    """Rows of sound that arrives in blocks of any size: they come out as soon as their window is full."""

    def __init__(self) -> None:
        self._pending: Floats64 = np.zeros(0)  # from the next row's first sample on
        self._begun = False  # whether the reflection before the sound is in place
        self._samples = 0
        self._rows = 0

    def push(self, samples: Floats32) -> Floats32:
        """Take a block, give the rows that it completes."""
        self._pending = np.concatenate([self._pending, np.asarray(samples, dtype=np.float64)])
        self._samples += len(samples)
        if not self._begun and len(self._pending) > _HALF:
            self._pending = np.concatenate([self._pending[_HALF:0:-1], self._pending])
            self._begun = True
        ready = (len(self._pending) - WINDOW) // HOP + 1 if self._begun else 0
        # The last rows see past the end, where the sound is reflected: they wait until the end is known.
        return self._take(max(0, ready))

    def finish(self) -> Floats32:
        """The rows whose windows reach past the end of the sound."""
        wanted = row_count(self._samples) - self._rows
        if not wanted:
            return np.empty((0, BANDS), np.float32)
        if self._begun:
            self._pending = np.concatenate([self._pending, self._pending[-2 : -_HALF - 2 : -1]])
        else:
            self._pending = np.pad(self._pending, _HALF, mode="reflect")
        return self._take(wanted)

    def _take(self, count: int) -> Floats32:
        out = np.empty((count, BANDS), np.float32)
        if count:
            windows = np.lib.stride_tricks.sliding_window_view(self._pending, WINDOW)[::HOP][:count]
            for start in range(0, count, _BATCH):
                out[start : start + _BATCH] = _of_windows(windows[start : start + _BATCH])
        self._pending = self._pending[count * HOP :]
        self._rows += count
        return out


def _of_windows(windows: Floats64) -> Floats32:
    """(rows, 400) samples -> (rows, 80)."""
    spectrum = np.fft.rfft(windows * _HANN, axis=1)
    squares = spectrum.view(np.float64)
    squares *= squares
    power = squares[:, 0::2] + squares[:, 1::2]
    mel = np.add.reduceat(power[:, _BINS] * _WEIGHTS, _STARTS, axis=1)
    return np.asarray(np.log10(np.maximum(mel, 10.0**SILENCE)), dtype=np.float32)
