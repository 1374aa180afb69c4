# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights from a pose, limits from the rig's own sliders."""

from __future__ import annotations

import json

import bpy
import numpy as np

from ..bilabial.controls import CONTROLS
from ..keys import fcurves
from ..line import lines
from ..rig import drivers, numbers, rig_probe, speech
from ..rig.staging import fit_of
from .own_profile import editable_profile, store

_BEFORE = "_bilabial shapes before posing"  # on the character: what stood above 0 and is therefore no sculpt
_ITS_OWN = 0.5  # share of a sculpt's movement that lies where the profile's channels move the mesh


def start_posing(scene: bpy.types.Scene) -> str:
    """Let go of the drivers and leave the face in the chosen control's pose, to be mended by hand."""
    line = lines.active(scene)
    control = scene.bilabial.control
    fit = fit_of(line)
    from ..bilabial.retarget.evaluate import evaluate

    row = np.array([[1.0 if name == control else speech.neutral(name) for name in CONTROLS]])
    values = dict(zip(fit.profile.channels, evaluate(fit.profile, row)[0], strict=True))
    character = rig_probe.probe(line.character)
    drivers.mute(line.character, character, True)
    line.character[_BEFORE] = json.dumps(_standing(character))
    for name in fit.profile.channels:
        for target in fit.targets[name]:
            numbers.set_value(target, float(values[name]))
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
        name: numbers.value_of(targets[0])
        for name, targets in fit.targets.items()
        if name in profile.channels
    }
    before = {(key, shape) for key, shape in json.loads(line.character.get(_BEFORE, "[]"))}
    sculpted = _sculpted(character, fit, before)
    pose |= sculpted
    learnt = learn_from_pose(profile, control, pose)
    line.character.pop(_BEFORE, None)
    drivers.mute(line.character, character, False)
    store(line, learnt)
    how = " (the sculpted shape was fitted by them)" if sculpted else ""
    return f"{control} now moves {len(learnt.terms_by(control))} channels as posed{how}."


def _standing(character: rig_probe.Character) -> list[tuple[str, str]]:
    """(key datablock, shape) of everything above 0: a body's morphs, a face's own design."""
    return [
        (key.name, block.name) for key in character.keys for block in key.key_blocks[1:] if block.value > 0.0
    ]


def _sculpted(
    character: rig_probe.Character, fit: rig_probe.Fit, before: set[tuple[str, str]]
) -> dict[str, float]:
    """Where the pose was sculpted into a shape key that is no channel: the channels that come nearest to
    it. Shapes that stood before posing, and those that move what no channel moves, are no sculpts.
    """
    from ..bilabial.retarget.learn import fit_pose

    found: dict[str, float] = {}
    for key in character.keys:
        names = {
            shape: name
            for name, targets in fit.targets.items()
            for target in targets
            if target.owner == key and (shape := numbers.shape_key_of(target)) is not None
        }
        own = [
            block
            for block in key.key_blocks[1:]
            if block.name not in names
            and block.value > 0.0
            and not block.mute
            and (key.name, block.name) not in before
        ]
        if not own or not names:
            continue
        basis = _points(key.key_blocks[0])
        shapes = np.stack([_points(key.key_blocks[block]) - basis for block in names])
        own = [block for block in own if _lies_in(_points(block) - basis, shapes)]
        if not own:
            continue
        target = sum(block.value * (_points(block) - basis) for block in own)
        target = target + sum(
            key.key_blocks[block].value * shape for block, shape in zip(names, shapes, strict=True)
        )
        channels = tuple(fit.profile.channels[name] for name in names.values())
        found |= fit_pose(shapes, target, channels)
        for block in own:
            block.value = 0.0
    return found


def _lies_in(move: np.ndarray, shapes: np.ndarray) -> bool:
    """Whether a movement happens where some shapes move the mesh."""
    where = np.linalg.norm(shapes.reshape(len(shapes), -1, 3), axis=2).max(axis=0)
    much = (move.reshape(-1, 3) ** 2).sum(axis=1)
    return float(much[where > 0.0].sum()) > _ITS_OWN * float(much.sum())


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
    shape = numbers.shape_key_of(target)
    if shape is not None:
        block = target.owner.key_blocks[shape]
        return float(block.slider_min), float(block.slider_max)
    holder, attribute = numbers.holder_of(target)
    if attribute.startswith("["):
        limits = holder.id_properties_ui(numbers.property_in(attribute)).as_dict()
        low, high = limits.get("soft_min", limits.get("min")), limits.get("soft_max", limits.get("max"))
        if low is not None and high is not None and -1e6 < low < high < 1e6:
            return float(low), float(high)
    return None
