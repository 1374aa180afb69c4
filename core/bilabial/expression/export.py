"""A take's whole face as an animation of a rig's channels, for files of other programs."""

from __future__ import annotations

import numpy as np

from ..controls import CONTROLS
from ..curves.curve import rows_at
from ..curves.take import SPEECH, Take
from ..exchange.animation import ChannelAnimation
from ..exchange.animation.rotations import EYES, HEAD
from ..retarget.profile import RigProfile
from .compose import FaceComposer, layers_of
from .drawn import drawn_by
from .names import VOCABULARIES


def animation_of(take: Take, profile: RigProfile, fps: float) -> ChannelAnimation:
    """The profile's channels at a steady rate; head and eyes in radians beside them where they turn."""
    times = np.arange(int(take.sound.duration * fps + 1e-6) + 1) / fps
    dense = rows_at(take.styled(SPEECH), CONTROLS, times)
    layers = layers_of(take, times)
    pose = FaceComposer(profile)(dense, layers)
    names, columns = list(profile.channels), [pose.values]
    if "head" in layers:
        names += HEAD
        columns.append(np.radians(pose.head))
    if "gaze" in layers:
        names += [name for eye in EYES for name in eye]
        columns += [np.radians(pose.gaze)] * len(EYES)
    return ChannelAnimation(tuple(names), fps, np.concatenate(columns, axis=1))


def left_out(take: Take, profile: RigProfile) -> tuple[str, ...]:
    """Layers of the take that the rig has nothing to show with."""
    composer = FaceComposer(profile)
    drawn = drawn_by(take)
    lacking = () if drawn is None or composer.shows_drawn(drawn) else (drawn,)
    return (*lacking, *composer.left_out([name for name in take.tracks if name in VOCABULARIES]))
