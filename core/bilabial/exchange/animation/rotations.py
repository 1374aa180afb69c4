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
    return _quaternions(*animation.picked(HEAD).values.T)


def eye_turns(animation: ChannelAnimation) -> tuple[Floats, Floats] | None:
    """The left eye's turns and the right one's in the head, as ``head_turns`` gives the head's; None where no
    eye turns.
    """
    if not {name for eye in EYES for name in eye}.intersection(animation.names):
        return None
    still = np.zeros(len(animation.values))
    left, right = (animation.picked(eye).values for eye in EYES)
    return _quaternions(left[:, 0], left[:, 1], still), _quaternions(right[:, 0], right[:, 1], still)


def _quaternions(yaw: Floats, pitch: Floats, roll: Floats) -> Floats:
    """Yaw about y after pitch about x after roll about z, of angles in radians."""
    sy, sx, sz = np.sin(yaw / 2.0), np.sin(-pitch / 2.0), np.sin(-roll / 2.0)
    cy, cx, cz = np.cos(yaw / 2.0), np.cos(pitch / 2.0), np.cos(roll / 2.0)
    return np.stack(
        [
            cy * sx * cz + sy * cx * sz,
            sy * cx * cz - cy * sx * sz,
            cy * cx * sz - sy * sx * cz,
            cy * cx * cz + sy * sx * sz,
        ],
        axis=1,
    )
