"""A head that speaks a take: where its vertices are at any moment."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS
from ..curves.curve import rows_at
from ..curves.take import SPEECH, Take
from ..retarget.evaluate import Evaluator
from ..retarget.profile_format import load_profile
from .demo_head import DemoHead, load_head

Floats = NDArray[np.float32]
PROFILE = "demo-head"


class Speaker:
    """Poses of the demo head by controls; tracks named after its shapes move them too."""

    def __init__(self, head: DemoHead | None = None) -> None:
        self.head = head or demo_head()
        self._evaluator = Evaluator(load_profile(PROFILE))

    def of_controls(self, row: NDArray[np.floating], extra: dict[str, float] | None = None) -> Floats:
        """Vertices for 31 controls, and other shapes on top."""
        values = self._evaluator(np.asarray(row, np.float64)[None, :])[0]
        weights = dict(zip(self._evaluator.names, values.tolist(), strict=True))
        for name, value in (extra or {}).items():
            weights[name] = min(weights.get(name, 0.0) + value, 1.0)
        return self.head.pose(weights)

    def at(self, take: Take, seconds: float) -> Floats:
        """Vertices at a moment of a take."""
        row = np.zeros(len(CONTROLS))
        if SPEECH in take.tracks:
            row = rows_at(take.styled(), CONTROLS, [seconds])[0]
        return self.of_controls(row, self._others(take, seconds))

    def _others(self, take: Take, seconds: float) -> dict[str, float]:
        """Shapes of the head that tracks beside speech move by their own names."""
        found: dict[str, float] = {}
        for name, track in take.tracks.items():
            if name == SPEECH:
                continue
            for curve_name, curve in track.curves.items():
                if curve_name in self.head.shapes and len(curve):
                    found[curve_name] = float(curve.evaluate([seconds])[0])
        return found


@lru_cache(maxsize=1)
def demo_head() -> DemoHead:
    return load_head()
