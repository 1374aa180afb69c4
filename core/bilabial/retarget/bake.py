"""Keys straight onto a rig's channels: the same error bound as the controls' curves, and lips that stay shut.

Channels are reduced as shares of their units (a jaw in radians as exactly as a slider of 0..1). Where a seal
is complete, a channel that follows another one (mouthClose after jawOpen) gets that one's very keys for the
stretch, so that between the keys, too, nothing opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS
from ..curves.curve import Curve
from ..curves.reduce import TOLERANCE, reduce
from ..errors import RigError
from ..timing import FRAME_RATE
from .evaluate import evaluate
from .profile import RigProfile
from .profile_entries import Follow

Floats = NDArray[np.float64]
Pin = tuple[int, float, float]
_SEALED = 1.0 - 1e-9


def bake(
    profile: RigProfile,
    dense: NDArray[np.floating],
    tolerance: float = TOLERANCE,
    start: float = 0.0,
    added: Floats | None = None,
) -> dict[str, Curve]:
    """Controls (rows, 31) at 100 rows a second -> a curve for each channel that speech moves here.

    ``tolerance`` is the largest error as a share of a channel's full deflection. Channels that never leave
    their neutral value have no keys. ``added`` (rows, channels) is what the face does beside speech; it must
    leave the lips alone where they are sealed, as expression.compose does.
    """
    if profile.mode == "choose":
        raise RigError(f"{profile.title} shows one mouth at a time: write stepped keys for it, not curves")
    driven = profile.driven
    place = {name: i for i, name in enumerate(profile.channels)}
    values = evaluate(profile, dense)
    if added is not None:
        limits = np.array([channel.limits for channel in profile.channels.values()])
        values = np.clip(values + added, limits[:, 0], limits[:, 1])
    values = values[:, [place[name] for name in driven]]
    channels = [profile.channels[name] for name in driven]
    units = np.array([channel.unit for channel in channels])
    neutral = np.array([channel.neutral for channel in channels])
    shares = (values - neutral) / units
    seals = {follow: _seals(follow, dense, start) for follow in profile.follows}
    tied = {name for follow, spans in seals.items() if spans for name in (follow.channel, follow.follows)}
    curves: dict[str, Curve] = {}
    # A follower takes over its leader's keys in a seal, which may cost both errors: half the bound each.
    for names, bound in (([n for n in driven if n not in tied], tolerance), (sorted(tied), tolerance / 2.0)):
        columns = [driven.index(name) for name in names]
        curves |= _reduced(shares[:, columns], names, bound, _pins(profile, names, dense, start), start)
    for name, channel in zip(driven, channels, strict=True):
        curves[name] = (
            curves[name].remapped(channel.unit, channel.neutral) if len(curves[name]) else curves[name]
        )
    for name in profile.order:
        follow = profile.follow_of(name)
        if follow is not None and seals[follow]:
            curves[name] = _sealed(curves[name], curves[follow.follows], follow.weight, seals[follow])
    return {name: curves[name] for name in driven if len(curves[name])}


def _reduced(
    shares: Floats, names: list[str], tolerance: float, pins: list[Pin], start: float
) -> dict[str, Curve]:
    """Sparse curves, those of one-sided channels held to their side of zero."""
    found: dict[str, Curve] = {}
    for limits, wanted in (((0.0, 1.0), True), ((-1.0, 1.0), False)):
        columns = [i for i in range(len(names)) if (float(shares[:, i].min(initial=0.0)) >= -1e-9) == wanted]
        if columns:
            own = [(columns.index(i), first, last) for i, first, last in pins if i in columns]
            dense = np.clip(shares[:, columns], *limits)
            found |= reduce(dense, [names[i] for i in columns], tolerance, own, limits, start)
    return found


def _pins(profile: RigProfile, names: list[str], dense: NDArray[np.floating], start: float) -> list[Pin]:
    """Stretches in which a closing control stands at 1: what closes must not sag between keys."""
    pins = []
    for column, name in enumerate(names):
        closing = {term.control for term in profile.terms_of(name) if term.part == "seal"}
        for control in sorted(closing):
            pins += [(column, first, last) for first, last in spans(_on(dense, (control,)), start)]
    return _merged(pins)


def _merged(pins: Iterable[Pin]) -> list[Pin]:
    merged: list[Pin] = []
    for column, first, last in sorted(pins):
        if merged and merged[-1][0] == column and first <= merged[-1][2]:
            merged[-1] = (column, merged[-1][1], max(merged[-1][2], last))
        else:
            merged.append((column, first, last))
    return merged


def _on(dense: NDArray[np.floating], controls: Iterable[str]) -> NDArray[np.bool_]:
    columns = [CONTROLS.index(name) for name in controls]
    on: NDArray[np.bool_] = np.asarray(dense, np.float64)[:, columns].sum(axis=1) >= _SEALED
    return on


def _seals(follow: Follow, dense: NDArray[np.floating], start: float) -> list[tuple[float, float]]:
    return spans(_on(dense, follow.by), start)


def spans(on: NDArray[np.bool_], start: float = 0.0) -> list[tuple[float, float]]:
    """Stretches (first and last moment, seconds) of more than one row in which a row flag stands."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return [
        (start + first / FRAME_RATE, start + (last - 1) / FRAME_RATE)
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        if last - first > 1
    ]


