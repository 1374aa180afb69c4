# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a line's F-curves lie: in the datablock's own action, or in a strip of its own in the NLA.

An action that holds keys of a line is marked, so that it is known again where a hand has put it: pushed down
into the NLA, in a strip on another track, or set aside for another action.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, overload

import bpy
import numpy as np

from ..host import compat
from .fcurves import Span, Target

if TYPE_CHECKING:
    from typing import Literal, Protocol

    class Home(Protocol):
        """Whose keys, and where they lie: a line says where they are to be, a Written where they were."""

        @property
        def uid(self) -> int: ...
        @property
        def place(self) -> str: ...  # ACTION or NLA
        @property
        def token(self) -> str: ...


_LONGER = 0.5  # frames
_MARK = "bilabial_lines"  # property of an action: whose keys it holds


def _mark_of(line: Home) -> str:
    return f"{line.token}:{line.place}"


def _is_marked(action: bpy.types.Action | None, line: Home) -> bool:
    return action is not None and bool(line.token) and _mark_of(line) in action.get(_MARK, "").split()


def _mark(action: bpy.types.Action, line: Home) -> None:
    if line.token and not _is_marked(action, line):
        action[_MARK] = f"{action.get(_MARK, '')} {_mark_of(line)}".strip()


def _clips(owner: bpy.types.ID) -> Iterator[tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]]:
    """The strips of the NLA that play actions on a datablock, with their tracks."""
    animation = owner.animation_data
    for track in animation.nla_tracks if animation is not None else ():
        for strip in track.strips:
            if strip.type == "CLIP":
                yield track, strip


def _track_name(line: Home) -> str:
    return f"Lip-Sync {line.uid}"


def _nla_strip(line: Home, owner: bpy.types.ID, create: bool) -> bpy.types.NlaStrip | None:
    animation = owner.animation_data
    if animation is None:
        if not create:
            return None
        animation = owner.animation_data_create()
    moved = next((strip for _, strip in _clips(owner) if _is_marked(strip.action, line)), None)
    if moved is not None:
        return moved
    track = animation.nla_tracks.get(_track_name(line))
    if track is None:
        if not create:
            return None
        track = animation.nla_tracks.new()
        track.name = _track_name(line)
    if not track.strips:
        if not create:
            return None
        action = bpy.data.actions.new(f"{owner.name} {_track_name(line)}")
        strip = track.strips.new(_track_name(line), 0, action)
        strip.extrapolation = "NOTHING"
        strip.blend_type = "REPLACE"
        strip.use_sync_length = False  # else Blender cuts the strip to the keys
    return track.strips[0]


@overload
def channels(line: Home, owner: bpy.types.ID, create: Literal[True]) -> compat.Channels: ...
@overload
def channels(line: Home, owner: bpy.types.ID, create: bool) -> compat.Channels | None: ...
def channels(line: Home, owner: bpy.types.ID, create: bool) -> compat.Channels | None:
    """The F-curves of a datablock that are the line's; None where there are none and none are made."""
    strip = _pushed_down(line, owner) if line.place == "ACTION" else _nla_strip(line, owner, create)
    if strip is not None:
        found = compat.nla_channels(owner, strip)
    elif line.place == "ACTION":
        found = compat.channels(owner, f"{owner.name} Speech" if create else None)
    else:
        found = None
    if create and found is not None:
        _mark(found.action, line)
    return found


def _pushed_down(line: Home, owner: bpy.types.ID) -> bpy.types.NlaStrip | None:
    """The strip into which a hand has pushed the action that holds the line; None while that is active."""
    if owner.animation_data is None or _is_marked(owner.animation_data.action, line):
        return None
    return next((strip for _, strip in _clips(owner) if _is_marked(strip.action, line)), None)


def set_aside(line: Home, owner: bpy.types.ID) -> list[compat.Channels]:
    """The F-curves of actions (or slots) that hold the line, but that a hand has set aside for other ones."""
    if line.place != "ACTION":
        return []
    marked = [action for action in bpy.data.actions if _is_marked(action, line)]
    return [found for action in marked for found in compat.unplayed(action, owner)]


def fit_strips(line: Home, owners: Iterable[bpy.types.ID], span: Span, before: Span | None) -> None:
    """An NLA strip plays its action over exactly the line's span: frame for frame, but where a hand has moved
    or stretched the strip since the line was written over the span ``before``.
    """
    if line.place != "NLA":
        for owner in owners:
            strip = _pushed_down(line, owner)
            if strip is not None and before is not None:
                _lengthen(strip, span, before)
        return
    for owner in owners:
        strip = _nla_strip(line, owner, create=False)
        if strip is None:
            continue
        first, last = _whole(span)
        start, scale = first, 1.0
        if before is not None:
            # What a hand trimmed, moved or stretched stays so.
            was_first, was_last = _whole(before)
            cut = strip.action_frame_start - was_first, was_last - strip.action_frame_end
            if first + cut[0] < last - cut[1]:
                start, scale = strip.frame_start + (first - was_first), strip.scale
                first, last = first + cut[0], last - cut[1]
        strip.use_sync_length = False
        strip.action_frame_end = max(last, strip.action_frame_start + 1.0)
        strip.action_frame_start, strip.action_frame_end = first, last
        end = start + (last - first) * scale
        strip.frame_end_ui = max(end, strip.frame_start_ui + 1.0)
        strip.frame_start_ui, strip.frame_end_ui = start, end
        strip.scale = scale


def _lengthen(strip: bpy.types.NlaStrip, span: Span, before: Span) -> None:
    """A strip that a hand made of the line plays all of it still, where the line has become longer."""
    later = span[1] - max(before[1], strip.action_frame_end)
    if span[1] - before[1] > _LONGER and later > _LONGER:
        strip.use_sync_length = False
        strip.action_frame_end += np.ceil(later)
        strip.frame_end_ui += np.ceil(later) * strip.scale


def _whole(span: Span) -> Span:
    """The whole frames around a span."""
    return float(np.floor(span[0])), float(np.ceil(span[1]))


def has_curve(line: Home, target: Target) -> bool:
    """Whether the line's own place holds a curve for it."""
    return _holds(channels(line, target.owner, create=False), target)


def is_animated(line: Home, target: Target) -> bool:
    """Whether the line, or the datablock's own action, moves it."""
    return has_curve(line, target) or _holds(compat.channels(target.owner), target)


def _holds(found: compat.Channels | None, target: Target) -> bool:
    return found is not None and found.find(target.path, target.index) is not None


def drop_empty_track(line: Home, owner: bpy.types.ID) -> None:
    """Take the line's strip away once it holds no curve; a strip that a hand made stays."""
    strip = _nla_strip(line, owner, create=False) if line.place == "NLA" else None
    if strip is None:
        return
    found = compat.nla_channels(owner, strip)
    if found is None or not list(found):
        action = strip.action
        track = next(track for track, one in _clips(owner) if one == strip)
        track.strips.remove(strip)
        if not track.strips:
            owner.animation_data.nla_tracks.remove(track)
        if action is not None and action.users == 0:
            bpy.data.actions.remove(action)
