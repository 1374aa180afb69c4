"""The sound to be seen and heard: a pyramid of peaks for any zoom, and a spectrogram by tiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..audio.reading import source_blocks
from ..errors import SoundError
from ..phrases import Phrase

Integers16 = NDArray[np.int16]
Told = Callable[[float], None]

FINEST = 32  # samples in a cell of the lowest level
STEP = 4  # cells of one level in a cell of the next
_FFT = 512
LOWEST_DB, HIGHEST_DB = -95.0, -25.0
SEEN_HZ = 8000.0


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """A sound in memory: 16 bits, one channel, at its own rate; an hour at 48 kHz takes 345 MB."""

    samples: Integers16
    rate: int  # Hz
    levels: tuple[NDArray[np.int16], ...]  # (cells, 2): lowest and highest; each STEP times as coarse

    @property
    def duration(self) -> float:
        return len(self.samples) / self.rate

    def envelope(self, start: float, end: float, columns: int) -> NDArray[np.float32]:
        """(columns, 2) lowest and highest sample, -1..1, of equal parts of a stretch. Cost: the columns."""
        edges = np.linspace(start, end, columns + 1) * self.rate
        wide = max((end - start) * self.rate / max(columns, 1), 1e-9)
        level = -1
        cell = 1
        while level + 1 < len(self.levels) and FINEST * STEP ** (level + 1) <= wide:
            level += 1
            cell = FINEST * STEP**level
        source = self.samples[:, None] if level < 0 else self.levels[level]
        first = np.clip(np.floor(edges[:-1] / cell + 1e-6).astype(np.int64), 0, max(len(source) - 1, 0))
        last = np.clip(np.ceil(edges[1:] / cell - 1e-6).astype(np.int64), first + 1, max(len(source), 1))
        out = np.zeros((columns, 2), np.float32)
        if len(source) == 0:
            return out
        low, high = int(first[0]), int(last[-1])
        part = source[low:high]
        inside = (edges[1:] > 0) & (edges[:-1] < len(self.samples))
        for column in np.flatnonzero(inside):
            cells = part[first[column] - low : last[column] - low]
            out[column] = cells.min(), cells.max()
        return out / np.float32(32768.0)


def load_wave(path: Path, told: Told = lambda seconds: None) -> Wave:
    """``told`` hears the seconds read so far, and may raise Cancelled."""
    parts: list[Integers16] = []
    rate, count = 0, 0
    for rate, block in source_blocks(path):
        mono = block.mean(axis=1, dtype=np.float32)
        parts.append(np.clip(np.rint(mono * 32767.0), -32768, 32767).astype(np.int16))
        count += len(mono)
        told(count / rate)
    if not count:
        raise SoundError(Phrase("{0} holds no sound: export it again", path))
    return wave_of(np.concatenate(parts), rate)


def wave_of(samples: Integers16, rate: int) -> Wave:
    levels = []
    cells = _coarser(np.stack([samples, samples], axis=1), FINEST)
    while len(cells) > 1:
        levels.append(cells)
        cells = _coarser(cells, STEP)
    return Wave(samples, rate, tuple(levels))


def _coarser(cells: Integers16, step: int) -> Integers16:
    whole = len(cells) // step * step
    folded = cells[:whole].reshape(-1, step, 2)
    result = np.stack([folded[:, :, 0].min(axis=1), folded[:, :, 1].max(axis=1)], axis=1)
    if whole < len(cells):
        rest = cells[whole:]
        result = np.concatenate([result, [[rest[:, 0].min(), rest[:, 1].max()]]]).astype(np.int16)
    return np.asarray(result, np.int16)


def spectrogram(wave: Wave, start: float, end: float, columns: int, rows: int) -> NDArray[np.uint8]:
    """(rows, columns) brightness of 0 to SEEN_HZ, highest frequency first, by equal parts of a stretch."""
    size = max(64, round(_FFT * wave.rate / 16_000))
    centres = ((np.arange(columns) + 0.5) / max(columns, 1) * (end - start) + start) * wave.rate
    at = np.round(centres).astype(np.int64) - size // 2
    index = at[:, None] + np.arange(size)[None, :]
    inside = (index >= 0) & (index < len(wave.samples))
    frames = np.where(inside, wave.samples[np.clip(index, 0, len(wave.samples) - 1)], 0) / 32768.0
    power = np.abs(np.fft.rfft(frames * _window(size), axis=1)) / size
    bins = np.linspace(min(SEEN_HZ, wave.rate / 2), 0.0, rows) * size / wave.rate
    low = np.floor(bins).astype(np.int64)
    high = np.minimum(low + 1, power.shape[1] - 1)
    share = (bins - low)[None, :]
    values = power[:, low] * (1.0 - share) + power[:, high] * share
    # High frequencies are weaker in every voice: 6 dB an octave above 500 Hz makes them visible.
    lift = 6.0 * np.log2(np.maximum(bins * wave.rate / size, 500.0) / 500.0)
    db = 20.0 * np.log10(np.maximum(values, 1e-7)) + lift[None, :]
    scaled = np.clip((db - LOWEST_DB) / (HIGHEST_DB - LOWEST_DB), 0.0, 1.0)
    return np.ascontiguousarray((scaled.T * 255.0).astype(np.uint8))


@lru_cache(maxsize=4)
def _window(size: int) -> NDArray[np.float64]:
    return np.hanning(size)


def slower(samples: Integers16, rate: int, speed: float) -> Integers16:
    """The same voice at another speed and its own pitch: grains laid where they fit best (WSOLA)."""
    if abs(speed - 1.0) < 1e-3 or len(samples) < rate // 10:
        return samples
    grain = int(0.05 * rate) // 2 * 2
    hop = grain // 2
    seek = int(0.012 * rate)
    source = np.concatenate([samples.astype(np.float32), np.zeros(grain + 2 * seek, np.float32)])
    count = int(len(samples) / speed / hop)
    out = np.zeros((count + 2) * hop, np.float32)
    window = np.hanning(grain + 1)[:grain].astype(np.float32)
    goal = source[:grain]
    for number in range(count):
        wanted = int(number * hop * speed)
        low = max(wanted - seek, 0)
        area = source[low : low + 2 * seek + grain]
        if number and len(area) > grain:
            # A coarse search: every eighth place, on every fourth sample.
            places = np.lib.stride_tricks.sliding_window_view(area, grain)[::8, ::4]
            low += 8 * int((places @ goal[::4]).argmax())
        piece = source[low : low + grain]
        out[number * hop : number * hop + len(piece)] += piece * window[: len(piece)]
        goal = source[low + hop : low + hop + grain]
        if len(goal) < grain:
            break
    return np.clip(out[: count * hop], -32768, 32767).astype(np.int16)
