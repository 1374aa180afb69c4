"""39 mel frequency cepstral coefficients, 30 times a second, over windows that overlap by half."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ....timing import SAMPLE_RATE

Floats32 = NDArray[np.float32]

FRAMES_A_SECOND: Final = 30
CEPSTRA: Final = 39
WINDOW: Final = round(2 * SAMPLE_RATE / FRAMES_A_SECOND)  # samples: two hops
_FFT: Final = 2048
_BANDS: Final = 40
_FLOOR: Final = 1e-9  # of a band's energy: digital silence
_AT_ONCE: Final = 512  # frames: six megabytes of windows


def cepstra(samples: Floats32, at: int, first: int, count: int) -> Floats32:
    """(count, 39) of the frames ``first`` .. in ``samples``, whose sample ``at`` is the moment 0. Frame k's
    window is centred at k / 30 s and must lie inside."""
    rows = np.empty((count, CEPSTRA), np.float32)
    centres = np.round((first + np.arange(count)) * (SAMPLE_RATE / FRAMES_A_SECOND)).astype(np.int64)
    starts = at + centres - WINDOW // 2
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)
    taper, bands, cosines = _tables()
    for low in range(0, count, _AT_ONCE):
        part = windows[starts[low : low + _AT_ONCE]] * taper
        spectrum = np.fft.rfft(part, _FFT, axis=1)
        power = np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32) / np.float32(_FFT)
        rows[low : low + _AT_ONCE] = np.log(power @ bands + np.float32(_FLOOR)) @ cosines
    return rows


@lru_cache
def _tables() -> tuple[Floats32, Floats32, Floats32]:
    """Hann window, (bins, bands) triangles, (bands, cepstra) orthonormal cosines."""
    taper = np.hanning(WINDOW).astype(np.float32)
    top = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, _BANDS + 2) / 2595) - 1)
    hertz = np.arange(_FFT // 2 + 1) * (SAMPLE_RATE / _FFT)
    rising = (hertz[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz[:, None]) / (edges[2:] - edges[1:-1])
    bands = np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)
    order, place = np.arange(CEPSTRA), np.arange(_BANDS)[:, None]
    cosines = np.sqrt(2 / _BANDS) * np.cos(np.pi * order * (2 * place + 1) / (2 * _BANDS))
    cosines[:, 0] /= np.sqrt(2)
    return taper, bands, cosines.astype(np.float32)
