# SPDX-License-Identifier: GPL-3.0-or-later
"""The face by some controls alone, nothing keyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.controls import CONTROLS
from ..line import lines
from ..rig import drawn_places, numbers, rig_probe, speech
from ..rig.staging import fit_of

if TYPE_CHECKING:
    from ..line.line import Line


def show_preview(scene: bpy.types.Scene) -> None:
    ours = scene.bilabial
    line = lines.active(scene)
    if line.character is not None and ours.control in CONTROLS:
        show(line, {ours.control: ours.preview})


def show(line: Line, values: dict[str, float]) -> None:
    """Put the character's face to some control values, nothing keyed. Others rest."""
    root = line.character
    if speech.has_controls(root):
        for control in CONTROLS:
            root[speech.property_name(control)] = float(values.get(control, speech.neutral(control)))
        root.update_tag()
        return
    fit = fit_of(line)
    rig_probe.use_euler({name: fit.targets[name] for name in fit.profile.driven})
    row = np.array([[values.get(control, speech.neutral(control)) for control in CONTROLS]])
    from ..bilabial.retarget.evaluate import evaluate

    values = dict(zip(fit.profile.channels, evaluate(fit.profile, row)[0].tolist(), strict=True))
    if drawn_places.is_drawn(fit.profile):
        drawn_places.show(fit.profile, values)
        return
    for name, value in zip(fit.profile.channels, evaluate(fit.profile, row)[0], strict=True):
        if name in fit.profile.driven:
            for target in fit.targets[name]:
                numbers.set_value(target, float(value))
