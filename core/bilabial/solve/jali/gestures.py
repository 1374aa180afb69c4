"""When each sound's shape begins, stands, lets go and ends: the habits of co-articulation as times and
values.

A shape stands at its apex some way into its sound, begins an onset before that, keeps up to 75 % of the
sound's length and is gone DECAY_S after its end. How far into the sound, and how long the onset is, depends
on the kind of sound; these numbers, and those of contacts, are measured on a real face (docs/face.md). Within
speech neighbours hand the mouth over to one another inside those limits: a shape lets go while the next one
comes, so that shapes do not pile up. Sounds of the tongue alone run beside the others and never touch the
lips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...controls import SHAPES
from .arcs import Ints, to_rows
from .events import contacts
from .units import PAUSE_S, Unit, leaves_jaw, weak_words

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a kind of sound has its apex (a share of its length, and seconds more), and when it begins."""

    share: float
    later: float  # s
    onset: float  # s before the apex


_HEAVY, _VOWEL = _Way(0.2, 0.11, 0.2), _Way(0.45, 0.03, 0.21)
_HISS, _CONSONANT = _Way(0.25, 0.0, 0.22), _Way(0.3, 0.08, 0.16)
DECAY_S = 0.13
PROTRUSION_S = 0.16  # lip-heavy sounds, after their end
CLOSING_S = 0.055  # lips and lip-to-teeth contacts, after a vowel
CLOSING_AFTER_PAUSE_S = 0.18
_CROSSING_S = 0.08  # how long after the next shape's apex one is still seen
_INTO_HISS = 0.45  # share of a sibilant after which what stood before it is gone
_TONGUE_NARROWS = 0.1  # how much of a dip sounds of the tongue alone leave between two open shapes
LONGEST_ONSET_S = 0.25  # lip-heavy sounds reach through the consonants before them, no further than this
SUSTAIN = 0.75  # share of a sound after which its shape lets go, and share of its value that is left then
_OPENING_S = (0.04, 0.09)  # least and most time that a shape takes to open after a contact
_UNDER_CONTACT_S = 0.04  # a shape after a contact begins while it holds: it hides it
_INTO_CONTACT_S = 0.08  # so a shape before one ends so far into it, or a vowel would shrink towards it
_FINAL_DECAY_S = 0.12  # a pause leaves the mouth open a moment longer
_SHORTEST_SLOPE = 3  # rows; a faster rise or fall is seen as a pop

_SHAPE_INDEX = {name: index for index, name in enumerate(SHAPES)}


@dataclass(frozen=True, slots=True, eq=False)
class Gestures:
    """n shapes; ``control`` (n,) indexes SHAPES, ``rows`` and ``values`` (n, 4) as arcs.join takes them."""

    control: Ints
    rows: Ints
    values: Floats


def gestures(units: list[Unit]) -> Gestures:
    if not units:
        return Gestures(np.zeros(0, np.int64), np.zeros((0, 4), np.int64), np.zeros((0, 4)))
    times = _Times(units)
    control, owner, apex = [], [], []
    for index, unit in enumerate(units):
        for name, value in unit.shapes.items():
            control.append(_SHAPE_INDEX[name])
            owner.append(index)
            apex.append(value)
    of = np.array(owner)
    value = np.minimum(np.array(apex) * times.strength[of], 1.0)
    rows = np.stack([to_rows(t[of]) for t in (times.a, times.b, times.c, times.d)], axis=1)
    rows[:, 0] = np.minimum(rows[:, 0], rows[:, 1] - _SHORTEST_SLOPE)
    rows[:, 2] = np.maximum(rows[:, 2], rows[:, 1])
    rows[:, 3] = np.maximum(rows[:, 3], rows[:, 2] + _SHORTEST_SLOPE)
    # A short sustain is no more than the shoulder of the arc from apex to end: it needs no knot of its own.
    held = times.held[of]
    shortest = np.select([times.contact[of], times.heavy[of], times.tongue[of]], [0, 9, 14], 12)
    shoulder = rows[:, 2] - rows[:, 1] < shortest
    rows[:, 2] = np.where(shoulder, rows[:, 1], rows[:, 2])
    left = np.where(held | shoulder, value, value * (0.5 + 0.5 * SUSTAIN))
    zero = np.zeros_like(value)
    return Gestures(np.array(control), rows, np.stack([zero, value, left, zero], axis=1))


