"""Solving a span again: a phone was relabelled, moved, split, added or removed; only what it reaches changes.

The procedural model (jali) is solved around the edit with the old phones and with the new ones. A control in
which the two differ is renewed from the hold before to the hold after (stretches.py): what stands there then
is what the whole clip would have, so that edits taken back leave no trace. Every other key stays bit for bit.
Curves that are not ours (a network's own, an earlier version's) are patched around the changed rows
(patch.py), and hand-made keys stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from .curve import Curve, Floats
from .lanes import Strip
from .patch import BLEND, Patch
from .reduce import TOLERANCE, Pin, reduce_strips
from .stretches import Stretch, around_hands, replaced, same, stretches
from .take import SPEECH, Take, Track, in_pin_order

Span = tuple[float, float]

_MARGIN = 2 * REACH_S + 1.0  # seconds of context around an edit, so that its edges tell nothing
_CHANGED = 1e-4  # in a patch, rows that differ by less are the same


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
    standing = take.phones
    for span in spans:
        told = _with_span(standing, phones, span)
        edit = _Edit.solved(span, standing, told, prosody, statistics, rules)
        chosen = _renewed(chosen, edit)
        if dense is not None:
            rows = slice(edit.window.first, edit.window.stop)
            dense[rows] = np.where(edit.after != edit.before, edit.after, dense[rows])
        standing = told
    result = replace(take, phones=phones, statistics=statistics).with_track(track, chosen)
    return result if dense is None else replace(result, dense={**take.dense, track: dense})


def _rows_of(prosody: Prosody | LocalProsody, first: int, stop: int) -> Prosody:
    if isinstance(prosody, LocalProsody):
        return prosody.between(first, stop)
    parts = (prosody.intensity_db, prosody.pitch_hz, prosody.high_db)
    return Prosody(*(part[first:stop] for part in parts))


def _with_span(old: PhoneTrack, new: PhoneTrack, span: Span) -> PhoneTrack:
    """The old phones, with the new ones in the span. No phone that both have reaches over its ends."""

    def inside(phone: Phone) -> bool:
        return phone.start >= span[0] - 1e-9 and phone.end <= span[1] + 1e-9

    before = [phone for phone in old if not inside(phone) and phone.start < span[0]]
    after = [phone for phone in old if not inside(phone) and phone.start >= span[0]]
    return PhoneTrack.of([*before, *(phone for phone in new if inside(phone)), *after])


def changed_spans(old: PhoneTrack, new: PhoneTrack) -> list[Span]:
    """Stretches (seconds) in which two phone tracks differ, those that could reach one another as one."""
    first, last = _differing(old.phones, new.phones)
    was, now = old.phones[first : len(old) - last], new.phones[first : len(new) - last]
    ours, theirs = set(map(_identity, was)), set(map(_identity, now))
    different = sorted(
        (phone.start, phone.end)
        for phone in (*was, *now)
        if (_identity(phone) in ours) != (_identity(phone) in theirs)
    )
    spans: list[Span] = []
    for start, end in different:
        if spans and start - spans[-1][1] < 2 * REACH_S:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _differing(old: Sequence[Phone], new: Sequence[Phone]) -> tuple[int, int]:
    """How many phones at the beginning, and how many at the end, are the same: all but a few of a long
    line's."""

    def alike(pairs: Iterable[tuple[Phone, Phone]]) -> int:
        for count, (one, other) in enumerate(pairs):
            if one is not other and _identity(one) != _identity(other):
                return count
        return shorter

    shorter = min(len(old), len(new))
    first = alike(zip(old, new, strict=False))
    last = alike(zip(reversed(old), reversed(new), strict=False))
    return first, min(last, shorter - first)


