# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a line's F-curves lie: in the datablock's own action, or in a strip of its own in the NLA."""

from __future__ import annotations

from collections.abc import Iterable
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


def _track_name(line: Home) -> str:
    return f"Lip-Sync {line.uid}"


def _nla_strip(line: Home, owner: bpy.types.ID, create: bool) -> bpy.types.NlaStrip | None:
    animation = owner.animation_data
    if animation is None:
        if not create:
            return None
        animation = owner.animation_data_create()
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
    if line.place == "ACTION":
        return compat.channels(owner, f"{owner.name} Speech" if create else None)
    strip = _nla_strip(line, owner, create)
    return compat.nla_channels(owner, strip) if strip is not None else None


def fit_strips(line: Home, owners: Iterable[bpy.types.ID], span: Span, before: Span | None) -> None:
    """An NLA strip plays its action over exactly the line's span: frame for frame, but where a hand has moved
    or stretched the strip since the line was written over the span ``before``.
    """
    if line.place != "NLA":
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
    """Take the line's strip away once it holds no curve."""
    animation = owner.animation_data
    track = animation.nla_tracks.get(_track_name(line)) if animation is not None else None
    if track is None or not track.strips:
        return
    found = compat.nla_channels(owner, track.strips[0])
    if found is None or not list(found):
        action = track.strips[0].action
        animation.nla_tracks.remove(track)
        if action is not None and action.users == 0:
            bpy.data.actions.remove(action)
