"""PhoneNet as a task for the trainer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....models.card import Card
from ...data.augment import AugmentOptions, augment, mask
from ...data.batches import Corpus, Sampler, SamplerOptions
from ...engine.players import ALONE, Player
from ...teach.listening import Heard, told_in
from ..phones import RowsRight, loss_of_heard, loss_of_rows, measured_clips
from .network import PhoneNet, PhoneNetConfig
from .start import config_of, unfolded


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
        heard: Heard | None = None,
        heard_share: float = 0.7,
    ) -> None:
        """``heard``: what a teacher hears in the clips, and its share of the loss where it is known."""
        torch.manual_seed(seed)
        self.network = PhoneNet(config)
        self.corpus = corpus
        self.sampler = Sampler(corpus, sampler, seed)
        self.augmentation = augmentation
        self.seed = seed
        self.sound_weight = sound_weight
        self.smoothing = smoothing
        self.measured = measured
        self.heard, self.heard_share = heard, heard_share

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

    def adopt_model(self, card: Card, weights: Mapping[str, NDArray[Any]]) -> dict[str, Tensor] | None:
        """A shipped network, its normalisation taken up again."""
        if card.architecture != self.name:
            return None
        adopted = PhoneNet(config_of(card.config))
        unfolded(adopted, weights, [torch.from_numpy(self.sampler.batch(step)["rows"]) for step in range(2)])
        return self.adopt(dict(adopted.state_dict()), adopted.card_settings(), self.stage)

    def batch(self, step: int) -> dict[str, Any]:
        """Crops, worn by rooms, microphones and noise."""
        batch = self.sampler.batch(step)
        labelled = batch["groups"].copy()
        random = np.random.default_rng((self.seed, step, 1))
        augment(batch, random, self.augmentation)
        keep = np.ones_like(batch["rows"])
        mask(keep, random, self.augmentation)
        batch["keep"] = keep
        if self.heard is not None:
            batch["heard"], known = told_in(batch["crops"], self.heard, labelled.shape)
            batch["told"] = known & (batch["groups"] == labelled)  # not where the sound was cut away
        return batch

    def loss(self, batch: dict[str, Any], player: Player = ALONE) -> dict[str, Tensor]:
        """Masks go onto the normalised input, where nought is the mean."""
        with torch.no_grad(), torch.autocast(batch["rows"].device.type, enabled=False):
            x = self.network.normalised(batch["rows"]) * batch["keep"]
        groups, sounds = self.network.heads(x)
        parts = loss_of_rows(groups, sounds, batch, self.sound_weight, self.smoothing)
        if self.heard is None:
            return parts
        told = loss_of_heard(groups, sounds, batch, self.sound_weight)
        share = self.heard_share
        return parts | {"loss": (1 - share) * parts["loss"] + share * told, "heard": told}

    def measure(self, network: nn.Module) -> dict[str, float]:
        """Share of non-silent rows in the right group, by split and set."""
        right = RowsRight()
        device = next(network.parameters()).device
        for name, key in measured_clips(self.corpus, tuple(self.measured)):
            rows = torch.from_numpy(np.asarray(self.corpus.compact_rows(name), dtype=np.float32))[None]
            with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
                groups = network(rows.to(device))[0][0].cpu().numpy()
            right.add(key, groups, self.corpus.targets(name)[0])
        return right.shares()
