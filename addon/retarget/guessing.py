# SPDX-License-Identifier: GPL-3.0-or-later
"""A rig that no profile knows, guessed: by measuring what each of its channels does to the mouth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.errors import RigError
from ..bilabial.retarget.profile import RigProfile
from ..bilabial.retarget.profile_entries import Channel
from ..rig import measuring, rig_probe
from .trying import (
    FaceToTry,
    Show,
    blank_profile,
    find_mouth_of,
    keep_taught,
    named_part,
    points_at,
    targets_by_channel,
)

if TYPE_CHECKING:
    from ..bilabial.retarget.movement import Mouth
    from ..line.line import Line


_TURN, _SHIFT = 0.25, 0.5  # radians, mouth widths: how far a bone is moved to see what it does


_MOST_BONES = 60


_MOST_HANDLES = 36


_LIPS = re.compile(r"lip|mouth|corner|oris|labi|mund", re.IGNORECASE)


def guess(line: Line) -> str:
    """A profile of the line's own from what each channel of the rig does to the mouth."""
    from ..bilabial.retarget import guess as core
    from ..bilabial.retarget.poses import inherit, with_closures

    character = rig_probe.probe(line.character)
    meshes = character.all_meshes()
    if not meshes:
        raise RigError(
            f"{character.root.name!r} moves no mesh, so nothing can be measured: teach it by poses"
        )
    candidates = _candidates(character)
    if not candidates:
        raise RigError(
            f"{character.root.name!r} has no shape that moves and no bone of a mouth: pick another, or teach "
            "it by poses"
        )
    blank = blank_profile(character, candidates)
    targets = targets_by_channel(character, blank)
    with FaceToTry(character, blank, targets) as show:
        rest = points_at(meshes, show, {})
        face = _widest(blank, meshes, rest, show, _across(character, blank))
        if face is None:
            raise RigError(
                f"no shape and no bone of {character.root.name!r} opens a mouth: teach it by poses of phones"
            )
        mesh, mouth = face
        chin = core.chin_of(rest[mesh], mouth)
        still = _still(blank, mouth, chin, rest[mesh], lambda values: points_at((mesh,), show, values)[mesh])
        channels, effects = dict(blank.channels), {}
        for name, channel in blank.channels.items():
            if channel.bone in still:
                continue
            found = {}
            for limit in {low for low in channel.limits if low < 0.0} | {channel.neutral + channel.unit}:
                posed = points_at((mesh,), show, {name: limit})[mesh]
                if len(posed) == len(rest[mesh]):
                    found[limit] = core.effect(mouth, chin, rest[mesh], posed) / (limit - channel.neutral)
            if found:
                channels[name], effects[name] = core.one_way(channel, found)
    blank = replace(blank, channels=channels)
    effects = _turning_jaws(blank, effects)
    parts = {n: core.part_of(n, effects[n] * c.unit) for n, c in blank.channels.items() if n in effects}
    blank = replace(
        blank, channels={n: replace(c, part=parts.get(n, c.part)) for n, c in blank.channels.items()}
    )
    ajar = max(0.0, float(mouth.rest[mouth.middle].mean()) / mouth.width - _AJAR)
    profile, _ = inherit(core.guess(blank, effects, ajar))
    opening = {
        n: core.opening_of(e) * mouth.width / mouth.opening
        for n, e in effects.items()
        if n in profile.channels
    }
    profile = with_closures(profile, opening)
    keep_taught(line, profile)
    jaws = [name for name in profile.driven if profile.channels[name].part == "jaw"]
    with_jaw = f", {', '.join(jaws[:2])} as the jaw" if jaws else ""
    return f"{len(profile.channels)} channels move the mouth{with_jaw}. See it: Say the Alphabet, then Check."


def _still(
    blank: RigProfile,
    mouth: Mouth,
    chin: int,
    rest: np.ndarray,
    posed: Callable[[dict[str, float]], np.ndarray],
) -> set[str]:
    """Bones that leave the mouth alone, by moving all their numbers at once: one look instead of six."""
    from ..bilabial.retarget import guess as core

    of_bone: dict[str, dict[str, float]] = {}
    for name, channel in blank.channels.items():
        if channel.bone:
            of_bone.setdefault(channel.bone, {})[name] = channel.neutral + channel.unit
    still = set()
    for bone, values in of_bone.items():
        points = posed(values)
        if len(points) != len(rest) or not core.moves_the_mouth(core.effect(mouth, chin, rest, points)):
            still.add(bone)
    return still


