"""Weights from a pose: the animator sets the face as a control should look, the profile learns it.

Also ranges from a rig's own sliders, and the fit of a sculpted or captured shape by a rig's channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..controls import JALI_FIELD
from ..errors import RigError
from .bounded import solve
from .profile import WORKING_POINT, RigProfile
from .profile_entries import Channel, Term

Floats = NDArray[np.float64]
_NOTHING = 1e-3  # of a channel's unit: less than this is no part of a pose
_SLIDER_RATIO = 5.0  # a slider this many times longer counts in other units (0..100), not as overdrive (0..2)


def learn_from_pose(
    profile: RigProfile,
    control: str,
    pose: Mapping[str, float],
    jaw: float = WORKING_POINT,
    lip: float = WORKING_POINT,
) -> RigProfile:
    """The profile whose ``control`` at 1, with the field at (jaw, lip), takes the channels to ``pose``.

    Channels that the pose leaves out go to neutral. A channel that follows another one while this control is
    on keeps following. Weights that the limits do not allow at the working point are cut to them.
    """
    if control in JALI_FIELD:
        raise RigError(f"{control} scales the visemes and has no pose of its own: choose a viseme")
    unknown = sorted(set(pose) - set(profile.channels))
    if unknown:
        raise RigError(f"the pose names the channel {unknown[0]!r}, which {profile.title} does not have")
    old = {term.channel: term.part for term in profile.terms_by(control)}
    terms = []
    for name, value in pose.items():
        channel = profile.channels[name]
        follow = profile.follow_of(name)
        if follow is not None and control in follow.by:
            continue
        change = value - channel.neutral
        if not np.isfinite(value):
            raise RigError(f"the pose has no number for {name!r}")
        if abs(change) < _NOTHING * channel.unit:
            continue
        part = old.get(name, channel.part)
        scale = {"jaw": jaw, "tongue": jaw, "lip": lip}.get(part, WORKING_POINT) / WORKING_POINT
        if scale <= 0.0:
            raise RigError(
                f"the field is 0 where {name!r} was posed: raise {'Lip' if part == 'lip' else 'Jaw'}"
            )
        low, high = channel.limits
        weight = float(np.clip(change / scale, low - channel.neutral, high - channel.neutral))
        terms.append(Term(control, name, part, round(weight, 6)))
    return profile.with_terms(control, terms)


def fit_pose(
    basis: Floats, target: Floats, channels: tuple[Channel, ...], ridge: float = 0.002
) -> dict[str, float]:
    """Channel values whose sum of shapes comes nearest to a given shape, inside the limits.

    ``basis`` (channels, numbers): what each channel does to a mesh (or to landmarks) per unit of its value;
    ``target`` (numbers,): the wished change. Bounded least squares, pulled a little towards rest.
    """
    if basis.shape != (len(channels), target.size):
        raise RigError(f"{len(channels)} channels need a basis of shape {(len(channels), target.size)}")
    neutral = np.array([channel.neutral for channel in channels])
    limits = np.array([channel.limits for channel in channels])
    sizes = np.linalg.norm(basis, axis=1)
    used = np.flatnonzero(sizes > 0.0)
    scale = 1.0 / sizes[used]
    scaled = basis[used] * scale[:, None]
    hessian = scaled @ scaled.T + ridge * np.eye(len(used))
    wished = np.linalg.solve(hessian, scaled @ target.ravel())
    low, high = ((limits[used, side] - neutral[used]) / scale for side in (0, 1))
    found = solve(wished[None], hessian, low, high, tolerance=1e-7, most_steps=3000)[0] * scale
    values = neutral.copy()
    values[used] += found
    return {channel.name: float(value) for channel, value in zip(channels, values, strict=True)}


def calibrate(
    profile: RigProfile, sliders: Mapping[str, tuple[float, float]]
) -> tuple[RigProfile, tuple[str, ...]]:
    """The profile in a rig's own ranges, and a sentence for each channel that this changed.

    A slider of 0..100 or 0..10 where the profile counts 0..1 is taken as another unit. Any other range only
    sets the limits; weights past them are cut.
    """
    factors, notes = {}, []
    for name, (low, high) in sliders.items():
        channel = profile.channels.get(name)
        if channel is None:
            raise RigError(f"the slider {name!r} is no channel of {profile.title}")
        if not low < high:
            raise RigError(f"the slider of {name!r} runs from {low:g} to {high:g}: give it room")
        ratio = max(abs(low), abs(high)) / channel.unit
        if ratio >= _SLIDER_RATIO or ratio <= 1.0 / _SLIDER_RATIO:
            factors[name] = ratio
            notes.append(f"{name} counts to {high:g} instead of {channel.limits[1]:g}.")
    scaled = profile.scaled(factors)
    channels = dict(scaled.channels)
    terms = list(scaled.terms)
    for name, (low, high) in sliders.items():
        channel = channels[name]
        neutral = min(max(channel.neutral, low), high)
        channels[name] = replace(channel, limits=(low, high), neutral=neutral)
        for i, term in enumerate(terms):
            if term.channel == name and not low - 1e-9 <= neutral + term.weight <= high + 1e-9:
                terms[i] = replace(term, weight=min(max(term.weight, low - neutral), high - neutral))
                notes.append(f"{term.control} takes {name} only as far as its slider goes.")
    return replace(scaled, channels=channels, terms=tuple(terms)), tuple(notes)
