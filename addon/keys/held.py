# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that stand in the scene, read back as the core's curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..bilabial.curves.curve import BEZIER, GENERATED, HAND, Curve
from ..host import compat
from ..host.clock import Clock
from .fcurves import EASING, Span, Target, fetch, inside

if TYPE_CHECKING:
    from ..bilabial.phonemes.time_map import TimeMap


@dataclass(frozen=True, slots=True)
class Held:
    """Keys that stand on a channel: as a curve in seconds, and with all that Blender knows of them."""

    curve: Curve
    known: dict[str, np.ndarray]  # one row a key of the curve; times as frames of ``clock``
    clock: Clock

    def select(self, keep: np.ndarray) -> Held:
        return replace(
            self,
            curve=self.curve.select(keep),
            known={name: array[keep] for name, array in self.known.items()},
        )

    def known_at(self, clock: Clock, moments: TimeMap | None = None) -> dict[str, np.ndarray]:
        """What Blender knows of the keys, at the frames that their moments have by another clock, or in
        another performance.
        """
        moved = {name: array.copy() for name, array in self.known.items()}
        if clock != self.clock or moments is not None:
            for name in ("co", "handle_left", "handle_right"):
                seconds = self.clock.seconds(moved[name][:, 0].astype(np.float64))
                moved[name][:, 0] = clock.frames(seconds if moments is None else moments(seconds))
        return moved


def read(channels: compat.Channels | None, target: Target, clock: Clock, span: Span) -> Curve | None:
    """The keys inside a span, in seconds; None where the channel has no F-curve."""
    held = hold(channels, target, clock, span)
    return held.curve if held is not None else None


def hold(
    channels: compat.Channels | None, target: Target, clock: Clock, span: Span, without: Span | None = None
) -> Held | None:
    """The keys inside a span and not inside another; None where the channel has no F-curve."""
    found = channels.find(target.path, target.index) if channels is not None else None
    if found is None:
        return None
    data = fetch(found.keyframe_points, len(found.keyframe_points))
    keep = inside(data["co"][:, 0], span)
    if without is not None:
        keep &= ~inside(data["co"][:, 0], without)
    co, left, right = (data[name][keep].astype(np.float64) for name in ("co", "handle_left", "handle_right"))
    for points in (co, left, right):
        points[:, 0] = clock.seconds(points[:, 0])
        points[:, 1] -= target.offset
    # Blender lets a handle cross its key's own time and mends that when it evaluates; a Curve refuses it.
    left[:, 0] = np.minimum(left[:, 0], co[:, 0])
    right[:, 0] = np.maximum(right[:, 0], co[:, 0])
    if len(co) > 1:  # one key a moment
        first = np.concatenate([[True], np.diff(co[:, 0]) > 1e-6])
        co, left, right = co[first], left[first], right[first]
        kept = np.flatnonzero(keep)[first]
    else:
        kept = np.flatnonzero(keep)
    known = {name: array[kept] for name, array in data.items()}
    interpolation = np.minimum(known["interpolation"], BEZIER).astype(np.uint8)
    origin = np.where(_as_we_make_them(known), GENERATED, HAND).astype(np.uint8)
    return Held(Curve(co[:, 0], co[:, 1], left, right, interpolation, origin), known, clock)


def frames_of(channels: compat.Channels | None, target: Target) -> tuple[np.ndarray, np.ndarray]:
    """The frames of all keys of a channel, and which of them are of the type that we give."""
    found = channels.find(target.path, target.index) if channels is not None else None
    if found is None:
        return np.empty(0, np.float32), np.empty(0, bool)
    keys = found.keyframe_points
    co, kind = np.empty(2 * len(keys), np.float32), np.empty(len(keys), np.int32)
    if len(keys):
        keys.foreach_get("co", co)
        keys.foreach_get("type", kind)
    return co[::2], kind == compat.key_type("GENERATED")


def _as_we_make_them(known: Mapping[str, np.ndarray]) -> np.ndarray:
    """Keys on which no hand has chosen another colour, easing or interpolation."""
    plain = known["type"] == compat.key_type("GENERATED")
    plain &= (known["interpolation"] <= BEZIER) & (known["easing"] == 0)
    for name, usual in EASING.items():
        plain &= np.abs(known[name] - usual) < 1e-4
    return plain
