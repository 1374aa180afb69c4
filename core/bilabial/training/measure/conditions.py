"""Clean clips as bad surroundings make them, for measuring: noise, a room, the telephone, others talking.

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

SNR_DB: Final = 5.0  # of noise and of babble, over the parts where somebody speaks
VOICES: Final = 6  # that babble together
_ROOM_S: Final = 0.6  # until an echo has fallen by 60 dB
_DIRECT_DB: Final = 0.0  # direct sound over all echoes: as far away as the echoes are loud
_TELEPHONE_HZ: Final = (300.0, 3400.0)


def noise(samples: Floats32, random: np.random.Generator) -> Floats32:
    """Pink noise, as of machines, wind and traffic."""
    spectrum = np.fft.rfft(random.standard_normal(len(samples)))
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    return _under(samples, np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 50.0)), len(samples)))


def room(samples: Floats32, random: np.random.Generator) -> Floats32:
    """A bare room: the direct sound, then echoes that die away. The direct sound stays where it was."""
    count = int(_ROOM_S * SAMPLE_RATE)
    echoes = random.standard_normal(count) * 10 ** (-3.0 * np.arange(count) / count)
    echoes[: int(0.003 * SAMPLE_RATE)] = 0.0  # the nearest wall is a metre away
    echoes *= 10 ** (-_DIRECT_DB / 20) / np.sqrt((echoes**2).sum())
    echoes[0] = 1.0
    size = len(samples) + count
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echoes, size), size)
    return np.asarray(wet[: len(samples)], dtype=np.float32)


def telephone(samples: Floats32, random: np.random.Generator) -> Floats32:
    """300 to 3400 Hz in eight bits of mu-law, with a little hiss on the line."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    low, high = _TELEPHONE_HZ
    # Edges 50 and 200 Hz wide: steeper ones would ring.
    rising, falling = np.clip((hertz - low) / 50 + 0.5, 0, 1), np.clip((high - hertz) / 200 + 0.5, 0, 1)
    narrow = np.fft.irfft(spectrum * rising * falling, len(samples))
    peak = max(float(np.abs(narrow).max(initial=0.0)), 1e-9)
    hissing = narrow / peak + random.normal(0, 1e-3, len(narrow))
    pressed = np.sign(hissing) * np.log1p(255 * np.minimum(np.abs(hissing), 1)) / np.log(256)
    steps = np.rint(pressed * 127) / 127
    opened = np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255
    return np.asarray(opened * peak, dtype=np.float32)


def babble(voices: Sequence[Floats32]) -> Callable[[Floats32, np.random.Generator], Floats32]:
    """Other people talking, made of these clips; six at a time."""

    def spoil(samples: Floats32, random: np.random.Generator) -> Floats32:
        together = np.zeros(len(samples))
        for index in random.choice(len(voices), size=min(VOICES, len(voices)), replace=False):
            voice = np.resize(voices[index], len(samples)).astype(np.float64)
            together += np.roll(voice, int(random.integers(len(samples)))) / np.sqrt(_loudness(voice))
        return _under(samples, together)

    return spoil


def conditions(
    voices: Sequence[Floats32],
) -> Mapping[str, Callable[[Floats32, np.random.Generator], Floats32]]:
    """By name; ``voices`` is who babbles, and should be none of those that are measured."""
    known = {"noise 5 dB": noise, "room": room, "telephone": telephone}
    return known | ({"babble 5 dB": babble(voices)} if voices else {})


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


def _under(samples: Floats32, disturbance: Floats64) -> Floats32:
    """The clip with this under it at SNR_DB."""
    loud = _loudness(samples.astype(np.float64)) / 10 ** (SNR_DB / 10)
    quiet = max(float((disturbance**2).mean()), 1e-20)
    return np.asarray(samples + disturbance * np.sqrt(loud / quiet), dtype=np.float32)
