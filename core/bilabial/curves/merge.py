"""Three-way merge: new curves come in, and nothing that a person did by hand is lost.

``base`` is what was generated, ``mine`` what stands in the scene now, ``theirs`` what is generated anew.
Where a person added, moved, reshaped or deleted keys, mine is kept from the untouched key before to the
untouched key after; everywhere else theirs stands. A key that is marked as a hand's is one whatever the base
holds. The two meet where they agree, or over a short ramp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .curve import BEZIER, CONSTANT, HAND, Curve, Floats, Key

REACH = 0.3  # seconds beside a kept span in which a place is looked for where mine and theirs agree
RAMP = 0.1  # seconds over which one passes into the other where there is none
AGREE = 0.01  # values this close agree
_GRID = 0.005  # seconds between the moments looked at
_APART = 0.02  # seconds from a key at the outer end of mine to the join beside it

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What counts as the same key: a host keeps frames and values in 32 bits."""

    time: float = 5e-4  # seconds, and a little more the later the key
    value: float = 2e-4

    def times(self, at: Floats) -> Floats:
        """How far two times (s) may lie apart: 32 bits round a frame by 6e-8 of itself."""
        return self.time + 2e-7 * np.abs(at)


@dataclass(frozen=True, slots=True)
class KeptSpan:
    """A stretch (seconds) of a curve that stayed as it was edited, and why."""

    curve: str
    start: float
    end: float
    reason: str


@dataclass(frozen=True, slots=True)
class MergeResult:
    curves: dict[str, Curve]
    kept: tuple[KeptSpan, ...]  # every stretch with hand edits
    conflicts: tuple[KeptSpan, ...]  # those of them in which the new curves differ from the old ones as well


def merge(
    base: Mapping[str, Curve],
    mine: Mapping[str, Curve],
    theirs: Mapping[str, Curve],
    tolerance: Tolerance | None = None,
) -> MergeResult:
    """Merge all curves, by name; one that is missing somewhere has no keys there."""
    tolerance = tolerance or Tolerance()
    names = list(dict.fromkeys([*theirs, *mine, *base]))
    curves, kept, conflicts = {}, [], []
    none = Curve.empty()
    for name in names:
        old, own, new = (side.get(name, none) for side in (base, mine, theirs))
        merged, spans = _merge_curve(name, old, own, new, tolerance)
        if len(merged) or name in theirs or name in mine:
            curves[name] = merged
        for span, both in spans:
            kept.append(span)
            if both:
                conflicts.append(span)
    return MergeResult(curves, tuple(kept), tuple(conflicts))


def set_in(mine: Curve, theirs: Curve, spans: list[Span]) -> Curve:
    """Stretches (seconds) of mine in theirs, their keys known as a hand's."""
    if not spans:
        return theirs
    if not len(theirs):
        return replace(mine, origin=np.full(len(mine), HAND, np.uint8))
    result, reached = _Seam(mine, theirs).joined(spans)
    inside = np.zeros(len(result), dtype=bool)
    for start, end in reached:
        inside |= (result.times >= start) & (result.times <= end)
    return replace(result, origin=np.where(inside, HAND, result.origin).astype(np.uint8))


def edited_keys(base: Curve, mine: Curve, tolerance: Tolerance | None = None) -> NDArray[np.bool_]:
    """Which keys of mine a person made, moved or marked since base.

    One of which only the handles differ is none of them: a key that is put in beside it bends those.
    """
    tolerance = tolerance or Tolerance()
    pairs = _pairs(base.times, mine.times, tolerance)
    edited = np.ones(len(mine), dtype=bool)
    b, m = pairs[:, 0], pairs[:, 1]
    edited[m] = np.abs(base.values[b] - mine.values[m]) > tolerance.value
    edited[m] |= mine.origin[m] > base.origin[b]
    return edited


def _merge_curve(
    name: str, base: Curve, mine: Curve, theirs: Curve, tolerance: Tolerance
) -> tuple[Curve, list[tuple[KeptSpan, bool]]]:
    """The merged curve; each kept span, and whether theirs had changed there too."""
    edits = _Edits.between(base, mine, tolerance)
    if not edits.any:
        return theirs, []
    spans = edits.spans()
    mine = edits.marked()
    if len(mine) == 0:
        span = KeptSpan(name, float(base.times[0]), float(base.times[-1]), "all keys deleted by hand")
        return mine, [(span, not _same(base, theirs, tolerance))]
    if _same(base, theirs, tolerance):
        return mine, [(KeptSpan(name, start, end, edits.reason(start, end)), False) for start, end in spans]
    result, told = _Seam(mine, theirs).joined(spans)
    changed = []
    for start, end in told:
        both = _differ(base, theirs, start, end)
        reason = edits.reason(start, end)
        if both:
            reason += "; the new curve differs here as well, and the hand edit was kept"
        changed.append((KeptSpan(name, start, end, reason), both))
    return result, changed