class _Times:
    """Columns over the units: a onset, b apex, c end of sustain, d end (seconds), strength and whether c
    is held."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self.start = np.array([unit.start for unit in units])
        self.end = np.array([unit.end for unit in units])
        self.length = self.end - self.start
        self.vowel = _flags(units, "is_vowel")
        self.seals = _flags(units, "seals")
        self.contact = _flags(units, "contact")
        self.hisses = _flags(units, "hisses")
        self.heavy = _flags(units, "lip_heavy")
        self.tongue = _flags(units, "tongue_only")
        self.held = self.contact | self.heavy
        # A phrase is a stretch of units without a pause between them.
        self.phrase = np.cumsum(np.r_[0.0, self.start[1:] - self.end[:-1]] > PAUSE_S)
        self.a = self.start - _CONSONANT.onset
        self.b = self.start.copy()
        self.c = self.start + SUSTAIN * self.length
        self.d = self.end + DECAY_S
        self.strength = self._strength()
        self._own_times()
        self._mouth(np.flatnonzero(~self.tongue))
        self._tongue(np.flatnonzero(self.tongue))
        self._between_contacts()

    def _strength(self) -> Floats:
        """Stressed vowels are strong, de-stressed words weak; short vowels fall short, long consonants
        gain."""
        stress = np.array([np.nan if unit.stress is None else float(unit.stress) for unit in self.units])
        schwa = np.array([unit.group == "Schwa" for unit in self.units])
        of_stress = np.select([stress == 1, stress == 2, (stress == 0) & ~schwa], [1.15, 1.05, 0.8], 1.0)
        of_length = np.where(self.vowel, 0.65 + 0.35 * np.clip(self.length / 0.1, 0, 1), 1.0)
        long_consonant = ~self.vowel & (self.length > 0.3)
        weak = np.where(weak_words(self.units) & ~self.vowel, 0.85, 1.0)
        strength: Floats = (
            np.where(self.vowel, of_stress, weak) * of_length * np.where(long_consonant, 1.3, 1.0)
        )
        return np.where(self.contact, 1.0, strength)

    def _own_times(self) -> None:
        """What a sound asks for by itself."""
        after_pause = np.r_[True, self.phrase[1:] != self.phrase[:-1]]
        for index, contact in enumerate(contacts(self.units)):
            if contact is not None:
                self.b[index], self.c[index] = contact.start, contact.end
                self.start[index] = min(self.start[index], contact.end)
                self.end[index] = max(self.end[index], contact.start)
        closing = np.where(after_pause, CLOSING_AFTER_PAUSE_S, CLOSING_S)
        self.a = np.where(self.contact, self.b - closing, self.a)
        heavy = self.heavy
        self._apexes()
        self.c = np.where(heavy, self.end - 0.25 * np.minimum(self.length, 0.12), self.c)
        self.d = np.where(heavy, self.end + PROTRUSION_S, self.d)
        self.c = np.where(self.hisses & ~heavy, self.start + 0.85 * self.length, self.c)
        last = np.r_[after_pause[1:], True]
        self.d = np.where(last & ~self.contact, np.maximum(self.d, self.end + _FINAL_DECAY_S), self.d)

    def _apexes(self) -> None:
        """Apex and beginning of everything but contacts."""
        kinds = (self.heavy, self.vowel, self.hisses)
        ways = (_HEAVY, _VOWEL, _HISS)
        share = np.select(kinds, [way.share for way in ways], _CONSONANT.share)
        later = np.select(kinds, [way.later for way in ways], _CONSONANT.later)
        onset = np.select(kinds, [way.onset for way in ways], _CONSONANT.onset)
        apex = self.start + share * self.length + later
        self.b = np.where(self.contact, self.b, apex)
        self.a = np.where(self.contact, self.a, apex - onset)
        self.c = np.maximum(self.c, self.b)
        self.d = np.maximum(self.d, self.c)

    def _mouth(self, at: Ints) -> None:
        """Sounds that shape lips or jaw, each handing over to the next."""
        if len(at) < 2:
            self._edges(at)
            return
        i, j = at[:-1], at[1:]
        one = self.phrase[i] == self.phrase[j]  # the two belong to one phrase
        gap = self.start[j] - self.end[i]  # filled by tongue-only sounds
        near = one & (gap < 0.05)
        self._open_after_contacts(i, j, near)
        self._lip_heavy_neighbours(i, j, near, one)
        self._let_go(i, j, one, near)
        self._begin(i, j, one)
        self._narrow_for_tongue(i, j, one)
        self._edges(at)

    def _open_after_contacts(self, i: Ints, j: Ints, near: NDArray[np.bool_]) -> None:
        """After m b p f v and sibilants a shape cannot stand at once: it opens within the sound."""
        opening = np.clip(0.5 * self.length[j], *_OPENING_S)
        soft = ~self.contact[j] & ~self.hisses[j]
        held = self.contact[i] | (self.hisses[i] & ~self.heavy[j])
        released = np.where(self.contact[i], self.c[i], self.end[i] - 0.02)
        self.b[j] = np.where(near & soft & held, np.maximum(self.b[j], released + opening), self.b[j])
        into = near & self.hisses[j] & self.seals[i]
        self.b[j] = np.where(into, self.c[i] + np.minimum(0.3 * self.length[j], 0.05), self.b[j])
        self.c[j] = np.maximum(self.c[j], self.b[j])

    def _lip_heavy_neighbours(
        self, i: Ints, j: Ints, near: NDArray[np.bool_], one: NDArray[np.bool_]
    ) -> None:
        """Habits 2 to 4: they reach through the consonants of their word, whose lip shapes give way to
        theirs."""
        consonant_before = ~self.vowel[i] & ~self.contact[i] & ~self.heavy[i]
        gives_way = near & self.heavy[j] & consonant_before
        self.strength[i] = np.where(gives_way, 0.7 * self.strength[i], self.strength[i])
        reach = np.where(gives_way & self._same_word(i, j), self.start[i], self.a[j])
        reach = np.maximum(reach, self.start[j] - LONGEST_ONSET_S)
        self.a[j] = np.where(self.heavy[j] & one, np.minimum(self.a[j], reach), self.a[j])
        consonant_after = ~self.vowel[j] & ~self.contact[j] & ~self.heavy[j]
        gives_way = near & self.heavy[i] & consonant_after
        self.strength[j] = np.where(gives_way, 0.7 * self.strength[j], self.strength[j])
        # A vowel after a lip-heavy consonant stands a little later, while the lips come back.
        late = near & self.heavy[i] & self.vowel[j] & ~self.heavy[j] & ~self.vowel[i]
        self.b[j] = np.where(
            late, np.maximum(self.b[j], self.start[j] + np.minimum(0.4 * self.length[j], 0.05)), self.b[j]
        )
        self.c[j] = np.maximum(self.c[j], self.b[j])

    def _let_go(self, i: Ints, j: Ints, one: NDArray[np.bool_], near: NDArray[np.bool_]) -> None:
        """The shape i ends for the shape j: at a contact it is gone, at a sibilant all but, else it
        crosses over."""
        # Lips that protruded are back when the vowel after them is nearly over.
        back = np.where(
            self.vowel[j] & ~self.heavy[j], self.start[j] + np.maximum(0.9 * self.length[j], 0.06), np.inf
        )
        soft_end = np.where(
            self.heavy[i], np.minimum(self.d[i], back), np.minimum(self.d[i], self.b[j] + _CROSSING_S)
        )
        end = np.select(
            [self.contact[j] & ~self.heavy[i], self.hisses[j] & ~self.contact[i] & ~self.heavy[i]],
            [
                np.minimum(self.d[i], np.minimum(self.b[j] + _INTO_CONTACT_S, self.c[j])),
                np.minimum(self.d[i], self.start[j] + _INTO_HISS * self.length[j]),
            ],
            soft_end,
        )
        # A contact before a shape that opens lets go while that one comes; two contacts cross as they can.
        release = self.c[i] + np.clip(0.6 * self.length[j], 0.05, 0.1)
        end = np.where(self.contact[i] & ~self.contact[j], np.minimum(release, self.d[i]), end)
        end = np.where(self.contact[i] & self.contact[j], np.maximum(self.b[j], self.c[i] + 0.03), end)
        self.d[i] = np.where(one, end, self.d[i])
        fall = np.clip(self.d[i] - self.b[i], 0.04, 0.1)
        last = np.maximum(self.d[i] - fall, self.b[i])
        self.c[i] = np.where(one & ~self.contact[i], np.minimum(self.c[i], last), self.c[i])

    def _begin(self, i: Ints, j: Ints, one: NDArray[np.bool_]) -> None:
        """No shape comes before the one before it has stood; after a contact or a sibilant not before its
        release."""
        earliest = np.where(self.contact[i], self.c[i], np.where(self.hisses[i], self.c[i], self.b[i]))
        earliest = np.where(self.contact[j], np.minimum(self.b[i] - 0.04, self.b[j] - 0.09), earliest)
        through = np.where(self.vowel[i], np.minimum(self.b[i], self.b[j] - 0.1), -np.inf)
        earliest = np.where(self.heavy[j], through, earliest)
        # Habit 8: inside the word the next target is looked forward to through tongue-only sounds; the last
        # phone of a word looks back, so the next word's shape waits.
        between = self.start[j] - self.end[i] > 0.03
        own = self._same_word(j - 1, j)  # what stands between belongs to j's word
        forward = np.where(between & own, self.end[i], self.a[j])
        waits = between & ~own & ~self.heavy[j] & ~self.contact[j]
        self.a[j] = np.where(one, np.maximum(np.minimum(self.a[j], forward), self.b[j] - 0.2), self.a[j])
        self.a[j] = np.where(one & waits, np.maximum(self.a[j], self.start[j] - 0.08), self.a[j])
        self.a[j] = np.where(one, np.maximum(self.a[j], earliest), self.a[j])

    def _narrow_for_tongue(self, i: Ints, j: Ints, one: NDArray[np.bool_]) -> None:
        """Habits 6 and 7: tongue-only sounds of a frame or more narrow the jaw between two open shapes."""
        narrowing = np.cumsum(np.r_[0, [unit.tongue_only and not leaves_jaw(unit) for unit in self.units]])
        has = (narrowing[j] - narrowing[i + 1]) > 0
        gap = self.start[j] - self.end[i]
        middle = 0.5 * (self.end[i] + self.start[j])
        kept = 1.0 - _TONGUE_NARROWS * (1.0 - np.clip(0.9 - (gap - 0.02) / 0.15, 0.2, 0.85))
        dips = one & has & ~self.contact[i] & ~self.contact[j] & ~self.heavy[i] & ~self.heavy[j]
        falls, rises = dips & (self.d[i] > middle), dips & (self.a[j] < middle)
        self.d[i] = np.where(falls, middle + kept * (self.d[i] - middle), self.d[i])
        self.a[j] = np.where(rises, middle - kept * (middle - self.a[j]), self.a[j])
        self.c[i] = np.where(
            dips, np.clip(self.c[i], self.b[i], np.maximum(self.d[i] - 0.05, self.b[i])), self.c[i]
        )

    def _edges(self, at: Ints) -> None:
        """A mouth shape at the edge of a phrase opens and closes with the tongue-only sounds beside it."""
        phrase = self.phrase[at]
        opens = at[np.r_[True, phrase[1:] != phrase[:-1]] & ~self.contact[at]]
        begins = self.start[np.searchsorted(self.phrase, self.phrase[opens], side="left")]
        early = np.maximum(np.minimum(self.a[opens], begins - 0.04), self.start[opens] - 0.25)
        self.a[opens] = np.where(begins < self.start[opens], early, self.a[opens])
        closes = at[np.r_[phrase[1:] != phrase[:-1], True] & ~self.contact[at]]
        ends = self.end[np.searchsorted(self.phrase, self.phrase[closes], side="right") - 1]
        late = np.minimum(np.maximum(self.d[closes], ends + 0.06), self.end[closes] + 0.25)
        self.d[closes] = np.where(ends > self.end[closes], late, self.d[closes])

    def _tongue(self, at: Ints) -> None:
        """Tongue-only sounds hand over among themselves."""
        if len(at) < 2:
            return
        i, j = at[:-1], at[1:]
        begin = np.maximum(self.a[j], np.minimum(self.c[i], self.b[j] - 0.03))
        self.d[i] = np.minimum(self.d[i], np.maximum(self.b[j], self.c[i] + 0.03))
        self.a[j] = begin

    def _between_contacts(self) -> None:
        """Contacts leave the mouth free between them: what stands there rises after one and is gone for
        the next."""
        at = np.flatnonzero(self.contact)
        if not len(at):
            return
        one, other = at[:-1], at[1:]
        # What is said between two contacts opens the lips, however briefly.
        half = np.maximum(0.55 * (self.b[other] - self.c[one]), 0.03)
        self.d[one] = np.minimum(self.d[one], self.c[one] + half)
        self.a[other] = np.maximum(self.a[other], self.b[other] - half)
        self.a[other] = np.maximum(self.a[other], np.minimum(self.c[one], self.b[other] - 0.03))
        self.d[one] = np.minimum(self.d[one], np.maximum(self.b[other], self.c[one] + 0.03))
        free = ~self.contact & ~self.tongue & ~self.heavy
        where = np.searchsorted(at, np.arange(len(self.start)))
        released = np.r_[-np.inf, self.c[at]][where]  # of the contact before
        closed = np.r_[self.b[at], np.inf][where]  # of the contact after
        middle = 0.5 * (np.maximum(released, self.start - 1.0) + np.minimum(closed, self.end + 1.0))
        inside = np.where(closed - released > 0.06, np.clip(self.b, released + 0.03, closed - 0.03), middle)
        self.b = np.where(free, inside, self.b)
        self.a = np.where(free, np.maximum(self.a, released - _UNDER_CONTACT_S), self.a)
        held = np.r_[self.c[at], np.inf][where]
        self.d = np.where(free, np.minimum(self.d, np.minimum(closed + _INTO_CONTACT_S, held)), self.d)
        self.c = np.where(free, np.clip(self.c, self.b, np.maximum(self.d - 0.03, self.b)), self.c)
        # What has no time to be reached is not reached.
        width = self.d - self.a
        self.strength = np.where(free, self.strength * np.clip(width / 0.12, 0.2, 1.0), self.strength)

    def _same_word(self, i: Ints, j: Ints) -> NDArray[np.bool_]:
        """True also where nobody knows."""
        word = np.array([-1 if unit.word is None else unit.word for unit in self.units])
        same: NDArray[np.bool_] = (word[i] == word[j]) | (word[i] < 0) | (word[j] < 0)
        return same


def _flags(units: list[Unit], name: str) -> NDArray[np.bool_]:
    return np.array([bool(getattr(unit, name)) for unit in units])
