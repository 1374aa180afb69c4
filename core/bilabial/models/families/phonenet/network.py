"""PhoneNet as inference: dilated convolutions from features to phoneme groups (and sounds), in numpy.

Log mel energies and spectral centroids, each less its mean over the seconds around, pass one convolution that
halves the rate to 50 rows a second, then residual blocks of two convolutions; two heads name the visual group
and the sound of both rows of a step. Batch normalisation is folded into the weights, so nothing is left but
matrix products: a convolution of kernel k is k products of shifted rows.

One with ``look_ahead`` runs live: its means look back only, each convolution's padding lies mostly before the
row, and every layer keeps the rows that the next block of sound still needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....audio.features import CENTROIDS, LOG_MEL
from ....controls import GROUPS
from ....errors import ModelError
from ....phonemes.inventory import INVENTORY
from ....timing import SAMPLE_RATE
from ...contract import Progress
from ...layers import softmax, take
from ...prediction import Floats32, Prediction

MELS = 26
INPUTS = 2 * MELS
LOG_FLOOR = -24.0  # natural log of mel energy; what lies below is digital silence or dither
MEL_SCALE, CENTROID_SCALE = 1 / 2.5, 3.0  # make both about 1 in size
_CHUNK = 2048  # steps (20 ms) worked on together: what a layer touches then stays in the cache


@dataclass(frozen=True, slots=True)
class PhoneNetShape:
    """The network's settings, as its card gives them."""

    channels: int
    kernel: int
    dilations: tuple[int, ...]  # of each block's first convolution; the second has 1
    mean_reach: int  # rows to either side over which the mean is taken; live, twice as many back
    look_ahead: int | None = None  # rows; None sees the whole clip

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> PhoneNetShape:
        """From a card; settings that only training needs are passed over."""
        try:
            shape = cls(
                channels=int(config["channels"]),
                kernel=int(config["kernel"]),
                dilations=tuple(int(one) for one in config["dilations"]),
                mean_reach=int(config["mean_reach"]),
                look_ahead=None if config["look_ahead"] is None else int(config["look_ahead"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"the card's network settings are incomplete ({error}): export the model again"
            ) from error
        if (
            min(shape.channels, shape.kernel, *shape.dilations) < 1
            or shape.kernel % 2 == 0
            or shape.mean_reach < 1
        ):
            raise ModelError("the card's network settings are impossible: export the model again")
        return shape


def right_pads(shape: PhoneNetShape) -> list[tuple[int, int]]:
    """How many steps ahead each block's two convolutions look; a live net spends its look-ahead on the
    first ones.
    """
    half = (shape.kernel - 1) // 2
    if shape.look_ahead is None:
        return [(half * dilation, half) for dilation in shape.dilations]
    # The first convolution looks ``half`` rows past a step's first row; every step further is two rows.
    left = (shape.look_ahead - half) // 2
    pads = []
    for dilation in shape.dilations:
        pair = []
        for step in (dilation, 1):
            take_now = min(left, half * step) // step * step if step <= 2 else 0
            left -= take_now
            pair.append(take_now)
        pads.append((pair[0], pair[1]))
    return pads


def centroid_bands() -> tuple[Floats32, Floats32]:
    """Middle and half width in Hz of the 26 bands: centroids become places within their band, about -1..1."""
    top = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700.0)
    edges = 700 * (10 ** (np.linspace(0, top, MELS + 2) / 2595.0) - 1)
    return edges[1:-1].astype(np.float32), ((edges[2:] - edges[:-2]) / 2).astype(np.float32)


def compact(features: Floats32) -> Floats32:
    """(rows, 65) -> (rows, 52): floored log mel, centroids as places within their bands."""
    middle, half = centroid_bands()
    mel = np.maximum(features[:, LOG_MEL], LOG_FLOOR)
    return np.concatenate([mel, (features[:, CENTROIDS] - middle) / half], axis=1)


def normalised(rows: Floats32, reach: int, causal: bool = False) -> Floats32:
    """Less the mean over ``reach`` rows to either side (causal: twice as many back), scaled to about 1."""
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, dtype=np.float64, out=sums[1:])
    index = np.arange(len(rows))
    last = index + 1 if causal else np.minimum(index + reach + 1, len(rows))
    first = np.maximum(index - (2 * reach if causal else reach), 0)
    means = (sums[last] - sums[first]) / (last - first)[:, None]
    return ((rows - means) * _scale()).astype(np.float32)


def _scale() -> Floats32:
    return np.repeat(np.array([MEL_SCALE, CENTROID_SCALE], dtype=np.float32), MELS)


