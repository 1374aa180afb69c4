# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands on a channel, as a merge takes it: which of it a hand made or changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..bilabial.curves.curve import GENERATED, HAND, Curve
from ..bilabial.curves.merge import Tolerance
from . import fcurves, snapped
from .held import Held, hold

if TYPE_CHECKING:
    from ..line.takes import Written
    from .strays import Place


def standing(held: Held, base: Curve) -> Curve:
    """What stands, as a merge takes it: edits marked, keys that were only snapped to frames put back."""
    return snapped.unsnapped(_marked(held, base), base, held.clock)[0]


def _marked(held: Held, base: Curve) -> Curve:
    """What stands, with keys known as the hand's whose handles are of another type than we gave them."""
    mine = held.curve
    if not len(base) or not len(mine):
        return mine
    near = np.clip(np.searchsorted(base.times, mine.times), 0, len(base) - 1)
    earlier = np.maximum(near - 1, 0)
    near = np.where(
        np.abs(base.times[earlier] - mine.times) < np.abs(base.times[near] - mine.times), earlier, near
    )
    ours = fcurves.handle_types(base)[near]
    same_moment = np.abs(base.times[near] - mine.times) < Tolerance().times(mine.times)
    other = (held.known["handle_left_type"] != ours) | (held.known["handle_right_type"] != ours)
    # As long as a generated key is where it was, its handles are of the types that we gave it.
    changed = other & same_moment & (base.origin[near] == GENERATED)
    return replace(mine, origin=np.where(changed, HAND, mine.origin).astype(np.uint8))


def edited_frames(held: Held, base: Curve) -> np.ndarray:
    """The frames at which keys stand that a hand made or changed."""
    from ..bilabial.curves.merge import edited_keys

    mine = _marked(held, base)
    edited = edited_keys(base, mine) & ~snapped.snapped_keys(mine, base, held.clock)
    return held.known["co"][edited, 0]


def is_snapped(before: Written, places: Iterable[Place]) -> bool:
    """Whether a hand has put the whole line on whole frames, by Blender's own Snap."""
    pairs = (
        (held.curve, before.curves[name])
        for name, target, channels in places
        if name in before.curves and (held := hold(channels, target, before.clock, before.span)) is not None
    )
    return snapped.is_snapped_line(pairs, before.clock)
