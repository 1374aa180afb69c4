# SPDX-License-Identifier: GPL-3.0-or-later
"""What "Generate lip-sync" does, without operators: plan (reads the scene), perform (no bpy, any thread),
deliver (writes the scene). Restyling, phone edits, clearing and restoring use the same last step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
import numpy as np

from . import compat, drivers, fcurves, phones, rig_probe, sound, speech, takes
from .bilabial.controls import CONTROLS
from .bilabial.curves.curve import GENERATED, Curve
from .bilabial.errors import BilabialError, RigError
from .bilabial.timing import SAMPLE_RATE
from .fcurves import Clock, Span, Target

if TYPE_CHECKING:
    from .bilabial.curves.take import Take
    from .bilabial.phonemes.track import PhoneTrack
    from .bilabial.retarget.profile import RigProfile
    from .properties import BilabialLine

Progress = Callable[[float, str], None]


# Planning: everything that the work needs, read from the scene at once


@dataclass(frozen=True)
class Plan:
    """One line's work, without a single reference into Blender."""

    uid: int
    hearing: sound.Hearing
    model: str | None  # name or folder
    phones_file: Path | None
    text: str
    language: str
    tolerance: float
    start: float  # frame


def plan(context: bpy.types.Context, line: BilabialLine) -> Plan:
    """Check everything that can be checked before the work begins. Raises BilabialError."""
    from . import preferences

    scene = context.scene
    stage(line)  # a rig that cannot take the keys is known now, not after the wait
    hearing = in_range(sound.hear(scene, line), scene, line)
    phones_file = sound.absolute(line.phones_file) if line.phones_file else None
    return Plan(
        uid=line.uid,
        hearing=hearing,
        model=preferences.model_folder(context, line.model),
        phones_file=phones_file,
        text=line.text.strip(),
        language=line.language.strip() or "en",
        tolerance=line.tolerance,
        start=hearing.start_frame,
    )


def in_range(hearing: sound.Hearing, scene: bpy.types.Scene, line: BilabialLine) -> sound.Hearing:
    """The part of a sound that the line's range leaves."""
    if not line.use_range:
        return hearing
    rate = frame_rate(scene)
    first = max(float(line.range_first), hearing.start_frame)
    last = float(line.range_last)
    if hearing.duration is not None:
        last = min(last, hearing.start_frame + hearing.duration * rate)
    if last <= first:
        raise BilabialError(
            f"the range {line.range_first}..{line.range_last} holds nothing of {hearing.name}: move it over "
            "the sound"
        )
    later = (first - hearing.start_frame) / rate
    return replace(
        hearing,
        start_frame=first,
        skip=hearing.skip + later * hearing.speed,
        duration=(last - first) / rate,
    )


def frame_rate(scene: bpy.types.Scene) -> float:
    return scene.render.fps / scene.render.fps_base


def perform(work: Plan, progress: Progress, cancelled: Callable[[], bool]) -> Take:
    """Sound to take. Runs in any thread; knows no bpy beyond the decoder that needs no scene."""
    from .bilabial.exchange.phones import read_phones
    from .bilabial.generate import GenerateOptions, generate_from_samples

    progress(0.0, "Reading the sound")
    timings = read_phones(work.phones_file) if work.phones_file else None
    samples = sound.decode(work.hearing)
    if timings is not None:
        timings = _of_stretch(timings, work.hearing, len(samples) / SAMPLE_RATE)
    reference = takes.reference(work.hearing, len(samples))
    options = GenerateOptions(
        model=work.model,
        phones=timings,
        text=work.text or None,
        language=work.language,
        tolerance=work.tolerance,
    )
    return generate_from_samples(samples, reference, options, progress, cancelled)


def _of_stretch(timings: PhoneTrack, hearing: sound.Hearing, duration: float) -> PhoneTrack:
    """Timings of a whole file as those of the stretch that is heard, at the speed at which it plays."""
    if hearing.skip == 0.0 and hearing.speed == 1.0 and hearing.duration is None:
        return timings
    placed = []
    for phone in timings:
        start = max(0.0, (phone.start - hearing.skip) / hearing.speed)
        end = min(duration, (phone.end - hearing.skip) / hearing.speed)
        if end - start > 1e-3:
            placed.append(replace(phone, start=start, end=end))
    return type(timings).of(placed)


