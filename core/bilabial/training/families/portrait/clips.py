"""Small films of faces with their sound, packed for training: one .npz a clip, and a table of who trains.

A folder of clips holds NAME.npz (``frames`` uint8 (n, height, width, 3) at 25 a second; ``sound`` int16 at
16 kHz, where frame k shows the moment (k + 0.5) / 25 s) and test.txt, the names that train nothing. Where
frames were left out, ``at`` (n) int32 says which ones these are.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....atomic import atomic_path
from ....errors import FormatError
from ....models.families.portrait.shape import HOP, WINDOW

Frames = NDArray[np.uint8]
Samples = NDArray[np.int16]
TEST = "test.txt"


@dataclass(frozen=True, slots=True, eq=False)
class FaceClip:
    name: str
    frames: Frames  # (n, height, width, 3)
    sound: Samples
    at: NDArray[np.int32] | None = None  # (n,) which frames of the sound these are; None: the first n

    def moments(self) -> NDArray[np.int32]:
        """The number of each frame, in 25ths of a second of the sound."""
        return np.arange(len(self.frames), dtype=np.int32) if self.at is None else self.at


@dataclass(frozen=True, slots=True, eq=False)
class FaceClips:
    """Who trains, and who only measures."""

    train: Sequence[FaceClip]
    test: Sequence[FaceClip]


def windows_of(sound: Samples, first: int, count: int) -> NDArray[np.float32]:
    """What ``count`` frames hear, (count, WINDOW) in -1..1; silence beyond the sound's ends."""
    start = first * HOP + HOP // 2 - WINDOW // 2
    length = (count - 1) * HOP + WINDOW
    padded = np.zeros(length, np.float32)
    low, high = max(start, 0), min(start + length, len(sound))
    if high > low:
        padded[low - start : high - start] = sound[low:high].astype(np.float32) / 32768
    return np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count].copy()


def write_clip(folder: Path, clip: FaceClip) -> None:
    with atomic_path(folder / f"{clip.name}.npz") as temporary:
        if clip.at is None:
            np.savez(temporary, frames=clip.frames, sound=clip.sound)
        else:
            np.savez(temporary, frames=clip.frames, sound=clip.sound, at=clip.at)


def read_clips(folders: Sequence[Path], size: tuple[int, int], least: int = 2) -> FaceClips:
    """Every clip of the folders whose frames have this ``size`` (width, height). A folder that is named twice
    is read once, and its clips are twice in the list.
    """
    train: list[FaceClip] = []
    test: list[FaceClip] = []
    known: dict[Path, FaceClip] = {}
    for folder in folders:
        if not folder.is_dir():
            raise FormatError(f"there is no folder of clips {folder}: make one with portrait-clips")
        held = set((folder / TEST).read_text("utf-8").split()) if (folder / TEST).is_file() else set()
        for path in sorted(folder.glob("*.npz")):
            if path not in known:
                known[path] = _read(path, size)
            clip = known[path]
            if len(clip.frames) >= least:
                (test if clip.name in held else train).append(clip)
    if not train:
        raise FormatError(
            f"{', '.join(map(str, folders))} hold no clip to train on: make some with portrait-clips"
        )
    return FaceClips(train, test)


def _read(path: Path, size: tuple[int, int]) -> FaceClip:
    try:
        with np.load(path, allow_pickle=False) as archive:
            at = archive.get("at", None)
            clip = FaceClip(path.stem, archive["frames"], archive["sound"], at)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise FormatError(f"{path} is no readable clip ({error}): make it again") from error
    if (
        clip.frames.dtype != np.uint8
        or clip.frames.ndim != 4
        or clip.frames.shape[1:] != (size[1], size[0], 3)
    ):
        raise FormatError(f"{path} has frames of {clip.frames.shape[2:0:-1]}, not {size}: make it again")
    if clip.at is not None and (clip.at.shape != (len(clip.frames),) or (clip.at < 0).any()):
        raise FormatError(f"{path} does not say which frames it holds: make it again")
    return clip
