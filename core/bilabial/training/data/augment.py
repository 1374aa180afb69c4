"""Making few voices and one microphone into many, on compact features: fast enough to be different every
time.

Mel energies of two sounds together are nearly the sum of their mel energies, and the centroid of the sum is
the mean of theirs weighted by energy; an echo is a sum with what came before. So noise, babble, rooms,
equalisers and telephone bands can all be put on log mel energies and centroids directly, at a hundredth of
the cost of doing it to samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ...models.families.phonenet.network import LOG_FLOOR, MELS

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AugmentOptions:
    """Shares are of crops that get the effect; ranges are drawn from evenly. Levels in dB, times in rows of
    10 ms.
    """

    room: float = 0.35
    noise: float = 0.6
    noise_snr: tuple[float, float] = (3.0, 35.0)
    babble: float = 0.15
    babble_snr: tuple[float, float] = (8.0, 30.0)
    equaliser: float = 0.8
    equaliser_range: float = 8.0
    telephone: float = 0.08
    warp: float = 0.5  # of crops whose mel axis is stretched, as a different vocal tract would
    warp_range: float = 0.06
    gain_range: tuple[float, float] = (-15.0, 12.0)
    silence: float = 0.08  # digital silence at one end
    mask_bands: tuple[int, int] = (2, 6)  # how many, how wide at most
    mask_times: tuple[int, int] = (4, 25)


def augment(batch: dict[str, Any], random: np.random.Generator, options: AugmentOptions) -> None:
    """Change batch["rows"] (crops, rows, 52) in place; targets stay, but where sound is cut away they turn
    silent.
    """
    rows: Floats32 = batch["rows"]
    for index in range(len(rows)):
        one = rows[index]
        if random.random() < options.warp:
            _warp(one, 1 + random.uniform(-options.warp_range, options.warp_range))
        energy = np.exp(one[:, :MELS])
        moment = energy * one[:, MELS:]
        if random.random() < options.room:
            energy, moment = _room(energy, moment, random)
        if random.random() < options.babble:
            other = rows[random.integers(len(rows))]
            more = np.exp(np.roll(other[:, :MELS], int(random.integers(len(one))), axis=0))
            gain = _gain(energy, more, random.uniform(*options.babble_snr))
            energy, moment = energy + gain * more, moment + gain * more * other[:, MELS:]
        if random.random() < options.equaliser:
            shape = _curve(random, options.equaliser_range)
            energy, moment = energy * shape, moment * shape
        if random.random() < options.noise:
            more, places = _noise(len(one), random)
            gain = _gain(energy, more, random.uniform(*options.noise_snr))
            energy, moment = energy + gain * more, moment + gain * more * places
        one[:, MELS:] = moment / np.maximum(energy, 1e-12)
        one[:, :MELS] = np.log(np.maximum(energy, 1e-12)) + random.uniform(*options.gain_range) * 0.2303
        if random.random() < options.telephone:
            one[:, : random.integers(2, 4)] = LOG_FLOOR
            one[:, random.integers(19, 22) :][:, : MELS - 19] = LOG_FLOOR
        if random.random() < options.silence:
            _cut(batch, index, random)
    np.maximum(rows[..., :MELS], LOG_FLOOR, out=rows[..., :MELS])


def mask(rows: Floats32, random: np.random.Generator, options: AugmentOptions) -> None:
    """Blank bands and times of normalised rows (crops, rows, 52), in place: what is missing must be told
    from around.
    """
    count, width = options.mask_bands
    times, length = options.mask_times
    for one in rows:
        for _ in range(int(random.integers(0, count + 1))):
            wide = int(random.integers(1, width + 1))
            start = int(random.integers(0, MELS - wide + 1))
            one[:, start : start + wide] = 0
            one[:, MELS + start : MELS + start + wide] = 0
        for _ in range(int(random.integers(0, times + 1))):
            long = int(random.integers(1, length + 1))
            start = int(random.integers(0, len(one)))
            one[start : start + long] = 0


def _warp(one: Floats32, factor: float) -> None:
    """Stretch the band axis; between bands a straight line."""
    places = np.clip(np.arange(MELS) * factor, 0, MELS - 1)
    low = places.astype(int)
    high = np.minimum(low + 1, MELS - 1)
    share = (places - low).astype(np.float32)
    for offset in (0, MELS):
        part = one[:, offset : offset + MELS]
        part[:] = part[:, low] * (1 - share) + part[:, high] * share


def _room(energy: Floats32, moment: Floats32, random: np.random.Generator) -> tuple[Floats32, Floats32]:
    """Late reverberation: an exponential tail with 0.15 to 0.8 s to -60 dB, at a random level."""
    decay = 10 ** (-6.0 / (random.uniform(0.15, 0.8) * 100))
    level = 10 ** (random.uniform(-1.6, -0.4)) * (1 - decay) * 3
    tail = ([0.0, level], [1.0, -decay])
    return (
        energy + lfilter(*tail, energy, axis=0).astype(np.float32),
        moment + lfilter(*tail, moment, axis=0).astype(np.float32),
    )


def _gain(signal: Floats32, noise: Floats32, snr: float) -> float:
    """What to multiply noise with for the signal-to-noise ratio in dB, counting the louder half of the
    signal.
    """
    levels = signal.sum(axis=1)
    loud = float(np.mean(np.sort(levels)[len(levels) // 2 :]))
    return loud / max(float(np.mean(noise.sum(axis=1))), 1e-12) * 10 ** (-snr / 10)


def _curve(random: np.random.Generator, reach: float) -> Floats32:
    """A smooth random equaliser as power factors of the bands."""
    knots = random.uniform(-reach, reach, size=5)
    decibels = np.interp(np.arange(MELS), np.linspace(0, MELS - 1, 5), knots)
    return (10 ** (decibels / 10)).astype(np.float32)


def _noise(count: int, random: np.random.Generator) -> tuple[Floats32, Floats32]:
    """Coloured noise, steady or swelling: band energies (rows, 26) and centroid places."""
    tilt = random.uniform(-0.35, 0.1)  # nats a band
    colour = np.exp(tilt * np.arange(MELS)) * _curve(random, 4.0)
    swell = np.exp(np.interp(np.arange(count), np.linspace(0, count, 6), random.uniform(-1, 1, size=6)))
    jitter = random.gamma(3.0, 1 / 3.0, size=(count, MELS))
    energy = (colour * swell[:, None] * jitter).astype(np.float32)
    return energy, random.normal(0, 0.15, size=(count, MELS)).astype(np.float32)


def _cut(batch: dict[str, Any], index: int, random: np.random.Generator) -> None:
    """Digital silence before or after the sound."""
    from ...controls import GROUPS, SILENCE
    from ...phonemes.inventory import INDEX

    length = int(random.integers(10, batch["rows"].shape[1] // 2))
    where = slice(0, length) if random.random() < 0.5 else slice(-length, None)
    batch["rows"][index, where, :MELS] = LOG_FLOOR
    batch["rows"][index, where, MELS:] = 0
    batch["groups"][index, where] = GROUPS.index(SILENCE)
    batch["sounds"][index, where] = INDEX[SILENCE]
