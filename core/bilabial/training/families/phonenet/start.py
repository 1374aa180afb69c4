"""A shipped PhoneNet as the beginning of a run: its normalisation was folded away and comes back here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....errors import ModelError
from .network import Conv, PhoneNet, PhoneNetConfig


def config_of(settings: Mapping[str, Any]) -> PhoneNetConfig:
    """The network that a card describes; what only training needs is as usual."""
    known = {one.name: settings[one.name] for one in fields(PhoneNetConfig) if one.name in settings}
    try:
        return PhoneNetConfig(**known | {"dilations": tuple(known["dilations"])})
    except (KeyError, TypeError) as error:
        raise ModelError(
            f"the card's network settings are incomplete ({error}): fetch the model again"
        ) from error


def unfolded(network: PhoneNet, weights: Mapping[str, NDArray[Any]], batches: Sequence[Tensor]) -> None:
    """Load folded weights. ``batches`` (crops, rows, 52) tell each normalisation what passes through it, so
    that the network says the same as before, normalising or not.
    """
    convs = {name.removesuffix(".conv"): module for name, module in network.named_modules() if _folds(module)}
    with torch.no_grad():
        for name, conv in convs.items():
            conv.conv.weight.copy_(_kernel(weights, name))
            _as_passage(conv.norm, _array(weights, f"{name}.bias"))
        for name in ("groups", "sounds"):
            head: nn.Conv1d = getattr(network, name)
            head.weight.copy_(_kernel(weights, name))
            head.bias.copy_(_array(weights, f"{name}.bias"))
        _settle(network, list(convs.values()), batches)


def _folds(module: nn.Module) -> bool:
    return isinstance(module, Conv)


def _kernel(weights: Mapping[str, NDArray[Any]], name: str) -> Tensor:
    """(kernel, inputs, outputs) as torch has it."""
    return _array(weights, f"{name}.weight").permute(2, 1, 0)


def _array(weights: Mapping[str, NDArray[Any]], name: str) -> Tensor:
    if name not in weights:
        raise ModelError(f"the weights lack the array {name!r}: fetch the model again")
    return torch.from_numpy(np.asarray(weights[name], dtype=np.float32))


def _as_passage(norm: nn.BatchNorm1d, bias: Tensor) -> None:
    """A normalisation that adds the bias and changes nothing else."""
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.fill_(1)
    norm.bias.copy_(bias)


def _settle(network: PhoneNet, convs: Sequence[Any], batches: Sequence[Tensor]) -> None:
    """Means and deviations of what the convolutions give, put into the norms and taken out by their gains."""
    sums = {id(conv.conv): torch.zeros(2, conv.conv.out_channels, dtype=torch.float64) for conv in convs}
    counts = dict.fromkeys(sums, 0)

    def note(module: nn.Module, _: Any, out: Tensor) -> None:
        flat = out.double().transpose(0, 1).flatten(1)
        sums[id(module)] += torch.stack([flat.sum(1), flat.square().sum(1)])
        counts[id(module)] += flat.shape[1]

    hooks = [conv.conv.register_forward_hook(note) for conv in convs]
    network.eval()
    for rows in batches:
        network(rows)
    for hook in hooks:
        hook.remove()
    for conv in convs:
        mean, square = sums[id(conv.conv)] / counts[id(conv.conv)]
        variance = (square - mean.square()).clamp(min=1e-8)
        conv.norm.running_mean.copy_(mean)
        conv.norm.running_var.copy_(variance)
        conv.norm.weight.copy_((variance + conv.norm.eps).sqrt())
        conv.norm.bias.add_(mean)
    network.train()
