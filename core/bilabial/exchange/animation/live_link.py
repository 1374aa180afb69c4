"""Live Link Face's CSV: a timecode, 52 ARKit shapes, 9 rotations (radians) of head and eyes, at 60 fps.

The app counts a yaw positive to the face's right and a pitch downwards; here both go the other way (see
rotations.py), so they change their sign on the way in and out. Rolls do not.

Columns are read by name in any order and any case: recorders differ in their order, and some swap left
and right. A timecode is HH:MM:SS:FF.fraction; its frames count at a rate that the file does not say, so
it is found from the timecodes themselves. Frames that the phone dropped are filled in linearly.
"""

from __future__ import annotations

import csv
import re
from array import array
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...atomic import atomic_path
from ...errors import FormatError
from ...limits import check_duration, check_size
from ...tables import read_rows
from .channels import AnimationFormat, ChannelAnimation

SHAPES = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose",
    "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft",
    "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft",
    "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft",
    "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
ROTATIONS = (
    "headYaw", "headPitch", "headRoll", "leftEyeYaw", "leftEyePitch", "leftEyeRoll", "rightEyeYaw",
    "rightEyePitch", "rightEyeRoll",
)  # fmt: skip
COLUMNS = SHAPES + ROTATIONS
_TURNED = frozenset(name for name in ROTATIONS if name.endswith(("Yaw", "Pitch")))
FPS = 60.0
_TIMECODE = re.compile(r"^(\d{1,2}):(\d{2}):(\d{2})[:;](\d{1,3})(?:\.(\d+))?$")
_RATES = (24.0, 25.0, 30.0, 48.0, 50.0, 60.0, 90.0, 100.0, 120.0)
_DAY = 24 * 3600
_JITTER = 0.1  # of a frame: what the fraction of a timecode may wander while rows count as evenly spaced


def read(path: Path, fps: float | None = None) -> ChannelAnimation:
    """A recording. ``fps`` only where it is known better than the timecodes tell it."""
    rows = read_rows(path)
    _, header = next(rows, (1, []))
    if not header:
        raise FormatError(f"{path} is empty: record it again")
    places, names = _header(header, path)
    stamps: list[tuple[int, int, float]] = []
    values = array("d")
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        stamps.append((line, *_timecode(row[0], path, line)))
        if len(row) > 1 and row[1].strip() == "0" and values:
            values.extend(values[-len(names) :])  # the face was out of sight in this frame
            continue
        if len(row) < len(header):
            raise FormatError(f"{path}, line {line}: {len(row)} cells where the header has {len(header)}")
        values.extend(_number(row[i], path, line, name) for i, name in zip(places, names, strict=True))
    if not values:
        raise FormatError(f"{path} holds no frames: record it again")
    dense = _signs(names) * np.array(values).reshape(-1, len(names))
    if fps is None:
        fps = _rate(stamps)
    times = _seconds(stamps, fps, path)
    return _on_a_grid(names, fps, times, dense, path)


def _signs(names: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([-1.0 if name in _TURNED else 1.0 for name in names])


def _header(header: list[str], path: Path) -> tuple[list[int], tuple[str, ...]]:
    """Where each known column stands. The 52 shapes must be there, the rotations may."""
    cells = [cell.strip().lower() for cell in header]
    if not cells or cells[0] != "timecode" or len(cells) < 2 or cells[1] != "blendshapecount":
        raise FormatError(
            f"{path}, line 1: the columns are not Live Link Face's (Timecode, BlendShapeCount and so on)"
        )
    known = {name.lower(): name for name in COLUMNS}
    for place, cell in enumerate(cells[2:], start=2):
        if cell not in known:
            raise FormatError(f"{path}, line 1: the column {header[place]!r} is none of Live Link Face's")
        if cell in cells[:place]:
            raise FormatError(f"{path}, line 1: the column {header[place]!r} stands twice")
    missing = [name for name in SHAPES if name.lower() not in cells]
    if missing:
        raise FormatError(
            f"{path}, line 1: the column {_capital(missing[0])!r} is missing ({len(missing)} in all)"
        )
    names = tuple(name for name in COLUMNS if name.lower() in cells)
    return [cells.index(name.lower()) for name in names], names


def _timecode(cell: str, path: Path, line: int) -> tuple[int, float]:
    """Whole seconds and frames (with their fraction)."""
    found = _TIMECODE.match(cell.strip())
    if not found:
        raise FormatError(f"{path}, line {line}: {cell!r} is no timecode (hours:minutes:seconds:frames)")
    hours, minutes, seconds, frames, fraction = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds), float(f"{frames}.{fraction or 0}")


