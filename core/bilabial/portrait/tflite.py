"""A small reader of TensorFlow Lite files, and their networks run by numpy: finding faces needs no library.

Only what such convolutional networks hold is known; anything else in a file is refused by its number. Tensors
are (1, height, width, channels), as in the file, whose layout is that of its public FlatBuffers schema.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError

Floats32 = NDArray[np.float32]

_TYPES = {0: np.float32, 1: np.float16, 2: np.int32}
_SAME = 0
_RELU, _RELU6 = 1, 3  # fused activations; 0 is none


@dataclass(frozen=True, slots=True)
class _Table:
    """A FlatBuffers table: fields by number, found through its own list of offsets."""

    data: bytes
    at: int

    def _place(self, field: int) -> int:
        fields = self.at - struct.unpack_from("<i", self.data, self.at)[0]
        size = struct.unpack_from("<H", self.data, fields)[0]
        entry = 4 + 2 * field
        offset = struct.unpack_from("<H", self.data, fields + entry)[0] if entry < size else 0
        return self.at + offset if offset else 0

    def number(self, field: int, form: str = "<i", otherwise: int = 0) -> int:
        place = self._place(field)
        return int(struct.unpack_from(form, self.data, place)[0]) if place else otherwise

    def _vector(self, field: int) -> tuple[int, int]:
        """Where a vector starts, and its length."""
        place = self._place(field)
        if not place:
            return 0, 0
        place += struct.unpack_from("<I", self.data, place)[0]
        return place + 4, struct.unpack_from("<I", self.data, place)[0]

    def numbers(self, field: int) -> tuple[int, ...]:
        start, count = self._vector(field)
        return struct.unpack_from(f"<{count}i", self.data, start) if count else ()

    def raw(self, field: int) -> bytes:
        start, count = self._vector(field)
        return self.data[start : start + count]

    def tables(self, field: int) -> list[_Table]:
        start, count = self._vector(field)
        places = [start + 4 * i for i in range(count)]
        return [_Table(self.data, p + struct.unpack_from("<I", self.data, p)[0]) for p in places]

    def table(self, field: int) -> _Table | None:
        place = self._place(field)
        return _Table(self.data, place + struct.unpack_from("<I", self.data, place)[0]) if place else None


class Network:
    """A network of a .tflite file. Called with its one input, it answers with every output."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        try:
            root = _Table(data, struct.unpack_from("<I", data, 0)[0])
            codes = [max(c.number(0, "<b"), c.number(3)) for c in root.tables(1)]
            graph = root.tables(2)[0]
            buffers = root.tables(4)
            self._shapes = [t.numbers(0) for t in graph.tables(0)]
            self._constants = {
                i: _constant(t, buffers)
                for i, t in enumerate(graph.tables(0))
                if buffers[t.number(2, "<I")].raw(0)
            }
            self._inputs, self._outputs = graph.numbers(1), graph.numbers(2)
            self._steps = [
                (codes[o.number(0, "<I")], o.numbers(1), o.numbers(2), o.table(4)) for o in graph.tables(3)
            ]
        except (struct.error, IndexError, KeyError, ValueError) as error:
            raise ModelError(
                f"{path.name} is no TensorFlow Lite file that can be read: install its package again"
            ) from error
        for code, *_ in self._steps:
            if code not in _OPERATIONS:
                raise ModelError(
                    f"{path.name} has an unknown operation (number {code}): take another version of it"
                )
        self.input_shape = self._shapes[self._inputs[0]]

    def __call__(self, picture: Floats32) -> list[Floats32]:
        values: dict[int, NDArray[np.generic]] = {**self._constants, self._inputs[0]: picture}
        for code, takes, gives, options in self._steps:
            given = [values[i] for i in takes if i >= 0]
            values[gives[0]] = _OPERATIONS[code](given, options, self._shapes[gives[0]])
        return [np.asarray(values[i], np.float32) for i in self._outputs]


def _constant(tensor: _Table, buffers: list[_Table]) -> NDArray[np.generic]:
    raw = buffers[tensor.number(2, "<I")].raw(0)
    return np.frombuffer(raw, _TYPES[tensor.number(1, "<b")]).reshape(tensor.numbers(0))


def _options(options: _Table | None) -> _Table:
    if options is None:
        raise ModelError("the face finder's file lacks an operation's options: install its package again")
    return options


def _active(values: Floats32, kind: int) -> Floats32:
    if kind == _RELU:
        return np.maximum(values, 0)
    if kind == _RELU6:
        return np.clip(values, 0, 6)
    return values


