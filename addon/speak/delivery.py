# SPDX-License-Identifier: GPL-3.0-or-later
"""A take into the scene, keeping what people made; and out of it again. The only way in: fresh lines,
restyling, edited phones and restoring all come through here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.controls import CONTROLS
from ..host import compat
from ..host.clock import Clock, frame_rate
from ..host.without_callbacks import quiet
from ..keys import fcurves, hand_edits, keyframe_home, standing, whole_line
from ..keys.fcurves import Span
from ..keys.traits import give
from ..line import audio, lines, sliders, soundtrack, takes
from ..rig import speech
from ..rig.staging import Stage, prepare, shown_curves, stage, unseen, with_drawn_face
from . import across, by_name, face, phone_list
from .generation import in_line_style
from .in_scene import baked_beside, held_places, others, overlaps, own_span
from .leaving import is_animated, leave, tidy

if TYPE_CHECKING:
    from ..bilabial.curves.curve import Curve
    from ..bilabial.curves.style import Style
    from ..bilabial.curves.take import Take
    from ..bilabial.phonemes.time_map import TimeMap
    from ..line.line import Line
    from .generation import Performed


_ONE_MOMENT = 1e-3  # seconds: two keys that stand closer are one


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
        keys, curves = "key" if self.keys == 1 else "keys", "curve" if self.curves == 1 else "curves"
        return "\n".join([f"{self.keys} {keys} on {self.curves} {curves}{rate}.", *self.notes])


def deliver_fresh(scene: bpy.types.Scene, line: Line, done: Performed, style: Style | None = None) -> Report:
    """Write a take that was just made, in the line's own style or another one."""
    from ..bilabial.words.report import remarks

    take = in_line_style(line, done.take) if style is None else done.take.with_style(style)
    report = deliver(scene, line, take, done.hearing.start_frame, hearing=done.hearing)
    takes.store_heard(line, done.heard)
    report.notes[:0] = done.notes
    report.notes += [f"{remark[:1].upper()}{remark[1:]}." for remark in remarks(done.take)]
    report.notes += soundtrack.lay(scene, line, takes.keyed(line)[1].span[1])
    return report


def deliver(
    scene: bpy.types.Scene,
    line: Line,
    take: Take,
    start: float,
    keep_edits: bool = True,
    hearing: audio.Hearing | None = None,
    moments: TimeMap | None = None,
) -> Report:
    """Write a take's curves for a line. Hand edits since the last writing are kept by the core's merge.

    ``hearing`` is the stretch of sound that the take is of, where that may be another one than before.
    ``moments`` says where the take's sounds were moved to; edits go along.
    Everything that can fail comes before the first key is written.
    """
    lines.name_it(line)
    written = takes.written(line)
    before = own_span(scene, line, written)
    snapped = keep_edits and _take_snapping(line, before)
    timing = _time(scene, line, take, start, (written, before), hearing, moments, keep_edits)
    plan = _plan(scene, line, take, timing, keep_edits)
    report = Report(0, 0, takes.duration(take), list(plan.merged.notes), plan.merged.conflicts)
    with fcurves.Undoable() as undoable:
        if timing.before is not None:
            leave(timing.before, plan.former, plan.wanted, undoable, carried_all=plan.crossed is not None)
        report.notes += prepare(line.character, plan.found, baked_beside(scene, line)) + unseen(plan.found)
        report.notes += face.report(line, plan.found.character, plan.found.fit, plan.found.face)
        report.notes += by_name.report(plan.strange, plan.found.strange)
        if line.place == "ACTION" and not plan.found.bakes and not is_animated(line.character):
            speech.reset(line.character)
        report.keys, report.curves = _write(line, plan, timing, undoable)
    if snapped:
        report.notes.append("Your keys stood on whole frames, so Whole frames is on now (Settings).")
    if hearing is not None and timing.offset:
        way = "later" if timing.offset > 0.0 else "earlier"
        report.notes.append(
            f"The line's keys stand {abs(timing.offset):.3g} frames {way} than its sound, as you moved them."
        )
    report.notes += overlaps(scene, line, plan.span)
    tidy(line, plan.found, timing.before, plan.former, plan.span)
    _note_down(line, take, hearing, plan, timing)
    return report


