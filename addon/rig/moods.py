# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole faces that a rig has for emotions (VRM's happy, angry): which of them keep the lips together.

Nobody knows what such a shape does to a mouth, so it gives way while m, b or p is said, brows and all. One
that parts no lips need not: its profile is told so.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import bpy
import mathutils
import numpy as np

from ..bilabial.retarget.movement import find_mouth
from ..bilabial.retarget.profile import RigProfile
from ..keys.fcurves import Target
from . import measuring, numbers

_PARTS = 0.04  # of the widest vowel's opening: what parts the lips by less keeps them together
_MOMENT = 3.0  # seconds for which a face is remembered: sliders ask at every step
_known: dict[tuple[object, ...], tuple[float, frozenset[str]]] = {}


def with_moods_measured(profile: RigProfile, targets: Mapping[str, list[Target]]) -> RigProfile:
    """The profile with a gap of 0 for each of its emotions' channels that parts no lips."""
    moods = {name for moved in profile.emotions.values() for name in moved} - set(profile.gap)
    if not moods:
        return profile
    parting: set[str] = set()
    blocks: dict[bpy.types.Key, dict[str, bpy.types.ShapeKey]] = {}
    for name in (*profile.driven, *sorted(moods)):
        for target in targets.get(name, ()):
            shape = numbers.shape_key_of(target)
            if shape is None:
                parting.add(name)  # a bone or a number: not known
            else:
                blocks.setdefault(target.owner, {})[name] = target.owner.key_blocks[shape]
    for key, own in blocks.items():
        parting |= _parting(profile, key, own, moods)
    return replace(profile, gap={**profile.gap, **dict.fromkeys(sorted(moods - parting), 0.0)})


def _parting(
    profile: RigProfile, key: bpy.types.Key, own: Mapping[str, bpy.types.ShapeKey], moods: set[str]
) -> frozenset[str]:
    mark = key.session_uid, len(key.key_blocks[0].data), tuple((n, b.name) for n, b in own.items())
    known = _known.get(mark)
    if known is None or time.monotonic() - known[0] > _MOMENT:
        if len(_known) > 64:
            _known.clear()
        known = _known[mark] = time.monotonic(), _measured(profile, key, own, moods)
    return known[1]


def _measured(
    profile: RigProfile, key: bpy.types.Key, own: Mapping[str, bpy.types.ShapeKey], moods: set[str]
) -> frozenset[str]:
    opener = max(
        (name for name in own if name not in moods), key=lambda n: profile.gap.get(n, 0.0), default=""
    )
    if not opener:
        return frozenset()  # a mesh without a mouth: brows, lashes
    upright = _upright(key)
    rest = measuring.places(own[opener].relative_key) @ upright.T
    mouth = find_mouth(rest, measuring.places(own[opener]) @ upright.T)
    if mouth is None:
        return frozenset(moods.intersection(own))
    found = set()
    for name in moods.intersection(own):
        moved = measuring.places(own[name]) - measuring.places(own[name].relative_key)
        if float(mouth.gaps(rest + moved @ upright.T).max()) > _PARTS * mouth.opening:
            found.add(name)
    return frozenset(found)


def _upright(key: bpy.types.Key) -> np.ndarray:
    """From the mesh's own axes to those of a character that stands."""
    owner = next((o for o in bpy.data.objects if o.type == "MESH" and o.data == key.user), None)
    matrix = owner.matrix_world.to_3x3() if owner is not None else mathutils.Matrix.Identity(3)
    return np.array(matrix, np.float64)
