# SPDX-License-Identifier: GPL-3.0-or-later
"""What the channels of a rig play: a take's styled curves, dense, baked or stepped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..bilabial.controls import CONTROLS, SHAPES
from ..bilabial.curves.curve import Curve, rows_at
from ..bilabial.curves.take import SPEECH
from ..bilabial.timing import FRAME_RATE
from ..line.takes import duration

if TYPE_CHECKING:
    from ..bilabial.curves.stepped import Frames
    from ..bilabial.curves.take import Take
    from ..bilabial.retarget.profile import RigProfile
    from ..host.clock import Clock


def styled(take: Take) -> dict[str, Curve]:
    return take.styled(SPEECH)


def dense(curves: Mapping[str, Curve], seconds: float) -> np.ndarray:
    """Curves of the 31 controls as rows at FRAME_RATE."""
    last = max([seconds, *(curve.times[-1] for curve in curves.values() if len(curve))])
    times = np.arange(int(np.ceil(last * FRAME_RATE)) + 1) / FRAME_RATE
    return rows_at(curves, CONTROLS, times)


def baked(profile: RigProfile, curves: Mapping[str, Curve], take: Take, tolerance: float) -> dict[str, Curve]:
    """The rig's channels with few keys under the same bound; closures stay exact. What the take's face does
    to the mouth is laid over speech. Channels that this line never moves have no keys.
    """
    from ..bilabial.expression.compose import FaceComposer, layers_of
    from ..bilabial.retarget.bake import bake

    rows = dense(curves, duration(take))
    layers = layers_of(take, np.arange(len(rows)) / FRAME_RATE)
    added = FaceComposer(profile).added(rows, layers) if layers else None
    found = bake(profile, rows, tolerance, added=added)
    return {name: found.get(name, Curve.empty()) for name in profile.driven} | found


def frames_of(take: Take, clock: Clock) -> Frames:
    from ..bilabial.curves.stepped import Frames

    return Frames.over(duration(take), clock.start, clock.rate)


def on_whole_frames(curves: Mapping[str, Curve], take: Take, clock: Clock) -> dict[str, Curve]:
    """Keys on whole frames; on every frame on which the lips are shut, each curve is what it was."""
    from ..bilabial.curves.whole_frames import closed_frames, on_frames

    frames = frames_of(take, clock)
    closed = closed_frames(styled(take), frames)
    return {name: on_frames(curve, frames, closed) for name, curve in curves.items()}


def held(take: Take, clock: Clock, hold: int) -> dict[str, Curve]:
    """The controls from pose to pose on whole frames, nothing in between."""
    from ..bilabial.curves.stepped import held as of_core

    return of_core(styled(take), frames_of(take, clock), hold)


def baked_held(profile: RigProfile, curves: Mapping[str, Curve]) -> dict[str, Curve]:
    """Held controls on the rig's channels."""
    from ..bilabial.retarget.evaluate import Evaluator

    moments = sorted({float(t) for curve in curves.values() for t in curve.times})
    if not moments:
        return {}
    evaluator = Evaluator(profile)
    values = evaluator(rows_at(curves, CONTROLS, moments))
    found = {}
    for name in profile.driven:
        column = values[:, evaluator.names.index(name)]
        changes = np.concatenate([[True], np.abs(np.diff(column)) > 1e-4])
        found[name] = Curve.stepped(np.array(moments)[changes], column[changes])
    return found


def drawn(profile: RigProfile, take: Take, clock: Clock, hold: int, bakes: bool) -> dict[str, Curve]:
    """One drawing at a time on whole frames: of the rig's channels, or of the shapes that call for them."""
    from ..bilabial.curves.stepped import REST, poses
    from ..bilabial.curves.stepped import drawn as of_core
    from ..bilabial.retarget.drawings import drawings

    frames = frames_of(take, clock)
    chosen = drawings(profile)
    shown = [(frames.time(pose.frame), pose.shape) for pose in poses(styled(take), frames, hold)]
    if not bakes:
        return {name: Curve.empty() for name in CONTROLS} | of_core(SHAPES, shown)
    named = [(moment, chosen.rest if shape == REST else chosen.named(shape)) for moment, shape in shown]
    return of_core(chosen.shown, named)


def reduced_channels(
    profile: RigProfile,
    names: Sequence[str],
    values: np.ndarray,
    rate: float,
    tolerance: float,
) -> dict[str, Curve]:
    """Rows of channel values as sparse curves. A channel's bound is the tolerance times what "fully on" is
    for it.
    """
    from ..bilabial.curves.reduce import reduce

    if rate != FRAME_RATE:
        there = np.arange(len(values)) / rate
        here = np.arange(int(there[-1] * FRAME_RATE) + 1) / FRAME_RATE
        values = np.column_stack([np.interp(here, there, column) for column in values.T])
    curves: dict[str, Curve] = {}
    for i, name in enumerate(names):
        channel = profile.channels[name]
        column = values[:, i : i + 1] / channel.unit
        low, high = channel.limits
        limits = (max(low, -1e6) / channel.unit, min(high, 1e6) / channel.unit)
        found = reduce(column, [name], tolerance, (), limits)[name]
        curves[name] = found.remapped(channel.unit, 0.0)
    return curves
