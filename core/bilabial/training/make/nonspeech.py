"""Sounds in which nobody speaks: hiss, hum, breath, clicks, music. A mouth must stay at rest in all of them.

They are made by arithmetic and written as a set like any other, with silence for labels, so that the
network and its evaluation see them through the same door. The evaluation uses another seed than the
training.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...timing import SAMPLE_RATE
from ..data.writing import SetWriter

Floats = NDArray[np.float64]
KINDS = ("hiss", "hum", "breath", "clicks", "music", "beats", "wind", "digital-silence")


def write_nonspeech(folder: Path, clips_of_each: int, seed: int, split: str = "train") -> None:
    """A set with ``clips_of_each`` clips of 6 s of every kind."""
    random = np.random.default_rng(seed)
    with SetWriter(folder) as out:
        for kind in KINDS:
            for number in range(clips_of_each):
                samples = make(kind, 6.0, random)
                out.add(
                    f"{kind}-{number:03d}",
                    samples,
                    [(0.0, len(samples) / SAMPLE_RATE, "SIL")],
                    speaker=f"none-{kind}",
                    language="none",
                    split=split,
                    note=kind,
                )


def make(kind: str, seconds: float, random: np.random.Generator) -> NDArray[np.float32]:
    """One sound of a kind, peak between -40 and -3 dB."""
    count = int(seconds * SAMPLE_RATE)
    t = np.arange(count) / SAMPLE_RATE
    if kind == "digital-silence":
        return np.zeros(count, dtype=np.float32)
    if kind == "hiss":
        sound = _coloured(count, random.uniform(-2.2, 0.5), random)
    elif kind == "wind":
        sound = _coloured(count, -2.5, random) * _swell(count, 8, random)
    elif kind == "hum":
        base = random.choice([50.0, 60.0, 100.0, 120.0]) * random.uniform(0.98, 1.02)
        sound = sum(
            (
                random.uniform(0, 1) / k * np.sin(2 * np.pi * base * k * t + random.uniform(0, 6))
                for k in range(1, 20)
            ),
            np.zeros(count),
        ) + 0.05 * _coloured(count, -1.0, random)
    elif kind == "breath":
        sound = 0.02 * _coloured(count, -1.0, random)
        at = 0.0
        while at < seconds - 1.2:
            long = random.uniform(0.3, 1.0)
            span = slice(int(at * SAMPLE_RATE), int((at + long) * SAMPLE_RATE))
            size = span.stop - span.start
            band = _band(size, random.uniform(300, 900), random.uniform(2000, 7000), random)
            sound[span] += band * np.sin(np.linspace(0, np.pi, size)) ** random.uniform(0.7, 2)
            at += long + random.uniform(0.2, 1.5)
    elif kind == "clicks":
        sound = 0.01 * _coloured(count, -1.0, random)
        for at in random.integers(0, count - 2000, size=int(random.integers(4, 40))):
            size = int(random.integers(40, 1800))
            burst = random.standard_normal(size) * np.exp(-np.arange(size) / size * random.uniform(3, 9))
            sound[at : at + size] += burst * random.uniform(0.2, 1)
    else:
        sound = _music(t, random, drums=kind == "beats")
    peak = float(np.abs(sound).max()) or 1.0
    return (sound / peak * 10 ** (random.uniform(-40, -3) / 20)).astype(np.float32)


def _coloured(count: int, slope: float, random: np.random.Generator) -> Floats:
    """Noise whose power falls with frequency to the power ``slope``; standard deviation 1."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.maximum(np.fft.rfftfreq(count), 20 / SAMPLE_RATE)
    sound = np.fft.irfft(spectrum * frequency ** (slope / 2), count)
    return np.asarray(sound / sound.std())


def _band(count: int, low: float, high: float, random: np.random.Generator) -> Floats:
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    spectrum *= np.exp(-(np.maximum(0, low - frequency) / 200 + np.maximum(0, frequency - high) / 500))
    sound = np.fft.irfft(spectrum, count)
    return np.asarray(sound / max(float(sound.std()), 1e-9))


def _swell(count: int, points: int, random: np.random.Generator) -> Floats:
    return np.asarray(
        np.interp(np.arange(count), np.linspace(0, count, points), random.uniform(0.05, 1, size=points))
    )


def _music(t: Floats, random: np.random.Generator, drums: bool) -> Floats:
    """Chords of plucked or bowed notes, at times with drums."""
    sound = np.zeros(len(t))
    beat = random.uniform(0.25, 0.7)
    root = random.uniform(80, 300)
    partials = 1 / np.arange(1, 9) ** random.uniform(0.8, 2.5)
    for start in np.arange(0, t[-1], beat):
        where = t >= start
        age = t[where] - start
        for step in random.choice(
            [0, 2, 3, 4, 5, 7, 9, 11, 12, 16, 19], size=int(random.integers(1, 4)), replace=False
        ):
            pitch = root * 2 ** (step / 12)
            envelope = np.exp(-age * random.uniform(0.8, 6)) * np.minimum(
                1, age / random.uniform(0.003, 0.12)
            )
            vibrato = 0.004 * np.sin(2 * np.pi * 5.5 * age) * random.integers(0, 2)
            tone = sum(
                (p * np.sin(2 * np.pi * pitch * (k + 1) * (age + vibrato / 5)) for k, p in enumerate(partials)
                 if pitch * (k + 1) < 7500),
                np.zeros(len(age)),
            )  # fmt: skip
            sound[where] += tone * envelope
        if drums:
            hit = random.standard_normal(len(age)) * np.exp(-age * random.uniform(15, 80))
            sound[where] += random.uniform(0.3, 2) * hit
    return sound
