# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line leaves behind where it is not keyed any more: our keys go, those of hands stay, and what
nothing animates stands at rest.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.controls import CONTROLS
from ..bilabial.errors import BilabialError
from ..host import compat
from ..keys import fcurves, hand_edits, keyframe_home, standing
from ..keys.fcurves import Span, Target
from ..keys.held import hold
from ..line import takes
from ..rig import body, drivers, numbers, rig_probe, speech
from ..rig.staging import Stage
from . import face
from .in_scene import held_places, own_span

if TYPE_CHECKING:
    from ..bilabial.curves.curve import Curve
    from ..line.line import Line


def leave(
    before: takes.Written,
    former: hand_edits.Former,
    wanted: list[takes.Named],
    before_writing: fcurves.Undoable,
    carried_all: bool,
) -> None:
    """Take our keys away from where the line was keyed before and is not any more. What a hand made there
    goes with them where it was carried along, and stays where it could not be.
    """
    bases = {
        hand_edits.key_of(spot): before.curves.get(name)
        for name, several in former.spots.items()
        for spot in several
    }
    for spot, carried in former.left_behind(wanted):
        channels = keyframe_home.channels(before, spot.owner, create=False)
        if channels is None or channels.action.library is not None:
            continue
        before_writing.remember(channels, spot)
        base = bases[hand_edits.key_of(spot)]
        fcurves.clear(
            channels, spot, before.span, carried or carried_all, spared_frames(channels, spot, before, base)
        )


def spared_frames(
    channels: compat.Channels, target: Target, before: takes.Written, base: Curve | None
) -> np.ndarray | None:
    """Frames of generated keys that a hand has changed since."""
    held = hold(channels, target, before.clock, before.span)
    return standing.edited_frames(held, base) if held is not None and base is not None else None


def tidy(
    line: Line, found: Stage, before: takes.Written | None, former: hand_edits.Former, span: Span
) -> None:
    """Strips of the NLA in their places; what nothing animates at rest."""
    keyframe_home.fit_strips(line, found.owners, span, before.span if before is not None else None)
    if before is not None:
        for owner in {spot.owner for several in former.spots.values() for spot in several}:
            if former.moved or owner not in found.owners:
                keyframe_home.drop_empty_track(before, owner)
        left = before.character
        if left is not None and left != line.character:
            if speech.has_controls(left) and not is_animated(left):
                speech.reset(left)
            _let_go(left)
        _settle(line, found, former)
    if face.turns(found.face):
        body.rest(line.character)
    else:
        _let_go(line.character)
    if found.bakes:
        _rest(line, found)


def _settle(line: Line, found: Stage, former: hand_edits.Former) -> None:
    """Channels of the face that this line keyed once and nothing animates any more stand at rest."""
    channels = found.fit.profile.channels if found.fit is not None else {}
    for name, several in former.spots.items():
        if former.moved or name in found.places or name in CONTROLS:
            continue
        rest = channels[name].neutral if name in channels else 0.0
        for spot in several:
            if not keyframe_home.is_animated(line, spot) and not drivers.is_driven(spot):
                numbers.set_value(spot, rest)


def _let_go(root: bpy.types.Object) -> None:
    """The head and the chest as they are posed, where nothing of the character's numbers turns them."""
    body.rest(root)
    if any(speech.property_name(name) in root for name in body.HEAD):
        with suppress(BilabialError):  # it has no face any more: what turns it stands at rest
            body.drop_unused(root, rig_probe.probe(root))


def is_animated(root: bpy.types.Object) -> bool:
    channels = compat.channels(root)
    return channels is not None and any(speech.control_of(curve.data_path) for curve in channels)


def _rest(line: Line, found: Stage) -> None:
    """Channels of speech that nothing animates stand at rest: a new shape key may stand at 1."""
    for name, several in found.targets.items():
        for target in several:
            if not keyframe_home.is_animated(line, target):
                shown = 0.0 if found.draws is not None else found.fitted.profile.channels[name].neutral
                numbers.set_value(target, shown)


def clear(line: Line, hand: bool) -> tuple[int, int]:
    """Remove the line's keys (those made by hand too if asked). Returns (removed, left)."""
    before = own_span(line.id_data, line, takes.written(line))
    if before is None:
        raise BilabialError("this line has no keys yet: generate it first")
    removed = left = 0
    held = list(held_places(line, before))
    for name, target, channels in held:
        spared = spared_frames(channels, target, before, before.curves.get(name))
        one, other = fcurves.clear(channels, target, before.span, hand, spared)
        removed, left = removed + one, left + other
    takes.store_written(line, {}, before.clock, before.span)  # nothing of ours is left that could be edited
    for owner in {target.owner for _, target, _ in held}:
        keyframe_home.drop_empty_track(before, owner)
    left_alone = before.character
    if left_alone is not None:
        if speech.has_controls(left_alone) and not is_animated(left_alone):
            speech.reset(left_alone)
        _let_go(left_alone)
    return removed, left
