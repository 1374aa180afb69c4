"""The lip-reader as a task: words frame by frame where they are said, and how far lips and lids open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ...data.real_face import RealClip
from ...engine.players import ALONE, Player
from ..portrait.clips import FaceClip, FaceClips
from .clip import LipClip
from .grammar import class_of
from .network import Lips, LipsConfig
from .reading import grey, read_film

_PLAYERS = (ALONE,)
_SHIFT = 1  # pixels by which training films are laid aside
_GAUGES_COUNT = 0.5  # of the loss of words


def lip_clip(clip: FaceClip, real: RealClip) -> LipClip:
    """A packed film with what its tracks and its words' times tell."""
    count = min(len(clip.frames), len(real.points))
    words = np.zeros(count, np.int64)
    for word in real.words:
        inside = (real.times[:count] >= word.start) & (real.times[:count] < word.end)
        words[inside] = class_of(word.text)
    gauges = np.stack((*real.mouth(), real.lids()), axis=1)[:count].astype(np.float32)
    gauges[~real.ok[:count]] = np.nan
    return LipClip(grey(clip.frames[:count]), words, gauges, tuple(word.text for word in real.words))


class LipsTask:
    name = "lips"
    stage = "lips"
    players: tuple[Player, ...] = _PLAYERS

    def __init__(
        self, clips: FaceClips, real: Mapping[str, RealClip], config: LipsConfig, seed: int, batch: int = 12,
        measured: int = 24,
    ) -> None:  # fmt: skip
        torch.manual_seed(seed)
        self.network = Lips(config)
        self.seed, self.size, self.measured = seed, batch, measured
        self.train = self._ready(clips.train, real)
        self.test = self._ready(clips.test, real)
        told = np.concatenate([clip.gauges for clip in self.train])
        self.network.register_buffer("middle", torch.from_numpy(np.nanmean(told, axis=0)))
        self.network.register_buffer("spread", torch.from_numpy(np.nanstd(told, axis=0)))

    @staticmethod
    def _ready(clips: Sequence[FaceClip], real: Mapping[str, RealClip]) -> list[LipClip]:
        """The clips of which words and tracks are known."""
        return [
            lip_clip(clip, real[clip.name]) for clip in clips if clip.name in real and real[clip.name].words
        ]

    def settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = self.network.card_settings()
        return settings

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        return weights if settings == self.settings() else None

    def batch(self, step: int) -> dict[str, Any]:
        random = np.random.default_rng((self.seed, step))
        chosen = [self.train[int(i)] for i in random.integers(0, len(self.train), self.size)]
        count = min(len(clip.frames) for clip in chosen)
        frames = [self._worn(clip.frames[:count], random) for clip in chosen]
        return {
            "frames": torch.from_numpy(np.stack(frames)),
            "words": torch.from_numpy(np.stack([clip.words[:count] for clip in chosen])),
            "gauges": torch.from_numpy(np.stack([clip.gauges[:count] for clip in chosen])),
        }

    @staticmethod
    def _worn(frames: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
        """Laid aside, mirrored, darker or paler, blurred: what is read must not hang on a pixel."""
        down, across = random.integers(-_SHIFT, _SHIFT + 1, 2)
        out = np.roll(frames, (down, across), axis=(1, 2))
        if random.integers(2):
            out = out[:, :, ::-1]
        if random.uniform() < 0.3:
            out = np.asarray((np.roll(out, 1, 2) + 2 * out + np.roll(out, -1, 2)) / 4, np.float32)
        noise = random.normal(0, 0.05, out.shape)
        return np.asarray(out * random.uniform(0.8, 1.2) + random.normal(0, 0.1) + noise, np.float32)

    def loss(self, batch: dict[str, Any], player: Player = ALONE) -> dict[str, Tensor]:
        logits, gauges = self.network(batch["frames"])
        words = functional.cross_entropy(logits.flatten(0, 1), batch["words"].flatten())
        wanted = (batch["gauges"] - self.network.middle) / self.network.spread
        known = torch.isfinite(wanted)
        off = (gauges - torch.where(known, wanted, 0.0))[known].square().mean()
        return {"loss": words + _GAUGES_COUNT * off, "words": words, "gauges": off}

    def measure(self, network: nn.Module) -> dict[str, float]:
        """Words wrong, and r of each gauge, on the held-out clips."""
        from .reading import scores

        return scores([read_film(network, c.frames) for c in self.test[: self.measured]], self.test)
