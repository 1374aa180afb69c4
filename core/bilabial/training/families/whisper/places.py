"""Bad surroundings made of samples, anew for every crop: rooms, talkers, noise, music, lines, other sizes.

What energies cannot say is made here: echoes that add up as waves do, voices that hide one another, the
grain of noise. Nothing is shared with what measures (measure/conditions.py), and every number is drawn from
a range; but it is the same kind of thing, so the measured noise is no longer a thing never heard of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from ....timing import SAMPLE_RATE

Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Source = Callable[[int], Floats32]  # so many samples of one voice, or of one sound: another one each time

_FRAME: Final = 400  # samples over which a spectrum is looked at
_PRESS: Final = 512  # samples of a codec's frames


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """Shares are of crops; ranges are drawn from evenly. Levels in dB under the loud half of the speech."""

    clean: float = 0.15  # left as they are, but for speed and level
    speed: float = 0.4  # tape faster or slower: tempo, pitch and vocal tract together
    speed_range: tuple[float, float] = (0.88, 1.14)
    equaliser: float = 0.5
    equaliser_range: float = 7.0
    room: float = 0.4
    room_seconds: tuple[float, float] = (0.15, 1.1)  # until echoes have fallen by 60 dB
    room_direct: tuple[float, float] = (-5.0, 15.0)  # the direct sound over all echoes
    babble: float = 0.42
    babble_voices: int = 8
    alone: float = 0.0  # of these: one other voice, whom nothing else hides
    babble_snr: tuple[float, float] = (0.0, 14.0)
    few: float = 5.0  # dB at least over one or two other voices, or nobody could tell who is meant
    noise: float = 0.6
    noise_snr: tuple[float, float] = (-2.0, 15.0)
    bed: float = 0.15  # music, hum, clicks, wind: a clip in which nobody speaks
    bed_snr: tuple[float, float] = (-1.0, 20.0)
    line: float = 0.22  # telephones, codecs, clipping
    gain_sd: float = 0.7  # decades of power


def sped(samples: Floats32, size: int, factor: float) -> Floats32:
    """``size`` samples of a sound played ``factor`` times as fast."""
    if factor == 1.0:
        return samples[:size]
    import soxr

    made = soxr.resample(samples, SAMPLE_RATE * factor, SAMPLE_RATE, quality="MQ")[:size]
    return np.pad(made, (0, size - len(made))).astype(np.float32)


def placed(
    samples: Floats32, voice: Source, bed: Source | None, random: np.random.Generator, options: PlaceOptions
) -> Floats32:
    """The sound in a worse place, by a worse microphone; as long as it was, and in step with it."""
    sound = samples
    if random.random() < options.clean:
        return sound
    if random.random() < options.equaliser:
        sound = _equalised(sound, random, options.equaliser_range)
    if random.random() < options.room:
        sound = in_a_room(sound, random, options)
    if random.random() < options.babble:
        sound = _among_talkers(sound, voice, random, options)
    on_line, line_first = random.random() < options.line, random.random() < 0.4
    if on_line and line_first:
        sound = on_a_line(sound, random)
    if random.random() < options.noise:
        more = noise(len(sound), voice(len(sound)), random)
        sound = under(sound, more, random.uniform(*options.noise_snr))
    if bed is not None and random.random() < options.bed:
        sound = under(sound, bed(len(sound)), random.uniform(*options.bed_snr))
    if on_line and not line_first:
        sound = on_a_line(sound, random)
    return sound


def loudness(samples: Floats32) -> float:
    """Mean square of the louder half of stretches of 20 ms: pauses say nothing about the voice."""
    step = SAMPLE_RATE // 50
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    squares = np.sort(np.square(whole).mean(axis=1))
    return float(squares[len(squares) // 2 :].mean()) + 1e-12


def under(samples: Floats32, more: Floats32, decibels: float) -> Floats32:
    """Both together, the second so many dB below the loud half of the first."""
    power = float(np.square(more).mean()) + 1e-12
    gain = np.sqrt(loudness(samples) / power * 10 ** (-decibels / 10))
    return samples + more * np.float32(gain)


def noise(size: int, other: Floats32, random: np.random.Generator) -> Floats32:
    """Steady or swelling noise: of a colour, or with the spectrum of another recording's pauses or speech."""
    hertz = _hertz(size)
    kind = random.random()
    if kind < 0.6:
        shape = np.maximum(hertz, random.uniform(20, 120)) ** -random.uniform(0, 1.1)
    else:
        shape = np.interp(
            hertz, np.linspace(0, SAMPLE_RATE / 2, _FRAME // 2 + 1), _spectrum(other, kind < 0.85)
        )
    shape = shape * _curve(hertz, random, 5.0)
    white = random.standard_normal(size, dtype=np.float32)
    made = irfft(rfft(white) * shape.astype(np.float32), size)
    if random.random() < 0.4:
        knots = random.uniform(-1, 1, max(3, 2 * size // SAMPLE_RATE)) * random.uniform(0, 1.2)
        made *= np.exp(np.interp(np.arange(size), np.linspace(0, size, len(knots)), knots))
    return np.asarray(made, dtype=np.float32)


def in_a_room(samples: Floats32, random: np.random.Generator, options: PlaceOptions) -> Floats32:
    """A few early echoes, then a tail that dies away, high tones sooner; the direct sound stays in place."""
    low, high = np.log(options.room_seconds)
    seconds = float(np.exp(random.uniform(low, high)))
    size = int(seconds * SAMPLE_RATE)
    falls = -3.0 * np.arange(size) / size
    shares = 10 ** (falls * random.uniform(1, 2.5)), 10**falls  # of high tones, of the others
    tail = random.standard_normal((2, size))
    tail[0, 1:] -= tail[0, :-1].copy()
    tail[1, 1:] += tail[1, :-1].copy()
    echoes = tail[0] * shares[0] * random.uniform(0.3, 1) + tail[1] * shares[1]
    echoes[: int(random.uniform(0.001, 0.02) * SAMPLE_RATE)] = 0.0  # the way to the nearest walls
    echoes /= np.sqrt(np.square(echoes).sum()) + 1e-9
    for _ in range(int(random.integers(0, 9))):
        at = int(random.uniform(0.002, 0.05) * SAMPLE_RATE)
        if at < size:
            echoes[at] += random.choice((-1, 1)) * random.uniform(0.1, 0.5)
    echoes *= 10 ** (-random.uniform(*options.room_direct) / 20) / np.sqrt(np.square(echoes).sum())
    echoes[0] = 1.0
    length = next_fast_len(len(samples) + size, real=True)
    wet = irfft(rfft(samples, length) * rfft(echoes.astype(np.float32), length), length)
    return np.asarray(wet[: len(samples)], dtype=np.float32)


def on_a_line(samples: Floats32, random: np.random.Generator) -> Floats32:
    """A telephone, a codec that leaves out what is masked, or a recording that was too loud."""
    kind = random.random()
    if kind < 0.6:
        narrow = _band(samples, random.uniform(150, 420), random.uniform(2900, 4000), random)
        return _in_few_steps(narrow, random) if random.random() < 0.7 else narrow
    if kind < 0.85:
        return _pressed(_band(samples, 0.0, random.uniform(3500, 7800), random), random)
    most = float(np.abs(samples).max()) * random.uniform(0.15, 0.7)
    return np.clip(samples, -most, most)


def _among_talkers(
    samples: Floats32, voice: Source, random: np.random.Generator, options: PlaceOptions
) -> Floats32:
    """One to eight others, near and far, half the time in the echo of a room."""
    alone = random.random() < options.alone
    voices = 1 if alone else int(random.integers(1, options.babble_voices + 1))
    talk = np.zeros_like(samples)
    for _ in range(voices):
        one = voice(len(samples))
        talk += one * np.float32(10 ** random.uniform(-0.25, 0.25) / np.sqrt(loudness(one)))
    if random.random() < 0.5:
        talk = in_a_room(talk, random, options)
    low, high = options.babble_snr
    return under(samples, talk, random.uniform(max(low, options.few) if voices < 3 else low, high))


def _spectrum(samples: Floats32, quiet: bool) -> Floats32:
    """(201,) mean amplitudes of a recording's quietest tenth, or of its louder half."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.square(np.abs(rfft(frames * np.hanning(_FRAME).astype(np.float32), axis=1)))
    order = np.argsort(power.sum(axis=1))
    order = order[power[order].sum(axis=1) > 0]
    if not len(order):
        return np.ones(_FRAME // 2 + 1, np.float32)
    chosen = order[: max(1, len(order) // 10)] if quiet else order[len(order) // 2 :]
    amplitudes: Floats32 = np.sqrt(power[chosen].mean(axis=0)).astype(np.float32)
    amplitudes /= amplitudes.max()
    return amplitudes


def _hertz(size: int) -> Floats64:
    return np.asarray(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), dtype=np.float64)


def _curve(hertz: Floats64, random: np.random.Generator, reach: float) -> Floats64:
    """A smooth random equaliser as factors of amplitudes, even over octaves."""
    octaves = np.log2(np.maximum(hertz, 60.0))
    knots = np.linspace(np.log2(60.0), np.log2(SAMPLE_RATE / 2), 7)
    return np.asarray(10 ** (np.interp(octaves, knots, random.uniform(-reach, reach, 7)) / 20))


def _equalised(samples: Floats32, random: np.random.Generator, reach: float) -> Floats32:
    hertz = _hertz(len(samples))
    shape = _curve(hertz, random, reach).astype(np.float32)
    return np.asarray(irfft(rfft(samples) * shape, len(samples)), dtype=np.float32)


def _band(samples: Floats32, low: float, high: float, random: np.random.Generator) -> Floats32:
    """What lies between two frequencies, with edges of 40 to 300 Hz."""
    hertz = _hertz(len(samples))
    rising = np.clip((hertz - low) / random.uniform(40, 150) + 0.5, 0, 1) if low else 1.0
    shape = rising * np.clip((high - hertz) / random.uniform(60, 300) + 0.5, 0, 1)
    return np.asarray(irfft(rfft(samples) * shape.astype(np.float32), len(samples)), dtype=np.float32)


def _in_few_steps(samples: Floats32, random: np.random.Generator) -> Floats32:
    """Mu-law in 6 to 8 bits after some hiss on the line."""
    peak = float(np.abs(samples).max()) * random.uniform(1, 3) + 1e-9
    hissing = samples / peak + random.normal(0, 10 ** random.uniform(-3.6, -2.4), len(samples))
    steps = 2.0 ** random.uniform(5, 7)
    pressed = np.sign(hissing) * np.log1p(255 * np.minimum(np.abs(hissing), 1)) / np.log(256)
    told = np.rint(pressed * steps) / steps
    opened = np.sign(told) * np.expm1(np.abs(told) * np.log(256)) / 255 * peak
    return np.asarray(opened, dtype=np.float32)


def _pressed(samples: Floats32, random: np.random.Generator) -> Floats32:
    """Frame by frame without what is weak beside the frame's loudest: the holes that a codec leaves."""
    half = _PRESS // 2
    window = np.sin(np.pi * (np.arange(_PRESS) + 0.5) / _PRESS).astype(np.float32)
    padded = np.pad(samples, (half, half + (-len(samples)) % half))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _PRESS)[::half] * window
    spectra = rfft(frames, axis=1)
    heights = np.abs(spectra)
    rarer = 10 ** (-random.uniform(22, 42) / 20 - random.uniform(0, 1) * np.linspace(0, 1, half + 1))
    heard = heights > heights.max(axis=1, keepdims=True) * rarer.astype(np.float32)
    frames = irfft(spectra * heard, _PRESS, axis=1) * window
    out = frames[:-1, half:] + frames[1:, :half]
    return np.asarray(out.reshape(-1)[: len(samples)], dtype=np.float32)
