# SPDX-License-Identifier: GPL-3.0-or-later
"""The retarget panel's doings: a profile of one's own in the file, edited by table, by pose or by
calibration.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from . import baking, compat, drivers, fcurves, lines, rig_probe, speech
from .bilabial.controls import CONTROLS, VISEMES
from .bilabial.errors import BilabialError, RigError
from .bilabial.retarget.profile import WORKING_POINT, RigProfile, Term
from .staging import chosen_profile, prepare, stage

if TYPE_CHECKING:
    from .properties import BilabialLine

_MUTED = "bilabial_muted"


# The profile that is edited: a text datablock of the line


def editable_profile(line: BilabialLine) -> RigProfile:
    """The line's own profile. Raises RigError where it has none."""
    if line.own_profile is None:
        raise RigError("this line uses a profile that came with Bilabial: press Edit to work on a copy of it")
    profile = chosen_profile(line)
    assert profile is not None
    return profile


def make_editable(line: BilabialLine) -> RigProfile:
    """A copy of the profile in use, kept in the file. A rig that none fits gets one made of its own names."""
    from .bilabial.retarget.profile_format import format_profile

    if line.own_profile is not None:
        return editable_profile(line)
    character = rig_probe.probe(line.character)
    try:
        found, _ = rig_probe.identify(character, chosen_profile(line))
        profile = found.fitted_profile()
    except RigError:
        profile = _blank_profile(character)
    text = bpy.data.texts.new(f"Rig {line.character.name}.json")
    text.use_fake_user = True
    text.from_string(format_profile(replace(profile, name=_file_name(line.character.name))))
    line.own_profile = text
    return profile


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-") or "own"


def _blank_profile(character: rig_probe.Character) -> RigProfile:
    """Every shape key and number of a rig that no profile knows, driven by nothing yet."""
    from .bilabial.retarget.profile import Channel

    names = character.names()
    channels = {name: Channel(name) for name in names.shape_keys}
    channels |= {
        name: Channel(name, kind="property", prop=name) for name in names.properties if name not in channels
    }
    for bone in names.bones:
        for transform, limit in (("location", 0.1), ("rotation", 1.0)):
            for axis in "xyz":
                channel = f"{bone}.{transform}.{axis}"
                channels[channel] = Channel(
                    channel, kind="bone", bone=bone, transform=transform, axis=axis, limits=(-limit, limit)
                )
    if not channels:
        raise RigError(f"{character.root.name!r} has nothing that speech could move")
    return RigProfile(name="own", title=f"Own profile of {character.root.name}", channels=channels, terms=())


def store(line: BilabialLine, profile: RigProfile) -> None:
    """Keep a changed profile and let the face follow it at once."""
    from .bilabial.retarget.profile_format import format_profile

    line.own_profile.from_string(format_profile(profile))
    if line.character is not None and line.target == "CONTROLS" and speech.has_controls(line.character):
        found = stage(line)
        prepare(line.character, found)
        line.character.update_tag()


# The table: the rows of one control


def fill_table(scene: bpy.types.Scene) -> None:
    """Show the rows of the chosen control. Call it quietly."""
    ours = scene.bilabial
    line = lines.active(scene)
    ours.terms.clear()
    if line.own_profile is None or ours.control not in CONTROLS:
        return
    profile = editable_profile(line)
    for term in profile.terms_by(ours.control):
        _add_row(ours, term, muted=False)
    for term in _muted(line):
        if term.control == ours.control:
            _add_row(ours, term, muted=True)
    ours.term_index = max(0, min(ours.term_index, len(ours.terms) - 1))


def _add_row(ours, term: Term, muted: bool) -> None:
    row = ours.terms.add()
    row.channel, row.part, row.weight, row.mute = term.channel, term.part, term.weight, muted


def _muted(line: BilabialLine) -> list[Term]:
    return [Term(*entry) for entry in json.loads(line.own_profile.get(_MUTED, "[]"))]


