"""One curve: Bezier keys over time, evaluated as Blender evaluates them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONSTANT, LINEAR, BEZIER = 0, 1, 2  # Blender's own numbers for a key's interpolation
GENERATED, HAND = 0, 1  # who made a key


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Keys in time order; times in seconds, values as the control's own (0..1 for the 31 controls).

    ``left`` and ``right`` are handles as absolute (time, value) points, shape (n, 2). A key's ``interpolation`` rules
    the stretch after it. Before the first key and after the last the curve holds its value.
    """

    times: Floats
    values: Floats
    left: Floats
    right: Floats
    interpolation: NDArray[np.uint8]
    origin: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.times)
