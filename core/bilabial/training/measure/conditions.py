"""Clean clips as bad surroundings make them, for measuring: noise, a room, the telephone, music, talkers; and
as the same person would whisper them.

Made from samples, not from features as training does it, so that what is measured is not what was practised.
The same clip always comes out the same: what is random is drawn from the clip's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...timing import SAMPLE_RATE

Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Spoil = Callable[[Floats32, np.random.Generator], Floats32]

SNR_DB: Final = 5.0  # of noise and of babble
VOICES: Final = 6  # that babble together
_ROOM_S: Final = 0.6  # until an echo has fallen by 60 dB
_DIRECT_DB: Final = 0.0  # direct sound over all echoes: as far away as the echoes are loud
_MILD_DIRECT_DB: Final = 3.0
_TRACT: Final = 18  # coefficients that say how the mouth shapes what comes from the throat
_FRAME: Final = 400  # samples of a whisper's frames, and from one to the next
_HOP: Final = 100
_MURMUR_HZ: Final = 400.0  # below, a whisper has little: nothing hums
_CHORDS: Final = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))  # semitones, a second each
_TELEPHONE_HZ: Final = (300.0, 3400.0)


def noise(samples: Floats32, random: np.random.Generator) -> Floats32:
    """Pink noise, as of machines, wind and traffic, under the loud half of the speech."""
    return _under(samples, _coloured(len(samples), 0.5, random))


def mild_noise(samples: Floats32, random: np.random.Generator) -> Floats32:
    """Brown noise under the mean of the whole clip, pauses counted: little of it lies where speech does."""
    return _under(samples, _coloured(len(samples), 1.0, random), _mean_square)


def room(samples: Floats32, random: np.random.Generator) -> Floats32:
    """A bare room, the speaker so far away that all echoes are as loud as the direct sound."""
    return _in_a_room(samples, random, _DIRECT_DB)


def mild_room(samples: Floats32, random: np.random.Generator) -> Floats32:
    """The same room, the speaker nearer."""
    return _in_a_room(samples, random, _MILD_DIRECT_DB)


def narrow_band(samples: Floats32, random: np.random.Generator) -> Floats32:
    """300 to 3400 Hz, as a telephone carries them, and nothing else at all."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    low, high = _TELEPHONE_HZ
    # Edges 50 and 200 Hz wide: steeper ones would ring.
    rising, falling = np.clip((hertz - low) / 50 + 0.5, 0, 1), np.clip((high - hertz) / 200 + 0.5, 0, 1)
    return np.asarray(np.fft.irfft(spectrum * rising * falling, len(samples)), dtype=np.float32)


def telephone(samples: Floats32, random: np.random.Generator) -> Floats32:
    """300 to 3400 Hz in eight bits of mu-law, with a little hiss on the line."""
    narrow = narrow_band(samples, random)
    peak = max(float(np.abs(narrow).max(initial=0.0)), 1e-9)
    hissing = narrow / peak + random.normal(0, 1e-3, len(narrow))
    pressed = np.sign(hissing) * np.log1p(255 * np.minimum(np.abs(hissing), 1)) / np.log(256)
    steps = np.rint(pressed * 127) / 127
    opened = np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255
    return np.asarray(opened * peak, dtype=np.float32)


def whispered(samples: Floats32, random: np.random.Generator) -> Floats32:
    """The same mouth with breath instead of a voice: noise through the resonances of each frame."""
    window = np.hanning(_FRAME + 1)[:-1]
    padded = np.pad(samples.astype(np.float64), (_FRAME, _FRAME))
    out = np.zeros(len(padded))
    size = 2 * _FRAME
    murmur = np.minimum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE) / _MURMUR_HZ, 1.0)
    for start in range(0, len(padded) - _FRAME, _HOP):
        frame = padded[start : start + _FRAME] * window
        filters, gain = _resonances(frame)
        breath = np.fft.rfft(random.standard_normal(_FRAME) * window, size)
        shaped = np.fft.irfft(gain * murmur * breath / np.fft.rfft(filters, size), size)
        out[start : start + _FRAME] += shaped[:_FRAME] * _HOP / _FRAME
    return np.asarray(out[_FRAME:-_FRAME], dtype=np.float32)


def music(samples: Floats32, random: np.random.Generator) -> Floats32:
    """Under the speech four chords in turn, of struck notes with overtones, and a drum twice a second."""
    root = 110.0 * 2 ** (int(random.integers(12)) / 12)
    seconds = np.arange(len(samples)) / SAMPLE_RATE
    beat = seconds % 1.0
    band = np.zeros(len(samples))
    for number, chord in enumerate(_CHORDS):
        playing = np.where(seconds.astype(int) % len(_CHORDS) == number, np.exp(-2.0 * beat), 0.0)
        for semitone in chord:
            for overtone in range(1, 6):
                hertz = root * overtone * 2 ** (semitone / 12)
                band += playing / overtone * np.sin(2 * np.pi * hertz * seconds + random.uniform(0, 6))
    drum = np.exp(-25.0 * (seconds % 0.5)) * random.standard_normal(len(samples))
    return _under(samples, band + drum)


