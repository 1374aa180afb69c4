# SPDX-License-Identifier: GPL-3.0-or-later
"""The loudest and quietest moments of a line's sound, to be drawn: read once, beside the interface."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from ..bilabial.errors import BilabialError
from ..bilabial.timing import SAMPLE_RATE
from . import audio

CELLS = 200  # a second: one a pixel at the zoom in which single sounds are seen
_KEPT = 8  # sounds

Cells = np.ndarray  # (cells, 2) float32: lowest and highest sample, -1..1
_Key = tuple[str, int, int, float, float | None, float]

_known: OrderedDict[_Key, Cells] = OrderedDict()
_asked: set[_Key] = set()
_lock = threading.Lock()


def cells_of(samples: np.ndarray) -> Cells:
    size = SAMPLE_RATE // CELLS
    whole = max(1, -(-len(samples) // size)) * size
    padded = np.zeros(whole, np.float32)
    padded[: len(samples)] = samples
    folded = padded.reshape(-1, size)
    return np.stack([folded.min(axis=1), folded.max(axis=1)], axis=1)


def remember(hearing: audio.Hearing, samples: np.ndarray) -> None:
    """Whoever has the samples already spares the reading."""
    _keep(_key(hearing), cells_of(samples))


def peaks(hearing: audio.Hearing, arrived: Callable[[], None] | None = None) -> Cells | None:
    """The sound's cells; None while they are read, and ``arrived`` is called (in another thread) when they
    are there. A sound that cannot be read has none, for ever.
    """
    key = _key(hearing)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
        if key in _asked:
            return None
        _asked.add(key)

    def read() -> None:
        try:
            _keep(key, cells_of(audio.decode(hearing)))
        except (BilabialError, OSError):
            _keep(key, np.zeros((0, 2), np.float32))
        if arrived is not None:
            arrived()

    threading.Thread(target=read, name="bilabial peaks", daemon=True).start()
    return None


def columns(cells: Cells, start: float, end: float, count: int) -> Cells:
    """(count, 2) of equal parts of a stretch (s); nothing sounds outside the sound."""
    edges = np.linspace(start, end, count + 1) * CELLS
    first = np.floor(edges[:-1]).astype(np.int64)
    last = np.maximum(np.ceil(edges[1:]).astype(np.int64), first + 1)
    out = np.zeros((count, 2), np.float32)
    inside = np.flatnonzero((first >= 0) & (first < len(cells)))
    if not len(inside):
        return out
    bounds = np.stack([first[inside], np.minimum(last[inside], len(cells))], axis=1).reshape(-1)
    padded = np.concatenate([cells, cells[-1:]])  # reduceat wants every bound to be a place
    out[inside, 0] = np.minimum.reduceat(padded[:, 0], bounds)[::2]
    out[inside, 1] = np.maximum.reduceat(padded[:, 1], bounds)[::2]
    return out


def _key(hearing: audio.Hearing) -> _Key:
    try:
        stat = hearing.file.stat()
        when, size = stat.st_mtime_ns, stat.st_size
    except OSError:
        when = size = 0
    return hearing.file.as_posix(), when, size, hearing.skip, hearing.duration, hearing.speed


def _keep(key: _Key, cells: Cells) -> None:
    with _lock:
        _known[key] = cells
        _asked.discard(key)
        while len(_known) > _KEPT:
            _known.popitem(last=False)
