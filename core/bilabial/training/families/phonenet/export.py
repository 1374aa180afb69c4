"""From a checkpoint to a model folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ....errors import ModelError
from ....models.card import Card, DataCredit
from ....models.families.phonenet.network import PhoneNet, build
from ....models.store import save_model
from ...engine.checkpoints import load_checkpoint
from .network import PhoneNet as TorchPhoneNet
from .network import PhoneNetConfig, folded

TEACHER = (
    "PhoneNet learned phones from machine-aligned speech and learned no curves. The curves of a take come "
    "from the "
    "procedural JALI rules of this package, not from an animator."
)


def weights_of(path: Path) -> tuple[PhoneNetConfig, dict[str, np.ndarray[Any, np.dtype[np.float32]]]]:
    """The averaged weights of a checkpoint, normalisation folded in."""
    import json

    state = load_checkpoint(path)
    if state["task"] != "phonenet":
        raise ModelError(f"{path} trains {state['task']!r}: this command exports phonenet")
    settings = json.loads(state["settings"])
    config = PhoneNetConfig(**settings | {"dilations": tuple(settings["dilations"])})
    network = TorchPhoneNet(config)
    network.load_state_dict(state["average"])
    network.eval()
    with torch.no_grad():
        return config, folded(network)


def inference_network(path: Path) -> PhoneNet:
    """The checkpoint as the numpy network that will run it."""
    config, weights = weights_of(path)
    return build(_settings(config), weights)


def export(
    path: Path,
    folder: Path,
    version: str,
    data: Sequence[DataCredit],
    golden: np.ndarray[Any, np.dtype[np.float32]],
    scores: Mapping[str, Any] | None = None,
) -> Card:
    """Write the model folder; its name is the model's name. ``golden``: (rows, 65) features of a public
    sentence.
    """
    config, weights = weights_of(path)
    live = config.look_ahead is not None
    card = Card(
        name=folder.name,
        version=version,
        architecture="phonenet",
        config=_settings(config),
        summary=(
            f"Phones from sound with {config.look_ahead * 10} ms of look-ahead, for live use."
            if config.look_ahead is not None
            else "Phones from a whole clip, read forwards and backwards; the choice for files."
        ),
        trained=True,
        hashes={},
        golden_tolerance=2e-3,
        teacher=TEACHER,
        data=tuple(data),
        scores=dict(scores or {}),
        notes="Speakers of the development split never took part in training or tuning."
        + (" Live: the means look back only." if live else ""),
    )
    return save_model(folder, card, weights, golden)


def _settings(config: PhoneNetConfig) -> dict[str, Any]:
    return {
        "channels": config.channels,
        "kernel": config.kernel,
        "dilations": list(config.dilations),
        "mean_reach": config.mean_reach,
        "look_ahead": config.look_ahead,
    }
