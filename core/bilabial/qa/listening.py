"""What the checks want to know of a sound: prosody, what the ear hears, flat tops and holes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..audio.listening import listen
from ..audio.reading import read_blocks, source_blocks
from ..models.store import Model
from ..timing import SAMPLE_RATE
from .limits import CLIPPED, CLIPPED_RUN, DROPOUT_S
from .subject import Heard, Span, runs

Floats32 = NDArray[np.float32]

_JOINED_S = 0.1  # flat tops nearer than this are one finding


def hear_file(
    sound: Path, model: Model | None, told: Callable[[float], None] = lambda seconds: None
) -> Heard:
    """``told`` hears the seconds that were listened to; it may raise Cancelled."""
    clipped, dropped = faults(source_blocks(sound))
    return _heard(read_blocks(sound), str(sound), model, told, clipped, dropped)


def hear_samples(samples: Floats32, name: str, model: Model | None) -> Heard:
    """16 kHz mono samples that a host has decoded."""
    clipped, dropped = faults([(SAMPLE_RATE, samples[:, None])])
    return _heard([samples], name, model, lambda seconds: None, clipped, dropped)


def _heard(
    blocks: Iterable[Floats32],
    name: str,
    model: Model | None,
    told: Callable[[float], None],
    clipped: tuple[Span, ...],
    dropped: tuple[Span, ...],
) -> Heard:
    heard = listen(blocks, name, None if model is None else model.network.hears, told)
    groups = None
    if model is not None and heard.features is not None:
        groups = model.groups(heard.features)
    return Heard(heard.prosody, groups, clipped, dropped)


def faults(blocks: Iterable[tuple[int, Floats32]]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Flat tops and stretches of digital silence in (rate, (samples, channels)) blocks."""
    clipped: list[Span] = []
    dropped: list[Span] = []
    at = 0
    for rate, block in blocks:
        start = at / rate
        flat = np.asarray((np.abs(block) >= CLIPPED).any(axis=1))
        clipped += _spans(flat, rate, start, CLIPPED_RUN)
        dropped += _spans(np.asarray(~block.any(axis=1)), rate, start, round(DROPOUT_S * rate))
        at += len(block)
    return tuple(_joined(clipped, _JOINED_S)), tuple(_joined(dropped, 0.0))


def _spans(mask: NDArray[np.bool_], rate: int, start: float, least: int) -> Iterator[Span]:
    for first, stop in runs(mask):
        if stop - first >= least:
            yield start + first / rate, start + stop / rate


def _joined(spans: list[Span], gap: float) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
