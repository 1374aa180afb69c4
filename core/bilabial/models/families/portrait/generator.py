"""The portrait generator as inference, in numpy: one still, then a frame for each 40 ms of sound as it comes.

What only depends on the still (its identity, the skip connections' share of every layer) is computed once.
Pictures are (height, width, channels); batch norm is folded into the weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....atomic import write_atomically
from ....errors import ModelError
from ....json_text import read_json
from ...card import CARD, WEIGHTS, file_hash
from ...layers import GRU, relu, take
from ...safetensors import read_tensors, write_tensors
from .shape import CORE, HOP, LAST_SKIP, REACH, SOUND_STEPS, WINDOW, PortraitShape
from .store import SCHEMA

Floats32 = NDArray[np.float32]
Picture = NDArray[np.uint8]
Weights = Mapping[str, NDArray[Any]]

_HALF = WINDOW // 2 - HOP // 2  # samples after a frame's own stretch that it still hears


def _halved(picture: Floats32, weight: Floats32, bias: Floats32) -> Floats32:
    """A convolution of kernel 4, stride 2, padding 1: (h, w, in) -> (h / 2, w / 2, out)."""
    height, width, _ = picture.shape
    padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)))
    taps = [padded[i : i + height : 2, j : j + width : 2] for i in range(4) for j in range(4)]
    return np.asarray(np.concatenate(taps, axis=2) @ weight + bias, np.float32)


def _doubled(picture: Floats32, weight: Floats32) -> Floats32:
    """Its opposite: a transposed convolution, (h, w, in) -> (2 h, 2 w, out). ``weight``: (4, 4, in, out)."""
    height, width, _ = picture.shape
    out = np.zeros((2 * height + 2, 2 * width + 2, weight.shape[3]), np.float32)
    for i in range(4):
        for j in range(4):
            out[i : i + 2 * height : 2, j : j + 2 * width : 2] += picture @ weight[i, j]
    return out[1:-1, 1:-1]


def _carried(picture: Floats32, ways: Floats32) -> Floats32:
    """A picture (h, w, 3) whose pixels are fetched from elsewhere: ``ways`` (h, w, 2), across and down."""
    height, width, _ = picture.shape
    moved = REACH * width * np.tanh(ways)
    x = np.clip(np.arange(width) + moved[..., 0], 0, width - 1)
    y = np.clip(np.arange(height)[:, None] + moved[..., 1], 0, height - 1)
    left, top = np.minimum(x.astype(np.int64), width - 2), np.minimum(y.astype(np.int64), height - 2)
    right, low = (x - left)[..., None], (y - top)[..., None]
    upper = picture[top, left] * (1 - right) + picture[top, left + 1] * right
    lower = picture[top + 1, left] * (1 - right) + picture[top + 1, left + 1] * right
    return np.asarray(upper * (1 - low) + lower * low, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Still:
    """What one still gives to every frame."""

    picture: Floats32  # -1..1
    identity: Floats32
    skips: list[Floats32]  # of each layer of the decoder: its share, with the layer's bias


class Generator:
    """Weights in place. Nothing that it does changes it; ``session`` is what goes through a clip."""

    def __init__(self, shape: PortraitShape, weights: Weights) -> None:
        self.shape = shape
        levels = shape.levels
        sizes = (3, *levels)
        self._down = [
            (
                take(weights, f"identity.{i}.weight", 16 * a, b),
                take(weights, f"identity.{i}.bias", b),
            )
            for i, (a, b) in enumerate(zip(sizes, levels, strict=False))
        ]
        core = CORE[0] * CORE[1]
        self._identity = take(weights, "identity.last.weight", core * levels[-1], shape.identity)
        self._identity_bias = take(weights, "identity.last.bias", shape.identity)
        steps = [shape.sound_channels * 2**i for i in range(SOUND_STEPS + 1)]
        self._first_sound = (
            take(weights, "sound.0.weight", 80, steps[0]),
            take(weights, "sound.0.bias", steps[0]),
        )
        self._sound = [
            (take(weights, f"sound.{i}.weight", 4 * a, b), take(weights, f"sound.{i}.bias", b))
            for i, (a, b) in enumerate(pairwise(steps), start=1)
        ]
        self._sound_last = take(weights, "sound.last.weight", 5 * steps[-1], shape.context)
        self._sound_bias = take(weights, "sound.last.bias", shape.context)
        self._context = (
            [GRU.load(weights, "context", i, shape.context) for i in range(2)] if shape.temporal else []
        )
        self._noise = GRU.load(weights, "noise", 0, shape.noise) if shape.temporal else None
        latent = shape.identity + shape.context + shape.noise
        self._core = take(weights, "first.weight", latent, core * levels[-1])
        self._core_bias = take(weights, "first.bias", levels[-1])
        outputs = (*levels[-2::-1], shape.drawn)
        self._up = [
            (
                take(weights, f"up.{i}.weight", 4, 4, a, b),
                take(weights, f"up.{i}.skip", 4, 4, a, b),
                take(weights, f"up.{i}.bias", b),
            )
            for i, (a, b) in enumerate(zip(levels[::-1], outputs, strict=True))
        ]

    def session(self, still: Picture, seed: int | None = None) -> PortraitSession:
        """A clip of the face in ``still``, uint8 (height, width, 3). A seed draws noise; none without."""
        wanted = (self.shape.height, self.shape.width, 3)
        if still.shape != wanted:
            raise ModelError(
                f"the still is {still.shape}, the network draws {wanted}: crop and scale it first"
            )
        return PortraitSession(self, self._seen(still.astype(np.float32) / 127.5 - 1), seed)

    def _seen(self, still: Floats32) -> _Still:
        seen = []
        picture = still
        for weight, bias in self._down:
            picture = relu(_halved(picture, weight, bias))
            seen.append(picture)
        identity = np.tanh(picture.reshape(-1) @ self._identity + self._identity_bias)
        skips = [
            _doubled(known, skip) + bias
            for known, (_, skip, bias) in zip(reversed(seen), self._up, strict=True)
        ]
        return _Still(still, identity.astype(np.float32), skips)

    def heard(self, window: Floats32) -> Floats32:
        """One window of samples -> (context,), before any memory."""
        padded = np.pad(window, 32)
        weight, bias = self._first_sound
        x = relu(np.lib.stride_tricks.sliding_window_view(padded, 80)[::16][: WINDOW // 16] @ weight + bias)
        for weight, bias in self._sound:
            padded = np.pad(x, ((1, 1), (0, 0)))
            taps = [padded[i : i + len(x) : 2] for i in range(4)]
            x = relu(np.concatenate(taps, axis=1) @ weight + bias)
        return np.asarray(np.tanh(x.reshape(-1) @ self._sound_last + self._sound_bias), np.float32)

    def drawn(self, still: _Still, context: Floats32, noise: Floats32) -> Picture:
        levels = self.shape.levels
        latent = np.concatenate((still.identity, context, noise))
        x = (latent @ self._core).reshape(*CORE, levels[-1]) + self._core_bias
        x = relu(x)
        for number, ((weight, _, _), skip) in enumerate(zip(self._up, still.skips, strict=True)):
            x = _doubled(x, weight) + skip
            x = x if number == len(self._up) - 1 else relu(x)
        colours = x[..., :3]
        if self.shape.on_still:
            base = _carried(still.picture, x[..., -2:]) if self.shape.carried else still.picture
            colours = colours + np.arctanh(LAST_SKIP * base)
        frame = np.tanh(colours)
        if self.shape.mask:
            frame = still.picture + (frame - still.picture) / (1 + np.exp(-np.clip(x[..., 3:4], -60, 60)))
        return np.asarray((np.clip(frame, -1, 1) + 1) * 127.5 + 0.5, np.float32).astype(np.uint8)

    def step(
        self, context: Floats32, noise: Floats32, states: list[Floats32]
    ) -> tuple[Floats32, Floats32, list[Floats32]]:
        """What memory makes of a frame's sound and noise."""
        if not self._context or self._noise is None:
            return context, noise, states
        x = context[None, None]
        after = []
        for layer, state in zip(self._context, states, strict=False):
            x, state = layer(x, state)
            after.append(state)
        shaken, state = self._noise(noise[None, None], states[-1])
        return x[0, 0], shaken[0, 0], [*after, state]

    def initial_states(self) -> list[Floats32]:
        if self._noise is None:
            return []
        return [*(layer.initial_state() for layer in self._context), self._noise.initial_state()]


