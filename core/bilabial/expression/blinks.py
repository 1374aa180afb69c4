"""Lids: 12 to 20 blinks a minute, at the borders of phrases and with the eyes' larger jumps.

The lids' times are those of a real face (docs/face.md): they shut in 80 to 100 ms and need more than twice
that to open.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .names import LIDS
from .shapes import Chance, ease
from .utterance import Utterance

Floats = NDArray[np.float64]

_SHUT_S = (0.08, 0.11)
_HOLD_S = (0.02, 0.05)
_OPEN_S = (0.2, 0.3)
_MEAN_S = 3.7  # between two blinks: 16 a minute
_LEAST_S, _MOST_S = 1.2, 6.0
_NEAR_S = 1.1  # how far a blink moves to meet the end of a phrase


def blinks(line: Utterance, seed: int, jumps: tuple[float, ...] = ()) -> Floats:
    """(rows, 2) in the order of LIDS. ``jumps`` are moments at which the eyes move far."""
    chance, times = Chance(seed, "blinks"), line.times
    shut = np.zeros(line.rows)
    late = np.zeros(line.rows)
    for moment in blink_times(line, chance, jumps):
        closing, hold, opening = (chance.between(*span) for span in (_SHUT_S, _HOLD_S, _OPEN_S))
        depth = 1.0 if chance.happens(0.8) else chance.between(0.75, 0.95)
        for curve, lag in ((shut, 0.0), (late, chance.between(-0.008, 0.008))):
            since = times - moment - lag
            down = ease(since / closing)
            up = 1.0 - ease((since - closing - hold) / opening) ** 0.8  # fast at first, slow at the end
            np.maximum(curve, depth * np.minimum(down, up), out=curve)
    return np.stack([shut, late], axis=1)[:, : len(LIDS)]


def blink_times(line: Utterance, chance: Chance, jumps: tuple[float, ...]) -> list[float]:
    """When the lids begin to shut."""
    borders = [end + 0.03 for _, end in line.phrases] + [start - 0.15 for start, _ in line.phrases[1:]]
    inviting = sorted([*borders, *jumps])
    moments: list[float] = []
    at = chance.between(0.4, _MEAN_S)
    while at < line.duration:
        near = [
            moment
            for moment in inviting
            if abs(moment - at) < _NEAR_S
            and (not moments or moment > moments[-1] + _LEAST_S)
            and moment > 0.05
        ]
        moments.append(min(near, key=lambda moment: abs(moment - at)) if near else at)
        at = moments[-1] + _interval(chance)
    return [moment for moment in moments if moment < line.duration - 0.1]


def _interval(chance: Chance) -> float:
    """Seconds to the next blink: often short, seldom long, as people's are."""
    share = chance.between(0.02, 0.98)
    return float(np.clip(_LEAST_S - (_MEAN_S - _LEAST_S) * np.log(1.0 - share), _LEAST_S, _MOST_S))
