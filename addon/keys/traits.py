# SPDX-License-Identifier: GPL-3.0-or-later
"""What hands give an F-curve beside its keys: modifiers, extrapolation, silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..host import compat
from .fcurves import Target


@dataclass(frozen=True, slots=True)
class Traits:
    """What a hand gave an F-curve beside its keys."""

    extrapolation: str
    mute: bool
    modifiers: tuple[tuple[str, dict[str, Any], tuple[tuple[float, float, float], ...]], ...]


def traits_of(channels: compat.Channels | None, target: Target) -> Traits:
    found = channels.find(target.path, target.index) if channels is not None else None
    if found is None:
        return Traits("CONSTANT", False, ())
    modifiers = []
    for modifier in found.modifiers:
        numbers = {}
        for one in modifier.bl_rna.properties:
            if not one.is_readonly and one.identifier != "active":
                value = getattr(modifier, one.identifier)
                numbers[one.identifier] = tuple(value) if getattr(one, "is_array", False) else value
        points = getattr(modifier, "control_points", ())  # of an envelope
        modifiers.append((modifier.type, numbers, tuple((p.frame, p.min, p.max) for p in points)))
    return Traits(found.extrapolation, found.mute, tuple(modifiers))


def give(channels: compat.Channels, target: Target, traits: Traits) -> None:
    """The same to the curve in whose place another one's keys were put, where it has nothing of the kind."""
    found = channels.find(target.path, target.index)
    if found is None or len(found.modifiers):
        return
    found.extrapolation, found.mute = traits.extrapolation, traits.mute
    for kind, numbers, points in traits.modifiers:
        made = found.modifiers.new(kind)
        for name, value in numbers.items():
            setattr(made, name, value)
        for frame, low, high in points:
            point = made.control_points.add(frame)
            point.min, point.max = low, high
    found.update()
