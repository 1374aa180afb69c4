"""A real face that speaks: sounds, words with times, tracked points (the layout of GRID's set).

A folder with ``tracks.npz`` (clips, start, lm, arkit, pose, ok, fps), ``points.json`` (which mesh point each
landmark is), ``audio/NAME.*``, ``align/NAME.align`` and ``test.txt``: names of clips that train nothing.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import FormatError
from .sets import Problems

Floats = NDArray[np.float64]

_LANDMARK_STEP = 1.0 / 32.0  # pixels
_ALIGN_RATE = 25_000.0  # of the words' times, a second
_SILENT_WORDS = frozenset(("sil", "sp"))
_SOUNDS = (".opus", ".flac", ".wav", ".mp3")
_SHORTFALL_S = 0.25  # of a track against its sound: what is shorter belongs to another sound

# Mesh points, from the corner of the lips on the picture's left to the one on its right, lower and upper.
INNER_LOWER = (95, 88, 178, 87, 14, 317, 402, 318, 324)
INNER_UPPER = (191, 80, 81, 82, 13, 312, 311, 310, 415)
CORNERS = (61, 291)
EYES = ((33, 133), (362, 263))  # outer and inner corner of each
LIDS = ((160, 144), (158, 153), (385, 380), (387, 373))  # upper and lower
BROWS = (105, 66, 296, 334)
_FORWARD = ("mouthPucker", "mouthFunnel")
_MIDDLE = slice(2, 7)  # of the nine pairs: the width in which a closed mouth is closed


@dataclass(frozen=True, slots=True)
class Word:
    start: float  # seconds
    end: float
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class RealClip:
    """Frame k stands for the moment (k + 0.5) / ``fps``: a picture is taken while it is exposed."""

    name: str
    sound: Path
    words: tuple[Word, ...]
    fps: float
    points: Floats  # (frames, 98, 2) pixels
    arkit: Floats  # (frames, 52) 0..1, the tracker's own weights
    rotation: Floats  # (frames, 3, 3) of the head
    ok: NDArray[np.bool_]  # frames in which the face was found
    place: dict[int, int]  # mesh point -> row of points
    is_test: bool
    arkit_names: tuple[str, ...] = ()

    @property
    def times(self) -> Floats:
        times: Floats = np.asarray((np.arange(len(self.points)) + 0.5) / self.fps, np.float64)
        return times

    @property
    def said(self) -> str:
        return " ".join(word.text for word in self.words)

    def in_speech(self) -> NDArray[np.bool_]:
        """Frames from the first word's start to the last word's end in which the face was found."""
        if not self.words:
            return np.zeros(len(self.points), bool)
        inside: NDArray[np.bool_] = (self.times >= self.words[0].start) & (self.times <= self.words[-1].end)
        return inside & self.ok

    def at(self, *mesh: int) -> Floats:
        """(frames, n, 2) of mesh points."""
        points: Floats = self.points[:, [self.place[point] for point in mesh]]
        return points

    def axes(self) -> tuple[Floats, Floats, float]:
        """Unit vectors across and down the face, frame by frame, and the clip's eye distance (pixels)."""
        across = self.at(*EYES[1]).mean(axis=1) - self.at(*EYES[0]).mean(axis=1)
        distance = np.linalg.norm(across, axis=1, keepdims=True)
        across = across / distance
        return across, np.stack([-across[:, 1], across[:, 0]], axis=1), float(np.median(distance))

    def mouth(self) -> tuple[Floats, Floats]:
        """Lip gap and mouth width, frame by frame, in distances of the eyes."""
        across, down, distance = self.axes()
        gap = (
            ((self.at(*INNER_LOWER) - self.at(*INNER_UPPER)) * down[:, None])
            .sum(axis=2)[:, _MIDDLE]
            .mean(axis=1)
        )
        left, right = self.at(*CORNERS).transpose(1, 0, 2)
        return gap / distance, ((right - left) * across).sum(axis=1) / distance

    def forward(self) -> Floats:
        """How far the lips come forward, by the tracker's own weights: a front view has no depth. Nothing
        where it does not name them."""
        columns = [self.arkit_names.index(name) for name in _FORWARD if name in self.arkit_names]
        return np.asarray(self.arkit[:, columns].sum(axis=1), np.float64)

    def lids(self) -> Floats:
        """How far the eyes are open, in distances of the eyes."""
        heights = [np.linalg.norm(np.diff(self.at(*pair), axis=1)[:, 0], axis=1) for pair in LIDS]
        opening: Floats = np.mean(heights, axis=0) / self.axes()[2]
        return opening

    def brows(self) -> Floats:
        """Height of the brows over the eyes, in distances of the eyes."""
        _, down, distance = self.axes()
        eyes = self.at(*EYES[0], *EYES[1]).mean(axis=1)
        height: Floats = -((self.at(*BROWS).mean(axis=1) - eyes) * down).sum(axis=1) / distance
        return height

    def head(self) -> Floats:
        """(frames, 3) radians: yaw to the face's left, pitch upwards, roll towards its left shoulder."""
        turn = self.rotation
        yaw = np.arcsin(np.clip(-turn[:, 2, 0], -1.0, 1.0))
        pitch = -np.arctan2(turn[:, 2, 1], turn[:, 2, 2])
        roll = np.arctan2(turn[:, 1, 0], turn[:, 0, 0])
        return np.stack([yaw, pitch, roll], axis=1)


