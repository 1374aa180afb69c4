"""Takes whose phones are given and whose sound is silence: what is said without listening to anything."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bilabial.curves.take import Take
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.pipeline import GenerateOptions, generate_from_samples
from bilabial.timing import SAMPLE_RATE


def silent_take(phones: Iterable[Phone], seconds: float) -> Take:
    options = GenerateOptions(phones=PhoneTrack.of(phones))
    return generate_from_samples(np.zeros(round(seconds * SAMPLE_RATE), np.float32), "line.wav", options)
