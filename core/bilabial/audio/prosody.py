"""How the voice is used, row by row: loudness, pitch, and the hiss of fricatives and plosives.

The procedural model reads speaking style from these (solve/jali). Rows follow timing.py: row i describes
the moment i / FRAME_RATE. Everything is local (a row depends on RADIUS_S of sound around it), so pushing
blocks of any size gives the same numbers, to the bit, as reading the whole file: a stretch that is solved
again later must not move for a last bit. So sums are added up in one order wherever a row stands (_weighted).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..timing import FRAME_RATE, HOP, SAMPLE_RATE, row_count

Floats32 = NDArray[np.float32]

FLOOR_DB = -100.0  # what digital silence reads
PITCH_MIN, PITCH_MAX = 60.0, 500.0  # Hz
_PITCH_RATE = SAMPLE_RATE // 4  # pitch is looked for in the sound below 1 kHz
_PITCH_WINDOW = 168  # samples at _PITCH_RATE: 42 ms, two and a half periods of the lowest voice
_FFT = 512
_VOICED = 0.5  # least normalised autocorrelation of a voiced row
_OCTAVE_COST = (
    0.03  # of autocorrelation, for each octave below PITCH_MAX: the shorter of two like periods wins
)
_SMOOTH_ROWS = 6  # rows either side that the octave repair looks at
_MEDIAN_ROWS = 2  # rows either side, repaired, of which the median is taken
_MEND_ROWS = _SMOOTH_ROWS + _MEDIAN_ROWS
_LEVEL_WINDOW = 512  # samples: 32 ms
_TAPS = 65
_REACH = 480  # samples that a raw row needs on either side of its centre
_LEAD_ROWS = 4 * _SMOOTH_ROWS  # analysed on either side of a stretch, so that its edges tell nothing
_BLOCK_ROWS = 2000  # rows analysed at once: bounds the memory, changes no number

RADIUS_S = _REACH / SAMPLE_RATE + _MEND_ROWS / FRAME_RATE


@dataclass(frozen=True, slots=True, eq=False)
class Prosody:
    """Each of shape (rows,), float32."""

    intensity_db: Floats32  # level of the sound in dB re full scale, FLOOR_DB for digital silence
    pitch_hz: Floats32  # nan where unvoiced
    high_db: Floats32  # level of the top octave there is at 16 kHz: 4 to 8 kHz

    def __len__(self) -> int:
        return len(self.intensity_db)

    @classmethod
    def silent(cls, rows: int) -> Prosody:
        """No sound at all: what solving without a sound file uses."""
        quiet = np.full(rows, FLOOR_DB, np.float32)
        return cls(quiet, np.full(rows, np.nan, np.float32), quiet.copy())

    @classmethod
    def joined(cls, pieces: list[Prosody]) -> Prosody:
        if not pieces:
            return cls.silent(0)
        return cls(
            np.concatenate([piece.intensity_db for piece in pieces]),
            np.concatenate([piece.pitch_hz for piece in pieces]),
            np.concatenate([piece.high_db for piece in pieces]),
        )


def prosody(samples: NDArray[np.float32]) -> Prosody:
    """Prosody of a whole sound: float32 mono at SAMPLE_RATE, in -1..1."""
    stream = ProsodyStream()
    return Prosody.joined([stream.push(samples), stream.finish()])


class LocalProsody:
    """Prosody of a long sound of which only stretches are wanted: each is analysed when it is asked for, and
    its rows are those of the whole sound.
    """

    def __init__(self, samples: int, read: Callable[[int, int], Floats32]) -> None:
        """``read(first, stop)`` gives samples (float32 mono at SAMPLE_RATE) of a sound that has so many."""
        self._samples = samples
        self._read = read

    def __len__(self) -> int:
        return row_count(self._samples)

    def between(self, first: int, stop: int) -> Prosody:
        """Rows first..stop."""
        start = max(first - _LEAD_ROWS, 0)
        last = min((stop + _LEAD_ROWS) * HOP, self._samples)
        rows = prosody(self._read(start * HOP, last))
        parts = (rows.intensity_db, rows.pitch_hz, rows.high_db)
        return Prosody(*(part[first - start : stop - start] for part in parts))


class ProsodyStream:
    """Prosody of a sound that comes in blocks: rows are handed out as soon as they are final."""

    def __init__(self) -> None:
        self._kept = np.zeros(_REACH, np.float32)  # samples still needed; before the sound there is silence
        self._pushed = 0
        self._raw_rows = 0  # rows analysed
        self._pending: list[
            NDArray[np.float64]
        ] = []  # raw rows (level, high, period strength, pitch), unsmoothed
        self._given = 0

    def push(self, samples: NDArray[np.float32]) -> Prosody:
        self._pushed += len(samples)
        self._kept = np.concatenate([self._kept, np.asarray(samples, np.float32)])
        self._analyse((len(self._kept) - 2 * _REACH) // HOP + 1)
        return self._smoothed(self._raw_rows - _MEND_ROWS)

    def finish(self) -> Prosody:
        """The rows that waited for sound that never came; silence follows the last sample."""
        rows = row_count(self._pushed)
        self._kept = np.concatenate([self._kept, np.zeros(2 * _REACH, np.float32)])
        self._analyse(rows - self._raw_rows)
        return self._smoothed(rows)

    def _analyse(self, rows: int) -> None:
        while rows > 0:
            count = min(rows, _BLOCK_ROWS)
            self._pending.append(_raw(self._kept, count))
            self._kept = self._kept[count * HOP :]
            self._raw_rows += count
            rows -= count

    def _smoothed(self, upto: int) -> Prosody:
        """Rows self._given..upto, final. Keeps the raw rows that later ones look back at."""
        if upto <= self._given:
            return Prosody.silent(0)
        raw = np.concatenate(self._pending)
        first = self._raw_rows - len(raw)  # the row that raw[0] is
        pitch = _mend(raw[:, 2])[self._given - first : upto - first]
        wanted = raw[self._given - first : upto - first]
        self._given = upto
        self._pending = [raw[max(0, upto - _MEND_ROWS - first) :]]
        return Prosody(
            wanted[:, 0].astype(np.float32), pitch.astype(np.float32), wanted[:, 1].astype(np.float32)
        )


def _raw(samples: NDArray[np.float32], rows: int) -> NDArray[np.float64]:
    """(rows, 3): level, high-band level, pitch before smoothing. ``samples`` begins _REACH before the
    first row."""
    piece = samples[: (rows - 1) * HOP + 2 * _REACH].astype(np.float64)
    high = np.zeros_like(piece)
    high[_TAPS // 2 : -(_TAPS // 2)] = _weighted(piece, _HIGH_PASS, 1)
    slow = _weighted(piece, _LOW_PASS, 4)  # slow[j] is centred on sample 4 j + _TAPS // 2
    at = (_REACH - _TAPS // 2) // 4 - _PITCH_WINDOW // 2
    windows = _frames(slow[at:], _PITCH_WINDOW, HOP // 4)[:rows]
    result = np.empty((rows, 3))
    result[:, 0] = _level(piece, rows)
    result[:, 1] = _level(high, rows)
    result[:, 2] = _pitch(windows, result[:, 0])
    return result


def _frames(signal: NDArray[np.float64], length: int, step: int) -> NDArray[np.float64]:
    """Overlapping windows as a view, (count, length)."""
    view: NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(signal, length)[::step]
    return view


def _weighted(signal: NDArray[np.float64], weights: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """The weighted sum of each window that begins at every ``step``-th sample, added up weight by weight: a
    matrix product rounds otherwise at the end of a block than in its middle.
    """
    count = (len(signal) - len(weights)) // step + 1
    result = np.zeros(count)
    for at, weight in enumerate(weights.tolist()):
        result += weight * signal[at : at + (count - 1) * step + 1 : step]
    return result


def _level(signal: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    start = _REACH - _LEVEL_WINDOW // 2
    power = _weighted(signal[start:] ** 2, _LEVEL_SHAPE, HOP)[:rows]
    level: NDArray[np.float64] = 10.0 * np.log10(np.maximum(power, 10.0 ** (FLOOR_DB / 10.0)))
    return level


def _pitch(windows: NDArray[np.float64], level_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """Autocorrelation of each window, divided by that of the window's own taper (Boersma 1993); nan:
    unvoiced."""
    shortest, longest = int(_PITCH_RATE / PITCH_MAX), int(_PITCH_RATE / PITCH_MIN) + 1
    centred = windows - windows.mean(axis=1, keepdims=True)
    spectra = np.fft.rfft((centred * _PITCH_TAPER).astype(np.float32), _FFT, axis=1)
    power = spectra.real**2 + spectra.imag**2
    correlation = np.fft.irfft(power, _FFT, axis=1)[:, : longest + 2]
    energy = np.maximum(correlation[:, :1], 1e-12)
    correlation = correlation / energy / _TAPER_CORRELATION[: longest + 2]
    lags = np.arange(longest + 2)
    inside = correlation[:, 1:-1]
    peaks = (inside >= correlation[:, :-2]) & (inside > correlation[:, 2:])
    peaks[:, : shortest - 1] = False
    cost = _OCTAVE_COST * np.log2(np.maximum(lags[1:-1], 1) / shortest)
    score = np.where(peaks, inside - cost, -1.0)
    best = score.argmax(axis=1) + 1
    row = np.arange(len(best))
    left, top, right = correlation[row, best - 1], correlation[row, best], correlation[row, best + 1]
    curvature = left - 2.0 * top + right
    shift = np.where(curvature < 0.0, 0.5 * (left - right) / np.minimum(curvature, -1e-9), 0.0)
    hertz = _PITCH_RATE / (best + np.clip(shift, -0.5, 0.5))
    voiced = (score[row, best - 1] > -1.0) & (top > _VOICED) & (level_db > -60.0)
    return np.where(voiced, np.clip(hertz, PITCH_MIN, PITCH_MAX), np.nan)


def _mend(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Octave jumps folded back to the neighbourhood's median; rows voiced alone dropped."""
    octaves = np.log2(pitch)
    around = _row_windows(octaves)
    counts = np.isfinite(around).sum(axis=1)
    middle = _median(around)
    jump = np.where(np.isfinite(octaves - middle), np.round(octaves - middle), 0.0)
    folded = octaves - jump
    near = _row_windows(folded)[:, _SMOOTH_ROWS - _MEDIAN_ROWS : _SMOOTH_ROWS + _MEDIAN_ROWS + 1]
    smooth = np.where(np.isfinite(folded) & (counts >= 3), _median(near), np.nan)
    return np.clip(2.0**smooth, PITCH_MIN, PITCH_MAX)


