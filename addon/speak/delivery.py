# SPDX-License-Identifier: GPL-3.0-or-later
"""A take into the scene, keeping what people made; and out of it again. The only way in: fresh lines,
restyling, edited phones and restoring all come through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.controls import CONTROLS
from ..bilabial.errors import BilabialError
from ..host import compat
from ..host.clock import Clock, frame_rate
from ..host.without_callbacks import quiet
from ..keys import fcurves, hand_edits, keyframe_home, rivals, standing, strays, whole_line
from ..keys.fcurves import Span, Target
from ..line import audio, lines, sliders, soundtrack, takes
from ..rig import body, drivers, numbers, rig_probe, speech
from ..rig.staging import Stage, prepare, shown_curves, stage, unseen
from . import across, by_name, face, phone_list
from .generation import in_line_style

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
    before = _own_span(scene, line, written)
    snapped = keep_edits and _take_snapping(line, before)
    found = stage(line)
    strange = by_name.curves(take)
    if strange:
        taken = {by_name.mark(target) for several in found.places.values() for target in several}
        found = replace(found, strange=by_name.targets(found.character, strange, taken))
    times = takes.time_in(line, hearing, take.sound.sha256) if hearing is not None else None
    offset = 0.0
    if written is not None and before is not None:
        start = written.sound_start if hearing is None else start
        trimmed = times[1] * frame_rate(scene) if times is not None else 0.0
        offset = whole_line.off_sound(start, written, before, trimmed) if keep_edits else 0.0
    clock = Clock(start + offset, frame_rate(scene))
    duration = takes.duration(take)
    shown = shown_curves(found, take, line.tolerance, line, clock) | {n: strange[n] for n in found.strange}
    curves = {name: fcurves.ended(curve, clock, duration) for name, curve in shown.items()}
    report = Report(duration=duration)
    named = by_name.report(strange, found.strange)
    if before is not None and times is not None:
        before = before.retimed(*times)  # edits belong to a moment of the sound
    elif before is not None and hearing is not None and moments is None:
        moments = _recorded_again(line, take)
    wanted = [(name, target) for name in curves for target in found.places.get(name, ())]
    theirs = {name: hand_edits.as_read_back(curve, clock) for name, curve in curves.items()}
    span = fcurves.span_of(clock, duration, curves.values())
    former = hand_edits.Former.of(line, wanted, before)
    to_write = [theirs[name] for name, _ in wanted]
    known: list[list[dict[str, np.ndarray]]] = [[] for _ in wanted]
    traits: list[fcurves.Traits | None] = [None] * len(wanted)
    crossed = (
        across.crossing(line, found, take, before, theirs) if keep_edits and before is not None else None
    )
    if keep_edits:
        plays = theirs if crossed is None else _crossed(theirs, crossed, clock, duration)
        beside = [one for one in _others(scene, line) if one.character == line.character]
        merged = hand_edits.keep_hand_edits(
            line, wanted, plays, before, former, (clock, span), moments, beside
        )
        to_write, known, traits = merged.curves, merged.known, merged.traits
        report.conflicts, report.notes = merged.conflicts, merged.notes

        # A kept edit near the end passes into rest a little after it: those keys are the line's own as well.
        span = fcurves.span_of(clock, duration, [*curves.values(), *to_write])
    with fcurves.Undoable() as before_writing:
        if before is not None:
            _leave(before, former, wanted, before_writing, carried_all=crossed is not None)
        report.notes += prepare(line.character, found, _baked_beside(scene, line)) + unseen(found)
        report.notes += face.report(line, found.character, found.fit, found.face) + named
        if line.place == "ACTION" and not found.bakes and not _animated(line.character):
            speech.reset(line.character)
        reach = _reach(before, clock, span)
        for (name, target), keys, had, given in zip(wanted, to_write, known, traits, strict=True):
            if _says_nothing(name, keys, found) and not keyframe_home.has_curve(line, target):
                continue
            channels = keyframe_home.channels(line, target.owner, create=True)
            before_writing.remember(channels, target)
            if before is not None and reach is span and not former.moved:
                # The sound has moved: our keys and the edits among them have been carried along.
                fcurves.clear(channels, target, before.span, hand=True)
            report.keys += fcurves.write(channels, target, keys, clock, reach, had)
            if given is not None:
                fcurves.give(channels, target, given)
            report.curves += 1
        for name, curve in crossed.hands.items() if crossed is not None else ():
            place = speech.hand_target(line.character, name)
            channels = compat.channels(line.character, f"{line.character.name} Speech")
            before_writing.remember(channels, place)
            fcurves.write(channels, place, curve, clock, span)
    if snapped:
        report.notes.append("Your keys stood on whole frames, so Whole frames is on now (Settings).")
    if hearing is not None and offset:
        way = "later" if offset > 0.0 else "earlier"
        report.notes.append(
            f"The line's keys stand {abs(offset):.3g} frames {way} than its sound, as you moved them."
        )
    report.notes += _overlaps(scene, line, span)
    _tidy(line, found, before, former, span)
    keyed = {name for name, target in wanted if keyframe_home.has_curve(line, target)}
    takes.store(line, take)
    if hearing is not None:
        takes.store_hearing(line, hearing, take)
    takes.store_written(line, {name: theirs[name] for name in keyed}, clock, span, wanted, offset)
    takes.store_conflicts(line, report.conflicts)
    phone_list.fill_list(line)
    for owner in found.owners:
        owner.update_tag()
    return report


def _recorded_again(line: Line, take: Take) -> TimeMap | None:
    """Where the sounds of the line's take are in another recording; None where it says something else."""
    from ..bilabial.phonemes.time_map import recorded_again

    old = takes.load_or_say(line)[0]
    return recorded_again(old.phones, take.phones) if old is not None else None


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


