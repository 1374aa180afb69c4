"""One film as the lip-reader learns from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LipClip:
    frames: NDArray[np.float32]  # (t, h, w) grey, standardised
    words: NDArray[np.int64]  # (t,) classes
    gauges: NDArray[np.float32]  # (t, 3); NaN where the face was not found
    said: tuple[str, ...]
