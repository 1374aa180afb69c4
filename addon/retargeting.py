# SPDX-License-Identifier: GPL-3.0-or-later
"""The retarget panel's doings: a profile of one's own in the file, edited by table, by pose or by calibration."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from . import compat, drivers, fcurves, lines, performance, rig_probe, speech, takes
from .bilabial.controls import CONTROLS
from .bilabial.errors import BilabialError, RigError
from .bilabial.retarget.profile import RigProfile, Term

if TYPE_CHECKING:
    from .properties import BilabialLine

_MUTED = "bilabial_muted"


# The profile that is edited: a text datablock of the line


def editable_profile(line: BilabialLine) -> RigProfile:
    """The line's own profile. Raises RigError where it has none."""
    if line.own_profile is None:
        raise RigError("this line uses a profile that came with Bilabial: press Edit to work on a copy of it")
    profile = performance.chosen_profile(line)
    assert profile is not None
    return profile


def make_editable(line: BilabialLine) -> RigProfile:
    """A copy of the profile in use, kept in the file. A rig that none fits gets one made of its own names."""
    from .bilabial.retarget.profile_format import format_profile

    if line.own_profile is not None:
        return editable_profile(line)
    character = rig_probe.probe(line.character)
    try:
        found, _ = rig_probe.identify(character, performance.chosen_profile(line))
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
        found = performance.stage(line)
        performance.prepare(line.character, found)
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
            _set(fit.targets[name], float(value))


def _fit(line: BilabialLine) -> rig_probe.Fit:
    character = rig_probe.probe(line.character)
    found, _ = rig_probe.identify(character, performance.chosen_profile(line))
    return rig_probe.fit(character, found)


def _set(targets: list[fcurves.Target], value: float) -> None:
    for target in targets:
        holder, attribute = _holder(target)
        if isinstance(attribute, str) and attribute.startswith("["):
            holder[attribute[2:-2]] = value + target.offset
        elif hasattr(getattr(holder, attribute), "__len__"):
            getattr(holder, attribute)[target.index] = value + target.offset
        else:
            setattr(holder, attribute, value + target.offset)
        target.owner.update_tag()


def _get(target: fcurves.Target) -> float:
    value = target.owner.path_resolve(target.path)
    return float(value[target.index] if hasattr(value, "__len__") else value) - target.offset


def _holder(target: fcurves.Target) -> tuple[object, str]:
    """What owns the number, and under which name."""
    if target.path.endswith('"]'):
        start = target.path.rindex('["')
        head = target.path[:start]
        return (target.owner.path_resolve(head) if head else target.owner), target.path[start:]
    head, _, attribute = target.path.rpartition(".")
    return (target.owner.path_resolve(head) if head else target.owner), attribute


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
        _set(fit.targets[name], float(values[name]))
    return f"Pose the face as it says {control}, then press Learn from Pose."


def learn(scene: bpy.types.Scene) -> str:
    """The weights of the chosen control from the face as it stands."""
    line = lines.active(scene)
    control = scene.bilabial.control
    profile = editable_profile(line)
    fit = _fit(line)
    pose = {name: _get(targets[0]) for name, targets in fit.targets.items()}
    learnt = learnt_terms(profile, control, pose)
    drivers.mute(line.character, rig_probe.probe(line.character), False)
    store(line, profile.with_terms(control, learnt))
    return f"{control} now moves {len(learnt)} channels as posed."


def learnt_terms(profile: RigProfile, control: str, pose: dict[str, float]) -> list[Term]:
    """Terms that give the pose when the control is fully on. Limits bound them; what follows another channel keeps
    its correction, and a channel that several parts share keeps their shares."""
    terms: list[Term] = []
    for name, value in pose.items():
        channel = profile.channels[name]
        follow = profile.follow_of(name)
        own = [term for term in profile.terms_by(control) if term.channel == name]
        if follow is not None and control in follow.by:
            terms += own
            continue
        low, high = channel.limits
        wanted = float(np.clip(value, low, high)) - channel.neutral
        before = sum(term.weight for term in own)
        if abs(wanted) < 0.005 * channel.unit:
            continue
        if own and abs(before) > 1e-6:
            terms += [replace(term, weight=round(term.weight * wanted / before, 4)) for term in own]
        else:
            terms.append(Term(control, name, channel.part, round(wanted, 4)))
    return terms


