# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes that no shape turns, turned by their bones: two channels each, about the axes that lie nearest to the
character's own up and side at rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
import mathutils
import numpy as np

from ..bilabial.expression.names import FULL_LOOK
from ..bilabial.retarget.body import eye_bones
from ..host import compat
from ..keys.fcurves import Target
from . import body
from .rig_probe import Fit

if TYPE_CHECKING:
    from .rig_probe import Character

_FULL = float(np.radians(FULL_LOOK))
_FAR = 0.6  # radians
_ALONG = 0.9  # cosine within which an axis of the bone counts as the character's
_LOOKS = {"Left": ("Out", "In"), "Right": ("In", "Out")}  # to the face's left, to its right


def find(character: Character, fit: Fit) -> Fit | None:
    """Channels of the eyes' bones, as a profile of their own. None where no bone calls itself an eye, moves
    a mesh, stands along the character's axes and is free to take keys.
    """
    from ..bilabial.retarget.profile import RigProfile
    from ..bilabial.retarget.profile_entries import Channel

    for armature in character.armatures:
        pair = eye_bones({b.name: b.parent.name if b.parent else None for b in armature.data.bones})
        if pair is None or not all(_is_free(character, armature, name) for name in pair):
            continue
        channels: dict[str, Channel] = {}
        targets: dict[str, list[Target]] = {}
        face: dict[str, dict[str, float]] = {}
        for side, bone in zip(_LOOKS, pair, strict=True):
            left, up, _ = body.axes_of(body.Part(armature, bone, 0.0), fit)
            for way, about, (more, less) in (
                ("yaw", _axis(up), _LOOKS[side]),
                ("pitch", _axis(-left), ("Up", "Down")),
            ):
                if about is None:
                    return None
                index, sign = about
                name = f"{bone} {way}"
                channels[name] = Channel(
                    name, "bone", limits=(-_FAR, _FAR), bone=bone, transform="rotation", axis="xyz"[index]
                )
                path = f'pose.bones["{bpy.utils.escape_identifier(bone)}"].rotation_euler'
                targets[name] = [Target(armature, path, index, 0.0, bone)]
                face[f"eyeLook{more}{side}"] = {name: sign * _FULL}
                face[f"eyeLook{less}{side}"] = {name: -sign * _FULL}
        profile = RigProfile("eyes", "The bones of the eyes", channels, (), face=face)
        return Fit(profile, targets)
    return None


def _axis(about: mathutils.Vector) -> tuple[int, float] | None:
    """Which axis of a bone lies along a direction in its own axes, and which way round."""
    best = max(range(3), key=lambda i: abs(about[i]))
    return (best, 1.0 if about[best] > 0.0 else -1.0) if abs(about[best]) >= _ALONG else None


def _is_free(character: Character, armature: bpy.types.Object, name: str) -> bool:
    """Whether a bone moves a mesh and nothing else aims it: no constraint, no quaternion keys."""
    bone = armature.pose.bones[name]
    if any(not constraint.mute for constraint in bone.constraints):
        return False
    carried = any(o.parent == armature and o.parent_bone == name for o in bpy.data.objects)
    if not carried and not any(name in mesh.vertex_groups for mesh in character.all_meshes()):
        return False
    channels = compat.channels(armature) if bone.rotation_mode in {"QUATERNION", "AXIS_ANGLE"} else None
    return channels is None or channels.find(bone.path_from_id("rotation_quaternion")) is None