@dataclass(frozen=True)
class _Timing:
    """When a line's keys stand, and how what was written last went along."""

    clock: Clock
    offset: float  # frames that a hand has moved the keys away from their sound
    before: takes.Written | None  # what was written last, at the moments of the present sound
    moments: TimeMap | None  # where sounds were moved to inside the line

    @property
    def sound_moved(self) -> bool:
        before = self.before
        return before is None or (
            abs(before.clock.start - self.clock.start) > 1e-6 or before.clock.rate != self.clock.rate
        )

    def reach(self, span: Span) -> Span:
        """The frames to write anew: the line's own, and those that it has left since it was written."""
        if self.before is None or self.sound_moved:
            return span
        # If the line was longer before (its strip was trimmed since), its old end goes, too.
        return min(span[0], self.before.span[0]), max(span[1], self.before.span[1])


def _time(
    scene: bpy.types.Scene,
    line: Line,
    take: Take,
    start: float,
    was: tuple[takes.Written | None, takes.Written | None],
    hearing: audio.Hearing | None,
    moments: TimeMap | None,
    keep_edits: bool,
) -> _Timing:
    """``was`` is what was written last, as noted and as it stands now."""
    written, before = was
    rate = frame_rate(scene)
    moved = takes.time_in(line, hearing, take.sound.sha256) if hearing is not None else None
    offset = 0.0
    if written is not None and before is not None:
        start = written.sound_start if hearing is None else start
        trimmed = moved[1] * rate if moved is not None else 0.0
        offset = whole_line.off_sound(start, written, before, trimmed) if keep_edits else 0.0
    if before is not None and moved is not None:
        before = before.retimed(*moved)  # edits belong to a moment of the sound
    elif before is not None and hearing is not None and moments is None:
        moments = _recorded_again(line, take)
    return _Timing(Clock(start + offset, rate), offset, before, moments)


def _recorded_again(line: Line, take: Take) -> TimeMap | None:
    """Where the sounds of the line's take are in another recording; None where it says something else."""
    from ..bilabial.phonemes.time_map import recorded_again

    old = takes.load_or_say(line)[0]
    return recorded_again(old.phones, take.phones) if old is not None else None


@dataclass(frozen=True)
class _Plan:
    """Everything that is written, and where."""

    found: Stage
    strange: dict[str, Curve]  # of names that no vocabulary here knows
    theirs: dict[str, Curve]  # as generated, as Blender gives it back
    wanted: list[takes.Named]
    former: hand_edits.Former
    merged: hand_edits.Merged  # as generated, with what hands made: for each place wanted
    crossed: across.Crossing | None  # of a line that changed its kind of target
    span: Span


def _plan(scene: bpy.types.Scene, line: Line, take: Take, timing: _Timing, keep_edits: bool) -> _Plan:
    found = with_drawn_face(stage(line), line, take)
    strange = by_name.curves(take)
    if strange:
        taken = {by_name.mark(target) for several in found.places.values() for target in several}
        found = replace(found, strange=by_name.targets(found.character, strange, taken))
    clock, duration = timing.clock, takes.duration(take)
    shown = shown_curves(found, take, line.tolerance, line, clock) | {n: strange[n] for n in found.strange}
    curves = {name: fcurves.ended(curve, clock, duration) for name, curve in shown.items()}
    wanted = [(name, target) for name in curves for target in found.places.get(name, ())]
    theirs = {name: hand_edits.as_read_back(curve, clock) for name, curve in curves.items()}
    span = fcurves.span_of(clock, duration, curves.values())
    former = hand_edits.Former.of(line, wanted, timing.before)
    if not keep_edits:
        merged = hand_edits.Merged.untouched([theirs[name] for name, _ in wanted])
        return _Plan(found, strange, theirs, wanted, former, merged, None, span)
    crossed = across.crossing(line, found, take, timing.before, theirs) if timing.before is not None else None
    plays = theirs if crossed is None else _crossed(theirs, crossed, clock, duration)
    beside = [one for one in others(scene, line) if one.character == line.character]
    merged = hand_edits.keep_hand_edits(
        line, wanted, plays, timing.before, former, (clock, span), timing.moments, beside
    )
    # A kept edit near the end passes into rest a little after it: those keys are the line's own as well.
    span = fcurves.span_of(clock, duration, [*curves.values(), *merged.curves])
    return _Plan(found, strange, theirs, wanted, former, merged, crossed, span)


