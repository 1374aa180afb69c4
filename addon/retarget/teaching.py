# SPDX-License-Identifier: GPL-3.0-or-later
"""A rig that no profile knows, taught: by actions (pose assets, one action a viseme, an action with markers),
or by measuring what each of its channels does to the mouth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import bpy
import mathutils
import numpy as np

from ..bilabial.errors import RigError
from ..bilabial.retarget.profile import Channel, RigProfile
from ..host import compat
from ..keys.fcurves import Target
from ..rig import measuring, numbers, rig_probe
from .own_profile import keep_own, store

if TYPE_CHECKING:
    from ..bilabial.retarget.movement import Mouth
    from ..line.line import Line

Show = Callable[[Mapping[str, float]], None]  # sets some channels, the rest at neutral

_PATH = re.compile(
    r'^pose\.bones\["((?:[^"\\]|\\.)*)"\]\.(location|rotation_euler|rotation_quaternion|scale)$'
)
_SHAPE = re.compile(r'^key_blocks\["((?:[^"\\]|\\.)*)"\]\.value$')
_ROOM = 1.25  # how far past the strongest pose a channel may go
_LEAST = 1e-4  # a number that differs less from its rest is not moved by a pose
_TURN, _SHIFT = 0.25, 0.5  # radians, mouth widths: how far a bone is moved to see what it does
_MOST_BONES = 60
_MOST_HANDLES = 36
_LIPS = re.compile(r"lip|mouth|corner|oris|labi|mund", re.IGNORECASE)
_JAWS = re.compile(r"jaw|chin|mandib|open|kiefer|ago", re.IGNORECASE)


@dataclass(frozen=True)
class Poses:
    """What actions say about a character's numbers: channels made of what they move, and values by pose."""

    channels: dict[str, Channel]
    values: dict[str, dict[str, float]]  # pose -> channel -> value


# Actions as poses


def poses_of(character: rig_probe.Character) -> Poses:
    """Every action (and pose marker) that moves something of the character."""
    moved: dict[str, dict[str, float]] = {}
    kinds: dict[str, Channel] = {}
    curves = {action: list(compat.curves_of(action)) for action in bpy.data.actions}
    usual = _usual(curves)
    for action, own in curves.items():
        for name, frame in _moments(action, own, usual):
            values = dict(_values(character, own, frame, kinds))
            if values:
                moved[name] = values
    return Poses(_with_room(kinds, moved), moved)


_Spot = tuple[str, int]


