"""What a model says about a sound, before any rule is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Rows at FRAME_RATE. A phone model fills ``groups`` only, VisemeNet everything but ``tracks``; a network
    that moves further channels gives them in ``tracks``, and leaves ``groups`` empty, (0, 21), where it hears
    no phones.
    """

    groups: Floats32  # (rows, 21) probabilities of GROUPS; each row sums to 1
    landmarks: Floats32 | None = None  # (rows, 76) how far 38 points are from the neutral face: x, y of each
    activations: Floats32 | None = None  # (rows, 29) probability that each of SHAPES is active
    values: Floats32 | None = None  # (rows, 29) value of each of SHAPES where it is active
    field: Floats32 | None = None  # (rows, 2) Jaw and Lip
    tracks: Mapping[str, Floats32] = dataclass_field(default_factory=dict)  # by vocabulary: (rows, channels)
