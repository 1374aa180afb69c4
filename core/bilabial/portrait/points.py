"""Where a face lies in a picture: named lines of points, in pixels, x to the right and y down.

Sides are the character's own, as everywhere: ``eyeLeft`` is on the right of a picture that faces us. Every
line runs from the left of the picture to its right.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import BilabialError, FormatError
from ..json_field import Field
from ..json_text import read_json

Floats = NDArray[np.float64]

FORMAT = "bilabial/face-points/1"
LINES = (
    "lipTop", "seamUpper", "seamLower", "lipBottom",
    "eyeLeftUpper", "eyeLeftLower", "eyeRightUpper", "eyeRightLower",
    "browLeft", "browRight", "noseBridge", "noseTip", "noseBase", "jaw", "chin", "forehead",
)  # fmt: skip
_NEEDED = ("seamUpper", "eyeLeftUpper", "eyeRightUpper", "eyeLeftLower", "eyeRightLower", "chin")
BY_HAND = (
    "the middle of the upper and of the lower lid of the eye on the left of the picture",
    "the same two of the eye on the right",
    "the tip of the nose",
    "the corners of the mouth, left then right",
    "the chin",
)
_MOST_POINTS = 500  # of one line
_EYE_WIDTH = 0.47  # of the distance between the eyes' middles: people's eyes, and most characters'


class FaceError(BilabialError):
    """No face, several, or one that cannot be used."""


@dataclass(frozen=True, slots=True, eq=False)
class FacePoints:
    """A face in a picture. ``lines``: by name of LINES, (n, 2) pixels; a point is a line of one."""

    lines: Mapping[str, Floats]
    by_hand: bool = False  # placed by a person, who knows where the mouth is but not its outline
    drawn: bool = False  # the lips' edges are the outline of an open shape on flat skin

    def __post_init__(self) -> None:
        for name in _NEEDED:
            if name not in self.lines:
                raise FaceError(f"the face has no {name}: place it, or let the face be found")
        for name, line in self.lines.items():
            if name not in LINES:
                raise FaceError(f"a face has no line {name!r}: use {', '.join(LINES)}")
            if line.ndim != 2 or line.shape[1] != 2 or not len(line) or not np.isfinite(line).all():
                raise FaceError(f"the line {name} of the face is no list of points [x, y]: correct it")

    def eye(self, side: str) -> Floats:
        """The middle of an eye; ``side`` is Left or Right, the character's."""
        both = np.concatenate((self.lines[f"eye{side}Upper"], self.lines[f"eye{side}Lower"]))
        return np.asarray((both.min(0) + both.max(0)) / 2, np.float64)

    @property
    def eye_distance(self) -> float:
        return float(np.linalg.norm(self.eye("Left") - self.eye("Right")))

    @property
    def roll(self) -> float:
        """How far the head leans, radians; positive turns clockwise in the picture."""
        across = self.eye("Left") - self.eye("Right")
        return math.atan2(across[1], across[0])

    @property
    def mouth_width(self) -> float:
        seam = self.lines["seamUpper"]
        return float(np.linalg.norm(seam[-1] - seam[0]))

    def scaled(self, factor: float) -> FacePoints:
        """The same face in a picture scaled by ``factor``; pixel centres stay pixel centres."""
        return replace(self, lines={n: (line + 0.5) * factor - 0.5 for n, line in self.lines.items()})

    def check(self, width: int, height: int) -> None:
        """Refuse what no warp can move: tiny, upside down, in profile, outside of the picture."""
        middle = self.lines["seamUpper"].mean(0)
        if not (0 <= middle[0] < width and 0 <= middle[1] < height):
            raise FaceError(
                f"the mouth lies at {middle.round().astype(int).tolist()}, outside of the picture of "
                f"{width} x {height} pixels: check the points"
            )
        if self.eye_distance < _SMALLEST or self.mouth_width < _SMALLEST / 2:
            raise FaceError(
                f"the face is small (its eyes lie {self.eye_distance:.0f} pixels apart): "
                f"give a picture in which they lie {_SMALLEST} or more apart"
            )
        if abs(self.roll) > math.radians(_LARGEST_ROLL):
            raise FaceError(
                f"the face lies on its side ({math.degrees(self.roll):.0f} degrees): turn the picture upright"
            )
        if self.turn > _LARGEST_TURN:
            raise FaceError(
                "the face is in profile: give a picture in which both eyes and the whole mouth show"
            )

    @property
    def turn(self) -> float:
        """How unequal the halves of the face are: 0 seen from in front, towards 1 in profile."""
        left, right, middle = self.eye("Left"), self.eye("Right"), self.lines["seamUpper"].mean(0)
        if "noseTip" in self.lines:
            middle = self.lines["noseTip"][0]
        across = (left - right) / max(self.eye_distance, 1e-9)
        share = float((middle - right) @ across) / max(self.eye_distance, 1e-9)
        return abs(2 * share - 1)