def in_line_style(line: BilabialLine, take: Take) -> Take:
    """A fresh take in the style that the line has already: its sliders and its ranges."""
    from .bilabial.curves.style import Style

    old = takes.load(line)
    spans = old.style.spans if old is not None else ()
    base = old.style.dials if old is not None and line.style_range else takes.dials_of(line)
    if base.neutral and not spans:
        return take
    return take.with_style(Style("own", base, spans))


# Staging: what of the character receives keys


@dataclass(frozen=True)
class Stage:
    """What receives the keys of a line: channels by name, each lying at one or several places of the rig."""

    character: rig_probe.Character
    fit: rig_probe.Fit | None  # None where controls are keyed on a rig that no profile knows yet
    targets: dict[str, list[Target]]
    bakes: bool
    notes: tuple[str, ...] = ()


def chosen_profile(line: BilabialLine) -> RigProfile | None:
    """The profile that the line names; None: recognise it."""
    from .bilabial.retarget.profile_format import load_profile, parse_profile, read_profile

    if line.own_profile is not None:
        return parse_profile(line.own_profile.as_string(), line.own_profile.name)
    if not line.rig:
        return None
    if line.rig.endswith(".json"):
        return read_profile(sound.absolute(line.rig))
    return load_profile(line.rig)


def stage(line: BilabialLine) -> Stage:
    """Find the rig and refuse it if it cannot take the keys. Changes nothing."""
    character = rig_probe.probe(line.character)
    if line.target == "CONTROLS" and prepared_elsewhere(line.character):
        # An override of a character that was prepared in its own file: its drivers came along.
        found = Stage(character, None, speech.targets(line.character), bakes=False)
    else:
        candidate, _ = rig_probe.identify(character, chosen_profile(line))
        fit = rig_probe.fit(character, candidate)
        if line.target == "CONTROLS":
            if line.character.library is None and line.character.override_library is not None:
                speech.ensure(line.character)  # raises: an override keeps no new properties
            drivers.planned(fit)
            found = Stage(character, fit, speech.targets(line.character), bakes=False)
        else:
            driven = {name: fit.targets[name] for name in fit.profile.driven}
            if not driven:
                raise RigError(f"the profile {fit.profile.title!r} moves nothing on {line.character.name!r}")
            found = Stage(character, fit, driven, bakes=True)
    fcurves.refuse_unwritable(t for several in found.targets.values() for t in several)
    return found


def prepared_elsewhere(root: bpy.types.Object) -> bool:
    return root.override_library is not None and speech.has_controls(root)


def prepare(root: bpy.types.Object, found: Stage) -> list[str]:
    """Controls and drivers on the character. Safe to call again; returns notes for the report."""
    if found.fit is None:
        return []
    if found.bakes:
        rig_probe.use_euler(found.targets)
        return []
    speech.ensure(root)
    return drivers.build(root, found.fit)


def shown_curves(
    found: Stage, take: Take, tolerance: float, line: BilabialLine, rate: float
) -> dict[str, Curve]:
    """What the channels of the stage play: the styled take itself, or its bake onto the rig."""
    stepped = line.stepped or (found.fit is not None and found.fit.profile.mode == "choose")
    curves = takes.stepped(take, line.hold / rate) if stepped else takes.styled(take)
    if not found.bakes:
        return curves
    if stepped:
        return takes.baked_stepped(found.fit.profile, curves)
    return takes.baked(found.fit.profile, curves, take, tolerance)


# Delivering: into the scene, keeping what people made


