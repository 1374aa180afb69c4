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
from .curve import Curve, Floats
from .patch import BLEND, Patch
from .reduce import TOLERANCE, Pin
from .take import SPEECH, Take, Track

Span = tuple[float, float]

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
            patch = Patch(stored, window.first, rows, own, tolerance, window.opens, window.closes)
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