_SMALLEST = 14  # pixels between the eyes: less leaves a mouth of some twelve pixels
_LARGEST_ROLL = 45.0  # degrees
_LARGEST_TURN = 0.85


def points_by_hand(numbers: list[float]) -> FacePoints:
    """A face from the eight points of BY_HAND, sixteen numbers."""
    if len(numbers) != 16:
        raise FaceError(
            f"eight points are sixteen numbers, not {len(numbers)}: give x and y of {'; '.join(BY_HAND)}"
        )
    if not all(map(math.isfinite, numbers)):
        raise FaceError("a point has a coordinate that is no number: give pixels of the picture")
    at = np.array(numbers, np.float64).reshape(8, 2)
    if at[2:4, 0].mean() <= at[:2, 0].mean() or at[6, 0] <= at[5, 0]:
        raise FaceError(
            "the points are in another order: the eye and the corner on the picture's left come first"
        )
    first, second = at[:2].mean(0), at[2:4].mean(0)
    half = (second - first) * (_EYE_WIDTH / 2)
    lines = {
        "eyeRightUpper": _lid(first, half, at[0]), "eyeRightLower": _lid(first, half, at[1]),
        "eyeLeftUpper": _lid(second, half, at[2]), "eyeLeftLower": _lid(second, half, at[3]),
        "noseTip": at[4:5], "seamUpper": np.stack((at[5], at[5:7].mean(0), at[6])), "chin": at[7:8],
    }  # fmt: skip
    lines["seamLower"] = lines["seamUpper"]
    return FacePoints(lines, by_hand=True)


def _lid(centre: Floats, half: Floats, middle: Floats) -> Floats:
    """A lid as an arc from corner to corner through its middle."""
    along = np.linspace(-1, 1, 9)[:, None]
    return np.asarray(centre + along * half + (1 - np.abs(along) ** 2.3) * (middle - centre), np.float64)


def read_points(path: Path) -> FacePoints:
    """A file that ``points_text`` made, or one edited by hand."""
    remedy = "write one with --write-landmarks"
    root = Field(read_json(path, remedy), "", path.name)
    if "format" not in root or root.get("format").value != FORMAT:
        raise FormatError(f"{path.name} is no file of face points ({FORMAT}): {remedy}")
    lines = {name: _line(field) for name, field in root.get("lines").items()}
    by_hand = root.maybe("by_hand")
    return FacePoints(lines, by_hand is not None and by_hand.value is True)


def _line(field: Field) -> Floats:
    points = field.list()
    if not 1 <= len(points) <= _MOST_POINTS:
        raise field.fault(f"has {len(points)} points, where 1 to {_MOST_POINTS} belong")
    return np.array([[number.number() for number in point.list(2)] for point in points], np.float64)


def points_text(points: FacePoints) -> str:
    """What ``read_points`` reads: one line of text for each line of the face."""
    lines = [
        f'  "{name}": {json.dumps(points.lines[name].round(2).tolist())}'
        for name in LINES
        if name in points.lines
    ]
    body = ",\n".join(lines)
    hand = json.dumps(points.by_hand)
    return f'{{\n "format": "{FORMAT}",\n "by_hand": {hand},\n "lines": {{\n{body}\n }}\n}}\n'


def resampled(line: Floats, count: int) -> Floats:
    """Points at equal distances along a line, its ends among them."""
    if len(line) == 1:
        return np.repeat(line, count, axis=0)
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    at = np.linspace(0.0, along[-1], count)
    return np.stack((np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])), axis=1)