@dataclass
class Report:
    """What a delivery did, in sentences for the user."""

    keys: int = 0
    curves: int = 0
    duration: float = 0.0
    notes: list[str] = field(default_factory=list)
    conflicts: list[tuple[str, float, float]] = field(default_factory=list)  # channel, first and last second

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
    places = [
        (name, curve, target)
        for name, curve in curves.items()
        if name in found.targets
        for target in found.targets[name]
    ]
    theirs = {name: _quantised(curve, clock) for name, curve in curves.items()}
    span = fcurves.span_of(clock, duration, curves.values())
    merged = _merge(line, places, theirs, before, span, clock, report, keep_edits)

    if before is not None and (before.place, before.target) != (line.place, line.target):
        _unwrite(line, before)
    report.notes += prepare(line.character, found) + _unseen(found)
    if line.place == "ACTION" and not found.bakes and not _animated(line.character):
        speech.reset(line.character)
    reach = _reach(line, [target for _, _, target in places], before, clock, span)
    with fcurves.Undoable() as before_writing:
        for (name, _, target), keys in zip(places, merged, strict=True):
            if _says_nothing(name, keys, found) and not _has_curve(line, target):
                continue
            channels = _channels(line, target.owner, create=True)
            before_writing.remember(channels, target)
            report.keys += fcurves.write(channels, target, keys, clock, reach)
            report.curves += 1
    _fit_strips(line, found, span)
    if found.bakes:
        _rest(line, found)
    keyed = {name for name, _, target in places if _has_curve(line, target)}
    takes.store(line, take)
    takes.store_written(line, {name: theirs[name] for name in keyed}, clock, span)
    takes.store_conflicts(line, report.conflicts)
    phones.fill_list(line)
    _show(found)
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
        channels = _channels(line, target.owner, create=False)
        if channels is not None:
            fcurves.clear(channels, target, before.span, hand=True)
    return span


def _merge(line, places, theirs, before, span, clock, report, keep_edits) -> list[Curve]:
    """For each place, the curve that keeps hand edits. Fills in the report."""
    if not keep_edits:
        return [theirs[name] for name, _, _ in places]
    merged: list[Curve] = [theirs[name] for name, _, _ in places]
    # Several meshes may hold one channel, each with its own edits: merge them rank by rank.
    ranks: dict[int, dict[str, int]] = {}
    seen: dict[str, int] = {}
    for i, (name, _, _) in enumerate(places):
        rank = seen.get(name, 0)
        seen[name] = rank + 1
        ranks.setdefault(rank, {})[name] = i
    kept: set[tuple[str, float, float]] = set()
    conflicts: set[tuple[str, float, float]] = set()
    for members in ranks.values():
        base, mine = {}, {}
        where = (before.clock, before.span) if before is not None else (clock, span)
        for name, i in members.items():
            channels = _channels(line, places[i][2].owner, create=False)
            held = fcurves.read(channels, places[i][2], *where)
            old = before.curves.get(name, Curve.empty()) if before is not None else Curve.empty()
            if len(old) or (held is not None and len(held)):
                # A channel that was keyed and is gone now was deleted by hand: that is an edit, too.
                base[name], mine[name] = old, held if held is not None else Curve.empty()
        if not mine:
            continue
        from .bilabial.curves.merge import merge

        if before is None:
            base = _presumed(mine, theirs)
        result = merge(base, mine, {name: theirs[name] for name in mine})
        for name in mine:
            merged[members[name]] = result.curves.get(name, Curve.empty())
        kept.update((one.curve, round(one.start, 3), round(one.end, 3)) for one in result.kept)
        conflicts.update((one.curve, one.start, one.end) for one in result.conflicts)
    report.conflicts = sorted(conflicts)
    if kept:
        report.notes.append(f"{_stretches(kept)} edited by hand kept.")
    if conflicts:
        report.notes.append(
            f"{_stretches(conflicts)} wanted something new there as well: yours stand; look at them."
        )
    return merged