def read_real_face(folder: Path, problems: Problems) -> Iterator[RealClip]:
    """The clips of a set in the order of its tracks; those without sound are left out."""
    tracks, place, test = _tables(folder)
    names = [str(name) for name in tracks["clips"]]
    shapes = tuple(str(name) for name in tracks.get("arkit_names", ()))
    starts = tracks["start"].astype(np.int64)
    fps = float(tracks["fps"])
    if not 1.0 <= fps <= 1000.0:
        raise FormatError(f"{folder.name}: tracks.npz runs at {fps:g} frames a second, which is no rate")
    pose = tracks["pose"].astype(np.float64).reshape(-1, 3, 4)[:, :, :3]
    pose = pose / np.maximum(np.linalg.norm(pose, axis=1, keepdims=True), 1e-9)
    for index, name in enumerate(names):
        rows = slice(int(starts[index]), int(starts[index + 1]))
        sound = next((p for end in _SOUNDS if (p := folder / "audio" / (name + end)).is_file()), None)
        if sound is None:
            problems.add(name, "it has a track and no sound")
            continue
        yield RealClip(
            name, sound, _words(folder, name), fps,
            tracks["lm"][rows].astype(np.float64) * _LANDMARK_STEP,
            np.clip(tracks["arkit"][rows].astype(np.float64) / 255.0, 0.0, 1.0),
            pose[rows], tracks["ok"][rows].astype(bool), place, name in test, shapes,
        )  # fmt: skip


def tracker_names(folder: Path) -> tuple[str, ...]:
    """What the columns of the tracker's own weights are called."""
    tracks, _, _ = _tables(folder)
    if "arkit_names" not in tracks:
        raise FormatError(
            f"{folder}: tracks.npz does not name its weights (arkit_names): track the set again"
        )
    return tuple(str(name) for name in tracks["arkit_names"])


def check_length(clip: RealClip, seconds: float) -> None:
    """Raise where a track ends long before its sound."""
    lasts = len(clip.points) / clip.fps
    if lasts < seconds - _SHORTFALL_S:
        raise FormatError(
            f"its track lasts {lasts:.2f} s and its sound {seconds:.2f} s: they do not belong together"
        )


def _tables(folder: Path) -> tuple[dict[str, NDArray[np.generic]], dict[int, int], frozenset[str]]:
    path = folder / "tracks.npz"
    if not path.is_file():
        raise FormatError(f"{folder} has no tracks.npz: a set with videos alone must be tracked first")
    try:
        with np.load(path, allow_pickle=False) as archive:
            tracks = {name: archive[name] for name in archive.files}
        mesh = json.loads((folder / "points.json").read_text(encoding="utf-8"))["mediapipe_index"]
        listed = folder / "test.txt"
        test = frozenset(listed.read_text(encoding="utf-8").split()) if listed.is_file() else frozenset()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise FormatError(f"{folder}: its tracks cannot be read ({error})") from error
    lacking = {"clips", "start", "lm", "arkit", "pose", "ok", "fps"} - set(tracks)
    if lacking:
        raise FormatError(f"{path} lacks {min(lacking)!r}: track the set again")
    return tracks, {int(point): row for row, point in enumerate(mesh)}, test


def _words(folder: Path, name: str) -> tuple[Word, ...]:
    """The words that are said, with times; none where nobody wrote them down."""
    path = folder / "align" / f"{name.removeprefix('s1_')}.align"
    if not path.is_file():
        return ()
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(
        Word(int(start) / _ALIGN_RATE, int(end) / _ALIGN_RATE, text)
        for start, end, text in rows
        if text not in _SILENT_WORDS
    )
