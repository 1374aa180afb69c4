# SPDX-License-Identifier: GPL-3.0-or-later
"""The only writer of keys. Core curves (seconds) to F-curves (frames) and back, whole arrays at a time.

A write replaces what lies inside a span of frames and leaves every other key as it is, to the bit. A key that
comes back unchanged keeps what Blender alone knows about it: handle types, easing, colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ..bilabial.curves.curve import GENERATED, Curve
from ..host import compat
from ..host.clock import Clock

GROUP = "Lip-Sync"
_FLOATS = {"co": 2, "handle_left": 2, "handle_right": 2, "amplitude": 1, "back": 1, "period": 1}
_NUMBERS = ("interpolation", "easing", "type", "handle_left_type", "handle_right_type")
_FLAGS = ("select_control_point", "select_left_handle", "select_right_handle")
EASING = {"amplitude": 0.8, "back": 1.70158, "period": 4.1}  # Blender's defaults
_ALIGNED, _FREE = 3, 0  # Blender's handle types
_APART = 0.02  # frames between the last key of a line and the end of its sound
_SAME_FRAME, _SAME_VALUE = 2e-3, 1e-4  # float32 frames of a long scene are no finer than this


@dataclass(frozen=True, slots=True)
class Target:
    """One animatable number of a datablock."""

    owner: bpy.types.ID
    path: str
    index: int = 0
    offset: float = 0.0  # what the rig's own number is more than the channel's (a bone's scale: 1)
    group: str = GROUP


Span = tuple[float, float]  # first and last frame, both inside


def span_of(clock: Clock, duration: float, curves: Iterable[Curve]) -> Span:
    """The frames that a take owns: its sound up to just before the end, so that another line can begin on the
    frame at which this one ends; and keys that stand a little outside.
    """
    times = [t for curve in curves if len(curve) for t in (curve.times[0], curve.times[-1])]
    first, last = min([0.0, *times]), max([duration - _APART / clock.rate, *times])
    margin = 0.5 * _APART
    return float(clock.frames(first)) - margin, float(clock.frames(last)) + margin


def ended(curve: Curve, clock: Clock, duration: float) -> Curve:
    """The curve with its last key just before the sound's end, if it stood at the end or after."""
    end = duration - _APART / clock.rate
    before = curve.times < end
    if before.all() or end <= 0.0:
        return curve
    last = curve.select(np.arange(len(curve)) == len(curve) - 1)
    move = np.array([end - last.times[0], 0.0])
    last = replace(last, times=last.times + move[0], left=last.left + move, right=last.right + move)
    kept = curve.select(before)
    return Curve(
        *(np.concatenate([getattr(kept, name), getattr(last, name)]) for name in Curve.__dataclass_fields__)
    )


def fetch(keys: Any, count: int) -> dict[str, np.ndarray]:
    """All that Blender knows of some keys, a row a key."""
    data: dict[str, np.ndarray] = {}
    for name, width in _FLOATS.items():
        data[name] = np.empty(count * width, np.float32)
    for name in _NUMBERS:
        data[name] = np.empty(count, np.int32)
    for name in _FLAGS:
        data[name] = np.empty(count, bool)
    for name, array in data.items():
        if count:
            keys.foreach_get(name, array)
    return {
        name: array.reshape(count, 2) if _FLOATS.get(name) == 2 else array for name, array in data.items()
    }


def inside(frames: np.ndarray, span: Span) -> np.ndarray:
    """Which of the frames lie in a span."""
    return (frames >= span[0]) & (frames <= span[1])


