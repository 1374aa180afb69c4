"""How sharp pictures are, without a real one beside them: cumulative probability of blur detection (CPBD).

After Narvekar and Karam (2009): how wide the edges are in pixels, against the width at which people begin to
see blur where the contrast is such. The measure is the share of edges at which they see none. Films are uint8
(frames, height, width, 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Film = NDArray[np.uint8]
Floats = NDArray[np.float64]

_BLOCK = 64  # pixels
_EDGY = 0.002  # share of a block's pixels that are edges, from which on it counts
_BETA = 3.6
_SEEN = 1 - float(np.exp(-1))  # probability of seeing blur at the width that is just noticeable
_STRONG = 50.0  # grey levels of a block's contrast
_WIDTH_STRONG, _WIDTH_WEAK = 3.0, 5.0  # pixels: just noticeable


def cpbd(film: Film) -> float:
    """0 blurred, 1 sharp; over the edges of all frames together."""
    seen = [_blur_of_edges(frame) for frame in _grey(film)]
    chances = np.concatenate(seen) if seen else np.zeros(0)
    return float((chances <= _SEEN).mean()) if len(chances) else 0.0


def _blur_of_edges(grey: Floats) -> Floats:
    """The probability that blur is seen, of each edge of one picture."""
    edges = _edges(grey)
    widths = _widths(grey, edges)
    height, width = grey.shape
    chances = []
    for top in range(0, height, _BLOCK):
        for left in range(0, width, _BLOCK):
            part = (slice(top, top + _BLOCK), slice(left, left + _BLOCK))
            if edges[part].mean() <= _EDGY:
                continue
            just = _WIDTH_WEAK if np.ptp(grey[part]) <= _STRONG else _WIDTH_STRONG
            chances.append(1 - np.exp(-((widths[part][edges[part]] / just) ** _BETA)))
    return np.concatenate(chances) if chances else np.zeros(0)


def _edges(grey: Floats) -> NDArray[np.bool_]:
    """Upright edges: where brightness changes most along a row, and across it more than along a column."""
    padded = np.pad(grey, 1, mode="edge")
    smooth_down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    across = (smooth_down[:, 2:] - smooth_down[:, :-2]) / 8
    smooth_across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    down = (smooth_across[2:] - smooth_across[:-2]) / 8
    strength = np.abs(across)
    beside = np.pad(strength, ((0, 0), (1, 1)))
    peaks = (strength > beside[:, :-2]) & (strength >= beside[:, 2:])
    limit = 2 * np.sqrt((across**2).mean())
    found: NDArray[np.bool_] = peaks & (strength > limit) & (strength > np.abs(down) * np.tan(np.pi / 8))
    return found


def _widths(grey: Floats, edges: NDArray[np.bool_]) -> Floats:
    """Pixels from the darkest to the brightest place about each edge, along its row."""
    steps = np.sign(np.diff(grey, axis=1))  # 1 brighter, -1 darker, towards the right
    widths = np.zeros(grey.shape)
    for row, column in np.argwhere(edges):
        line = steps[row]
        way = np.sign(grey[row, min(column + 1, len(line))] - grey[row, max(column - 1, 0)])
        right = column
        while right < len(line) and line[right] == way:
            right += 1
        left = column
        while left > 0 and line[left - 1] == way:
            left -= 1
        widths[row, column] = right - left
    return widths


def _grey(film: Film) -> Floats:
    return np.asarray(film.astype(np.float64) @ np.array((0.299, 0.587, 0.114)), np.float64)
