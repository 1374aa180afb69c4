# SPDX-License-Identifier: GPL-3.0-or-later
"""What teaching and guessing share: a face on which channels are tried, and what its mouth does then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy
import mathutils

from ..bilabial.retarget.profile import RigProfile
from ..bilabial.retarget.profile_entries import Channel
from ..keys.fcurves import Target
from ..rig import measuring, numbers, rig_probe
from .own_profile import keep_own, store

if TYPE_CHECKING:
    from ..bilabial.retarget.movement import Mouth
    from ..line.line import Line


Show = Callable[[Mapping[str, float]], None]  # sets some channels, the rest at neutral


_JAWS = re.compile(r"jaw|chin|mandib|open|kiefer|ago", re.IGNORECASE)


def named_part(name: str) -> str:
    """The part by name alone; measuring has the last word where there is a mesh."""
    if "tong" in name.lower():
        return "tongue"
    return "jaw" if _JAWS.search(name) else "lip"


def blank_profile(character: rig_probe.Character, channels: Mapping[str, Channel]) -> RigProfile:
    return RigProfile("own", f"Own profile of {character.root.name}", dict(channels), ())


def keep_taught(line: Line, profile: RigProfile) -> None:
    keep_own(line, profile)
    store(line, profile)


@dataclass(frozen=True)
class Measured:
    opening: dict[str, float]  # channel -> how far its unit opens the lips, 1 for the widest pose
    parts: dict[str, str]


def measure_poses(
    character: rig_probe.Character, blank: RigProfile, poses: Mapping[str, Mapping[str, float]]
) -> Measured:
    """What each channel does to the lips. Without a mesh the names have to do: a jaw opens."""
    from ..bilabial.retarget import guess as core

    by_name = Measured({n: 1.0 / c.unit for n, c in blank.channels.items() if c.part == "jaw"}, {})
    meshes = character.all_meshes()
    targets = targets_by_channel(character, blank)
    if not meshes:
        return by_name
    with FaceToTry(character, blank, targets) as show:
        rest = points_at(meshes, show, {})
        found = [find_mouth_of(rest, points_at(meshes, show, pose)) for pose in poses.values()]
        faces = [face for face in found if face is not None]
        if not faces:
            return by_name
        mesh, mouth = max(faces, key=lambda face: face[1].opening)
        chin = core.chin_of(rest[mesh], mouth)
        opening, parts = {}, {}
        for name, channel in blank.channels.items():
            far = max(channel.limits, key=lambda value: abs(value - channel.neutral))
            effect = core.effect(mouth, chin, rest[mesh], points_at((mesh,), show, {name: far})[mesh])
            opening[name] = core.opening_of(effect) * mouth.width / mouth.opening / (far - channel.neutral)
            parts[name] = core.part_of(name, effect)
    return Measured(opening, parts)


def points_at(
    meshes: Iterable[bpy.types.Object], show: Show, values: Mapping[str, float]
) -> measuring.Points:
    show(values)
    return measuring.points_of(meshes)


def find_mouth_of(rest: measuring.Points, posed: measuring.Points) -> tuple[bpy.types.Object, Mouth] | None:
    return measuring.find_face(rest, posed)


def targets_by_channel(character: rig_probe.Character, profile: RigProfile) -> dict[str, list[Target]]:
    return {
        name: rig_probe.targets_of(character, profile, name, channel.all_names[0])
        for name, channel in profile.channels.items()
    }


class FaceToTry:
    """The character at rest, to be shown with some channels set; afterwards it stands as it stood."""

    def __init__(
        self, character: rig_probe.Character, profile: RigProfile, targets: Mapping[str, list[Target]]
    ) -> None:
        self._profile, self._targets = profile, targets
        self._modes = [(bone, bone.rotation_mode) for a in character.armatures for bone in a.pose.bones]
        self._bones = [
            (
                bone,
                bone.location.copy(),
                bone.rotation_quaternion.copy(),
                bone.rotation_euler.copy(),
                bone.scale.copy(),
            )
            for armature in character.armatures
            for bone in armature.pose.bones
        ]
        self._numbers = measuring.undisturbed(t for several in targets.values() for t in several)
        self._character = character
        self._shown: dict[str, float] = {}

    def __enter__(self) -> Show:
        self._numbers.__enter__()
        rig_probe.use_euler(dict(self._targets))
        for armature in self._character.armatures:
            for bone in armature.pose.bones:
                bone.matrix_basis = mathutils.Matrix()
        return self._show

    def _show(self, values: Mapping[str, float]) -> None:
        for name, several in self._targets.items():
            value = values.get(name, self._profile.channels[name].neutral)
            if self._shown.get(name) == value:
                continue  # a rig of thousands of bones feels each number that is set
            self._shown[name] = value
            for target in several:
                numbers.set_value(target, value)

    def __exit__(self, *error: object) -> None:
        self._numbers.__exit__(None, None, None)
        for bone, mode in self._modes:
            bone.rotation_mode = mode
        for bone, location, quaternion, euler, scale in self._bones:
            bone.location, bone.rotation_quaternion, bone.rotation_euler, bone.scale = (
                location,
                quaternion,
                euler,
                scale,
            )
        bpy.context.view_layer.update()
