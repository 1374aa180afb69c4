"""Three-way merge of phone tracks: new phones come in, and nothing that a person corrected is lost.

``base`` is what was heard, ``mine`` what a person made of it, ``theirs`` what is heard anew (another model,
or other words). Where mine differs from base, mine stands; everywhere else theirs does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .track import Phone, PhoneTrack

SHORTEST_S = 0.02  # what is left of a neighbour beside an edit is a sound only from this length on
_SAME_S = 1e-4  # moments closer than this are one


@dataclass(frozen=True, slots=True)
class KeptPhones:
    """A stretch (seconds) whose phones stayed as they were corrected."""

    start: float
    end: float
    labels: str  # what it says now, the sounds with blanks between
    both: bool  # what is heard anew differs here from what was heard before, too


def merge_phones(
    base: PhoneTrack, mine: PhoneTrack, theirs: PhoneTrack
) -> tuple[PhoneTrack, tuple[KeptPhones, ...]]:
    """The merged track, and the corrections that it keeps."""
    result = list(theirs)
    kept = []
    for start, end, old, own in _edits(list(base), list(mine)):
        there = _inside(theirs, start, end)
        both = not _alike(there, old) and not _alike(there, own)
        result = _set_in(result, start, end, _worded(own, there))
        spoken = " ".join(phone.label for phone in own if not phone.is_silence)
        kept.append(KeptPhones(start, end, spoken, both))
    return PhoneTrack.of(result), tuple(kept)


def _edits(base: list[Phone], mine: list[Phone]) -> Iterator[tuple[float, float, list[Phone], list[Phone]]]:
    """Runs of phones that differ: from, to, what was there, what is there now."""
    common = {_identity(phone) for phone in base} & {_identity(phone) for phone in mine}
    old_runs, new_runs = _runs(base, common), _runs(mine, common)
    for old, own in zip(old_runs, new_runs, strict=True):
        if old or own:
            phones = [*old, *own]
            yield min(p.start for p in phones), max(p.end for p in phones), old, own


def _runs(phones: list[Phone], common: set[tuple[object, ...]]) -> list[list[Phone]]:
    """The phones before the first, between two and after the last of those that both tracks have."""
    runs: list[list[Phone]] = [[]]
    for phone in phones:
        if _identity(phone) in common:
            runs.append([])
        else:
            runs[-1].append(phone)
    return runs


def _identity(phone: Phone) -> tuple[object, ...]:
    return round(phone.start / _SAME_S), round(phone.end / _SAME_S), phone.label, phone.group


def _inside(track: PhoneTrack, start: float, end: float) -> list[Phone]:
    return [phone for phone in track if phone.end > start + _SAME_S and phone.start < end - _SAME_S]


def _alike(one: list[Phone], other: list[Phone]) -> bool:
    """Whether two runs say the same at the same moments; pauses may be written or left out."""
    spoken = [[_identity(phone) for phone in run if not phone.is_silence] for run in (one, other)]
    return spoken[0] == spoken[1]


def _worded(own: list[Phone], there: list[Phone]) -> list[Phone]:
    """The corrected phones as parts of the words that are said there now."""
    worded = [phone for phone in there if phone.word is not None]
    if not worded:
        return [replace(phone, word=None) for phone in own]
    starts, ends = (np.array([getattr(phone, name) for phone in worded]) for name in ("start", "end"))
    found = []
    for phone in own:
        shared = np.minimum(ends, phone.end) - np.maximum(starts, phone.start)
        most = int(shared.argmax())
        word = worded[most].word if shared[most] > 0.0 and not phone.is_silence else None
        found.append(replace(phone, word=word))
    return found


def _set_in(phones: list[Phone], start: float, end: float, own: list[Phone]) -> list[Phone]:
    """A stretch replaced; what reaches into it from outside is cut off there."""
    before: list[Phone] = []
    after: list[Phone] = []
    for phone in phones:
        if phone.start < start - _SAME_S:
            _cut_end(before, phone, start)
        if phone.end > end + _SAME_S:
            after.append(phone)
    if after and after[0].start < end:
        first = after.pop(0)
        if first.end - end >= SHORTEST_S:
            after.insert(0, replace(first, start=end))
        elif after and after[0].start - first.end < _SAME_S:
            after[0] = replace(after[0], start=end)
    return [*before, *own, *after]


def _cut_end(before: list[Phone], phone: Phone, limit: float) -> None:
    """Add a phone that ends by the limit; where hardly anything is left of it, the one before has it."""
    if phone.end <= limit + _SAME_S:
        before.append(replace(phone, end=min(phone.end, limit)) if phone.end > limit else phone)
    elif limit - phone.start >= SHORTEST_S:
        before.append(replace(phone, end=limit))
    elif before and phone.start - before[-1].end < _SAME_S:
        before[-1] = replace(before[-1], end=limit)


def in_other_time(track: PhoneTrack, gain: float, offset: float, duration: float) -> PhoneTrack:
    """The track with every moment t at gain * t + offset, cut to 0..duration."""
    if (gain, offset) == (1.0, 0.0) and track.end <= duration:
        return track
    moved = []
    for phone in track:
        start, end = max(0.0, gain * phone.start + offset), min(duration, gain * phone.end + offset)
        if end - start > _SAME_S:
            moved.append(replace(phone, start=start, end=end))
    return PhoneTrack.of(moved)
