"""The parts of Whisper's encoder and decoder: convolutions, layer norms, attention, feed-forward.

Weights lie on disk as fp16, or as int8 with one scale an output; they become float32 once, at loading, in the
layout that the products read fastest. Arrays are (rows, channels); a decoder puts its hypotheses before that.
Layers are pure: what a decoder remembers (keys and values) is passed in and out.

Names under a block: ``attention.norm``, ``attention.query``, ``attention.key`` (no bias),
``attention.value``, ``attention.out``, ``feed.norm``, ``feed.inner``, ``feed.outer``; a decoder's blocks also
have ``cross.`` with the parts of ``attention.``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ....errors import ModelError

Floats32 = NDArray[np.float32]
Weights = Mapping[str, NDArray[Any]]

SCALE: Final = ".scale"  # added to the name of an int8 array: the size of one step, an output
_EPS: Final = np.float32(1e-5)  # of layer norms
_QUERIES: Final = 128  # rows whose scores are worked on together: they stay in the cache
_FEED_ROWS: Final = 512  # rows of a feed-forward's inner layer worked on together
# x Phi(x) = x / (1 + exp(-2 x P(x^2))) within 2.7e-5, P fitted for the smallest largest error.
_GELU: Final = tuple(np.float32(-2 * c) for c in (7.97494943e-01, 3.70172331e-02, -3.53363072e-04))
_GELU_END: Final = np.float32(16.0)  # x^2 from which P stays what it is


def quantised(weight: NDArray[Any]) -> tuple[NDArray[np.int8], Floats32]:
    """(outputs, ...) floats as int8, and the step of each output."""
    flat = np.asarray(weight, dtype=np.float32).reshape(len(weight), -1)
    step = np.maximum(np.abs(flat).max(axis=1), np.float32(1e-12)) / np.float32(127)
    steps = np.rint(flat / step[:, None]).astype(np.int8)
    return steps.reshape(weight.shape), step.astype(np.float32)


def array(weights: Weights, name: str, *shape: int | None) -> Floats32:
    """One array as float32, of this shape (None: any size). Raises ModelError where it is another."""
    stored = weights.get(name)
    if stored is None:
        raise ModelError(f"the weights lack the array {name!r}: fetch or add the model again")
    if stored.ndim != len(shape) or any(
        wanted not in (None, got) for wanted, got in zip(shape, stored.shape, strict=True)
    ):
        wanted = " x ".join("any" if size is None else str(size) for size in shape)
        raise ModelError(
            f"the array {name!r} is {' x '.join(map(str, stored.shape))} where {wanted} belongs: "
            "fetch or add the model again"
        )
    if stored.dtype == np.int8:
        scale = array(weights, name + SCALE, len(stored))
        return stored.astype(np.float32) * scale.reshape(-1, *[1] * (stored.ndim - 1))
    if stored.dtype.kind != "f":
        raise ModelError(f"the array {name!r} holds {stored.dtype} where floats belong: add the model again")
    return np.ascontiguousarray(stored, dtype=np.float32)


def gelu(x: Floats32) -> Floats32:
    """x Phi(x), in place."""
    square = np.minimum(x * x, _GELU_END)
    power = square * _GELU[2]
    power += _GELU[1]
    power *= square
    power += _GELU[0]
    power *= x
    with np.errstate(over="ignore"):  # far below zero the divisor is infinite and the result nothing
        np.exp(power, out=power)
    power += np.float32(1)
    x /= power
    return x


def softmax(scores: Floats32) -> Floats32:
    """Over the last axis, in place."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


