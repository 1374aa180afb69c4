"""Milliseconds a frame of the networks that draw a face, in numpy on one core: hearing, and the network."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...audio.hearings import SAMPLES, rows_of
from ...audio.sample_rows import as_samples
from ...errors import BilabialError
from ...models.families.audio2face.network import Audio2Face
from ...models.families.audio2face.shape import WINDOW
from ...models.families.pham.network import Pham
from ...models.families.pham.shape import AROUND, STEP
from ...models.families.pham.spectrogram import FRAMES_A_SECOND, LEAD, columns
from ...timing import SAMPLE_RATE

T = TypeVar("T")

_SEQUENCES, _SECONDS = 10, 5.0  # as Tian measured
_PADDING = 2 * SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Speed:
    name: str
    frames_a_second: float
    hearing: float  # milliseconds a frame: cepstra or columns
    network: float
    frames: int


def speeds(networks: Sequence[tuple[str, Any]], sound: NDArray[np.float32]) -> list[Speed]:
    """Each network, with its name, over the same ten stretches of a sound; Tian's as printed as well."""
    step = max(1, (len(sound) - round(_SECONDS * SAMPLE_RATE)) // _SEQUENCES)
    clips = [sound[i * step :][: round(_SECONDS * SAMPLE_RATE)] for i in range(_SEQUENCES)]
    found = []
    for name, network in networks:
        if isinstance(network, Audio2Face):
            found.append(_tian(network, name, clips))
            printed = Audio2Face.__new__(Audio2Face)
            printed.__dict__ |= network.__dict__ | {"shape": replace(network.shape, memory=WINDOW)}
            found.append(_tian(printed, f"{name}, memories anew in each window", clips[:2]))
        elif isinstance(network, Pham):
            found.append(_pham(network, name, clips))
        else:
            raise BilabialError(f"model {name!r} draws no whole face: choose another one")
    return found


def _tian(network: Audio2Face, name: str, clips: Sequence[NDArray[np.float32]]) -> Speed:
    rows = [rows_of(clip, SAMPLES) for clip in clips]
    counts = [round(len(clip) / SAMPLE_RATE * 30) for clip in clips]
    network.frames(network.heard(rows[0], counts[0]))  # warms what loads once
    heard, hearing = _timed(lambda: [network.heard(r, n) for r, n in zip(rows, counts, strict=True)])
    _, telling = _timed(lambda: [network.frames(x) for x in heard])
    return _speed(name, 30.0, hearing, telling, sum(counts))


def _pham(network: Pham, name: str, clips: Sequence[NDArray[np.float32]]) -> Speed:
    counts = [round(len(clip) / SAMPLE_RATE * FRAMES_A_SECOND) for clip in clips]
    sounds = [as_samples(rows_of(clip, SAMPLES), LEAD, _PADDING) for clip in clips]
    network.frames(sounds[0], LEAD, counts[0])
    _, hearing = _timed(
        lambda: [columns(s, LEAD, n * STEP + AROUND) for s, n in zip(sounds, counts, strict=True)]
    )
    _, both = _timed(lambda: [network.frames(s, LEAD, n) for s, n in zip(sounds, counts, strict=True)])
    return _speed(name, FRAMES_A_SECOND, hearing, both - hearing, sum(counts))


def _speed(name: str, rate: float, hearing: float, network: float, frames: int) -> Speed:
    return Speed(name, rate, 1000 * hearing / frames, 1000 * network / frames, frames)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def as_markdown(found: Sequence[Speed], command: str) -> str:
    lines = [
        f"`OMP_NUM_THREADS=1 {command}`, processor time of one core, ten stretches of 5 s",
        "",
        "| | frames a second | sound to features, ms a frame | network, ms a frame | together |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.frames_a_second:.1f} | {one.hearing:.2f} | {one.network:.2f} "
        f"| {one.hearing + one.network:.2f} ms |"
        for one in found
    ]
    return "\n".join(lines)
