"""Which curves have a lane, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...controls import CONTROLS, JALI_FIELD
from ...curves.take import Take

_HEADER = 20  # pixels
_VISIBLE = 0.02


@dataclass(frozen=True, slots=True)
class Lane:
    track: str
    name: str  # empty: the header of a track
    top: int
    height: int
    low: float
    high: float

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.top + self.height - 5 - share * (self.height - 10)

    def value(self, y: float) -> float:
        return self.low + (self.top + self.height - 5 - y) / (self.height - 10) * (self.high - self.low)


def lanes_of(
    take: Take | None, tracks: Sequence[str], show_empty: bool, height: int
) -> tuple[list[Lane], int]:
    """Those that move, in their usual order, track by track; and where the last one ends, in pixels."""
    lanes: list[Lane] = []
    top = 0
    for track_name in tracks:
        if take is None or track_name not in take.tracks:
            continue
        curves = take.styled(track_name)
        if len(take.tracks) > 1:
            lanes.append(Lane(track_name, "", top, _HEADER, 0.0, 1.0))
            top += _HEADER
        known = [name for name in CONTROLS if name in curves]
        for name in [*known, *(name for name in curves if name not in CONTROLS)]:
            curve = curves[name]
            moves = len(curve) > 0 and float(np.abs(curve.values).max()) > _VISIBLE
            if not (moves or show_empty or name in JALI_FIELD):
                continue
            low = min(0.0, float(curve.values.min(initial=0.0)))
            high = max(1.0, float(curve.values.max(initial=0.0)))
            lanes.append(Lane(track_name, name, top, height, low, high))
            top += height
    return lanes, top
