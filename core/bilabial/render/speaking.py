"""A head that speaks a take: where its vertices are at any moment, with everything that its tracks move."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS
from ..curves.curve import rows_at
from ..curves.take import SPEECH, Take
from ..expression.compose import FaceComposer, Pose, layers_of
from ..retarget.profile import RigProfile
from ..retarget.profile_format import load_profile
from .demo_head import DemoHead, load_head

Floats = NDArray[np.float32]
PROFILE = "demo-head"


class Speaker:
    """Poses of the demo head, or of one's own by its profile: by a take's tracks, or by controls."""

    def __init__(self, head: DemoHead | None = None, profile: RigProfile | None = None) -> None:
        self.head = head or demo_head()
        self._composer = FaceComposer(profile or load_profile(PROFILE))
        self.names = tuple(self._composer.profile.channels)

    @property
    def profile(self) -> RigProfile:
        return self._composer.profile

    @property
    def is_own(self) -> bool:
        """Whether somebody brought this head."""
        return self.head is not demo_head()

    def of_controls(self, row: NDArray[np.floating]) -> Floats:
        """Vertices for 31 controls."""
        values = self._composer.speech(np.asarray(row, np.float64)[None, :])[0]
        return self.head.pose(self._weights(values))

    def _weights(self, values: NDArray[np.floating]) -> dict[str, float]:
        """Of the shapes that the head has; a profile may know more."""
        shapes = self.head.shapes
        return {name: v for name, v in zip(self.names, values.tolist(), strict=True) if name in shapes}

    def at(self, take: Take, seconds: float) -> Floats:
        """Vertices at a moment of a take."""
        pose = self.pose(take, np.array([seconds]))
        vertices = self.head.pose(self._weights(pose.values[0]))
        yaw, pitch, roll = pose.head[0].tolist()
        return self.head.turned(vertices, yaw, pitch, roll, float(pose.breath[0]))

    def pose(self, take: Take, times: NDArray[np.float64]) -> Pose:
        """The rig's channels at these times; a take without speech moves by its other tracks alone."""
        dense = np.zeros((len(times), len(CONTROLS)))
        if SPEECH in take.tracks:
            dense = rows_at(take.styled(), CONTROLS, times)
        return self._composer(dense, layers_of(take, times))


@lru_cache(maxsize=1)
def demo_head() -> DemoHead:
    return load_head()
