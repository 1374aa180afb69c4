"""What must be seen and when: closures, lip-to-teeth contacts, teeth closed for a hiss, rounding, rest.

The solver draws its plateaus from these stretches, the hard rules enforce them on any model's curves, and an
evaluation compares two phone tracks by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ...controls import CLOSERS, LABIODENTALS
from ...phonemes.track import PhoneTrack
from ...timing import FRAME_RATE
from .units import FRAME_S, Unit, units_of

Kind = Literal["closure", "contact", "sibilant", "rounded", "rest"]

SHORTEST_CONTACT_S = FRAME_S  # a contact shorter than a film frame might fall between two frames
REST_AFTER_S = 0.25  # of silence: the last shape has gone
REST_BEFORE_S = 0.2  # before the next sound its first shape begins
_BETWEEN_CONTACTS = 3  # rows from one kind of contact to the other: lips leave the teeth before they seal
_ROUND = frozenset(("U", "Eu", "WA_PEDAL", "Wa", "ShChZh", "Oh"))


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to be seen, on the row grid. ``control`` is the shape that shows it ("" for rest)."""

    kind: Kind
    first: int  # row
    last: int  # row, inclusive
    control: str

    @property
    def start(self) -> float:
        return self.first / FRAME_RATE

    @property
    def end(self) -> float:
        return self.last / FRAME_RATE


def events(phones: PhoneTrack, duration: float | None = None) -> list[Event]:
    """Everything that must be seen, in time order. With a duration (s) the rest after the last sound is
    included."""
    units = units_of(phones)
    found = [event for event in contacts(units) if event is not None]
    found += hisses(units)
    for unit in units:
        rounded = next((name for name in unit.shapes if name in _ROUND), None)
        if rounded:
            found.append(Event("rounded", _row(unit.start), max(_row(unit.end), _row(unit.start)), rounded))
    found += rests(units, duration)
    return sorted(found, key=lambda event: (event.first, event.last, event.kind))


def contacts(units: list[Unit]) -> list[Event | None]:
    """For each unit its closure or lip-to-teeth contact: the whole sound, and a film frame at least."""
    result: list[Event | None] = []
    before: int | None = None  # index of the contact before
    for index, unit in enumerate(units):
        if not unit.contact:
            result.append(None)
            continue
        lacking = max(SHORTEST_CONTACT_S - unit.length, 0.0)
        first = max(_row(unit.start - 0.6 * lacking), 0)
        last = max(_row(unit.end + 0.4 * lacking), first + 1)
        kind: Kind = "closure" if unit.seals else "contact"
        if before is not None:
            earlier = result[before]
            if earlier is not None and earlier.last >= first - _BETWEEN_CONTACTS:
                first, last = _apart(result, before, earlier, kind, first, last)
        result.append(Event(kind, first, last, _control(unit)))
        before = index
    return result


def _apart(
    result: list[Event | None], before: int, earlier: Event, kind: Kind, first: int, last: int
) -> tuple[int, int]:
    """Contacts that come close: the same kind just follows on, of two kinds the closure keeps its time."""
    if earlier.kind == kind:
        first = max(first, earlier.last)
    elif kind == "closure":
        shortened = max(first - _BETWEEN_CONTACTS, earlier.first)
        result[before] = Event(earlier.kind, earlier.first, shortened, earlier.control)
        first = max(first, shortened + 1)
    else:
        first = earlier.last + _BETWEEN_CONTACTS
    return first, max(last, first)


def hisses(units: list[Unit]) -> list[Event]:
    """The middle half of each sibilant, in which the teeth are close together."""
    found = []
    for unit in units:
        if unit.hisses:
            quarter = 0.25 * unit.length
            first = max(_row(unit.start + quarter), 0)
            control = "ShChZh" if "ShChZh" in unit.shapes else "S"
            found.append(Event("sibilant", first, max(_row(unit.end - quarter), first), control))
    return found


def rests(units: list[Unit], duration: float | None = None) -> list[Event]:
    """Silences long enough for the mouth to come to rest."""
    edges = [(-1.0, units[0].start)] if units else []
    edges += [(one.end, other.start) for one, other in pairwise(units)]
    found = []
    for silent_from, silent_to in edges:
        first = _row(silent_from + REST_AFTER_S) if silent_from >= 0.0 else 0
        last = _row(silent_to - REST_BEFORE_S)
        if last > first:
            found.append(Event("rest", first, last, ""))
    if duration is not None:
        first = _row(units[-1].end + REST_AFTER_S) if units else 0
        if _row(duration) >= first:
            found.append(Event("rest", first, _row(duration), ""))
    return found


def _control(unit: Unit) -> str:
    plain, without_jaw = CLOSERS if unit.seals else LABIODENTALS
    return plain if plain in unit.shapes else without_jaw


def _row(seconds: float) -> int:
    return round(seconds * FRAME_RATE)
