"""The ear for the commands: its task from a configuration, its model folder from a checkpoint."""

from __future__ import annotations

from ....models.card import Card
from ...data.batches import Corpus
from ...data.sets import Problems
from ...engine.config import RunConfig
from ..found import Export
from .network import EarConfig
from .task import EarTask

HEARS = "log-mel-80"


def make_task(config: RunConfig, corpus: Corpus, problems: Problems) -> EarTask:
    return EarTask(corpus, EarConfig(**config.network), config.sampler, config.seed, **config.task)


def export(made: Export) -> Card:
    from .export import export as write

    return write(made.checkpoint, made.folder, made.version, made.owed, made.golden, made.scores)