class _Conv:
    """A convolution over time with its padding: (steps, inputs) -> (steps, outputs)."""

    def __init__(
        self, weights: Mapping[str, NDArray[Any]], name: str, kernel: int, dilation: int, right: int,
        inputs: int,
        outputs: int,
    ) -> None:  # fmt: skip
        self.weight = take(weights, f"{name}.weight", kernel, inputs, outputs)
        self.bias = take(weights, f"{name}.bias", outputs)
        self.dilation = dilation
        self.span = (kernel - 1) * dilation
        self.right = right
        self.left = self.span - right

    def padded(self, x: Floats32, stride: int = 1) -> Floats32:
        """Over a whole clip, with nothing (the mean) before and after it."""
        full = np.zeros((len(x) + self.span, x.shape[1]), dtype=np.float32)
        full[self.left : self.left + len(x)] = x
        return self.inside(full, stride)

    def push(self, x: Floats32, buffer: Floats32, stride: int = 1) -> tuple[Floats32, Floats32]:
        """The next inputs of a stream: the outputs that they complete, and what to keep for the next ones."""
        full = np.concatenate([buffer, x])
        count = max(0, (len(full) - self.span + stride - 1) // stride)
        if count == 0:
            return np.empty((0, self.weight.shape[2]), np.float32), full
        return self.inside(full, stride), full[count * stride :]

    def inside(self, x: Floats32, stride: int = 1) -> Floats32:
        """Only where all inputs are there: ``span`` fewer steps come out."""
        count = (len(x) - self.span + stride - 1) // stride
        out = np.empty((count, self.weight.shape[2]), dtype=np.float32)
        part = np.empty_like(out)
        for index, matrix in enumerate(self.weight):
            start = index * self.dilation
            rows = x[start : start + (count - 1) * stride + 1 : stride]
            np.matmul(rows, matrix, out=part if index else out)
            if index:
                out += part
        out += self.bias
        return out


class PhoneNet:
    """Implements network.Network. ``sounds`` gives the finer classes that the aligner needs."""

    def __init__(self, shape: PhoneNetShape, weights: Mapping[str, NDArray[Any]]) -> None:
        self.shape = shape
        channels, kernel = shape.channels, shape.kernel
        self._front = _Conv(weights, "front", kernel, 1, (kernel - 1) // 2, INPUTS, channels)
        self._blocks: list[tuple[_Conv, _Conv]] = []
        for index, (dilation, rights) in enumerate(zip(shape.dilations, right_pads(shape), strict=True)):
            first = _Conv(weights, f"blocks.{index}.first", kernel, dilation, rights[0], channels, channels)
            second = _Conv(weights, f"blocks.{index}.second", kernel, 1, rights[1], channels, channels)
            self._blocks.append((first, second))
        self._groups = _Conv(weights, "groups", 1, 1, 0, channels, 2 * len(GROUPS))
        self._sounds = _Conv(weights, "sounds", 1, 1, 0, channels, 2 * len(INVENTORY))

    @property
    def lag(self) -> int | None:
        """Rows of look-ahead; None for one that reads the whole clip."""
        return self.shape.look_ahead

    @property
    def hears(self) -> str:
        return "features-65"

    @property
    def says(self) -> tuple[str, ...]:
        return ("groups", "sounds")

    def predict(self, features: Floats32, progress: Progress | None = None) -> Prediction:
        """(rows, 65) -> groups (rows, 21)."""
        return Prediction(groups=self._run(features, [(self._groups, len(GROUPS))], progress)[0])

    def both(self, features: Floats32, progress: Progress | None = None) -> tuple[Floats32, Floats32]:
        """Probabilities of groups (rows, 21) and of sounds (rows, 53; see INVENTORY)."""
        heads = [(self._groups, len(GROUPS)), (self._sounds, len(INVENTORY))]
        groups, sounds = self._run(features, heads, progress)
        return groups, sounds

    def _run(
        self, features: Floats32, heads: Sequence[tuple[_Conv, int]], progress: Progress | None
    ) -> list[Floats32]:
        """Each head's probabilities (rows, classes). Piece by piece, for hours of sound."""
        rows = len(features)
        out = [np.empty((rows, classes), np.float32) for _, classes in heads]
        if rows == 0:
            return out
        if not np.isfinite(features).all():
            raise ModelError(
                "the features hold values that are not finite: give samples without NaN or infinity"
            )
        if self.shape.look_ahead is not None:  # as a stream ends: its last row goes on
            features = np.concatenate([features, np.repeat(features[-1:], self.shape.look_ahead, axis=0)])
        steps = (len(features) + 1) // 2
        reach = sum(first.span + second.span for first, second in self._blocks) + self._front.span
        for start in range(0, steps, _CHUNK):
            end = min(steps, start + _CHUNK)
            low, high = max(0, start - reach), min(steps, end + reach)
            hidden = self._trunk(self._inputs(features, 2 * low, 2 * high))[start - low : end - low]
            for table, (head, classes) in zip(out, heads, strict=True):
                known = table[2 * start : 2 * end]
                known[:] = softmax(head.inside(hidden).reshape(-1, classes))[: len(known)]
            if progress is not None:
                progress(end / steps)
        return out

    def _inputs(self, features: Floats32, start: int, end: int) -> Floats32:
        """Rows ``start`` to ``end`` as the first convolution takes them; their means reach further."""
        reach = self.shape.mean_reach
        causal = self.shape.look_ahead is not None
        first = max(0, start - (2 * reach if causal else reach))
        piece = compact(features[first : end if causal else end + reach])
        return normalised(piece, reach, causal)[start - first : end - first]

    def _trunk(self, x: Floats32) -> Floats32:
        """Normalised rows of a stretch -> (steps, channels)."""
        if len(x) % 2:
            x = np.concatenate([x, np.zeros((1, INPUTS), dtype=np.float32)])
        hidden = np.maximum(self._front.padded(x, stride=2), 0)
        for first, second in self._blocks:
            inner = first.padded(hidden)
            np.maximum(inner, 0, out=inner)
            hidden += second.padded(inner)
            np.maximum(hidden, 0, out=hidden)
        return hidden

    def initial_state(self) -> LiveState:
        """Before the first row."""
        if self.shape.look_ahead is None:
            raise ModelError("this network needs the whole clip: choose another model for live use")
        convs = [self._front, *(conv for pair in self._blocks for conv in pair)]
        return LiveState(
            heard=np.empty((0, INPUTS), np.float32),
            buffers=tuple(np.zeros((conv.left, conv.weight.shape[1]), np.float32) for conv in convs),
            bypasses=tuple(np.empty((0, self.shape.channels), np.float32) for _ in self._blocks),
            ready=np.empty((0, len(GROUPS)), np.float32),
            rows_in=0,
            rows_out=0,
        )

    def step(self, features: Floats32, state: LiveState) -> tuple[Prediction, LiveState]:
        """The next (n, 65) rows; as many rows come out as now have ``lag`` rows behind them."""
        assert self.shape.look_ahead is not None
        new = compact(np.asarray(features, dtype=np.float32))
        history = np.concatenate([state.heard, new])
        x = normalised(history, self.shape.mean_reach, causal=True)[len(state.heard) :]
        buffers, bypasses = list(state.buffers), list(state.bypasses)
        hidden, buffers[0] = self._front.push(x, buffers[0], stride=2)
        np.maximum(hidden, 0, out=hidden)
        for index, (first, second) in enumerate(self._blocks):
            inner, buffers[1 + 2 * index] = first.push(hidden, buffers[1 + 2 * index])
            np.maximum(inner, 0, out=inner)
            inner, buffers[2 + 2 * index] = second.push(inner, buffers[2 + 2 * index])
            # The way round waits for the convolutions' look-ahead.
            waiting = np.concatenate([bypasses[index], hidden])
            hidden = np.maximum(inner + waiting[: len(inner)], 0)
            bypasses[index] = waiting[len(inner) :]
        logits = self._groups.inside(hidden).reshape(2 * len(hidden), len(GROUPS))
        ready = np.concatenate([state.ready, softmax(logits)])
        rows_in = state.rows_in + len(new)
        due = max(0, rows_in - self.shape.look_ahead) - state.rows_out
        following = LiveState(
            heard=history[-2 * self.shape.mean_reach :],
            buffers=tuple(buffers),
            bypasses=tuple(bypasses),
            ready=ready[due:],
            rows_in=rows_in,
            rows_out=state.rows_out + due,
        )
        return Prediction(groups=ready[:due]), following


@dataclass(frozen=True, slots=True)
class LiveState:
    """What a live network still needs of what came before. A step makes a new one and leaves this one
    alone.
    """

    heard: Floats32  # compact rows that the means still cover
    buffers: tuple[Floats32, ...]  # of each convolution: inputs that later outputs still see
    bypasses: tuple[Floats32, ...]  # of each block: inputs whose convolved partner is not there yet
    ready: Floats32  # rows that are known but not due: a step knows two at once
    rows_in: int
    rows_out: int


def build(config: Mapping[str, Any], weights: Mapping[str, NDArray[Any]]) -> PhoneNet:
    """The network that a card describes."""
    return PhoneNet(PhoneNetShape.of(config), weights)