class PortraitSession:
    """Sound in blocks of any length to frames, each as soon as it is heard: 60 ms after its own 40."""

    def __init__(self, generator: Generator, still: _Still, seed: int | None) -> None:
        self._generator, self._still = generator, still
        self._random = None if seed is None else np.random.default_rng(seed)
        self._states = generator.initial_states()
        # The first frame's window begins before the sound does.
        self._waiting: Floats32 = np.zeros(_HALF, np.float32)
        self._heard = 0  # samples

    def push(self, samples: Floats32) -> Iterator[Picture]:
        """The frames that these samples (16 kHz, -1..1) complete."""
        self._heard += len(samples)
        self._waiting = np.concatenate((self._waiting, samples.astype(np.float32)))
        while len(self._waiting) >= WINDOW:
            yield self._frame(self._waiting[:WINDOW])
            self._waiting = self._waiting[HOP:]

    def finish(self) -> Iterator[Picture]:
        """The frames that still wait for sound: silence follows."""
        left = -(-self._heard // HOP) * HOP - self._heard
        self._heard += left
        self._waiting = np.concatenate((self._waiting, np.zeros(left + _HALF, np.float32)))
        while len(self._waiting) >= WINDOW:
            yield self._frame(self._waiting[:WINDOW])
            self._waiting = self._waiting[HOP:]

    def _frame(self, window: Floats32) -> Picture:
        generator = self._generator
        size = generator.shape.noise
        shaken = np.zeros(size) if self._random is None else self._random.normal(0, 0.33, size)
        context, noise, self._states = generator.step(
            generator.heard(window), shaken.astype(np.float32), self._states
        )
        return generator.drawn(self._still, context, noise)


def load_generator(folder: Path) -> Generator:
    """A model folder that the portrait-export command wrote."""
    path = folder / CARD
    if not path.is_file():
        raise ModelError(f"{folder} holds no {CARD}: name the folder of a portrait model")
    card = read_json(path, "export the model again", ModelError)
    if not isinstance(card, dict) or card.get("schema") != SCHEMA:
        raise ModelError(f"{path} is no card of a portrait model ({SCHEMA}): name another folder")
    if not (folder / WEIGHTS).is_file() or file_hash(folder / WEIGHTS) != card.get("sha256"):
        raise ModelError(f"{folder / WEIGHTS} is not the file that its card was written for: export it again")
    settings = card.get("config")
    shape = PortraitShape.of(settings if isinstance(settings, dict) else {})
    return Generator(shape, read_tensors(folder / WEIGHTS))


def save_generator(folder: Path, shape: PortraitShape, weights: Weights, about: Mapping[str, Any]) -> None:
    """The model folder: half-precision weights, and a card with what ``about`` tells of the training."""
    import json

    folder.mkdir(parents=True, exist_ok=True)
    stored = {name: array.astype(np.float16) for name, array in weights.items()}
    if not all(np.isfinite(array).all() for array in stored.values()):
        raise ModelError("the weights are not finite in half precision: look at the training run")
    Generator(shape, stored)  # refuses arrays that do not fit
    write_tensors(folder / WEIGHTS, stored)
    card = {
        "schema": SCHEMA, "name": folder.name, "architecture": "portrait", "config": shape.as_dict(),
        "sha256": file_hash(folder / WEIGHTS), **about,
    }  # fmt: skip
    write_atomically(folder / CARD, json.dumps(card, indent=2, ensure_ascii=False) + "\n")
