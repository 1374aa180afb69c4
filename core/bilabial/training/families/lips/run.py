"""The lip-reader for the commands: its sets are folders of clips, ``task.tracks`` the set they are from."""

from __future__ import annotations

import logging
from pathlib import Path

from ....errors import BilabialError
from ....models.card import Card
from ...data.real_face import read_real_face
from ...data.sets import Problems
from ...engine.config import RunConfig
from ..found import Export
from ..portrait.clips import read_clips
from .network import SIZE, LipsConfig
from .task import LipsTask

log = logging.getLogger(__name__)

HEARS = None


def make_task(config: RunConfig, corpus: None, problems: Problems) -> LipsTask:
    settings = dict(config.task)
    tracks = settings.pop("tracks", None)
    if tracks is None:
        raise BilabialError("the lip-reader learns from tracked films: set task.tracks to GRID's folder")
    clips = read_clips([Path(folder) for folder in config.sets], (SIZE[1], SIZE[0]))
    real = {clip.name: clip for clip in read_real_face(Path(tracks), problems)}
    task = LipsTask(clips, real, LipsConfig(**config.network), config.seed, **settings)
    log.info("%d films train, %d measure", len(task.train), len(task.test))
    return task


def export(made: Export) -> Card:
    raise BilabialError("the lip-reader only measures: portrait-tables takes its checkpoint with --lips")
