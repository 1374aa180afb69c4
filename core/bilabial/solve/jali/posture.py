"""How the mouth stands beside its shapes, measured on a real face (docs/face.md).

A sound that brings the lips near one another (r, w, th) takes the opening of its neighbours away while it
stands, where two arcs that cross would add up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...controls import SHAPES

Floats = NDArray[np.float64]

NARROWING = 0.95  # share of an opening that gives way to a near sound at its usual height
_USUAL = 0.35  # that height
_NEAR = [SHAPES.index(name) for name in ("R", "Ra", "WA_PEDAL", "Wa", "Th", "Tha")]
_OPENING = ("Ah", "Aa", "Eh", "Ee", "Ih", "Oh", "Uh", "Schwa", "LNTD", "GK")
_OPENING_COLUMNS = [SHAPES.index(name) for name in _OPENING]


def posture(shapes: Floats) -> Floats:
    """(rows, SHAPES) as the arcs say it -> as a speaking mouth stands."""
    result = shapes.copy()
    near = np.clip(shapes[:, _NEAR].sum(axis=1) / _USUAL, 0.0, 1.0)
    result[:, _OPENING_COLUMNS] *= (1.0 - NARROWING * near)[:, None]
    return result
