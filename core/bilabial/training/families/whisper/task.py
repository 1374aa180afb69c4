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

from ....audio.logmel import SILENCE as LEAST
from ....audio.logmel import log_mel
from ....controls import SILENCE
from ....errors import BilabialError
from ....models.card import Card
from ....models.families.whisper.network import levelled
from ....phonemes.inventory import INDEX
from ....timing import HOP
from ...data.batches import Corpus, SamplerOptions
from ...data.sounds import Sounds
from ...engine.players import ALONE, Player
from ..phones import SILENT, RowsRight, loss_of_rows, measured_clips
from . import augment, places
from .augment import MelAugmentOptions
from .crops import NOBODY, Crops
from .network import ENCODER, Ear, EarConfig, load_encoder, use_numpy_products
from .places import PlaceOptions
from .start import config_of, taken_up

Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

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
        sounds: Sounds | None = None,
        sample_share: float = 0.0,
        places: Mapping[str, Any] | None = None,
        encoder_pace: float = 0.18,
        sound_weight: float = 0.5,
        smoothing: float = 0.05,
        numpy_products: bool = False,
        measured: Sequence[str] = ("tune", "dev"),
    ) -> None:
        """``encoder``: whose weights to begin with. ``lengths``: rows of crops, and how often each is drawn;
        a batch has ``sampler.rows * sampler.batch`` rows whatever the length. ``encoder_pace``: learning rate
        of Whisper's part, times the head's. ``sample_share`` of the crops have their surroundings made of
        samples (``places``), the others on band energies (``surroundings``).
        """
        if sample_share and sounds is None:
            raise BilabialError("sample_share needs the clips' samples: name sets of sound, or set it to 0")
        torch.manual_seed(seed)
        self.network = Ear(config)
        if encoder is not None:
            load_encoder(self.network, Path(encoder))
        if numpy_products:
            use_numpy_products(self.network)
        self.corpus, self.crops = corpus, Crops(corpus, sampler, by_hand)
        self.voices = Crops(corpus, sampler, by_hand, lambda speaker: not speaker.startswith(NOBODY))
        quiet = any(clip.speaker.startswith(NOBODY) for clip in corpus.clips.values())
        alike = replace(sampler, set_weights={})  # under speech such sounds may lie that no crop shows alone
        self.beds = (
            Crops(corpus, alike, by_hand, lambda speaker: speaker.startswith(NOBODY)) if quiet else None
        )
        self.sounds, self.sample_share = sounds, sample_share
        self.rows = sampler.rows * sampler.batch
        drawn = {int(rows): share for rows, share in (lengths or {str(sampler.rows): 1.0}).items()}
        self.lengths, shares = list(drawn), np.array(list(drawn.values()), dtype=np.float64)
        self.length_shares = shares / shares.sum()
        self.surroundings = MelAugmentOptions(**_ranges(surroundings))
        self.places = PlaceOptions(**_ranges(places))
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
        count = max(2, round(self.rows / rows))
        by_samples = random.random(count) < self.sample_share
        drawn = [self._worn(random, rows) if one else self._spoiled(random, rows) for one in by_samples]
        level = np.stack([levelled(mel) for mel, _ in drawn])
        targets = np.stack([labels for _, labels in drawn])
        for one in level:
            augment.masked(one, random, self.surroundings)
        begin = int(random.integers(0, _LATEST)) if random.random() < 0.6 else 0
        return {"mel": level, "groups": targets[..., 0], "sounds": targets[..., 1], "begin": begin}

    def _spoiled(self, random: np.random.Generator, rows: int) -> tuple[Floats32, Integers]:
        """A crop whose surroundings are put onto band energies, and its labels."""
        options = self.surroundings
        tempo = augment.stretched(random, options)
        longer = int(np.ceil(rows * tempo)) + 1
        pieces = self.crops.draw(random, longer)
        targets = augment.labels_at(self.crops.targets(pieces, longer), rows, tempo)
        if random.random() < options.nobody:
            loud = augment.noise(rows, random) * np.float32(10 ** random.uniform(-4, 1))
            targets[:] = (SILENT, INDEX[SILENCE])
            return np.log10(np.maximum(loud, np.float32(1e-10))), targets
        mel = augment.at_tempo(self.crops.mel(pieces, longer), rows, tempo)
        mel = augment.warped(mel, random, options)
        heard = augment.spoiled(mel, lambda: self._mel_of_another(random, rows), random, options)
        return self._perhaps_cut(heard, targets, random)

    def _mel_of_another(self, random: np.random.Generator, rows: int) -> Floats32:
        return self.voices.mel(self.voices.draw(random, rows), rows)

    def _worn(self, random: np.random.Generator, rows: int) -> tuple[Floats32, Integers]:
        """A crop whose surroundings are made of samples, and its labels."""
        assert self.sounds is not None  # __init__ asks for them
        options, sounds, beds = self.places, self.sounds, self.beds
        speed = float(random.uniform(*options.speed_range)) if random.random() < options.speed else 1.0
        longer = int(np.ceil(rows * speed)) + 1
        pieces = self.crops.draw(random, longer)
        targets = augment.labels_at(self.crops.targets(pieces, longer), rows, speed)
        samples = places.sped(sounds.of(pieces, longer), rows * HOP, speed)

        def drawn_from(crops: Crops) -> places.Source:
            return lambda size: sounds.of(crops.draw(random, size // HOP), size // HOP)

        bed = None if beds is None else drawn_from(beds)
        heard = places.placed(samples, drawn_from(self.voices), bed, random, options)
        mel = log_mel(heard)[:rows] + np.float32(random.normal(0, options.gain_sd))
        return self._perhaps_cut(np.maximum(mel, np.float32(LEAST)), targets, random)

    def _perhaps_cut(
        self, mel: Floats32, targets: Integers, random: np.random.Generator
    ) -> tuple[Floats32, Integers]:
        if random.random() < self.surroundings.silence:
            augment.cut(mel, targets[:, 0], targets[:, 1], random)
        return mel, targets

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


def _ranges(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """A configuration's lists as the tuples that options have."""
    return {name: tuple(one) if isinstance(one, list) else one for name, one in (values or {}).items()}
