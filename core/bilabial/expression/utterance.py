"""What the layers read of a line: its phrases, its pauses, and the syllables that stand out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..audio.prosody import Prosody
from ..phonemes.track import Phone, PhoneTrack
from ..solve.jali.units import Unit, units_of
from ..timing import FRAME_RATE

Floats = NDArray[np.float64]

PAUSE_S = 0.25  # a longer silence ends a phrase
_SHORT_PAUSE_S = 0.14  # so does this one, where it is no stop's closure and the phrase has lasted long enough
_LASTED_S = 0.8
_UNSTOPPED = frozenset("mnŋɲɱlɫɹrɾɻw")  # sounds of the groups below that begin without a silent closure
_STOPPED_GROUPS = frozenset(("MBP", "LNTD", "GK", "ShChZh"))
_LEVEL_SD_DB = 4.0  # least spread of loudness: a monotone line must not have small differences blown up
_PITCH_SD = 0.12  # octaves
_OF_STRESS: dict[int | None, float] = {1: 0.6, 2: 0.3, 0: -0.6}
_BEND_REACH = 20  # rows either side of a syllable in which its pitch may turn


@dataclass(frozen=True, slots=True)
class Accent:
    """A syllable that stands out: when its vowel stands, how much (0..1), its pitch over the line's."""

    time: float
    strength: float
    octaves: float


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """``phrases`` are stretches of speech (start, end) in seconds between pauses."""

    rows: int
    phrases: tuple[tuple[float, float], ...]
    accents: tuple[Accent, ...]

    @property
    def duration(self) -> float:
        return self.rows / FRAME_RATE

    @property
    def times(self) -> Floats:
        """Seconds of each row."""
        times: Floats = np.arange(self.rows) / FRAME_RATE
        return times

    def pauses(self) -> tuple[tuple[float, float], ...]:
        """What lies between the phrases, the silence before the first and after the last included."""
        edges = [0.0, *(edge for phrase in self.phrases for edge in phrase), self.duration]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return tuple((start, end) for start, end in pairs if end > start)


def read_utterance(phones: PhoneTrack, prosody: Prosody) -> Utterance:
    spoken = [phone for phone in phones if not phone.is_silence]
    return Utterance(len(prosody), _phrases(spoken), _accents(units_of(phones), prosody))


def _phrases(spoken: list[Phone]) -> tuple[tuple[float, float], ...]:
    phrases: list[tuple[float, float]] = []
    for phone in spoken:
        if phrases and not _ends(phrases[-1], phone):
            phrases[-1] = (phrases[-1][0], phone.end)
        else:
            phrases.append((phone.start, phone.end))
    return tuple(phrases)


def _ends(phrase: tuple[float, float], after: Phone) -> bool:
    """Whether the phrase is over before this sound. A clause often ends in a pause as short as a p's
    closure."""
    pause = after.start - phrase[1]
    stopped = after.group in _STOPPED_GROUPS and after.label[:1] not in _UNSTOPPED
    return pause >= PAUSE_S or (
        pause >= _SHORT_PAUSE_S and not stopped and phrase[1] - phrase[0] >= _LASTED_S
    )


def _accents(units: list[Unit], prosody: Prosody) -> tuple[Accent, ...]:
    """Vowels louder, higher or longer than the line's; lexical stress counts where it is known."""
    vowels = [unit for unit in units if unit.is_vowel and unit.start * FRAME_RATE < len(prosody)]
    if not vowels:
        return ()
    level, pitch, bend = (
        np.array(column) for column in zip(*(_heard(u, prosody) for u in vowels), strict=True)
    )
    length = np.array([min(unit.length, 0.3) for unit in vowels])
    stress = np.array([_OF_STRESS.get(unit.stress, 0.0) for unit in vowels])
    score = (
        0.45 * _scores(level, _LEVEL_SD_DB)
        + 0.45 * _scores(pitch, _PITCH_SD)
        + 0.3 * np.nan_to_num(bend) / _PITCH_SD
        + 0.2 * _scores(length, 0.04)
        + stress
    )
    strength = np.clip(0.35 + 0.3 * score, 0.0, 1.0)
    over = np.nan_to_num(pitch - _middle(pitch))
    return tuple(
        Accent(unit.start + 0.5 * unit.length, round(float(s), 4), round(float(o), 4))
        for unit, s, o in zip(vowels, strength, over, strict=True)
    )


def _heard(unit: Unit, prosody: Prosody) -> tuple[float, float, float]:
    """Loudness (dB), pitch (octaves) of a vowel, and how far its pitch rises over its neighbourhood's."""
    first = int(unit.start * FRAME_RATE)
    last = max(first + 1, min(int(unit.end * FRAME_RATE), len(prosody)))
    level = float(prosody.intensity_db[first:last].max())
    pitch = _octave(prosody.pitch_hz[first:last])
    around = _octave(prosody.pitch_hz[max(0, first - _BEND_REACH) : last + _BEND_REACH])
    return level, pitch, pitch - around


def _octave(pitch: NDArray[np.float32]) -> float:
    voiced = pitch[np.isfinite(pitch)].astype(np.float64)
    return float(np.log2(voiced).mean()) if len(voiced) else float("nan")


def _middle(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else 0.0


def _scores(values: Floats, least_sd: float) -> Floats:
    finite = values[np.isfinite(values)]
    sd = max(float(finite.std()), least_sd) if len(finite) else least_sd
    scores: Floats = np.clip(np.nan_to_num((values - _middle(values)) / sd), -2.0, 2.0)
    return scores
