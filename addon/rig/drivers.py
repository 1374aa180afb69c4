# SPDX-License-Identifier: GPL-3.0-or-later
"""From a rig profile to drivers: each channel of the face follows the controls by a simple expression.

Blender evaluates such expressions itself, without Python: files open with no script warning and play fast.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

import bpy

from ..bilabial.errors import RigError
from ..bilabial.retarget.drawings import CHOOSE, drawings
from ..bilabial.retarget.expression import EMOTION, HAND, Expression, expression
from ..bilabial.retarget.profile import RigProfile
from ..bilabial.retarget.profile_entries import Channel
from ..host import compat
from ..keys import fcurves
from ..keys.fcurves import Span, Target
from . import speech
from .rig_probe import Character, Fit, use_euler

_HALF = 0.5  # of the channels that speech moves: a rig whose own drivers hold more is not spoken through


def build(
    root: bpy.types.Object, fit: Fit, baked: Sequence[Span] = (), emotional: Collection[str] = ()
) -> list[str]:
    """Make or refresh the drivers of every channel that speech moves. Returns notes for the report.

    Keys of an animator go on top of speech, but those inside the spans of lines that are baked still. The
    channels ``emotional``, and those that had it before, have room for an emotion.

    Raises RigError before anything changes where a channel cannot be driven.
    """
    had = speech.emotions(root)
    wanted = planned(fit, {*emotional, *(name for name in fit.targets if speech.emotion_name(name) in had)})
    use_euler({name: fit.targets[name] for name in fit.profile.driven})
    kept = {(target.owner, target.path, target.index) for _, target, _ in wanted}
    for owner in {target.owner for several in fit.targets.values() for target in several}:
        _remove_others(owner, kept)
    speech.ensure_hands(root, [name for name, _, formula in wanted if formula.hand])
    for name in {name for name, _, formula in wanted if formula.emotion}:
        about = f"What the line's emotion adds to {name}. Lips still close on m, b and p"
        speech.ensure_number(root, speech.emotion_name(name), about, (-1.0, 1.0))
    hidden, adopted = [], []
    for name, target, formula in wanted:
        room = formula.hand and speech.hand_name(name) in root
        if room and _adopt(root, name, target, fit.profile.channels[name], baked):
            adopted.append(name)
        elif _has_keys(target) or _in_nla(target):
            hidden.append(f"{name} of {target.owner.name}")
        _set(root, target, formula, name)
    notes = []
    if adopted:
        notes.append(
            f"Keys of your own on {_listed(adopted)} now lie on top of speech ('Speech + {adopted[0]}' ...)."
        )
    if hidden:
        notes.append(
            f"Keys of your own on {_counted(len(hidden), 'channel')} cannot lie on top of speech and do "
            f"nothing now: {_listed(hidden)}. The target Bake leaves them to you."
        )
    return notes


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _listed(names: list[str]) -> str:
    several = list(dict.fromkeys(names))
    return ", ".join(several[:3]) + (f" and {len(several) - 3} more" if len(several) > 3 else "")


def _has_keys(target: Target) -> bool:
    channels = compat.channels(target.owner)
    found = channels.find(target.path, target.index) if channels is not None else None
    return found is not None and not found.is_empty


def _in_nla(target: Target) -> bool:
    """Whether a strip of the NLA plays on a channel."""
    animation = target.owner.animation_data
    for track in animation.nla_tracks if animation is not None else ():
        for strip in track.strips:
            held = compat.nla_channels(target.owner, strip) if strip.type == "CLIP" else None
            if held is not None and held.find(target.path, target.index) is not None:
                return True
    return False


def _adopt(
    root: bpy.types.Object, name: str, target: Target, channel: Channel, baked: Sequence[Span]
) -> bool:
    """Keys that an animator has on a channel go to the room that its driver leaves for them."""
    channels = compat.channels(target.owner)
    if channels is None or channels.action.library is not None:
        return False
    own = channels.find(target.path, target.index)
    if own is None or own.is_empty:
        return False
    place = speech.hand_target(root, name)
    onto = compat.channels(root, f"{root.name} Speech")
    if onto.find(place.path) is not None:
        return False
    fresh = onto.ensure(place.path, 0, place.group)
    less = target.offset + channel.neutral
    if not fcurves.copy(own, fresh, 1.0 / channel.unit, less, without=baked):
        onto.remove(fresh)
        return False
    fcurves.keep(channels, target, baked)
    return True


def give_back(root: bpy.types.Object, fit: Fit, baked: Sequence[Span] = ()) -> None:
    """What hands added on top of speech goes to the channels themselves, as there are no drivers any more;
    what lies inside ``baked`` is in the keys there already.
    """
    held = compat.channels(root)
    if held is None:
        return
    for name in fit.profile.driven:
        own = held.find(speech.hand_path(name))
        if own is None or own.is_empty:
            continue
        channel = fit.profile.channels[name]
        for target in fit.targets[name]:
            channels = compat.channels(target.owner, f"{target.owner.name} Speech")
            onto = channels.ensure(target.path, target.index, target.group)
            fcurves.copy(own, onto, channel.unit, 0.0, target.offset + channel.neutral, baked)
        held.remove(own)


def moved(profile: RigProfile) -> tuple[str, ...]:
    """The channels that speech moves; of a rig that shows one drawing at a time, every drawing."""
    return drawings(profile).shown if profile.mode == CHOOSE else profile.driven


def refuse_anothers(root: bpy.types.Object, fit: Fit) -> None:
    """Raise RigError where the face already follows the speech controls of another object."""
    for name in moved(fit.profile):
        for target in fit.targets[name]:
            found = _find(target)
            if found is None or not is_ours(found):
                continue
            other = found.driver.variables[0].targets[0].id
            if other is not None and other != root:
                raise RigError(
                    f"the face of {root.name!r} already follows the speech controls of {other.name!r}: "
                    f"choose {other.name!r} as the character, or remove its controls first"
                )


def planned(fit: Fit, emotional: Collection[str] = ()) -> list[tuple[str, Target, Expression]]:
    """Every driver that the profile asks for. Raises RigError where one cannot be; changes nothing."""
    wanted = []
    for name in moved(fit.profile):
        formula = _formula(fit.profile, name, name in emotional)
        for target in fit.targets[name]:
            _refuse(target)
            wanted.append((name, target, formula))
    return wanted


def _formula(profile: RigProfile, name: str, emotion: bool) -> Expression:
    """With room for a hand (and an emotion), unless that does not fit, or one drawing at a time is shown."""
    if profile.mode == CHOOSE:
        return drawings(profile).expression(name)
    for rooms in ({"hand": True, "emotion": emotion}, {"hand": True}):
        with suppress(RigError):  # too long for Blender: without
            return expression(profile, name, **rooms)
    return expression(profile, name)


def has_room_for_emotion(profile: RigProfile, name: str) -> bool:
    """Whether a channel's driver can add what an emotion does; a long one cannot."""
    return _formula(profile, name, True).emotion


