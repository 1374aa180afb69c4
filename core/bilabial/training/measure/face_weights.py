"""How near a network's weights come to a face's: the measures of Tian (2019) and of Pham (2018)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...render.demo_head import load_head
from ...retarget.profile_format import load_profile
from ...retarget.solve import pose_matrix
from ...vocabulary import find
from .demo_mouth import DemoMouth

Floats = NDArray[np.float64]

_JAW = {"faceshift-51": "JawOpen", "facewarehouse-46": "JawOpen", "arkit-52": "jawOpen"}
_AJAR, _NUDGE = 0.3, 0.05  # of a weight
_USUAL_MOUTH = (0.065, 0.04)  # distances of the eyes: by how much a speaking mouth's gap and width vary
_STILL = 1e-9  # deviation of what does not move but for rounding
_INNER = slice(17, None)  # of the head's 38 landmarks: lips and nose, without the jaw's outline


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One clip: what a network said and what was wanted, (frames, channels) each."""

    actor: str
    mood: str
    told: Floats
    wanted: Floats


@dataclass(frozen=True, slots=True)
class WeightScore:
    frames: int
    rmse: float  # of weights, over all frames and channels: Tian's equation 9
    mse: float
    landmarks: float  # millimetres on the demo head
    changes: float  # how far a step from frame to frame is from the wanted one, squared: temporal smoothness
    bends: float  # how far a frame is from between its neighbours, squared: self-smoothness
    gap_r: float  # correlation of the lips' gap on the head with that of the wanted weights
    width_r: float


def score(found: Sequence[Told], vocabulary: str) -> WeightScore:
    squares = np.concatenate([np.square(one.told - one.wanted) for one in found])
    points = [on_head(one.told, vocabulary) - on_head(one.wanted, vocabulary) for one in found]
    distances = np.concatenate([np.square(part).sum(axis=2).ravel() for part in points])
    steps = [np.square(np.diff(one.told, axis=0) - np.diff(one.wanted, axis=0)).sum(axis=1) for one in found]
    bends = [np.square(np.diff(one.told, 2, axis=0) / 2.0).sum(axis=1) for one in found]
    mouths = [(mouth(one.told, vocabulary), mouth(one.wanted, vocabulary)) for one in found]
    correlations = [
        correlation(
            np.concatenate([told[i] for told, _ in mouths]),
            np.concatenate([wanted[i] for _, wanted in mouths]),
        )
        for i in (0, 1)
    ]
    channels = squares.shape[1]
    return WeightScore(
        len(squares), float(np.sqrt(squares.mean())), float(squares.mean()),
        1000.0 * float(np.sqrt(distances.mean())), float(np.concatenate(steps).mean()) / channels,
        float(np.concatenate(bends).mean()) / channels, *correlations,
    )  # fmt: skip


def by(found: Iterable[Told], key: str) -> dict[str, list[Told]]:
    """Gathered by ``actor`` or by ``mood``, in the order in which they come."""
    gathered: dict[str, list[Told]] = {}
    for one in found:
        gathered.setdefault(str(getattr(one, key)), []).append(one)
    return gathered


def on_head(weights: Floats, vocabulary: str) -> Floats:
    """(frames, points, 3) metres of the head's inner landmarks."""
    units, poses = _units(vocabulary)
    landmarks = load_cached().pose_landmarks(units, (weights @ poses).astype(np.float32))
    return np.asarray(landmarks[:, _INNER], np.float64)


def mouth(weights: Floats, vocabulary: str) -> tuple[Floats, Floats]:
    """Gap and width of the demo head's mouth under a vocabulary's weights, in distances of its eyes."""
    units, poses = _units(vocabulary)
    demo = _demo_mouth()
    shapes = np.zeros((len(weights), len(demo.evaluate.names)))
    shapes[:, [demo.evaluate.names.index(unit) for unit in units]] = weights @ poses
    return demo.of_shapes(shapes)


def mouth_slopes(vocabulary: str) -> NDArray[np.float32]:
    """(channels, 2): how gap and width of the demo head's mouth change with each weight, about a mouth that
    is a little open, where both are as good as linear. In their own usual movements, so that both count."""
    names = find(vocabulary).names
    rest = np.zeros((1, len(names)))
    rest[0, names.index(_JAW[vocabulary])] = _AJAR
    moved = rest + _NUDGE * np.eye(len(names))
    slopes = [
        (there - here) / (_NUDGE * usual)
        for there, here, usual in zip(
            mouth(moved, vocabulary), mouth(rest, vocabulary), _USUAL_MOUTH, strict=True
        )
    ]
    return np.stack(slopes, axis=1).astype(np.float32)


@lru_cache
def _units(vocabulary: str) -> tuple[tuple[str, ...], Floats]:
    """The head's shapes, and (channels, shapes) how much of each a channel of the vocabulary is."""
    units = tuple(name for name in load_cached().shapes if not name.startswith("tongue"))
    profile = load_profile(vocabulary)
    order = [list(profile.channels).index(name) for name in find(vocabulary).names]
    return units, pose_matrix(profile, units)[order]


load_cached = lru_cache(load_head)
_demo_mouth = lru_cache(DemoMouth)


def correlation(one: Floats, other: Floats) -> float:
    """NaN where one of them does not move."""
    if len(one) < 3 or min(one.std(), other.std()) < _STILL:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])
