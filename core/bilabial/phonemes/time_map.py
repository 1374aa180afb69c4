"""Where the moments of one performance are in another: its sounds were moved, or somebody recorded the line
again.

Both have the same sounds, or nearly so. Between two sounds that belong together time runs evenly; sounds of
the old performance that the new one lacks have no place in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .track import Phone, PhoneTrack

Floats = NDArray[np.float64]
Span = tuple[float, float]

ALIKE: Final = 0.6  # share of the old sounds that a recording of the same words has as well
_GROUP, _OTHER, _GAP = 0.4, 1.7, 1.0  # prices: a sound of the same shape, of another one, one too many
_MOST = 200_000_000  # pairs of sounds that are compared: a byte each; an hour against an hour has more
_LEAST_S = 1e-4  # between two moments of a map


@dataclass(frozen=True, slots=True, eq=False)
class TimeMap:
    """Moments (s) of the old performance and where each is in the new one, both in order."""

    old: Floats
    new: Floats
    unplaced: tuple[Span, ...] = ()  # stretches of the old one whose sounds the new one lacks
    share: float = 1.0  # of the old sounds, those that the new one has as well

    def __call__(self, moments: ArrayLike) -> Floats:
        """Where moments of the old performance are; before its first sound and after its last one as far
        from it as they were.
        """
        when = np.asarray(moments, np.float64)
        if not len(self.old):
            return when
        inside: Floats = np.interp(when, self.old, self.new)
        inside = np.where(when < self.old[0], when - self.old[0] + self.new[0], inside)
        return np.where(when > self.old[-1], when - self.old[-1] + self.new[-1], inside)

    @property
    def moves(self) -> bool:
        return bool(len(self.old)) and bool(np.abs(self.old - self.new).max() > _LEAST_S)


def retimed_map(old: PhoneTrack, new: PhoneTrack) -> TimeMap | None:
    """Where the moments went when sounds were moved and nothing else; None where more was changed."""
    same = len(old) == len(new) and all(
        (a.label, a.group) == (b.label, b.group) for a, b in zip(old, new, strict=True)
    )
    return _map_of(list(zip(old, new, strict=True)), (), 1.0) if same else None


def recorded_again(old: PhoneTrack, new: PhoneTrack) -> TimeMap | None:
    """Where the moments of one recording are in another of the same words; None where it is not one."""
    before = [phone for phone in old if not phone.is_silence]
    after = [phone for phone in new if not phone.is_silence]
    if not before or not after or len(before) * len(after) > _MOST:
        return None
    pairs = list(_aligned(before, after))
    share = len(pairs) / len(before)
    if share < ALIKE:
        return None
    placed = {i for i, _ in pairs}
    lost = _stretches([phone for i, phone in enumerate(before) if i not in placed])
    return _map_of([(before[i], after[j]) for i, j in pairs], lost, share)


def mapped(track: PhoneTrack, moments: TimeMap, duration: float) -> PhoneTrack:
    """The track in the other performance's time, cut to 0..duration."""
    moved = []
    for phone in track:
        start, end = np.clip(moments([phone.start, phone.end]), 0.0, duration).tolist()
        if end - start > _LEAST_S:
            moved.append(Phone(start, end, *(getattr(phone, name) for name in _BESIDE_TIMES)))
    return PhoneTrack.of(moved)


_BESIDE_TIMES = ("label", "group", "stress", "confidence", "word", "source")


def _map_of(pairs: Sequence[tuple[Phone, Phone]], lost: tuple[Span, ...], share: float) -> TimeMap:
    old: list[float] = []
    new: list[float] = []
    for one, other in pairs:
        for here, there in ((one.start, other.start), (one.end, other.end)):
            further = not old or here - old[-1] > _LEAST_S or there - new[-1] > _LEAST_S
            if further:  # where only one of them has gone on, the other takes a least step: a jump
                old.append(max(here, old[-1] + _LEAST_S) if old else here)
                new.append(max(there, new[-1] + _LEAST_S) if new else there)
    return TimeMap(np.array(old), np.array(new), lost, share)


def _aligned(old: Sequence[Phone], new: Sequence[Phone]) -> Iterator[tuple[int, int]]:
    """Pairs of sounds of the same shape, in order: the cheapest way from one row of sounds to the other."""
    labels = np.array([phone.label for phone in new])
    groups = np.array([phone.group for phone in new])
    columns = np.arange(len(new) + 1) * _GAP
    above = columns.copy()
    came: list[NDArray[np.int8]] = []  # 0 both go on, 1 the old one alone, 2 the new one alone
    for phone in old:
        price = np.where(labels == phone.label, 0.0, np.where(groups == phone.group, _GROUP, _OTHER))
        both, alone = above[:-1] + price, above + _GAP
        row = alone.copy()
        row[1:] = np.minimum(row[1:], both)
        reached = np.minimum.accumulate(row - columns) + columns
        step = np.full(len(row), 2, np.int8)
        step[alone <= reached + 1e-9] = 1
        step[1:][both <= reached[1:] + 1e-9] = 0
        step[0] = 1
        came.append(step)
        above = reached
    i, j = len(old), len(new)
    pairs = []
    while i and j:
        step_here = came[i - 1][j]
        if step_here == 0 and old[i - 1].group == new[j - 1].group:
            pairs.append((i - 1, j - 1))
        i, j = i - int(step_here != 2), j - int(step_here != 1)
    yield from reversed(pairs)


def _stretches(phones: Sequence[Phone]) -> tuple[Span, ...]:
    """The stretches that sounds fill, those that touch as one."""
    spans: list[Span] = []
    for phone in phones:
        if spans and phone.start - spans[-1][1] < _LEAST_S:
            spans[-1] = (spans[-1][0], phone.end)
        else:
            spans.append((phone.start, phone.end))
    return tuple(spans)
