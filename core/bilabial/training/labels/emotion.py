"""Teaching and judging the ear for emotion: softmax regression, each actor in turn left out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...audio.features import features
from ...audio.prosody import Prosody, prosody
from ...errors import BilabialError
from ...expression.emotion.by_hand import PLACES
from ...expression.emotion.voice import CLASSES, WINDOW, VoiceModel, statistics_of
from ...models.safetensors import write_tensors
from ...timing import SAMPLE_RATE
from ..data.batches import read_clip
from ..data.sets import Clip, Problems

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]

_HOP = 50  # rows between two windows of one clip
_PENALTY = 0.1  # on the squared weights: of .01, .03, .1 and .3 the best for actors left out
_STEPS = 400
_NOTES = {"happiness": "joy"}  # what a set's note calls one of CLASSES


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Inputs (n, inputs) with the class, the actor and the clip of each."""

    inputs: Floats
    labels: NDArray[np.int64]
    speakers: NDArray[np.str_]
    clips: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Clips of actors that were left out: rows are what was acted, columns what was heard."""

    confusion: NDArray[np.int64]
    valence_r: float
    arousal_r: float

    @property
    def accuracy(self) -> float:
        return float(self.confusion.trace() / self.confusion.sum())

    @property
    def recalls(self) -> Floats:
        recalls: Floats = np.diag(self.confusion) / np.maximum(self.confusion.sum(axis=1), 1)
        return recalls


def gather(clips: list[Clip], problems: Problems) -> Windows:
    inputs, labels, speakers, numbers = [], [], [], []
    for number, clip in enumerate(clips):
        word = (clip.note.split() or [""])[0]
        name = _NOTES.get(word, word)
        if name not in CLASSES:
            continue
        try:
            samples = read_clip(clip)
        except BilabialError as error:
            problems.add(clip.name, str(error))
            continue
        heard, voice = features(samples), prosody(samples)
        for first in range(0, max(1, len(voice) - WINDOW + 1), _HOP):
            span = slice(first, first + WINDOW)
            part = Prosody(voice.intensity_db[span], voice.pitch_hz[span], voice.high_db[span])
            told = statistics_of(heard[span][: len(part)], part)
            if told is not None:
                inputs.append(told)
                labels.append(CLASSES.index(name))
                speakers.append(clip.speaker)
                numbers.append(number)
    if not inputs:
        raise BilabialError("no clip of these sets has a note that names an emotion: give EmoDB or its like")
    log.info("%d windows of %.1f s", len(inputs), WINDOW * 160 / SAMPLE_RATE)
    return Windows(np.array(inputs), np.array(labels), np.array(speakers), np.array(numbers))


def fit(windows: Windows, chosen: NDArray[np.bool_]) -> VoiceModel:
    """Weights under which the chosen windows are likeliest, every class counting alike."""
    from scipy.optimize import minimize

    raw, labels = windows.inputs[chosen], windows.labels[chosen]
    mean, deviation = raw.mean(axis=0), raw.std(axis=0) + 1e-6
    inputs = (raw - mean) / deviation
    count, width = inputs.shape
    share = 1.0 / np.maximum(np.bincount(labels, minlength=len(CLASSES)), 1)
    weight = share[labels] / share[labels].mean()
    wanted = np.eye(len(CLASSES))[labels]
    size = width * len(CLASSES)

    def cost(flat: Floats) -> tuple[float, Floats]:
        weights, bias = flat[:size].reshape(width, -1), flat[size:]
        likely = VoiceModel(np.zeros(width), np.ones(width), weights, bias)(inputs)
        off = (likely - wanted) * weight[:, None] / count
        loss = -float((weight * np.log(likely[np.arange(count), labels] + 1e-12)).mean())
        gradient = np.concatenate([(inputs.T @ off + _PENALTY * weights).ravel(), off.sum(axis=0)])
        return loss + 0.5 * _PENALTY * float((weights**2).sum()), gradient

    start = np.zeros(size + len(CLASSES))
    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return VoiceModel(mean, deviation, found[:size].reshape(width, -1), found[size:])


def leave_one_out(windows: Windows) -> LeftOut:
    """Every clip judged by a model that never heard its actor: the mean answer of its windows."""
    confusion = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    places = np.array([PLACES[name] for name in CLASSES])
    acted, heard = [], []
    for speaker in sorted(set(windows.speakers.tolist())):
        here = windows.speakers == speaker
        likely = fit(windows, ~here)(windows.inputs[here])
        for clip in np.unique(windows.clips[here]):
            of_clip = windows.clips[here] == clip
            answer = likely[of_clip].mean(axis=0)
            label = int(windows.labels[here][of_clip][0])
            confusion[label, int(answer.argmax())] += 1
            acted.append(places[label])
            heard.append(answer @ places)
    acted_array, heard_array = np.array(acted), np.array(heard)
    valence, arousal = (float(np.corrcoef(acted_array[:, i], heard_array[:, i])[0, 1]) for i in range(2))
    return LeftOut(confusion, valence, arousal)


def write_model(model: VoiceModel, path: Path, credit: str) -> None:
    tensors = {
        "mean": model.mean.astype(np.float32),
        "deviation": model.deviation.astype(np.float32),
        "weights": model.weights.astype(np.float32),
        "bias": model.bias.astype(np.float32),
    }
    write_tensors(path, tensors, {"classes": ", ".join(CLASSES), "learned from": credit})


def as_markdown(result: LeftOut, speakers: int, command: str) -> str:
    lines = [
        f"`{command}`, {speakers} actors, each left out in turn; {int(result.confusion.sum())} clips.",
        "",
        "| acted | heard right | " + " | ".join(CLASSES) + " |",
        "|---|---|" + "---|" * len(CLASSES),
    ]
    for name, recall, row in zip(CLASSES, result.recalls, result.confusion, strict=True):
        lines.append(f"| {name} | {recall:.0%} | " + " | ".join(str(int(n)) for n in row) + " |")
    lines += [
        "",
        f"{result.accuracy:.1%} of the clips, {result.recalls.mean():.1%} as the mean over the classes "
        f"(chance {1 / len(CLASSES):.1%}); correlation of valence {result.valence_r:.2f}, "
        f"of arousal {result.arousal_r:.2f}.",
    ]
    return "\n".join(lines)
