"""What the layers of the face make, beside a real face: rates, times, sizes, and what goes with pitch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...audio.prosody import Prosody, prosody
from ...audio.reading import read
from ...errors import BilabialError
from ...expression.face import dense_layers, face_options
from ...models.store import Model
from ...phonemes.transcript import align_text
from ...timing import FRAME_RATE
from ..data.real_face import RealClip
from ..data.sets import Problems
from .mouth import as_subtitle

Floats = NDArray[np.float64]

_SHUT, _BEGUN = 0.5, 0.15  # of the lids' way: what counts as a blink, and where it begins and ends
_APART_S = 0.3  # shuttings closer than this are one blink
_VOICED_FEWEST = 8
_NEAR_END_S = 0.35  # of the last word's end


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One clip of either face, frame by frame: lids 0..1 shut, brows in their own unit, head in degrees."""

    times: Floats
    lids: Floats
    brows: Floats
    head: Floats  # (frames, 3) yaw, pitch, roll
    octaves: Floats  # log2 of the pitch, nan where unvoiced
    speech_end: float


def real_faces(clips: Iterable[RealClip], problems: Problems) -> list[tuple[RealClip, Face, Prosody]]:
    found = []
    for clip in clips:
        if not clip.words:
            continue
        try:
            heard = prosody(read(clip.sound))
        except BilabialError as error:
            problems.add(clip.name, str(error))
            continue
        open_lids = clip.lids()
        lids = np.clip(1.0 - open_lids / np.median(open_lids), 0.0, 1.0)
        octaves = _octaves(heard, clip.times)
        face = Face(clip.times, lids, clip.brows(), np.degrees(clip.head()), octaves, clip.words[-1].end)
        found.append((clip, face, heard))
    return found


def made_faces(
    real: Sequence[tuple[RealClip, Face, Prosody]], model: Model, features: str, problems: Problems
) -> list[Face]:
    """The usual layers for the same sentences, each with a seed of its own."""
    from ...audio.listening import listen

    made = []
    for seed, (clip, face, heard) in enumerate(real):
        try:
            rows = listen([read(clip.sound)], clip.name, features, lambda _: None).features
            assert rows is not None
            phones = align_text(rows, as_subtitle(clip.words), "en", model)
        except BilabialError as error:
            problems.add(clip.name, str(error))
            continue
        layers = dense_layers(face_options(seed=seed), phones, heard)
        times = np.arange(len(heard)) / FRAME_RATE
        octaves = _octaves(heard, times)
        made.append(
            Face(
                times, layers["blinks"][:, 0], layers["brows"][:, 0], layers["head"], octaves, face.speech_end
            )
        )
    return made


def _octaves(heard: Prosody, times: Floats) -> Floats:
    pitch = np.log2(heard.pitch_hz.astype(np.float64))
    at = np.clip(np.round(times * FRAME_RATE).astype(int), 0, len(pitch) - 1)
    octaves: Floats = pitch[at]
    return octaves


@dataclass(frozen=True, slots=True)
class Statistics:
    """Times in seconds, angles in degrees."""

    seconds: float
    blinks_a_minute: float
    shutting: float  # from where it begins to the most
    opening: float
    at_the_end: float  # share of blinks that begin about the last word's end or after it
    head_sd: tuple[float, float, float]
    head_speed: tuple[float, float, float]  # mean absolute, a second
    head_with_pitch: float  # largest |r| of the head's pitch with the voice's over lags of +-0.3 s, signed
    brows_with_pitch: float


def statistics(faces: Sequence[Face]) -> Statistics:
    seconds = float(sum(face.times[-1] - face.times[0] for face in faces))
    shutting, opening, late, count = [], [], 0, 0
    for face in faces:
        for begin, most, end in _blinks(face):
            count += 1
            late += face.times[begin] > face.speech_end - _NEAR_END_S
            if begin and end < len(face.times) - 1:
                shutting.append(face.times[most] - face.times[begin])
                opening.append(face.times[end] - face.times[most])
    centred = np.concatenate([face.head - face.head.mean(axis=0) for face in faces])
    speeds = np.concatenate(
        [np.abs(np.diff(face.head, axis=0)) / np.diff(face.times)[:, None] for face in faces]
    )
    sd, speed = centred.std(axis=0).tolist(), speeds.mean(axis=0).tolist()
    return Statistics(
        seconds, 60.0 * count / seconds,
        float(np.median(shutting)) if shutting else float("nan"),
        float(np.median(opening)) if opening else float("nan"),
        late / count if count else float("nan"),
        (sd[0], sd[1], sd[2]), (speed[0], speed[1], speed[2]),
        _with_pitch(faces, lambda face: face.head[:, 1]), _with_pitch(faces, lambda face: face.brows),
    )  # fmt: skip


def _blinks(face: Face) -> list[tuple[int, int, int]]:
    """Frames at which each begins, is shut most and ends."""
    lids = face.lids
    found: list[tuple[int, int, int]] = []
    for peak in np.flatnonzero(
        (lids > _SHUT) & (lids >= np.maximum(np.r_[0, lids[:-1]], np.r_[lids[1:], 0]))
    ):
        if found and face.times[peak] - face.times[found[-1][1]] < _APART_S:
            continue
        before = np.flatnonzero(lids[:peak] < _BEGUN)
        after = np.flatnonzero(lids[peak:] < _BEGUN)
        begin = int(before[-1]) if len(before) else 0
        end = int(peak + after[0]) if len(after) else len(lids) - 1
        found.append((begin, int(peak), end))
    return found


def _with_pitch(faces: Sequence[Face], of: Callable[[Face], Floats]) -> float:
    best = 0.0
    for lag in np.arange(-0.3, 0.31, 0.1):
        ours, theirs = [], []
        for face in faces:
            values = np.interp(face.times + lag, face.times, of(face))
            voiced = np.isfinite(face.octaves)
            if voiced.sum() < _VOICED_FEWEST:
                continue
            ours.append(values[voiced] - values[voiced].mean())
            theirs.append(face.octaves[voiced] - face.octaves[voiced].mean())
        if ours:
            r = float(np.corrcoef(np.concatenate(ours), np.concatenate(theirs))[0, 1])
            best = r if abs(r) > abs(best) else best
    return best


def as_markdown(real: Statistics, made: Statistics, command: str) -> str:
    def three(values: tuple[float, float, float]) -> str:
        return " / ".join(f"{value:.2f}" for value in values)

    rows = [
        ("blinks a minute", f"{real.blinks_a_minute:.0f}", f"{made.blinks_a_minute:.0f}"),
        ("lids shut in", f"{real.shutting * 1000:.0f} ms", f"{made.shutting * 1000:.0f} ms"),
        ("lids open in", f"{real.opening * 1000:.0f} ms", f"{made.opening * 1000:.0f} ms"),
        ("blinks about the last word's end or later", f"{real.at_the_end:.0%}", f"{made.at_the_end:.0%}"),
        ("head's yaw / pitch / roll, sd in degrees", three(real.head_sd), three(made.head_sd)),
        ("head's speed, degrees a second", three(real.head_speed), three(made.head_speed)),
        ("r of head and voice's pitch", f"{real.head_with_pitch:.2f}", f"{made.head_with_pitch:.2f}"),
        ("r of brows and voice's pitch", f"{real.brows_with_pitch:.2f}", f"{made.brows_with_pitch:.2f}"),
    ]  # fmt: skip
    lines = [f"`{command}`, {real.seconds:.0f} s of speech", "", "| | his | ours |", "|---|---|---|"]
    return "\n".join(lines + [f"| {name} | {his} | {ours} |" for name, his, ours in rows])