def _presumed(mine: Mapping[str, Curve], theirs: Mapping[str, Curve]) -> dict[str, Curve]:
    """What was written last, where the record of it is gone (the character was appended without its line).

    Keys that we generated stand there still. If most of them are those of this very take, whatever differs
    from it is an edit; else they are of another take and make room. Keys made by hand are edits either way.
    """
    ours = {name: curve.select(curve.origin == GENERATED) for name, curve in mine.items()}
    same = sum(_shared_keys(curve, theirs[name]) for name, curve in ours.items())
    if same and 2 * same >= sum(len(curve) for curve in ours.values()):
        return {name: theirs[name] for name in mine}
    return ours


def _shared_keys(one: Curve, other: Curve) -> int:
    def points(curve: Curve) -> set[tuple[float, float]]:
        return set(zip(curve.times.round(3).tolist(), curve.values.round(4).tolist(), strict=True))

    return len(points(one) & points(other))


def _stretches(spans: set[tuple[str, float, float]]) -> str:
    """ "2 stretches (Ah 1.2 s, U 3.0 s)"."""
    named = [f"{name} {start:.1f} s" for name, start, _ in sorted(spans, key=lambda one: one[1])]
    more = f" and {len(named) - 4} more" if len(named) > 4 else ""
    return f"{len(spans)} stretch{'es' if len(spans) > 1 else ''} ({', '.join(named[:4])}{more})"


def _quantised(curve: Curve, clock: Clock) -> Curve:
    """The curve as it comes back from Blender, whose frames are 32-bit floats: an unedited key then equals
    it.
    """

    def there_and_back(points: np.ndarray) -> np.ndarray:
        frames = np.asarray(clock.frames(points[:, 0]), np.float32).astype(np.float64)
        return np.column_stack([clock.seconds(frames), points[:, 1].astype(np.float32).astype(np.float64)])

    if not len(curve):
        return curve
    co = there_and_back(np.column_stack([curve.times, curve.values]))
    left, right = there_and_back(curve.left), there_and_back(curve.right)
    return replace(
        curve,
        times=co[:, 0],
        values=co[:, 1],
        left=np.column_stack([np.minimum(left[:, 0], co[:, 0]), left[:, 1]]),
        right=np.column_stack([np.maximum(right[:, 0], co[:, 0]), right[:, 1]]),
    )


def _says_nothing(name: str, curve: Curve, found: Stage) -> bool:
    """A control that this line never uses needs no F-curve."""
    rest = speech.neutral(name) if not found.bakes and name in CONTROLS else 0.0
    if found.bakes:
        rest = found.fit.profile.channels[name].neutral
    return not len(curve) or bool(np.all(np.abs(curve.values - rest) < 1e-6))


def _has_curve(line: BilabialLine, target: Target) -> bool:
    channels = _channels(line, target.owner, create=False)
    return channels is not None and channels.find(target.path, target.index) is not None


def _animated(root: bpy.types.Object) -> bool:
    channels = compat.channels(root)
    return channels is not None and any(speech.control_of(curve.data_path) for curve in channels)


def _unseen(found: Stage) -> list[str]:
    """Why a face that is keyed might not move, for the report."""
    if found.fit is None:
        return []
    moved: dict[bpy.types.Key, set[str]] = {}
    for name in found.fit.profile.driven:
        for target in found.fit.targets[name]:
            if isinstance(target.owner, bpy.types.Key):
                moved.setdefault(target.owner, set()).add(target.path)
    notes = []
    for keys, paths in moved.items():
        muted = [
            block.name for block in keys.key_blocks if block.mute and block.path_from_id("value") in paths
        ]
        if muted:
            named = ", ".join(muted[:3]) + (" and more" if len(muted) > 3 else "")
            notes.append(f"Muted shape keys do not move: unmute {named} of {keys.user.name!r}.")
        if not keys.use_relative:
            notes.append(f"The shape keys of {keys.user.name!r} are absolute and do not move: tick Relative.")
    return notes


def _show(found: Stage) -> None:
    for owner in {t.owner for several in found.targets.values() for t in several}:
        owner.update_tag()


# Where channels lie: the datablock's own action, or a strip of its own in the NLA


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


