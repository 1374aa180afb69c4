"""When a control counts as on: thresholds on activation probabilities, fitted to held-out clips."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GRID = np.linspace(0.02, 0.98, 97)


def fit_thresholds(probabilities: NDArray[np.float32], active: NDArray[np.bool_]) -> tuple[float, ...]:
    """For each column of (rows, n) the threshold with the best F1, by dense grid search.

    The paper selects "the best precision and recall"; F1 is the one number that wants both. A control that is
    never active in these rows keeps 0.5: nothing is known about it.
    """
    return tuple(_best(probabilities[:, column], active[:, column]) for column in range(active.shape[1]))


def _best(probabilities: NDArray[np.float32], active: NDArray[np.bool_]) -> float:
    positives = int(active.sum())
    if positives == 0:
        return 0.5
    on, off = np.sort(probabilities[active]), np.sort(probabilities[~active])
    hits = positives - np.searchsorted(on, _GRID, side="right")
    alarms = len(off) - np.searchsorted(off, _GRID, side="right")
    scores = 2 * hits / (hits + alarms + positives)
    plateau = _GRID[scores >= scores.max() - 1e-12]
    return float(np.round(plateau.mean(), 4))
