"""Head and eyes in an animation: channels in radians beside the face's own, and what formats make of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .channels import ChannelAnimation
from .live_link import ROTATIONS

Floats = NDArray[np.float64]

HEAD = ("headYaw", "headPitch", "headRoll")  # to the face's left, upwards, towards its left shoulder
EYES = (("leftEyeYaw", "leftEyePitch"), ("rightEyeYaw", "rightEyePitch"))


def without_rotations(animation: ChannelAnimation) -> ChannelAnimation:
    """What formats of weights alone can hold."""
    turning = set(ROTATIONS)
    if not turning.intersection(animation.names):
        return animation
    return animation.picked(name for name in animation.names if name not in turning)


def head_turns(animation: ChannelAnimation) -> Floats | None:
    """(frames, 4) unit quaternions x, y, z, w with y up and the face along +z; None where no head turns."""
    if not set(HEAD).intersection(animation.names):
        return None
    yaw, pitch, roll = animation.picked(HEAD).values.T / 2.0
    sy, cy, sx, cx, sz, cz = (
        np.sin(yaw),
        np.cos(yaw),
        np.sin(-pitch),
        np.cos(pitch),
        np.sin(-roll),
        np.cos(roll),
    )
    # Yaw about y after pitch about x after roll about z.
    return np.stack(
        [
            cy * sx * cz + sy * cx * sz,
            sy * cx * cz - cy * sx * sz,
            cy * cx * sz - sy * sx * cz,
            cy * cx * cz + sy * sx * sz,
        ],
        axis=1,
    )
