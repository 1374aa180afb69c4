"""Stretches of a curve made anew, from hold to hold: what stands there then is what a whole clip would have.

A lane's keys depend on nothing beyond the holds that it lies between (lanes.py). So a curve whose phones
change is renewed by whole lanes, and an edit that is taken back leaves every byte as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..timing import FRAME_RATE
from .curve import GENERATED, HAND, Curve, Floats
from .lanes import SHORTEST_HOLD, Span, Strip
from .reduce import still

_SAME = 2e-4  # of a value: a host that decodes a part of a sound otherwise than the whole moves a key so far
_NEAR = 0.03  # seconds beside hand-made keys that go over into new ones in which no new key stands


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Rows in which a curve was solved anew, old and new, with a hold (or the clip's end) at both ends."""

    first: int  # the clip's row of the first row here
    old: Floats
    new: Floats
    opens: bool  # the clip begins here
    closes: bool  # and ends here

    @property
    def start(self) -> float:
        """Seconds; inside a hold, just after its first row. Keys up to there stay."""
        return -np.inf if self.opens else (self.first + 0.5) / FRAME_RATE

    @property
    def end(self) -> float:
        return np.inf if self.closes else (self.first + len(self.new) - 1.5) / FRAME_RATE

    def strips(self, old_pins: list[Span], new_pins: list[Span]) -> tuple[Strip, Strip]:
        return self._strip(self.old, old_pins), self._strip(self.new, new_pins)

    def _strip(self, rows: Floats, pins: list[Span]) -> Strip:
        start, end = self.first / FRAME_RATE, (self.first + len(rows) - 1) / FRAME_RATE
        inside = tuple((a, b) for a, b in pins if a < end and b > start)
        return Strip(rows, self.first, inside)


def stretches(
    old: Floats,
    new: Floats,
    changed: NDArray[np.bool_],
    valid: tuple[int, int],
    window: tuple[int, bool, bool],
) -> tuple[list[Stretch], bool, bool]:
    """The stretches of one curve that hold every changed row, and whether more rows are wanted before, after.

    ``old`` and ``new`` are a window's rows, right from ``valid[0]`` up to ``valid[1]`` (without it);
    ``window``: the clip's row of its first one, and whether the clip begins and ends with it.
    """
    origin, opens, closes = window
    places = np.flatnonzero(changed)
    held = _held(new, changed, valid)
    found: list[Stretch] = []
    at = 0
    while at < len(places):
        before = held[held < places[at]]
        if not len(before) and not opens:
            return [], True, False
        # The next hold after the last changed row: those that come sooner join the stretch.
        gap = held - SHORTEST_HOLD
        after = gap[gap > places[at]]
        if not len(after) and not closes:
            return [], False, True
        first = int(before[-1]) - SHORTEST_HOLD if len(before) else 0
        last = int(after[0]) + SHORTEST_HOLD if len(after) else len(new) - 1
        rows = slice(first, last + 1)
        found.append(Stretch(origin + first, old[rows], new[rows], not len(before), not len(after)))
        at = int(np.searchsorted(places, last)) if len(after) else len(places)
    return found, False, False


def _held(rows: Floats, changed: NDArray[np.bool_], valid: tuple[int, int]) -> NDArray[np.intp]:
    """Rows that end so many equal ones, unchanged and right, that the curve holds there before and after."""
    usable = ~changed
    usable[: valid[0]] = usable[valid[1] :] = False
    calm = usable[1:] & usable[:-1] & (rows[1:] == rows[:-1])
    count = np.cumsum(np.append(0, calm))
    whole = count[SHORTEST_HOLD:] - count[:-SHORTEST_HOLD] == SHORTEST_HOLD
    return np.flatnonzero(whole) + SHORTEST_HOLD


def replaced(stored: Curve, stretch: Stretch, keys: Curve, value: float) -> Curve:
    """The stored curve with a stretch's keys put in. ``value``: what a curve without any other key holds."""
    if len(stored) == 1 and stored.origin[0] == GENERATED:
        stored = Curve.empty()  # it held one value: its one key stands for the whole clip
    before = stored.select(stored.times < stretch.start)
    after = stored.select(stored.times > stretch.end)
    if not len(before) + len(keys) + len(after):
        return still(value)
    whole = Curve.joined([before, keys, after])
    joints = {len(before) - 1, len(before) + len(keys) - 1} - {-1, len(whole) - 1}
    # A stored key that has become the curve's first or last, or whose neighbour there is new.
    opens = 0 in joints or (len(keys) < 2 and not len(before))
    closes = len(whole) - 2 in joints or (len(keys) < 2 and not len(after))
    return _level(whole, sorted(joints), opens, closes)


