"""From a checkpoint of the ear to a model folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ....errors import ModelError
from ....models.card import Card, DataCredit
from ....models.families.whisper.blocks import SCALE, quantised
from ....models.families.whisper.network import Ear, build
from ....models.store import save_model
from ...engine.checkpoints import load_checkpoint
from .network import Ear as TorchEar
from .network import EarConfig

Floats32 = NDArray[np.float32]

WHISPER = DataCredit(
    "Whisper tiny.en, encoder",
    "MIT",
    "OpenAI; Radford, Kim, Xu, Brockman, McLeavey, Sutskever: Robust Speech Recognition via Large-Scale Weak "
    "Supervision, 2022: where training began",
    680_000.0,
)
TEACHER = (
    "The ear learned phones from aligned speech and learned no curves. The curves of a take come from the "
    "procedural JALI rules of this package, not from an animator."
)
PARTS = ("query", "key", "value")


def exported(network: TorchEar) -> dict[str, NDArray[Any]]:
    """The arrays that models/families/whisper reads, as float32."""
    arrays: dict[str, NDArray[Any]] = {}

    def put(name: str, weight: torch.Tensor, bias: torch.Tensor | None = None) -> None:
        arrays[f"{name}.weight"] = weight.detach().numpy().astype(np.float32)
        if bias is not None:
            arrays[f"{name}.bias"] = bias.detach().numpy().astype(np.float32)

    for name in ("conv1", "conv2", "coarse", "fine", "first", "second"):
        conv = getattr(network, name)
        put(name, conv.exported(), conv.linear.bias)
    for index, block in enumerate(network.blocks):
        of = f"blocks.{index}"
        joined: Any = block.query_key_value
        for part, weight, bias in zip(PARTS, joined.weight.chunk(3), joined.bias.chunk(3), strict=True):
            # A bias of the keys adds the same to all scores of a row: softmax does not see it.
            put(f"{of}.attention.{part}", weight, None if part == "key" else bias)
        for mine, theirs in (
            ("attention_norm", "attention.norm"), ("out", "attention.out"),
            ("feed_norm", "feed.norm"), ("inner", "feed.inner"), ("outer", "feed.outer"),
        ):  # fmt: skip
            layer = getattr(block, mine)
            put(f"{of}.{theirs}", layer.weight, layer.bias)
    for name in ("norm", "groups", "sounds"):
        layer = getattr(network, name)
        put(name, layer.weight, layer.bias)
    arrays["mix"] = network.mix.softmax(0).detach().numpy().astype(np.float32)
    return arrays


def in_int8(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Matrices in steps of one byte, a size of step for each output; a quarter of the bytes."""
    out: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        if array.ndim > 1:
            out[name], out[name + SCALE] = quantised(array)
        else:
            out[name] = array
    return out


def trained_ear(path: Path) -> TorchEar:
    """The averaged weights of a checkpoint."""
    state = load_checkpoint(path)
    if state["task"] != "whisper":
        raise ModelError(f"{path} trains {state['task']!r}: this command exports whisper")
    settings = json.loads(state["settings"])
    network = TorchEar(EarConfig(**{one.name: settings[one.name] for one in fields(EarConfig)}))
    network.load_state_dict(state["average"])
    network.eval()
    return network


def inference_ear(path: Path) -> Ear:
    """The checkpoint as the numpy network that will run it."""
    network = trained_ear(path)
    return build(network.card_settings(), exported(network))


def export(
    path: Path,
    folder: Path,
    version: str,
    data: Sequence[DataCredit],
    golden: Floats32,
    scores: Mapping[str, Any] | None = None,
) -> Card:
    """Write the model folder; its name is the model's name. ``golden``: (rows, 80) log mel of a public
    sentence.
    """
    network = trained_ear(path)
    card = Card(
        name=folder.name,
        version=version,
        architecture="whisper",
        config=network.card_settings(),
        summary="Phones from a whole clip, by an ear that began as Whisper's; the choice for files.",
        trained=True,
        hashes={},
        golden_tolerance=5e-3,
        teacher=TEACHER,
        data=(WHISPER, *data),
        scores=dict(scores or {}),
        notes="Speakers of the development split never took part in training or tuning.",
    )
    return save_model(folder, card, in_int8(exported(network)), golden)
