"""VisemeNet, to be trained. Its parameters have the names of models/families/visemenet: export is a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ....controls import GROUPS, JALI_FIELD, SHAPES
from ....errors import ModelError
from ....models.families.visemenet.network import FEATURES, LANDMARKS, VisemeNetConfig
from ..normaliser import Normaliser
from .recurrence import run_lstms

HEAD_UNITS = 256


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network says about (batch, rows), before softmax and sigmoid; None where a part is missing."""

    groups: Tensor | None  # (batch, rows, 21) logits: z
    landmarks: Tensor | None  # (batch, rows, 76): q
    activations: Tensor | None  # (batch, rows, 29) logits of m
    values: Tensor | None  # (batch, rows, 29): v
    field: Tensor | None  # (batch, rows, 2): y


class VisemeNetTorch(nn.Module):
    """(batch, rows, 65) raw features to Outputs."""

    def __init__(self, config: VisemeNetConfig, dropout: float = 0.0) -> None:
        super().__init__()
        self.config = config
        self.features = Normaliser(FEATURES)
        self.dropout = nn.Dropout(dropout)
        if config.groups or config.landmarks:
            if config.shared_stages or not (config.groups and config.landmarks):
                self.shared = _memory(config, config.stacked)
            else:
                self.groups_memory = _memory(config, config.stacked)
                self.landmarks_memory = _memory(config, config.stacked)
        if config.groups:
            self.groups = _head(config, len(GROUPS))
        if config.landmarks:
            self.landmarks = _head(config, LANDMARKS)
        inputs = config.extra + config.stacked
        if config.shared_branches:
            self.branches = _memory(config, inputs)
        else:
            self.activations_memory = _memory(config, inputs)
            self.values_memory = _memory(config, inputs)
            self.field_memory = _memory(config, inputs)
        self.activations = _head(config, len(SHAPES))
        self.values = _head(config, len(SHAPES))
        self.field = _head(config, len(JALI_FIELD))

    def forward(self, rows: Tensor, phones: Tensor | None = None, branches: bool = True) -> Outputs:
        """``phones`` (batch, rows, 21), one-hot, is for the recogniser's variant. Without ``branches`` only
        the first two stages run, all that pre-training needs.
        """
        x = self.dropout(self.stack(self.features(rows)))
        config = self.config
        hidden: dict[str, Tensor] = {}
        if hasattr(self, "shared"):
            hidden["groups"] = hidden["landmarks"] = _run([self.shared], [x])[0]
        elif config.groups or config.landmarks:
            both = _run([self.groups_memory, self.landmarks_memory], [x])
            hidden["groups"], hidden["landmarks"] = both
        z = self.groups(hidden["groups"]) if config.groups else None
        q = self.landmarks(hidden["landmarks"]) if config.landmarks else None
        if not branches:
            return Outputs(z, q, None, None, None)
        outside = None
        if config.outside_phones:
            if phones is None:
                raise ModelError(
                    "this variant takes the groups of a recogniser beside the features: give both"
                )
            outside = phones.to(x.dtype)
        first = z if z is not None else outside
        inputs = [part for part in (first, q, x) if part is not None]
        memories = _run([memory for memory, _ in self._branches()], inputs)
        if config.shared_branches:
            memories *= 3
        return Outputs(z, q, self.activations(memories[0]), self.values(memories[1]), self.field(memories[2]))

    def wake(self, rows: Tensor, phones: Tensor) -> None:
        """Start the activations' memory so that groups and landmarks are heard through all of its layers.

        As torch starts it, each layer hands on a fraction of what it gets, and the many numbers of x drown
        the few of z and q: after hundreds of steps a third layer still said what is true of every row. Its
        first weights are scaled by what comes in. Values and field follow a mean, and learn it sooner as
        torch starts them; so do memories without z and q, or without a state.
        """
        config = self.config
        if config.cell == "window" or not config.extra:
            return
        with torch.no_grad():
            x = self.stack(self.features(rows))
            outputs = self(rows, phones, branches=False)
            first = phones if config.outside_phones else outputs.groups
            extra = [part for part in (first, outputs.landmarks) if part is not None]
            memory, heads = self._branches()[0]
            _wake(memory, heads, [(extra[0], _LOUD), *((part, 1.0) for part in extra[1:]), (x, 0.3)])

    def _branches(self) -> list[tuple[nn.Module, list[nn.Module]]]:
        """Each memory of the last stage with the heads that read it, in the order of Outputs."""
        heads: list[nn.Module] = [self.activations, self.values, self.field]
        if self.config.shared_branches:
            return [(self.branches, heads)]
        memories = (self.activations_memory, self.values_memory, self.field_memory)
        return [(memory, [head]) for memory, head in zip(memories, heads, strict=True)]

    def stack(self, rows: Tensor) -> Tensor:
        """(batch, rows, 65) to (batch, rows, 1560): the frames before, this, after; the ends go on."""
        before, after = self.config.before, self.config.after
        padded = functional.pad(rows.transpose(1, 2), (before, after), mode="replicate")
        frames = padded.unfold(2, before + 1 + after, 1)  # (batch, 65, rows, frames)
        return frames.permute(0, 2, 3, 1).reshape(*rows.shape[:2], -1)

    def export(self) -> dict[str, NDArray[np.float32]]:
        """The arrays of a model folder."""
        return {name: value.detach().cpu().float().numpy() for name, value in self.state_dict().items()}


