"""Solving a span again: a phone was relabelled, moved, split, added or removed; only what it reaches changes.

The procedural model (jali) is solved around the edit with the old phones and with the new ones. A control is
renewed from a key before the first row in which the two differ to a key after the last; every other key stays
bit for bit. So takes that a network made keep its curves everywhere else, and blend into the new stretch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..audio.prosody import LocalProsody, Prosody
from ..controls import CONTROLS
from ..phonemes.track import Phone, PhoneTrack
from ..solve.jali.field import FieldStatistics
from ..solve.jali.solve import REACH_S, JaliOptions, field_statistics, solve
from ..solve.rules import RuleOptions, apply_rules
from ..timing import FRAME_RATE
from .curve import BEZIER, HAND, Curve, Floats
from .merge import merge
from .reduce import LIMITS, TOLERANCE, Pin, reduce
from .take import SPEECH, Take, Track

Span = tuple[float, float]

BLEND = 0.15  # seconds before and after the changed rows in which stored curves pass into new ones
_MARGIN = 2 * REACH_S + 1.0  # seconds of context around an edit, so that its edges tell nothing
_CHANGED = 1e-4  # rows that differ by less are the same


def resolve_span(
    take: Take,
    phones: PhoneTrack,
    prosody: Prosody | LocalProsody,
    rules: RuleOptions | None = None,
    track: str = SPEECH,
) -> Take:
    """The take with new phones, its curves renewed around whatever differs from the old ones.

    ``prosody`` is that of the whole sound (audio.prosody); of a long one let it be local. Keys marked as made
    by hand are kept.
    """
    spans = changed_spans(take.phones, phones)
    if not spans:
        return replace(take, phones=phones)
    statistics = take.statistics or field_statistics(take.phones, _rows_of(prosody, 0, len(prosody)))
    chosen = take.track(track)
    dense = None if track not in take.dense else take.dense[track].copy()
    for span in spans:
        window = _Window.around(span, take.phones, phones, prosody)
        before, _ = window.solved(take.phones, statistics, rules)
        after, pins = window.solved(phones, statistics, rules)
        chosen = _renewed(chosen, window, before, after, pins)
        if dense is not None:
            rows = slice(window.first, window.first + len(after))
            dense[rows] = np.where(np.abs(after - before) > _CHANGED, after, dense[rows])
    result = replace(take, phones=phones, statistics=statistics).with_track(track, chosen)
    return result if dense is None else replace(result, dense={**take.dense, track: dense})


def _rows_of(prosody: Prosody | LocalProsody, first: int, stop: int) -> Prosody:
    """Rows 0..stop, of which those from ``first`` on are needed."""
    if isinstance(prosody, LocalProsody):
        return Prosody.joined([Prosody.silent(first), prosody.between(first, stop)])
    parts = (prosody.intensity_db, prosody.pitch_hz, prosody.high_db)
    return Prosody(*(part[:stop] for part in parts))


def changed_spans(old: PhoneTrack, new: PhoneTrack) -> list[Span]:
    """Stretches (seconds) in which two phone tracks differ, those that could reach one another as one."""
    ours, theirs = set(map(_identity, old)), set(map(_identity, new))
    different = sorted(
        (phone.start, phone.end)
        for phone in (*old, *new)
        if (_identity(phone) in ours) != (_identity(phone) in theirs)
    )
    spans: list[Span] = []
    for start, end in different:
        if spans and start - spans[-1][1] < 2 * REACH_S:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _identity(phone: Phone) -> tuple[object, ...]:
    """All of a phone that the solver sees."""
    return phone.start, phone.end, phone.label, phone.group, phone.stress, phone.word


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of the clip that is solved: the edit, and far enough around it. On the row grid."""

    first: int  # row
    stop: int  # row after the last
    prosody: Prosody  # of the clip up to there
    opens: bool  # begins with the clip
    closes: bool  # ends with it

    @classmethod
    def around(cls, span: Span, old: PhoneTrack, new: PhoneTrack, prosody: Prosody | LocalProsody) -> _Window:
        """Its edges lie in no phone: a phone cut in two would be another phone."""
        start, end = span[0] - _MARGIN, span[1] + _MARGIN
        for phone in (*old, *new):
            if phone.start < start < phone.end:
                start = phone.start
            if phone.start < end < phone.end:
                end = phone.end
        first = max(int(np.floor(start * FRAME_RATE)), 0)
        stop = min(int(np.ceil(end * FRAME_RATE)) + 1, len(prosody))
        return cls(first, stop, _rows_of(prosody, first, stop), first == 0, stop == len(prosody))

    def solved(
        self, phones: PhoneTrack, statistics: FieldStatistics, rules: RuleOptions | None
    ) -> tuple[Floats, list[Pin]]:
        """Dense controls of the window's rows, and their pins.

        Phones keep their times: moved to the window's own zero, a length of 0.15 s would become 0.1500001 and
        pass another of the solver's thresholds.
        """
        start, end = self.first / FRAME_RATE, self.stop / FRAME_RATE
        near = PhoneTrack.of(phone for phone in phones if start - 1e-9 <= phone.start < end)
        dense, pins = apply_rules(solve(near, self.prosody, JaliOptions(statistics)), near, rules)
        return dense[self.first : self.stop].astype(np.float64), pins


def _renewed(track: Track, window: _Window, before: Floats, after: Floats, pins: list[Pin]) -> Track:
    """The track with every control renewed where the two solutions of the window differ."""
    curves = dict(track.curves)
    kept_pins = list(track.pins)
    tolerance = track.tolerance or TOLERANCE
    changed = np.abs(after - before) > _CHANGED
    for column, name in enumerate(CONTROLS):
        own = [(start, end) for control, start, end in pins if control == column]
        for first, last in _blocks(changed[:, column]):
            stored = curves.get(name, Curve.empty())
            rows = after[:, column]
            patch = _Patch(stored, window.first, rows, own, tolerance, window.opens, window.closes)
            curves[name], (start, end) = patch.applied(first, last)
            kept_pins = [pin for pin in kept_pins if pin[0] != name or pin[2] <= start or pin[1] >= end]
            kept_pins += [(name, *pin) for pin in own if pin[1] > start and pin[0] < end]
    order = {name: index for index, name in enumerate(CONTROLS)}
    kept_pins.sort(key=lambda pin: (pin[1], order.get(pin[0], 0)))
    return replace(track, curves=curves, pins=tuple(dict.fromkeys(kept_pins)))


def _blocks(changed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last row of each run of changed rows; runs too close for a blend between them are one."""
    rows = np.flatnonzero(changed)
    if len(rows) == 0:
        return []
    apart = np.flatnonzero(np.diff(rows) > 2 * BLEND * FRAME_RATE + 2)
    starts, ends = np.append(rows[0], rows[apart + 1]), np.append(rows[apart], rows[-1])
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class _Patch:
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
