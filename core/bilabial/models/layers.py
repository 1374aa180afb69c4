"""The layers that the networks are made of, in numpy: float32 in, float32 out, state explicit.

Weights arrive under torch's own names and in torch's own layout, so that an export is a copy; each layer
turns them once, at loading, into the layout that its matrix products read fastest. Arrays are (batch, time,
channels). Recurrent layers keep their results time-major in memory and return a view, so that a stack of them
never copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError

Floats32 = NDArray[np.float32]
Weights = Mapping[str, NDArray[Any]]
_FEW_ROWS = 8  # below this a product of matrices is slower than as many of a vector and a matrix

LSTMState = tuple[Floats32, Floats32]  # hidden and cell, (batch, units) each


def take(weights: Weights, name: str, *shape: int | None) -> Floats32:
    """One array of a model as float32. None in ``shape`` stands for any size; a mismatch is a ModelError."""
    array = weights.get(name)
    if array is None:
        raise ModelError(f"the weights lack the array {name!r}: export the model again")
    if shape and (
        array.ndim != len(shape)
        or any(want not in (None, got) for want, got in zip(shape, array.shape, strict=True))
    ):
        wanted = " x ".join("any" if size is None else str(size) for size in shape)
        raise ModelError(
            f"the array {name!r} is {' x '.join(map(str, array.shape))} where the card asks for {wanted}: "
            "export the model again"
        )
    if array.dtype.kind != "f":
        raise ModelError(
            f"the array {name!r} holds {array.dtype} where a layer needs floats: export the model again"
        )
    return np.ascontiguousarray(array, dtype=np.float32)


def relu(x: Floats32) -> Floats32:
    return np.maximum(x, np.float32(0))


def sigmoid(x: Floats32) -> Floats32:
    """By way of tanh: numpy's is vectorised, and no input can overflow."""
    result: Floats32 = np.tanh(x * np.float32(0.5))
    result *= np.float32(0.5)
    result += np.float32(0.5)
    return result


def softmax(x: Floats32) -> Floats32:
    """Over the last axis."""
    result: Floats32 = np.exp(x - x.max(axis=-1, keepdims=True))
    result /= result.sum(axis=-1, keepdims=True)
    return result


def product(x: Floats32, weight: Floats32) -> Floats32:
    """(rows, in) times (in, out). A few rows go one by one: packing the weights would cost more."""
    x = np.ascontiguousarray(
        x
    )  # older numpy multiplies rows that overlap in memory without BLAS: a hundredfold
    y: Floats32 = np.empty((len(x), weight.shape[1]), np.float32)
    if len(x) < _FEW_ROWS:
        for row, result in zip(x, y, strict=True):
            np.matmul(row, weight, out=result)
    else:
        np.matmul(x, weight, out=y)
    return y


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """y = x W + b over the last axis; ``weight`` is (in, out) here, torch's transposed."""

    weight: Floats32
    bias: Floats32

    @classmethod
    def load(
        cls, weights: Weights, name: str, inputs: int | None = None, outputs: int | None = None
    ) -> Dense:
        weight = take(weights, f"{name}.weight", outputs, inputs)
        bias = take(weights, f"{name}.bias", weight.shape[0])
        return cls(np.ascontiguousarray(weight.T), bias)

    def __call__(self, x: Floats32) -> Floats32:
        # One flat product: numpy would run a stack of small ones for an array of three axes.
        y = product(x.reshape(-1, x.shape[-1]), self.weight).reshape(*x.shape[:-1], self.weight.shape[1])
        y += self.bias
        return y


