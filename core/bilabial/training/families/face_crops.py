"""What networks learn from that move a face: stretches of clips, as frames of sound with weights beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BilabialError
from ..data.face_sets import FaceClip, FaceSet

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A clip at a network's own rate. ``inputs`` has more rows than frames where frames see further."""

    clip: FaceClip
    inputs: NDArray[Any]
    targets: Floats32  # (frames, channels)
    head: Floats32  # (frames, 3) degrees


@dataclass(frozen=True, slots=True)
class Rate:
    """How a network's frames lie in a clip: frame k is the moment k / ``frames_a_second``; each takes
    ``step`` rows of inputs further, and ``around`` rows more are needed than that."""

    frames_a_second: float
    step: int
    around: int

    def moments(self, clip: FaceClip) -> NDArray[np.float64]:
        """Of the frames that lie within both sound and track."""
        seconds = min(len(clip.sound) / 16_000, clip.first + (clip.frames - 1) / clip.fps)
        return np.asarray(
            np.arange(int(seconds * self.frames_a_second) + 1) / self.frames_a_second, np.float64
        )


def prepare(
    clips: Sequence[FaceClip],
    rate: Rate,
    vocabulary: str,
    inputs_of: Callable[[FaceClip, int], NDArray[Any]],
) -> list[Prepared]:
    """``inputs_of`` gives a clip's rows for so many frames."""
    made = []
    for clip in clips:
        moments = rate.moments(clip)
        inputs = inputs_of(clip, len(moments))
        made.append(Prepared(clip, inputs, clip.at(moments, vocabulary), clip.head_at(moments)))
    return made


def clips_of(sets: Sequence[FaceSet], test: bool) -> list[FaceClip]:
    found = [clip for one in sets for clip in one.picked(test)]
    if not found:
        raise BilabialError(
            f"{', '.join(one.name for one in sets)} hold no clip to {'measure' if test else 'train'} on: "
            "make the sets again"
        )
    return found


def draw(
    prepared: Sequence[Prepared], rate: Rate, random: np.random.Generator, size: int, length: int
) -> dict[str, NDArray[Any]]:
    """``size`` stretches of ``length`` frames; a clip that is shorter is filled with its end, which counts
    nothing."""
    chosen = random.integers(len(prepared), size=size)
    inputs, targets, heads, masks = [], [], [], []
    for index in chosen:
        one = prepared[int(index)]
        frames = len(one.targets)
        start = int(random.integers(max(1, frames - length + 1)))
        rows = np.minimum(start + np.arange(length), frames - 1)
        first = start * rate.step
        wanted = np.minimum(first + np.arange(length * rate.step + rate.around), len(one.inputs) - 1)
        inputs.append(one.inputs[wanted].astype(np.float32))
        targets.append(one.targets[rows])
        heads.append(one.head[rows])
        masks.append(start + np.arange(length) < frames)
    return {
        "inputs": np.stack(inputs),
        "targets": np.stack(targets),
        "head": np.stack(heads),
        "mask": np.stack(masks),
    }
