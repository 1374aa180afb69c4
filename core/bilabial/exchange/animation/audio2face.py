"""The JSON of NVIDIA Audio2Face's blend shape export: facsNames, weightMat, exportFps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ...atomic import write_atomically
from ...errors import FormatError
from ...json_field import Field
from ...json_text import read_json
from ...limits import check_duration, check_size
from .channels import AnimationFormat, ChannelAnimation
from .rotations import without_rotations


def read(path: Path) -> ChannelAnimation:
    """An export. What it says about joints is left out: only the face's weights are read."""
    data = Field(read_json(path, "export it again from Audio2Face"), "", str(path))
    for name in ("exportFps", "facsNames", "weightMat"):
        if name not in data:
            raise FormatError(
                f"{path}: the field {name!r} is missing: this is no blend shape export of Audio2Face"
            )
    fps = _rate(data.get("exportFps"))
    names = [name.text() for name in data.get("facsNames").list()]
    if not names or not all(names):
        raise FormatError(f"{path}: facsNames is a list of names")
    rows = data.get("weightMat").list()
    if not rows:
        raise FormatError(f"{path}: weightMat holds no frames")
    check_size(len(rows), len(names), str(path))
    check_duration(len(rows) / fps, str(path))
    values = np.empty((len(rows), len(names)))
    for i, row in enumerate(rows):
        values[i] = row.numbers(len(names))
    for name, count in (("numPoses", len(names)), ("numFrames", len(rows))):
        told = data.maybe(name)
        if told is not None and told.integer() != count:
            raise FormatError(f"{path}: {name} says {told.value}, but there are {count}")
    return ChannelAnimation(tuple(names), fps, values)


def _rate(told: Field) -> float:
    """As a number, or as a number within quotes, which some exporters write."""
    try:
        fps = float(told.value) if isinstance(told.value, str) else told.number()
    except ValueError:
        raise told.fault("is not a frame rate") from None
    if not 1.0 <= fps <= 1000.0:
        raise told.fault(f"is {fps:g}, not a frame rate")
    return fps


def write(animation: ChannelAnimation, path: Path) -> None:
    """Weights at the animation's own rate. The format has no start: a later start becomes leading rest."""
    animation = without_rotations(animation)
    values = animation.values
    lead = max(0, round(animation.start * animation.fps))
    if lead:
        values = np.concatenate([np.repeat(values[:1], lead, axis=0), values])
    fps = animation.fps
    data = {
        "exportFps": int(fps) if fps == int(fps) else fps,
        "trackPath": "",
        "numPoses": len(animation.names),
        "numFrames": len(values),
        "facsNames": list(animation.names),
        "weightMat": [[round(float(value), 8) for value in row] for row in values],
    }
    write_atomically(path, json.dumps(data, ensure_ascii=False) + "\n")


FORMAT = AnimationFormat((".json",), read, write)
