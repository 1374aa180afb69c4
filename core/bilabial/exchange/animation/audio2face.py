"""The JSON of NVIDIA Audio2Face's blend shape export: facsNames, weightMat, exportFps."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from ...atomic import write_atomically
from ...errors import FormatError
from ...json_text import parse_json
from .channels import ChannelAnimation


def read(path: Path) -> ChannelAnimation:
    """An export. What it says about joints is left out: only the face's weights are read."""
    try:
        data = parse_json(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise FormatError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"cannot read {path}: {error}") from error
    if not isinstance(data, dict):
        raise FormatError(f"{path}: Audio2Face writes one JSON object")
    for field in ("exportFps", "facsNames", "weightMat"):
        if field not in data:
            raise FormatError(
                f"{path}: the field {field!r} is missing: this is no blend shape export of Audio2Face"
            )
    fps = _rate(data["exportFps"], path)
    names = data["facsNames"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise FormatError(f"{path}: facsNames is a list of names")
    rows = data["weightMat"]
    if not isinstance(rows, list) or not rows:
        raise FormatError(f"{path}: weightMat holds no frames")
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            count = len(row) if isinstance(row, list) else "no"
            raise FormatError(f"{path}: row {i} of weightMat has {count} weights, not {len(names)}")
        for name, value in zip(names, row, strict=True):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise FormatError(f"{path}: row {i} of weightMat has {value!r} for {name!r}, not a number")
    for field, count in (("numPoses", len(names)), ("numFrames", len(rows))):
        if field in data and data[field] != count:
            raise FormatError(f"{path}: {field} says {data[field]!r}, but there are {count}")
    return ChannelAnimation(tuple(names), fps, np.array(rows, np.float64))


def _rate(value: Any, path: Path) -> float:
    try:
        fps = float(value)
    except (TypeError, ValueError):
        fps = float("nan")
    if not 1.0 <= fps <= 1000.0:
        raise FormatError(f"{path}: exportFps is {value!r}, not a frame rate")
    return fps


def write(animation: ChannelAnimation, path: Path) -> None:
    """Weights at the animation's own rate. The format has no start: a later start becomes leading rest."""
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
