"""The mouth that is measured: the demo head's lips, driven by the controls as any face would be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, GROUPS, JALI_FIELD, SILENCE
from ..render.demo_head import DemoHead, load_head
from ..retarget.evaluate import Evaluator
from ..retarget.profile import WORKING_POINT
from ..retarget.profile_format import load_profile

Floats = NDArray[np.float64]

PROFILE = "demo-head"
_AT_ONCE = 30_000  # rows: bounds the memory of an hour's take


def _starts(dense: NDArray[np.floating]) -> range:
    return range(0, len(dense), _AT_ONCE)


@dataclass(frozen=True, slots=True, eq=False)
class Mouth:
    """Lip points of a head as a linear function of its shapes. Lengths in metres."""

    evaluator: Evaluator
    upper: Floats  # (rings, k, 3) at rest; ``lower`` faces it point by point
    lower: Floats
    corners: Floats  # (2, 3)
    upper_moves: Floats  # (shapes, rings, k, 3)
    lower_moves: Floats
    corner_moves: Floats  # (shapes, 2, 3)
    eye_distance: float

    def openings(self, dense: NDArray[np.floating]) -> Floats:
        """The widest gap between the lips for each row of the 31 controls, (rows,)."""
        parts = [self._openings(self.evaluator(dense[at : at + _AT_ONCE])) for at in _starts(dense)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def widths(self, dense: NDArray[np.floating]) -> Floats:
        """From corner to corner, (rows,)."""
        parts = [self._widths(self.evaluator(dense[at : at + _AT_ONCE])) for at in _starts(dense)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _widths(self, weights: Floats) -> Floats:
        corners = self.corners + np.tensordot(weights, self.corner_moves, axes=1)
        result: Floats = np.linalg.norm(corners[:, 0] - corners[:, 1], axis=1)
        return result

    def _openings(self, weights: Floats) -> Floats:
        over = self.upper[..., 2] + np.tensordot(weights, self.upper_moves[..., 2], axes=1)
        under = self.lower[..., 2] + np.tensordot(weights, self.lower_moves[..., 2], axes=1)
        gap = (over - under).min(axis=1).max(axis=1)
        result: Floats = np.maximum(gap, 0.0)
        return result


@lru_cache(maxsize=1)
def reference_mouth() -> Mouth:
    """The demo head's mouth, measured once a process."""
    return mouth_of(load_head())


def mouth_of(head: DemoHead) -> Mouth:
    evaluator = Evaluator(load_profile(PROFILE))
    count = head.lips.shape[1]
    k = np.arange(1, count // 2)
    rings = list(head.contact_rings)
    upper, lower = head.lips[rings][:, k], head.lips[rings][:, count - k]
    corners = head.lips[0][[0, count // 2]]
    upper_moves, lower_moves, corner_moves = (
        np.zeros((len(evaluator.names), *ids.shape, 3)) for ids in (upper, lower, corners)
    )
    for row, name in enumerate(evaluator.names):
        ids, motion = head.shapes[name]
        whole = np.zeros_like(head.vertices)
        whole[ids] = motion
        upper_moves[row], lower_moves[row], corner_moves[row] = whole[upper], whole[lower], whole[corners]
    rest = head.vertices.astype(np.float64)
    eyes = [rest[head.part(name)].mean(axis=0) for name in ("eye_left", "eye_right")]
    distance = float(np.linalg.norm(eyes[0] - eyes[1]))
    return Mouth(
        evaluator, rest[upper], rest[lower], rest[corners], upper_moves, lower_moves, corner_moves, distance
    )  # fmt: skip


@lru_cache(maxsize=1)
def shapes_of_groups() -> tuple[Floats, Floats]:
    """Opening and width (metres) of the mouth when each of GROUPS is spoken alone at full strength."""
    dense = np.zeros((len(GROUPS), len(CONTROLS)))
    dense[:, : len(JALI_FIELD)] = WORKING_POINT
    for row, group in enumerate(GROUPS):
        if group != SILENCE:
            dense[row, CONTROLS.index(group)] = 1.0
    mouth = reference_mouth()
    return mouth.openings(dense), mouth.widths(dense)
