# SPDX-License-Identifier: GPL-3.0-or-later
"""The 31 controls on a character: plain custom properties of one object, with ranges.

Plain properties animate, work in driver expressions, go through library overrides (when they were made in the
character's own file) and stay in the file when this extension is not there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache

import bpy

from ..bilabial.controls import COARTICULATIONS, CONTROLS, JALI_FIELD
from ..bilabial.errors import RigError
from ..bilabial.retarget.profile import WORKING_POINT
from ..keys.fcurves import Target

_PREFIX = "Speech "
_HAND = "Speech + "  # what a hand adds to a channel of the face
_EMOTION = "Emotion "  # and what an emotion adds, a number beside the controls
_LONGEST = 63  # bytes that Blender keeps of a property's name
HAND_GROUP = "Face on Top"
_ABOUT = {
    "Jaw": "How much the jaw takes part in speech: 0 is clenched, 1 is wide open",
    "Lip": "How much the lips take part in speech: 0 is slack, 1 is fully articulated",
}


def property_name(control: str) -> str:
    return _PREFIX + control


def path(control: str) -> str:
    return f'["{bpy.utils.escape_identifier(property_name(control))}"]'


def control_of(data_path: str) -> str | None:
    """The control that a data path on a character names."""
    return _controls_by_path().get(data_path)


@lru_cache(maxsize=1)
def _controls_by_path() -> dict[str, str]:
    return {path(control): control for control in CONTROLS}


def hand_name(channel: str) -> str:
    """The property that is added to what speech does to a channel."""
    return _short(_HAND + channel, channel)


def emotion_name(channel: str) -> str:
    """The number by which an emotion moves a channel that speech moves as well."""
    return _short(_PREFIX + _EMOTION + channel, channel).removeprefix(_PREFIX)


def _short(name: str, channel: str) -> str:
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{name.encode()[: _LONGEST - 9].decode(errors='ignore')}~{zlib.crc32(channel.encode()):08x}"


def hand_path(channel: str) -> str:
    return f'["{bpy.utils.escape_identifier(hand_name(channel))}"]'


def is_room(data_path: str) -> bool:
    """Whether a path is what a hand or an emotion adds to speech."""
    return data_path.startswith((f'["{_HAND}', f'["{_PREFIX}{_EMOTION}'))


def hand_target(owner: bpy.types.Object, channel: str) -> Target:
    return Target(owner, hand_path(channel), group=HAND_GROUP)


def ensure_hands(owner: bpy.types.Object, channels: Iterable[str]) -> None:
    """Room for a hand on each channel of the face that speech moves."""
    if owner.override_library is not None:
        return  # an override keeps no new properties; those of its own file came along
    for channel in channels:
        name = hand_name(channel)
        if name in owner:
            continue
        owner[name] = 0.0
        owner.id_properties_ui(name).update(
            min=-2.0, max=2.0, soft_min=-1.0, soft_max=1.0, default=0.0,
            description=f"Added to {channel} on top of speech, 1 is fully on. Lips still close on m, b and p",
        )  # fmt: skip
        owner.property_overridable_library_set(hand_path(channel), True)


def emotions(owner: bpy.types.Object) -> list[str]:
    """The names of the numbers by which emotions move what speech moves."""
    start = _PREFIX + _EMOTION
    return [name.removeprefix(_PREFIX) for name in owner.keys() if name.startswith(start)]  # noqa: SIM118


def hands(owner: bpy.types.Object) -> list[str]:
    """The names of the properties that leave room for a hand."""
    return [name for name in owner.keys() if name.startswith(_HAND)]  # noqa: SIM118


def ensure_number(owner: bpy.types.Object, name: str, about: str, limits: tuple[float, float]) -> None:
    """Room for keys of what moves beside speech; 0 is at rest."""
    if property_name(name) in owner:
        return
    low, high = limits
    owner[property_name(name)] = 0.0
    owner.id_properties_ui(property_name(name)).update(
        min=low, max=high, soft_min=low, soft_max=high, default=0.0, description=about
    )
    owner.property_overridable_library_set(path(name), True)


def neutral(control: str) -> float:
    return WORKING_POINT if control in JALI_FIELD else 0.0


def has_controls(owner: bpy.types.Object) -> bool:
    return all(property_name(control) in owner for control in CONTROLS)


def ensure(owner: bpy.types.Object) -> None:
    """Give a character its controls; those it has keep their values."""
    missing = [control for control in CONTROLS if property_name(control) not in owner]
    if not missing:
        return
    if owner.library is not None:
        raise RigError(
            f"{owner.name!r} is linked from {owner.library.filepath}: make a library override of the "
            "character"
        )
    if owner.override_library is not None:
        raise RigError(
            f"{owner.name!r} is a library override without speech controls, and an override cannot keep new "
            "ones: "
            "open the character's own file, press 'Prepare character' there and save, or choose the target "
            "Bake"
        )
    for control in missing:
        name = property_name(control)
        owner[name] = neutral(control)
        if control in JALI_FIELD:
            about = _ABOUT[control]
        elif control in COARTICULATIONS:
            about = f"Lip and tongue shape of {control.removesuffix('a')}, without its jaw"
        else:
            about = f"The sound {control}"
        owner.id_properties_ui(name).update(
            min=0.0, max=1.0, soft_min=0.0, soft_max=1.0, default=neutral(control), description=about
        )
        owner.property_overridable_library_set(path(control), True)
    owner.update_tag()


def reset(owner: bpy.types.Object) -> None:
    """Controls without keys back to their neutral values."""
    for control in CONTROLS:
        if property_name(control) in owner:
            owner[property_name(control)] = neutral(control)
    owner.update_tag()


def remove(owner: bpy.types.Object) -> None:
    for control in CONTROLS:
        if property_name(control) in owner:
            del owner[property_name(control)]
    for name in (*hands(owner), *(property_name(one) for one in emotions(owner))):
        del owner[name]


def targets(owner: bpy.types.Object) -> dict[str, list[Target]]:
    return {control: [Target(owner, path(control))] for control in CONTROLS}
