"""How like a made film is to a real one, and how sharp: PSNR, SSIM and the blur of its spectrum (FDBM).

Films are uint8 (frames, height, width, 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Film = NDArray[np.uint8]
Floats = NDArray[np.float64]

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # of SSIM, for pictures of 0..255
_SIGMA, _REACH = 1.5, 5  # of its bell, in pixels


def psnr(real: Film, made: Film) -> float:
    """Decibels, the mean over frames; 99 for frames that are the same."""
    error = ((real.astype(np.float64) - made.astype(np.float64)) ** 2).mean(axis=(1, 2, 3))
    return float(np.minimum(10 * np.log10(255**2 / np.maximum(error, 1e-12)), 99.0).mean())


def ssim(real: Film, made: Film) -> float:
    """Structural similarity of the brightness, the mean over frames and places."""
    a, b = _grey(real), _grey(made)
    mean_a, mean_b = _blurred(a), _blurred(b)
    var_a = _blurred(a * a) - mean_a**2
    var_b = _blurred(b * b) - mean_b**2
    both = _blurred(a * b) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * both + _C2)
    return float((likeness / ((mean_a**2 + mean_b**2 + _C1) * (var_a + var_b + _C2))).mean())


def fdbm(film: Film) -> float:
    """Frequency domain blur measure: the share of a spectrum's places above a thousandth of its peak."""
    spectrum = np.abs(np.fft.fft2(_grey(film)))
    peak = spectrum.max(axis=(1, 2), keepdims=True)
    return float((spectrum > peak / 1000).mean())


def _grey(film: Film) -> Floats:
    return np.asarray(film.astype(np.float64) @ np.array((0.299, 0.587, 0.114)), np.float64)


def _blurred(pictures: Floats) -> Floats:
    """A bell of SSIM's width over each picture, only where it fits whole."""
    bell = np.exp(-0.5 * (np.arange(-_REACH, _REACH + 1) / _SIGMA) ** 2)
    bell /= bell.sum()
    down, across = (_band(bell, length) for length in pictures.shape[1:])
    return np.asarray(down @ pictures @ across.T, np.float64)


def _band(bell: Floats, length: int) -> Floats:
    """The bell at every place where it fits whole, (places, length)."""
    count = length - len(bell) + 1
    band = np.zeros((count, length))
    for place in range(count):
        band[place, place : place + len(bell)] = bell
    return band