def _find(target: Target) -> bpy.types.FCurve | None:
    animation = target.owner.animation_data
    if animation is None:
        return None
    return animation.drivers.find(target.path, index=target.index)


def is_driven(target: Target) -> bool:
    return _find(target) is not None


def is_ours(fcurve: bpy.types.FCurve) -> bool:
    """A driver that reads nothing but speech controls."""
    variables = fcurve.driver.variables
    return bool(variables) and all(
        v.type == "SINGLE_PROP"
        and (speech.control_of(v.targets[0].data_path) is not None or speech.is_room(v.targets[0].data_path))
        for v in variables
    )


def beside_foreign(fit: Fit) -> Fit:
    """The fit without channels that the rig's own drivers move. Raises RigError where too little is left."""
    driven = fit.profile.driven
    foreign = tuple(name for name in driven if any(_foreign(target) for target in fit.targets[name]))
    if not foreign:
        return fit
    opener = max(driven, key=lambda name: fit.profile.gap.get(name, 0.0))
    if opener in foreign or len(foreign) > _HALF * len(driven):
        held = opener if opener in foreign else foreign[0]
        _refuse(next(target for target in fit.targets[held] if _foreign(target)))
    return fit.without(foreign)


def note_on_foreign(fit: Fit) -> list[str]:
    """What the report says of channels that were left to the rig's own drivers."""
    if not fit.left_alone:
        return []
    named = ", ".join(fit.left_alone[:3]) + (" and more" if len(fit.left_alone) > 3 else "")
    return [
        f"Left alone, for the rig's own driver moves it: {named}. Remove the driver to let speech move it."
    ]