def sinusoids(rows: int, channels: int) -> Floats32:
    """Whisper's positions of the encoder: sines, then cosines, of wavelengths up to 10,000."""
    half = channels // 2
    rates = np.exp(-np.log(10_000.0) / (half - 1) * np.arange(half))
    angles = np.arange(rows)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """Layer normalisation over the last axis."""

    weight: Floats32
    bias: Floats32

    @classmethod
    def load(cls, weights: Weights, name: str, size: int) -> Norm:
        return cls(array(weights, f"{name}.weight", size), array(weights, f"{name}.bias", size))

    def __call__(self, x: Floats32) -> Floats32:
        out: Floats32 = x - x.mean(axis=-1, keepdims=True)
        variance = np.einsum("...i,...i->...", out, out)[..., None] / np.float32(x.shape[-1])
        out *= np.float32(1) / np.sqrt(variance + _EPS)
        out *= self.weight
        out += self.bias
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """y = x W + b; ``weight`` is (in, out) here, transposed from disk."""

    weight: Floats32
    bias: Floats32

    @classmethod
    def load(cls, weights: Weights, name: str, inputs: int, outputs: int, bias: bool = True) -> Linear:
        matrix = np.ascontiguousarray(array(weights, f"{name}.weight", outputs, inputs).T)
        return cls(matrix, array(weights, f"{name}.bias", outputs) if bias else np.zeros(outputs, np.float32))

    def __call__(self, x: Floats32) -> Floats32:
        flat = np.ascontiguousarray(x).reshape(-1, x.shape[-1])
        y: Floats32 = flat @ self.weight
        y += self.bias
        return y.reshape(*x.shape[:-1], self.weight.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class Conv:
    """A convolution over time of kernel 3, padded with nothing at both ends; on disk (out, in, 3)."""

    weight: Floats32  # (3, in, out)
    bias: Floats32
    stride: int = 1

    @classmethod
    def load(cls, weights: Weights, name: str, inputs: int, outputs: int, stride: int = 1) -> Conv:
        stored = array(weights, f"{name}.weight", outputs, inputs, 3)
        kernel = np.ascontiguousarray(stored.transpose(2, 1, 0))
        return cls(kernel, array(weights, f"{name}.bias", outputs), stride)

    def __call__(self, x: Floats32) -> Floats32:
        """(rows, in) -> (ceil(rows / stride), out)."""
        padded = np.zeros((len(x) + 2, x.shape[1]), np.float32)
        padded[1:-1] = x
        count = (len(x) + self.stride - 1) // self.stride
        y: Floats32 = np.empty((count, self.weight.shape[2]), np.float32)
        y[:] = self.bias
        for tap, matrix in enumerate(self.weight):
            rows = padded[tap : tap + (count - 1) * self.stride + 1 : self.stride]
            y += np.ascontiguousarray(rows) @ matrix
        return y


@dataclass(frozen=True, slots=True, eq=False)
class ConvFront:
    """Log mel to the encoder's rows: two convolutions, the second halves the rate to 50 rows a second."""

    first: Conv
    second: Conv

    @classmethod
    def load(cls, weights: Weights, name: str, bands: int, size: int) -> ConvFront:
        """``name`` with its point, or nothing."""
        return cls(
            Conv.load(weights, f"{name}conv1", bands, size),
            Conv.load(weights, f"{name}conv2", size, size, stride=2),
        )

    def __call__(self, mel: Floats32) -> tuple[Floats32, Floats32]:
        """(rows, bands) -> past GELU, the first convolution's rows (as many) and the second's (half)."""
        fine = gelu(self.first(mel))
        return fine, gelu(self.second(fine))


@dataclass(frozen=True, slots=True, eq=False)
class Attention:
    """Multi-head attention. The scale of the scores is in the query's weights."""

    norm: Norm
    query: Linear
    key: Linear
    value: Linear
    out: Linear
    heads: int

    @classmethod
    def load(cls, weights: Weights, name: str, size: int, heads: int) -> Attention:
        query = Linear.load(weights, f"{name}.query", size, size)
        scale = np.float32((size // heads) ** -0.5)
        return cls(
            Norm.load(weights, f"{name}.norm", size),
            Linear(query.weight * scale, query.bias * scale),
            Linear.load(weights, f"{name}.key", size, size, bias=False),
            Linear.load(weights, f"{name}.value", size, size),
            Linear.load(weights, f"{name}.out", size, size),
            heads,
        )

    def split(self, x: Floats32) -> Floats32:
        """(..., rows, channels) -> (..., heads, rows, channels of a head), in memory so."""
        parts = x.reshape(*x.shape[:-1], self.heads, -1)
        return np.ascontiguousarray(np.moveaxis(parts, -2, -3))

    def memory(self, rows: Floats32) -> tuple[Floats32, Floats32]:
        """Keys (heads, channels, rows) and values (heads, rows, channels) of what is attended to."""
        keys = np.ascontiguousarray(self.split(self.key(rows)).swapaxes(-1, -2))
        return keys, self.split(self.value(rows))

    def over_itself(self, x: Floats32) -> Floats32:
        """(rows, channels), every row attending to all: what the block adds to x."""
        inner = self.norm(x)
        keys, values = self.memory(inner)
        queries = self.split(self.query(inner))
        mixed: Floats32 = np.empty((len(x), self.heads, values.shape[-1]), np.float32)
        for head in range(self.heads):
            for start in range(0, len(x), _QUERIES):
                scores = queries[head, start : start + _QUERIES] @ keys[head]
                scores -= scores.max(axis=1, keepdims=True)
                np.exp(scores, out=scores)
                # Shares are made of the sums afterwards: they are fewer than the scores.
                total = scores.sum(axis=1, keepdims=True)
                np.divide(scores @ values[head], total, out=mixed[start : start + _QUERIES, head])
        return self.out(mixed.reshape(x.shape))


@dataclass(frozen=True, slots=True, eq=False)
class FeedForward:
    """Two dense layers with GELU between them; inside four times as wide."""

    norm: Norm
    inner: Linear
    outer: Linear

    @classmethod
    def load(cls, weights: Weights, name: str, size: int) -> FeedForward:
        return cls(
            Norm.load(weights, f"{name}.norm", size),
            Linear.load(weights, f"{name}.inner", size, 4 * size),
            Linear.load(weights, f"{name}.outer", 4 * size, size),
        )

    def __call__(self, x: Floats32) -> Floats32:
        """What the block adds to x. Some rows at a time: the wide layer then stays in the cache."""
        flat = x.reshape(-1, x.shape[-1])
        out: Floats32 = np.empty_like(flat)
        for start in range(0, len(flat), _FEED_ROWS):
            piece = flat[start : start + _FEED_ROWS]
            out[start : start + _FEED_ROWS] = self.outer(gelu(self.inner(self.norm(piece))))
        return out.reshape(x.shape)


@dataclass(frozen=True, slots=True, eq=False)
class EncoderBlock:
    """Attention over itself, then feed-forward, each added to what came in."""

    attention: Attention
    feed: FeedForward

    @classmethod
    def load(cls, weights: Weights, name: str, size: int, heads: int) -> EncoderBlock:
        return cls(
            Attention.load(weights, f"{name}.attention", size, heads),
            FeedForward.load(weights, f"{name}.feed", size),
        )

    def __call__(self, x: Floats32) -> Floats32:
        """(rows, channels) -> the same shape; x is changed in place."""
        x += self.attention.over_itself(x)
        x += self.feed(x)
        return x