def _crossed(
    theirs: dict[str, Curve], crossed: across.Crossing, clock: Clock, duration: float
) -> dict[str, Curve]:
    """What the channels play after a line changed its kind of target."""
    played = {}
    for name, curve in theirs.items():
        whole = fcurves.ended(crossed.curves.get(name, curve), clock, duration)
        apart = np.append(np.diff(whole.times) > _ONE_MOMENT, True)[: len(whole)]
        played[name] = hand_edits.as_read_back(whole.select(apart), clock)
    return played


def _write(line: Line, plan: _Plan, timing: _Timing, undoable: fcurves.Undoable) -> tuple[int, int]:
    """Returns how many keys were written on how many F-curves."""
    before, clock, reach = timing.before, timing.clock, timing.reach(plan.span)
    merged = plan.merged
    written = curves = 0
    for (name, target), keys, known, traits in zip(
        plan.wanted, merged.curves, merged.known, merged.traits, strict=True
    ):
        if _says_nothing(name, keys, plan.found) and not keyframe_home.has_curve(line, target):
            continue
        channels = keyframe_home.channels(line, target.owner, create=True)
        undoable.remember(channels, target)
        if before is not None and timing.sound_moved and not plan.former.moved:
            # The sound has moved: our keys and the edits among them have been carried along.
            fcurves.clear(channels, target, before.span, hand=True)
        written += fcurves.write(channels, target, keys, clock, reach, known)
        if traits is not None:
            give(channels, target, traits)
        curves += 1
    for name, curve in plan.crossed.hands.items() if plan.crossed is not None else ():
        place = speech.hand_target(line.character, name)
        channels = compat.channels(line.character, f"{line.character.name} Speech")
        undoable.remember(channels, place)
        fcurves.write(channels, place, curve, clock, plan.span)
    return written, curves


def _says_nothing(name: str, curve: Curve, found: Stage) -> bool:
    """A control that this line never uses needs no F-curve."""
    rest = speech.neutral(name) if not found.bakes and name in CONTROLS else 0.0
    if found.bakes and name in found.fitted.profile.channels:
        rest = found.fitted.profile.channels[name].neutral
    return not len(curve) or bool(np.all(np.abs(curve.values - rest) < 1e-6))


def _note_down(line: Line, take: Take, hearing: audio.Hearing | None, plan: _Plan, timing: _Timing) -> None:
    """What the next delivery must know of this one."""
    keyed = {name for name, target in plan.wanted if keyframe_home.has_curve(line, target)}
    takes.store(line, take)
    if hearing is not None:
        takes.store_hearing(line, hearing, take)
    theirs = {name: plan.theirs[name] for name in keyed}
    takes.store_written(line, theirs, timing.clock, plan.span, plan.wanted, timing.offset)
    takes.store_conflicts(line, plan.merged.conflicts)
    phone_list.fill_list(line)
    for owner in plan.found.owners:
        owner.update_tag()


def _take_snapping(line: Line, before: takes.Written | None) -> bool:
    """Whoever has snapped all keys of a line to frames wants it on whole frames."""
    if before is None or line.whole_frames or line.stepped or before.target != line.target:
        return False
    if not standing.is_snapped(before, held_places(line, before)):
        return False
    with quiet():
        line.whole_frames = True
    return True


# Style and phones: from the stored take, without the network


def restyle(scene: bpy.types.Scene, line: Line) -> Report:
    """The stored take with the line's style, written over what is there, edits kept."""
    take, before = takes.keyed(line)
    return deliver(scene, line, sliders.with_style(take, line, before.clock), before.clock.start)


def restore(scene: bpy.types.Scene, line: Line) -> Report:
    """The keys exactly as generated, edits by hand dropped."""
    take, before = takes.keyed(line)
    return deliver(scene, line, take, before.clock.start, keep_edits=False)