def apply_table(scene: bpy.types.Scene) -> None:
    """The rows into the profile. Raises RigError and changes nothing where a row cannot be."""
    ours = scene.bilabial
    line = lines.active(scene)
    profile = editable_profile(line)
    control = ours.control
    for row in ours.terms:
        if row.channel not in profile.channels:
            raise RigError(f"the rig has no channel {row.channel!r}: choose one from the list")
    heard = [Term(control, row.channel, row.part, row.weight) for row in ours.terms if not row.mute]
    silent = [Term(control, row.channel, row.part, row.weight) for row in ours.terms if row.mute]
    changed = profile.with_terms(control, heard)
    others = [term for term in _muted(line) if term.control != control]
    line.own_profile[_MUTED] = json.dumps(
        [[t.control, t.channel, t.part, t.weight] for t in (*others, *silent)]
    )
    store(line, changed)
    show_preview(scene)


# Looking: the face by one control alone


def show_preview(scene: bpy.types.Scene) -> None:
    ours = scene.bilabial
    line = lines.active(scene)
    if line.character is not None and ours.control in CONTROLS:
        show(line, {ours.control: ours.preview})


def show(line: BilabialLine, values: dict[str, float]) -> None:
    """Put the character's face to some control values, nothing keyed. Others rest."""
    root = line.character
    if speech.has_controls(root):
        for control in CONTROLS:
            root[speech.property_name(control)] = float(values.get(control, speech.neutral(control)))
        root.update_tag()
        return
    fit = _fit(line)
    row = np.array([[values.get(control, speech.neutral(control)) for control in CONTROLS]])
    from .bilabial.retarget.evaluate import evaluate

    for name, value in zip(fit.profile.channels, evaluate(fit.profile, row)[0], strict=True):
        if name in fit.profile.driven:
            for target in fit.targets[name]:
                rig_probe.set_value(target, float(value))


def _fit(line: BilabialLine) -> rig_probe.Fit:
    character = rig_probe.probe(line.character)
    found, _ = rig_probe.identify(character, chosen_profile(line))
    return rig_probe.fit(character, found)


# Learning: from a pose, from the rig's own limits


def start_posing(scene: bpy.types.Scene) -> str:
    """Let go of the drivers and leave the face in the chosen control's pose, to be mended by hand."""
    line = lines.active(scene)
    control = scene.bilabial.control
    fit = _fit(line)
    from .bilabial.retarget.evaluate import evaluate

    row = np.array([[1.0 if name == control else speech.neutral(name) for name in CONTROLS]])
    values = dict(zip(fit.profile.channels, evaluate(fit.profile, row)[0], strict=True))
    drivers.mute(line.character, rig_probe.probe(line.character), True)
    for name in fit.profile.channels:
        for target in fit.targets[name]:
            rig_probe.set_value(target, float(values[name]))
    return f"Pose the face as it says {control}, then press Learn from Pose."


