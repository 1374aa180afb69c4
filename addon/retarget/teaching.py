# SPDX-License-Identifier: GPL-3.0-or-later
"""A rig that no profile knows, taught by actions: pose assets, one action a viseme, one with markers. And
profiles of drawings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import bpy
import mathutils

from ..bilabial.errors import RigError
from ..bilabial.retarget.profile import RigProfile
from ..bilabial.retarget.profile_entries import Channel
from ..host import compat
from ..rig import rig_probe
from .own_profile import keep_own
from .trying import blank_profile, keep_taught, measure_poses, named_part

if TYPE_CHECKING:
    from ..bilabial.retarget.pose_list import Row
    from ..bilabial.retarget.poses import Pose, Taught
    from ..line.line import Line

    _Learn = Callable[[RigProfile, Mapping[str, Pose]], Taught]


_PATH = re.compile(
    r'^pose\.bones\["((?:[^"\\]|\\.)*)"\]\.(location|rotation_euler|rotation_quaternion|scale)$'
)


_SHAPE = re.compile(r'^key_blocks\["((?:[^"\\]|\\.)*)"\]\.value$')


_ROOM = 1.25  # how far past the strongest pose a channel may go


_LEAST = 1e-4  # a number that differs less from its rest is not moved by a pose


@dataclass(frozen=True)
class Poses:
    """What actions say about a character's numbers: channels made of what they move, and values by pose."""

    channels: dict[str, Channel]
    values: dict[str, dict[str, float]]  # pose -> channel -> value


def poses_of(
    character: rig_probe.Character, listed: Collection[str] | None = None, rest: str | None = None
) -> Poses:
    """Every action (and pose marker) that moves something of the character, or those that are ``listed``.
    ``rest``: the face at rest, "" for none, where a person says which it is; else its name does.
    """
    moved: dict[str, dict[str, float]] = {}
    kinds: dict[str, Channel] = {}
    curves = {action: list(compat.curves_of(action)) for action in bpy.data.actions}
    usual = _usual(curves)
    for action, own in curves.items():
        for name, frame in _moments(action, own, usual):
            if listed is not None and name not in listed:
                continue
            values = dict(_values(character, own, frame, kinds))
            if values:
                moved[name] = values
    return Poses(_with_room(kinds, moved, rest), moved)


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
                kinds.setdefault(name, Channel(name, part=named_part(name)))
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
        name, Channel(name, kind="bone", bone=bone, transform=transform, axis=axis, part=named_part(bone))
    )
    return name


def _with_room(
    kinds: Mapping[str, Channel], poses: Mapping[str, Mapping[str, float]], at_rest: str | None
) -> dict[str, Channel]:
    """Channels that some pose moves away from rest, with limits that hold every pose."""
    from ..bilabial.retarget.poses import rest_of

    rest = poses.get((rest_of(poses) or "") if at_rest is None else at_rest, {})
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
    """A profile of the line's own from the actions in the file. Raises RigError where none is a phone."""
    from ..bilabial.retarget import poses as core

    character = rig_probe.probe(line.character)
    return _taught(line, character, poses_of(character), core.teach)


def teach_rows(line: Line, rows: Sequence[Row]) -> str:
    """The same from a list that says which pose is which phone. Raises RigError where a row cannot be."""
    from ..bilabial.retarget import pose_list as core
    from ..bilabial.retarget.pose_labels import UNKNOWN

    character = rig_probe.probe(line.character)
    listed = {row.pose for row in rows if row.control != UNKNOWN}
    poses = poses_of(character, listed, core.rest_in(rows) or "")
    core.check_rows(rows, poses.values)
    return _taught(line, character, poses, lambda blank, named: core.teach_rows(blank, named, rows))


def _taught(line: Line, character: rig_probe.Character, poses: Poses, learn: _Learn) -> str:
    from ..bilabial.retarget.poses import with_closures

    named = {name: _only(pose, poses.channels) for name, pose in poses.values.items()}
    if not poses.channels:
        raise RigError(
            f"no action in this file moves {character.root.name!r}: make an action or pose asset for each "
            "phone, named aa, ee, oo, m, f ..."
        )
    blank = blank_profile(character, poses.channels)
    measured = measure_poses(character, blank, named)
    blank = replace(
        blank, channels={n: replace(c, part=measured.parts.get(n, c.part)) for n, c in blank.channels.items()}
    )
    taught = learn(blank, named)
    mouth = [name for name in blank.channels if any(t.channel == name for t in taught.profile.terms)]
    profile = with_closures(taught.profile, measured.opening).only(mouth)
    keep_taught(line, profile)
    return f"{taught.text()} {len(mouth)} channels move the mouth."


def _only(pose: Mapping[str, float], channels: Mapping[str, Channel]) -> dict[str, float]:
    return {name: value for name, value in pose.items() if name in channels}


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