def _usual(curves: Mapping[bpy.types.Action, list[bpy.types.FCurve]]) -> dict[_Spot, float]:
    """What most actions begin with: the middle of all, for each number that they move."""
    first: dict[_Spot, list[float]] = {}
    for action, own in curves.items():
        for curve in own:
            value = float(curve.evaluate(action.frame_range[0]))
            first.setdefault((curve.data_path, curve.array_index), []).append(value)
    return {spot: sorted(values)[len(values) // 2] for spot, values in first.items()}


def _moments(
    action: bpy.types.Action, curves: Iterable[bpy.types.FCurve], usual: Mapping[_Spot, float]
) -> Iterator[tuple[str, float]]:
    """(name, frame) of the poses in an action: its markers; else where it is furthest from what actions begin
    with, since a clip may lead from rest into its pose, and out of it again.
    """
    if len(action.pose_markers) > 1:
        yield from ((marker.name, float(marker.frame)) for marker in action.pose_markers)
        return
    first, last = (float(frame) for frame in action.frame_range)
    away = {
        frame: sum(abs(c.evaluate(frame) - usual[c.data_path, c.array_index]) for c in curves)
        for frame in dict.fromkeys((first, 0.5 * (first + last), last))
    }
    yield action.name, max(away, key=lambda frame: (away[frame] > away[first] + _LEAST, away[frame], -frame))


def _values(
    character: rig_probe.Character,
    curves: Iterable[bpy.types.FCurve],
    frame: float,
    kinds: dict[str, Channel],
) -> Iterator[tuple[str, float]]:
    quaternions: dict[str, list[float]] = {}
    for curve in curves:
        value = float(curve.evaluate(frame))
        bone = _PATH.match(curve.data_path)
        if bone is not None:
            name, what = bpy.utils.unescape_identifier(bone[1]), bone[2]
            if not any(name in armature.pose.bones for armature in character.armatures):
                continue
            if what == "rotation_quaternion":
                quaternions.setdefault(name, [1.0, 0.0, 0.0, 0.0])[curve.array_index] = value
                continue
            transform = "rotation" if what == "rotation_euler" else what
            yield (
                _bone(kinds, name, transform, curve.array_index),
                value - (1.0 if transform == "scale" else 0.0),
            )
            continue
        shape = _SHAPE.match(curve.data_path)
        if shape is not None:
            name = bpy.utils.unescape_identifier(shape[1])
            if any(name in key.key_blocks for key in character.keys):
                kinds.setdefault(name, Channel(name, part=_named_part(name)))
                yield name, value
            continue
        for name, _, path in character.numbers():
            if path == curve.data_path:
                on_bone = path.startswith("pose.bones")
                bone_name, _, plain = name.partition(".") if on_bone else ("", "", name)
                kinds.setdefault(name, Channel(name, kind="property", bone=bone_name, prop=plain))
                yield name, value
                break
    for name, four in quaternions.items():
        for i, angle in enumerate(mathutils.Quaternion(four).to_euler("XYZ")):
            yield _bone(kinds, name, "rotation", i), float(angle)


def _bone(kinds: dict[str, Channel], bone: str, transform: str, index: int) -> str:
    axis = "xyz"[index]
    name = f"{bone}.{transform}.{axis}"
    kinds.setdefault(
        name, Channel(name, kind="bone", bone=bone, transform=transform, axis=axis, part=_named_part(bone))
    )
    return name


def _named_part(name: str) -> str:
    """The part by name alone; measuring has the last word where there is a mesh."""
    if "tong" in name.lower():
        return "tongue"
    return "jaw" if _JAWS.search(name) else "lip"


def _with_room(kinds: Mapping[str, Channel], poses: Mapping[str, Mapping[str, float]]) -> dict[str, Channel]:
    """Channels that some pose moves away from rest, with limits that hold every pose."""
    from ..bilabial.retarget.poses import rest_of

    rest = poses.get(rest_of(poses) or "", {})
    found = {}
    for name, channel in kinds.items():
        neutral = rest.get(name, 0.0)
        values = [pose[name] for pose in poses.values() if name in pose]
        low, high = min([*values, neutral]), max([*values, neutral])
        if high - low < _LEAST:
            continue
        limits = (neutral + _ROOM * (low - neutral), neutral + _ROOM * (high - neutral))
        if channel.kind == "shape_key":
            limits = (min(0.0, low), max(1.0, high))
        found[name] = replace(channel, limits=limits, neutral=neutral)
    return found


def teach(line: Line) -> str:
    """A profile of the line's own from the actions in the file. Raises RigError where none is a sound."""
    from ..bilabial.retarget import poses as core

    character = rig_probe.probe(line.character)
    poses = poses_of(character)
    named = {name: _only(pose, poses.channels) for name, pose in poses.values.items()}
    if not poses.channels:
        raise RigError(
            f"no action in this file moves {character.root.name!r}: make an action or pose asset for each "
            "sound, named aa, ee, oo, m, f ..."
        )
    blank = _blank(character, poses.channels)
    measured = _measure_poses(character, blank, named)
    blank = replace(
        blank, channels={n: replace(c, part=measured.parts.get(n, c.part)) for n, c in blank.channels.items()}
    )
    taught = core.teach(blank, named)
    mouth = [name for name in blank.channels if any(t.channel == name for t in taught.profile.terms)]
    profile = core.with_closures(taught.profile, measured.opening).only(mouth)
    _keep(line, profile)
    return f"{taught.text()} {len(mouth)} channels move the mouth."


def _only(pose: Mapping[str, float], channels: Mapping[str, Channel]) -> dict[str, float]:
    return {name: value for name, value in pose.items() if name in channels}


def _blank(character: rig_probe.Character, channels: Mapping[str, Channel]) -> RigProfile:
    return RigProfile("own", f"Own profile of {character.root.name}", dict(channels), ())


def _keep(line: Line, profile: RigProfile) -> None:
    keep_own(line, profile)
    store(line, profile)


# Drawings


def draw(line: Line, path: str, first: int, base: str) -> str:
    """A profile of the line's own for drawings: on one number, or without a path by what is visible."""
    from ..bilabial.retarget.profile_format import load_profile
    from ..rig import drawn_places

    drawings = load_profile(base)
    if path.strip():
        profile = drawn_places.by_number(drawings, path.strip(), first)
    else:
        nearby = line.character.children_recursive if line.character is not None else ()
        profile = drawn_places.by_visibility(drawings, nearby)
    keep_own(line, profile)
    return f"{len(profile.channels)} drawings: {', '.join(list(profile.channels)[:10])}."


# Measuring


@dataclass(frozen=True)
class _Measured:
    opening: dict[str, float]  # channel -> how far its unit opens the lips, 1 for the widest pose
    parts: dict[str, str]


def _measure_poses(
    character: rig_probe.Character, blank: RigProfile, poses: Mapping[str, Mapping[str, float]]
) -> _Measured:
    """What each channel does to the lips. Without a mesh the names have to do: a jaw opens."""
    from ..bilabial.retarget import guess as core

    by_name = _Measured({n: 1.0 / c.unit for n, c in blank.channels.items() if c.part == "jaw"}, {})
    meshes = character.all_meshes()
    targets = _targets(character, blank)
    if not meshes:
        return by_name
    with _face_to_try(character, blank, targets) as show:
        rest = _shown(meshes, show, {})
        found = [_find(rest, _shown(meshes, show, pose)) for pose in poses.values()]
        faces = [face for face in found if face is not None]
        if not faces:
            return by_name
        mesh, mouth = max(faces, key=lambda face: face[1].opening)
        chin = core.chin_of(rest[mesh], mouth)
        opening, parts = {}, {}
        for name, channel in blank.channels.items():
            far = max(channel.limits, key=lambda value: abs(value - channel.neutral))
            effect = core.effect(mouth, chin, rest[mesh], _shown((mesh,), show, {name: far})[mesh])
            opening[name] = core.opening_of(effect) * mouth.width / mouth.opening / (far - channel.neutral)
            parts[name] = core.part_of(name, effect)
    return _Measured(opening, parts)


def _shown(meshes: Iterable[bpy.types.Object], show: Show, values: Mapping[str, float]) -> measuring.Points:
    show(values)
    return measuring.points_of(meshes)


def _find(rest: measuring.Points, posed: measuring.Points) -> tuple[bpy.types.Object, Mouth] | None:
    return measuring.find_face(rest, posed)


def _targets(character: rig_probe.Character, profile: RigProfile) -> dict[str, list[Target]]:
    return {
        name: rig_probe.targets_of(character, profile, name, channel.all_names[0])
        for name, channel in profile.channels.items()
    }


class _face_to_try:
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


# Guessing


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
    blank = _blank(character, candidates)
    targets = _targets(character, blank)
    with _face_to_try(character, blank, targets) as show:
        rest = _shown(meshes, show, {})
        face = _widest(blank, meshes, rest, show, _across(character, blank))
        if face is None:
            raise RigError(
                f"no shape and no bone of {character.root.name!r} opens a mouth: teach it by poses of sounds"
            )
        mesh, mouth = face
        chin = core.chin_of(rest[mesh], mouth)
        still = _still(blank, mouth, chin, rest[mesh], lambda values: _shown((mesh,), show, values)[mesh])
        effects = {}
        for name, channel in blank.channels.items():
            if channel.bone in still:
                continue
            posed = _shown((mesh,), show, {name: channel.neutral + channel.unit})[mesh]
            if len(posed) == len(rest[mesh]):
                effects[name] = core.effect(mouth, chin, rest[mesh], posed) / channel.unit
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
    _keep(line, profile)
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
    found = {name: Channel(name, part=_named_part(name)) for name in names.shape_keys}
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
    found = [(face, posed) for posed in tried if (face := _find(rest, posed)) is not None]
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
        wide = best is not None and best[1].opening > _WIDE * best[1].width and name not in turning
        if wide or (best is not None and likely and name not in likely):
            break
        channel = blank.channels[name]
        signs = (1.0, -1.0) if channel.limits[0] < 0.0 else (1.0,)
        poses = [_shown(meshes, show, {name: channel.neutral + sign * channel.unit}) for sign in signs]
        face = _opened(rest, poses)
        if face is not None and (best is None or face[1].opening > best[1].opening):
            best = face
    return best


_HINGES = re.compile(r"jaw|mandib|maxi|kiefer|mouth|mund", re.IGNORECASE)
_OPENERS = re.compile(r"jaw|open|(^|[^a-z])(aa|ah|a)([^a-z]|$)|wide|chin|mandib|あ", re.IGNORECASE)
_TRIED = 24
_HINGED = 12  # turns of what may be a jaw, which are all tried
_WIDE = 0.3  # of the mouth's width: an opening that shows well enough where the lips are
