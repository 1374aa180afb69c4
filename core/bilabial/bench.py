"""Benchmarks: how fast each part is, how fast the plain way to do it is, and how far both are from the floor.

Every benchmark is a function that gives Measurements. A floor is the time that this machine would need for
the floating-point work at the speed of its best matrix product, or for the bytes at the speed of its
memory, whichever is longer; both speeds are measured in the same run, since the machine is shared and its
speed changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import BilabialError
from .timing import HOP, SAMPLE_RATE

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the table. ``floor`` and ``naive`` are in the unit of ``value``; None: not measured."""

    name: str
    value: float
    unit: str
    goal: str = ""
    naive: float | None = None
    naive_way: str = ""
    floor: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine does at most, in this process, right now."""

    flops: float  # of a single-precision matrix product, a second
    bytes: float  # read from memory, a second

    @classmethod
    def measured(cls) -> Machine:
        generator = np.random.default_rng(1)
        a = generator.random((1024, 1024), np.float32)
        b = generator.random((1024, 1024), np.float32)
        out = np.empty_like(a)
        product = best_of(lambda: np.matmul(a, b, out=out), 8)
        large = np.ones(32 << 20, np.float32)  # 128 MB: larger than any cache
        reading = best_of(large.sum, 5)
        return cls(2.0 * 1024**3 / product, large.nbytes / reading)

    def floor(self, flops: float, bytes_read: float) -> float:
        """Seconds."""
        return max(flops / self.flops, bytes_read / self.bytes)


def best_of(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds of the fastest run: the others were disturbed."""
    best = float("inf")
    for _ in range(runs):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def speech(seconds: float, sound: Path | None = None) -> Floats32:
    """Speech of this length: a real line repeated, each time a little louder or softer, as 16 kHz samples."""
    from .audio.reading import read

    path = sound or Path(__file__).parents[2] / "docs" / "demo" / "line.flac"
    if not path.is_file():
        raise BilabialError("the benchmark needs some speech: name a sound file with --sound")
    line = read(path)
    count = round(seconds * SAMPLE_RATE)
    repeats = -(-count // len(line))
    gains = np.random.default_rng(2).uniform(0.4, 1.0, repeats).astype(np.float32)
    return np.concatenate([line * gain for gain in gains])[:count]


def bench_features(sound: Path | None) -> list[Measurement]:
    """The 65 features of one minute against python_speech_features, their oracle."""
    from .audio.features import features

    samples = speech(60.0, sound)
    ours = best_of(lambda: features(samples))
    naive: float | None = None
    way = "python_speech_features is not installed"
    try:
        import python_speech_features as oracle
    except ImportError:
        pass
    else:
        pcm = samples * 32768.0

        def plain() -> None:
            oracle.mfcc(pcm)
            oracle.logfbank(pcm)
            oracle.ssc(pcm)

        naive, way = best_of(plain, 2), "python_speech_features: mfcc, logfbank, ssc"
    machine = Machine.measured()
    # A row: window, 512-point real FFT (2.5 n log2 n), power, two sums of 257 bins with 2 filters each, DCT.
    flops = 400 * 2 + 2.5 * 512 * 9 + 257 * 3 + 257 * 8 + 26 * 13 * 2
    rows = len(samples) / HOP
    floor = machine.floor(flops * rows, rows * (HOP * 4 + 65 * 4))
    note = f"{flops / 1000:.0f} kFLOP a row"
    return [_in_ms("features of 60 s", ours, naive, way, floor, "20 times python_speech_features", note)]


def _in_ms(
    name: str, value: float, naive: float | None, way: str, floor: float | None, goal: str, note: str = ""
) -> Measurement:
    return Measurement(
        name, value * 1e3, "ms", goal, None if naive is None else naive * 1e3, way,
        None if floor is None else floor * 1e3, note,
    )  # fmt: skip
