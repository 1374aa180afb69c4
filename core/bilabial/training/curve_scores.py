"""The paper's measures of curves: activation precision and recall, motion curve difference, thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
Bools = NDArray[np.bool_]

_GRID = np.linspace(0.02, 0.98, 97)


@dataclass(frozen=True, slots=True)
class Activations:
    """Precision and recall over all controls and rows together, 0..1."""

    precision: float
    recall: float


def fit_thresholds(probabilities: Floats32, active: Bools) -> tuple[float, ...]:
    """For each control the threshold with the best F1 on held-out rows (rows, n), by dense grid search.

    A control that is never active there keeps 0.5: nothing is known about it.
    """
    return tuple(
        _best_threshold(probabilities[:, column], active[:, column]) for column in range(active.shape[1])
    )


def activations(predicted: Bools, active: Bools) -> Activations:
    """True positives over what was switched on, and over what should have been."""
    right = int((predicted & active).sum())
    return Activations(right / max(1, int(predicted.sum())), right / max(1, int(active.sum())))


def motion_difference(predicted: Floats32, wanted: Floats32, active: Bools, field: int = 2) -> float:
    """Mean absolute difference of all controls (rows, field + n), over the rows in which each one is on.

    ``active`` (rows, n) is True where a control is on in the truth or in the prediction; the first ``field``
    columns, the JALI field, always are.
    """
    on = np.concatenate([np.ones((len(active), field), bool), active], axis=1)
    return float(np.abs(predicted - wanted)[on].mean()) if on.any() else 0.0


def _best_threshold(probabilities: Floats32, active: Bools) -> float:
    positives = int(active.sum())
    if positives == 0:
        return 0.5
    on = np.sort(probabilities[active])
    off = np.sort(probabilities[~active])
    hits = positives - np.searchsorted(on, _GRID, side="right")
    alarms = len(off) - np.searchsorted(off, _GRID, side="right")
    scores = 2 * hits / (hits + alarms + positives)
    best = scores >= scores.max() - 1e-12
    return float(np.round(_GRID[best].mean(), 4))  # the middle of a plateau
