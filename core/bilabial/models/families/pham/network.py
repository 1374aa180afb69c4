"""Pham's network in numpy: a spectrogram to a face's weights and the head's turn, told at every row.

Five convolutions halve frequency, three halve time; the last four moments of four bands are one frame's
features, which a recurrent layer (GRU or LSTM), or a layer without memory, turns into weights. A frame comes
every 24 ms: then neighbours share all but an eighth of their columns and every product is made once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ....audio.hearings import SAMPLES
from ....audio.sample_rows import as_samples
from ....controls import GROUPS
from ....timing import FRAME_RATE, SAMPLE_RATE
from ....vocabulary import find
from ...contract import TRACK, Progress, WholeClip
from ...layers import GRU, LSTM, Dense, Floats32, Weights, product, sigmoid, take
from ...prediction import Prediction
from .shape import AROUND, BINS, HEAD, KERNELS, STEP, TIME_LAYERS, PhamShape
from .spectrogram import AHEAD, FRAMES_A_SECOND, LEAD, columns

LEAK: Final = np.float32(0.1)
TURN: Final = 10.0  # degrees that a head's output of 1 stands for
_BLOCK: Final = 256  # frames worked out at once: their columns stay in the cache


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """Along one axis with stride 2, batch norm folded in, leaky ReLU after it."""

    weight: Floats32  # (kernel * in, out)
    bias: Floats32
    kernel: int

    @classmethod
    def load(cls, weights: Weights, name: str, kernel: int, inputs: int, outputs: int) -> Convolution:
        weight = take(weights, f"{name}.weight", outputs, inputs, kernel)
        flat = np.ascontiguousarray(weight.transpose(2, 1, 0).reshape(kernel * inputs, outputs))
        return cls(flat, take(weights, f"{name}.bias", outputs), kernel)

    def __call__(self, x: Floats32) -> Floats32:
        """(rows, places, in) -> (rows, places / 2, out) along the places, zeros at both ends."""
        side = self.kernel // 2
        rows, places, inputs = x.shape
        padded = np.zeros((rows, places + 2 * side, inputs), np.float32)
        padded[:, side : side + places] = x
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.kernel, axis=1)[:, ::2]
        return self._made(windows.transpose(0, 1, 3, 2))

    def over_time(self, x: Floats32) -> Floats32:
        """(columns, bands, in) -> (columns' / 2, bands, out), without padding."""
        windows = np.lib.stride_tricks.sliding_window_view(x, self.kernel, axis=0)[::2]
        return self._made(windows.transpose(0, 1, 3, 2))

    def _made(self, windows: Floats32) -> Floats32:
        one, two = windows.shape[:2]
        y = product(windows.reshape(one * two, -1), self.weight)
        y += self.bias
        np.maximum(y, LEAK * y, out=y)
        return y.reshape(one, two, -1)


class Pham(WholeClip):
    def __init__(self, shape: PhamShape, weights: Mapping[str, NDArray[Any]]) -> None:
        self.shape = shape
        self._vocabulary = find(shape.vocabulary)
        self._mean = take(weights, "features.mean", BINS)
        self._deviation = take(weights, "features.deviation", BINS)
        inputs = (1, *shape.filters)
        self._frequency = [
            Convolution.load(weights, f"frequency.{i}", kernel, inputs[i], inputs[i + 1])
            for i, kernel in enumerate(KERNELS)
        ]
        sizes = (shape.filters[-1], *[shape.time_filters] * TIME_LAYERS)
        self._time = [
            Convolution.load(weights, f"time.{i}", 3, sizes[i], sizes[i + 1]) for i in range(TIME_LAYERS)
        ]
        self._memory: GRU | LSTM | None = None
        if shape.cell == "static":
            self._static = Dense.load(weights, "static", shape.flat)
        else:
            self._memory = (GRU if shape.cell == "gru" else LSTM).load(weights, "memory", inputs=shape.flat)
        self._out = Dense.load(weights, "out", outputs=shape.channels + (len(HEAD) if shape.head else 0))

    @property
    def hears(self) -> str:
        return SAMPLES

    @property
    def says(self) -> tuple[str, ...]:
        return (TRACK + self.shape.vocabulary, *((TRACK + "head",) if self.shape.head else ()))

    def predict(self, features: Floats32, progress: Progress | None = None) -> Prediction:
        rate = FRAMES_A_SECOND / FRAME_RATE
        frames = int(np.ceil((len(features) - 1) * rate - 1e-9)) + 1
        samples = as_samples(features, LEAD, AHEAD + SAMPLE_RATE)
        told = self.frames(samples, LEAD, frames, progress)
        at, there = np.arange(len(features)) * rate, np.arange(frames)
        rows = np.stack([np.interp(at, there, column) for column in told.T], axis=1)
        tracks = {self.shape.vocabulary: self._vocabulary.clipped(rows[:, : self.shape.channels])}
        if self.shape.head:
            tracks["head"] = find("head").clipped(rows[:, self.shape.channels :])
        return Prediction(np.zeros((0, len(GROUPS)), np.float32), tracks=tracks)

    def frames(self, samples: Floats32, at: int, count: int, progress: Progress | None = None) -> Floats32:
        """(count, channels and the head's degrees) of samples whose sample ``at`` is the moment 0."""
        parts, state = [], None
        for first in range(0, count, _BLOCK):
            size = min(_BLOCK, count - first)
            start = at + first * round(SAMPLE_RATE / FRAMES_A_SECOND)
            spectrum = columns(samples, start, size * STEP + AROUND)
            part, state = self._block((spectrum - self._mean) / self._deviation, size, state)
            parts.append(part)
            if progress is not None:
                progress((first + size) / count)
        return np.concatenate(parts)

    def _block(self, spectrum: Floats32, size: int, state: Any) -> tuple[Floats32, Any]:
        x = spectrum[:, :, None]
        for layer in self._frequency:
            x = layer(x)
        for layer in self._time:
            x = layer.over_time(x)
        windows = np.lib.stride_tricks.sliding_window_view(x, len(x) - size + 1, axis=0)
        # (frames, bands, filters, moments) -> filters, bands, moments: as torch flattens them
        flat = np.ascontiguousarray(windows.transpose(0, 2, 1, 3)).reshape(size, -1)
        if self._memory is None:
            hidden = np.tanh(self._static(flat))
        else:
            run: Any = self._memory
            states, state = run(flat[None], state)
            hidden = states[0]
        y = self._out(hidden)
        channels = self.shape.channels
        y[:, :channels] = sigmoid(y[:, :channels])
        y[:, channels:] *= np.float32(TURN)
        return y, state


def build(config: Mapping[str, Any], weights: Mapping[str, NDArray[Any]]) -> Pham:
    return Pham(PhamShape.of(config), weights)