def write(
    channels: compat.Channels,
    target: Target,
    curve: Curve,
    clock: Clock,
    span: Span,
    known: Iterable[Mapping[str, np.ndarray]] = (),
) -> int:
    """Put a curve's keys in place of those within the span. Returns how many keys were written.

    ``known`` is what Blender knew of some of the keys where they stood before (Held.known_at).
    """
    fcurve = channels.find(target.path, target.index)
    if fcurve is None:
        if not len(curve):
            return 0
        fcurve = channels.ensure(target.path, target.index, target.group)
    keys = fcurve.keyframe_points
    old = fetch(keys, len(keys))
    within = inside(old["co"][:, 0], span)
    new = _as_keys(curve, clock, target.offset)
    for before in (*known, {name: array[within] for name, array in old.items()}):
        _keep_what_blender_knows(new, before)
    merged = {name: np.concatenate([old[name][~within], new[name]]) for name in new}
    order = np.argsort(merged["co"][:, 0], kind="stable")
    _store(fcurve, {name: array[order] for name, array in merged.items()})
    return len(curve)


def _as_keys(curve: Curve, clock: Clock, offset: float) -> dict[str, np.ndarray]:
    n = len(curve)
    co = np.column_stack([curve.times, curve.values])
    points = {}
    for name, array in (("co", co), ("handle_left", curve.left), ("handle_right", curve.right)):
        placed = np.array(array, np.float64).reshape(n, 2)
        placed[:, 0] = clock.frames(placed[:, 0])
        placed[:, 1] += offset
        points[name] = placed.astype(np.float32)
    types = handle_types(curve)
    made = np.where(curve.origin == GENERATED, compat.key_type("GENERATED"), compat.key_type("KEYFRAME"))
    return points | {
        **{name: np.full(n, usual, np.float32) for name, usual in EASING.items()},
        "interpolation": curve.interpolation.astype(np.int32),
        "easing": np.zeros(n, np.int32),
        "type": made.astype(np.int32),
        "handle_left_type": types,
        "handle_right_type": types.copy(),
        "select_control_point": np.zeros(n, bool),
        "select_left_handle": np.zeros(n, bool),
        "select_right_handle": np.zeros(n, bool),
    }


def handle_types(curve: Curve) -> np.ndarray:
    """The handle type of each key as we write it: one whose handles lie on one line stays smooth when an
    animator pulls at it.
    """
    a, b = curve.values - curve.left[:, 1], curve.right[:, 1] - curve.values
    da, db = curve.times - curve.left[:, 0], curve.right[:, 0] - curve.times
    return np.where(np.abs(a * db - b * da) <= 1e-6, _ALIGNED, _FREE).astype(np.int32)


def _keep_what_blender_knows(new: dict[str, np.ndarray], old: Mapping[str, np.ndarray]) -> None:
    """Keys that stand where they stood keep easing, handle types, colour and selection."""
    frames, before = new["co"][:, 0], old["co"][:, 0]
    if not len(frames) or not len(before):
        return
    order = np.argsort(before, kind="stable")
    at = np.clip(np.searchsorted(before[order], frames - _SAME_FRAME), 0, len(order) - 1)
    match = order[at]
    same = np.abs(before[match] - frames) <= _SAME_FRAME
    for name in ("co", "handle_left", "handle_right"):
        same &= np.abs(old[name][match, 1] - new[name][:, 1]) <= _SAME_VALUE
        if name != "co":
            same &= np.abs(old[name][match, 0] - new[name][:, 0]) <= 10 * _SAME_FRAME
    for name, array in new.items():
        array[same] = old[name][match[same]]


class Undoable:
    """Remembers channels before they are written and puts them back if the writing fails half-way."""

    def __init__(self) -> None:
        self._before: list[tuple[compat.Channels, Target, dict[str, np.ndarray] | None]] = []

    def remember(self, channels: compat.Channels, target: Target) -> None:
        fcurve = channels.find(target.path, target.index)
        keys = fcurve.keyframe_points if fcurve is not None else None
        self._before.append((channels, target, fetch(keys, len(keys)) if keys is not None else None))

    def __enter__(self) -> Undoable:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            return
        for channels, target, data in reversed(self._before):
            fcurve = channels.find(target.path, target.index)
            if data is None:
                if fcurve is not None:
                    channels.remove(fcurve)
                continue
            if fcurve is None:
                fcurve = channels.ensure(target.path, target.index, target.group)
            _store(fcurve, data)


