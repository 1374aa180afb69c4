"""Faces with sound as one file, ready to learn from: samples, and weights of shapes in several vocabularies.

NAME.npz holds ``clips``, ``actors``, ``moods``, ``test`` (one each), ``sound`` (int16, 16 kHz), where each
clip begins in it and in the frames, ``fps``, ``first`` (seconds of a clip's frame 0), ``kind`` (real, or
taught by a program), ``weights VOCABULARY`` (frames, channels) in 1/65535 and
``head`` (frames, 3) in degrees.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...atomic import atomic_path
from ...errors import BilabialError, FormatError
from ...timing import SAMPLE_RATE

Floats32 = NDArray[np.float32]

REAL, TAUGHT = "real", "taught"
NEUTRAL = "neutral"
_STEP = 65535.0
_SLACK = 0.02  # over 0..1 that a weight may have from rounding
_SHORTFALL_S = 0.25  # of a track against its sound


@dataclass(frozen=True, slots=True, eq=False)
class FaceClip:
    """Frame k stands for the moment ``first`` + k / ``fps``."""

    name: str
    actor: str
    sound: NDArray[np.int16]  # 16 kHz mono
    fps: float
    first: float  # seconds
    weights: Mapping[str, Floats32]  # (frames, channels) by vocabulary
    head: Floats32  # (frames, 3) degrees: yaw, pitch, roll
    mood: str = NEUTRAL
    is_test: bool = False

    @property
    def frames(self) -> int:
        return len(self.head)

    def samples(self) -> Floats32:
        scaled: Floats32 = self.sound.astype(np.float32) / np.float32(32768.0)
        return scaled

    def at(self, moments: NDArray[np.float64], vocabulary: str) -> Floats32:
        """Weights at these moments (seconds), linearly between frames; the ends go on."""
        return _between(self.weights[vocabulary], (moments - self.first) * self.fps)

    def head_at(self, moments: NDArray[np.float64]) -> Floats32:
        return _between(self.head, (moments - self.first) * self.fps)


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    name: str
    kind: str  # REAL or TAUGHT
    clips: tuple[FaceClip, ...]

    def picked(self, test: bool) -> list[FaceClip]:
        return [clip for clip in self.clips if clip.is_test == test]

    @property
    def hours(self) -> float:
        return sum(len(clip.sound) for clip in self.clips if not clip.is_test) / SAMPLE_RATE / 3600


def refuse_misfit(clip: FaceClip) -> None:
    """Raise where a track cannot belong to its sound, or holds what no weight is."""
    seconds, lasts = len(clip.sound) / SAMPLE_RATE, clip.first + clip.frames / clip.fps
    if lasts < seconds - _SHORTFALL_S:
        raise FormatError(
            f"its track lasts {lasts:.2f} s and its sound {seconds:.2f} s: they do not belong together"
        )
    for vocabulary, rows in clip.weights.items():
        if not np.isfinite(rows).all():
            raise FormatError(
                f"its weights of {vocabulary} hold something that is no number: make them again"
            )
        low, high = float(rows.min(initial=0.0)), float(rows.max(initial=0.0))
        if low < -_SLACK or high > 1.0 + _SLACK:
            worst = low if -low > high - 1.0 else high
            raise FormatError(
                f"it has a weight of {worst:.3g} in {vocabulary}: weights are shares from 0 to 1, so divide "
                "percents by 100"
            )


def write_face_set(faces: FaceSet, path: Path) -> None:
    if not faces.clips:
        raise BilabialError(f"no clip is left for {path}: the reasons stand above")
    first = faces.clips[0]
    if any((clip.fps, clip.first) != (first.fps, first.first) for clip in faces.clips):
        raise BilabialError(f"the clips of {faces.name} run at several rates: make one set of each rate")
    arrays: dict[str, Any] = {
        "clips": np.array([clip.name for clip in faces.clips]),
        "actors": np.array([clip.actor for clip in faces.clips]),
        "moods": np.array([clip.mood for clip in faces.clips]),
        "test": np.array([clip.is_test for clip in faces.clips]),
        "sound": np.concatenate([clip.sound for clip in faces.clips]),
        "sound_starts": _starts([len(clip.sound) for clip in faces.clips]),
        "frame_starts": _starts([clip.frames for clip in faces.clips]),
        "fps": first.fps,
        "first": first.first,
        "kind": faces.kind,
        "head": np.concatenate([clip.head for clip in faces.clips]).astype(np.float32),
    }
    for vocabulary in first.weights:
        rows = np.concatenate([clip.weights[vocabulary] for clip in faces.clips])
        arrays[f"weights {vocabulary}"] = np.round(np.clip(rows, 0.0, 1.0) * _STEP).astype(np.uint16)
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def read_face_set(path: Path) -> FaceSet:
    if not path.is_file():
        raise FormatError(f"there is no set {path}: make one with face-fit or face-teach")
    try:
        with np.load(path, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
        clips = tuple(_clips(data))
        kind = str(data["kind"])
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        raise FormatError(f"{path} is no readable set of faces ({error}): make it again") from error
    if kind not in (REAL, TAUGHT):
        raise FormatError(f"{path} is neither real nor taught but {kind!r}: make it again")
    return FaceSet(path.stem, kind, clips)


def read_face_sets(paths: Sequence[str | Path]) -> list[FaceSet]:
    return [read_face_set(Path(path)) for path in paths]


def _clips(data: Mapping[str, NDArray[Any]]) -> list[FaceClip]:
    vocabularies = [name.partition(" ")[2] for name in data if name.startswith("weights ")]
    scaled = {name: (data[f"weights {name}"].astype(np.float32) / np.float32(_STEP)) for name in vocabularies}
    found = []
    for index, name in enumerate(data["clips"]):
        rows = slice(*data["frame_starts"][index : index + 2].tolist())
        sound = data["sound"][slice(*data["sound_starts"][index : index + 2].tolist())]
        found.append(
            FaceClip(
                str(name), str(data["actors"][index]), sound, float(data["fps"]), float(data["first"]),
                {vocabulary: scaled[vocabulary][rows] for vocabulary in vocabularies}, data["head"][rows],
                str(data["moods"][index]), bool(data["test"][index]),
            )
        )  # fmt: skip
    return found


def _starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _between(rows: Floats32, position: NDArray[np.float64]) -> Floats32:
    position = np.clip(position, 0.0, len(rows) - 1)
    before = np.minimum(position.astype(np.int64), max(0, len(rows) - 2))
    after = np.minimum(before + 1, len(rows) - 1)
    share = (position - before)[:, None].astype(np.float32)
    mixed: Floats32 = rows[before] * (1 - share) + rows[after] * share
    return mixed