def learn(scene: bpy.types.Scene) -> str:
    """The weights of the chosen control from the face as it stands."""
    from .bilabial.retarget.learn import learn_from_pose

    line = lines.active(scene)
    control = scene.bilabial.control
    profile = editable_profile(line)
    character = rig_probe.probe(line.character)
    fit = _fit(line)
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
    from .bilabial.retarget.learn import fit_pose

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
    from .bilabial.retarget.learn import calibrate as fit_sliders

    line = lines.active(scene)
    profile = editable_profile(line)
    sliders = {
        name: reach
        for name, targets in _fit(line).targets.items()
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


# Checks


_SHUT = 0.02  # of a full jaw: less cannot be seen


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. ``control`` is the sound at which it can be seen, "" where there is no one
    sound.
    """

    fine: bool | None  # None: cannot be told, or only worth knowing
    text: str
    control: str = ""


def check(line: BilabialLine) -> list[Finding]:
    """Closure, contact, limits and drivers, over all fields and neighbours."""
    from .bilabial.retarget.check import check as measured
    from .bilabial.retarget.evaluate import limits_hit
    from .bilabial.retarget.expression import LONGEST

    profile = _fit(line).profile
    found = measured(profile, rows=4000)
    said = [_closure(profile, found.closed_gap), _contact(profile)]
    ordinary = limits_hit(profile, _each_alone())
    if ordinary:
        text = f"{', '.join(list(ordinary)[:4])} want to go further than the rig lets them."
        said.append(Finding(False, text))
    elif found.limits:
        text = f"At the widest jaw and lips, {', '.join(found.limits[:4])} reach the rig's limits."
        said.append(Finding(None, text))
    else:
        said.append(Finding(True, "No sound reaches the rig's limits."))
    idle = [name for name in VISEMES if not profile.terms_by(name) and not _listened(profile, name)]
    if idle:
        said.append(Finding(False, f"Nothing moves on {', '.join(idle)}.", idle[0]))
    else:
        said.append(Finding(True, "Every sound moves the face."))
    if found.longest_driver > LONGEST:
        text = "A driver is too long for Blender: round the weights, or choose the target Bake."
        said.append(Finding(False, text))
    return said


def _closure(profile: RigProfile, gap: float) -> Finding:
    if not any(profile.gap.values()):
        return Finding(None, "Closure is unknown: the profile does not say what opens the lips.", "MBP")
    if gap <= _SHUT:
        return Finding(True, "Lips meet on m, b and p, whatever the jaw does.", "MBP")
    return Finding(
        False,
        f"Lips stay open by {gap:.0%} of a full jaw on m, b or p: give MBP a seal, or a channel that follows "
        "the jaw.",
        "MBP",
    )


def _contact(profile: RigProfile) -> Finding:
    teeth = profile.terms_by("FV")
    if not teeth:
        return Finding(False, "FV moves nothing: give it a channel that tucks the lower lip.", "FV")
    return Finding(True, f"The lower lip goes to the teeth on f and v ({len(teeth)} channels).", "FV")


def _each_alone() -> np.ndarray:
    """Each shape alone, fully on, in ordinary speech."""
    rows = np.zeros((len(CONTROLS) - 2, len(CONTROLS)))
    rows[:, :2] = WORKING_POINT
    rows[:, 2:] = np.eye(len(rows))
    return rows


def _listened(profile: RigProfile, control: str) -> bool:
    return any(control in follow.by for follow in profile.follows)


# Animation of one rig onto another


def transfer(scene: bpy.types.Scene, line: BilabialLine, onto: bpy.types.Object) -> str:
    """The face animation of one character onto another, whichever profiles they have."""
    from .bilabial.exchange.animation.channels import ChannelAnimation
    from .bilabial.retarget.solve import retarget

    if onto is None or onto == line.character:
        raise BilabialError("choose the character that receives the animation under Onto")
    source = _fit(line)
    character = rig_probe.probe(onto)
    found, _ = rig_probe.identify(character)
    target = rig_probe.fit(character, found)
    rate = fcurves.frame_rate(scene)
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
    fcurves.refuse_unwritable(t for several in goals.values() for t in several)
    clock = fcurves.Clock(float(first), rate)
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
                rows[i, j] = rig_probe.value_of(fit.targets[name][0])
    finally:
        scene.frame_set(now)
    return rows


def save(line: BilabialLine, path: str) -> None:
    from .bilabial.atomic import write_atomically

    editable_profile(line)  # a damaged profile is not shared
    write_atomically(path, line.own_profile.as_string())


def load(line: BilabialLine, path: str) -> RigProfile:
    from pathlib import Path

    from .bilabial.retarget.profile_format import format_profile, read_profile

    profile = read_profile(Path(path))
    text = bpy.data.texts.new(bpy.path.basename(path))
    text.use_fake_user = True
    text.from_string(format_profile(profile))
    line.own_profile = text
    return profile
