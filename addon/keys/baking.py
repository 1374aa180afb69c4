# SPDX-License-Identifier: GPL-3.0-or-later
"""What the channels of a rig play: a take's styled curves, dense, baked or stepped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..bilabial.controls import CONTROLS, SHAPES
from ..bilabial.curves.curve import Curve, rows_at
from ..bilabial.curves.take import SPEECH
from ..bilabial.timing import FRAME_RATE
from ..line.takes import duration

if TYPE_CHECKING:
    from ..bilabial.curves.take import Take
    from ..bilabial.retarget.profile import RigProfile


def styled(take: Take) -> dict[str, Curve]:
    return take.styled(SPEECH)


def dense(curves: Mapping[str, Curve], seconds: float) -> np.ndarray:
    """Curves of the 31 controls as rows at FRAME_RATE."""
    last = max([seconds, *(curve.times[-1] for curve in curves.values() if len(curve))])
    times = np.arange(int(np.ceil(last * FRAME_RATE)) + 1) / FRAME_RATE
    return rows_at(curves, CONTROLS, times)


def baked(profile: RigProfile, curves: Mapping[str, Curve], take: Take, tolerance: float) -> dict[str, Curve]:
    """The rig's channels with few keys under the same bound; closures stay exact."""
    from ..bilabial.retarget.bake import bake

    return bake(profile, dense(curves, duration(take)), tolerance)


def baked_stepped(profile: RigProfile, curves: Mapping[str, Curve]) -> dict[str, Curve]:
    """Drawn animation on the rig's channels: they jump when the shown shape does, and hold in between."""
    from ..bilabial.retarget.evaluate import Evaluator

    evaluator = Evaluator(profile)
    moments = sorted({float(t) for name in SHAPES if name in curves for t in curves[name].times})
    if not moments:
        return {}
    values = evaluator(rows_at(curves, CONTROLS, moments))
    if profile.mode == "choose":  # one drawing at a time
        shown = values.argmax(axis=1)
        values = np.where(np.arange(values.shape[1]) == shown[:, None], np.sign(values), 0.0)
    found = {}
    for name in profile.driven:
        held = values[:, evaluator.names.index(name)]
        changes = np.concatenate([[True], np.abs(np.diff(held)) > 1e-4])
        found[name] = Curve.stepped(np.array(moments)[changes], held[changes])
    return found


def reduced_channels(
    profile: RigProfile,
    names,
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


def stepped(take: Take, hold: float) -> dict[str, Curve]:
    from ..bilabial.curves.stepped import stepped as of_core

    return of_core(styled(take), duration(take), hold)
