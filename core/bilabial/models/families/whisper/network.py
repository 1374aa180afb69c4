"""The ear: Whisper's encoder, then a few convolutions that name the visual group and the sound of every row.

Log mel at 100 rows a second passes Whisper's two convolutions (the second halves the rate) and its blocks;
what the blocks know, mixed, meets what the first convolution still has at the full rate, and three small
convolutions at 50 steps a second name both rows of each step. A long sound is read in windows that overlap,
because attention costs the square of a window; all windows are scaled against one peak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ....audio.logmel import BANDS, peak_of, scaled
from ....controls import GROUPS
from ....errors import ModelError
from ....phonemes.inventory import INVENTORY
from ...contract import Progress, WholeClip
from ...prediction import Prediction
from .blocks import ConvFront, EncoderBlock, Floats32, Linear, Norm, Weights, array, gelu, sinusoids, softmax

LOUD: Final = (
    -1.0,
    2.2,
)  # log10: peaks between these stay where they are; speech at a usual level has about 1
LIFT: Final = 4.0  # decades that a quiet sound is raised by at most: beyond that there is only noise
_MARGIN: Final = 50  # rows at a window's ends whose neighbours lie outside: the other window tells them


@dataclass(frozen=True, slots=True)
class EarShape:
    """The network's settings, as its card gives them."""

    size: int  # channels of the encoder
    heads: int
    blocks: int
    head_channels: int
    window: int = 1000  # rows read at once: 10 s

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> EarShape:
        """From a card. Raises ModelError."""
        try:
            shape = cls(**{name: int(config[name]) for name in cls.__dataclass_fields__})
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"the card's network settings are incomplete ({error}): export the model again"
            ) from error
        small = min(shape.size, shape.heads, shape.blocks, shape.head_channels) < 1
        if small or shape.size % shape.heads or shape.size % 2 or not 4 * _MARGIN <= shape.window <= 3000:
            raise ModelError("the card's network settings are impossible: export the model again")
        return shape


def levelled(rows: Floats32, peak: float | None = None) -> Floats32:
    """(rows, 80) decimal logarithms as ``logmel`` gives them -> what the network was trained on.

    A quiet recording is raised and a blaring one lowered; digital silence stays what it is. ``peak`` is that
    of the whole sound where these rows are a part of one.
    """
    if peak is None:
        peak = peak_of(rows)
    lift = float(np.clip(np.clip(peak, *LOUD) - peak, -LIFT, LIFT))
    return scaled(rows + np.float32(lift), peak + lift)