def _foreign(target: Target) -> bool:
    found = _find(target)
    return found is not None and not is_ours(found)


def _refuse(target: Target) -> None:
    owner = target.owner
    if owner.library is not None:
        raise RigError(
            f"{owner.name!r} is linked from {owner.library.filepath}: press 'Prepare character' in that "
            "file, "
            "save it, and key the override here"
        )
    found = _find(target)
    if found is not None and not is_ours(found):
        raise RigError(
            f"{target.path} of {owner.name!r} has a driver already: remove it, or take the channel out of "
            "the profile"
        )


def _remove_others(owner: bpy.types.ID, kept: set[tuple[bpy.types.ID, str, int]]) -> None:
    """Drivers of an earlier profile go, those of the rig stay."""
    if owner.animation_data is None:
        return
    for fcurve in list(owner.animation_data.drivers):
        if (owner, fcurve.data_path, fcurve.array_index) not in kept and is_ours(fcurve):
            path, index = fcurve.data_path, fcurve.array_index
            _remove(owner, path, index)


def _remove(owner: bpy.types.ID, path: str, index: int) -> None:
    owner.animation_data.drivers.remove(owner.animation_data.drivers.find(path, index=index))


def _set(root: bpy.types.Object, target: Target, formula: Expression, name: str) -> None:
    text = f"{target.offset:g}+{formula.text}" if target.offset else formula.text
    fcurve = _find(target)
    if fcurve is None:
        owner = target.owner
        owner.animation_data or owner.animation_data_create()
        fcurve = owner.animation_data.drivers.new(target.path, index=target.index)
        while fcurve.modifiers:  # a fresh driver may come with a generator
            fcurve.modifiers.remove(fcurve.modifiers[0])
    driver = fcurve.driver
    now = {v.name: (v.targets[0].id, v.targets[0].data_path) for v in driver.variables}
    wanted = {letter: (root, speech.path(control)) for letter, control in formula.variables.items()}
    if formula.hand:
        wanted[HAND] = root, speech.hand_path(name)
    if formula.emotion:
        wanted[EMOTION] = root, speech.path(speech.emotion_name(name))
    if driver.type == "SCRIPTED" and driver.expression == text and now == wanted:
        return
    driver.type = "SCRIPTED"
    while driver.variables:
        driver.variables.remove(driver.variables[0])
    for letter, (owner, path) in wanted.items():
        variable = driver.variables.new()
        variable.name = letter
        variable.type = "SINGLE_PROP"
        variable.targets[0].id_type = "OBJECT"
        variable.targets[0].id = owner
        variable.targets[0].data_path = path
    driver.expression = text
    if not driver.is_simple_expression:
        raise RigError(f"the driver of {target.path} would need Python: {text}")


def remove_ours(root: bpy.types.Object, character: Character) -> int:
    """Take away every driver that reads this character's controls. Returns how many there were."""
    count = 0
    for owner in (*character.keys, *character.armatures, *character.meshes, root):
        for fcurve in list(owner.animation_data.drivers) if owner.animation_data else ():
            if is_ours(fcurve) and fcurve.driver.variables[0].targets[0].id == root:
                _remove(owner, fcurve.data_path, fcurve.array_index)
                count += 1
    return count


def mute(root: bpy.types.Object, character: Character, muted: bool) -> None:
    """Let go of the face (to pose it by hand), or take hold of it again."""
    for owner in (*character.keys, *character.armatures, *character.meshes, root):
        for fcurve in owner.animation_data.drivers if owner.animation_data else ():
            if is_ours(fcurve) and fcurve.driver.variables[0].targets[0].id == root:
                fcurve.mute = muted
