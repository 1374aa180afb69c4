"""From an emotion's curves to ARKit's shapes, each action unit in its own time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...timing import FRAME_RATE
from ..names import EMOTIONS, SHAPES
from .action_units import EXPRESSIONS, shapes_of

Floats = NDArray[np.float64]

_OFF_SLOWER = 1.6  # expressions fade more slowly than they come
_COLUMN = {name: i for i, name in enumerate(SHAPES)}


def expression_shapes(amounts: Floats, emotions: Sequence[str] = EMOTIONS) -> Floats:
    """Amounts (rows, emotions) in 0..1, 100 rows a second -> (rows, SHAPES) in 0..1."""
    result = np.zeros((len(amounts), len(SHAPES)))
    for column, name in enumerate(emotions):
        amount = np.clip(amounts[:, column], 0.0, 1.0)
        if not amount.any():
            continue
        for action in EXPRESSIONS[name]:
            lagged = _following(amount, action.delay, action.rise)
            for shape, weight in shapes_of(action).items():
                result[:, _COLUMN[shape]] += weight * lagged
    return np.clip(result, 0.0, 1.0)


def still(emotion: str, amount: float) -> dict[str, float]:
    """The shapes of an emotion that has lasted: for pictures and checks."""
    found: dict[str, float] = {}
    for action in EXPRESSIONS[emotion]:
        for shape, weight in shapes_of(action).items():
            found[shape] = min(1.0, found.get(shape, 0.0) + amount * weight)
    return found


def _following(amount: Floats, delay: float, rise: float) -> Floats:
    """A unit comes ``delay`` after its emotion and reaches it within about ``rise`` seconds.

    A line that begins in an emotion begins with its expression whole.
    """
    shift = round(delay * FRAME_RATE)
    late = np.concatenate([np.full(shift, amount[0]), amount[: len(amount) - shift]]) if shift else amount
    up, down = (1.0 - np.exp(-3.0 / (time * FRAME_RATE)) for time in (rise, _OFF_SLOWER * rise))
    result = np.empty(len(amount))
    value = float(amount[0])
    for row, wanted in enumerate(late[: len(amount)].tolist()):
        value += (up if wanted > value else down) * (wanted - value)
        result[row] = value
    return result
