"""Two models of one shape, or two runs, mixed: what a short run taught, without what it made forget.

A network that went on from another one lies near it, and on the line between the two there is often a place
that is better than both ends (Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...atomic import atomic_path
from ...errors import ModelError
from ...models.card import GOLDEN, WEIGHTS, Card, DataCredit
from ...models.families.whisper.blocks import SCALE, array, quantised
from ...models.safetensors import read_tensors
from ...models.store import load_model, save_model
from ..engine.checkpoints import load_checkpoint


def blend(older: str | Path, newer: str | Path, share: float, folder: Path, version: str) -> Card:
    """Write the model whose weights are ``share`` of the way from the older one's to the newer one's."""
    _between(share)
    first, second = load_model(older), load_model(newer)
    before, after = (read_tensors(model.folder / WEIGHTS) for model in (first, second))
    if first.card.architecture != second.card.architecture or _shapes(before) != _shapes(after):
        raise ModelError(
            f"{older} and {newer} are not of one shape: blend a model with what was trained from it"
        )
    began = f"{first.card.name} {first.card.version}"
    mixed: dict[str, NDArray[Any]] = {}
    for name in (name for name in before if not name.endswith(SCALE)):
        between = (1 - share) * _floats(before, name) + share * _floats(after, name)
        if name + SCALE in before:
            mixed[name], mixed[name + SCALE] = quantised(between)
        else:
            mixed[name] = between
    golden = read_tensors(second.folder / GOLDEN)["features"].astype(np.float32)
    card = replace(
        second.card,
        name=folder.name,
        version=version,
        hashes={},
        data=_once((*second.card.data, *first.card.data)),
        scores={},
        notes=f"{second.card.notes} Weights: {share:g} of the way from {began}.",
    )
    return save_model(folder, card, mixed, golden)


def _floats(weights: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    return array(weights, name, *[None] * weights[name].ndim)


def blend_runs(older: Path, newer: Path, share: float, output: Path) -> None:
    """Write a checkpoint whose averaged weights are ``share`` of the way from one run's to another's, to be
    exported or to start from; it has no optimiser to go on with.
    """
    import torch

    _between(share)
    first, second = load_checkpoint(older), load_checkpoint(newer)
    for key in ("task", "settings"):
        if first[key] != second[key]:
            raise ModelError(f"{older} and {newer} are not of one shape: blend a run with what began from it")
    mixed = {
        name: torch.lerp(first["average"][name], value, share) if value.is_floating_point() else value
        for name, value in second["average"].items()
    }
    made = second | {"network": mixed, "average": mixed, "optimisers": {}}
    with atomic_path(output) as temporary:
        torch.save(made, temporary)


def _between(share: float) -> None:
    if not 0 < share < 1:
        raise ModelError(f"a share of {share:g} is one of the two models: give one between 0 and 1")


def _shapes(weights: Mapping[str, NDArray[Any]]) -> dict[str, tuple[int, ...]]:
    return {name: one.shape for name, one in weights.items()}


def _once(credits: tuple[DataCredit, ...]) -> tuple[DataCredit, ...]:
    return tuple({credit.name: credit for credit in reversed(credits)}.values())[::-1]
