"""The 65 features of a frame: 13 MFCC, 26 log mel energies, 26 spectral subband centroids (Hz).

The numbers are those of ``python_speech_features`` at its defaults (pre-emphasis 0.97, 512-point FFT,
rectangular 25 ms window, cepstral lifter 22, log energy in place of the first coefficient), taken on the
sound with half a window of silence before it, so that row i is centred at i / 100 s. Nothing is normalised
here: a model does that by its own statistics.

Every row is computed from its own 400 samples by operations whose order does not depend on how many rows
are computed together (no BLAS), so a stream cut anywhere gives bit for bit what the whole file gives.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..timing import HOP, SAMPLE_RATE, WINDOW, row_count

Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]

FEATURE_COUNT: Final = 65
MFCC: Final = slice(0, 13)
LOG_MEL: Final = slice(13, 39)
CENTROIDS: Final = slice(39, 65)

_FFT: Final = 512  # points
_BINS: Final = _FFT // 2 + 1
_FILTERS: Final = 26
_CEPSTRA: Final = 13
_PRE_EMPHASIS: Final = 0.97
_LIFTER: Final = 22
_EPS: Final = np.finfo(np.float64).eps  # stands in for a zero power, as in python_speech_features
_LEAD: Final = WINDOW // 2  # samples of silence before the sound: they put the first window's centre at 0 s
_BATCH: Final = 128  # rows worked on together: half a megabyte of spectra, which stays in the cache
_BLOCK: Final = 30 * SAMPLE_RATE  # samples of a whole sound that are taken at once: bounds the memory


def _filter_edges() -> NDArray[np.int64]:
    """FFT bins at which the triangular mel filters start, peak and end: 28 edges of 26 overlapping "
    "filters."""
    top = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700.0)
    hertz = 700 * (10 ** (np.linspace(0, top, _FILTERS + 2) / 2595.0) - 1)
    return np.floor((_FFT + 1) * hertz / SAMPLE_RATE).astype(np.int64)


_EDGES: Final = _filter_edges()
_WIDTHS: Final = np.diff(_EDGES).astype(np.float64)  # bins in the span between two edges
_OFFSETS: Final = np.concatenate([np.arange(width) for width in np.diff(_EDGES)]).astype(np.float64)
_BIN_HERTZ: Final = (SAMPLE_RATE / 2 - 1) / (_BINS - 1)  # the oracle counts bins from 1 Hz to half the rate
_SPAN_HERTZ: Final = 1 + _BIN_HERTZ * _EDGES[:-1]


def _cosines() -> Floats64:
    """(26, 13) orthonormal DCT-II with the lifter folded in."""
    k = np.arange(_CEPSTRA)
    n = np.arange(_FILTERS)[:, None]
    basis = np.sqrt(2.0 / _FILTERS) * np.cos(np.pi * k * (2 * n + 1) / (2 * _FILTERS))
    basis[:, 0] /= np.sqrt(2.0)
    return np.asarray(basis * (1 + _LIFTER / 2 * np.sin(np.pi * k / _LIFTER)), dtype=np.float64)


_DCT: Final = _cosines()


def _moments(power: Floats64) -> tuple[Floats64, Floats64]:
    """(rows, 257) power -> mel energies and their first moments in Hz, (rows, 26) each.

    Within the span between two edges one filter rises and the one before it falls, both linearly, so three
    sums a span (of power, of power times bin, of power times bin squared) hold all that four weighted sums
    would.
    """
    inside = power[:, : _EDGES[-1]]
    sums = np.add.reduceat(inside, _EDGES[:-1], axis=1)
    weighted = inside * _OFFSETS
    firsts = np.add.reduceat(weighted, _EDGES[:-1], axis=1)
    weighted *= _OFFSETS
    seconds = np.add.reduceat(weighted, _EDGES[:-1], axis=1)
    rising = firsts / _WIDTHS
    rising_hertz = (_SPAN_HERTZ * firsts + _BIN_HERTZ * seconds) / _WIDTHS
    falling = sums - rising
    falling_hertz = _SPAN_HERTZ * sums + _BIN_HERTZ * firsts - rising_hertz
    return rising[:, :-1] + falling[:, 1:], rising_hertz[:, :-1] + falling_hertz[:, 1:]


def _of_windows(windows: Floats64) -> Floats32:
    """(rows, 400) pre-emphasised samples -> (rows, 65)."""
    spectrum = np.fft.rfft(windows, _FFT, axis=1)
    squares = spectrum.view(np.float64)
    squares *= squares
    power = squares[:, 0::2] + squares[:, 1::2]
    power /= _FFT
    energy = power.sum(axis=1)
    silent = energy == 0
    power[silent] = _EPS
    mel, hertz = _moments(power)
    out = np.empty((len(windows), FEATURE_COUNT), dtype=np.float32)
    out[:, CENTROIDS] = hertz / mel
    mel[silent] = (
        _EPS  # where all is zero the oracle's log mel starts from one epsilon, not from a sum of them
    )
    energy[silent] = _EPS
    log_mel = np.log(mel)
    out[:, LOG_MEL] = log_mel
    cepstra = np.zeros((len(windows), _CEPSTRA))
    for k in range(_FILTERS):  # 26 small products in a fixed order instead of a matrix product: see above
        cepstra += log_mel[:, k, None] * _DCT[k]
    cepstra[:, 0] = np.log(energy)
    out[:, MFCC] = cepstra
    return out


def _rows(emphasised: Floats64, count: int) -> Floats32:
    """The first ``count`` rows of pre-emphasised sound whose first sample is the first window's first
    sample.
    """
    out = np.empty((count, FEATURE_COUNT), dtype=np.float32)
    if not count:
        return out  # there may not be a single window yet
    windows = np.lib.stride_tricks.sliding_window_view(emphasised, WINDOW)[::HOP][:count]
    for start in range(0, count, _BATCH):
        out[start : start + _BATCH] = _of_windows(windows[start : start + _BATCH])
    return out


def features(samples: Floats32) -> Floats32:
    """(n,) samples at 16 kHz -> (row_count(n), 65)."""
    stream = FeatureStream()
    blocks = [stream.push(samples[start : start + _BLOCK]) for start in range(0, len(samples), _BLOCK)]
    return np.concatenate([*blocks, stream.finish()])


class FeatureStream:
    """Features of sound that arrives in blocks of any size: rows come out as soon as their window is full."""

    def __init__(self) -> None:
        self._pending: Floats64 = np.zeros(_LEAD)  # pre-emphasised, from the next row's first sample on
        self._last = 0.0  # the last sample, for the pre-emphasis of the next one
        self._samples = 0
        self._rows = 0

    def push(self, samples: Floats32) -> Floats32:
        """Take a block, give the rows that it completes."""
        block = np.asarray(samples, dtype=np.float64)
        if len(block):
            delayed = np.concatenate([[self._last], block[:-1]])
            self._pending = np.concatenate([self._pending, block - _PRE_EMPHASIS * delayed])
            self._last = float(block[-1])
            self._samples += len(block)
        return self._take(max(0, (len(self._pending) - WINDOW) // HOP + 1))

    def finish(self) -> Floats32:
        """The rows whose windows reach past the end of the sound, where silence follows."""
        self._pending = np.concatenate([self._pending, np.zeros(WINDOW)])
        return self._take(row_count(self._samples) - self._rows)

    def _take(self, count: int) -> Floats32:
        out = _rows(self._pending, count)
        self._pending = self._pending[count * HOP :]
        self._rows += count
        return out
