"""Two models of one shape, their weights mixed: what a short run taught, without what it made forget.

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

from ...errors import ModelError
from ...models.card import GOLDEN, WEIGHTS, Card, DataCredit
from ...models.safetensors import read_tensors
from ...models.store import load_model, save_model


def blend(older: str | Path, newer: str | Path, share: float, folder: Path, version: str) -> Card:
    """Write the model whose weights are ``share`` of the way from the older one's to the newer one's."""
    if not 0 < share < 1:
        raise ModelError(f"a share of {share:g} is one of the two models: give one between 0 and 1")
    first, second = load_model(older), load_model(newer)
    before, after = (read_tensors(model.folder / WEIGHTS) for model in (first, second))
    if first.card.architecture != second.card.architecture or _shapes(before) != _shapes(after):
        raise ModelError(
            f"{older} and {newer} are not of one shape: blend a model with what was trained from it"
        )
    began = f"{first.card.name} {first.card.version}"
    mixed = {}
    for name, array in before.items():
        if array.dtype.kind != "f":
            raise ModelError(f"{older} keeps its weights in bytes: blend models that keep them as floats")
        mixed[name] = (1 - share) * array.astype(np.float32) + share * after[name].astype(np.float32)
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


def _shapes(weights: Mapping[str, NDArray[Any]]) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in weights.items()}


def _once(credits: tuple[DataCredit, ...]) -> tuple[DataCredit, ...]:
    return tuple({credit.name: credit for credit in reversed(credits)}.values())[::-1]
