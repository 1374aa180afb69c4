"""The lip-reader in torch: pictures of the mouth through time to words; mouth and eyes to how far they open.

It reads aligned frames of 48 x 64 (larger ones are shrunk to that), grey, each beside the two about it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .grammar import WORDS

SIZE = (64, 48)  # height and width that are read
_MOUTH = (slice(36, 60), slice(8, 40))
_EYES = (slice(14, 30), slice(4, 44))
GAUGES = ("gap", "width", "lids")  # in distances of the eyes


@dataclass(frozen=True, slots=True)
class LipsConfig:
    channels: int = 16
    features: int = 96
    memory: int = 96


class Lips(nn.Module):
    def __init__(self, config: LipsConfig) -> None:
        super().__init__()
        self.config = config
        self.mouth = _Eye(config, 24 * 32)
        self.eyes = _Eye(config, 16 * 40)
        self.memory = nn.GRU(
            config.features, config.memory, 2, batch_first=True, bidirectional=True, dropout=0.2
        )
        self.words = nn.Linear(2 * config.memory, len(WORDS) + 1)
        self.lip_gauges = nn.Linear(config.features, 2)
        self.lid_gauge = nn.Linear(config.features, 1)

    def card_settings(self) -> dict[str, Any]:
        return asdict(self.config)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """(b, t, h, w) grey, about 0, sd about 1 -> word logits (b, t, 52), standardised gauges (b, t, 3)."""
        seen = self.mouth(frames[:, :, *_MOUTH])
        states, _ = self.memory(functional.dropout(seen, 0.3, self.training))
        gauges = torch.cat((self.lip_gauges(seen), self.lid_gauge(self.eyes(frames[:, :, *_EYES]))), dim=2)
        return self.words(states), gauges


class _Eye(nn.Module):
    """A part of the face, each frame beside its neighbours, to features."""

    def __init__(self, config: LipsConfig, pixels: int) -> None:
        super().__init__()
        sizes = (3, config.channels, 2 * config.channels, 3 * config.channels)
        layers: list[nn.Module] = []
        for a, b in pairwise(sizes):
            layers += [nn.Conv2d(a, b, 3, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.last = nn.Linear(sizes[-1] * pixels // 64, config.features)

    def forward(self, part: Tensor) -> Tensor:
        batch, time = part.shape[:2]
        beside = torch.cat((part[:, :1], part, part[:, -1:]), dim=1)
        three = torch.stack((beside[:, :-2], beside[:, 1:-1], beside[:, 2:]), dim=2).flatten(0, 1)
        return torch.relu(self.last(self.layers(three).flatten(1))).reshape(batch, time, -1)
