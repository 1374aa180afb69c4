"""Eyes: held looks at whom one speaks to, glances away while one thinks, small jumps in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .names import FULL_LOOK
from .shapes import Chance, steps
from .utterance import Utterance

Floats = NDArray[np.float64]

_SHORTEST_S, _PER_DEGREE_S = 0.021, 0.0022  # a jump lasts longer the further it goes (the main sequence)
_LARGE = 6.0  # of a jump with which people tend to blink
_AWAY_SHARE = 0.45  # of phrases that begin with a glance away
_LIMIT = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Where the eyes jump, and when: degrees from straight ahead (or from the target)."""

    time: float
    yaw: float
    pitch: float


def gaze(looks: list[Look], line: Utterance) -> Floats:
    """(rows, 2) degrees in the order of names.GAZE, around straight ahead."""
    at = [look.time for look in looks]
    before = [Look(0.0, 0.0, 0.0), *looks[:-1]]
    far = [
        np.hypot(one.yaw - last.yaw, one.pitch - last.pitch) for one, last in zip(looks, before, strict=True)
    ]
    spans = [_SHORTEST_S + _PER_DEGREE_S * float(distance) for distance in far]
    columns = [
        steps(line.times, at, [getattr(look, axis) for look in looks], spans) for axis in ("yaw", "pitch")
    ]
    return within_limits(np.stack(columns, axis=1))


def within_limits(degrees: Floats) -> Floats:
    """As far as eyes go by themselves; where more is wanted they stay at the edge."""
    return np.asarray(np.clip(degrees, -_LIMIT, _LIMIT), np.float64)


def looks_of(line: Utterance, seed: int) -> list[Look]:
    """All jumps of the eyes, in time order."""
    chance = Chance(seed, "gaze")
    large: list[Look] = []
    for start, end in line.phrases:
        if end - start > 0.8 and chance.happens(_AWAY_SHARE) and (not large or start > large[-1].time + 1.2):
            yaw = chance.side() * chance.between(5.0, 13.0)
            pitch = chance.between(2.0, 7.0) if chance.happens(0.6) else -chance.between(3.0, 8.0)
            leave = max(start - chance.between(0.1, 0.35), 0.0)
            large.append(Look(leave, yaw, pitch))
            large.append(Look(leave + chance.between(0.5, min(1.4, end - start)), 0.0, 0.0))
    return _with_small_jumps(line, large, chance)


def large_jumps(looks: list[Look]) -> tuple[float, ...]:
    """Moments of jumps far enough for a blink."""
    found = []
    yaw = pitch = 0.0
    for look in looks:
        if np.hypot(look.yaw - yaw, look.pitch - pitch) > _LARGE:
            found.append(look.time)
        yaw, pitch = look.yaw, look.pitch
    return tuple(found)


def _with_small_jumps(line: Utterance, large: list[Look], chance: Chance) -> list[Look]:
    """From eye to mouth to eye of the other one: a degree or two, every half second to two seconds."""
    looks: list[Look] = []
    anchors = [Look(0.0, 0.0, 0.0), *large]
    for index, anchor in enumerate(anchors):
        until = anchors[index + 1].time if index + 1 < len(anchors) else line.duration
        if index:
            looks.append(anchor)
        at = anchor.time + chance.between(0.5, 2.0)
        while at < until - 0.15:
            yaw = anchor.yaw + chance.between(-1.6, 1.6)
            pitch = anchor.pitch + chance.between(-1.4, 0.9)
            looks.append(Look(at, yaw, pitch))
            at += chance.between(0.5, 2.2)
    return looks


def eye_shapes(yaw_pitch: Floats, full: float = FULL_LOOK) -> dict[str, Floats]:
    """ARKit's eight eyeLook shapes for (rows, 2) degrees; ``full`` is what 1 means."""
    yaw, pitch = yaw_pitch[:, 0] / full, yaw_pitch[:, 1] / full
    left, right, up, down = (np.clip(v, 0.0, 1.0) for v in (yaw, -yaw, pitch, -pitch))
    return {
        "eyeLookOutLeft": left, "eyeLookInRight": left, "eyeLookInLeft": right, "eyeLookOutRight": right,
        "eyeLookUpLeft": up, "eyeLookUpRight": up, "eyeLookDownLeft": down, "eyeLookDownRight": down,
    }  # fmt: skip
