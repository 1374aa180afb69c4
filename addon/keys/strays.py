# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of a line that a hand has moved out of its span: scaled about a pivot in the graph editor, or pulled
over the sound's end. They are the line's own still.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..host import compat
from .fcurves import Span, Target
from .held import frames_of

if TYPE_CHECKING:
    from ..line.takes import Written

_FURTHEST = 5.0  # seconds beside its line in which a key of ours is looked for
_BESIDE = 0.01  # frames by which the span passes such a key
_SAME_S = 5e-4

Place = tuple[str, Target, compat.Channels]


def with_strays(before: Written, places: Iterable[Place], taken: Sequence[Span]) -> Written:
    """What was written, over a span that reaches to the keys which left it; never into the spans ``taken``.

    Only as many keys are the line's as it lacks: what else stands there was never its own.
    """
    first, last = before.span
    for name, target, channels in places:
        base = before.curves.get(name)
        if base is None or not len(base):
            continue
        early, late = _left_out(before, base.times, target, channels, taken)
        first, last = min(first, early - _BESIDE), max(last, late + _BESIDE)
    return before if (first, last) == before.span else replace(before, span=(first, last))


def _left_out(
    before: Written, times: np.ndarray, target: Target, channels: compat.Channels, taken: Sequence[Span]
) -> Span:
    """The outermost frames at which this channel has keys that left the span."""
    first, last = before.span
    reach = _FURTHEST * before.clock.rate
    frames, generated = frames_of(channels, target)
    inside = (frames >= first) & (frames <= last)
    early, late = first + _BESIDE, last - _BESIDE
    outside = generated & ~inside & (frames > first - reach) & (frames < last + reach)
    if not outside.any():
        return early, late
    stand = np.asarray(before.clock.seconds(frames[inside].astype(np.float64)))
    lacking = int((~_near(times, stand)).sum())
    nearest = np.argsort(np.maximum(first - frames, frames - last), kind="stable")
    for i in nearest[outside[nearest]][:lacking]:
        frame = float(frames[i])
        if any(a <= frame <= b for a, b in taken):
            continue
        early, late = min(early, frame), max(late, frame)
    return early, late


def _near(times: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """Which of the first moments are among the second, both sorted."""
    if not len(stand):
        return np.zeros(len(times), bool)
    after = np.clip(np.searchsorted(stand, times), 0, len(stand) - 1)
    before = np.maximum(after - 1, 0)
    return np.minimum(np.abs(stand[after] - times), np.abs(stand[before] - times)) <= _SAME_S
