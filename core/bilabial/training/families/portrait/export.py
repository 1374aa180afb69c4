"""From a checkpoint to the folder that numpy draws from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....errors import ModelError
from ....models.families.portrait.generator import save_generator
from ....models.families.portrait.shape import PortraitShape
from ...engine.checkpoints import load_checkpoint
from .network import Generator, Portrait, PortraitConfig

Arrays = dict[str, NDArray[np.float32]]


def network_of(path: Path) -> Portrait:
    """A checkpoint's network with its averaged weights."""
    state = load_checkpoint(path)
    if state["task"] != "portrait":
        raise ModelError(f"{path} trains {state['task']!r}: this command exports portrait")
    network = Portrait(PortraitConfig(**json.loads(state["settings"])))
    network.load_state_dict(state["average"])
    network.eval()
    return network


def export(path: Path, folder: Path, about: Mapping[str, Any]) -> PortraitShape:
    """Write the model folder of a checkpoint."""
    network = network_of(path)
    with torch.no_grad():
        weights = folded(network.generator)
    shape = network.config.shape()
    save_generator(folder, shape, weights, about)
    return shape


def folded(generator: Generator) -> Arrays:
    """The generator's arrays as numpy lays them out, batch norm folded in."""
    arrays: Arrays = {}

    def keep(name: str, value: Tensor) -> None:
        arrays[name] = value.detach().float().cpu().numpy().astype(np.float32)

    for i, level in enumerate(generator.identity.levels):
        weight, bias = _folded(level[0].weight, None, level[1])
        keep(f"identity.{i}.weight", weight.permute(2, 3, 1, 0).flatten(0, 2))
        keep(f"identity.{i}.bias", bias)
    last = generator.identity.last
    keep("identity.last.weight", last.weight.permute(2, 3, 1, 0).flatten(0, 2))
    keep("identity.last.bias", last.bias)
    layers = generator.sound.layers
    for i in range(len(layers) // 3):
        weight, bias = _folded(layers[3 * i].weight, None, layers[3 * i + 1])
        keep(f"sound.{i}.weight", weight.permute(2, 1, 0).flatten(0, 1))
        keep(f"sound.{i}.bias", bias)
    keep("sound.last.weight", generator.sound.last.weight.permute(2, 1, 0).flatten(0, 1))
    keep("sound.last.bias", generator.sound.last.bias)
    if generator.shape.temporal:
        for name in ("context", "noise"):
            for key, value in getattr(generator, name).state_dict().items():
                keep(f"{name}.{key}", value)
    weight, bias = _folded(generator.first[0].weight, None, generator.first[1], transposed=True)
    keep("first.weight", weight.permute(0, 2, 3, 1).flatten(1))
    keep("first.bias", bias)
    for i, level in enumerate(generator.levels):
        norm = level[1] if len(level) > 1 else None
        weight, bias = _folded(level[0].weight, level[0].bias, norm, transposed=True)
        half = weight.shape[0] // 2
        keep(f"up.{i}.weight", weight[:half].permute(2, 3, 0, 1))
        keep(f"up.{i}.skip", weight[half:].permute(2, 3, 0, 1))
        keep(f"up.{i}.bias", bias)
    return arrays


def _folded(
    weight: Tensor, bias: Tensor | None, norm: nn.Module | None, transposed: bool = False
) -> tuple[Tensor, Tensor]:
    """Weight and bias of a convolution with the batch norm after it taken in."""
    axis = 1 if transposed else 0
    base = torch.zeros(weight.shape[axis]) if bias is None else bias
    if norm is None:
        return weight, base
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    form = [1] * weight.ndim
    form[axis] = -1
    return weight * scale.reshape(form), (base - norm.running_mean) * scale + norm.bias
