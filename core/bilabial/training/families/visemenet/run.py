"""VisemeNet for the commands: its task from a configuration, its model folder from a checkpoint."""

from __future__ import annotations

from dataclasses import replace

from ....models.card import Card
from ..found import Export
from .task import make_visemenet_task as make_task

__all__ = ["HEARS", "export", "make_task"]

HEARS = "features-65"


def export(made: Export) -> Card:
    from .export import export_visemenet

    joint = replace(made.config, task=made.config.task | {"stage": "joint"})
    task = made.task(joint)  # its held-out clips are what the thresholds are fitted on
    return export_visemenet(
        made.checkpoint, made.folder, made.version, task, made.owed, made.golden, made.scores
    )
