# SPDX-License-Identifier: GPL-3.0-or-later
"""A take into the scene, keeping what people made; and out of it again. The only way in: fresh lines,
restyling, edited phones and restoring all come through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.controls import CONTROLS
from ..bilabial.errors import BilabialError
from ..host import compat
from ..keys import fcurves, hand_edits, keyframe_home
from ..keys.fcurves import Clock, Span, Target, frame_rate
from ..line import sliders, takes
from ..rig import rig_probe, speech
from ..rig.staging import Stage, prepare, shown_curves, stage, unseen
from . import phone_list

if TYPE_CHECKING:
    from ..bilabial.curves.curve import Curve
    from ..bilabial.curves.take import Take
    from ..ui.properties import BilabialLine


@dataclass
class Report:
    """What a delivery did, in sentences for the user."""

    keys: int = 0
    curves: int = 0
    duration: float = 0.0
    notes: list[str] = field(default_factory=list)
    conflicts: list[hand_edits.Stretch] = field(default_factory=list)

    def text(self) -> str:
        if not self.keys:
            return "\n".join(["No speech was heard: the mouth rests, and nothing was keyed.", *self.notes])
        rate = f", {self.keys / self.duration:.0f} a second" if self.duration > 0.0 else ""
        return "\n".join([f"{self.keys} keys on {self.curves} curves{rate}.", *self.notes])


def deliver(
    scene: bpy.types.Scene, line: BilabialLine, take: Take, start: float, keep_edits: bool = True
) -> Report:
    """Write a take's curves for a line. Hand edits since the last writing are kept by the core's merge.

    Everything that can fail comes before the first key is written.
    """
    found = stage(line)
    clock = Clock(start, frame_rate(scene))
    duration = takes.duration(take)
    curves = {
        name: fcurves.ended(curve, clock, duration)
        for name, curve in shown_curves(found, take, line.tolerance, line, clock.rate).items()
    }
    report = Report(duration=duration)
    before = takes.written(line)
    wanted = [(name, target) for name in curves for target in found.targets.get(name, ())]
    theirs = {name: hand_edits.as_read_back(curve, clock) for name, curve in curves.items()}
    span = fcurves.span_of(clock, duration, curves.values())
    to_write = [theirs[name] for name, _ in wanted]
    if keep_edits:
        where = (before.clock, before.span) if before is not None else (clock, span)
        merged = hand_edits.keep_hand_edits(line, wanted, theirs, before, where)
        to_write, report.conflicts, report.notes = merged.curves, merged.conflicts, merged.notes

    if before is not None and (before.place, before.target) != (line.place, line.target):
        _unwrite(line, before)
    report.notes += prepare(line.character, found) + unseen(found)
    if line.place == "ACTION" and not found.bakes and not _animated(line.character):
        speech.reset(line.character)
    reach = _reach(line, [target for _, target in wanted], before, clock, span)
    with fcurves.Undoable() as before_writing:
        for (name, target), keys in zip(wanted, to_write, strict=True):
            if _says_nothing(name, keys, found) and not keyframe_home.has_curve(line, target):
                continue
            channels = keyframe_home.channels(line, target.owner, create=True)
            before_writing.remember(channels, target)
            report.keys += fcurves.write(channels, target, keys, clock, reach)
            report.curves += 1
    keyframe_home.fit_strips(line, found.owners, span)
    if found.bakes:
        _rest(line, found)
    keyed = {name for name, target in wanted if keyframe_home.has_curve(line, target)}
    takes.store(line, take)
    takes.store_written(line, {name: theirs[name] for name in keyed}, clock, span)
    takes.store_conflicts(line, report.conflicts)
    phone_list.fill_list(line)
    for owner in found.owners:
        owner.update_tag()
    return report


def _reach(
    line: BilabialLine, targets: list[Target], before: takes.Written | None, clock: Clock, span: Span
) -> Span:
    """The frames to write anew: the line's own, and those that it has left since it was written."""
    if before is None:
        return span
    if abs(before.clock.start - clock.start) <= 1e-6 and before.clock.rate == clock.rate:
        # If the line was longer before (its strip was trimmed since), its old end goes, too.
        return min(span[0], before.span[0]), max(span[1], before.span[1])
    # The sound has moved: our keys and the edits among them move along.
    for target in targets:
        channels = keyframe_home.channels(line, target.owner, create=False)
        if channels is not None:
            fcurves.clear(channels, target, before.span, hand=True)
    return span


