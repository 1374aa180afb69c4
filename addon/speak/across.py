# SPDX-License-Identifier: GPL-3.0-or-later
"""From speech controls to keys on the face itself, and back: what stands comes across, edits included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.controls import CLOSERS, CONTROLS
from ..bilabial.curves.curve import HAND, Curve, rows_at
from ..bilabial.timing import FRAME_RATE
from ..host import compat
from ..keys import baking, fcurves, keyframe_home
from ..keys.held import read
from ..line import takes
from ..rig import rig_probe, speech

if TYPE_CHECKING:
    from ..bilabial.curves.take import Take
    from ..bilabial.retarget.profile import RigProfile
    from ..bilabial.retarget.profile_entries import Channel
    from ..line.line import Line
    from ..rig.staging import Stage

_EVER = (-1e9, 1e9)  # frames
_FAR = 1.5  # tolerances: what lies further from the clean bake was made by a hand
_BESIDE = 0.04  # seconds around such rows
_APART = 0.25  # seconds between two such stretches that are two


@dataclass(frozen=True)
class Crossing:
    """What a line brings from its former kind of target."""

    curves: dict[str, Curve]  # what to write in place of the clean curves
    hands: dict[str, Curve]  # by channel: what lies on top of speech


def crossing(
    line: Line, found: Stage, take: Take, before: takes.Written, clean: Mapping[str, Curve]
) -> Crossing | None:
    """None where the line keeps its kind of target, or the rig shows drawings or poses that are held."""
    same = before.target == line.target or before.character != line.character
    if same or found.fit is None or found.draws is not None or line.stepped:
        return None
    if found.bakes:
        return _onto_face(line, found, take, before, clean)
    return _onto_controls(line, found, take, before)


# From the controls onto the face


def _onto_face(
    line: Line, found: Stage, take: Take, before: takes.Written, clean: Mapping[str, Curve]
) -> Crossing:
    from ..bilabial.curves.merge import merge, set_in
    from ..bilabial.retarget.evaluate import evaluate

    profile, root = found.fitted.profile, line.character
    styled = baking.styled(take)
    mine = {name: held for name in CONTROLS if (held := _stands(before, root, speech.path(name))) is not None}
    controls = styled
    if any(len(curve) for curve in mine.values()):
        base = {name: before.curves.get(name, Curve.empty()) for name in {*mine, *before.curves}}
        controls = merge(base, mine, styled).curves
    takes.store_controls(line, controls)
    times = _moments(take)
    plain = evaluate(profile, rows_at(styled, CONTROLS, times))
    beyond = _with_hands(profile, root, before, rows_at(controls, CONTROLS, times), times) - plain
    edited: dict[str, Curve] = dict(clean)
    for i, (name, channel) in enumerate(profile.channels.items()):
        beyond[:, i] += channel.unit * _edited_emotion(root, name, before, times)
        spans = _spans(np.abs(beyond[:, i]) > _FAR * line.tolerance * channel.unit, times)
        if not spans or name not in profile.driven:
            continue
        # What the take's face does to the mouth stays below what the hand did.
        column = np.clip(_values(clean.get(name), times, channel) + beyond[:, i], *channel.limits)
        drawn = baking.reduced_channels(profile, [name], column[:, None], FRAME_RATE, line.tolerance)[name]
        through = _on_top(root, name, before) is not None  # it may go on beyond the line
        if through:
            edited[name] = _of_hand(drawn)
            continue
        edited[name] = set_in(drawn, clean.get(name, Curve.empty()), spans)
        if spans[-1][1] > times[-1]:  # it holds beyond the line, as the controls do
            whole = edited[name].with_key_at(float(times[-1]), HAND)
            edited[name] = whole.select(whole.times <= times[-1])
    return Crossing(edited, {})


def _values(curve: Curve | None, times: np.ndarray, channel: Channel) -> np.ndarray:
    return curve.evaluate(times) if curve is not None and len(curve) else np.full(len(times), channel.neutral)


def _with_hands(
    profile: RigProfile, root: bpy.types.Object, before: takes.Written, rows: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """The channels as the drivers have them: speech, and what hands put on top of it."""
    from ..bilabial.retarget.evaluate import evaluate
    from ..bilabial.retarget.expression import fades_with_closures

    values = evaluate(profile, rows)
    closed = np.minimum(1.0, rows[:, [CONTROLS.index(name) for name in CLOSERS]].sum(axis=1))
    for i, (name, channel) in enumerate(profile.channels.items()):
        curve = _on_top(root, name, before)
        still = float(root.get(speech.hand_name(name), 0.0))
        if curve is None and still == 0.0:
            continue
        added = channel.unit * (curve.evaluate(times) if curve is not None else still)
        if fades_with_closures(profile, name):
            added = added * (1.0 - closed)
        values[:, i] = np.clip(values[:, i] + added, *channel.limits)
    return values


def _edited_emotion(
    root: bpy.types.Object, name: str, before: takes.Written, times: np.ndarray
) -> np.ndarray | float:
    """What a hand has changed of what an emotion adds to a channel, in shares of fully on."""
    number = speech.emotion_name(name)
    base = before.curves.get(number)
    if base is None or not len(base):
        return 0.0
    mine = _stands(before, root, speech.path(number))
    return mine.evaluate(times) - base.evaluate(times) if mine is not None and len(mine) else 0.0


def _on_top(root: bpy.types.Object, name: str, before: takes.Written) -> Curve | None:
    held = read(compat.channels(root), speech.hand_target(root, name), before.clock, _EVER)
    return held if held is not None and len(held) else None


def _stands(before: takes.Written, owner: bpy.types.ID, path: str) -> Curve | None:
    channels = keyframe_home.channels(before, owner, create=False)
    return read(channels, fcurves.Target(owner, path), before.clock, before.span)


# From the face back to the controls


def _onto_controls(line: Line, found: Stage, take: Take, before: takes.Written) -> Crossing:
    from ..bilabial.curves.merge import merge
    from ..bilabial.retarget.evaluate import evaluate

    profile, root = found.fitted.profile, line.character
    controls = styled = baking.styled(take)
    stood = takes.controls_of(line)
    if stood:  # edits of before the line went onto the face
        generated = {name: curve.select(curve.origin != HAND) for name, curve in stood.items()}
        controls = merge(generated, stood, styled).curves
    times = _moments(take)
    there = evaluate(profile, rows_at(controls, CONTROLS, times))
    moved = there - evaluate(profile, rows_at(styled, CONTROLS, times))  # by those edits
    hands: dict[str, Curve] = {}
    for i, (name, channel) in enumerate(profile.channels.items()):
        target = next(iter(rig_probe.targets_at(root, before.spots.get(name, ()))), None)
        if target is None or name not in profile.driven:
            continue
        channels = keyframe_home.channels(before, target.owner, create=False)
        mine = read(channels, target, before.clock, before.span)
        if mine is None or not len(mine):
            continue
        clean = _values(before.curves.get(name), times, channel)
        beyond = (mine.evaluate(times) - clean - moved[:, i]) / channel.unit
        wanted = np.abs(beyond) > _FAR * line.tolerance
        if wanted.any():
            hands[name] = _added(np.where(_widened(wanted), beyond, 0.0), line.tolerance)
    return Crossing(dict(controls), hands)


def _added(rows: np.ndarray, tolerance: float) -> Curve:
    from ..bilabial.curves.reduce import reduce

    curve = reduce(rows[:, None], ["hand"], tolerance, (), (-10.0, 10.0))["hand"]
    return _of_hand(curve)


def _of_hand(curve: Curve) -> Curve:
    return replace(curve, origin=np.full(len(curve), HAND, np.uint8))


def _moments(take: Take) -> np.ndarray:
    return np.arange(int(np.ceil(takes.duration(take) * FRAME_RATE)) + 1) / FRAME_RATE


def _widened(wanted: np.ndarray) -> np.ndarray:
    reach = round(_BESIDE * FRAME_RATE)
    return np.convolve(wanted, np.ones(2 * reach + 1), mode="same") > 0.5


def _spans(wanted: np.ndarray, times: np.ndarray) -> list[tuple[float, float]]:
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return []
    cuts = np.flatnonzero(np.diff(rows) > _APART * FRAME_RATE)
    starts, ends = np.append(rows[0], rows[cuts + 1]), np.append(rows[cuts], rows[-1])
    return [
        (max(0.0, float(times[a]) - _BESIDE), float(times[b]) + _BESIDE)
        for a, b in zip(starts, ends, strict=True)
    ]