@dataclass(frozen=True, slots=True, eq=False)
class _Conv:
    """A convolution over time, on disk (out, in, kernel); ``left`` rows of nothing come first."""

    weight: Floats32  # (kernel * in, out): the rows under the kernel side by side
    bias: Floats32
    kernel: int
    stride: int
    left: int

    @classmethod
    def load(cls, weights: Weights, name: str, sizes: tuple[int, int], kernel: int, stride: int = 1) -> _Conv:
        inputs, outputs = sizes
        stored = array(weights, f"{name}.weight", outputs, inputs, kernel)
        matrix = np.ascontiguousarray(stored.transpose(2, 1, 0).reshape(kernel * inputs, outputs))
        return cls(matrix, array(weights, f"{name}.bias", outputs), kernel, stride, (kernel - stride) // 2)

    def __call__(self, x: Floats32) -> Floats32:
        """(rows, in) -> (rows // stride, out)."""
        count, inputs = len(x) // self.stride, x.shape[1]
        padded = np.zeros((self.left + len(x) + self.kernel, inputs), np.float32)
        padded[self.left : self.left + len(x)] = x
        under = np.lib.stride_tricks.as_strided(
            padded, (count, self.kernel * inputs), (self.stride * padded.strides[0], padded.strides[1])
        )
        y: Floats32 = np.ascontiguousarray(under) @ self.weight
        y += self.bias
        return y


class Ear(WholeClip):
    """Implements contract.Network for sounds as a whole; ``sounds`` are the finer classes of the aligner."""

    def __init__(self, shape: EarShape, weights: Weights) -> None:
        self.shape = shape
        size, channels = shape.size, shape.head_channels
        self._front = ConvFront.load(weights, "", BANDS, size)
        self._positions = sinusoids(shape.window // 2 + 1, size)
        self._blocks = [
            EncoderBlock.load(weights, f"blocks.{index}", size, shape.heads) for index in range(shape.blocks)
        ]
        self._mix = array(weights, "mix", shape.blocks)  # shares of the blocks' outputs, together 1
        self._norm = Norm.load(weights, "norm", size)
        self._coarse = _Conv.load(weights, "coarse", (size, channels), 3)
        self._fine = _Conv.load(weights, "fine", (size, channels), 6, stride=2)
        self._residual = [_Conv.load(weights, name, (channels, channels), 5) for name in ("first", "second")]
        self._groups = Linear.load(weights, "groups", channels, 2 * len(GROUPS))
        self._sounds = Linear.load(weights, "sounds", channels, 2 * len(INVENTORY))

    @property
    def hears(self) -> str:
        return "log-mel-80"

    @property
    def says(self) -> tuple[str, ...]:
        return ("groups", "sounds")

    def predict(self, rows: Floats32, progress: Progress | None = None) -> Prediction:
        """(rows, 80) of log mel, not scaled -> groups (rows, 21)."""
        return Prediction(groups=self.both(rows, progress)[0])

    def both(self, rows: Floats32, progress: Progress | None = None) -> tuple[Floats32, Floats32]:
        """Probabilities of groups (rows, 21) and of sounds (rows, 53; see INVENTORY)."""
        count = len(rows)
        groups = np.empty((count, len(GROUPS)), np.float32)
        sounds = np.empty((count, len(INVENTORY)), np.float32)
        if not count:
            return groups, sounds
        peak = peak_of(rows)  # a NaN spreads through it, and so it does through the least value
        if not np.isfinite([peak, rows.min()]).all():
            raise ModelError(
                "the sound holds values that are not finite: give samples without NaN or infinity"
            )
        for first, last, start, end in _windows(count, self.shape.window):
            hidden = self._hidden(levelled(rows[first:last], peak))
            for table, head in ((groups, self._groups), (sounds, self._sounds)):
                logits = head(hidden).reshape(-1, table.shape[1])
                table[start:end] = softmax(logits)[start - first : end - first]
            if progress is not None:
                progress(end / count)
        return groups, sounds

    def _hidden(self, level: Floats32) -> Floats32:
        """(rows, 80) of one window -> (steps of two rows, channels)."""
        if len(level) % 2:
            level = np.concatenate([level, level[-1:]])
        fine, hidden = self._front(level)
        hidden += self._positions[: len(hidden)]
        mixed = np.zeros_like(hidden)
        for share, block in zip(self._mix, self._blocks, strict=True):
            hidden = block(hidden)
            mixed += share * hidden
        x = gelu(self._coarse(self._norm(mixed)) + self._fine(fine))
        for conv in self._residual:
            x += gelu(conv(x))
        return x


def _windows(count: int, window: int) -> list[tuple[int, int, int, int]]:
    """(first, last, start, end) rows: each window reads from first to last and tells from start to end.

    All begin at an even row, and none is much shorter than another: a scrap at the end would know little.
    """
    if count <= window:
        return [(0, count, 0, count)]
    pieces = -(-count // (window - 2 * _MARGIN))
    kept = -(-count // pieces)
    kept += kept % 2
    found = []
    for start in range(0, count, kept):
        end = min(start + kept, count)
        found.append((max(0, start - _MARGIN), min(count, end + _MARGIN), start, end))
    return found


def build(config: Mapping[str, Any], weights: Weights) -> Ear:
    """The network that a card describes."""
    return Ear(EarShape.of(config), weights)