def _overlaps(scene: bpy.types.Scene, line: Line, span: Span) -> list[str]:
    """A sentence for each other line that this character speaks at the same time."""
    notes = []
    for one in scene.bilabial.lines:
        other = takes.written(one) if one != line and one.take is not None else None
        if other is None or other.character != line.character:
            continue
        first, last = max(span[0], other.span[0]), min(span[1], other.span[1])
        if last - first > 1.0 and other.curves:
            notes.append(
                f"Frames {first:.0f} to {last:.0f} are spoken by {lines.sound_name(one)} as well: one mouth "
                "says one thing, so move one of the lines."
            )
    return notes


def hand_over(scene: bpy.types.Scene, line: Line) -> None:
    """Before a line goes: lines of its character that it overlaps take over its keys inside their spans."""
    gone = takes.written(line) if line.take is not None else None
    for one in scene.bilabial.lines if gone is not None else ():
        other = takes.written(one) if one != line and one.take is not None else None
        if (
            other is None
            or gone is None
            or max(other.span[0], gone.span[0]) > min(other.span[1], gone.span[1])
        ):
            continue
        if (other.character, other.target, other.place) == (gone.character, gone.target, gone.place):
            takes.store_curves(one, rivals.inherited(other, gone, held_places(one, other)))


def _baked_beside(scene: bpy.types.Scene, line: Line) -> list[Span]:
    """The spans of the character's other lines that lie on the face itself."""
    return [
        one.span for one in _others(scene, line) if one.target == "BAKE" and one.character == line.character
    ]


def _others(scene: bpy.types.Scene, line: Line) -> list[takes.Written]:
    """What was written for the scene's other lines."""
    found = (takes.written(one) for one in scene.bilabial.lines if one != line and one.take is not None)
    return [one for one in found if one is not None]


def _take_snapping(line: Line, before: takes.Written | None) -> bool:
    """Whoever has snapped all keys of a line to frames wants it on whole frames."""
    if before is None or line.whole_frames or line.stepped or before.target != line.target:
        return False
    if not standing.is_snapped(before, held_places(line, before)):
        return False
    with quiet():
        line.whole_frames = True
    return True


def _own_span(scene: bpy.types.Scene, line: Line, before: takes.Written | None) -> takes.Written | None:
    """What was written, where a hand has moved it as a whole, with keys that were moved out of its span."""
    if before is None or not before.curves or before.character is None:
        return before
    taken = [one.span for one in _others(scene, line) if one.character == before.character]
    places = list(held_places(line, before))
    before = whole_line.where_it_stands(before, places, taken, frame_rate(scene))
    return strays.with_strays(before, places, taken)


def _reach(before: takes.Written | None, clock: Clock, span: Span) -> Span:
    """The frames to write anew: the line's own, and those that it has left since it was written."""
    if before is None or abs(before.clock.start - clock.start) > 1e-6 or before.clock.rate != clock.rate:
        return span
    # If the line was longer before (its strip was trimmed since), its old end goes, too.
    return min(span[0], before.span[0]), max(span[1], before.span[1])