def _level(curve: Curve, joints: list[int], opens: bool, closes: bool) -> Curve:
    """Handles of the keys on both sides of a joint, and at the curve's ends: all of them rest.

    They are reckoned as Curve.hermite does, so that they are the same to the bit.
    """
    left, right = curve.left.copy(), curve.right.copy()
    thirds = np.diff(curve.times) / 3.0
    for at in joints:
        right[at] = curve.times[at] + thirds[at], curve.values[at]
        left[at + 1] = curve.times[at + 1] - thirds[at], curve.values[at + 1]
    outer = thirds if len(thirds) else np.full(1, 0.01)
    if opens:
        left[0] = curve.times[0] - outer[0], curve.values[0]
    if closes:
        right[-1] = curve.times[-1] + outer[-1], curve.values[-1]
    return replace(curve, left=left, right=right)


def same(one: Curve, two: Curve) -> bool:
    """The same keys, but for what a host's decoder may move them."""
    if one.identical(two):
        return True
    if len(one) != len(two) or not np.array_equal(one.times, two.times):
        return False
    if not np.array_equal(one.interpolation, two.interpolation) or not np.array_equal(one.origin, two.origin):
        return False
    return all(
        bool((np.abs(getattr(one, name) - getattr(two, name)) <= _SAME).all())
        for name in ("values", "left", "right")
    )


def around_hands(stored: Curve, old: Curve, new: Curve, wanted: Sequence[Stretch]) -> Curve | None:
    """The new curve, with what a hand made in the stored one. None where no hand did, or where the stored
    curve is another's.

    ``old`` is what was generated of what is stored. What stands between two generated keys around a hand's is
    kept with both of them; where they are the new curve's own as well, nothing tells that they were kept, so
    that an edit taken back finds the keys that it had.
    """
    inside = np.zeros(len(stored), bool)
    for stretch in wanted:  # with the keys on both sides: their handles reach in
        first, last = np.searchsorted(stored.times, (stretch.start, stretch.end))
        inside[max(first - 1, 0) : last + 1] = True
    own = stored.origin != HAND
    strange = ~own | ~_among(stored, old)
    foreign = inside & own & strange & ~_among(stored, new)
    if not (inside & ~own).any() or 2 * foreign.sum() > (inside & own).sum():
        return None
    result = new
    for first, last in _kept(stored, old, new, strange):
        result = _set_in(result, stored, first, last)
    return result


def _among(curve: Curve, other: Curve) -> NDArray[np.bool_]:
    """Which keys are the other curve's too: the same moment and value."""
    if not len(curve) or not len(other):
        return np.zeros(len(curve), bool)
    at = np.clip(np.searchsorted(other.times, curve.times), 0, len(other) - 1)
    found: NDArray[np.bool_] = (other.times[at] == curve.times) & (other.values[at] == curve.values)
    return found


def _kept(stored: Curve, old: Curve, new: Curve, strange: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last key of each run to be kept."""
    known = _among(stored, new) & (stored.origin != HAND)
    spans: list[tuple[int, int]] = []

    def keep(first: int, last: int) -> None:
        if spans and first <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))

    for index in range(len(stored)):
        if strange[index]:
            before = index if known[index] else max(index - 1, 0)
            after = index if known[index] else min(index + 1, len(stored) - 1)
            keep(before, after)
        elif index and not strange[index - 1]:
            between = (old.times > stored.times[index - 1]) & (old.times < stored.times[index])
            if between.any():
                keep(index - 1, index)  # a hand deleted what stood there
    return spans


def _set_in(curve: Curve, stored: Curve, first: int, last: int) -> Curve:
    """Keys first..last of the stored curve in place of the curve's own there."""
    kept = stored.select(slice(first, last + 1))
    start, end = kept.times[0], kept.times[-1]
    own = _among(kept, curve) & (kept.origin != HAND)
    before = curve.select(curve.times < (start if own[0] else start - _NEAR))
    after = curve.select(curve.times > (end if own[-1] else end + _NEAR))
    result = Curve.joined([before, kept, after])
    left, right = result.left.copy(), result.right.copy()
    a, b = len(before), len(before) + len(kept) - 1
    if own[0]:
        left[a] = curve.left[np.searchsorted(curve.times, start)]
    elif a:
        _turn(result, a - 1, left, right)
    if own[-1]:
        right[b] = curve.right[np.searchsorted(curve.times, end)]
    elif b < len(result) - 1:
        _turn(result, b, left, right)
    return replace(result, left=left, right=right)


def _turn(curve: Curve, index: int, left: Floats, right: Floats) -> None:
    """The two handles between a key and the next one: a third of the way long, as steep as they were. A
    hand's stay as they are."""
    third = (curve.times[index + 1] - curve.times[index]) / 3.0
    for at, side, way in ((index, right, 1.0), (index + 1, left, -1.0)):
        if curve.origin[at] == HAND:
            continue
        reach = side[at, 0] - curve.times[at]
        slope = (side[at, 1] - curve.values[at]) / reach if reach else 0.0
        side[at] = curve.times[at] + way * third, curve.values[at] + way * slope * third