def _identity(phone: Phone) -> tuple[object, ...]:
    """All of a phone that the solver sees."""
    return phone.start, phone.end, phone.label, phone.group, phone.stress, phone.word


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of the clip that is solved: the edit, and far enough around it. On the row grid."""

    first: int  # row
    stop: int  # row after the last
    prosody: Prosody  # of these rows
    opens: bool  # begins with the clip
    closes: bool  # ends with it

    @classmethod
    def around(
        cls, span: Span, old: PhoneTrack, new: PhoneTrack, prosody: Prosody | LocalProsody, margins: Span
    ) -> _Window:
        """``margins``: seconds before and after. Its edges lie in no phone: a phone cut in two would be
        another phone."""
        start, end = span[0] - margins[0], span[1] + margins[1]
        for phone in (*old, *new):
            if phone.start < start < phone.end:
                start = phone.start
            if phone.start < end < phone.end:
                end = phone.end
        first = max(int(np.floor(start * FRAME_RATE)), 0)
        stop = min(int(np.ceil(end * FRAME_RATE)) + 1, len(prosody))
        return cls(first, stop, _rows_of(prosody, first, stop), first == 0, stop == len(prosody))

    def near(self, phones: PhoneTrack) -> PhoneTrack:
        start, end = self.first / FRAME_RATE, self.stop / FRAME_RATE
        return PhoneTrack.of(phone for phone in phones if start - 1e-9 <= phone.start < end)

    def solved(
        self, phones: PhoneTrack, statistics: FieldStatistics, rules: RuleOptions | None
    ) -> tuple[Floats, list[Pin]]:
        """Dense controls of the window's rows, and their pins."""
        near = self.near(phones)
        solved = solve(near, self.prosody, JaliOptions(statistics), self.first)
        dense, pins = apply_rules(solved, near, rules, self.first)
        return dense.astype(np.float64), pins

    def valid(self, *tracks: PhoneTrack) -> tuple[int, int]:
        """The rows, counted from the window's first, that are the whole clip's: what the edges cut off would
        reach the phones beside them, and REACH_S further."""
        low, high = self.first / FRAME_RATE, self.stop / FRAME_RATE
        start, end = low, high
        for track in tracks:
            spoken = [phone for phone in self.near(track) if not phone.is_silence]
            if spoken:
                start, end = max(start, spoken[0].end), min(end, spoken[-1].start)
        rows = self.stop - self.first
        first = 0 if self.opens else int(np.ceil((start + REACH_S - low) * FRAME_RATE)) + 1
        last = rows if self.closes else rows - int(np.ceil((high - end + REACH_S) * FRAME_RATE)) - 1
        return min(first, rows), max(last, 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Edit:
    """One span solved as it was and as it is now, as far as the next holds on both sides."""

    window: _Window
    before: Floats  # (rows, controls)
    after: Floats
    old_pins: list[Pin]
    new_pins: list[Pin]
    stretches: list[list[Stretch]]  # of each control: what is to be renewed

    @classmethod
    def solved(
        cls,
        span: Span,
        old: PhoneTrack,
        new: PhoneTrack,
        prosody: Prosody | LocalProsody,
        statistics: FieldStatistics,
        rules: RuleOptions | None,
    ) -> _Edit:
        before_s = after_s = _MARGIN
        while True:
            window = _Window.around(span, old, new, prosody, (before_s, after_s))
            before, old_pins = window.solved(old, statistics, rules)
            after, new_pins = window.solved(new, statistics, rules)
            changed = _changed(window, before, after, set(old_pins) ^ set(new_pins))
            wanted, earlier, later = _stretches(window, before, after, changed, window.valid(old, new))
            if not earlier and not later:
                return cls(window, before, after, old_pins, new_pins, wanted)
            before_s *= 2 if earlier else 1
            after_s *= 2 if later else 1

    def pins_of(self, column: int, pins: list[Pin]) -> list[Span]:
        return [(start, end) for control, start, end in pins if control == column]


def _changed(window: _Window, before: Floats, after: Floats, pins: set[Pin]) -> NDArray[np.bool_]:
    """Which rows of which control differ, or are pinned otherwise: a pinned key stays though it rests."""
    changed: NDArray[np.bool_] = before != after
    for control, start, end in pins:
        first, last = (round(moment * FRAME_RATE) - window.first for moment in (start, end))
        changed[max(first, 0) : max(last + 1, 0), control] = True
    return changed


def _stretches(
    window: _Window, before: Floats, after: Floats, changed: NDArray[np.bool_], valid: tuple[int, int]
) -> tuple[list[list[Stretch]], bool, bool]:
    """Of each control; and whether more rows are wanted before or after."""
    earlier, later = bool(changed[: valid[0]].any()), bool(changed[valid[1] :].any())
    wanted: list[list[Stretch]] = []
    place = (window.first, window.opens, window.closes)
    for column in range(len(CONTROLS)):
        found, left, right = stretches(before[:, column], after[:, column], changed[:, column], valid, place)
        earlier, later = earlier or left, later or right
        wanted.append(found)
    return wanted, earlier, later


def _renewed(track: Track, edit: _Edit) -> Track:
    """The track with every control renewed where the two solutions differ."""
    curves = dict(track.curves)
    tolerance = track.tolerance or TOLERANCE
    keys = iter(reduce_strips(_strips(edit), tolerance))
    for column, name in enumerate(CONTROLS):
        stored = curves.get(name, Curve.empty())
        was = will = stored
        for stretch in edit.stretches[column]:
            was = replaced(was, stretch, next(keys), float(stretch.old[0]))
            will = replaced(will, stretch, next(keys), float(stretch.new[0]))
        if not edit.stretches[column]:
            continue
        if not same(was, stored):
            kept = around_hands(stored, was, will, edit.stretches[column])
            will = _patched(stored, edit, column, tolerance) if kept is None else kept
        curves[name] = will
    old, new = (_named(pins) for pins in (edit.old_pins, edit.new_pins))
    pins = [*(pin for pin in track.pins if pin not in old - new), *(new - old)]
    return replace(track, curves=curves, pins=in_pin_order(dict.fromkeys(pins)))


def _strips(edit: _Edit) -> list[Strip]:
    """Old and new rows of every stretch, in the order in which their keys are wanted."""
    strips: list[Strip] = []
    for column, wanted in enumerate(edit.stretches):
        old, new = edit.pins_of(column, edit.old_pins), edit.pins_of(column, edit.new_pins)
        for stretch in wanted:
            strips += stretch.strips(old, new)
    return strips


def _named(pins: list[Pin]) -> set[tuple[str, float, float]]:
    return {(CONTROLS[control], start, end) for control, start, end in pins}


def _patched(stored: Curve, edit: _Edit, column: int, tolerance: float) -> Curve:
    """A curve that is not ours: only the changed rows, over a short blend."""
    window, rows = edit.window, edit.after[:, column]
    own = edit.pins_of(column, edit.new_pins)
    for first, last in _blocks(np.abs(rows - edit.before[:, column]) > _CHANGED):
        patch = Patch(stored, window.first, rows, own, tolerance, window.opens, window.closes)
        stored, _ = patch.applied(first, last)
    return stored


def _blocks(changed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last row of each run of changed rows; runs too close for a blend between them are one."""
    rows = np.flatnonzero(changed)
    if len(rows) == 0:
        return []
    apart = np.flatnonzero(np.diff(rows) > 2 * BLEND * FRAME_RATE + 2)
    starts, ends = np.append(rows[0], rows[apart + 1]), np.append(rows[apart], rows[-1])
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
