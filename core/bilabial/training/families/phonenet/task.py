"""PhoneNet as a task for the trainer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...data.augment import AugmentOptions, augment, mask
from ...data.batches import Corpus, Sampler, SamplerOptions
from ...engine.players import ALONE, Player
from ..phones import RowsRight, loss_of_rows, measured_clips
from .network import PhoneNet, PhoneNetConfig


class PhoneNetTask:
    """Cross entropy of groups, and of sounds as a help."""

    name = "phonenet"
    stage = "phones"
    players: tuple[Player, ...] = (ALONE,)

    def __init__(
        self,
        corpus: Corpus,
        config: PhoneNetConfig,
        sampler: SamplerOptions,
        augmentation: AugmentOptions,
        seed: int,
        sound_weight: float = 0.5,
        smoothing: float = 0.05,
        measured: Sequence[str] = ("tune", "dev"),
    ) -> None:
        torch.manual_seed(seed)
        self.network = PhoneNet(config)
        self.corpus = corpus
        self.sampler = Sampler(corpus, sampler, seed)
        self.augmentation = augmentation
        self.seed = seed
        self.sound_weight = sound_weight
        self.smoothing = smoothing
        self.measured = measured

    def settings(self) -> dict[str, Any]:
        return self.network.card_settings()

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """Weights fit whatever the padding is (a live network starts from a whole-clip one), and a deeper
        stack starts as the shallower one does: its further blocks pass on what they get.
        """
        ours = self.settings()
        free = ("look_ahead", "dilations", "dropout")
        shorter = settings["dilations"] == ours["dilations"][: len(settings["dilations"])]
        if not shorter or any(settings[key] != ours[key] for key in ours if key not in free):
            return None
        for block in self.network.blocks[len(settings["dilations"]) :]:
            nn.init.zeros_(block.second.norm.weight)
        return dict(self.network.state_dict()) | weights

    def batch(self, step: int) -> dict[str, Any]:
        """Crops, worn by rooms, microphones and noise."""
        batch = self.sampler.batch(step)
        random = np.random.default_rng((self.seed, step, 1))
        augment(batch, random, self.augmentation)
        keep = np.ones_like(batch["rows"])
        mask(keep, random, self.augmentation)
        batch["keep"] = keep
        return batch

    def loss(self, batch: dict[str, Any], player: Player = ALONE) -> dict[str, Tensor]:
        """Masks go onto the normalised input, where nought is the mean."""
        with torch.no_grad(), torch.autocast(batch["rows"].device.type, enabled=False):
            x = self.network.normalised(batch["rows"]) * batch["keep"]
        groups, sounds = self.network.heads(x)
        return loss_of_rows(groups, sounds, batch, self.sound_weight, self.smoothing)

    def measure(self, network: nn.Module) -> dict[str, float]:
        """Share of non-silent rows in the right group, by split and set."""
        right = RowsRight()
        device = next(network.parameters()).device
        for name, key in measured_clips(self.corpus, tuple(self.measured)):
            rows = torch.from_numpy(np.asarray(self.corpus.compact_rows(name), dtype=np.float32))[None]
            with torch.autocast(device.type, torch.bfloat16):
                groups = network(rows.to(device))[0][0].cpu().numpy()
            right.add(key, groups, self.corpus.targets(name)[0])
        return right.shares()