def _padded(
    x: Floats32, kernel: tuple[int, int], stride: tuple[int, int], same: bool, fill: float
) -> Floats32:
    if not same:
        return x
    pads = []
    for size, k, s in zip(x.shape[1:3], kernel, stride, strict=True):
        total = max((-(-size // s) - 1) * s + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)


def _taps(x: Floats32, kernel: tuple[int, int], stride: tuple[int, int]) -> list[Floats32]:
    """The picture as each place of a kernel sees it."""
    height = (x.shape[1] - kernel[0]) // stride[0] + 1
    width = (x.shape[2] - kernel[1]) // stride[1] + 1
    return [
        x[:, i : i + height * stride[0] : stride[0], j : j + width * stride[1] : stride[1]][
            :, :height, :width
        ]
        for i in range(kernel[0])
        for j in range(kernel[1])
    ]


def _convolve(given: list[Floats32], options: _Table | None, _: tuple[int, ...]) -> Floats32:
    told, (x, weights) = _options(options), given[:2]
    stride = told.number(2), told.number(1)
    kernel = weights.shape[1], weights.shape[2]
    taps = _taps(_padded(x, kernel, stride, told.number(0, "<b") == _SAME, 0.0), kernel, stride)
    columns = np.concatenate(taps, axis=-1)
    flat = weights.reshape(len(weights), -1).astype(np.float32)
    out = columns.reshape(-1, columns.shape[-1]) @ flat.T
    if len(given) > 2:
        out = out + given[2]
    return _active(out.reshape(*columns.shape[:3], -1), told.number(3, "<b"))


def _convolve_each(given: list[Floats32], options: _Table | None, _: tuple[int, ...]) -> Floats32:
    told, (x, weights) = _options(options), given[:2]
    stride = told.number(2), told.number(1)
    kernel = weights.shape[1], weights.shape[2]
    many = weights.shape[3] // x.shape[3]
    taps = _taps(_padded(x, kernel, stride, told.number(0, "<b") == _SAME, 0.0), kernel, stride)
    flat = weights.reshape(-1, weights.shape[3]).astype(np.float32)
    out = np.zeros((*taps[0].shape[:3], weights.shape[3]), np.float32)
    for tap, weight in zip(taps, flat, strict=True):
        out += (np.repeat(tap, many, axis=-1) if many > 1 else tap) * weight
    if len(given) > 2:
        out += given[2]
    return _active(out, told.number(4, "<b"))


def _largest(given: list[Floats32], options: _Table | None, _: tuple[int, ...]) -> Floats32:
    told = _options(options)
    stride, kernel = (told.number(2), told.number(1)), (told.number(4), told.number(3))
    x = _padded(given[0], kernel, stride, told.number(0, "<b") == _SAME, -np.inf)
    return np.asarray(np.maximum.reduce(_taps(x, kernel, stride)), np.float32)


def _mean_pool(given: list[Floats32], options: _Table | None, _: tuple[int, ...]) -> Floats32:
    told = _options(options)
    stride, kernel = (told.number(2), told.number(1)), (told.number(4), told.number(3))
    same = told.number(0, "<b") == _SAME
    total = np.add.reduce(_taps(_padded(given[0], kernel, stride, same, 0.0), kernel, stride))
    count = np.add.reduce(_taps(_padded(np.ones_like(given[0]), kernel, stride, same, 0.0), kernel, stride))
    return np.asarray(total / count, np.float32)


def _add(given: list[Floats32], options: _Table | None, _: tuple[int, ...]) -> Floats32:
    return _active(given[0] + given[1], _options(options).number(0, "<b"))


def _pad(given: list[NDArray[np.generic]], _options: _Table | None, _: tuple[int, ...]) -> Floats32:
    return np.pad(given[0], [tuple(map(int, pair)) for pair in np.asarray(given[1])])


def _prelu(given: list[Floats32], _options: _Table | None, _: tuple[int, ...]) -> Floats32:
    x, slope = given
    return np.where(x >= 0, x, x * slope)


def _reshape(given: list[Floats32], _options: _Table | None, shape: tuple[int, ...]) -> Floats32:
    return given[0].reshape(shape)


def _join(given: list[Floats32], options: _Table | None, _: tuple[int, ...]) -> Floats32:
    return np.concatenate(given, axis=_options(options).number(0))


def _widened(given: list[NDArray[np.generic]], _options: _Table | None, _: tuple[int, ...]) -> Floats32:
    return given[0].astype(np.float32)


def _logistic(given: list[Floats32], _options: _Table | None, _: tuple[int, ...]) -> Floats32:
    return np.asarray(1 / (1 + np.exp(-np.clip(given[0], -60, 60))), np.float32)


def _relu(given: list[Floats32], _options: _Table | None, _: tuple[int, ...]) -> Floats32:
    return np.maximum(given[0], 0)


# By the number of an operation in the schema.
_OPERATIONS: dict[int, Callable[..., Floats32]] = {
    0: _add, 1: _mean_pool, 2: _join, 3: _convolve, 4: _convolve_each, 6: _widened, 14: _logistic,
    17: _largest, 19: _relu, 22: _reshape, 34: _pad, 54: _prelu,
}  # fmt: skip
