"""Tian's network for the commands: its sets are files of faces with sound."""

from __future__ import annotations

from dataclasses import asdict

from ....errors import BilabialError
from ....models.card import Card
from ....models.families.audio2face.shape import Audio2FaceShape
from ...data.face_sets import read_face_sets
from ...data.sets import Problems
from ...engine.config import RunConfig
from ..found import Export
from .task import Audio2FaceTask

HEARS = None


def make_task(config: RunConfig, corpus: None, problems: Problems) -> Audio2FaceTask:
    shape = Audio2FaceShape.of(asdict(Audio2FaceShape()) | config.network)
    return Audio2FaceTask(read_face_sets(config.sets), shape, config.seed, **config.task)


def export(made: Export) -> Card:
    raise BilabialError("a face network's checkpoint is exported by `face-export`")
