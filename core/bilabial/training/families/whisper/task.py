"""The ear as a task for the trainer: Whisper's encoder and a new head, on crops of many lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....controls import SILENCE
from ....models.card import Card
from ....models.families.whisper.network import levelled
from ....phonemes.inventory import INDEX
from ...data.batches import Corpus, SamplerOptions
from ...engine.players import ALONE, Player
from ..phones import SILENT, RowsRight, loss_of_rows, measured_clips
from . import augment
from .augment import MelAugmentOptions
from .crops import Crops
from .network import ENCODER, Ear, EarConfig, load_encoder, use_numpy_products
from .start import config_of, taken_up

_LATEST = 700  # step of 20 ms that a crop may pretend to begin at: windows begin at 0 and go on from there


class EarTask:
    """Cross entropy of groups and sounds."""

    name = "whisper"
    stage = "phones"
    players: tuple[Player, ...]

    def __init__(
        self,
        corpus: Corpus,
        config: EarConfig,
        sampler: SamplerOptions,
        seed: int,
        encoder: str | None = None,
        by_hand: Sequence[str] = (),
        lengths: Mapping[str, float] | None = None,
        surroundings: Mapping[str, Any] | None = None,
        encoder_pace: float = 0.18,
        sound_weight: float = 0.5,
        smoothing: float = 0.05,
        numpy_products: bool = False,
        measured: Sequence[str] = ("tune", "dev"),
    ) -> None:
        """``encoder``: whose weights to begin with. ``lengths``: rows of crops, and how often each is drawn;
        a batch has ``sampler.rows * sampler.batch`` rows whatever the length. ``encoder_pace``: learning rate
        of Whisper's part, times the head's.
        """
        torch.manual_seed(seed)
        self.network = Ear(config)
        if encoder is not None:
            load_encoder(self.network, Path(encoder))
        if numpy_products:
            use_numpy_products(self.network)
        self.corpus, self.crops = corpus, Crops(corpus, sampler, by_hand)
        self.rows = sampler.rows * sampler.batch
        drawn = {int(rows): share for rows, share in (lengths or {str(sampler.rows): 1.0}).items()}
        self.lengths, shares = list(drawn), np.array(list(drawn.values()), dtype=np.float64)
        self.length_shares = shares / shares.sum()
        options: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in (surroundings or {}).items()
        }
        self.surroundings = MelAugmentOptions(**options)
        self.seed = seed
        # What Whisper knows is moved slowly.
        self.players = (replace(ALONE, paces=tuple((part, encoder_pace) for part in ENCODER)),)
        self.sound_weight, self.smoothing, self.measured = sound_weight, smoothing, measured

    def settings(self) -> dict[str, Any]:
        return self.network.card_settings()

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """Another run's ear of the same size goes on as it is."""
        return weights if settings == self.settings() else None

    def adopt_model(self, card: Card, weights: Mapping[str, NDArray[Any]]) -> dict[str, Tensor] | None:
        """A shipped ear of the same size."""
        if card.architecture != self.name:
            return None
        theirs = config_of(card.config)
        if replace(theirs, dropout=0.0, window=0) != replace(self.network.config, dropout=0.0, window=0):
            return None
        return taken_up(theirs, weights)

    def batch(self, step: int) -> dict[str, Any]:
        """Crops in other surroundings, scaled as a sound is when the ear runs."""
        random = np.random.default_rng((self.seed, step))
        rows = self.lengths[int(random.choice(len(self.lengths), p=self.length_shares))]
        options = self.surroundings
        crops = []
        for _ in range(max(2, round(self.rows / rows))):
            tempo = augment.stretched(random, options)
            mel, labels = self.crops.draw(random, int(np.ceil(rows * tempo)) + 1)
            mel, labels = augment.at_tempo(mel, labels, rows, tempo)
            crops.append((augment.warped(mel, random, options), labels))
        mels = [mel for mel, _ in crops]
        level = np.empty((len(crops), rows, mels[0].shape[1]), np.float32)
        targets = np.stack([labels for _, labels in crops])
        for index, mel in enumerate(mels):
            if random.random() < options.nobody:
                loud = augment.noise(rows, random) * np.float32(10 ** random.uniform(-4, 1))
                heard = np.log10(np.maximum(loud, np.float32(1e-10)))
                targets[index] = (SILENT, INDEX[SILENCE])
            else:
                heard = augment.spoiled(mel, mels, random, options)
                if random.random() < options.silence:
                    augment.cut(heard, targets[index, :, 0], targets[index, :, 1], random)
            level[index] = levelled(heard)
            augment.masked(level[index], random, options)
        begin = int(random.integers(0, _LATEST)) if random.random() < 0.6 else 0
        return {"mel": level, "groups": targets[..., 0], "sounds": targets[..., 1], "begin": begin}

    def loss(self, batch: dict[str, Any], player: Player = ALONE) -> dict[str, Tensor]:
        groups, sounds = self.network(batch["mel"], batch["begin"])
        return loss_of_rows(groups.float(), sounds.float(), batch, self.sound_weight, self.smoothing)

    def measure(self, network: nn.Module) -> dict[str, float]:
        """Share of spoken rows in the right group, by split and set."""
        right = RowsRight()
        device = next(network.parameters()).device
        for name, key in measured_clips(self.corpus, tuple(self.measured)):
            level = levelled(np.asarray(self.corpus.compact_rows(name), dtype=np.float32))
            level = level[: min(len(level), 2 * self.network.positions.shape[0]) // 2 * 2]
            groups = network(torch.from_numpy(level)[None].to(device))[0][0].float().cpu().numpy()
            right.add(key, groups, self.crops.labels(name)[: len(groups), 0])
        return right.shares()
