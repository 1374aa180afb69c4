"""Head: nods with syllables that stand out, a tilt with each phrase, slow drift, turns with gaze."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .brows import shown
from .gaze import Look
from .shapes import Chance, bump, steps
from .utterance import Utterance

Floats = NDArray[np.float64]

LIMITS = np.array([12.0, 9.0, 7.0])  # of yaw, pitch and roll, either way
_NOD = 2.6  # down, for an accent of full strength
_LIFT = 1.6  # an octave's half over the line's pitch lifts the head by this
_LEAST, _APART_S = 0.45, 0.45
_TURN = 0.25  # share of a glance that the head joins
_TURN_S = 0.45
_REST_S = 2.6  # for which a place is held at least within a phrase


def head(line: Utterance, looks: list[Look], seed: int) -> Floats:
    """(rows, 3) degrees in the order of names.HEAD, without limits."""
    chance, times = Chance(seed, "head"), line.times
    result = np.stack([_drift(times, chance, size) for size in (0.5, 0.45, 0.35)], axis=1)
    for accent in shown(line.accents, _LEAST, _APART_S):
        size = _NOD * accent.strength * chance.between(0.6, 1.1)
        result[:, 1] -= size * bump(times, accent.time - 0.1, 0.16, 0.04, 0.34)
        result[:, 1] += 0.3 * size * bump(times, accent.time - 0.3, 0.18, 0.02, 0.14)  # it swings back first
        if accent.octaves > 0.0:
            result[:, 1] += (
                2.0 * _LIFT * min(accent.octaves, 0.5) * bump(times, accent.time - 0.15, 0.2, 0.1, 0.4)
            )
    at, tilt, turn, rest = [], [], [], []
    for moment in _postures(line):
        at.append(moment)
        tilt.append(chance.between(-2.2, 2.2))
        turn.append(chance.between(-1.6, 1.6))
        rest.append(chance.between(-0.8, 0.8))
    spans = [chance.between(0.6, 1.1) for _ in at]
    for column, values in ((2, tilt), (0, turn), (1, rest)):
        result[:, column] += steps(times, at, values, spans)
    moments = [look.time + 0.05 for look in looks]
    result[:, 0] += steps(times, moments, [_TURN * look.yaw for look in looks], [_TURN_S] * len(looks))
    result[:, 1] += steps(times, moments, [_TURN * look.pitch for look in looks], [_TURN_S] * len(looks))
    return result


def within_limits(degrees: Floats) -> Floats:
    """As far as a head turns while it speaks: what goes further comes softly to its end."""
    return np.asarray(LIMITS * np.tanh(degrees / LIMITS), np.float64)


def _postures(line: Utterance) -> list[float]:
    """Moments at which the head takes another place: before each phrase, and in a long one before an accent
    now and then, for nobody holds still through a long sentence."""
    moments: list[float] = []
    for start, end in line.phrases:
        moments.append(max(start - 0.2, 0.0))
        for accent in line.accents:
            rested = accent.time - 0.2 - moments[-1] >= _REST_S
            if start < accent.time < end - 1.0 and accent.strength >= _LEAST and rested:
                moments.append(accent.time - 0.2)
    return moments


def _drift(times: Floats, chance: Chance, size: float) -> Floats:
    """A slow wander: three waves of no common period."""
    result = np.zeros(len(times))
    for share, period in ((0.6, 7.3), (0.45, 3.9), (0.25, 1.9)):
        phase = chance.between(0.0, 2.0 * np.pi)
        result += share * np.sin(2.0 * np.pi * times / (period * chance.between(0.85, 1.2)) + phase)
    return size * result