@dataclass(frozen=True, slots=True, eq=False)
class LSTM:
    """One LSTM layer. Gates are stored as input, forget, output, cell (torch: input, forget, cell, output).

    sigmoid(a) = (1 + tanh(a / 2)) / 2, so the weights of the three sigmoid gates are halved at loading and
    one call of tanh serves all four gates.
    """

    input_weight: Floats32  # (in, 4 * units)
    state_weight: Floats32  # (units, 4 * units)
    input_bias: Floats32  # (4 * units), both of torch's biases

    @classmethod
    def load(cls, weights: Weights, name: str, layer: int = 0, inputs: int | None = None) -> LSTM:
        end = f"l{layer}"
        state = take(weights, f"{name}.weight_hh_{end}", None, None)
        units = state.shape[1]
        parts = [
            take(weights, f"{name}.weight_ih_{end}", 4 * units, inputs).T,
            take(weights, f"{name}.weight_hh_{end}", 4 * units, units).T,
            take(weights, f"{name}.bias_ih_{end}", 4 * units)
            + take(weights, f"{name}.bias_hh_{end}", 4 * units),
        ]
        return cls(*(_reorder_gates(part, units) for part in parts))

    @property
    def units(self) -> int:
        return len(self.state_weight)

    def initial_state(self, batch: int = 1) -> LSTMState:
        return np.zeros((batch, self.units), np.float32), np.zeros((batch, self.units), np.float32)

    def __call__(self, x: Floats32, state: LSTMState | None = None) -> tuple[Floats32, LSTMState]:
        """(batch, time, in) to (batch, time, units) and the state after the last row run."""
        return self.run(self.project(x), state)

    def project(self, x: Floats32) -> Floats32:
        """The inputs' share of the gates, (time, batch, 4 * units)."""
        return projected(x, self.input_weight, self.input_bias)

    def run(self, gates: Floats32, state: LSTMState | None = None) -> tuple[Floats32, LSTMState]:
        """The recurrence over projected inputs, which it overwrites: (batch, time, units), new state."""
        time, batch, _ = gates.shape
        units, half = self.units, np.float32(0.5)
        hidden, cell = self.initial_state(batch) if state is None else (state[0], state[1].copy())
        output: Floats32 = np.empty((time, batch, units), np.float32)
        share = np.empty((batch, 4 * units), np.float32)
        squashed = np.empty((batch, units), np.float32)
        for row in range(time):
            gate = gates[row]
            np.matmul(hidden, self.state_weight, out=share)
            gate += share
            np.tanh(gate, out=gate)
            sigmoids = gate[:, : 3 * units]
            sigmoids *= half
            sigmoids += half
            cell *= gate[:, units : 2 * units]
            np.multiply(gate[:, :units], gate[:, 3 * units :], out=squashed)
            cell += squashed
            np.tanh(cell, out=squashed)
            hidden = output[row]
            np.multiply(gate[:, 2 * units : 3 * units], squashed, out=hidden)
        return output.swapaxes(0, 1), (hidden.copy(), cell)


@dataclass(frozen=True, slots=True, eq=False)
class GRU:
    """One GRU layer, torch's form: the reset gate acts on the state's share of the candidate and its bias."""

    input_weight: Floats32  # (in, 3 * units): reset, update, candidate
    state_weight: Floats32  # (units, 3 * units)
    input_bias: Floats32
    state_bias: Floats32

    @classmethod
    def load(cls, weights: Weights, name: str, layer: int = 0, inputs: int | None = None) -> GRU:
        end = f"l{layer}"
        state = take(weights, f"{name}.weight_hh_{end}", None, None)
        units = state.shape[1]
        return cls(
            np.ascontiguousarray(take(weights, f"{name}.weight_ih_{end}", 3 * units, inputs).T),
            np.ascontiguousarray(take(weights, f"{name}.weight_hh_{end}", 3 * units, units).T),
            take(weights, f"{name}.bias_ih_{end}", 3 * units),
            take(weights, f"{name}.bias_hh_{end}", 3 * units),
        )

    @property
    def units(self) -> int:
        return len(self.state_weight)

    def initial_state(self, batch: int = 1) -> Floats32:
        return np.zeros((batch, self.units), np.float32)

    def __call__(self, x: Floats32, state: Floats32 | None = None) -> tuple[Floats32, Floats32]:
        return self.run(self.project(x), state)

    def project(self, x: Floats32) -> Floats32:
        """The inputs' share of the gates, (time, batch, 3 * units)."""
        return projected(x, self.input_weight, self.input_bias)

    def run(self, gates: Floats32, state: Floats32 | None = None) -> tuple[Floats32, Floats32]:
        """The recurrence over projected inputs. Returns (batch, time, units) and the new state."""
        time, batch, _ = gates.shape
        units = self.units
        hidden = self.initial_state(batch) if state is None else state
        output: Floats32 = np.empty((time, batch, units), np.float32)
        share = np.empty((batch, 3 * units), np.float32)
        for row in range(time):
            np.matmul(hidden, self.state_weight, out=share)
            share += self.state_bias
            both = sigmoid(gates[row, :, : 2 * units] + share[:, : 2 * units])
            candidate = share[:, 2 * units :] * both[:, :units]
            candidate += gates[row, :, 2 * units :]
            np.tanh(candidate, out=candidate)
            # h' = n + z (h - n)
            following = output[row]
            np.subtract(hidden, candidate, out=following)
            following *= both[:, units:]
            following += candidate
            hidden = following
        return output.swapaxes(0, 1), hidden.copy()


def projected(x: Floats32, weight: Floats32, bias: Floats32) -> Floats32:
    """(batch, time, in) to (time, batch, out): one product for the whole stretch."""
    batch, time, channels = x.shape
    gates = product(x.swapaxes(0, 1).reshape(time * batch, channels), weight)
    gates += bias
    return gates.reshape(time, batch, -1)


def _reorder_gates(array: Floats32, units: int) -> Floats32:
    """torch's order of gates along the last axis to ours, the sigmoid gates halved."""
    step, forget, cell, out = (array[..., gate * units : (gate + 1) * units] for gate in range(4))
    half = np.float32(0.5)
    return np.ascontiguousarray(np.concatenate([step * half, forget * half, out * half, cell], axis=-1))
