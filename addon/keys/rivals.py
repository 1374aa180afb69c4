# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of one character that overlap: whose key is whose on a channel that several of them write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..bilabial.curves.curve import HAND, Curve
from . import keyframe_home
from .fcurves import Target
from .held import Held, hold
from .standing import edited_frames

if TYPE_CHECKING:
    from ..line.takes import Written
    from .strays import Place

_SAME_FRAME = 0.01


@dataclass(frozen=True)
class Rivals:
    """The character's other lines of the same kind: what they wrote over a line is no hand's edit of it."""

    lines: Sequence[Written]

    def apart(self, held: Held, base: Curve, where: tuple[str, Target]) -> tuple[Held, Curve]:
        """What stands of a line without the keys of others, and its base without those that they replaced."""
        frames, kept = held.known["co"][:, 0], np.ones(len(base), bool)
        strange = np.zeros(len(frames), bool)
        wanted = np.asarray(held.clock.frames(base.times))
        own = at(frames, wanted)
        for rival in self.lines:
            first, last = rival.span
            kept &= ~((wanted >= first) & (wanted <= last)) | at(wanted, frames)
            theirs, edited = self._keys(rival, where)
            strange |= at(frames, theirs) & ~at(frames, edited) & ~own
        return held.select(~strange), base.select(kept)

    def with_hands(self, there: Held, where: tuple[str, Target]) -> Curve:
        """What stands beside a line, with keys of others known as a hand's where a hand has changed them."""
        hands = np.zeros(len(there.curve), bool)
        for rival in self.lines:
            hands |= at(there.known["co"][:, 0], self._keys(rival, where)[1])
        return replace(there.curve, origin=np.where(hands, HAND, there.curve.origin).astype(np.uint8))

    @staticmethod
    def _keys(rival: Written, where: tuple[str, Target]) -> tuple[np.ndarray, np.ndarray]:
        """The frames of another line's keys as it wrote them, and of those that a hand has changed."""
        name, target = where
        base = rival.curves.get(name, Curve.empty())
        held = hold(
            keyframe_home.channels(rival, target.owner, create=False), target, rival.clock, rival.span
        )
        if held is None or not len(base):
            return np.empty(0), np.empty(0)
        return np.asarray(rival.clock.frames(base.times)), edited_frames(held, base)


def at(frames: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which frames are among the others."""
    if not len(frames) or not len(wanted):
        return np.zeros(len(frames), bool)
    order = np.sort(wanted)
    after = np.clip(np.searchsorted(order, frames), 0, len(order) - 1)
    before = np.maximum(after - 1, 0)
    return np.minimum(np.abs(order[after] - frames), np.abs(order[before] - frames)) <= _SAME_FRAME


def inherited(line: Written, gone: Written, places: Iterable[Place]) -> dict[str, Curve]:
    """What a line is taken to have written, once a line that overlapped it is gone: the other's keys inside
    its span, too, but not those of its own that the other replaced.
    """
    rivals = Rivals([gone])
    curves = dict(line.curves)
    for name, target, channels in places:
        held = hold(channels, target, line.clock, line.span)
        if held is None:
            continue
        base = line.curves.get(name, Curve.empty())
        left, base = rivals.apart(held, base, (name, target))
        theirs = held.select(~at(held.known["co"][:, 0], left.known["co"][:, 0])).curve
        curves[name] = Curve.from_keys(sorted([*base.keys(), *theirs.keys()], key=lambda key: key.time))
    return curves