def calibrate(scene: bpy.types.Scene) -> str:
    """Weights and limits in the rig's own units: a shape key's slider range."""
    line = lines.active(scene)
    profile = editable_profile(line)
    fit = _fit(line)
    factors = {}
    for name, targets in fit.targets.items():
        channel = profile.channels.get(name)
        reach = _reach(targets[0])
        if channel is None or reach is None or channel.kind == "bone":
            continue
        factor = reach / channel.unit
        if abs(factor - 1.0) > 0.01 and factor > 0.0:
            factors[name] = factor
    if not factors:
        return "The rig's own limits are those of the profile."
    store(line, profile.scaled(factors))
    return f"{len(factors)} channels have other limits on this rig; their weights were scaled."


def _reach(target: fcurves.Target) -> float | None:
    """How far the rig lets a channel go."""
    if target.path.startswith("key_blocks"):
        return float(target.owner.path_resolve(target.path.rsplit(".", 1)[0]).slider_max)
    holder, attribute = _holder(target)
    if attribute.startswith("["):
        limits = holder.id_properties_ui(attribute[2:-2]).as_dict()
        reach = limits.get("soft_max", limits.get("max"))
        return float(reach) if reach is not None and reach < 1e6 else None
    return None


# Checks


def check(line: BilabialLine) -> list[tuple[bool | None, str]]:
    """(fine, sentence) about closure, contact and limits, as the profile's own formula has them."""
    from .bilabial.retarget.evaluate import evaluate, limits_hit, lip_gap

    fit = _fit(line)
    profile = fit.profile
    found: list[tuple[bool | None, str]] = []
    jaws = np.linspace(0.0, 1.0, 11)
    rows = np.zeros((len(jaws) * 2, len(CONTROLS)))
    rows[:, 0] = np.tile(jaws, 2)
    rows[:, 1] = 0.6
    place = {name: i for i, name in enumerate(CONTROLS)}
    rows[: len(jaws), place["MBP"]] = 1.0
    rows[len(jaws) :, place["MBPa"]] = 1.0
    rows[:, place["Ah"]] = 1.0  # a vowel beside it, mouth wide open
    if any(profile.gap.values()):
        gap = float(lip_gap(profile, evaluate(profile, rows)).max())
        closed = gap <= 0.02
        found.append(
            (closed, f"Closure on m, b, p: the lips meet at every jaw opening." if closed
             else f"Closure on m, b, p: the lips stand open by {gap:.2f} of a full jaw; give MBP a seal or mouthClose.")
        )  # fmt: skip
    else:
        found.append((None, "Closure cannot be computed: the profile does not say what opens the lips."))
    teeth = profile.terms_by("FV")
    found.append(
        (bool(teeth), f"Teeth on f, v: {len(teeth)} channels bring the lower lip up."
         if teeth else "Teeth on f, v: FV moves nothing; give it a channel that tucks the lower lip.")
    )  # fmt: skip
    single = np.zeros((len(CONTROLS) - 2, len(CONTROLS)))
    single[:, :2] = 0.6
    single[np.arange(len(single)), 2 + np.arange(len(single))] = 1.0
    hit = limits_hit(profile, single)
    found.append(
        (not hit, "Limits: no single sound passes them." if not hit
         else f"Limits: {', '.join(list(hit)[:4])} want to go further than the rig lets them.")
    )  # fmt: skip
    idle = [name for name in CONTROLS[2:22] if not profile.terms_by(name) and not _listened(profile, name)]
    found.append(
        (not idle, "Every sound moves the face." if not idle else f"Nothing moves on {', '.join(idle)}.")
    )
    return found


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
    rate = performance.frame_rate(scene)
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
    curves = takes.reduced_channels(target.profile, moved.names, moved.values, rate, line.tolerance)
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
                rows[i, j] = _get(fit.targets[name][0])
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
