# SPDX-License-Identifier: GPL-3.0-or-later
"""What people made stays: what a line wants now and what stands in the scene, merged against what was written
last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ..bilabial.curves.curve import GENERATED, Curve
from ..host import compat
from ..host.clock import Clock
from ..rig.rig_probe import targets_at
from . import keyframe_home
from .fcurves import Span, Target
from .held import Held, hold
from .rivals import Rivals
from .standing import standing
from .traits import Traits, traits_of

if TYPE_CHECKING:
    from ..bilabial.phonemes.time_map import TimeMap
    from ..line.line import Line
    from ..line.takes import Written

Stretch = tuple[str, float, float]  # channel, first and last second


@dataclass
class Merged:
    """What to write at each place, and what to tell."""

    curves: list[Curve]
    known: list[list[dict[str, np.ndarray]]]  # for each place: what Blender knows of keys that come along
    conflicts: list[Stretch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    traits: list[Traits | None] = field(default_factory=list)  # for each place: what comes along with keys

    @classmethod
    def untouched(cls, curves: list[Curve]) -> Merged:
        """Where nothing that a hand made is to be kept."""
        return cls(curves, [[] for _ in curves], traits=[None] * len(curves))


@dataclass(frozen=True)
class Former:
    """Where a line's keys were written last, by channel, and where each place wanted now comes from."""

    spots: dict[str, list[Target]]
    sources: list[Target | None]  # for each place wanted
    moved: bool  # to another character, or between action and NLA

    @classmethod
    def of(cls, line: Line, wanted: Sequence[tuple[str, Target]], before: Written | None) -> Former:
        """Keys of a channel come from the very same spot, else from the like spot elsewhere.

        Where another kind of target was keyed, no channel is like another.
        """
        if before is None:
            return cls({}, [None] * len(wanted), False)
        if not before.spots:  # written by a version that did not note them
            same = (before.place, before.target) == (line.place, line.target)
            spots: dict[str, list[Target]] = {}
            for name, target in wanted if same else ():
                if name in before.curves:
                    spots.setdefault(name, []).append(target)
        else:
            spots = {name: targets_at(before.character, held) for name, held in before.spots.items()}
        moved = before.place != line.place or before.character != line.character
        sources: list[Target | None] = [None] * len(wanted)
        for rank, members in enumerate(_ranks(wanted)):
            for name, i in members.items():
                held = spots.get(name, [])
                target = wanted[i][1]
                same_spot = next((one for one in held if _is_same(one, target)), None)
                if same_spot is not None and not moved:
                    sources[i] = target
                elif moved and before.target == line.target and rank < len(held):
                    sources[i] = held[rank]
                elif (
                    not moved and before.target == line.target and len(held) < len(before.spots.get(name, ()))
                ):
                    sources[i] = target  # a hand has renamed the shape or the bone, and Blender its curve
        return cls(spots, sources, moved)

    def left_behind(self, wanted: Sequence[tuple[str, Target]]) -> list[tuple[Target, bool]]:
        """Places that the line does not key any more, each with whether its edits were carried along."""
        here = [] if self.moved else [target for _, target in wanted]
        return [
            (spot, any(source is spot for source in self.sources))
            for several in self.spots.values()
            for spot in several
            if not any(_is_same(spot, target) for target in here)
        ]


def _is_same(one: Target, other: Target) -> bool:
    return (one.owner, one.path, one.index) == (other.owner, other.path, other.index)


