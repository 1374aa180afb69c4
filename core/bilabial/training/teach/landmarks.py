"""The landmark teacher: 38 points of the demo head, seen from the front, under the 31 curves."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...controls import CONTROLS, JALI_FIELD
from ...render.demo_head import load_head
from ...retarget.evaluate import Evaluator
from ...retarget.profile_format import load_profile
from ...solve.jali.field import NEUTRAL

Floats32 = NDArray[np.float32]

_JAW_POINTS, _OUTER_LIP_POINTS = 17, 12  # then 8 of the inner lips and the tip of the nose
LEFT_CORNER, RIGHT_CORNER = _JAW_POINTS, _JAW_POINTS + _OUTER_LIP_POINTS // 2  # of the outer lips


class LandmarkTeacher:
    """Displacements from the face at rest, in widths of its mouth: free of any face's place and size."""

    def __init__(self) -> None:
        self._head = load_head()
        self._evaluate = Evaluator(load_profile("demo-head"))

    def __call__(self, curves: Floats32) -> Floats32:
        """Controls (rows, 31) to (rows, 76): x to the face's left and y upwards of each point in turn."""
        return self.of_shapes(self._evaluate.names, self._evaluate(curves).astype(np.float32))

    def of_shapes(self, names: tuple[str, ...], weights: Floats32) -> Floats32:
        """The same for weights (rows, len(names)) of the head's own shapes."""
        moved = self._points(names, weights) - self.rest
        return (moved.reshape(len(weights), -1) / self._mouth_width).astype(np.float32)

    @cached_property
    def rest(self) -> Floats32:
        """(38, 2) metres: where the points are when nobody speaks."""
        silent = np.zeros((1, len(CONTROLS)), np.float32)
        silent[0, : len(JALI_FIELD)] = NEUTRAL
        weights = self._evaluate(silent).astype(np.float32)
        return np.asarray(self._points(self._evaluate.names, weights)[0], np.float32)

    @cached_property
    def _mouth_width(self) -> float:
        return float(np.linalg.norm(self.rest[LEFT_CORNER] - self.rest[RIGHT_CORNER]))

    def _points(self, names: tuple[str, ...], weights: Floats32) -> Floats32:
        points = self._head.pose_landmarks(names, weights)
        return np.asarray(points[:, :, [0, 2]], np.float32)  # the head looks along -Y, Z is up