@dataclass(frozen=True, slots=True)
class _Edits:
    """What a person did to one curve."""

    mine: Curve
    touched: NDArray[np.bool_]  # keys of mine that were made, moved or reshaped
    deleted: Floats  # times of keys of base that are gone

    @classmethod
    def between(cls, base: Curve, mine: Curve, tolerance: Tolerance) -> _Edits:
        pairs = _pairs(base.times, mine.times, tolerance)
        touched = np.ones(len(mine), dtype=bool)
        gone = np.ones(len(base), dtype=bool)
        gone[pairs[:, 0]] = False
        touched[pairs[:, 1]] = _keys_differ(base, mine, pairs, tolerance)
        touched |= mine.origin == HAND  # a hand's key is a hand's, though the base holds it already
        return cls(mine, touched, base.times[gone])

    @property
    def any(self) -> bool:
        return bool(self.touched.any() or len(self.deleted))

    def marked(self) -> Curve:
        """Mine, with every touched key known as made by hand."""
        origin = np.where(self.touched, HAND, self.mine.origin).astype(np.uint8)
        return self.mine if np.array_equal(origin, self.mine.origin) else replace(self.mine, origin=origin)

    def spans(self) -> list[Span]:
        """From untouched key to untouched key around every edit, those that touch or nearly touch as one."""
        firm = self.mine.times[~self.touched]
        moments = np.sort(np.concatenate([self.mine.times[self.touched], self.deleted]))
        if len(firm) == 0:
            return [(float(moments[0]) - _APART, float(moments[-1]) + _APART)]
        after = np.searchsorted(firm, moments)
        spans: list[Span] = []
        for moment, index in zip(moments, after, strict=True):
            start = firm[index - 1] if index > 0 else moment - _APART
            end = firm[index] if index < len(firm) else moment + _APART
            if spans and start - spans[-1][1] < 2 * RAMP:
                spans[-1] = (spans[-1][0], max(float(end), spans[-1][1]))
            else:
                spans.append((float(start), float(end)))
        return spans

    def reason(self, start: float, end: float) -> str:
        inside = (self.mine.times >= start) & (self.mine.times <= end) & self.touched
        gone = int(((self.deleted >= start) & (self.deleted <= end)).sum())
        parts = []
        if inside.any():
            parts.append(f"{int(inside.sum())} key{'s' if inside.sum() > 1 else ''} made or changed by hand")
        if gone:
            parts.append(f"{gone} key{'s' if gone > 1 else ''} deleted or moved away by hand")
        return " and ".join(parts)


def _pairs(base: Floats, mine: Floats, tolerance: Tolerance) -> NDArray[np.intp]:
    """(n, 2) indices of keys at the same moment, each key in one pair at most: the nearest."""
    if len(base) == 0 or len(mine) == 0:
        return np.zeros((0, 2), dtype=np.intp)
    after = np.searchsorted(base, mine)
    before = np.clip(after - 1, 0, len(base) - 1)
    after = np.clip(after, 0, len(base) - 1)
    nearest = np.where(np.abs(base[before] - mine) <= np.abs(base[after] - mine), before, after)
    distance = np.abs(base[nearest] - mine)
    order = np.lexsort((distance, nearest))
    first = np.diff(nearest[order], prepend=-1) > 0
    chosen = np.sort(order[first])
    chosen = chosen[distance[chosen] <= tolerance.times(mine[chosen])]
    return np.column_stack([nearest[chosen], chosen])


def _keys_differ(
    base: Curve, mine: Curve, pairs: NDArray[np.intp], tolerance: Tolerance
) -> NDArray[np.bool_]:
    """Whether each pair differs in anything that shows: value, handles that rule a stretch, interpolation."""
    b, m = pairs[:, 0], pairs[:, 1]
    differ = np.abs(base.values[b] - mine.values[m]) > tolerance.value
    differ |= mine.origin[m] > base.origin[b]
    both_sides = []
    for side, outer_base, outer_mine in (
        ("left", b == 0, m == 0),
        ("right", b == len(base) - 1, m == len(mine) - 1),
    ):
        off = np.abs(getattr(base, side)[b] - getattr(mine, side)[m])
        moved = (off[:, 0] > 2 * tolerance.times(mine.times[m])) | (off[:, 1] > 2 * tolerance.value)
        both_sides.append(moved & ~(outer_base & outer_mine))
    kind = base.interpolation[b] != mine.interpolation[m]
    kind &= ~((b == len(base) - 1) & (m == len(mine) - 1))
    curved_after = base.interpolation[b] == BEZIER
    curved_before = base.interpolation[np.maximum(b - 1, 0)] == BEZIER
    result: NDArray[np.bool_] = differ | kind | both_sides[0] & curved_before | both_sides[1] & curved_after
    return result


def _same(one: Curve, two: Curve, tolerance: Tolerance) -> bool:
    pairs = _pairs(one.times, two.times, tolerance)
    return len(pairs) == len(one) == len(two) and not _keys_differ(one, two, pairs, tolerance).any()


