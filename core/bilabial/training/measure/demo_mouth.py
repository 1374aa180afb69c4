"""The demo head's mouth as a real one is measured: lip gap and width in distances of its eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...render.demo_head import load_head
from ...retarget.evaluate import Evaluator
from ...retarget.profile_format import load_profile

Floats = NDArray[np.float64]


class DemoMouth:
    """Only the lips' rings of contact are posed, so a whole corpus takes seconds."""

    def __init__(self) -> None:
        head = load_head()
        self.evaluate = Evaluator(load_profile("demo-head"))
        count = head.lips.shape[1]
        pairs = np.arange(1, count // 2)
        rings = [
            ids
            for ring in head.contact_rings
            for ids in (head.lips[ring][pairs], head.lips[ring][count - pairs])
        ]
        ids = np.concatenate([*rings, head.lips[0][[0, count // 2]]])
        basis = np.zeros((len(self.evaluate.names), len(ids), 3))
        for row, name in enumerate(self.evaluate.names):
            dense = np.zeros_like(head.vertices)
            moved, motion = head.shapes[name]
            dense[moved] = motion
            basis[row] = dense[ids]
        self._basis = basis
        self._rest = head.vertices[ids].astype(np.float64)
        self._pairs, self._rings = len(pairs), len(head.contact_rings)
        left, right = (head.vertices[head.part(name)].mean(axis=0) for name in ("eye_left", "eye_right"))
        self.eyes = float(np.linalg.norm(left - right))  # metres

    def of_controls(self, dense: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Controls (rows, 31) -> gap and width of each row."""
        return self.of_shapes(self.evaluate(dense))

    def forward_of_controls(self, dense: NDArray[np.floating]) -> Floats:
        """Controls (rows, 31) -> how far the lips' middle third stands before its place at rest."""
        n = self._pairs
        third = n // 3
        columns = [2 * r * n + side * n + k for r in range(self._rings) for side in (0, 1)
                   for k in range(third, n - third)]  # fmt: skip
        moved = self.evaluate(dense) @ self._basis[:, columns, 1].mean(axis=1)
        return np.asarray(-moved / self.eyes, np.float64)  # the head looks along -y

    def of_shapes(self, weights: Floats) -> tuple[Floats, Floats]:
        """Weights (rows, shapes) in the profile's order -> gap over the middle third, and width."""
        points = self._rest + np.tensordot(weights, self._basis, axes=1)
        n = self._pairs
        gap = np.full((len(points), n), np.inf)
        for ring in range(self._rings):
            upper = points[:, 2 * ring * n : (2 * ring + 1) * n, 2]
            lower = points[:, (2 * ring + 1) * n : (2 * ring + 2) * n, 2]
            gap = np.minimum(gap, upper - lower)
        third = n // 3
        middle = np.maximum(gap, 0.0)[:, third : n - third].mean(axis=1)
        return middle / self.eyes, np.abs(points[:, -2, 0] - points[:, -1, 0]) / self.eyes
