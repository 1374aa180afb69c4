"""Bad surroundings for log mel, anew for every crop: rooms, talk, noise, telephones, other voices' lengths.

As in data/augment.py all of it happens to band energies, because energies of two sounds together are nearly
the sum of their energies. Nearly: what is left (the two waves add or cancel) is drawn too, and so is the
grain of noise and of echoes, which is as coarse as in noise made of samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ....audio.logmel import BANDS, SILENCE
from ....controls import GROUPS
from ....controls import SILENCE as SILENT
from ....phonemes.inventory import INDEX

Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

_NATS: Final = float(np.log(10.0))  # a decade
_STEP: Final = float(np.log(6.4) / 27.0)
_MELS: Final = np.linspace(0.0, 15.0 + np.log(8.0) / _STEP, BANDS + 2)[1:-1]
HERTZ: Final = np.where(
    _MELS < 15, _MELS * 200 / 3, 1000 * np.exp(_STEP * (_MELS - 15))
)  # middles of the bands
# Independent values under a band, and how much of a row's noise the row before has: as white noise measures.
_VALUES: Final = np.maximum(1.1, np.gradient(HERTZ) / 48.0).astype(np.float32)
_BEFORE: Final = 0.12


@dataclass(frozen=True, slots=True)
class MelAugmentOptions:
    """Shares are of crops; ranges are drawn from evenly. Levels in dB, times in rows of 10 ms."""

    clean: float = 0.2  # left as they are, but for their level
    tempo: float = 0.4
    tempo_range: tuple[float, float] = (0.85, 1.2)
    warp: float = 0.4  # of the band axis, as another vocal tract would
    warp_range: float = 0.07
    equaliser: float = 0.6
    equaliser_range: float = 7.0
    babble: float = 0.4
    babble_voices: int = 6
    babble_snr: tuple[float, float] = (0.0, 18.0)  # one or two voices: 5 dB at least, or nobody could tell
    room: float = 0.4
    noise: float = 0.6
    noise_snr: tuple[float, float] = (-4.0, 24.0)
    telephone: float = 0.2
    dull: float = 0.1  # of the others: a low pass at 3.5 to 7.5 kHz
    gain_sd: float = 0.7  # decades
    silence: float = 0.05  # digital silence at one end
    nobody: float = 0.02  # crops of noise alone
    mask_bands: tuple[int, int] = (2, 15)  # how many, how wide at most
    mask_times: int = 24  # widest; one a second at most


def stretched(random: np.random.Generator, options: MelAugmentOptions) -> float:
    """How many times as fast the next crop is."""
    return float(random.uniform(*options.tempo_range)) if random.random() < options.tempo else 1.0


def at_tempo(mel: Floats32, rows: int, tempo: float) -> Floats32:
    """``rows`` rows of a crop played ``tempo`` times as fast; between rows a straight line."""
    if tempo == 1.0:
        return mel[:rows].copy()
    places = np.arange(rows) * tempo
    low = places.astype(int)
    share = (places - low).astype(np.float32)[:, None]
    out: Floats32 = mel[low] * (1 - share) + mel[low + 1] * share
    return out


def labels_at(labels: Integers, rows: int, tempo: float) -> Integers:
    """The labels of such a crop."""
    out: Integers = labels[np.round(np.arange(rows) * tempo).astype(int)]
    return out


def warped(mel: Floats32, random: np.random.Generator, options: MelAugmentOptions) -> Floats32:
    """The band axis a little stretched."""
    if random.random() >= options.warp:
        return mel
    factor = 1 + random.uniform(-options.warp_range, options.warp_range)
    places = np.clip(np.arange(BANDS) * factor, 0, BANDS - 1)
    low = places.astype(int)
    share = (places - low).astype(np.float32)
    out: Floats32 = mel[:, low] * (1 - share) + mel[:, np.minimum(low + 1, BANDS - 1)] * share
    return out


def spoiled(
    mel: Floats32, other: Callable[[], Floats32], random: np.random.Generator, options: MelAugmentOptions
) -> Floats32:
    """(rows, 80) log mel as a worse place and a worse microphone would have it. ``other`` tells, as often as
    it is asked, what somebody else says beside it.
    """
    energy = _energy(mel)
    if random.random() >= options.clean:
        if random.random() < options.equaliser:
            energy = energy * _curve(random, options.equaliser_range)
        if random.random() < options.babble:
            energy = _among_others(energy, other, random, options)
        if random.random() < options.room:
            energy = _in_a_room(energy, random)
        on_line, line_first = random.random() < options.telephone, random.random() < 0.5
        if on_line and line_first:
            energy = energy * _telephone(random)
        if random.random() < options.noise:
            more = noise(len(energy), random)
            ratio = _loud(energy) / max(float(more.sum(axis=1).mean()), 1e-12)
            energy = _together(energy, more * _factor(ratio, random.uniform(*options.noise_snr)), random)
        if on_line and not line_first:
            energy = energy * _telephone(random)
        if not on_line and random.random() < options.dull:
            energy = energy * _low_pass(random.uniform(3500, 7500))
    out: Floats32 = np.log10(np.maximum(energy, 1e-10)).astype(np.float32)
    out += np.float32(random.normal(0, options.gain_sd))
    return np.maximum(out, np.float32(SILENCE))


def cut(mel: Floats32, groups: Integers, sounds: Integers, random: np.random.Generator) -> None:
    """Digital silence before or after the sound, in place."""
    length = int(random.integers(10, len(mel) // 2))
    where = slice(0, length) if random.random() < 0.5 else slice(-length, None)
    mel[where] = SILENCE
    groups[where], sounds[where] = GROUPS.index(SILENT), INDEX[SILENT]


def masked(level: Floats32, random: np.random.Generator, options: MelAugmentOptions) -> None:
    """Bands and stretches of scaled log mel blanked, in place: what is missing must be told from around."""
    mean = level.mean()
    count, width = options.mask_bands
    for _ in range(int(random.integers(0, count + 1))):
        wide = int(random.integers(1, width + 1))
        start = int(random.integers(0, BANDS - wide))
        level[:, start : start + wide] = mean
    for _ in range(int(random.integers(0, 1 + len(level) // 100))):
        start = int(random.integers(0, len(level)))
        level[start : start + int(random.integers(1, options.mask_times + 1))] = mean


def noise(rows: int, random: np.random.Generator) -> Floats32:
    """(rows, 80) energies of a coloured noise that swells."""
    if random.random() < 0.5:
        tilt = np.exp(random.uniform(-0.12, 0.06) * np.arange(BANDS))
    else:  # as machines and traffic have it: white, pink, brown
        tilt = np.maximum(HERTZ, 50.0) ** -random.uniform(0, 1.7)
    knots = random.uniform(-1, 1, 7) * random.uniform(0, 1.2)
    swell = np.exp(np.interp(np.arange(rows), np.linspace(0, rows, 7), knots))
    energy: Floats32 = (tilt * _curve(random, 6.0) * swell[:, None] * _grain(rows, random)).astype(np.float32)
    return energy


def _grain(rows: int, random: np.random.Generator) -> Floats32:
    """Energies of noise about 1; windows overlap, so neighbouring rows are a little alike."""
    shape = _VALUES * np.float32(_BEFORE**2 + (1 - _BEFORE) ** 2)  # mixing two rows evens out
    grain = random.gamma(shape, 1 / shape, size=(rows, BANDS)).astype(np.float32)
    grain[1:] = (1 - _BEFORE) * grain[1:] + _BEFORE * grain[:-1]
    return grain


def _energy(mel: Floats32) -> Floats32:
    return np.asarray(np.exp(mel * np.float32(_NATS)))


def _loud(energy: Floats32) -> float:
    """Mean energy of the louder half of the rows."""
    levels = np.sort(energy.sum(axis=1))
    return float(levels[len(levels) // 2 :].mean()) + 1e-12


def _factor(ratio: float, decibels: float) -> np.float32:
    return np.float32(ratio * 10 ** (-decibels / 10))


def _curve(random: np.random.Generator, reach: float) -> Floats32:
    """A smooth random equaliser as factors of the bands."""
    decibels = np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 6), random.uniform(-reach, reach, 6))
    return (10 ** (decibels / 10)).astype(np.float32)


def _together(energy: Floats32, more: Floats32, random: np.random.Generator) -> Floats32:
    """Two sounds at once: their energies, and twice their product where the waves agree or cancel."""
    agree = random.standard_normal(energy.shape, dtype=np.float32) * np.sqrt(2 / _VALUES)
    together = energy + more + np.sqrt(energy * more) * np.clip(agree, -2, 2)
    out: Floats32 = np.maximum(together, np.float32(1e-10))
    return out


def _among_others(
    energy: Floats32, other: Callable[[], Floats32], random: np.random.Generator, options: MelAugmentOptions
) -> Floats32:
    voices = int(random.integers(1, options.babble_voices + 1))
    talk = np.zeros_like(energy)
    for _ in range(voices):
        one = _energy(other())
        share = np.float32(10 ** random.uniform(-0.5, 0.5) / _loud(one))
        talk += np.roll(one, int(random.integers(len(one))), axis=0) * share
    low, high = options.babble_snr
    snr = random.uniform(max(low, 5.0) if voices < 3 else low, high)
    return _together(energy, talk * _factor(_loud(energy) / _loud(talk), snr), random)


def _in_a_room(energy: Floats32, random: np.random.Generator) -> Floats32:
    """Late echoes, 0.2 to 0.9 s until they have fallen by 60 dB, and early ones that smear a row."""
    decay = 10 ** (-6.0 / (random.uniform(0.2, 0.9) * 100))
    direct = 10 ** random.uniform(-0.8, 1.2)  # over the echoes
    late = lfilter([0.0, 1.0 - decay], [1.0, -decay], energy, axis=0).astype(np.float32)
    late *= _grain(len(energy), random)
    out = _together(energy, late / np.float32(direct), random)
    if random.random() < 0.5:
        out[1:] = np.float32(0.7) * out[1:] + np.float32(0.3) * out[:-1]
    return out


def _telephone(random: np.random.Generator) -> Floats32:
    low, high, slope = random.uniform(180, 420), random.uniform(2900, 4000), random.uniform(20, 90)
    down = slope * (np.maximum(0, np.log2(low / HERTZ)) + np.maximum(0, np.log2(HERTZ / high)))
    factors: Floats32 = (10 ** (-np.minimum(down, 70) / 10)).astype(np.float32)
    return factors


def _low_pass(high: float) -> Floats32:
    down = np.minimum(60 * np.maximum(0, np.log2(HERTZ / high)), 70)
    factors: Floats32 = (10 ** (-down / 10)).astype(np.float32)
    return factors
