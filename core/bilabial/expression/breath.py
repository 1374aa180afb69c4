"""Breath: in before a phrase, where the pause leaves room, and out while one speaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .names import BREATH
from .shapes import Chance, ease
from .utterance import Utterance

Floats = NDArray[np.float64]

_SHORTEST_PAUSE_S = 0.3  # a shorter one leaves no time to breathe in
_LONGEST_IN_S = 0.8
_FULL_S = 5.0  # of speech for which one breathes in fully
_QUIET_S = 3.6  # one breath at rest
_QUIET = 0.35


def breath(line: Utterance, seed: int) -> Floats:
    """(rows, 1): 0 breathed out, 1 breathed in."""
    chance, times = Chance(seed, "breath"), line.times
    at, level = [0.0], [0.3]
    spoken_until = 0.0
    for start, end in line.phrases:
        at, level = _rest(spoken_until, start, at, level, chance)
        pause = start - spoken_until
        if pause >= _SHORTEST_PAUSE_S:
            deep = min(1.0, 0.35 + 0.65 * (end - start) / _FULL_S)
            at.append(max(start - min(0.6 * pause, _LONGEST_IN_S), at[-1] + 0.05))
            level.append(level[-1])
            at.append(max(start - 0.03, at[-1] + 0.05))
            level.append(max(deep, level[-1]))
        at.append(max(end, at[-1] + 0.05))
        level.append(max(0.05, level[-1] - 0.75 * min(1.0, (end - start) / _FULL_S) - 0.1))
        spoken_until = end
    at, level = _rest(spoken_until, line.duration, at, level, chance)
    return _through(times, np.array(at), np.array(level))[:, None][:, : len(BREATH)]


def _rest(
    start: float, end: float, at: list[float], level: list[float], chance: Chance
) -> tuple[list[float], list[float]]:
    """Quiet breaths in a long silence."""
    at, level = list(at), list(level)
    moment = max(start + 0.5, at[-1])
    while end - moment > _QUIET_S:
        length = _QUIET_S * chance.between(0.9, 1.15)
        at += [moment + 0.4 * length, moment + length]
        level += [_QUIET + 0.15, 0.2]
        moment = at[-1]
    return at, level


def _through(times: Floats, at: Floats, level: Floats) -> Floats:
    """Eased from one level to the next."""
    after = np.clip(np.searchsorted(at, times, side="right"), 1, max(len(at) - 1, 1))
    if len(at) == 1:
        return np.full(len(times), level[0])
    before = after - 1
    share = ease((times - at[before]) / np.maximum(at[after] - at[before], 1e-6))
    result: Floats = level[before] + share * (level[after] - level[before])
    return result