def _differ(one: Curve, two: Curve, start: float, end: float) -> bool:
    moments = np.arange(start, end + _GRID, _GRID)
    return bool(np.abs(one.evaluate(moments) - two.evaluate(moments)).max() > AGREE / 2)


class _Seam:
    """Stretches of mine set into theirs."""

    def __init__(self, mine: Curve, theirs: Curve) -> None:
        self.mine = mine
        self.theirs = theirs

    def joined(self, spans: list[Span]) -> tuple[Curve, list[Span]]:
        """The whole curve, and each span as far as it came to reach."""
        keys: list[Key] = []
        reached: list[Span] = []
        since = -np.inf  # where theirs takes over again
        for index, (start, end) in enumerate(spans):
            room_before = (start - spans[index - 1][1]) / 2 if index else np.inf
            room_after = (spans[index + 1][0] - end) / 2 if index + 1 < len(spans) else np.inf
            their_end, my_start = self._meeting(start, -min(room_before, REACH))
            their_start, my_end = self._meeting(end, min(room_after, REACH))
            before = _sewn(keys, self._theirs(since, their_end), mine_first=True)
            keys = _sewn(before, list(self.mine.sliced(my_start, my_end).keys()), mine_first=False)
            since = their_start
            reached.append((their_end, their_start))
        return Curve.from_keys(_sewn(keys, self._theirs(since, np.inf), mine_first=True)), reached

    def _meeting(self, edge: float, reach: float) -> tuple[float, float]:
        """Where theirs ends and mine begins, or the other way round, from ``edge`` as far as ``reach``.

        The nearest moment at which they agree is both; without one they stand a ramp apart.
        """
        moments = edge + np.sign(reach) * np.arange(0.0, abs(reach), _GRID)
        apart = np.abs(self.mine.evaluate(moments) - self.theirs.evaluate(moments))
        agree = np.flatnonzero(apart <= AGREE)
        if len(agree):
            meeting = self._at_a_key(float(moments[agree[0]]), edge, reach)
            return meeting, meeting
        return float(edge + np.sign(reach) * min(RAMP, abs(reach))), edge

    def _at_a_key(self, meeting: float, edge: float, reach: float) -> float:
        """The moment of a key almost there, if they agree at it: a closure begins at its key, not before."""
        low, high = sorted((edge, edge + reach))
        keys = np.concatenate([self.theirs.times, self.mine.times])
        keys = keys[(np.abs(keys - meeting) < _GRID) & (keys >= low) & (keys <= high)]
        keys = keys[np.abs(self.mine.evaluate(keys) - self.theirs.evaluate(keys)) <= AGREE]
        return float(keys[np.abs(keys - meeting).argmin()]) if len(keys) else meeting

    def _theirs(self, start: float, end: float) -> list[Key]:
        """Keys of theirs from start to end, with one made at each end that is not the curve's own."""
        curve = self.theirs
        ends = [moment for moment in (start, end) if np.isfinite(moment)]
        for moment in ends:
            curve = _with_end(curve, moment)
        near = np.zeros(len(curve), dtype=bool)
        for moment in ends:
            near |= (np.abs(curve.times - moment) < _GRID) & (curve.times != moment)
        return list(curve.select(~near).within(start, end).keys())


def _with_end(curve: Curve, moment: float) -> Curve:
    """A key at the moment: the one that stands almost there, moved the rest of the way, or a new one."""
    near = np.flatnonzero(np.abs(curve.times - moment) < _GRID)
    if len(near) == 0:
        return curve.with_key_at(moment)
    key = curve.key(int(near[np.abs(curve.times[near] - moment).argmin()]))
    off = moment - key.time
    here = replace(
        key, time=moment, left=(key.left[0] + off, key.left[1]), right=(key.right[0] + off, key.right[1])
    )
    return curve.select(curve.times != key.time).with_key(here)


def _sewn(before: list[Key], after: list[Key], mine_first: bool) -> list[Key]:
    """Two lists of keys as one: sharing a key where they meet at one moment, else with a ramp between them.

    A shared key has the value of mine (they agree, but a closure must stay one) and each side's own handle.
    """
    if not before or not after:
        return before + after
    one, two = before[-1], after[0]
    if two.time <= one.time:
        value = one.value if mine_first else two.value
        shared = Key(
            one.time if mine_first else two.time,
            value,
            (one.left[0], one.left[1] + value - one.value),
            (two.right[0], two.right[1] + value - two.value),
            two.interpolation,
            max(one.origin, two.origin),
        )
        return [*before[:-1], shared, *after[1:]]
    third = (two.time - one.time) / 3.0
    kind = CONSTANT if CONSTANT in (one.interpolation, two.interpolation) else BEZIER
    one = replace(one, right=(one.time + third, one.value), interpolation=kind)
    two = replace(two, left=(two.time - third, two.value))
    return [*before[:-1], one, two, *after[1:]]
