"""Phones with times and the sound's prosody, solved into the 31 controls by rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...audio.prosody import Prosody
from ...controls import CONTROLS, JALI_FIELD, SHAPES
from ...phonemes.track import PhoneTrack
from ...timing import FRAME_RATE
from . import arcs, field
from .field import NEUTRAL, FieldStatistics
from .gestures import gestures
from .inertia import weigh
from .posture import posture
from .units import units_of

Floats32 = NDArray[np.float32]

REACH_S = 1.2
"""A change of one phone leaves every row alone that is further than this from it and from the phones
beside it, as long as the FieldStatistics stay the same."""


@dataclass(frozen=True, slots=True)
class JaliOptions:
    """``statistics``: what the field is measured against; None measures this clip itself."""

    statistics: FieldStatistics | None = None
    field_from_sound: bool = True  # False keeps Jaw and Lip at the neutral working point


def field_statistics(phones: PhoneTrack, prosody: Prosody) -> FieldStatistics:
    """What a take keeps so that a span solved later is measured against the whole clip."""
    return field.statistics(units_of(phones), prosody)


def solve(
    phones: PhoneTrack, prosody: Prosody, options: JaliOptions | None = None, first: int = 0
) -> Floats32:
    """Curves at FRAME_RATE: (len(prosody), 31) in CONTROLS order, each in 0..1.

    Works on any phone track: stress and words make it livelier but may be missing. Without a sound give
    ``Prosody.silent(rows)``: the field then stays neutral. ``first``: the clip's row with which the prosody
    and the curves begin. Phones keep the clip's times: moved to a stretch's own zero a length of 0.15 s would
    become 0.1500001 and pass another threshold. So a stretch has the very rows of the whole.
    """
    options = options or JaliOptions()
    rows = len(prosody)
    units = units_of(phones)
    result = np.empty((rows, len(CONTROLS)), np.float32)
    result[:, : len(JALI_FIELD)] = NEUTRAL
    if options.field_from_sound and rows:
        of_clip = options.statistics or field.statistics(units, prosody)
        at, values = field.knots(units, prosody, of_clip, first)
        count = len(at)
        control = np.repeat(np.arange(len(JALI_FIELD)), count)
        result[:, : len(JALI_FIELD)] = arcs.draw(
            control, np.tile(at - first, len(JALI_FIELD)), values.T.ravel(), rows, len(JALI_FIELD), flat=True
        )
    set_shapes = gestures(units)
    owner, at, values = arcs.join(set_shapes.control, set_shapes.rows, set_shapes.values)
    drawn = arcs.draw(owner, at - first, values, rows, len(SHAPES))
    result[:, len(JALI_FIELD) :] = weigh(posture(drawn))
    return result


def rows_for(phones: PhoneTrack) -> int:
    """Rows that hold a phone track and its last shapes' decay, where there is no sound to say how long it
    is."""
    return round((phones.end + 0.5) * FRAME_RATE) + 1
