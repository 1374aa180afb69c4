"""The samples of clips, kept on disk beside their features, for what cannot be done to features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...timing import HOP, SAMPLE_RATE
from .batches import Corpus, read_clip
from .cache import Recipe, Shard, kept_rows
from .sets import Clip, Problems

Floats32 = NDArray[np.float32]

_FADE: Final = SAMPLE_RATE // 500  # where two clips meet: 2 ms, or the join would click


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clip, in rows."""

    clip: str
    start: int
    rows: int


@dataclass(frozen=True, slots=True)
class Sounds:
    """By set, the samples of its clips as float16: 68 dB above what that leaves out, at every level."""

    shards: dict[str, Shard]

    def of(self, pieces: Sequence[Piece], rows: int) -> Floats32:
        """(rows * HOP,) samples of these pieces one behind the other; what they do not fill is nothing."""
        out = np.zeros(rows * HOP, np.float32)
        at = 0
        for piece in pieces:
            shard = self.shards[piece.clip.split("/")[0]]
            first, end = shard.spans[piece.clip]
            begin = first + piece.start * HOP
            part = shard.rows[begin : min(begin + piece.rows * HOP, end), 0].astype(np.float32)
            fade = np.linspace(0, 1, min(_FADE, len(part)), dtype=np.float32)
            part[: len(fade)] *= fade
            part[len(part) - len(fade) :] *= fade[::-1]
            out[at : at + len(part)] = part
            at += piece.rows * HOP
        return out


def kept_sounds(corpus: Corpus, cache: Path, problems: Problems) -> Sounds:
    """The samples of every clip that a run trains on, read where the cache does not hold just these."""
    by_set: dict[str, list[Clip]] = {}
    for name, clip in corpus.clips.items():
        if clip.split == "train" and name in corpus.phones:
            by_set.setdefault(name.split("/")[0], []).append(clip)
    return Sounds({name: _shard(name, clips, cache, problems) for name, clips in by_set.items()})


def _shard(name: str, clips: Sequence[Clip], cache: Path, problems: Problems) -> Shard:
    recipe = Recipe(
        f"{name}-samples", 1, ("timing",), lambda clip: read_clip(clip)[:, None], "cannot be read"
    )
    return kept_rows(recipe, clips, cache, problems, lambda: None)
