"""A rig that nobody knows, by movement alone: each channel's effect against what sounds look like.

What a sound looks like is taken from the demo head: how far the lips' middles, the corners and the chin move,
in widths of the mouth. Each control becomes the bounded least squares mixture of the rig's own channels that
comes nearest. A start, not an end: an animator's pose for a sound replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..controls import CLOSERS, CONTROLS, LABIODENTALS, SHAPES
from ..errors import RigError
from .evaluate import evaluate
from .learn import fit_pose
from .movement import Mouth, find_mouth
from .profile import WORKING_POINT, RigProfile
from .profile_entries import Channel, Term
from .profile_format import load_profile

Floats = NDArray[np.float64]
EFFECTS = 14  # numbers of an effect: see effect()
_CHIN = [10, 13]  # those of the chin
_RIDGE = 0.02  # pull to rest, in a fit of effects
_SMALL = 0.06  # of a channel's unit: a weight under it is left out
_MOVES = 0.02  # of the mouth's width: a channel that moves the mouth by less is no channel of speech
_JAW = 0.4  # of the lower lip's drop: as much of it the chin must share, that a channel is a jaw's
_WEIGHTS = np.array([1.0, 0.5, 1.0, 0.5] + [0.7, 0.5, 0.5] * 2 + [0.2, 1.0, 1.5, 1.0])  # see effect()
_OPENS = 0.05  # of the mouth's width: a channel that parts the lips by more opens them
_UNLIKE_WAYS = 0.35  # of a channel's effect: further apart, its two ways are two things
_UNLIKE = 1.0  # the weight of what tells the corners apart: speech moves both sides alike


def chin_of(rest: Floats, mouth: Mouth) -> int:
    """The foremost point under the middle of the mouth, about where a chin is."""
    middle = rest[mouth.lower[mouth.middle]].mean(axis=0)
    away = rest - middle
    below, beside = -(away @ mouth.up), np.abs(away @ mouth.side)
    near = np.flatnonzero(
        (below > 0.35 * mouth.width) & (below < 1.1 * mouth.width) & (beside < 0.3 * mouth.width)
    )
    if not len(near):
        return int(mouth.lower[mouth.middle][0])
    return int(near[np.argmax(rest[near] @ mouth.front)])


def effect(mouth: Mouth, chin: int, rest: Floats, points: Floats) -> Floats:
    """What a pose does to the mouth, in its widths: upper and lower lip (up, forward), both corners (outward,
    up, forward), the chin (up), how far the lips part, and how far lips and chin go aside."""
    move = (points - rest) / mouth.width
    upper, lower = move[mouth.upper[mouth.middle]].mean(axis=0), move[mouth.lower[mouth.middle]].mean(axis=0)
    ends = [(move[mouth.upper[i]] + move[mouth.lower[i]]) / 2.0 for i in (0, -1)]
    corners = [
        (sign * (end @ mouth.side), end @ mouth.up, end @ mouth.front)
        for sign, end in zip((-1, 1), ends, strict=True)
    ]
    return np.array(
        [
            upper @ mouth.up, upper @ mouth.front, lower @ mouth.up, lower @ mouth.front,
            *corners[0], *corners[1],
            move[chin] @ mouth.up, (upper - lower) @ mouth.up,
            (upper + lower) @ mouth.side / 2.0, move[chin] @ mouth.side,
        ]
    )  # fmt: skip


def _opens(channel: Channel, found: Floats) -> bool:
    """Whether a channel opens the lips, either way that it may go."""
    return any(opening_of(found) * (limit - channel.neutral) > _OPENS for limit in channel.limits)


def _weighted(found: Floats) -> Floats:
    """An effect as a fit counts it: what moves one side alone counts again."""
    return np.concatenate([found * _WEIGHTS, (found[4:7] - found[7:10]) * _UNLIKE])


def moves_the_mouth(found: Floats) -> bool:
    """Whether lips or corners move; what moves the chin alone is no channel of speech."""
    return bool(np.abs(np.delete(found, _CHIN)).max() > _MOVES)


def opening_of(found: Floats) -> float:
    """How far the lips part, in widths of the mouth."""
    return float(found[11])


def one_way(channel: Channel, effects: Mapping[float, Floats]) -> tuple[Channel, Floats]:
    """A channel and the effect of its unit, by what was measured at some of its values.

    What rigs build of constraints may do one thing one way and another, or nothing, the other way: then only
    the way that opens the lips further, or does more, is used.
    """
    ways = sorted(effects)
    best = max(
        ways,
        key=lambda value: (
            opening_of(effects[value]) * (value - channel.neutral) > _OPENS,
            float(np.abs(effects[value]).max()),
            value,
        ),
    )
    other = next((value for value in ways if value != best), None)
    if other is None:
        return channel, effects[best]
    unlike = np.abs(effects[best] - effects[other]).max()
    if unlike <= _UNLIKE_WAYS * np.abs(effects[best]).max():
        return channel, effects[best]
    low, high = sorted((channel.neutral, best))
    return replace(channel, limits=(low, high)), effects[best]


def part_of(name: str, found: Floats) -> str:
    """jaw, tongue or lip: a jaw takes the chin along when it opens the lips."""
    low = name.lower()
    if "tong" in low:
        return "tongue"
    found = found if opening_of(found) >= 0.0 else -found  # a bone may open the other way round
    opens, drop, chin = opening_of(found), -found[2], -found[10]
    return "jaw" if opens > _OPENS and drop > 0.05 and chin > _JAW * drop else "lip"


@lru_cache(maxsize=1)
def _looks() -> dict[str, Floats]:
    """The effect of each control on the demo head, at the working point."""
    from ..render.demo_head import load_head

    head, profile = load_head(), load_profile("demo-head")
    rest = head.vertices.astype(np.float64)
    mouth = find_mouth(rest, head.pose({"jawOpen": 1.0}).astype(np.float64))
    if mouth is None:
        raise RigError("the demo head's mouth was not found: install Bilabial again")
    chin = chin_of(rest, mouth)
    rows = np.zeros((len(SHAPES), len(CONTROLS)))
    rows[:, :2] = WORKING_POINT
    rows[:, 2:] = np.eye(len(SHAPES))
    looks = {}
    for control, values in zip(SHAPES, evaluate(profile, rows), strict=True):
        weights = {name: float(v) for name, v in zip(profile.channels, values, strict=True) if v}
        looks[control] = effect(mouth, chin, rest, head.pose(weights).astype(np.float64))
    return looks


def guess(blank: RigProfile, effects: Mapping[str, Floats], ajar: float = 0.0) -> RigProfile:
    """A rig's profile by the effect of a unit of each of its channels. Raises RigError where none opens it.

    ``ajar``: how far the lips stand apart at rest, in widths of the mouth; m, b and p then close them.
    """
    names = [
        name
        for name in blank.channels
        if name in effects and moves_the_mouth(effects[name] * blank.channels[name].unit)
    ]
    if not any(_opens(blank.channels[name], effects[name]) for name in names):
        raise RigError(
            "no channel of this rig opens a mouth: teach it by poses named after sounds (aa, ee, oo, m ...)"
        )
    channels = tuple(blank.channels[name] for name in names)
    basis = np.array([_weighted(effects[name]) for name in names])
    terms: list[Term] = []
    for control, look in _looks().items():
        target = look.copy()
        if control in CLOSERS:  # the closures infer themselves: lips that rest together need not be pressed
            target = np.zeros(EFFECTS)
            target[0], target[2], target[11] = -ajar / 2.0, ajar / 2.0, -ajar
        found = fit_pose(basis, _weighted(target), channels, _RIDGE)
        for channel in channels:
            weight = found[channel.name] - channel.neutral
            if abs(weight) >= _SMALL * channel.unit:
                sealed = control in (*CLOSERS, *LABIODENTALS)
                terms.append(Term(control, channel.name, "seal" if sealed else channel.part, weight))
    kept = {name: blank.channels[name] for name in names}
    return replace(blank, channels=kept, terms=tuple(terms))
