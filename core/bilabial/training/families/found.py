"""Families of networks as training meets them: each folder with a ``run.py``, found by its name.

A family says what it HEARS (a name of audio.hearings; None where it learns from something else than sets of
speech), makes its task with ``make_task``, and, where its checkpoints become models, has ``export``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from ...errors import BilabialError
from ...models.card import Card, DataCredit
from ..data.batches import Corpus
from ..data.sets import Problems
from ..engine.config import RunConfig


@dataclass(frozen=True, slots=True)
class Export:
    """What a model folder is made from."""

    checkpoint: Path
    folder: Path
    version: str
    config: RunConfig
    owed: tuple[DataCredit, ...]
    golden: NDArray[np.float32]  # rows of what the family hears
    scores: Mapping[str, Any]
    task: Callable[[RunConfig], Any]  # the run's task, with everything that it was trained on


class Family(Protocol):
    HEARS: str | None

    def make_task(self, config: RunConfig, corpus: Corpus | None, problems: Problems) -> Any: ...

    def export(self, made: Export) -> Card: ...


def names() -> list[str]:
    from .. import families

    return sorted(path.parent.name for home in families.__path__ for path in Path(home).glob("*/run.py"))


def family(name: str) -> Family:
    """A family by the name that a configuration calls its architecture."""
    if name not in names():  # asked first: a configuration's words are never a path
        raise BilabialError(f"there is no architecture {name!r} to train: use one of {', '.join(names())}")
    return cast(Family, import_module(f".{name}.run", __package__))