def _turning_jaws(blank: RigProfile, effects: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A bone that opens the lips by turning is a jaw: that turn alone is used. Others move only."""
    from ..bilabial.retarget.guess import opening_of

    turns: dict[str, tuple[float, str]] = {}
    for name, found in effects.items():
        channel = blank.channels[name]
        opens = abs(opening_of(found)) * channel.unit
        if channel.transform == "rotation" and opens > _TURNS_OPEN:
            turns[channel.bone] = max(turns.get(channel.bone, (0.0, "")), (opens, name))
    best = {name for _, name in turns.values()}
    return {
        name: found
        for name, found in effects.items()
        if name in best
        or (blank.channels[name].bone not in turns and blank.channels[name].transform != "rotation")
    }


_TURNS_OPEN = 0.05  # of the mouth's width


_AJAR = 0.02  # of the mouth's width: lips that stand closer at rest are shut


def _candidates(character: rig_probe.Character) -> dict[str, Channel]:
    """Shapes that move something; bones by their six numbers; no properties (they move what others move)."""
    names = character.moving_names()
    found = {name: Channel(name, part=named_part(name)) for name in names.shape_keys}
    for armature in character.armatures:
        bones = _face_bones(character, armature)
        far_enough = _SHIFT * _mouth_width(bones)
        for bone in bones:
            shift = max(far_enough, _SHIFT * bone.bone.length, 1e-6)
            for transform, far in (("rotation", _TURN), ("location", shift)):
                for axis in _free_axes(bone, transform):
                    name = f"{bone.name}.{transform}.{axis}"
                    found[name] = Channel(
                        name, kind="bone", bone=bone.name, transform=transform, axis=axis, limits=(-far, far)
                    )
    return found


def _mouth_width(bones: Iterable[bpy.types.PoseBone]) -> float:
    """How far the bones of the lips stand apart: a handle may be far shorter than the way it goes."""
    lips = [bone.bone.head_local for bone in bones if _LIPS.search(bone.name)]
    if not lips:
        return 0.0
    return max(max(p[i] for p in lips) - min(p[i] for p in lips) for i in range(3))


def _free_axes(bone: bpy.types.PoseBone, transform: str) -> str:
    """The axes along which a rigger lets a bone move."""
    if transform == "location" and bone.bone.use_connect:
        return ""
    locked = bone.lock_location if transform == "location" else bone.lock_rotation
    return "".join(axis for axis, shut in zip("xyz", locked, strict=True) if not shut)


_FACE = re.compile(
    r"jaw|lip|mouth|chin|oris|cheek|risorius|levator|corner|smile|tong|labi|maxi|mandib|kiefer|mund",
    re.IGNORECASE,
)


_CONTROLS = re.compile(r"ctrl|ctl|control|^c_|master|mstr", re.IGNORECASE)


def _face_bones(character: rig_probe.Character, armature: bpy.types.Object) -> list[bpy.types.PoseBone]:
    """Bones whose names speak of a mouth: those that a rigger gave a shape to be taken by, where there are
    some, the plainest names first (they move the most at once); else all that no constraint moves, but deform
    and mechanism bones.
    """
    named = [bone for bone in armature.pose.bones if _FACE.search(bone.name)]
    handles = [bone for bone in named if bone.custom_shape is not None and not bone.bone.hide]
    if len(handles) >= _HANDLES:
        return sorted(handles, key=lambda bone: _detail(bone.name))[:_MOST_HANDLES]
    found = [bone for bone in named if not bone.constraints]
    plain = [b for b in found if not b.name.startswith(("DEF-", "ORG-", "MCH-", "def_", "mch_"))]
    return sorted(plain or found, key=lambda bone: _CONTROLS.search(bone.name) is None)[:_MOST_BONES]


def _detail(name: str) -> tuple[bool, int, str]:
    """Numbered parts of a line of handles come last."""
    return any(letter.isdigit() for letter in name), len(re.findall(r"[A-Za-z]+", name)), name


_HANDLES = 5  # with shapes of their own: a rig that is made to be posed


def _opened(
    rest: measuring.Points, tried: Iterable[measuring.Points]
) -> tuple[bpy.types.Object, Mouth] | None:
    """Of what both ways of one channel tear apart the one that leads away from the line of the lips: a jaw
    that goes up pushes one lip through the other, and that looks as wide.
    """
    found = [(face, posed) for posed in tried if (face := find_mouth_of(rest, posed)) is not None]
    found = [one for one in found if _is_whole(one[0][1])] or found
    widest = max((mouth.opening for (_, mouth), _ in found), default=0.0)
    wide = [one for one in found if one[0][1].opening >= _ALSO_WIDE * widest]
    best = max(wide, key=lambda one: _leads_away(one[0], rest, one[1]), default=None)
    return best[0] if best is not None else None


def _leads_away(
    face: tuple[bpy.types.Object, Mouth], rest: measuring.Points, posed: measuring.Points
) -> float:
    """Over 0 where what is below the lips goes down, or what is above them up."""
    mesh, mouth = face
    move = posed[mesh] - rest[mesh]
    far = np.linalg.norm(move, axis=1)
    moved = far > 0.5 * far.max()
    beside = (rest[mesh][moved] - rest[mesh][mouth.upper].mean(axis=0)) @ mouth.up
    return float((beside * (move[moved] @ mouth.up)).mean())


def _across(character: rig_probe.Character, blank: RigProfile) -> list[str]:
    """Of each bone's turns the one about the axis that lies most nearly across a face that looks along Y."""
    nearest: dict[str, tuple[float, str]] = {}
    for name, channel in blank.channels.items():
        armature = next((a for a in character.armatures if channel.bone in a.data.bones), None)
        if channel.transform != "rotation" or armature is None:
            continue
        own = armature.matrix_world @ armature.data.bones[channel.bone].matrix_local
        lies = abs(own.to_3x3().normalized().col["xyz".index(channel.axis)].x)
        nearest[channel.bone] = max(nearest.get(channel.bone, (-1.0, "")), (lies, name))
    return [name for _, name in nearest.values()]


_ALSO_WIDE = 0.35  # of the widest opening


_OFF = 0.35  # of the mouth's width: a line further beside the face's middle is half a mouth


_PAIRS = 3  # of points, one a slice of the face: fewer are no line of lips


def _widest(
    blank: RigProfile,
    meshes: Iterable[bpy.types.Object],
    rest: measuring.Points,
    show: Show,
    across: Iterable[str],
) -> tuple[bpy.types.Object, Mouth] | None:
    """The mouth as the channel shows it that opens it most; names that speak of it are tried first."""
    turning = [name for name in across if _HINGES.search(blank.channels[name].bone)][:_HINGED]
    named = [name for name in blank.channels if _OPENERS.search(name)]
    likely = list(dict.fromkeys((*turning, *named)))[:_TRIED]
    best = None
    for name in (*likely, *(other for other in blank.channels if other not in likely)):
        wide = best is not None and _is_whole(best[1]) and best[1].opening > _WIDE * best[1].width
        wide = wide and name not in turning
        if wide or (best is not None and likely and name not in likely):
            break
        channel = blank.channels[name]
        signs = (1.0, -1.0) if channel.limits[0] < 0.0 else (1.0,)
        poses = [points_at(meshes, show, {name: channel.neutral + sign * channel.unit}) for sign in signs]
        face = _opened(rest, poses)
        if face is not None and (best is None or _better(face[1], best[1])):
            best = face
    return best


def _better(mouth: Mouth, than: Mouth) -> bool:
    """A whole mouth comes before half of one; then the widest."""
    whole, other = _is_whole(mouth), _is_whole(than)
    return mouth.opening > than.opening if whole == other else whole


def _is_whole(mouth: Mouth) -> bool:
    """A line across the middle of the face: not what one corner does alone, not a fold."""
    return mouth.off <= _OFF and len(mouth.upper) >= _PAIRS


_HINGES = re.compile(r"jaw|mandib|maxi|kiefer|mouth|mund", re.IGNORECASE)


_OPENERS = re.compile(r"jaw|open|(^|[^a-z])(aa|ah|a)([^a-z]|$)|wide|chin|mandib|あ", re.IGNORECASE)


_TRIED = 24


_HINGED = 12  # turns of what may be a jaw, which are all tried


_WIDE = 0.3  # of the mouth's width: an opening that shows well enough where the lips are