def _leave(
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
            channels, spot, before.span, carried or carried_all, _spared(channels, spot, before, base)
        )


def _spared(
    channels: compat.Channels, target: Target, before: takes.Written, base: Curve | None
) -> np.ndarray | None:
    """Frames of generated keys that a hand has changed since."""
    held = fcurves.hold(channels, target, before.clock, before.span)
    return standing.edited_frames(held, base) if held is not None and base is not None else None


def _tidy(
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
            if speech.has_controls(left) and not _animated(left):
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


def _says_nothing(name: str, curve: Curve, found: Stage) -> bool:
    """A control that this line never uses needs no F-curve."""
    rest = speech.neutral(name) if not found.bakes and name in CONTROLS else 0.0
    if found.bakes and name in found.fitted.profile.channels:
        rest = found.fitted.profile.channels[name].neutral
    return not len(curve) or bool(np.all(np.abs(curve.values - rest) < 1e-6))


def _animated(root: bpy.types.Object) -> bool:
    channels = compat.channels(root)
    return channels is not None and any(speech.control_of(curve.data_path) for curve in channels)


def _rest(line: Line, found: Stage) -> None:
    """Channels of speech that nothing animates stand at rest: a new shape key may stand at 1."""
    for name, several in found.targets.items():
        for target in several:
            if not keyframe_home.is_animated(line, target):
                shown = 0.0 if found.draws is not None else found.fitted.profile.channels[name].neutral
                numbers.set_value(target, shown)


# Clearing and restoring


def clear(line: Line, hand: bool) -> tuple[int, int]:
    """Remove the line's keys (those made by hand too if asked). Returns (removed, left)."""
    before = _own_span(line.id_data, line, takes.written(line))
    if before is None:
        raise BilabialError("this line has no keys yet: generate it first")
    removed = left = 0
    held = list(held_places(line, before))
    for name, target, channels in held:
        spared = _spared(channels, target, before, before.curves.get(name))
        one, other = fcurves.clear(channels, target, before.span, hand, spared)
        removed, left = removed + one, left + other
    takes.store_written(line, {}, before.clock, before.span)  # nothing of ours is left that could be edited
    for owner in {target.owner for _, target, _ in held}:
        keyframe_home.drop_empty_track(before, owner)
    left_alone = before.character
    if left_alone is not None:
        if speech.has_controls(left_alone) and not _animated(left_alone):
            speech.reset(left_alone)
        _let_go(left_alone)
    return removed, left


def select_conflicts(line: Line, conflicts: Iterable[tuple[str, float, float]]) -> int:
    """Select the keys of the conflicts in the graph editor, and nothing else on the line's channels."""
    before = takes.written(line)
    if before is None:
        return 0
    wanted: dict[str, list[tuple[float, float]]] = {}
    for name, first, last in conflicts:
        wanted.setdefault(name, []).append(
            (float(before.clock.frames(first)), float(before.clock.frames(last)))
        )
    return sum(
        fcurves.select(channels, target, wanted.get(name, []))
        for name, target, channels in held_places(line, before)
    )


def held_places(line: Line, before: takes.Written) -> Iterator[tuple[str, Target, compat.Channels]]:
    """Every channel and target that the line was written to, with the F-curves there."""
    if before.spots:
        targets = {name: rig_probe.targets_at(before.character, held) for name, held in before.spots.items()}
    else:  # written by a version that did not note them
        targets = stage(line).targets
    for name, several in targets.items():
        for target in several:
            channels = keyframe_home.channels(before, target.owner, create=False)
            if channels is not None:
                yield name, target, channels


# Style and phones: from the stored take, without the network


def restyle(scene: bpy.types.Scene, line: Line) -> Report:
    """The stored take with the line's style, written over what is there, edits kept."""
    take, before = takes.keyed(line)
    return deliver(scene, line, sliders.with_style(take, line, before.clock), before.clock.start)


def restore(scene: bpy.types.Scene, line: Line) -> Report:
    """The keys exactly as generated, edits by hand dropped."""
    take, before = takes.keyed(line)
    return deliver(scene, line, take, before.clock.start, keep_edits=False)
