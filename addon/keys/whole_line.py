# SPDX-License-Identifier: GPL-3.0-or-later
"""A line that a hand has moved as a whole in the dope sheet, or stretched to the scene's new rate: its keys
stand by another clock than they were written by, and that is one edit, not one of every key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..host.clock import Clock
from .fcurves import Span
from .held import frames_of

if TYPE_CHECKING:
    from ..line.takes import Written
    from .strays import Place

_FEWEST = 4  # keys of a line that can tell of it
_STANDS = 0.5  # share of a line's keys that stand where they were written: then it stands there
_MOVED = 0.8  # share that must stand by another clock
_EXACT = 0.02  # frames: 32 bits of a long scene are no finer
_SNAPPED = 0.51  # frames: the dope sheet snaps what it moves, if a person likes that
_TRIED = 4  # keys from each end of a channel whose moves are tried


@dataclass(frozen=True, slots=True)
class _Channel:
    """The moments (s) of a channel's keys when it was written, and the frames of what stands there now."""

    times: np.ndarray
    frames: np.ndarray

    def standing(self, clock: Clock, near: float) -> int:
        """How many keys stand where a clock says."""
        wanted = np.asarray(clock.frames(self.times))
        if not len(self.frames):
            return 0
        after = np.clip(np.searchsorted(self.frames, wanted), 0, len(self.frames) - 1)
        before = np.maximum(after - 1, 0)
        off = np.minimum(np.abs(self.frames[after] - wanted), np.abs(self.frames[before] - wanted))
        return int((off <= near).sum())

    def moves(self, clock: Clock) -> Iterator[float]:
        """Frames by which the keys may have been moved: all of them, where none is missing, or those at the
        ends.
        """
        wanted = np.asarray(clock.frames(self.times))
        count = min(_TRIED, len(wanted), len(self.frames))
        if len(wanted) == len(self.frames):
            yield float(np.median(self.frames - wanted))
        yield from (float(self.frames[i] - wanted[i]) for i in range(count))
        yield from (float(self.frames[-i] - wanted[-i]) for i in range(1, count + 1))


def where_it_stands(before: Written, places: Iterable[Place], taken: Sequence[Span], rate: float) -> Written:
    """What was written, by the clock that its keys stand by now: as it was, unless (nearly) all of them
    were moved by the same frames, or stretched to ``rate`` and moved. Keys in the spans ``taken`` are those
    of other lines.
    """
    channels = list(_channels(before, places, taken))
    total = sum(len(channel.times) for channel in channels)
    if total < _FEWEST or _standing(channels, before.clock, _EXACT) >= _STANDS * total:
        return before
    for pace in dict.fromkeys((before.clock.rate, rate)):
        clock = Clock(before.clock.start, pace)
        tried = list(dict.fromkeys(round(move, 3) for one in channels for move in one.moves(clock)))
        for near, moves in ((_EXACT, tried), (_SNAPPED, dict.fromkeys(float(round(m)) for m in tried))):
            for move in moves:
                moved = Clock(before.clock.start + move, pace)
                if _standing(channels, moved, near) >= _MOVED * total:
                    return _by(before, moved)
    return before


def _by(before: Written, clock: Clock) -> Written:
    first, last = (float(clock.frames(before.clock.seconds(frame))) for frame in before.span)
    return replace(before, clock=clock, span=(first, last))


def _standing(channels: Sequence[_Channel], clock: Clock, near: float) -> int:
    return sum(channel.standing(clock, near) for channel in channels)


def _channels(before: Written, places: Iterable[Place], taken: Sequence[Span]) -> Iterator[_Channel]:
    for name, target, channels in places:
        base = before.curves.get(name)
        if base is None or not len(base):
            continue
        frames, generated = frames_of(channels, target)
        ours = generated.copy()
        for first, last in taken:
            ours &= (frames < first) | (frames > last)
        yield _Channel(base.times, frames[ours].astype(np.float64))


def off_sound(sound_start: float, written: Written, before: Written, trimmed: float) -> float:
    """Frames by which a hand has put a line's keys off their sound. That begins at ``sound_start`` now, and
    plays ``trimmed`` frames less before the line than when it was written.

    ``before`` is ``written`` by the clock that its keys stand by. Keys that went along with their sound are
    not moved once more: of the old place of the sound and the new one the nearer counts.
    """
    stands = before.clock.start
    off = min(stands - written.sound_start, stands - sound_start - trimmed, key=abs)
    return 0.0 if abs(off) <= _EXACT else off
