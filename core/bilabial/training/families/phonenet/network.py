"""PhoneNet, to be trained: a stack of dilated convolutions at 50 rows a second over the whole clip.

It hears log mel energies and spectral centroids, each less its mean over the two seconds on either side, so
that a microphone's colour and a voice's level do not matter. One convolution halves the rate; residual blocks
of two convolutions widen the view; two heads at 100 rows a second name the visual group and the sound
(INVENTORY).

Batch normalisation is folded into the convolutions on export: models/families/phonenet runs what is left with
numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ....controls import GROUPS
from ....models.families.phonenet.network import (
    CENTROID_SCALE,
    INPUTS,
    MEL_SCALE,
    MELS,
    PhoneNetShape,
    right_pads,
)
from ....phonemes.inventory import INVENTORY


@dataclass(frozen=True, slots=True)
class PhoneNetConfig:
    """Shape of the network. ``look_ahead`` rows of 10 ms for a live one; None sees the whole clip."""

    channels: int = 224
    kernel: int = 5
    dilations: Sequence[int] = (1, 2, 4, 8, 1, 2)  # of each block's first convolution (its second has 1)
    mean_reach: int = 200  # rows to either side over which the mean is taken
    look_ahead: int | None = None
    dropout: float = 0.1


def local_means(rows: Tensor, reach: int, causal: bool = False) -> Tensor:
    """(batch, rows, n) -> means over ``reach`` rows to either side (live: 2 * reach rows back), as far as
    they go.
    """
    sums = functional.pad(rows.double().cumsum(dim=1), (0, 0, 1, 0))
    index = torch.arange(rows.shape[1], device=rows.device)
    last = index + 1 if causal else (index + reach + 1).clamp(max=rows.shape[1])
    first = (index - (2 * reach if causal else reach)).clamp(min=0)
    return ((sums[:, last] - sums[:, first]) / (last - first).unsqueeze(1)).to(rows.dtype)


class Conv(nn.Module):
    """Convolution and batch normalisation; ``right`` of the padding lies after the row."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        dilation: int = 1,
        stride: int = 1,
        right: int | None = None,
    ):
        super().__init__()
        span = (kernel - 1) * dilation
        self.right = span // 2 if right is None else right
        self.left = span - self.right
        self.conv = nn.Conv1d(inputs, outputs, kernel, stride=stride, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(outputs, momentum=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, rows) -> (batch, outputs, rows / stride)"""
        return self.norm(self.conv(functional.pad(x, (self.left, self.right))))


class Block(nn.Module):
    """Two convolutions and a way round them."""

    def __init__(self, channels: int, kernel: int, dilation: int, dropout: float, rights: tuple[int, int]):
        super().__init__()
        self.first = Conv(channels, channels, kernel, dilation, right=rights[0])
        self.second = Conv(channels, channels, kernel, 1, right=rights[1])
        self.dropout = nn.Dropout1d(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, steps), the same out."""
        y = self.second(functional.relu(self.first(x)))
        return functional.relu(x + self.dropout(y))


class PhoneNet(nn.Module):
    """(batch, rows, 52) -> logits of groups and of sounds."""

    def __init__(self, config: PhoneNetConfig) -> None:
        super().__init__()
        self.config = config
        rights = right_pads(PhoneNetShape.of(self.card_settings()))
        self.front = Conv(INPUTS, config.channels, config.kernel, stride=2)
        self.blocks = nn.ModuleList(
            Block(config.channels, config.kernel, dilation, config.dropout, right)
            for dilation, right in zip(config.dilations, rights, strict=True)
        )
        self.groups = nn.Conv1d(config.channels, 2 * len(GROUPS), 1)
        self.sounds = nn.Conv1d(config.channels, 2 * len(INVENTORY), 1)

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (batch, rows, 21) and (batch, rows, 53)."""
        return self.heads(self.normalised(rows))

    def normalised(self, rows: Tensor) -> Tensor:
        """Input less its local mean, scaled to about one."""
        x = rows - local_means(rows, self.config.mean_reach, self.config.look_ahead is not None)
        scale = torch.ones(INPUTS, device=rows.device)
        scale[:MELS], scale[MELS:] = MEL_SCALE, CENTROID_SCALE
        return x * scale

    def heads(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """From normalised input, which may have masks in it."""
        count = x.shape[1]
        h = functional.relu(self.front(functional.pad(x, (0, 0, 0, count % 2)).transpose(1, 2)))
        for block in self.blocks:
            h = block(h)

        def unfold(logits: Tensor, width: int) -> Tensor:
            batch, _, steps = logits.shape
            return logits.transpose(1, 2).reshape(batch, steps * 2, width)[:, :count].float()

        return unfold(self.groups(h), len(GROUPS)), unfold(self.sounds(h), len(INVENTORY))

    def card_settings(self) -> dict[str, Any]:
        """What the inference side must know of the shape."""
        return asdict(self.config) | {"dilations": list(self.config.dilations)}


def folded(network: PhoneNet) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Weights with normalisation folded in: name.weight (kernel, inputs, outputs) and name.bias."""
    out: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}

    def put(name: str, weight: Tensor, bias: Tensor) -> None:
        out[f"{name}.weight"] = np.ascontiguousarray(
            weight.detach().permute(2, 1, 0).numpy(), dtype=np.float32
        )
        out[f"{name}.bias"] = np.ascontiguousarray(bias.detach().numpy(), dtype=np.float32)

    def fold(name: str, layer: Conv) -> None:
        norm = layer.norm
        assert norm.running_mean is not None and norm.running_var is not None
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        put(name, layer.conv.weight * scale[:, None, None], norm.bias - norm.running_mean * scale)

    fold("front", network.front)
    for index, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        fold(f"blocks.{index}.first", block.first)
        fold(f"blocks.{index}.second", block.second)
    for name in ("groups", "sounds"):
        head = getattr(network, name)
        put(name, head.weight, head.bias)
    return out
