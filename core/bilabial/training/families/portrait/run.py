"""The talking portrait for the commands: its sets are folders of clips of faces."""

from __future__ import annotations

import logging
from pathlib import Path

from ....errors import BilabialError
from ....models.card import Card
from ...data.sets import Problems
from ...engine.config import RunConfig
from ..found import Export
from .clips import read_clips
from .network import PortraitConfig
from .task import PortraitTask

log = logging.getLogger(__name__)

HEARS = None


def make_task(config: RunConfig, corpus: None, problems: Problems) -> PortraitTask:
    network = PortraitConfig(**config.network)
    clips = read_clips([Path(folder) for folder in config.sets], (network.width, network.height))
    log.info("%d clips train, %d measure", len(clips.train), len(clips.test))
    return PortraitTask(clips, network, config.seed, **config.task)


def export(made: Export) -> Card:
    raise BilabialError("a portrait's checkpoint is exported by `portrait-export`")