def _row_windows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(values, _SMOOTH_ROWS, constant_values=np.nan)
    return _frames(padded, 2 * _SMOOTH_ROWS + 1, 1)


def _median(windows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median over the finite entries of each row (the lower of two middles); nan where there is none."""
    ordered = np.sort(windows, axis=1)  # nan sorts last
    counts = np.isfinite(ordered).sum(axis=1)
    picked = ordered[np.arange(len(ordered)), np.maximum(counts - 1, 0) // 2]
    return np.where(counts > 0, picked, np.nan)


def _low_pass(cutoff: float) -> NDArray[np.float64]:
    """Windowed sinc of _TAPS taps; ``cutoff`` as a share of the sampling rate."""
    n = np.arange(_TAPS) - _TAPS // 2
    taps = 2.0 * cutoff * np.sinc(2.0 * cutoff * n) * np.hamming(_TAPS)
    shaped: NDArray[np.float64] = taps / taps.sum()
    return shaped


_LOW_PASS = _low_pass(1000.0 / SAMPLE_RATE)
_HIGH_PASS = -_low_pass(4000.0 / SAMPLE_RATE)
_HIGH_PASS[_TAPS // 2] += 1.0
_LEVEL_SHAPE = np.hanning(_LEVEL_WINDOW + 1)[:_LEVEL_WINDOW]
_LEVEL_SHAPE /= _LEVEL_SHAPE.sum()
_PITCH_TAPER = np.hanning(_PITCH_WINDOW + 2)[1:-1]
_TAPER_CORRELATION = np.fft.irfft(np.abs(np.fft.rfft(_PITCH_TAPER, _FFT)) ** 2, _FFT)
_TAPER_CORRELATION = np.maximum(_TAPER_CORRELATION / _TAPER_CORRELATION[0], 1e-3)
