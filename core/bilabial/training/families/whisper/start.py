"""A shipped ear as the beginning of a run: the arrays of a model folder under the names of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from ....models.families.whisper.blocks import array
from .export import PARTS
from .network import Ear, EarConfig

_LAYERS = (
    ("attention_norm", "attention.norm"), ("out", "attention.out"),
    ("feed_norm", "feed.norm"), ("inner", "feed.inner"), ("outer", "feed.outer"),
)  # fmt: skip


def config_of(settings: Mapping[str, Any]) -> EarConfig:
    """The network that a card describes; what only training needs is as usual."""
    return EarConfig(**{one.name: settings[one.name] for one in fields(EarConfig) if one.name in settings})


def taken_up(config: EarConfig, stored: Mapping[str, NDArray[Any]]) -> dict[str, Tensor]:
    """The state of a network in training that says what the shipped one says. The reverse of ``exported``."""
    network = Ear(config)
    state = {name: value for name, value in network.state_dict().items()}
    state["mix"] = _array(stored, "mix").clamp(min=1e-6).log()
    for name in ("conv1", "conv2", "coarse", "fine", "first", "second"):
        state[f"{name}.linear.weight"] = _array(stored, f"{name}.weight").permute(0, 2, 1).flatten(1)
        state[f"{name}.linear.bias"] = _array(stored, f"{name}.bias")
    for index in range(config.blocks):
        of = f"blocks.{index}"
        weights = [_array(stored, f"{of}.attention.{part}.weight") for part in PARTS]
        biases = [
            torch.zeros(config.size) if part == "key" else _array(stored, f"{of}.attention.{part}.bias")
            for part in PARTS
        ]
        state[f"{of}.query_key_value.weight"] = torch.cat(weights)
        state[f"{of}.query_key_value.bias"] = torch.cat(biases)
        for mine, theirs in _LAYERS:
            for kind in ("weight", "bias"):
                state[f"{of}.{mine}.{kind}"] = _array(stored, f"{of}.{theirs}.{kind}")
    for name in ("norm", "groups", "sounds"):
        for kind in ("weight", "bias"):
            state[f"{name}.{kind}"] = _array(stored, f"{name}.{kind}")
    return state


def _array(stored: Mapping[str, NDArray[Any]], name: str) -> Tensor:
    """As float32; an array of bytes times its step of each output."""
    shape = [None] * stored[name].ndim if name in stored else []
    return torch.from_numpy(array(stored, name, *shape))
