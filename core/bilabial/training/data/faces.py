"""Real mouths for the landmark stage: sounds with the face's movement beside them.

A folder of NAME.flac (or wav) with NAME.csv: a column ``frame``, then one a blendshape by its ARKit name.
Nobody has said which phones these clips hold, so they teach landmarks and nothing else.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import FormatError, RigError
from ..teach.landmarks import LandmarkTeacher
from .sets import Clip, Problems

Floats32 = NDArray[np.float32]

FRAMES_A_SECOND = 30.0
_SOUNDS = (".flac", ".wav")


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """Shape weights (frames, len(names)) at FRAMES_A_SECOND, the first at 0 s."""

    names: tuple[str, ...]
    weights: Floats32

    def landmarks(self, teacher: LandmarkTeacher, rows: int, speed: float = 1.0) -> Floats32:
        """(rows, 76) at 100 rows a second of the sound played ``speed`` times as fast."""
        at = np.arange(rows) / 100 * speed * FRAMES_A_SECOND
        frames = np.arange(len(self.weights))
        weights = np.stack([np.interp(at, frames, column) for column in self.weights.T], axis=1)
        return teacher.of_shapes(self.names, weights.astype(np.float32))


def read_faces(
    folder: Path, teacher: LandmarkTeacher, problems: Problems
) -> tuple[list[Clip], dict[str, Movement]]:
    """Clips of one set and, by clip name, how the face moved."""
    if not folder.is_dir():
        raise FormatError(f"there is no folder {folder}: give one with NAME.flac and NAME.csv")
    clips: list[Clip] = []
    movements: dict[str, Movement] = {}
    for table in sorted(folder.glob("*.csv")):
        name = f"{folder.name}/{table.stem}"
        sound = next((p for end in _SOUNDS if (p := table.with_suffix(end)).is_file()), None)
        if sound is None:
            problems.add(name, "there is no sound beside its table")
            continue
        try:
            movement = read_table(table)
            movement.landmarks(teacher, 1)  # refuses a shape that the head lacks
            movements[name] = movement
        except (FormatError, RigError) as error:
            problems.add(name, str(error))
            continue
        clips.append(Clip(name, sound, f"{folder.name} speaker", "", "train"))
    return clips, movements


def read_table(path: Path) -> Movement:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        try:
            rows = [[float(cell) for cell in line] for line in lines if line]
        except ValueError as error:
            raise FormatError(f"{path.name} holds something that is no number ({error})") from error
    if header[:1] != ["frame"] or len(header) < 2 or any(len(row) != len(header) for row in rows) or not rows:
        raise FormatError(f"{path.name} needs a column 'frame', then one a shape, and a line a frame")
    weights = np.asarray(rows, np.float32)[:, 1:]
    if not np.isfinite(weights).all():
        raise FormatError(f"{path.name} holds weights that are no numbers")
    return Movement(tuple(header[1:]), weights)