def _channels(line: BilabialLine, owner: bpy.types.ID, create: bool) -> compat.Channels | None:
    if line.place == "ACTION":
        return compat.channels(owner, f"{owner.name} Speech" if create else None)
    strip = _nla_strip(line, owner, create)
    return compat.nla_channels(owner, strip) if strip is not None else None


def _rest(line: BilabialLine, found: Stage) -> None:
    """Channels of speech that nothing animates stand at rest: a new shape key may stand at 1."""
    for name, several in found.targets.items():
        for target in several:
            if not _has_curve(line, target) and not _animates(target):
                rig_probe.set_value(target, found.fit.profile.channels[name].neutral)


def _animates(target: Target) -> bool:
    channels = compat.channels(target.owner)
    return channels is not None and channels.find(target.path, target.index) is not None


def _fit_strips(line: BilabialLine, found: Stage, span: Span) -> None:
    """An NLA strip plays its action frame for frame over exactly the line's span."""
    if line.place != "NLA":
        return
    for owner in {t.owner for several in found.targets.values() for t in several}:
        strip = _nla_strip(line, owner, create=False)
        if strip is not None:
            first, last = float(np.floor(span[0])), float(np.ceil(span[1]))
            strip.use_sync_length = False  # else Blender cuts the strip to the keys
            strip.action_frame_end = max(last, strip.action_frame_start + 1.0)
            strip.action_frame_start, strip.action_frame_end = first, last
            strip.frame_end_ui = max(last, strip.frame_start_ui + 1.0)
            strip.frame_start_ui, strip.frame_end_ui = first, last
            strip.scale = 1.0


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
    for several in found.targets.values():
        for target in several:
            channels = _channels(line, target.owner, create=False)
            if channels is not None:
                one, other = fcurves.clear(channels, target, before.span, hand)
                removed, left = removed + one, left + other
    takes.store_written(line, {}, before.clock, before.span)  # nothing of ours is left that could be edited
    for owner in {t.owner for several in found.targets.values() for t in several}:
        _drop_empty_track(line, owner)
    if not found.bakes and not _animated(line.character):
        speech.reset(line.character)
    return removed, left


def _drop_empty_track(line: BilabialLine, owner: bpy.types.ID) -> None:
    animation = owner.animation_data
    track = animation.nla_tracks.get(_track_name(line)) if animation is not None else None
    if track is None or not track.strips:
        return
    channels = compat.nla_channels(owner, track.strips[0])
    if channels is None or not list(channels):
        action = track.strips[0].action
        animation.nla_tracks.remove(track)
        if action is not None and action.users == 0:
            bpy.data.actions.remove(action)


def select_conflicts(line: BilabialLine, conflicts: Iterable[tuple[str, float, float]]) -> int:
    """Select the keys of the conflicts in the graph editor, and nothing else on the line's channels."""
    before = takes.written(line)
    found = stage(line)
    wanted: dict[str, list[tuple[float, float]]] = {}
    for name, first, last in conflicts:
        wanted.setdefault(name, []).append(
            (float(before.clock.frames(first)), float(before.clock.frames(last)))
        )
    count = 0
    for name, several in found.targets.items():
        for target in several:
            channels = _channels(line, target.owner, create=False)
            if channels is not None:
                count += fcurves.select(channels, target, wanted.get(name, []))
    return count


# Style and phones: from the stored take, without the network


def restyle(scene: bpy.types.Scene, line: BilabialLine) -> Report:
    """The stored take with the line's style, written over what is there, edits kept."""
    take = takes.load(line)
    before = takes.written(line)
    if take is None or before is None:
        raise BilabialError("this line has no take yet: generate it first")
    return deliver(scene, line, takes.with_style(take, line, before.clock), before.clock.start)


def restore(scene: bpy.types.Scene, line: BilabialLine) -> Report:
    """The keys exactly as generated, edits by hand dropped."""
    take = takes.load(line)
    before = takes.written(line)
    if take is None or before is None:
        raise BilabialError("this line has no take yet: generate it first")
    return deliver(scene, line, take, before.clock.start, keep_edits=False)
