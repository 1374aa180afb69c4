"""Other rows set into a curve that was not made of ours, between two of its keys, over a short blend.

A network's own curves, and those of a take that an earlier Bilabial or a person thinned, cannot be made anew
from phones alone: only the changed rows are renewed, and every other key stays bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..timing import FRAME_RATE
from .curve import BEZIER, HAND, Curve, Floats
from .merge import merge
from .reduce import LIMITS, reduce

Span = tuple[float, float]

BLEND = 0.15  # seconds before and after the changed rows in which stored curves pass into new ones


@dataclass(frozen=True, slots=True)
class Patch:
    """New rows set into a stored curve, between two of its keys."""

    curve: Curve
    origin: int  # the clip's row that is the window's first
    rows: Floats  # of the window
    pins: list[Span]  # of this control
    tolerance: float
    opens: bool  # the window begins with the clip
    closes: bool  # and ends with it

    def applied(self, first: int, last: int) -> tuple[Curve, Span]:
        """The curve with the window's rows ``first``..``last`` renewed, and the span that changed."""
        left = self._cut(first - 1, -1)
        right = self._cut(last + 1, 1)
        stored = self.curve
        for row in (left, right):
            if stored.evaluate(_time(row)) != 0.0:
                stored = stored.with_key_at(_time(row))
        # A clip's own first and last row are renewed as well: there is nothing outside to join.
        start = -np.inf if self.opens and first == 0 else _time(left)
        end = np.inf if self.closes and last == len(self.rows) - 1 else _time(right)
        piece = self._piece(left, right, first, last)
        before, after = stored.select(stored.times <= start), stored.select(stored.times >= end)
        inner = piece.select((piece.times > start) & (piece.times < end))
        result = _without_idle(_spliced(before, inner, after, piece), (start, end))
        by_hand = (stored.origin == HAND) & (stored.times > start) & (stored.times < end)
        if by_hand.any():
            generated = {"": stored.select(~by_hand)}
            result = merge(generated, {"": stored}, {"": result}).curves[""]
        return result, (start, end)

    def _cut(self, row: int, step: int) -> int:
        """The clip's row at which to join, from the window's ``row`` on outwards.

        The nearest key from which the stored curve is where the new rows are; or one a blend away.
        """
        edge = self.origin + min(max(row, 0), len(self.rows) - 1)
        limit = min(
            max(edge + step * round(BLEND * FRAME_RATE), self.origin), self.origin + len(self.rows) - 1
        )
        on_row = np.round(self.curve.times * FRAME_RATE).astype(np.intp)
        on_row = on_row[np.abs(self.curve.times - on_row / FRAME_RATE) < 1e-9]
        beyond = (on_row - edge) * step
        within = on_row[(beyond >= 0) & (on_row >= self.origin) & (on_row < self.origin + len(self.rows))]
        for key in sorted(within.tolist(), key=lambda at: abs(at - edge)):
            if (key - limit) * step >= 0:
                return int(key)
            rows = np.arange(min(key, edge), max(key, edge) + 1)
            stored = self.curve.evaluate(rows / FRAME_RATE)
            if np.abs(stored - self.rows[rows - self.origin]).max() <= 1.1 * self.tolerance:
                return int(key)
        return int(limit)

    def _piece(self, left: int, right: int, first: int, last: int) -> Curve:
        """Keys for the rows from left to right: stored at both ends, new from ``first`` to ``last``."""
        rows = np.arange(left, right + 1)
        stored = self.curve.evaluate(rows / FRAME_RATE)
        blend = BLEND * FRAME_RATE
        edge_in, edge_out = max(self.origin + first - 1, left), min(self.origin + last + 1, right)
        ramp_in = (rows - max(left, edge_in - blend)) / max(edge_in - max(left, edge_in - blend), 1.0)
        ramp_out = (min(right, edge_out + blend) - rows) / max(min(right, edge_out + blend) - edge_out, 1.0)
        if self.opens and first == 0:
            ramp_in = np.ones(len(rows))
        if self.closes and last == len(self.rows) - 1:
            ramp_out = np.ones(len(rows))
        share = np.clip(np.minimum(ramp_in, ramp_out), 0.0, 1.0)
        share = share * share * (3.0 - 2.0 * share)
        mixed = stored + share * (self.rows[rows - self.origin] - stored)
        start = _time(left)
        inside = [(0, a - start, b - start) for a, b in self.pins if a >= start and b <= _time(right)]
        return reduce(mixed[:, None], [""], self.tolerance, inside, LIMITS, start)[""]


def _time(row: int) -> float:
    return row / FRAME_RATE


def _spliced(left: Curve, inner: Curve, right: Curve, piece: Curve) -> Curve:
    """Stored keys, new keys, stored keys; the handles that face each other are made anew."""
    times, values, before, after = (list[float]() for _ in range(4))
    edges = [(left, -1), *((inner, index) for index in range(len(inner))), (right, 0)]
    for curve, index in edges:
        if len(curve) == 0:
            continue
        key = curve.key(index)
        times.append(key.time)
        values.append(key.value)
        slope = _slope_at(piece, key.time)
        before.append(slope)
        after.append(slope)
    made = Curve.broken(np.array(times), np.array(values), np.array(before), np.array(after))
    parts = []
    if len(left):
        handles, kinds = left.right.copy(), left.interpolation.copy()
        handles[-1], kinds[-1] = made.right[0], BEZIER
        parts.append(replace(left, right=handles, interpolation=kinds))
    parts.append(made.select(slice(1 if len(left) else 0, len(made) - (1 if len(right) else 0))))
    if len(right):
        handles = right.left.copy()
        handles[0] = made.left[-1]
        parts.append(replace(right, left=handles))
    return Curve.joined(parts)


def _without_idle(curve: Curve, joints: Span) -> Curve:
    """Keys at the joints that now stand at rest among keys at rest are not needed any more."""
    for time in joints:
        at = np.flatnonzero(curve.times == time)
        if len(at) == 0 or curve.origin[at[0]] == HAND:
            continue
        index = int(at[0])
        near = slice(max(index - 1, 0), index + 2)
        level = np.concatenate([curve.values[near], curve.left[near, 1][1:], curve.right[near, 1][:-1]])
        if level.any():
            continue
        left, right = curve.left.copy(), curve.right.copy()
        if 0 < index < len(curve) - 1:
            third = (curve.times[index + 1] - curve.times[index - 1]) / 3.0
            right[index - 1, 0] = curve.times[index - 1] + third
            left[index + 1, 0] = curve.times[index + 1] - third
        curve = replace(curve, left=left, right=right).without(index)
    return curve


def _slope_at(curve: Curve, time: float) -> float:
    """The slope of a key that stands at a moment; flat where none does (the curve rests there)."""
    index = np.flatnonzero(np.abs(curve.times - time) < 1e-9)
    if len(index) == 0:
        return 0.0
    at = index[0]
    reach = curve.right[at, 0] - curve.times[at]
    return float((curve.right[at, 1] - curve.values[at]) / reach) if reach > 0 else 0.0
