"""The columns that a frame is told from: decimal logarithms of power, 128 bins, one every 3 ms."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ....timing import SAMPLE_RATE
from .shape import BINS, COLUMNS, STEP

Floats32 = NDArray[np.float32]

HOP: Final = 48  # samples: 32 columns are 96 ms
FFT: Final = 2 * BINS
FRAMES_A_SECOND: Final = SAMPLE_RATE / (HOP * STEP)  # 41.67
AHEAD: Final = 320  # samples: a picture's own sound goes on for half a picture, 20 ms, after its moment
LEAD: Final = (COLUMNS + STEP) * HOP + FFT  # samples of silence that must stand before moment 0
_FLOOR: Final = 1e-8  # of power: digital silence
_AT_ONCE: Final = 4096


def columns(samples: Floats32, at: int, count: int) -> Floats32:
    """(count, 128) of ``samples``, whose sample ``at`` is the moment 0; the column after the first
    COLUMNS + STEP - 2 is the last of frame 0, whose window ends AHEAD of its moment."""
    first_end = at + AHEAD - (COLUMNS + STEP - 2) * HOP
    starts = first_end - FFT + HOP * np.arange(count)
    windows = np.lib.stride_tricks.sliding_window_view(samples, FFT)
    taper = np.hanning(FFT).astype(np.float32)
    rows = np.empty((count, BINS), np.float32)
    for low in range(0, count, _AT_ONCE):
        spectrum = np.fft.rfft(windows[starts[low : low + _AT_ONCE]] * taper, axis=1)[:, :BINS]
        power = np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32) / np.float32(FFT)
        rows[low : low + _AT_ONCE] = np.log10(power + np.float32(_FLOOR))
    return rows
