"""Tian's network in numpy: sound to the weights of a face, 30 times a second, told at every row.

39 cepstra a frame pass two bidirectional LSTM, whose two directions each layer merges (equation 3). A frame's
weights come from the 64 merged states around it: attention (equations 4 and 5) makes one of them, two dense
layers turn that into weights. To equation 4's scores a learned number is added for each place in the window,
since nothing else says which of 64 states is this frame's.

Memories may run along the clip once or anew in every window (``memory``); states far from a window's ends do
not tell the difference, and along the clip costs 64 times less.
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
from ...layers import LSTM, Dense, Floats32, Weights, take
from ...prediction import Prediction
from .cepstra import CEPSTRA, FRAMES_A_SECOND, cepstra
from .shape import BEFORE, FRAMES, LAYERS, WINDOW, Audio2FaceShape

_SILENCE: Final = SAMPLE_RATE * 3 // 2  # samples before and after a clip: more than half a window
_AFTER: Final = FRAMES - BEFORE - 1
_STRETCH: Final = 2048  # frames whose gates are worked out at once: bounds the memory
_WINDOWS: Final = 64  # windows that run side by side


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """One bidirectional layer: both directions, and what makes one state of their two."""

    ahead: LSTM
    back: LSTM
    merge: Dense

    @classmethod
    def load(cls, weights: Weights, name: str, inputs: int, nodes: int) -> Memory:
        return cls(
            LSTM.load(weights, f"{name}.ahead", inputs=inputs),
            LSTM.load(weights, f"{name}.back", inputs=inputs),
            Dense.load(weights, f"{name}.merge", 2 * nodes, nodes),
        )

    def along(self, x: Floats32) -> Floats32:
        """(frames, in) of a clip to (frames, nodes)."""
        return self.merge(np.concatenate([_run(self.ahead, x), _run(self.back, x[::-1])[::-1]], axis=1))

    def in_windows(self, ahead: Floats32, back: Floats32) -> Floats32:
        """Projected inputs of windows side by side, (frames, windows, gates), to (windows, frames, nodes)."""
        one, _ = self.ahead.run(ahead)
        two, _ = self.back.run(np.ascontiguousarray(back[::-1]))
        return self.merge(np.concatenate([one, two[:, ::-1]], axis=2))


class Audio2Face(WholeClip):
    def __init__(self, shape: Audio2FaceShape, weights: Mapping[str, NDArray[Any]]) -> None:
        self.shape = shape
        nodes = shape.nodes
        self._vocabulary = find(shape.vocabulary)
        self._mean = take(weights, "features.mean", CEPSTRA)
        self._deviation = take(weights, "features.deviation", CEPSTRA)
        self._memories = [
            Memory.load(weights, f"memories.{layer}", nodes if layer else CEPSTRA, nodes)
            for layer in range(LAYERS)
        ]
        self._heed = take(weights, "attention.weight", nodes)
        place = take(weights, "attention.place", FRAMES)
        self._place: Floats32 = np.exp(place - place.max())
        self._basis = Dense.load(weights, "basis", nodes, nodes)
        self._out = Dense.load(weights, "out", nodes, shape.channels)

    @property
    def hears(self) -> str:
        return SAMPLES

    @property
    def says(self) -> tuple[str, ...]:
        return (TRACK + self.shape.vocabulary,)

    def predict(self, features: Floats32, progress: Progress | None = None) -> Prediction:
        frames = -(-(len(features) - 1) * FRAMES_A_SECOND // FRAME_RATE) + 1
        told = self.frames(self.heard(features, frames), progress)
        at = np.arange(len(features)) * (FRAMES_A_SECOND / FRAME_RATE)
        rows = np.stack([np.interp(at, np.arange(frames), column) for column in told.T], axis=1)
        track = self._vocabulary.clipped(rows)
        return Prediction(np.zeros((0, len(GROUPS)), np.float32), tracks={self.shape.vocabulary: track})

    def heard(self, features: Floats32, frames: int) -> Floats32:
        """(BEFORE + frames + 31, 39) normalised cepstra of a clip's rows of samples."""
        samples = as_samples(features, _SILENCE, _SILENCE)
        rows = cepstra(samples, _SILENCE, -BEFORE, frames + FRAMES - 1)
        normalised: Floats32 = (rows - self._mean) / self._deviation
        return normalised

    def frames(self, x: Floats32, progress: Progress | None = None) -> Floats32:
        """Cepstra (frames + 63, 39) to weights (frames, channels), unbounded."""
        told = progress or (lambda share: None)
        if self.shape.memory == WINDOW:
            return self._out(self._basis(self._by_window(x, told)))
        for layer, memory in enumerate(self._memories):
            told(layer / (LAYERS + 1))
            x = memory.along(x)
        told(LAYERS / (LAYERS + 1))
        return self._out(self._basis(self._attended(x)))

    def _attended(self, states: Floats32) -> Floats32:
        """Equations 4 and 5 for the windows of a clip: softmax over 64 places of one window after another,
        as two products with a banded matrix."""
        score = np.tanh(states) @ self._heed
        # No window may come to nothing beside another one's peak: 60 below it is as good as nought.
        heed = np.exp(np.maximum(score - score.max(), np.float32(-60.0)))[:, None]
        weighed = np.concatenate([states * heed, heed], axis=1)
        count = len(states) - FRAMES + 1
        result: Floats32 = np.empty((count, states.shape[1]), np.float32)
        band = np.zeros((FRAMES, 2 * FRAMES - 1), np.float32)
        for row in range(FRAMES):
            band[row, row : row + FRAMES] = self._place
        for start in range(0, count, FRAMES):
            size = min(FRAMES, count - start)
            summed = band[:size, : size + FRAMES - 1] @ weighed[start : start + size + FRAMES - 1]
            result[start : start + size] = summed[:, :-1] / summed[:, -1:]
        return result

    def _by_window(self, x: Floats32, told: Progress) -> Floats32:
        """As printed: memories begin anew in each window. The first layer's projections are shared."""
        count = len(x) - FRAMES + 1
        result: Floats32 = np.empty((count, self.shape.nodes), np.float32)
        first, second = self._memories
        ahead, back = first.ahead.project(x[None])[:, 0], first.back.project(x[None])[:, 0]
        for start in range(0, count, _WINDOWS):
            told(start / count)
            size = min(_WINDOWS, count - start)
            rows = start + np.arange(FRAMES)[:, None] + np.arange(size)
            states = first.in_windows(ahead[rows], back[rows])
            states = second.in_windows(second.ahead.project(states), second.back.project(states))
            score = np.tanh(states) @ self._heed
            heed = np.exp(score - score.max(axis=1, keepdims=True)) * self._place
            heed /= heed.sum(axis=1, keepdims=True)
            result[start : start + size] = (heed[:, None] @ states)[:, 0]
        return result


def _run(lstm: LSTM, x: Floats32) -> Floats32:
    """One direction along (frames, in), stretch by stretch."""
    parts, state = [], None
    for start in range(0, len(x), _STRETCH):
        part, state = lstm(np.ascontiguousarray(x[None, start : start + _STRETCH]), state)
        parts.append(part[0])
    return np.concatenate(parts)


def build(config: Mapping[str, Any], weights: Mapping[str, NDArray[Any]]) -> Audio2Face:
    return Audio2Face(Audio2FaceShape.of(config), weights)
