"""From a checkpoint of a network that moves a face to the folder that numpy runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...errors import ModelError
from ...models.card import Card, DataCredit
from ...models.families.audio2face.shape import Audio2FaceShape
from ...models.families.pham.shape import PhamShape
from ...models.store import save_model
from ..engine.checkpoints import load_checkpoint
from .audio2face.network import Audio2FaceTorch, PlainLSTM
from .pham.network import EngineeredLSTM, PhamTorch

Arrays = dict[str, NDArray[np.float32]]

SUMMARIES = {
    "audio2face": "Tian et al. 2019: sound to 51 Faceshift weights of a whole face, by attention over 2.1 s.",
    "pham": "Pham et al. 2018: sound to 46 FaceWarehouse weights and the head's turn, by its spectrogram.",
}


@dataclass(frozen=True, slots=True)
class FaceModel:
    """What a model folder is made from, beside the checkpoint."""

    version: str
    data: tuple[DataCredit, ...]
    teacher: str
    notes: str
    scores: Mapping[str, Any]
    golden: NDArray[np.float32]  # rows of a sound that may be published
    whose: str = ""  # a sentence for lists of models: whose face it knows


def network_of(path: Path) -> nn.Module:
    """A checkpoint's network with its averaged weights, baselines included."""
    state = load_checkpoint(path)
    settings = dict(json.loads(state["settings"]))
    kind = settings.pop("network")
    if kind in ("audio2face", "lstm"):
        shape = Audio2FaceShape.of(settings)
        network: nn.Module = Audio2FaceTorch(shape) if kind == "audio2face" else PlainLSTM(shape)
    elif kind in ("pham", "engineered"):
        spectral = PhamShape.of(settings)
        network = PhamTorch(spectral) if kind == "pham" else EngineeredLSTM(spectral)
    else:
        raise ModelError(f"{path} trains {kind!r}: this command exports networks that move a face")
    network.load_state_dict(state["average"])
    return network.eval()


def export(path: Path, folder: Path, about: FaceModel) -> Card:
    """Write the model folder; its name is the model's name."""
    state = load_checkpoint(path)
    network, settings = network_of(path), dict(json.loads(state["settings"]))
    if settings.pop("network") not in SUMMARIES:
        raise ModelError(f"{path} is a baseline: it is measured and never shipped")
    card = Card(
        name=folder.name,
        version=about.version,
        architecture=state["task"],
        config=settings,
        summary=" ".join(filter(None, (SUMMARIES[state["task"]], about.whose))),
        trained=True,
        hashes={},
        golden_tolerance=2e-3,
        teacher=about.teacher,
        data=about.data,
        scores=dict(about.scores),
        notes=about.notes,
    )
    return save_model(folder, card, arrays_of(network), about.golden)


def arrays_of(network: nn.Module) -> Arrays:
    """The arrays of a model folder; batch norms are folded into the convolutions before them."""
    with torch.no_grad():
        if isinstance(network, PhamTorch):
            return _pham_arrays(network)
        return {name: _array(value) for name, value in network.state_dict().items()}


def _pham_arrays(network: PhamTorch) -> Arrays:
    arrays = {
        name: _array(value)
        for name, value in network.state_dict().items()
        if not name.startswith(("frequency.", "time."))
    }
    for room, layers in (("frequency", network.frequency), ("time", network.time)):
        for index, layer in enumerate(layers):
            assert isinstance(layer, nn.Sequential)
            weight, norm = layer[0].weight, layer[1]
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            # One of the kernel's two sides is 1: (out, in, taps) is left.
            arrays[f"{room}.{index}.weight"] = _array((weight * scale[:, None, None, None]).flatten(2))
            arrays[f"{room}.{index}.bias"] = _array(norm.bias - norm.running_mean * scale)
    return arrays


def _array(value: Tensor) -> NDArray[np.float32]:
    return np.asarray(value.detach().float().cpu().numpy(), np.float32)