def keep_hand_edits(
    line: Line,
    wanted: Sequence[tuple[str, Target]],
    theirs: Mapping[str, Curve],
    before: Written | None,
    former: Former,
    where: tuple[Clock, Span],
    moments: TimeMap | None = None,
    rivals: Sequence[Written] = (),
) -> Merged:
    """``theirs`` for each of the channels and targets ``wanted``, with the edits that stand there, or stood
    where the line was written last.

    ``where`` is the stretch that is written now; ``before`` what was written last, None where nobody knows.
    ``moments``, where the sounds have moved since, takes the edits along with them. ``rivals`` are the
    character's other lines.
    """
    from ..bilabial.curves.carry import carried
    from ..bilabial.curves.merge import merge

    merged = Merged([theirs[name] for name, _ in wanted], [[] for _ in wanted])
    own, aside = _own(before, former) if before is not None else ({}, {})
    merged.traits = [aside.get(key_of(source)) if source is not None else None for source in former.sources]
    if before is not None and not any(len(held.curve) for held in own.values()):
        before = None  # not one key of the line is left: whoever took them all away wants them anew
    beside = Rivals([one for one in rivals if (one.target, one.place) == (line.target, line.place)])
    kept: set[Stretch] = set()
    conflicts: set[Stretch] = set()
    lost: set[Stretch] = set()
    for members in _ranks(wanted):
        base: dict[str, Curve] = {}
        mine: dict[str, Curve] = {}
        others: dict[str, Curve] = {}
        for name, i in members.items():
            target, source = wanted[i][1], former.sources[i]
            if before is not None and source is not None:
                # A channel that was keyed and is gone now was deleted by hand: that is an edit, too.
                base[name] = before.curves.get(name, Curve.empty())
                held = own.get(key_of(source))
                if held is not None:
                    held, base[name] = beside.apart(held, base[name], (name, source))
                mine[name] = standing(held, base[name]) if held is not None else Curve.empty()
                if moments is not None:
                    base[name], mine[name], gone = carried(base[name], mine[name], moments)
                    lost.update((name, *stretch) for stretch in gone)
                if held is not None:
                    merged.known[i].append(held.known_at(where[0], moments))
            in_place = source is not None and not former.moved and key_of(source) not in aside
            there = hold(
                keyframe_home.channels(line, target.owner, create=False),
                target,
                *where,
                without=before.span if before is not None and in_place else None,
            )
            if there is not None and len(there.curve):
                others[name] = beside.with_hands(there, (name, target))
                merged.known[i].append(there.known)
        result = merge(base, mine, {name: theirs[name] for name in mine})
        wants = {
            name: result.curves.get(name, Curve.empty()) if name in mine else theirs[name] for name in members
        }
        # What stands where the line was not written before.
        added = merge(
            _presumed(others, wants, known=before is not None), others, {n: wants[n] for n in others}
        )
        for name in members:
            merged.curves[members[name]] = added.curves.get(name, wants[name])
        for found in (result, added):
            kept.update((one.curve, round(one.start, 3), round(one.end, 3)) for one in found.kept)
            conflicts.update((one.curve, one.start, one.end) for one in found.conflicts)
    merged.conflicts = sorted(conflicts) if moments is None else []  # moved by hand, or recorded anew
    if kept:
        with_sounds = " with their phones" if moments is not None and moments.moves else ""
        merged.notes.append(f"{_stretches(kept)} edited by hand kept{with_sounds}.")
    if lost:
        merged.notes.append(
            f"{_stretches(lost)} edited by hand have no place any more: their phones are not said now."
        )
    if merged.conflicts:
        merged.notes.append(
            f"{_stretches(conflicts)} wanted something new there as well: yours stand; look at them."
        )
    return merged


def key_of(target: Target) -> tuple[object, str, int]:
    return target.owner, target.path, target.index


Key = tuple[object, str, int]


def _own(before: Written, former: Former) -> tuple[dict[Key, Held], dict[Key, Traits]]:
    """What stands of the line where it was written last; and of curves that it leaves (for another place, or
    because their action was set aside) what a hand gave them beside keys.
    """
    found: dict[Key, Held] = {}
    aside: dict[Key, Traits] = {}
    places: dict[object, tuple[compat.Channels | None, list[compat.Channels]]] = {}
    for source in former.sources:
        if source is None:
            continue
        if source.owner not in places:
            here = keyframe_home.channels(before, source.owner, create=False)
            places[source.owner] = here, keyframe_home.set_aside(before, source.owner)
        here, elsewhere = places[source.owner]
        for channels in (here, *elsewhere):
            held = hold(channels, source, before.clock, before.span)
            if held is not None:
                found[key_of(source)] = held
                if channels is not here or former.moved:
                    aside[key_of(source)] = traits_of(channels, source)
                break
    return found, aside


def _ranks(wanted: Sequence[tuple[str, Target]]) -> list[dict[str, int]]:
    """Places by channel: several meshes may hold one channel, each with edits of its own. The first holder of
    each channel is one set to merge, the second another.
    """
    ranks: list[dict[str, int]] = []
    for i, (name, _) in enumerate(wanted):
        free = next((rank for rank in ranks if name not in rank), None)
        if free is None:
            ranks.append(free := {})
        free[name] = i
    return ranks


def _presumed(mine: Mapping[str, Curve], theirs: Mapping[str, Curve], known: bool) -> dict[str, Curve]:
    """What was written last, where the record of it is gone (the character was appended without its line).

    Keys that we generated stand there still. If most of them are those of this very take, whatever differs
    from it is an edit; else they are of another take and make room. Keys made by hand are edits either way.
    """
    ours = {name: curve.select(curve.origin == GENERATED) for name, curve in mine.items()}
    if known:  # these are another line's
        return ours
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
    named = [
        f"{name} {max(start, 0.0):.1f} s"
        for name, start, _ in sorted(spans, key=lambda one: (one[1], one[0]))
    ]
    more = f" and {len(named) - 4} more" if len(named) > 4 else ""
    return f"{len(spans)} stretch{'es' if len(spans) > 1 else ''} ({', '.join(named[:4])}{more})"


def as_read_back(curve: Curve, clock: Clock) -> Curve:
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
