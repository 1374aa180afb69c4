"""What each control does to lips and jaw, as far as the rules need to know. Vectors are in SHAPES order."""

from __future__ import annotations

import numpy as np

from ...controls import SHAPES

TONGUE_ONLY = frozenset(("LNTD", "GK"))  # groups
ROUNDED = frozenset(("U", "Eu", "WA_PEDAL", "Wa", "ShChZh"))  # the lips may keep these while they are sealed
LIP_HEAVY = frozenset(("U", "WA_PEDAL", "ShChZh", "Wa"))  # uw ow oy w sh ch zh jh protrude early and late
CORNERS = LIP_HEAVY | {"Oh", "Eu"}  # they draw the mouth's corners together, which are slower than lips


def vector(of: dict[str, float]) -> np.ndarray:
    """Numbers for each of SHAPES, 0 where none is given."""
    return np.array([of.get(name, 0.0) for name in SHAPES])


# How much of each shape is left while the lips are sealed (m b p), while the lower lip meets the teeth (f v)
# and while a sibilant keeps the teeth together. Shapes that open lips or jaw go; what the tongue does behind
# may stay.
SEALED = vector(
    {name: 0.7 for name in ROUNDED}
    | {"MBP": 1.0, "MBPa": 1.0, "LNTD": 0.8, "GK": 0.8, "LNTDa": 1.0, "GKa": 1.0, "Ya": 0.6, "Ja": 0.6,
       "Ra": 0.7,
       "R": 0.4, "Oh": 0.3, "S": 0.3, "JY": 0.4, "Th": 0.2}
)  # fmt: skip
BITTEN = vector(
    {name: 0.7 for name in ROUNDED}
    | {"FV": 1.0, "FVa": 1.0, "LNTD": 0.8, "GK": 0.8, "LNTDa": 1.0, "GKa": 1.0, "Ya": 0.6, "Ja": 0.6,
       "Ra": 0.7,
       "R": 0.5, "Oh": 0.3, "S": 0.5, "JY": 0.5, "Ee": 0.25, "Ih": 0.2, "Th": 0.3, "Tha": 0.3}
)  # fmt: skip
HISSED = vector(
    {name: 1.0 for name in SHAPES}
    | {"Ah": 0.15, "Aa": 0.2, "Eh": 0.25, "Ih": 0.4, "Oh": 0.2, "Uh": 0.3, "Schwa": 0.4, "LNTD": 0.5,
       "GK": 0.4}
)  # fmt: skip
