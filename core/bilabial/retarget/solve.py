"""Any animation of one known rig onto another: ARKit capture to VRM, FaceWarehouse to ARKit.

Both profiles say what their channels look like in ARKit's 52 shapes (``poses``). The source's frames become
ARKit weights; the target's channels are the bounded least squares answer to them, over all frames at once.
Lips that are shut on the source are shut on the target: that is a constraint, as are the limits, followers
(mouthClose never passes the jaw it closes) and budgets (the vowels of a VRM face add up to one at most).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import RigError
from ..exchange.animation.channels import ChannelAnimation
from .bounded import Constraint, solve
from .names import match
from .profile import RigProfile

Floats = NDArray[np.float64]
_ALONE = 1e-9


@dataclass(frozen=True, slots=True)
class RetargetOptions:
    ridge: float = 0.01  # pull to rest of channels that look alike, against a fully used channel's 1
    smooth: float = 0.05  # how much a correction may not jump from frame to frame, against the same 1
    sealed_below: float = 0.02  # a source's lips close under this opening (in the scale of jawOpen)


def pose_matrix(profile: RigProfile, units: tuple[str, ...]) -> Floats:
    """(channels, units): what each channel adds to each ARKit shape per unit of its value."""
    place = {name: i for i, name in enumerate(units)}
    matrix = np.zeros((len(profile.channels), len(units)))
    for row, name in enumerate(profile.channels):
        pose = profile.poses.get(name, {name: 1.0} if not profile.poses else {})
        for unit, weight in pose.items():
            if unit in place:
                matrix[row, place[unit]] = weight
    return matrix


def _units(*profiles: RigProfile) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for profile in profiles:
        for channel in profile.channels:
            names.update(dict.fromkeys(profile.poses.get(channel, () if profile.poses else (channel,))))
    return tuple(names)


def on_profile(animation: ChannelAnimation, profile: RigProfile) -> Floats:
    """The animation as rows over a profile's channels, matched by name in any spelling; others at rest."""
    wanted = {name: (*channel.all_names, name) for name, channel in profile.channels.items()}
    found = match(wanted, animation.names).found
    if not found:
        raise RigError(
            f"none of the animation's channels ({', '.join(animation.names[:4])} ...) is one of "
            f"{profile.title}: choose another source profile"
        )
    place = {name: i for i, name in enumerate(animation.names)}
    rows = np.tile([channel.neutral for channel in profile.channels.values()], (len(animation.values), 1))
    for column, name in enumerate(profile.channels):
        if name in found:
            rows[:, column] = animation.values[:, place[found[name]]]
    return rows


def retarget(
    animation: ChannelAnimation,
    source: RigProfile,
    target: RigProfile,
    options: RetargetOptions | None = None,
) -> ChannelAnimation:
    """The animation of ``source`` as an animation of ``target``, its channels in the target's order."""
    options = options or RetargetOptions()
    units = _units(source, target)
    there, here = pose_matrix(source, units), pose_matrix(target, units)
    if not (there @ here.T).any():
        raise RigError(
            f"{source.title} and {target.title} cannot be retargeted: their profiles do not say what their "
            "channels look like in the same shapes (poses)"
        )
    rows = on_profile(animation, source)
    neutral = np.array([channel.neutral for channel in source.channels.values()])
    wanted = (rows - neutral) @ there
    values = _solve(wanted, here, target, _bounds(rows, source, options), options)
    return ChannelAnimation(tuple(target.channels), animation.fps, values, animation.start)


def _bounds(rows: Floats, source: RigProfile, options: RetargetOptions) -> Floats:
    """How far the target's lips may open, per row: not at all where the source's are shut."""
    gap = np.array([source.gap.get(name, 0.0) for name in source.channels])
    if not gap.any():
        return np.full(len(rows), np.inf)
    opening, limit = rows @ gap, options.sealed_below
    # Under a third of the limit lips are shut; from there the bound rises to meet the opening at the limit.
    return np.where(opening < limit, np.maximum(0.0, 1.5 * opening - 0.5 * limit), np.inf)


def _solve(
    wanted: Floats, poses: Floats, target: RigProfile, opening: Floats, options: RetargetOptions
) -> Floats:
    """Channel values (rows, channels) whose poses come nearest to ``wanted`` (rows, units)."""
    neutral = np.array([channel.neutral for channel in target.channels.values()])
    limits = np.array([channel.limits for channel in target.channels.values()])
    used = np.flatnonzero(np.abs(poses).sum(axis=1) > 0.0)
    values = np.tile(neutral, (len(wanted), 1))
    # One unknown per useful channel, scaled so that each of them does an equal amount when it is 1.
    scale = 1.0 / np.linalg.norm(poses[used], axis=1)
    basis = poses[used] * scale[:, None]
    alike = basis @ basis.T
    alone = (np.abs(alike) > 1e-12).sum(axis=1) == 1  # an exact counterpart stays exact
    hessian = alike + np.diag(np.where(alone, _ALONE, options.ridge))
    wished = np.linalg.solve(hessian, basis @ wanted.T).T
    low, high = ((limits[used, side] - neutral[used]) / scale for side in (0, 1))
    names = [list(target.channels)[i] for i in used]
    constraints = tuple(_constraints(target, names, scale, neutral[used], opening))
    solved = solve(wished, hessian, low, high, constraints, options.smooth)
    values[:, used] += solved * scale
    return values


def _constraints(
    target: RigProfile, names: list[str], scale: Floats, neutral: Floats, opening: Floats
) -> list[Constraint]:
    def row(weights: Mapping[str, float]) -> Floats:
        return np.array([weights.get(name, 0.0) for name in names])

    found = []
    for follow in target.follows:
        weights = row({follow.channel: 1.0, follow.follows: -follow.weight})
        if follow.channel in names and follow.follows in names:
            found.append(Constraint(weights * scale, np.full(len(opening), -float(weights @ neutral))))
    for budget in target.budgets:
        weights = row(budget)
        if weights.any():
            found.append(Constraint(weights * scale, np.full(len(opening), 1.0 - float(weights @ neutral))))
    gap = row(target.gap)
    if gap.any():
        found.append(Constraint(gap * scale, opening - float(gap @ neutral)))
    return found
