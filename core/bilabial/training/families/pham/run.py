"""Pham's network for the commands: its sets are files of faces with sound."""

from __future__ import annotations

from dataclasses import asdict

from ....errors import BilabialError
from ....models.card import Card
from ....models.families.pham.shape import PhamShape
from ...data.face_sets import read_face_sets
from ...data.sets import Problems
from ...engine.config import RunConfig
from ..found import Export
from .task import PhamTask

HEARS = None


def make_task(config: RunConfig, corpus: None, problems: Problems) -> PhamTask:
    shape = PhamShape.of(asdict(PhamShape()) | config.network)
    return PhamTask(read_face_sets(config.sets), shape, config.seed, **config.task)


def export(made: Export) -> Card:
    raise BilabialError("a face network's checkpoint is exported by `face-export`")