def babble(voices: Sequence[Floats32]) -> Spoil:
    """Other people talking, made of these clips; six at a time."""

    def spoil(samples: Floats32, random: np.random.Generator) -> Floats32:
        return _under(samples, _talk(voices, VOICES, len(samples), random))

    return spoil


def one_talker(voices: Sequence[Floats32]) -> Spoil:
    """One other person talking, made of one of these clips."""

    def spoil(samples: Floats32, random: np.random.Generator) -> Floats32:
        return _under(samples, _talk(voices, 1, len(samples), random))

    return spoil


def conditions(voices: Sequence[Floats32], mild: bool = False) -> Mapping[str, Spoil]:
    """By name; ``voices`` is who babbles, and should be none of those that are measured."""
    if mild:
        known = {"mild noise 5 dB": mild_noise, "mild room": mild_room, "narrow band": narrow_band}
        return known | ({"one talker 5 dB": one_talker(voices)} if voices else {})
    known = {"noise 5 dB": noise, "room": room, "telephone": telephone}
    known |= {"music 5 dB": music, "whispered": whispered}
    return known | ({"babble 5 dB": babble(voices)} if voices else {})


def _coloured(count: int, power: float, random: np.random.Generator) -> Floats64:
    """Noise whose amplitudes fall with frequency to this power, from 50 Hz on."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    return np.asarray(np.fft.irfft(spectrum / np.maximum(hertz, 50.0) ** power, count))


def _in_a_room(samples: Floats32, random: np.random.Generator, direct_db: float) -> Floats32:
    """The direct sound where it was, then echoes that die away."""
    count = int(_ROOM_S * SAMPLE_RATE)
    echoes = random.standard_normal(count) * 10 ** (-3.0 * np.arange(count) / count)
    echoes[: int(0.003 * SAMPLE_RATE)] = 0.0  # the nearest wall is a metre away
    echoes *= 10 ** (-direct_db / 20) / np.sqrt((echoes**2).sum())
    echoes[0] = 1.0
    size = len(samples) + count
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echoes, size), size)
    return np.asarray(wet[: len(samples)], dtype=np.float32)


def _talk(voices: Sequence[Floats32], most: int, count: int, random: np.random.Generator) -> Floats64:
    """So many of these voices at once, equally loud."""
    together = np.zeros(count)
    for index in random.choice(len(voices), size=min(most, len(voices)), replace=False):
        voice = np.resize(voices[index], count).astype(np.float64)
        together += np.roll(voice, int(random.integers(count))) / np.sqrt(_loudness(voice))
    return together


def _resonances(frame: Floats64) -> tuple[Floats64, float]:
    """Linear prediction: the filter that takes a frame's resonances away, and how loud what is left is."""
    products = np.fft.irfft(np.abs(np.fft.rfft(frame, 2 * len(frame))) ** 2)[: _TRACT + 1]
    left = float(products[0]) * (1 + 1e-9) + 1e-12
    filters = np.zeros(_TRACT + 1)
    filters[0] = 1.0
    for order in range(1, _TRACT + 1):
        reflection = -float(filters[:order] @ products[order:0:-1]) / left
        filters[: order + 1] += reflection * filters[: order + 1][::-1]
        left *= 1.0 - reflection**2
    return filters, float(np.sqrt(max(left, 0.0) / max(1e-12, float((np.hanning(len(frame)) ** 2).sum()))))


def random_of(clip: str, condition: str) -> np.random.Generator:
    """The same numbers for the same clip and condition, whatever ran before."""
    digest = hashlib.sha256(f"{condition} {clip}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def _loudness(samples: Floats64) -> float:
    """Mean square of the louder half of stretches of 20 ms: pauses say nothing about the voice."""
    step = SAMPLE_RATE // 50
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    squares = np.sort((whole**2).mean(axis=1)) if len(whole) else np.zeros(1)
    return max(float(squares[len(squares) // 2 :].mean()), 1e-12)


def _mean_square(samples: Floats64) -> float:
    return max(float((samples**2).mean()), 1e-12)


def _under(
    samples: Floats32, disturbance: Floats64, level: Callable[[Floats64], float] = _loudness
) -> Floats32:
    """The clip with this under it at SNR_DB, by this measure of the clip."""
    loud = level(samples.astype(np.float64)) / 10 ** (SNR_DB / 10)
    quiet = max(float((disturbance**2).mean()), 1e-20)
    return np.asarray(samples + disturbance * np.sqrt(loud / quiet), dtype=np.float32)
