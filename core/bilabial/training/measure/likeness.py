"""Whether films show the same person: average content distance (ACD), by an identity embedding.

The embedding is dlib's network of 128 numbers (CC0; its author: 99.4 % right on Labelled Faces in the Wild),
out of the package face-recognition-models; dlib runs it. Frames are aligned as the portrait network has them.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BilabialError

Film = NDArray[np.uint8]
Floats = NDArray[np.float64]

_WEIGHTS = ("face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat")
_CHIP = 150  # pixels of the square that the network sees
_EYES_APART, _EYES_DOWN = 53.0, 46.6  # pixels of it: how its faces were aligned
_OURS_APART, _OURS_DOWN = 42.0 / 96, 46.0 / 96  # of a frame's width: how ours are
MISSING = (
    "no package with an identity embedding is installed: "
    "pip install --no-deps dlib-bin face-recognition-models (104 MB)"
)


class Embedder:
    """Faces to 128 numbers; the same person's lie within about .6 of each other."""

    def __init__(self) -> None:
        place = importlib.util.find_spec(_WEIGHTS[0])  # a look for the folder: nothing of the package runs
        homes = (
            [Path(home) / _WEIGHTS[1] for home in (place.submodule_search_locations or ())] if place else []
        )
        path = next((home for home in homes if home.is_file()), None)
        if path is None or importlib.util.find_spec("dlib") is None:
            raise BilabialError(MISSING)
        dlib: Any = importlib.import_module("dlib")
        self._network = dlib.face_recognition_model_v1(str(path))

    def __call__(self, frames: Film) -> Floats:
        """(n, height, width, 3) aligned frames -> (n, 128)."""
        told = [np.array(self._network.compute_face_descriptor(_chip(frame))) for frame in frames]
        return np.asarray(told, np.float64)


def _chip(frame: Film) -> Film:
    """The square that the network wants, its edges repeated where the frame ends."""
    height, width = frame.shape[:2]
    scale = _EYES_APART / (_OURS_APART * width)
    columns = (np.arange(_CHIP) + 0.5 - _CHIP / 2) / scale + width / 2 - 0.5
    rows = (np.arange(_CHIP) + 0.5 - _EYES_DOWN) / scale + _OURS_DOWN * width - 0.5
    picture = frame.astype(np.float64)
    for axis, places in ((0, np.clip(rows, 0, height - 1)), (1, np.clip(columns, 0, width - 1))):
        low = np.minimum(places.astype(int), picture.shape[axis] - 2)
        share = (places - low).reshape([-1, 1, 1] if axis == 0 else [1, -1, 1])
        picture = np.take(picture, low, axis) * (1 - share) + np.take(picture, low + 1, axis) * share
    return np.ascontiguousarray((picture + 0.5).astype(np.uint8))


def content_distance(
    embedder: Embedder, stills: Sequence[Film], films: Sequence[Film], frames: int = 3
) -> float:
    """The mean distance between a still and a few frames of its film, over all films."""
    away = []
    for still, film in zip(stills, films, strict=True):
        chosen = film[np.linspace(0, len(film) - 1, frames + 1).astype(int)[1:]]
        told = embedder(np.concatenate((still[None], chosen)))
        away.append(float(np.linalg.norm(told[1:] - told[0], axis=1).mean()))
    return float(np.mean(away))


def separation(embedder: Embedder, people: Sequence[Film]) -> tuple[float, float, float]:
    """How good the embedding is on these: ``people`` are two or more frames of each person.

    Mean distance of the same person, of different people, and the error rate at the threshold where both
    kinds of error are as near as they come.
    """
    told = [embedder(frames) for frames in people]
    same = np.concatenate([np.linalg.norm(own[1:] - own[0], axis=1) for own in told])
    first = np.stack([own[0] for own in told])
    across = np.linalg.norm(first[:, None] - first[None], axis=2)[np.triu_indices(len(first), 1)]
    limits = np.sort(np.concatenate((same, across)))
    missed = np.array([(same > limit).mean() for limit in limits])
    taken = np.array([(across <= limit).mean() for limit in limits])
    nearest = int(np.argmin(np.abs(missed - taken)))
    return float(same.mean()), float(across.mean()), float((missed[nearest] + taken[nearest]) / 2)
