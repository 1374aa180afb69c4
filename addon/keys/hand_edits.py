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
from . import fcurves, keyframe_home
from .fcurves import Clock, Span, Target

if TYPE_CHECKING:
    from ..line.takes import Written
    from ..ui.properties import BilabialLine

Stretch = tuple[str, float, float]  # channel, first and last second


@dataclass
class Merged:
    """What to write at each place, and what to tell."""

    curves: list[Curve]
    conflicts: list[Stretch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def keep_hand_edits(
    line: BilabialLine,
    wanted: Sequence[tuple[str, Target]],
    theirs: Mapping[str, Curve],
    before: Written | None,
    where: tuple[Clock, Span],
) -> Merged:
    """``theirs`` for each of the channels and targets ``wanted``, with the edits that stand there.

    ``where`` is the stretch to look at; ``before`` what was written there last, None where nobody knows.
    """
    from ..bilabial.curves.merge import merge

    merged = Merged([theirs[name] for name, _ in wanted])
    kept: set[Stretch] = set()
    conflicts: set[Stretch] = set()
    for members in _ranks(wanted):
        base, mine = {}, {}
        for name, i in members.items():
            target = wanted[i][1]
            held = fcurves.read(keyframe_home.channels(line, target.owner, create=False), target, *where)
            old = before.curves.get(name, Curve.empty()) if before is not None else Curve.empty()
            if len(old) or (held is not None and len(held)):
                # A channel that was keyed and is gone now was deleted by hand: that is an edit, too.
                base[name], mine[name] = old, held if held is not None else Curve.empty()
        if not mine:
            continue
        if before is None:
            base = _presumed(mine, theirs)
        result = merge(base, mine, {name: theirs[name] for name in mine})
        for name in mine:
            merged.curves[members[name]] = result.curves.get(name, Curve.empty())
        kept.update((one.curve, round(one.start, 3), round(one.end, 3)) for one in result.kept)
        conflicts.update((one.curve, one.start, one.end) for one in result.conflicts)
    merged.conflicts = sorted(conflicts)
    if kept:
        merged.notes.append(f"{_stretches(kept)} edited by hand kept.")
    if conflicts:
        merged.notes.append(
            f"{_stretches(conflicts)} wanted something new there as well: yours stand; look at them."
        )
    return merged


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
