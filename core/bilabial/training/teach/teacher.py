"""The curves that VisemeNet learns from: the procedural model's, solved from each clip's phones and sound.

They are solved once for every clip and speed and kept on disk beside the features. At another speed the
phones and the prosody are those of speed 1, stretched: solving anew keeps the model's own times (an onset is
120 ms at any speed).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...audio.prosody import Prosody, prosody
from ...controls import CONTROLS
from ...phonemes.track import PhoneTrack
from ...solve.jali.solve import solve
from ..data.batches import Corpus, Floats32, read_clip
from ..data.cache import Recipe, Shard, kept_rows
from ..data.sets import Clip, Problems

log = logging.getLogger(__name__)

Curves = Mapping[tuple[str, float], Shard]  # by set and speed; rows are (n, 31) in CONTROLS order


def teach(
    corpus: Corpus, cache: Path, problems: Problems, progress: Callable[[str], None] = log.info
) -> Curves:
    """The teacher's curves of every labelled clip, computed where the cache does not hold them yet."""
    return {
        (name, speed): _shard(corpus, name, speed, cache, problems, progress)
        for name, speed in sorted(corpus.shards)
    }


def curves_of(curves: Curves, name: str, speed: float = 1.0) -> Floats32 | None:
    """(rows, 31) of a clip; None where the teacher had nothing to say."""
    shard = curves[(name.split("/")[0], speed)]
    if name not in shard.spans:
        return None
    start, end = shard.spans[name]
    return np.asarray(shard.rows[start:end], dtype=np.float32)


def solve_at_speed(phones: PhoneTrack, sound: Prosody, rows: int, speed: float) -> Floats32:
    """(rows, 31) for phones and prosody of speed 1, played ``speed`` times as fast."""
    fast = PhoneTrack.of(replace(phone, start=phone.start / speed, end=phone.end / speed) for phone in phones)
    at = np.minimum(np.round(np.arange(rows) * speed).astype(np.int64), len(sound) - 1)
    stretched = Prosody(sound.intensity_db[at], sound.pitch_hz[at] * np.float32(speed), sound.high_db[at])
    return solve(fast, stretched)


def _shard(
    corpus: Corpus,
    name: str,
    speed: float,
    cache: Path,
    problems: Problems,
    progress: Callable[[str], None],
) -> Shard:
    members = [clip for clip in corpus.clips.values() if clip.name.split("/")[0] == name]
    members = [
        clip for clip in members if clip.name in corpus.phones and clip.name in _spans(corpus, name, speed)
    ]

    def rows(clip: Clip) -> Floats32:
        count = len(corpus.compact_rows(clip.name, speed))
        return solve_at_speed(corpus.phones[clip.name], prosody(read_clip(clip)), count, speed)

    recipe = Recipe(
        f"{name}-{round(100 * speed)}-teacher",
        len(CONTROLS),
        ("solve/jali", "audio/prosody", "controls", "timing", "training/teach/teacher"),
        rows,
        "has no teacher",
        lambda clip: f"{corpus.phones[clip.name]} {len(corpus.compact_rows(clip.name, speed))}",
    )
    told = f"solving the teacher's curves of {name} at speed {speed:g}"
    return kept_rows(recipe, members, cache, problems, lambda: progress(told))


def _spans(corpus: Corpus, name: str, speed: float) -> Mapping[str, tuple[int, int]]:
    return corpus.shards[(name, speed)].spans
