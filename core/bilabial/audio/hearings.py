"""What networks hear: each way of turning sound into rows, by the name that a model's card gives it.

A new way is one entry here; whoever listens, live or to a file, finds it by that name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..timing import FRAME_RATE, HOP, SAMPLE_RATE, WINDOW
from .features import FEATURE_COUNT, FeatureStream
from .logmel import BANDS, LogMelStream
from .sample_rows import SampleStream

Floats32 = NDArray[np.float32]

SAMPLES = "samples-160"  # for networks that take their own look at the sound
_BLOCK = 30 * SAMPLE_RATE  # samples of a whole sound that are taken at once: bounds the memory


class RowStream(Protocol):
    """Sound in blocks of any size to rows, the same as from the whole at once."""

    def push(self, samples: Floats32) -> Floats32: ...

    def finish(self) -> Floats32: ...


@dataclass(frozen=True, slots=True)
class Hearing:
    """One way of hearing. ``settings`` stand in every card: a model that was trained on others would answer
    nonsense without any error.
    """

    kind: str
    columns: int
    settings: Mapping[str, Any]
    stream: Callable[[], RowStream]

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.settings}


HEARINGS: Mapping[str, Hearing] = {
    hearing.kind: hearing
    for hearing in (
        Hearing(
            "features-65",
            FEATURE_COUNT,
            {
                "layout": "13 mfcc, 26 log mel energies, 26 subband centroids (Hz)",
                "sample_rate": SAMPLE_RATE,
                "rows_per_second": FRAME_RATE,
                "window_samples": WINDOW,
                "centred": True,
            },
            FeatureStream,
        ),
        Hearing(
            "log-mel-80",
            BANDS,
            {
                "layout": "80 slaney mel bands, decimal logarithms of power, not scaled",
                "sample_rate": SAMPLE_RATE,
                "rows_per_second": FRAME_RATE,
                "window_samples": WINDOW,
                "centred": True,
            },
            LogMelStream,
        ),
        Hearing(
            SAMPLES,
            HOP,
            {
                "layout": "samples, -1 to 1",
                "sample_rate": SAMPLE_RATE,
                "rows_per_second": FRAME_RATE,
                "window_samples": HOP,
                "centred": True,
            },
            SampleStream,
        ),
    )
}


def rows_of(samples: Floats32, kind: str) -> Floats32:
    """A whole sound's rows."""
    stream = HEARINGS[kind].stream()
    parts = [stream.push(samples[start : start + _BLOCK]) for start in range(0, len(samples), _BLOCK)]
    return np.concatenate([*parts, stream.finish()])
