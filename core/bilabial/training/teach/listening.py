"""What a better ear hears in each clip: the soft targets that a smaller network learns from.

The teacher hears the clip as it was recorded, once, whole; the pupil hears it spoilt and, live, with little
of what comes after. Probabilities say more than labels (what else it might be, and how surely), and they are
there for clips whose text nobody could lay along them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...audio.hearings import rows_of
from ...controls import GROUPS
from ...models.store import Model
from ...phonemes.inventory import INVENTORY
from ..data.batches import Corpus, Floats32, read_clip
from ..data.cache import Recipe, Shard, kept_rows
from ..data.sets import Clip, Problems

log = logging.getLogger(__name__)

Heard = Mapping[str, Shard]  # by set; rows are (n, GROUPS then INVENTORY)
COLUMNS: Final = len(GROUPS) + len(INVENTORY)


def listen(
    corpus: Corpus,
    teacher: Model,
    cache: Path,
    problems: Problems,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] = log.info,
) -> Heard:
    """What the teacher hears in every clip to train on (of these sets), computed where the cache does not
    hold it yet.
    """
    by_set: dict[str, list[Clip]] = {}
    for clip in corpus.clips.values():
        name = clip.name.split("/")[0]
        if clip.split == "train" and (only is None or name in only):
            by_set.setdefault(name, []).append(clip)
    return {name: _shard(name, clips, teacher, cache, problems, progress) for name, clips in by_set.items()}


def recipe_of(name: str, teacher: Model) -> Recipe:
    """How a set is heard."""

    def rows(clip: Clip) -> Floats32:
        heard = rows_of(read_clip(clip), teacher.network.hears)
        return np.concatenate(teacher.sounds(heard), axis=1)

    weights = ",".join(f"{name}={value}" for name, value in sorted(teacher.card.hashes.items()))
    return Recipe(
        f"{name}-heard-by-{teacher.card.name}",
        COLUMNS,
        ("audio/hearings", "audio/logmel", "audio/features", "models/families", "timing"),
        rows,
        "cannot be heard",
        lambda clip: weights,
    )


def _shard(
    name: str, clips: Sequence[Clip], teacher: Model, cache: Path, problems: Problems,
    progress: Callable[[str], None],
) -> Shard:  # fmt: skip
    told = f"{teacher.card.name} listens to {name}"
    return kept_rows(recipe_of(name, teacher), clips, cache, problems, lambda: progress(told))


def told_in(
    crops: Sequence[tuple[int, int, str, float, int, int]], heard: Heard, shape: tuple[int, int]
) -> tuple[Floats32, NDArray[np.bool_]]:
    """Targets (batch, rows, columns) of a sampler's crops, and which rows have any. At another speed a row
    is told what the nearest one at speed 1 holds.
    """
    targets = np.zeros((*shape, COLUMNS), np.float32)
    known = np.zeros(shape, bool)
    for index, at, name, speed, start, take in crops:
        shard = heard.get(name.split("/")[0])
        if shard is None or name not in shard.spans:
            continue
        first, last = shard.spans[name]
        places = np.minimum(np.round((start + np.arange(take)) * speed).astype(np.int64), last - first - 1)
        targets[index, at : at + take] = shard.rows[first + places]
        known[index, at : at + take] = True
    return targets, known
