"""What a rig profile takes over from the one that it derives from, by a matrix between their channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .profile import RigProfile
from .profile_entries import Channel, Exclusion, Follow, Term

_DIGITS = 3  # of a carried weight: finer would show nowhere and make drivers too long for Blender
_FINEST = 10.0**-_DIGITS
Matrix = Mapping[str, Mapping[str, float]]


def inverse(matrix: Matrix) -> dict[str, dict[str, float]]:
    """The least-squares inverse of a matrix given by names (exact for one to one and for equal shares)."""
    rows = list(matrix)
    columns = list(dict.fromkeys(name for row in matrix.values() for name in row))
    if not rows or not columns:
        return {}
    dense = np.array([[matrix[row].get(column, 0.0) for column in columns] for row in rows])
    inverse = np.round(np.linalg.pinv(dense), 6)
    return {
        column: {row: float(inverse[i, j]) for j, row in enumerate(rows) if abs(inverse[i, j]) > 1e-6}
        for i, column in enumerate(columns)
    }


@dataclass(frozen=True)
class Inheritance:
    """A parent's rules, carried over to a child's channels."""

    parent: RigProfile
    carrier: Mapping[str, Mapping[str, float]]  # parent channel -> child channel -> weight
    channels: Mapping[str, Channel]

    def terms(self) -> dict[str, tuple[Term, ...]]:
        sums: dict[tuple[str, str, str], float] = {}
        for term in self.parent.terms:
            for name, gain in self.carrier.get(term.channel, {}).items():
                key = term.control, name, term.part
                sums[key] = sums.get(key, 0.0) + term.weight * gain
        found: dict[str, tuple[Term, ...]] = {}
        for (control, name, part), weight in sums.items():
            if abs(weight) >= _FINEST / 2:
                carried = Term(control, name, part, round(weight, _DIGITS))
                found[control] = (*found.get(control, ()), carried)
        return found

    def exclusions(self) -> tuple[Exclusion, ...]:
        found = []
        for exclusion in self.parent.exclusions:
            names = dict.fromkeys(n for parent in exclusion.channels for n in self.carrier.get(parent, {}))
            if names:
                found.append(Exclusion(exclusion.by, tuple(names), exclusion.strength))
        return tuple(found)

    def follows(self) -> tuple[Follow, ...]:
        found = []
        for follow in self.parent.follows:
            carried = self.carrier.get(follow.follows, {})
            leaders = {name: gain for name, gain in carried.items() if abs(gain) >= _FINEST / 2}
            if leaders:
                leader = max(leaders, key=lambda name: abs(leaders[name]))
                found += [
                    Follow(name, leader, follow.by, round(follow.weight * gain / leaders[leader], 6))
                    for name, gain in self.carrier.get(follow.channel, {}).items()
                ]
        return tuple(found)

    def replacements(self, follows: tuple[Follow, ...]) -> tuple[Exclusion, ...]:
        """Where nothing can follow (no mouthClose), what was followed is excluded: lips still close."""
        if follows:
            return ()
        return tuple(
            Exclusion(follow.by, tuple(self.carrier[follow.follows]))
            for follow in self.parent.follows
            if self.carrier.get(follow.follows)
        )

    def poses(self) -> dict[str, dict[str, float]]:
        return inverse(self.carrier)


def in_common_units(parent: RigProfile | None, poses: Matrix) -> dict[str, dict[str, float]]:
    """Poses in the channels of the root of a chain of profiles, not in those of the parent."""
    if parent is None or not parent.poses:
        return {name: dict(pose) for name, pose in poses.items()}
    found: dict[str, dict[str, float]] = {}
    for name, pose in poses.items():
        units = found.setdefault(name, {})
        for middle, weight in pose.items():
            for unit, gain in parent.poses.get(middle, {}).items():
                units[unit] = units.get(unit, 0.0) + weight * gain
    return found


def gap_of(parent: RigProfile | None, poses: Matrix) -> dict[str, float]:
    """How far each channel opens the lips, by what it looks like in the parent's channels."""
    if parent is None:
        return {}
    opening = {
        name: sum(weight * parent.gap.get(unit, 0.0) for unit, weight in pose.items())
        for name, pose in poses.items()
    }
    return {name: round(value, 4) for name, value in opening.items() if abs(value) > 1e-4}