def _says_nothing(name: str, curve: Curve, found: Stage) -> bool:
    """A control that this line never uses needs no F-curve."""
    rest = speech.neutral(name) if not found.bakes and name in CONTROLS else 0.0
    if found.bakes:
        rest = found.fit.profile.channels[name].neutral
    return not len(curve) or bool(np.all(np.abs(curve.values - rest) < 1e-6))


def _animated(root: bpy.types.Object) -> bool:
    channels = compat.channels(root)
    return channels is not None and any(speech.control_of(curve.data_path) for curve in channels)


def _rest(line: BilabialLine, found: Stage) -> None:
    """Channels of speech that nothing animates stand at rest: a new shape key may stand at 1."""
    for name, several in found.targets.items():
        for target in several:
            if not keyframe_home.is_animated(line, target):
                rig_probe.set_value(target, found.fit.profile.channels[name].neutral)


def _unwrite(line: BilabialLine, before: takes.Written) -> None:
    """Take our keys away from where the line was keyed before (it now goes elsewhere)."""
    wanted = line.place, line.target
    try:
        line.place, line.target = before.place, before.target
        clear(line, hand=before.target == wanted[1])
    finally:
        line.place, line.target = wanted


# Clearing and restoring


def clear(line: BilabialLine, hand: bool) -> tuple[int, int]:
    """Remove the line's keys (those made by hand too if asked). Returns (removed, left)."""
    before = takes.written(line)
    if before is None:
        raise BilabialError("this line has no keys yet: generate it first")
    found = stage(line)
    removed = left = 0
    for _, target, channels in _held(line, found):
        one, other = fcurves.clear(channels, target, before.span, hand)
        removed, left = removed + one, left + other
    takes.store_written(line, {}, before.clock, before.span)  # nothing of ours is left that could be edited
    for owner in found.owners:
        keyframe_home.drop_empty_track(line, owner)
    if not found.bakes and not _animated(line.character):
        speech.reset(line.character)
    return removed, left


def select_conflicts(line: BilabialLine, conflicts: Iterable[tuple[str, float, float]]) -> int:
    """Select the keys of the conflicts in the graph editor, and nothing else on the line's channels."""
    before = takes.written(line)
    found = stage(line)
    wanted: dict[str, list[tuple[float, float]]] = {}
    for name, first, last in conflicts:
        wanted.setdefault(name, []).append(
            (float(before.clock.frames(first)), float(before.clock.frames(last)))
        )
    return sum(
        fcurves.select(channels, target, wanted.get(name, []))
        for name, target, channels in _held(line, found)
    )


def _held(line: BilabialLine, found: Stage) -> Iterator[tuple[str, Target, compat.Channels]]:
    """Every channel and target of the stage whose datablock holds F-curves of the line."""
    for name, several in found.targets.items():
        for target in several:
            channels = keyframe_home.channels(line, target.owner, create=False)
            if channels is not None:
                yield name, target, channels


# Style and phones: from the stored take, without the network


def restyle(scene: bpy.types.Scene, line: BilabialLine) -> Report:
    """The stored take with the line's style, written over what is there, edits kept."""
    take, before = takes.keyed(line)
    return deliver(scene, line, sliders.with_style(take, line, before.clock), before.clock.start)


def restore(scene: bpy.types.Scene, line: BilabialLine) -> Report:
    """The keys exactly as generated, edits by hand dropped."""
    take, before = takes.keyed(line)
    return deliver(scene, line, take, before.clock.start, keep_edits=False)
