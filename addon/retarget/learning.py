# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights from a pose, limits from the rig's own sliders."""

from __future__ import annotations

import bpy
import numpy as np

from ..bilabial.controls import CONTROLS
from ..keys import fcurves
from ..line import lines
from ..rig import drivers, rig_probe, speech
from .own_profile import editable_profile, store
from .preview import fit_of


def start_posing(scene: bpy.types.Scene) -> str:
    """Let go of the drivers and leave the face in the chosen control's pose, to be mended by hand."""
    line = lines.active(scene)
    control = scene.bilabial.control
    fit = fit_of(line)
    from ..bilabial.retarget.evaluate import evaluate

    row = np.array([[1.0 if name == control else speech.neutral(name) for name in CONTROLS]])
    values = dict(zip(fit.profile.channels, evaluate(fit.profile, row)[0], strict=True))
    drivers.mute(line.character, rig_probe.probe(line.character), True)
    for name in fit.profile.channels:
        for target in fit.targets[name]:
            rig_probe.set_value(target, float(values[name]))
    return f"Pose the face as it says {control}, then press Learn from Pose."


def learn(scene: bpy.types.Scene) -> str:
    """The weights of the chosen control from the face as it stands."""
    from ..bilabial.retarget.learn import learn_from_pose

    line = lines.active(scene)
    control = scene.bilabial.control
    profile = editable_profile(line)
    character = rig_probe.probe(line.character)
    fit = fit_of(line)
    pose = {
        name: rig_probe.value_of(targets[0])
        for name, targets in fit.targets.items()
        if name in profile.channels
    }
    sculpted = _sculpted(character, fit)
    pose |= sculpted
    learnt = learn_from_pose(profile, control, pose)
    drivers.mute(line.character, character, False)
    store(line, learnt)
    how = " (the sculpted shape was fitted by them)" if sculpted else ""
    return f"{control} now moves {len(learnt.terms_by(control))} channels as posed{how}."


def _sculpted(character: rig_probe.Character, fit: rig_probe.Fit) -> dict[str, float]:
    """Where the pose was sculpted into a shape key that is no channel: the channels that come nearest to
    it.
    """
    from ..bilabial.retarget.learn import fit_pose

    found: dict[str, float] = {}
    for key in character.keys:
        names = {
            target.path[len('key_blocks["') : -len('"].value')]: name
            for name, targets in fit.targets.items()
            for target in targets
            if target.owner == key
        }
        own = [b for b in key.key_blocks[1:] if b.name not in names and b.value > 0.0 and not b.mute]
        if not own:
            continue
        basis = _points(key.key_blocks[0])
        shapes = np.stack([_points(key.key_blocks[block]) - basis for block in names])
        target = sum(block.value * (_points(block) - basis) for block in own)
        target = target + sum(
            key.key_blocks[block].value * shape for block, shape in zip(names, shapes, strict=True)
        )
        channels = tuple(fit.profile.channels[name] for name in names.values())
        found |= fit_pose(shapes, target, channels)
        for block in own:
            block.value = 0.0
    return found


def _points(block: bpy.types.ShapeKey) -> np.ndarray:
    flat = np.empty(len(block.data) * 3, np.float32)
    block.data.foreach_get("co", flat)
    return flat.astype(np.float64)


def calibrate(scene: bpy.types.Scene) -> str:
    """Limits, and where needed weights, in the rig's own units: a slider's range."""
    from ..bilabial.retarget.learn import calibrate as fit_sliders

    line = lines.active(scene)
    profile = editable_profile(line)
    sliders = {
        name: reach
        for name, targets in fit_of(line).targets.items()
        if name in profile.channels and (reach := _reach(targets[0])) is not None
    }
    calibrated, notes = fit_sliders(profile, sliders)
    store(line, calibrated)
    return "\n".join(notes) if notes else "The rig's own limits are those of the profile."


def _reach(target: fcurves.Target) -> tuple[float, float] | None:
    """The range that the rig gives a channel; None where it gives none."""
    if target.path.startswith("key_blocks"):
        block = target.owner.path_resolve(target.path.rsplit(".", 1)[0])
        return float(block.slider_min), float(block.slider_max)
    holder, attribute = rig_probe.holder_of(target)
    if attribute.startswith("["):
        limits = holder.id_properties_ui(attribute[2:-2]).as_dict()
        low, high = limits.get("soft_min", limits.get("min")), limits.get("soft_max", limits.get("max"))
        if low is not None and high is not None and -1e6 < low < high < 1e6:
            return float(low), float(high)
    return None
