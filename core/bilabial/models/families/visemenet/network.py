"""VisemeNet (Zhou et al. 2018) as inference: from features to groups, landmarks and controls.

Each row sees 24 feature frames: 12 before it, its own and 11 after. Three LSTM layers feed a phoneme-group
head and a landmark head; their outputs (group logits z, landmark displacements q) join the frames x as [z, q,
x] before three branches of three LSTM layers each: activations, values, JALI field. 12 million parameters.

Three ways to run the same network: a long file as overlapping windows side by side (large matrix products), a
short one straight through, and row by row with explicit state for live sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....controls import GROUPS, JALI_FIELD, SHAPES
from ....errors import ModelError
from ...contract import Progress
from ...layers import GRU, LSTM, Dense, Weights, product, projected, relu, sigmoid, softmax, take
from ...prediction import Floats32, Prediction
from ...projection import PendingRows, SlidingProduct, SpectralProduct
from ...windows import Windows, plan_windows

FEATURES = 65
LANDMARKS = 76  # x and y of 38 points


@dataclass(frozen=True, slots=True)
class VisemeNetConfig:
    """The network of the paper, and by other settings its variants (Tables 1 and 2)."""

    before: int = 12  # feature frames before a row that it sees
    after: int = 11  # and after it: the look-ahead
    units: int = 256
    layers: int = 3
    cell: str = "lstm"  # or "gru", or "window": fully connected layers without memory
    groups: bool = True  # the phoneme-group stage
    landmarks: bool = True  # the landmark stage
    shared_stages: bool = True  # groups and landmarks read the same recurrent layers
    shared_branches: bool = False  # activations, values and field read the same recurrent layers
    outside_phones: bool = False  # one-hot groups from a recogniser take the place of z
    warm_up: int = 200  # rows until the memories forget how they started, measured at export; 0: they do not

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> VisemeNetConfig:
        """From a card. Raises ModelError for a setting that is unknown or of the wrong kind."""
        kinds = {field.name: type(field.default) for field in fields(cls)}
        for key, value in table.items():
            if type(value) is not kinds.get(key):
                raise ModelError(
                    f"the network has no setting {key} = {value!r}: update Bilabial, or mend the card"
                )
        config = cls(**table)
        if config.cell not in ("lstm", "gru", "window"):
            raise ModelError(f"the network knows no cell {config.cell!r}: use lstm, gru or window")
        if min(config.before, config.after, config.warm_up) < 0 or min(config.units, config.layers) < 1:
            raise ModelError(
                "the network needs a unit and a layer at least, and nothing below nought: mend the card"
            )
        return config

    @property
    def stacked(self) -> int:
        """Channels of x: all the frames that a row sees."""
        return FEATURES * (self.before + 1 + self.after)

    @property
    def extra(self) -> int:
        """Channels of [z, q], which precede x in the branches' input."""
        return (len(GROUPS) if self.groups or self.outside_phones else 0) + (
            LANDMARKS if self.landmarks else 0
        )


Memories = tuple[tuple[Any, ...], ...]
Outputs = tuple[Floats32, ...]

_FEW_ROWS = 8  # a step of fewer goes row by row
_MANY_WINDOWS = 16  # from here on spectra are worth their preparation


@dataclass(frozen=True, slots=True)
class _State:
    """What a live clip remembers between two steps."""

    frames: Floats32 | None  # the normalised frames that later rows still see; None before the first
    memories: Memories  # one tuple of layer states for each memory
    pending: tuple[PendingRows, ...]  # one for each memory


class _Window:
    """A fully connected layer in a recurrent layer's clothes: no memory, ReLU."""

    def __init__(self, weights: Weights, name: str, layer: int, inputs: int) -> None:
        dense = Dense.load(weights, f"{name}.{2 * layer}", inputs)
        self.input_weight = dense.weight
        self.input_bias = take(weights, f"{name}.{2 * layer}.bias", dense.weight.shape[1])
        self.units = dense.weight.shape[1]

    def initial_state(self, batch: int = 1) -> None:
        return None

    def __call__(self, x: Floats32, state: None = None) -> tuple[Floats32, None]:
        return self.run(projected(x, self.input_weight, self.input_bias))

    def run(self, gates: Floats32, state: None = None) -> tuple[Floats32, None]:
        return relu(gates).swapaxes(0, 1), None


