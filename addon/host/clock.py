# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds of a sound and frames of a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import bpy


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the sound's second 0 lies in the scene."""

    start: float  # frame
    rate: float  # frames a second: fps / fps_base

    def frames(self, seconds: np.ndarray | float) -> np.ndarray | float:
        return self.start + np.multiply(seconds, self.rate)

    def seconds(self, frames: np.ndarray | float) -> np.ndarray | float:
        return np.subtract(frames, self.start) / self.rate


def frame_rate(scene: bpy.types.Scene) -> float:
    return scene.render.fps / scene.render.fps_base
