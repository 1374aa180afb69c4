"""The ear for the commands: its task from a configuration, its model folder from a checkpoint."""

from __future__ import annotations

from pathlib import Path

from ....models.card import Card
from ...data.batches import Corpus
from ...data.sets import Problems
from ...data.sounds import kept_sounds
from ...engine.config import RunConfig
from ..found import Export
from .network import EarConfig
from .task import EarTask

HEARS = "log-mel-80"


def make_task(config: RunConfig, corpus: Corpus, problems: Problems) -> EarTask:
    sounds = kept_sounds(corpus, Path(config.cache), problems) if config.task.get("sample_share") else None
    network = EarConfig(**config.network)
    return EarTask(corpus, network, config.sampler, config.seed, sounds=sounds, **config.task)


def export(made: Export) -> Card:
    from .export import export as write

    return write(made.checkpoint, made.folder, made.version, made.owed, made.golden, made.scores)
