"""What a picture shows, gathered once: both kinds of picture draw from this and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, JALI_FIELD
from ..curves.curve import Curve
from ..limits import check_size
from ..phonemes.track import PhoneTrack
from ..phonemes.word_spans import WordSpan, word_spans
from ..qa.finding import Finding
from ..timing import FRAME_RATE, SAMPLE_RATE, row_count

Floats32 = NDArray[np.float32]
_VISIBLE = 0.02  # a lane whose curve never rises above this says nothing


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One control: its value 100 times a second, and its keys."""

    name: str
    values: Floats32  # (rows,)
    key_times: NDArray[np.float64]
    key_values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PlotContent:
    title: str
    duration: float  # seconds
    phones: PhoneTrack
    lanes: tuple[Lane, ...]  # Jaw and Lip first, then the active controls in their usual order
    envelope: Floats32  # (rows, 2) lowest and highest sample about each row; empty without sound
    words: tuple[WordSpan, ...] = ()
    marks: tuple[Finding, ...] = ()  # what a check found

    @property
    def key_count(self) -> int:
        return sum(len(lane.key_times) for lane in self.lanes)


def gather(
    title: str,
    duration: float,
    phones: PhoneTrack,
    curves: Mapping[str, Curve],
    samples: NDArray[np.float32] | None,
    names: Sequence[str] = (),
    marks: Sequence[Finding] = (),
) -> PlotContent:
    """``samples`` at SAMPLE_RATE, or None where the sound is not at hand; ``names`` are the words."""
    check_size(row_count(round(duration * SAMPLE_RATE)), len(curves), title)
    times = np.arange(row_count(round(duration * SAMPLE_RATE))) / FRAME_RATE
    lanes = []
    known = [name for name in CONTROLS if name in curves] + [name for name in curves if name not in CONTROLS]
    for name in known:
        curve = curves[name]
        values = np.asarray(curve.evaluate(times), dtype=np.float32)
        if name in JALI_FIELD or values.max(initial=0.0) > _VISIBLE or values.min(initial=0.0) < -_VISIBLE:
            lanes.append(Lane(name, values, curve.times, curve.values))
    envelope = _envelope(samples, len(times))
    words = tuple(word_spans(phones, names))
    return PlotContent(title, duration, phones, tuple(lanes), envelope, words, tuple(marks))


def _envelope(samples: NDArray[np.float32] | None, rows: int) -> Floats32:
    if samples is None or not len(samples):
        return np.zeros((0, 2), np.float32)
    hop = SAMPLE_RATE // FRAME_RATE
    padded = np.zeros(rows * hop, np.float32)
    padded[: min(len(samples), len(padded))] = samples[: len(padded)]
    cells = padded.reshape(rows, hop)
    return np.stack([cells.min(axis=1), cells.max(axis=1)], axis=1)
