# SPDX-License-Identifier: GPL-3.0-or-later
"""The animation of one rig onto another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.errors import BilabialError
from ..host import compat
from ..host.clock import Clock, frame_rate
from ..keys import baking, fcurves
from ..keys.writable import refuse_unwritable
from ..rig import numbers, rig_probe
from ..rig.staging import fit_of

if TYPE_CHECKING:
    from ..line.line import Line


def transfer(scene: bpy.types.Scene, line: Line, onto: bpy.types.Object) -> str:
    """The face animation of one character onto another, whichever profiles they have."""
    from ..bilabial.exchange.animation.channels import ChannelAnimation
    from ..bilabial.retarget.solve import retarget

    if onto is None or onto == line.character:
        raise BilabialError("choose the character that receives the animation under Onto")
    source = fit_of(line)
    character = rig_probe.probe(onto)
    found, _ = rig_probe.identify(character)
    target = rig_probe.fit(character, found)
    rate = frame_rate(scene)
    first, last = scene.frame_start, scene.frame_end
    values = _sampled(scene, source, first, last)
    moved = retarget(
        ChannelAnimation(tuple(source.profile.channels), rate, values, 0.0), source.profile, target.profile
    )
    goals = {
        name: target.targets[name]
        for name in moved.names
        if np.ptp(moved.values[:, moved.names.index(name)]) > 1e-4
    }
    if not goals:
        raise BilabialError(f"the face of {line.character.name!r} does not move between {first} and {last}")
    refuse_unwritable(t for several in goals.values() for t in several)
    clock = Clock(float(first), rate)
    span = (first - 0.5, last + 0.5)
    rig_probe.use_euler(goals)
    curves = baking.reduced_channels(target.profile, moved.names, moved.values, rate, line.tolerance)
    with fcurves.Undoable() as before:
        for name, several in goals.items():
            for place in several:
                channels = compat.channels(place.owner, f"{place.owner.name} Speech")
                before.remember(channels, place)
                fcurves.write(channels, place, curves[name], clock, span)
    return f"{len(goals)} channels of {onto.name} now follow {line.character.name}, frames {first} to {last}."


def _sampled(scene: bpy.types.Scene, fit: rig_probe.Fit, first: int, last: int) -> np.ndarray:
    """Channel values frame by frame, as the scene plays them."""
    now = scene.frame_current
    rows = np.zeros((last - first + 1, len(fit.profile.channels)))
    try:
        for i, frame in enumerate(range(first, last + 1)):
            scene.frame_set(frame)
            for j, name in enumerate(fit.profile.channels):
                rows[i, j] = numbers.value_of(fit.targets[name][0])
    finally:
        scene.frame_set(now)
    return rows
