"""PhoneNet for the commands: its task from a configuration, its model folder from a checkpoint."""

from __future__ import annotations

from pathlib import Path

from ....models.card import Card
from ...data.batches import Corpus
from ...data.sets import Problems
from ...engine.config import RunConfig
from ..found import Export
from .network import PhoneNetConfig
from .task import PhoneNetTask

HEARS = "features-65"


def make_task(config: RunConfig, corpus: Corpus, problems: Problems) -> PhoneNetTask:
    network = PhoneNetConfig(**config.network)
    settings = dict(config.task)
    if "teacher" in settings:
        from ....models.store import load_model
        from ...teach.listening import listen

        teacher, only = load_model(settings.pop("teacher")), settings.pop("teacher_sets", None)
        settings["heard"] = listen(corpus, teacher, Path(config.cache), problems, only)
    return PhoneNetTask(corpus, network, config.sampler, config.augmentation, config.seed, **settings)


def export(made: Export) -> Card:
    from .export import export as write

    return write(made.checkpoint, made.folder, made.version, made.owed, made.golden, made.scores)
