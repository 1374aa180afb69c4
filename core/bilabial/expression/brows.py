"""Brows: raised for syllables that stand out, together for loud low ones, up at the end of a question."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .names import BROWS
from .shapes import Chance, bump
from .utterance import Accent, Utterance

Floats = NDArray[np.float64]

_LEAST = 0.55  # strength of an accent that the brows show
_APART_S = 0.7  # of two accents closer than this the stronger is shown
_LEAD_S = 0.14  # brows begin before the vowel stands
_RISE_S, _HOLD_S, _FALL_S = 0.16, 0.14, 0.42
_RAISE = 0.42  # of browInnerUp, for an accent of full strength
_FROWN = 0.3  # of browDown
_QUESTION = 0.12  # octaves over the line's pitch at which a last accent asks


def brows(line: Utterance, seed: int) -> Floats:
    """(rows, 5) in the order of BROWS."""
    chance, times = Chance(seed, "brows"), line.times
    result = np.zeros((line.rows, len(BROWS)))
    for accent in shown(line.accents, _LEAST, _APART_S):
        amount = accent.strength * chance.between(0.75, 1.0)
        lean = chance.between(-0.18, 0.18)  # no face is even
        curve = bump(times, accent.time - _LEAD_S, _RISE_S, _HOLD_S + 0.1 * amount, _FALL_S)
        if accent.octaves < -0.02 and accent.strength > 0.7 and chance.happens(0.6):
            result[:, 3] += _FROWN * amount * (1 + lean) * curve
            result[:, 4] += _FROWN * amount * (1 - lean) * curve
        else:
            result[:, 0] += _RAISE * amount * curve
            result[:, 1] += 0.75 * _RAISE * amount * (1 + lean) * curve
            result[:, 2] += 0.75 * _RAISE * amount * (1 - lean) * curve
    for at, end in _questions(line):
        curve = bump(times, at - _LEAD_S, 0.2, max(end - at, 0.1), 0.5)
        result[:, :3] = np.maximum(result[:, :3], 0.38 * curve[:, None])
    return np.clip(result, 0.0, 1.0)


def shown(accents: tuple[Accent, ...], least: float, apart: float) -> list[Accent]:
    """Accents of at least this strength, the stronger first choice where two come close; in time order."""
    chosen: list[Accent] = []
    for accent in sorted(accents, key=lambda a: (-a.strength, a.time)):
        if accent.strength >= least and all(abs(accent.time - other.time) >= apart for other in chosen):
            chosen.append(accent)
    return sorted(chosen, key=lambda a: a.time)


def _questions(line: Utterance) -> list[tuple[float, float]]:
    """Phrases whose last accent is their highest by far: when it comes, and the phrase's end."""
    found = []
    for start, end in line.phrases:
        inside = [accent for accent in line.accents if start <= accent.time <= end]
        if len(inside) >= 3 and inside[-1].octaves > _QUESTION + max(a.octaves for a in inside[:-1]):
            found.append((inside[-1].time, end))
    return found