class _Memory:
    """A stack of layers of one kind, its first layer's input split into [z, q] and x."""

    def __init__(
        self, weights: Weights, name: str, config: VisemeNetConfig, extra: int, stagger: float
    ) -> None:
        self.layers: list[Any] = []
        inputs = extra + config.stacked
        for layer in range(config.layers):
            if config.cell == "window":
                self.layers.append(_Window(weights, name, layer, inputs))
            else:
                kind = LSTM if config.cell == "lstm" else GRU
                self.layers.append(kind.load(weights, name, layer, inputs))
            if self.layers[-1].units != config.units:
                raise ModelError(
                    f"layer {layer} of {name!r} has {self.layers[-1].units} units, not {config.units}: "
                    "export the model again"
                )
            inputs = config.units
        self._extra_weight = self.layers[0].input_weight[:extra]
        self.frame_weight = self.layers[0].input_weight[extra:]
        self.sliding = SlidingProduct(self.frame_weight, config.before + 1 + config.after, stagger)

    def initial_state(self, batch: int = 1) -> tuple[Any, ...]:
        return tuple(layer.initial_state(batch) for layer in self.layers)

    def project(self, x: Floats32) -> Floats32:
        """The frames' share of the first layer's gates, (rows, gates)."""
        return product(x, self.frame_weight)

    def complete(self, gates: Floats32, extra: Floats32 | None) -> Floats32:
        """The same with everything else that does not depend on the state, in place."""
        if extra is not None:
            gates += product(extra, self._extra_weight)
        gates += self.layers[0].input_bias
        return gates

    def run(self, gates: Floats32, states: Sequence[Any]) -> tuple[Floats32, tuple[Any, ...]]:
        """(time, batch, gates) through all layers: (batch, time, units) and the new states."""
        x, state = self.layers[0].run(gates, states[0])
        following = [state]
        for layer, before in zip(self.layers[1:], states[1:], strict=True):
            x, state = layer(x, before)
            following.append(state)
        return x, tuple(following)


class _Head:
    """Two dense layers with a ReLU between them: what a memory decodes into."""

    def __init__(self, weights: Weights, name: str, inputs: int, outputs: int) -> None:
        self._first = Dense.load(weights, f"{name}.0", inputs)
        self._second = Dense.load(weights, f"{name}.2", self._first.weight.shape[1], outputs)

    def __call__(self, x: Floats32) -> Floats32:
        return self._second(relu(self._first(x)))


