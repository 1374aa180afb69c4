"""From what a network says to what a mouth does: thresholds first, then the hard rules.

Every rule is a floor or a cap on a control over a few rows, so applying them twice changes nothing, and
curves that already keep them (the procedural model's) pass through untouched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, JALI_FIELD, SHAPES
from ..errors import ModelError
from ..models.prediction import Prediction
from ..phonemes.track import PhoneTrack
from ..timing import FRAME_RATE
from .jali.anatomy import BITTEN, HISSED, SEALED
from .jali.events import Event, contacts, hisses, rests
from .jali.field import NEUTRAL
from .jali.units import units_of

Floats32 = NDArray[np.float32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Pin = tuple[int, float, float]

_FIELD = len(JALI_FIELD)
# Rows: a floor's rise and fall; a cap's slope at contacts, sibilants and rests.
_CLOSE, _RELEASE, _CLEAR, _PARTING, _SETTLE = 5, 4, 4, 2, 8
_ACTIVE = 0.02  # a shape below this is not seen
_SHAPE_ROWS, _FIELD_ROWS = 7, 25  # a network's tremor is smoothed over so many rows (odd)


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """Each rule can be turned off; ``minimum_shape_s`` is the shortest that a shape may be seen."""

    closures: bool = True
    contacts: bool = True
    sibilants: bool = True
    rest: bool = True
    minimum_shape_s: float = 0.05


def gate(prediction: Prediction, thresholds: NDArray[np.floating], minimum_s: float = 0.05) -> Floats32:
    """Dense controls (rows, 31) from a VisemeNet prediction: values where a control is likelier active
    than its threshold (29, in SHAPES order). Switches shorter than ``minimum_s`` are ignored, gaps as well
    as blips."""
    if prediction.activations is None or prediction.values is None:
        raise ModelError("the model predicts phone groups only: solve them with the procedural path instead")
    rows = len(prediction.activations)
    if rows == 0:
        return np.zeros((0, len(CONTROLS)), np.float32)
    result = np.full((rows, len(CONTROLS)), NEUTRAL, np.float32)
    active = prediction.activations > np.asarray(thresholds, np.float32)
    shortest = max(1, round(minimum_s * FRAME_RATE))
    active = _without_short_runs(~_without_short_runs(~active, shortest), shortest)
    result[:, _FIELD:] = np.clip(_smooth(np.where(active, prediction.values, 0.0), _SHAPE_ROWS), 0.0, 1.0)
    if prediction.field is not None:
        result[:, :_FIELD] = np.clip(_smooth(prediction.field, _FIELD_ROWS), 0.0, 1.0)
    return result


def _smooth(columns: NDArray[np.floating], rows: int) -> Floats:
    """Weighted mean over ``rows`` rows, the ends held."""
    weights = np.hanning(rows + 2)[1:-1]
    padded = np.pad(columns.astype(np.float64), ((rows // 2, rows // 2), (0, 0)), mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, rows, axis=0)
    smoothed: Floats = views @ (weights / weights.sum())
    return smoothed


def apply_rules(
    dense: Floats32, phones: PhoneTrack, options: RuleOptions | None = None, start: int = 0
) -> tuple[Floats32, list[Pin]]:
    """The hard rules on dense controls (rows, 31), and the stretches that key reduction must keep exact.

    m b p: a closer is exactly 1 for the whole sound and a film frame at least, and what opens lips or jaw is
    out of the way. f v: the same for the lower lip at the teeth. Sibilants: what opens the jaw is small.
    Silence: no shape from 0.25 s after the last sound to 0.2 s before the next. The last row is at rest even
    where a sound is cut off there, since hosts hold a curve's last value for ever. A shape seen for less than
    the minimum is dropped; the shapes beside it take its place.

    A pin is (control, start, end): index in CONTROLS, seconds of the clip, of which ``start`` is the row with
    which the curves begin.
    """
    options = options or RuleOptions()
    rows = len(dense)
    ends = start + rows - 1  # the clip's row that is the last
    result = np.clip(np.nan_to_num(dense, nan=0.0), 0.0, 1.0).astype(np.float32)
    if rows == 0:
        return result, []
    units = units_of(phones)
    limits = _Limits(rows, start)
    pinned = [
        event
        for event in contacts(units)
        if event is not None and (options.closures if event.kind == "closure" else options.contacts)
    ]
    if options.sibilants:
        for event in hisses(units):
            limits.cap(event, HISSED, _PARTING, _PARTING)
    if options.rest:
        for event in rests(units, (start + rows) / FRAME_RATE):
            limits.cap(event, np.zeros(len(SHAPES)), _SETTLE, _SETTLE)
        limits.cap(Event("rest", ends, ends, ""), np.zeros(len(SHAPES)), _SETTLE, 1)
        pinned = [released for event in pinned if (released := _released(event, ends)) is not None]
    slopes = _slopes(pinned)
    for event, (before, after) in zip(pinned, slopes, strict=True):
        limits.cap(event, _room_beside(event), min(_CLEAR, before), min(_CLEAR, after))
    limits.floors(pinned, slopes)
    shapes = limits.clip(result[:, _FIELD:])
    shapes = _drop_flicker(shapes, limits.floor, max(1, round(options.minimum_shape_s * FRAME_RATE)))
    result[:, _FIELD:] = shapes
    pins = [
        (CONTROLS.index(event.control), event.start, min(event.end, ends / FRAME_RATE))
        for event in pinned
        if start <= event.first <= ends
    ]
    return result, pins


class _Limits:
    """A floor and a cap for each shape at each row; the floor never passes the cap.

    Events are told in the clip's rows, of which ``start`` is the first one here.
    """

    def __init__(self, rows: int, start: int) -> None:
        self.rows = rows
        self.start = start
        self.floor = np.zeros((rows, len(SHAPES)), np.float32)
        self.ceiling = np.ones((rows, len(SHAPES)), np.float32)

    def cap(self, event: Event, most: Floats, before: int, after: int) -> None:
        """At most ``most`` during the event, sloping back to 1 over some rows on either side."""
        at, near = self._ramp(event, before, after)
        room = most + (1.0 - most) * (1.0 - near[:, None])
        self.ceiling[at] = np.minimum(self.ceiling[at], room.astype(np.float32))

    def floors(self, pinned: list[Event], slopes: list[tuple[int, int]]) -> None:
        """Each contact's control rises to exactly 1 and falls again, inside what other contacts leave
        free."""
        for event, (before, after) in zip(pinned, slopes, strict=True):
            at, near = self._ramp(event, before, after)
            column = SHAPES.index(event.control)
            self.floor[at, column] = np.maximum(self.floor[at, column], near.astype(np.float32))
        self.floor = np.minimum(self.floor, self.ceiling)
        for event in pinned:
            held = slice(max(event.first - self.start, 0), max(event.last - self.start + 1, 0))
            self.floor[held, SHAPES.index(event.control)] = 1.0
            self.ceiling[held, SHAPES.index(event.control)] = 1.0

    def clip(self, shapes: Floats32) -> Floats32:
        return np.clip(shapes, self.floor, self.ceiling)

    def _ramp(self, event: Event, before: int, after: int) -> tuple[slice, Floats]:
        """The rows that an event touches, and 1 during it, easing to 0 outside."""
        first = max(event.first - before, self.start)
        last = min(event.last + after, self.start + self.rows - 1)
        at = np.arange(first, last + 1)
        lead = np.clip((at - (event.first - before)) / before, 0.0, 1.0)
        lag = np.clip(((event.last + after) - at) / after, 0.0, 1.0)
        u = np.minimum(lead, lag)
        here = slice(first - self.start, first - self.start + len(at))
        return here, u * u * (3.0 - 2.0 * u)


def _released(event: Event, end: int) -> Event | None:
    """A contact that gives way to the rest at the ``end``; None where too little is left for it to be
    seen."""
    if end - event.first < _RELEASE:
        return None
    # One that begins so late is held for half of what is left.
    latest = max(end - _SETTLE, (event.first + end) // 2)
    return replace(event, last=min(event.last, latest))


def _slopes(pinned: list[Event]) -> list[tuple[int, int]]:
    """Rows for each contact's floor to rise and to fall: two contacts share what little time lies between
    them."""
    gaps = [max((after.first - before.last) // 2, 1) for before, after in pairwise(pinned)]
    return [
        (min(_CLOSE, before), min(_RELEASE, after))
        for before, after in zip([_CLOSE, *gaps], [*gaps, _RELEASE], strict=True)
    ][: len(pinned)]


def _room_beside(event: Event) -> Floats:
    """What the other shapes may have during a contact. Of a closer and its no-jaw twin only one is at
    work."""
    room = (SEALED if event.kind == "closure" else BITTEN).copy()
    twin = event.control[:-1] if event.control.endswith("a") else event.control + "a"
    room[SHAPES.index(twin)] = 0.0
    return room


def _drop_flicker(shapes: Floats32, floor: Floats32, shortest: int) -> Floats32:
    seen = shapes > _ACTIVE
    long_enough = _without_short_runs(seen, shortest)
    blip = seen & ~long_enough & (floor <= 0.0)
    return np.where(blip, np.float32(0.0), shapes)


def _without_short_runs(mask: Bools, shortest: int) -> Bools:
    """Each column's runs of True of at least ``shortest`` rows. A run cut off by an end of the clip may be
    short."""
    rows, columns = mask.shape
    padded = np.zeros((rows + 2, columns), bool)
    padded[1:-1] = mask
    flat = padded.T.ravel()
    change = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts, stops = change[::2], change[1::2]
    at_row = starts % (rows + 2)
    short = (stops - starts < shortest) & (at_row > 1) & (stops % (rows + 2) < rows + 1)
    delta = np.zeros(len(flat) + 1, np.int64)
    delta[starts[short]] -= 1
    delta[stops[short]] += 1
    kept = flat & (np.cumsum(delta[:-1]) == 0)
    result: Bools = kept.reshape(columns, rows + 2).T[1:-1]
    return result
