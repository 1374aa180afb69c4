# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a line's F-curves lie: in the datablock's own action, or in a strip of its own in the NLA."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..host import compat
from .fcurves import Span, Target

if TYPE_CHECKING:
    from ..ui.properties import BilabialLine


def _track_name(line: BilabialLine) -> str:
    return f"Lip-Sync {line.uid}"


def _nla_strip(line: BilabialLine, owner: bpy.types.ID, create: bool) -> bpy.types.NlaStrip | None:
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
    return track.strips[0]


def channels(line: BilabialLine, owner: bpy.types.ID, create: bool) -> compat.Channels | None:
    """The F-curves of a datablock that are the line's; None where there are none and none are made."""
    if line.place == "ACTION":
        return compat.channels(owner, f"{owner.name} Speech" if create else None)
    strip = _nla_strip(line, owner, create)
    return compat.nla_channels(owner, strip) if strip is not None else None


def fit_strips(line: BilabialLine, owners: Iterable[bpy.types.ID], span: Span) -> None:
    """An NLA strip plays its action frame for frame over exactly the line's span."""
    if line.place != "NLA":
        return
    for owner in owners:
        strip = _nla_strip(line, owner, create=False)
        if strip is not None:
            first, last = float(np.floor(span[0])), float(np.ceil(span[1]))
            strip.use_sync_length = False  # else Blender cuts the strip to the keys
            strip.action_frame_end = max(last, strip.action_frame_start + 1.0)
            strip.action_frame_start, strip.action_frame_end = first, last
            strip.frame_end_ui = max(last, strip.frame_start_ui + 1.0)
            strip.frame_start_ui, strip.frame_end_ui = first, last
            strip.scale = 1.0


def has_curve(line: BilabialLine, target: Target) -> bool:
    """Whether the line's own place holds a curve for it."""
    return _holds(channels(line, target.owner, create=False), target)


def is_animated(line: BilabialLine, target: Target) -> bool:
    """Whether the line, or the datablock's own action, moves it."""
    return has_curve(line, target) or _holds(compat.channels(target.owner), target)


def _holds(found: compat.Channels | None, target: Target) -> bool:
    return found is not None and found.find(target.path, target.index) is not None


def drop_empty_track(line: BilabialLine, owner: bpy.types.ID) -> None:
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