def _number(cell: str, path: Path, line: int, name: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise FormatError(f"{path}, line {line}: {_capital(name)} is {cell!r}, not a number")
    return value


def _rate(stamps: list[tuple[int, int, float]]) -> float:
    """The usual rate at which the timecodes advance by about one frame a row."""
    highest = max(frames for _, _, frames in stamps)
    fitting = [rate for rate in _RATES if rate > highest - 1e-6 and rate >= int(highest) + 1]
    if not fitting or len(stamps) < 2:
        return FPS

    def unevenness(rate: float) -> float:
        times = np.array([seconds * rate + frames for _, seconds, frames in stamps])
        return float(abs(np.median(np.diff(times)) - 1.0) + abs(np.diff(times) - 1.0).mean())

    best = min(unevenness(rate) for rate in fitting)
    # A take that stays inside one second fits every rate alike: 60 is what the app records at.
    alike = [rate for rate in fitting if unevenness(rate) <= best + 1e-6]
    return FPS if FPS in alike else min(alike)


def _seconds(stamps: list[tuple[int, int, float]], fps: float, path: Path) -> NDArray[np.float64]:
    times: list[float] = []
    midnights = 0
    for line, seconds, frames in stamps:
        if frames >= fps + 1e-6:
            raise FormatError(
                f"{path}, line {line}: there is no frame {frames:g} at {fps:g} frames a second: "
                "read it at the rate it was recorded at"
            )
        time = midnights * _DAY + seconds + frames / fps
        if times and time < times[-1] - _DAY / 2:
            midnights += 1
            time += _DAY
        if times and time <= times[-1] - 1e-9:
            raise FormatError(
                f"{path}, line {line}: the timecode runs backwards: sort the rows, or record again"
            )
        if times:
            check_duration(time - times[0], f"{path}, line {line}: the recording")
        times.append(time)
    return np.array(times)


def _on_a_grid(
    names: tuple[str, ...], fps: float, times: NDArray[np.float64], values: NDArray[np.float64], path: Path
) -> ChannelAnimation:
    start = float(times[0])
    frames = (times - start) * fps
    if np.abs(frames - np.arange(len(frames))).max() < _JITTER:
        return ChannelAnimation(names, fps, values, start)
    check_size(frames[-1] + 1, len(names), str(path))
    grid = np.arange(round(frames[-1]) + 1)
    filled = np.stack([np.interp(grid, frames, column) for column in values.T], axis=1)
    return ChannelAnimation(names, fps, filled, start)


def write(animation: ChannelAnimation, path: Path, fps: float = FPS) -> None:
    """Write at ``fps`` (Live Link's own rate unless told); channels are the 52 shapes and the 9 rotations."""
    known = set(COLUMNS)
    unknown = [name for name in animation.names if name not in known]
    if unknown:
        raise FormatError(
            f"cannot write {path}: Live Link Face has no column {unknown[0]!r}: retarget onto arkit-52 first"
        )
    if fps != round(fps) or not 1 <= fps <= 999:
        raise FormatError(f"cannot write {path}: a timecode counts whole frames a second, not {fps:g}")
    full = animation.resampled(fps).picked(COLUMNS)
    first = round(animation.start * fps)
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["Timecode", "BlendShapeCount", *(_capital(name) for name in COLUMNS)])
        for i, row in enumerate(_signs(COLUMNS) * full.values + 0.0):  # no -0.0
            seconds, frame = divmod(first + i, int(fps))
            stamp = f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}.000"
            writer.writerow([stamp, len(COLUMNS), *(f"{value:.8f}" for value in row)])


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


FORMAT = AnimationFormat((".csv",), read, write)