def _store(fcurve: bpy.types.FCurve, data: dict[str, np.ndarray]) -> None:
    """Replace all keys by these arrays."""
    keys, count = fcurve.keyframe_points, len(data["type"])
    if len(keys) != count:
        keys.clear()
        keys.add(count)
    for name, array in data.items():
        if count:
            keys.foreach_set(name, np.ascontiguousarray(array).reshape(-1))
    fcurve.update()


def copy(
    one: bpy.types.FCurve,
    other: bpy.types.FCurve,
    gain: float,
    less: float,
    more: float = 0.0,
    without: Iterable[Span] = (),
) -> int:
    """Keys of one curve, but those within some spans, beside those of another: each value v as
    (v - less) * gain + more. Returns how many they are.
    """
    data = fetch(one.keyframe_points, len(one.keyframe_points))
    kept = np.ones(len(data["type"]), bool)
    for span in without:
        kept &= ~inside(data["co"][:, 0], span)
    for name in ("co", "handle_left", "handle_right"):
        data[name][:, 1] = (data[name][:, 1] - less) * gain + more
    old = fetch(other.keyframe_points, len(other.keyframe_points))
    if kept.any():
        merged = {name: np.concatenate([old[name], data[name][kept]]) for name in data}
        order = np.argsort(merged["co"][:, 0], kind="stable")
        _store(other, {name: array[order] for name, array in merged.items()})
    if not len(old["type"]):
        other.extrapolation = one.extrapolation
    return int(kept.sum())


def keep(channels: compat.Channels, target: Target, spans: Iterable[Span]) -> None:
    """Remove every key outside some spans."""
    fcurve = channels.find(target.path, target.index)
    if fcurve is None:
        return
    old = fetch(fcurve.keyframe_points, len(fcurve.keyframe_points))
    wanted = np.zeros(len(old["type"]), bool)
    for span in spans:
        wanted |= inside(old["co"][:, 0], span)
    if wanted.any():
        _store(fcurve, {name: array[wanted] for name, array in old.items()})
    else:
        channels.remove(fcurve)


def clear(
    channels: compat.Channels, target: Target, span: Span, hand: bool, spared: np.ndarray | None = None
) -> tuple[int, int]:
    """Remove our keys within a span, those made by hand too if asked. Returns (removed, left).

    ``spared`` are frames of keys of ours that a hand has changed: they stay, and are the hand's from then on.
    """
    fcurve = channels.find(target.path, target.index)
    if fcurve is None:
        return 0, 0
    keys = fcurve.keyframe_points
    old = fetch(keys, len(keys))
    frames = old["co"][:, 0]
    within = inside(frames, span)
    ours = within if hand else within & (old["type"] == compat.key_type("GENERATED"))
    if spared is not None and len(spared) and not hand:
        near = np.abs(frames[:, None] - spared[None, :]).min(axis=1) <= _SAME_FRAME
        old["type"][ours & near] = compat.key_type("KEYFRAME")
        ours = ours & ~near
    keep = ~ours
    if not keep.any() and (hand or not len(fcurve.modifiers)):  # a modifier is a hand's
        channels.remove(fcurve)
        return int(ours.sum()), 0
    if within.any():
        _store(fcurve, {name: array[keep] for name, array in old.items()})
    return int(ours.sum()), int((within & keep).sum())


def select(channels: compat.Channels, target: Target, frames: Iterable[tuple[float, float]]) -> int:
    """Select the keys within some stretches of frames and nothing else on the channel."""
    fcurve = channels.find(target.path, target.index)
    if fcurve is None:
        return 0
    keys = fcurve.keyframe_points
    co = np.empty(len(keys) * 2, np.float32)
    keys.foreach_get("co", co)
    wanted = np.zeros(len(keys), bool)
    for first, last in frames:
        wanted |= (co[::2] >= first - 0.01) & (co[::2] <= last + 0.01)
    for name in _FLAGS:
        keys.foreach_set(name, wanted)
    fcurve.select = bool(wanted.any())
    if wanted.any():
        fcurve.hide = False
    return int(wanted.sum())
