"""Emotion heard in the voice: ten times a second, from a second and a half of speech around it.

A regularised softmax regression on means, spreads and speeds of the cepstra, the filter bank's first bands,
pitch and loudness. It learned from seven German actors (docs/face.md tells how well it hears one whom it
never met); music, noise and silence hold no phones and count as neutral.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...audio.prosody import Prosody
from ...models.safetensors import read_tensors
from ...phonemes.track import PhoneTrack
from ...timing import FRAME_RATE
from ..names import EMOTION, EMOTIONS, NEUTRAL
from .by_hand import PLACES

Floats = NDArray[np.float64]

RATE = 10  # answers a second
WINDOW = 150  # rows of speech that an answer hears
CLASSES = ("anger", "boredom", "disgust", "fear", "joy", NEUTRAL, "sadness")
_CEPSTRA_AND_BANDS = 39  # of the 65 features: what follows are centroids
_LOUD_DB = 35.0  # below the window's loudest row: quieter rows are no speech
_FEWEST = 30  # rows of speech under which a window tells nothing
_FEWEST_VOICED = 6
_STEADY_S = 1.2  # over which answers are averaged: an emotion does not change with a syllable
WEIGHTS = Path(__file__).with_name("voice.safetensors")


@dataclass(frozen=True, slots=True, eq=False)
class VoiceModel:
    """Softmax regression over ``statistics_of``; ``mean`` and ``deviation`` scale its inputs."""

    mean: Floats
    deviation: Floats
    weights: Floats  # (inputs, CLASSES)
    bias: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """(n, inputs) -> (n, CLASSES) probabilities."""
        scores = ((inputs - self.mean) / self.deviation) @ self.weights + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        probabilities: Floats = likely / likely.sum(axis=1, keepdims=True)
        return probabilities


@lru_cache(maxsize=1)
def voice_model() -> VoiceModel:
    tensors = {name: array.astype(np.float64) for name, array in read_tensors(WEIGHTS).items()}
    return VoiceModel(tensors["mean"], tensors["deviation"], tensors["weights"], tensors["bias"])


def statistics_of(features: NDArray[np.floating], prosody: Prosody) -> Floats | None:
    """What a window of rows says about the voice; None where too little of it is speech."""
    level = prosody.intensity_db.astype(np.float64)
    loud = level > level.max(initial=-100.0) - _LOUD_DB
    loud &= np.isfinite(features).all(axis=1)
    if loud.sum() < _FEWEST:
        return None
    rows = features[loud, :_CEPSTRA_AND_BANDS].astype(np.float64)
    speed = np.abs(np.diff(rows, axis=0)).mean(axis=0)
    pitch = np.log2(prosody.pitch_hz.astype(np.float64))
    voiced = np.isfinite(pitch) & loud
    high = prosody.high_db.astype(np.float64)[loud]
    loudness = [
        voiced.mean(), level[loud].mean(), level[loud].std(), high.mean() - level[loud].mean(), high.std(),
        np.abs(np.diff(level[loud])).mean(),
    ]  # fmt: skip
    return np.concatenate([rows.mean(axis=0), rows.std(axis=0), speed, _melody(pitch[voiced]), loudness])


def _melody(octaves: Floats) -> Floats:
    """Height, spread, range, restlessness and slope of the pitch; an ordinary voice where there is none."""
    if len(octaves) < _FEWEST_VOICED:
        return np.array([7.2, 0.0, 7.0, 7.2, 7.4, 0.0, 0.0])
    low, middle, high = np.percentile(octaves, [5, 50, 95])
    along = np.arange(len(octaves)) / FRAME_RATE
    slope = np.polyfit(along, octaves, 1)[0]
    restless = np.abs(np.diff(octaves)).mean()
    return np.array([octaves.mean(), octaves.std(), low, middle, high, restless, slope])


def heard_emotion(features: NDArray[np.floating], prosody: Prosody, phones: PhoneTrack) -> Floats:
    """(rows, EMOTION) for a line: probabilities as amounts, and their place on the circumplex."""
    rows = len(prosody)
    centres = np.arange(0, rows, FRAME_RATE // RATE)
    spoken = _spoken(phones, rows)
    likely = np.zeros((len(centres), len(CLASSES)))
    likely[:, CLASSES.index(NEUTRAL)] = 1.0
    inputs, at = [], []
    for index, centre in enumerate(centres.tolist()):
        first = max(0, min(centre - WINDOW // 2, rows - WINDOW))
        span = slice(first, min(rows, first + WINDOW))
        if spoken[span].sum() < _FEWEST:
            continue
        part = Prosody(prosody.intensity_db[span], prosody.pitch_hz[span], prosody.high_db[span])
        told = statistics_of(features[span], part)
        if told is not None:
            inputs.append(told)
            at.append(index)
    if at:
        likely[at] = voice_model()(np.array(inputs))
    return _curves(_steady(likely), rows)


def _spoken(phones: PhoneTrack, rows: int) -> NDArray[np.bool_]:
    spoken = np.zeros(rows, bool)
    for phone in phones:
        if not phone.is_silence:
            spoken[int(phone.start * FRAME_RATE) : int(phone.end * FRAME_RATE) + 1] = True
    return spoken


def _steady(likely: Floats) -> Floats:
    """Averaged over a moment, so that a face does not flicker between two guesses."""
    reach = round(_STEADY_S * RATE / 2)
    kernel = np.hanning(2 * reach + 3)[1:-1]
    weight = np.convolve(np.ones(len(likely)), kernel, "same")
    columns = [np.convolve(column, kernel, "same") / weight for column in likely.T]
    return np.stack(columns, axis=1)


def _curves(likely: Floats, rows: int) -> Floats:
    """Answers at RATE as rows at FRAME_RATE, named as EMOTION is."""
    result = np.zeros((rows, len(EMOTION)))
    at = np.arange(len(likely)) * (FRAME_RATE / RATE)
    for column, name in enumerate(CLASSES):
        amount = np.interp(np.arange(rows), at, likely[:, column])
        result[:, 0] += PLACES[name][0] * amount
        result[:, 1] += PLACES[name][1] * amount
        if name in EMOTIONS:
            result[:, EMOTION.index(name)] = amount
    return result
