"""How near the networks that draw a face come to a set's weights, voice by voice: speakers that trained
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...audio.hearings import rows_of
from ...errors import BilabialError
from ...expression.drawn import FACES
from ...models.store import Model
from ...timing import FRAME_RATE
from ..data.face_sets import FaceClip, FaceSet
from .face_weights import Told, mouth, score
from .mouth import CLOSED_GAP, CLOSED_SHARE, NEAR_S

Floats = NDArray[np.float64]

MEAN = "the mean face"


@dataclass(frozen=True, slots=True)
class VoiceScore:
    """One face on one set's test clips."""

    faces: str
    title: str
    clips: int
    voices: int
    rmse: float
    gap_r: float
    width_r: float
    closures: int  # stretches in which the set's lips are shut
    met: float  # share of them in which these come together too, within NEAR_S


def voices(models: Sequence[Model], faces: FaceSet) -> list[VoiceScore]:
    """The models, bare, after a face that never moves; each in the vocabulary that it speaks."""
    tests = faces.picked(True)
    if not tests:
        raise BilabialError(f"{faces.name} has no clip that trains nothing: make it with some held back")
    found: list[VoiceScore] = []
    for model in models:
        told = [_told(model, clip) for clip in tests]
        name = told[0][0]
        if not found:
            found.append(_score(MEAN, faces, name, [_still(clip, faces, name) for clip in tests]))
        found.append(_score(model.card.name, faces, name, [one for _, one in told]))
    return found


def _moments(clip: FaceClip, rows: int) -> Floats:
    seconds = min(rows / FRAME_RATE, clip.first + clip.frames / clip.fps)
    return np.arange(int(seconds * FRAME_RATE)) / FRAME_RATE


def _told(model: Model, clip: FaceClip) -> tuple[str, Told]:
    tracks = model.predict(rows_of(clip.samples(), model.network.hears)).tracks
    name = next((track for track in tracks if track in FACES), None)
    if name is None:
        raise BilabialError(f"model {model.card.name!r} draws no whole face: choose another one")
    rows = np.asarray(tracks[name], np.float64)
    moments = _moments(clip, len(rows))
    wanted = np.asarray(clip.at(moments, name), np.float64)
    return name, Told(clip.actor, clip.mood, rows[: len(moments)], wanted)


def _still(clip: FaceClip, faces: FaceSet, name: str) -> Told:
    """The mean of what trains, or of the tests where nothing else is in the set."""
    known = faces.picked(False) or faces.picked(True)
    mean = np.concatenate([one.weights[name] for one in known]).mean(axis=0, dtype=np.float64)
    wanted = np.asarray(clip.at(_moments(clip, 10**9), name), np.float64)
    return Told(clip.actor, clip.mood, np.tile(mean, (len(wanted), 1)), wanted)


def _score(title: str, faces: FaceSet, name: str, told: Sequence[Told]) -> VoiceScore:
    whole = score(told, name)
    met = [flag for one in told for flag in closures_met(one, name)]
    return VoiceScore(
        faces.name, title, len(told), len({one.actor for one in told}), whole.rmse, whole.gap_r,
        whole.width_r, len(met), float(np.mean(met)) if met else float("nan"),
    )  # fmt: skip


def closures_met(one: Told, vocabulary: str) -> list[bool]:
    """For each stretch in which the wanted lips are shut between open ones: whether those told come under
    CLOSED_SHARE of their own usual gap in it or near it. A network's lips come together and hardly touch, as
    a tracked face's do."""
    wanted, told = mouth(one.wanted, vocabulary)[0], mouth(one.told, vocabulary)[0]
    limit = CLOSED_SHARE * float(np.median(told))
    near = round(NEAR_S * FRAME_RATE)
    shut = np.diff(np.concatenate([[0], (wanted < CLOSED_GAP).astype(np.int8), [0]]))
    runs = zip(np.flatnonzero(shut > 0).tolist(), np.flatnonzero(shut < 0).tolist(), strict=True)
    return [
        bool((told[max(0, first - near) : end + near] < limit).any())
        for first, end in runs
        if first > 0 and end < len(wanted)
    ]


def as_markdown(found: Sequence[VoiceScore], command: str) -> str:
    lines = [
        f"`{command}`",
        "",
        "| voices that trained nothing | | clips | RMSE | gap r | width r | shut lips met |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        met = "–" if np.isnan(one.met) or one.title == MEAN else f"{one.met:.0%} of {one.closures}"
        likeness = " | ".join("–" if np.isnan(r) else f"{r:.2f}" for r in (one.gap_r, one.width_r))
        lines.append(
            f"| {one.faces}, {one.voices} | {one.title} | {one.clips} | {one.rmse:.4f} | {likeness} | {met} |"
        )
    return "\n".join(lines)