_LOUD = 3.0  # standard deviation of what a layer's gates get from its input, once awake


def _wake(memory: nn.Module, heads: Sequence[nn.Module], parts: Sequence[tuple[Tensor, float]]) -> None:
    assert isinstance(memory, nn.RNNBase)
    hidden = torch.cat([part for part, _ in parts], dim=-1)
    at = 0
    for part, loud in parts:
        _scale(memory.weight_ih_l0[:, at : at + part.shape[-1]], part, loud)
        at += part.shape[-1]
    for layer in range(memory.num_layers):
        own = {
            f"{name}_l0": getattr(memory, f"{name}_l{layer}")
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        if layer:
            _scale(own["weight_ih_l0"], hidden, _LOUD)
        if isinstance(memory, nn.LSTM):
            own["bias_ih_l0"][memory.hidden_size : 2 * memory.hidden_size] -= 1  # short memories learn first
        one = type(memory)(hidden.shape[-1], memory.hidden_size, batch_first=True, device=hidden.device)
        one.load_state_dict(own)
        hidden = one(hidden)[0]
    for head in heads:
        assert isinstance(head, nn.Sequential)
        _scale(head[0].weight, hidden, 1.0)


def _scale(weight: Tensor, inputs: Tensor, loud: float) -> None:
    weight *= loud / (inputs @ weight.T).std().clamp(min=1e-6)


def _memory(config: VisemeNetConfig, inputs: int) -> nn.Module:
    if config.cell == "window":
        sizes = [inputs, *[config.units] * config.layers]
        layers: list[nn.Module] = []
        for wide, narrow in pairwise(sizes):
            layers += [nn.Linear(wide, narrow), nn.ReLU()]
        return nn.Sequential(*layers)
    kind = nn.LSTM if config.cell == "lstm" else nn.GRU
    return kind(inputs, config.units, config.layers, batch_first=True)


def _head(config: VisemeNetConfig, outputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(config.units, HEAD_UNITS), nn.ReLU(), nn.Linear(HEAD_UNITS, outputs))


def _run(memories: Sequence[nn.Module], parts: Sequence[Tensor]) -> list[Tensor]:
    """Each memory along the same input, given in pieces."""
    halved = parts[0].device.type == "cpu" and torch.is_autocast_enabled("cpu")
    if halved:
        lstms = [one for one in memories if isinstance(one, nn.LSTM)]
        if len(lstms) == len(memories):
            return run_lstms(lstms, parts)
    whole = torch.cat(list(parts), dim=-1)
    if halved and isinstance(memories[0], nn.RNNBase):
        # In bfloat16 the way back through torch's recurrent layers takes a processor three times as long.
        with torch.autocast("cpu", enabled=False):
            results = [one(whole.float()) for one in memories]
    else:
        results = [one(whole) for one in memories]
    return [result[0] if isinstance(result, tuple) else result for result in results]
