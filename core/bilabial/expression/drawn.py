"""A whole face that a network drew, on any rig: weights of one rig's shapes become another's channels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..curves.take import Take
from ..errors import RigError
from ..exchange.animation import ChannelAnimation
from ..retarget.profile import RigProfile
from ..retarget.profile_format import load_profile
from ..retarget.solve import on_profile, retarget
from ..timing import FRAME_RATE
from ..vocabulary import find

Floats = NDArray[np.float64]

# Vocabularies that are all of a face. A take's track of one of these names, and of that vocabulary, is drawn.
FACES = ("faceshift-51", "facewarehouse-46")


def drawn_by(take: Take) -> str | None:
    """Which of the take's tracks draws the whole face; None where speech and the layers do."""
    for name in FACES:
        track = take.tracks.get(name)
        if track is not None and track.vocabulary.name == name and track.key_count:
            return name
    return None


class DrawnFace:
    """One vocabulary's weights on one rig."""

    def __init__(self, name: str, profile: RigProfile) -> None:
        self._names = find(name).names
        self._source = load_profile(name)
        self._profile = profile

    def __call__(self, rows: Floats) -> Floats | None:
        """(rows, weights) to (rows, channels); None where the rig's profile does not say what its channels
        look like."""
        animation = ChannelAnimation(self._names, FRAME_RATE, rows)
        if self._profile.name == self._source.name:
            return on_profile(animation, self._profile)
        try:
            return retarget(animation, self._source, self._profile).values
        except RigError:
            return None


def drawn_in(layers: Mapping[str, Floats]) -> str | None:
    return next((name for name in FACES if name in layers), None)