class VisemeNet:
    """The network with its weights. Never changes; every clip's state is the caller's."""

    def __init__(self, config: VisemeNetConfig, weights: Weights, windows: Windows | None = None) -> None:
        if config.outside_phones or not config.groups:
            raise ModelError(
                "a network without its own phoneme groups serves comparisons only: use a full one"
            )
        self.config = config
        self.windows = windows  # None: chosen by the clip's length
        self._mean = take(weights, "features.mean", FEATURES)
        deviation = take(weights, "features.deviation", FEATURES)
        if not (deviation > 0).all():
            raise ModelError(
                "the array 'features.deviation' has values that are not positive: export the model again"
            )
        self._scale = np.float32(1) / deviation
        joint = config.shared_stages or not config.landmarks
        stages = ("shared",) if joint else ("groups_memory", "landmarks_memory")
        names = ("activations", "values", "field")
        branches = ("branches",) if config.shared_branches else tuple(f"{name}_memory" for name in names)
        self._memories = [
            _Memory(weights, name, config, config.extra if name in branches else 0, index / 4)
            for index, name in enumerate((*stages, *branches))
        ]
        self._stages, self._branches = self._memories[: len(stages)], self._memories[len(stages) :]
        units = config.units
        self._groups = _Head(weights, "groups", units, len(GROUPS))
        self._landmarks = _Head(weights, "landmarks", units, LANDMARKS) if config.landmarks else None
        sizes = (len(SHAPES), len(SHAPES), len(JALI_FIELD))
        self._heads = [
            _Head(weights, name, units, outputs) for name, outputs in zip(names, sizes, strict=True)
        ]
        self._sizes = (len(GROUPS), *((LANDMARKS,) if config.landmarks else ()), *sizes)

    @property
    def lag(self) -> int:
        return self.config.after

    @property
    def hears(self) -> str:
        return "features-65"

    @property
    def says(self) -> tuple[str, ...]:
        landmarks = () if self._landmarks is None else ("landmarks",)
        return ("groups", *landmarks, "activations", "values", "field")

    def predict(self, features: Floats32, progress: Progress | None = None) -> Prediction:
        """(rows, 65) of a whole clip to as many rows of prediction."""
        count = len(features)
        outputs = tuple(np.empty((count, size), np.float32) for size in self._sizes)
        if count:
            plan = self.windows or plan_windows(count, self.config.warm_up)
            spectral = self._spectral(plan) if plan.count(count) >= _MANY_WINDOWS else None
            for first in range(0, plan.count(count), plan.batch):
                self._predict_batch(features, plan, first, spectral, outputs)
                if progress:
                    progress(min(1.0, (first + plan.batch) / plan.count(count)))
        return self._prediction(outputs)

    def initial_state(self) -> _State:
        memories = tuple(memory.initial_state() for memory in self._memories)
        return _State(None, memories, tuple(memory.sliding.initial() for memory in self._memories))

    def step(self, features: Floats32, state: _State) -> tuple[Prediction, _State]:
        """The next (n, 65) rows to the rows that they make final, and the new state."""
        before, context = self.config.before, self.config.before + self.config.after
        frames = self._normalise(features)
        if state.frames is not None:
            frames = np.concatenate([state.frames, frames])
        elif len(frames):
            frames = np.concatenate([np.repeat(frames[:1], before, axis=0), frames])
        rows = len(frames) - context
        if rows <= 0:
            nothing = tuple(np.zeros((0, size), np.float32) for size in self._sizes)
            return self._prediction(nothing), replace(state, frames=frames if len(frames) else None)
        if rows < _FEW_ROWS:
            outputs, memories, pending = self._step_rows(frames, state)
        else:
            outputs, memories = self._forward(self._stack(frames[None]), 1, state.memories)
            pending = self.initial_state().pending
        kept = frames[rows:].copy()
        return self._prediction(tuple(array[:, 0] for array in outputs)), _State(kept, memories, pending)

    def _step_rows(
        self, frames: Floats32, state: _State
    ) -> tuple[Outputs, Memories, tuple[PendingRows, ...]]:
        """Row by row, each with what was already computed for it."""
        window = self.config.before + 1 + self.config.after
        memories, pending = state.memories, state.pending
        parts: list[Outputs] = []
        for row in range(len(frames) - window + 1):
            slid = [
                memory.sliding.row(frames[row : row + window], one)
                for memory, one in zip(self._memories, pending, strict=True)
            ]
            pending = tuple(one for _, one in slid)
            outputs, memories = self._decode([gates for gates, _ in slid], 1, memories)
            parts.append(outputs)
        return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True)), memories, pending

    def _predict_batch(
        self,
        features: Floats32,
        plan: Windows,
        first: int,
        spectral: list[SpectralProduct] | None,
        outputs: Outputs,
    ) -> None:
        """Windows from ``first`` on, ``plan.batch`` of them side by side, into their rows of ``outputs``."""
        before, context = self.config.before, self.config.before + self.config.after
        count = len(features)
        starts = [plan.kept * index for index in range(first, min(first + plan.batch, plan.count(count)))]
        memories = tuple(memory.initial_state(len(starts)) for memory in self._memories)
        # The last window may run past the end, where the last row goes on: no row before it sees that.
        for offset in range(0, min(plan.length, count), plan.chunk):
            rows = min(plan.chunk, plan.length - offset, count - starts[0] - offset)
            if rows <= 0:
                break
            run = rows if spectral is None else plan.chunk
            picks = np.array(starts)[:, None] + offset - before + np.arange(run + context)
            frames = self._normalise(features[np.clip(picks, 0, count - 1)])
            if spectral is None:
                arrays, memories = self._forward(self._stack(frames), len(starts), memories)
            else:
                shares = (product(frames).reshape(run * len(starts), -1) for product in spectral)
                arrays, memories = self._decode(shares, len(starts), memories)
            for index, start in enumerate(starts):
                skipped = 0 if start == 0 else max(0, plan.before - offset)
                stop = min(rows, count - start - offset)
                for whole, array in zip(outputs, arrays, strict=True):
                    if skipped < stop:
                        whole[start + offset + skipped : start + offset + stop] = array[skipped:stop, index]

    def _spectral(self, plan: Windows) -> list[SpectralProduct]:
        window = self.config.before + 1 + self.config.after
        return [SpectralProduct(memory.frame_weight, window, plan.chunk) for memory in self._memories]

    def _stack(self, frames: Floats32) -> Floats32:
        """Normalised frames (batch, time + context, 65) to x (time * batch, 1560), time-major."""
        batch, rows, _ = frames.shape
        time = rows - self.config.before - self.config.after
        # Row t's stacked frames are neighbours in memory: a window of 1560 numbers that moves on by 65.
        item = frames.itemsize
        return np.lib.stride_tricks.as_strided(
            frames,
            (time, batch, self.config.stacked),
            (FEATURES * item, rows * FEATURES * item, item),
            writeable=False,
        ).reshape(time * batch, self.config.stacked)

    def _forward(self, x: Floats32, batch: int, memories: Memories) -> tuple[Outputs, Memories]:
        """x (time * batch, 1560) to outputs (time, batch, n) and new states."""
        return self._decode((memory.project(x) for memory in self._memories), batch, memories)

    def _decode(
        self, projections: Iterable[Floats32], batch: int, memories: Memories
    ) -> tuple[Outputs, Memories]:
        """The frames' share of every memory's gates (time * batch, gates) to outputs and new states."""
        shares = iter(projections)
        following: list[tuple[Any, ...]] = []

        def run(memory: _Memory, extra: Floats32 | None) -> Floats32:
            gates = memory.complete(next(shares), extra)
            hidden, state = memory.run(gates.reshape(-1, batch, gates.shape[1]), memories[len(following)])
            following.append(state)
            return hidden.swapaxes(0, 1).reshape(len(gates), -1)

        stages = [run(memory, None) for memory in self._stages]
        logits = self._groups(stages[0])
        outputs = [softmax(logits)]
        extra = logits
        if self._landmarks is not None:
            landmarks = self._landmarks(stages[-1])
            outputs.append(landmarks)
            extra = np.concatenate([logits, landmarks], axis=1)
        branches = [run(memory, extra) for memory in self._branches]
        activations, values, field = (
            head(branches[index % len(branches)]) for index, head in enumerate(self._heads)
        )
        outputs += [sigmoid(activations), values, field]
        return tuple(array.reshape(-1, batch, array.shape[1]) for array in outputs), tuple(following)

    def _normalise(self, features: Floats32) -> Floats32:
        normal: Floats32 = features - self._mean
        normal *= self._scale
        return normal

    def _prediction(self, outputs: Outputs) -> Prediction:
        landmarks = outputs[1] if self._landmarks is not None else None
        activations, values, field = outputs[-3:]
        return Prediction(outputs[0], landmarks, activations, values, field)


def build(config: Mapping[str, Any], weights: Mapping[str, NDArray[Any]]) -> VisemeNet:
    """What network.build_network calls."""
    return VisemeNet(VisemeNetConfig.of(config), weights)