def _sealed(own: Curve, leader: Curve, weight: float, seals: list[tuple[float, float]]) -> Curve:
    """``own`` outside the seals, the leader's keys times ``weight`` inside."""
    pieces: list[Curve] = []
    done = -np.inf
    for first, last in seals:
        inside = _around(leader, first, last).sliced(first, last).remapped(weight)
        if not len(inside):  # the leader rests throughout
            inside = Curve.hermite([first, last], [0.0, 0.0], [0.0, 0.0])
        pieces += [_strictly_between(own, done, first), _with_outer_handles(inside, own)]
        done = last
    return Curve.joined([*pieces, _strictly_between(own, done, np.inf)])


def _around(curve: Curve, start: float, end: float) -> Curve:
    """The few keys that say how a curve runs from start to end."""
    first = int(np.searchsorted(curve.times, start, side="right")) - 1
    last = int(np.searchsorted(curve.times, end, side="left")) + 1
    return curve.select(slice(max(first, 0), last))


def _strictly_between(own: Curve, start: float, end: float) -> Curve:
    """The keys between two moments, their handles as if a key stood at each of them."""
    near = _around(own, start, end)
    if not len(near):
        return near
    for edge in (start, end):
        if np.isfinite(edge):
            near = near.with_key_at(edge)
    return near.after(start).before(end)


def _with_outer_handles(inside: Curve, own: Curve) -> Curve:
    """Towards the outside the first and last key lean as the curve did that they replace."""
    first, last = inside.key(0), inside.key(len(inside) - 1)
    near = _around(own, first.time, last.time)
    if not len(near):
        return inside
    near = near.with_key_at(first.time).with_key_at(last.time)
    left = near.key(int(np.searchsorted(near.times, first.time)))
    right = near.key(int(np.searchsorted(near.times, last.time)))
    made = list(inside.keys())
    made[0] = replace(made[0], left=(left.left[0], left.left[1] + first.value - left.value))
    made[-1] = replace(made[-1], right=(right.right[0], right.right[1] + last.value - right.value))
    return Curve.from_keys(made)


def baked_gap(profile: RigProfile, curves: Mapping[str, Curve], times: Floats) -> Floats:
    """How far baked lips stand open at any moments; closed at 0."""
    total = np.zeros(len(times))
    for name, weight in profile.gap.items():
        curve = curves.get(name)
        rest = profile.channels[name].neutral
        total += weight * (curve.evaluate(times) if curve is not None and len(curve) else rest)
    return total
