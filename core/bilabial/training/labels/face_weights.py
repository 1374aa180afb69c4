"""Weights of a rig's shapes for a tracked face: bounded least squares on the demo head, frame by frame.

A tracker's own weights are nearly dead where lips press, roll, shrug and frown, so the mouth and the brows
are fitted to its points: how far each has moved from the person's own rest, in distances of the eyes, beside
how far each of the head's shapes moves the same place. The gap between the lips and the mouth's width count
many times as much as a single point. What points cannot tell (eyes, cheeks, the nose) is taken from the
tracker; where they tell little, its weights are what the answer leans to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...render.demo_head import load_head
from ...retarget.bounded import solve
from ...retarget.profile_format import load_profile
from ...retarget.solve import pose_matrix
from ...vocabulary import find
from ..data.real_face import BROWS, CORNERS, EYES, INNER_LOWER, INNER_UPPER, RealClip
from ..measure.demo_mouth import DemoMouth

Floats = NDArray[np.float64]

VOCABULARIES = ("arkit-52", "faceshift-51", "facewarehouse-46")  # those that a face is fitted with

_OUTER_LOWER = (146, 91, 181, 84, 17, 314, 405, 321, 375)  # from the picture's left to its right
_OUTER_UPPER = (185, 40, 39, 37, 0, 267, 269, 270, 409)
_CHIN = (176, 152, 400)
_POINTS = (*CORNERS, *_OUTER_LOWER, *_OUTER_UPPER, *INNER_LOWER, *INNER_UPPER, *_CHIN, *BROWS)
_MIDDLE = slice(2, 7)  # of the nine inner pairs: where real_face measures the gap
_FITTED = ("jaw", "mouth", "brow")  # how the names of fitted shapes begin; others are the tracker's

_CHIN_COUNTS, _BROW_COUNTS = 0.5, 0.7  # of a point of the lips: soft skin slides
_GAP_COUNTS, _WIDTH_COUNTS = 12.0, 6.0
_LEAN = 0.04  # of a shape's own strength, towards what the tracker says
_SLIDE = 0.02  # metres by which the whole lower face may stand elsewhere: a nod
_MOST_REST = 0.8  # of a tracker's weight that may be a face's rest
_QUIET_S = 0.08  # before the first word
_FEWEST_QUIET = 4  # frames


@dataclass(frozen=True, slots=True, eq=False)
class FittedFace:
    """Weights (frames, channels) by vocabulary, and how well the head shows the face with them."""

    weights: dict[str, Floats]
    gap: Floats  # his, in distances of the eyes, 0 where his lips are shut
    width: Floats  # his, as the head's own width changes with it


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """A person's face when it does nothing: points in the face's own frame, and the gap of shut lips."""

    points: Floats  # (points, 2)
    width: float
    shut: float
    own: Floats  # (52,) what the tracker says of this face when it does nothing: half-shut eyes are no squint


class FaceFitter:
    """Fits one person's clips. ``of_clips`` looks at all of them for the rest; each is then fitted alone."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self._bases = {name: _Basis(name) for name in VOCABULARIES}

    @classmethod
    def of_clips(cls, clips: Sequence[RealClip]) -> FaceFitter:
        quiet = [part for clip in clips if (part := _quiet_points(clip)) is not None]
        everything = np.concatenate(quiet or [in_face(clip)[clip.ok] for clip in clips])
        gaps = np.concatenate([clip.mouth()[0][clip.ok] for clip in clips])
        widths = np.concatenate([clip.mouth()[1][_quiet(clip)] for clip in clips])
        if not len(widths):
            widths = np.concatenate([clip.mouth()[1][clip.ok] for clip in clips])
        # Lips that are shut still leave the tracker's two lines apart: his 4th percentile is that much.
        own = np.median(np.concatenate([clip.arkit[clip.ok] for clip in clips]), axis=0)
        shut = float(np.quantile(gaps, 0.04))
        return cls(Rest(np.median(everything, axis=0), float(np.median(widths)), shut, own))

    def __call__(self, clip: RealClip, tracker: Sequence[str]) -> FittedFace:
        """``tracker``: names of the columns of the clip's own weights."""
        gap, width = clip.mouth()
        gap = np.maximum(gap - self.rest.shut, 0.0)
        change = width - self.rest.width
        quiet = _quiet_points(clip)
        # The rest of this clip where it shows one: a head that sits a little lower is no open mouth.
        rest = self.rest.points if quiet is None else np.median(quiet, axis=0)
        moved = _held(_smoothed(in_face(clip) - rest), clip.ok)
        gap, change = _held(gap, clip.ok), _held(change, clip.ok)
        rest_own = np.minimum(self.rest.own, _MOST_REST)
        own = _held(np.maximum((clip.arkit - rest_own) / (1.0 - rest_own), 0.0), clip.ok)
        weights = {name: basis.fit(moved, gap, change, own, tracker) for name, basis in self._bases.items()}
        return FittedFace(weights, gap, change)


def in_face(clip: RealClip) -> Floats:
    """(frames, points, 2) across to the face's left and upwards, in distances of the eyes, from between
    them."""
    across, down, distance = clip.axes()
    middle = clip.at(*EYES[0], *EYES[1]).mean(axis=1)
    offset = clip.at(*_POINTS) - middle[:, None]
    axes = np.stack([across, -down], axis=2)  # (frames, 2, 2)
    placed: Floats = offset @ axes / distance
    return placed


def _quiet(clip: RealClip) -> NDArray[np.bool_]:
    if not clip.words:
        return np.zeros(len(clip.points), bool)
    quiet: NDArray[np.bool_] = clip.ok & (clip.times < clip.words[0].start - _QUIET_S)
    return quiet


def _quiet_points(clip: RealClip) -> Floats | None:
    quiet = _quiet(clip)
    return in_face(clip)[quiet] if quiet.sum() >= _FEWEST_QUIET else None


def _smoothed(rows: Floats) -> Floats:
    """A frame with a quarter of each neighbour: the tracker trembles by a third of a pixel."""
    padded = np.concatenate([rows[:1], rows, rows[-1:]])
    return 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]


def _held(rows: Floats, ok: NDArray[np.bool_]) -> Floats:
    """Frames in which the face was lost, between those in which it was not."""
    if ok.all() or not ok.any():
        return rows
    flat = rows.reshape(len(rows), -1)
    at, there = np.arange(len(rows)), np.flatnonzero(ok)
    filled = np.stack([np.interp(at, there, column[there]) for column in flat.T], axis=1)
    return filled.reshape(rows.shape)


class _Basis:
    """One vocabulary on the demo head: what each of its channels does to the points, the gap, the width."""

    def __init__(self, name: str) -> None:
        self.names = find(name).names
        profile = load_profile(name)
        units = tuple(channel for channel in load_profile("demo-head").channels if channel[0].islower())
        order = [list(profile.channels).index(channel) for channel in self.names]
        self._poses = pose_matrix(profile, units)[order]
        self._units = units
        points, gap, width = _head_moves(units)
        fitted = np.array([unit.startswith(_FITTED) for unit in units])
        self._used = np.flatnonzero((np.abs(self._poses) * fitted).sum(axis=1) > 0)
        poses = self._poses[self._used]
        slide = np.zeros((1, points.shape[1], 2))
        slide[:, : -len(BROWS), 1] = _SLIDE
        moves = np.concatenate([np.tensordot(poses, points, axes=1), slide])
        counts = np.ones(points.shape[1])
        counts[-len(BROWS) - len(_CHIN) : -len(BROWS)] = _CHIN_COUNTS
        counts[-len(BROWS) :] = _BROW_COUNTS
        design = [moves * counts[:, None]]
        self._counts = counts
        self._design = np.concatenate(
            [
                design[0].reshape(len(moves), -1),
                _GAP_COUNTS * np.append(poses @ gap, 0.0)[:, None],
                _WIDTH_COUNTS * np.append(poses @ width, 0.0)[:, None],
            ],
            axis=1,
        )  # (channels + slide, measurements)
        strength = np.maximum((self._design**2).sum(axis=1), 1e-8)
        self._lean = _LEAN * strength
        self._lean[-1] *= 0.1
        self._hessian = self._design @ self._design.T + np.diag(self._lean)

    def fit(self, moved: Floats, gap: Floats, change: Floats, own: Floats, tracker: Sequence[str]) -> Floats:
        """(frames, channels) in 0..1."""
        answer = self._of_tracker(own, tracker)
        prior = np.concatenate([answer[:, self._used], np.zeros((len(moved), 1))], axis=1)
        eyes = _eyes()
        told = np.concatenate(
            [
                (moved * self._counts[:, None] * eyes).reshape(len(moved), -1),
                (_GAP_COUNTS * eyes * gap)[:, None],
                (_WIDTH_COUNTS * eyes * change)[:, None],
            ],
            axis=1,
        )
        wished = np.linalg.solve(self._hessian, (told @ self._design.T + prior * self._lean).T).T
        low, high = np.zeros(len(self._lean)), np.ones(len(self._lean))
        low[-1], high[-1] = -1.0, 1.0
        # Scaled so that the least of the bounds' work is done alike by every channel.
        scale = 1.0 / np.sqrt(np.diag(self._hessian))
        found = solve(
            wished / scale, self._hessian * np.outer(scale, scale), low / scale, high / scale, most_steps=120
        )
        answer[:, self._used] = np.clip(found * scale, 0.0, 1.0)[:, :-1]
        return answer

    def _of_tracker(self, own: Floats, tracker: Sequence[str]) -> Floats:
        """The tracker's weights in this vocabulary: a channel that is several shapes is their mean."""
        columns = {name: column for column, name in enumerate(tracker)}
        values = np.zeros((len(own), len(self.names)))
        for row, pose in enumerate(self._poses):
            used = [unit for unit in np.flatnonzero(pose) if self._units[unit] in columns]
            if used:
                values[:, row] = own[:, [columns[self._units[unit]] for unit in used]].mean(axis=1)
        return np.clip(values, 0.0, 1.0)


@lru_cache
def _eyes() -> float:
    return DemoMouth().eyes  # metres


@lru_cache
def _head_moves(units: tuple[str, ...]) -> tuple[Floats, Floats, Floats]:
    """Of each shape of the head: how it moves the points (units, points, 2), the gap, the width; metres."""
    head = load_head()
    places = _places()
    contact = head.lips[head.contact_rings[0]]
    points = np.zeros((len(units), len(places), 2))
    gap, width = np.zeros(len(units)), np.zeros(len(units))
    count = head.lips.shape[1]
    pairs = np.arange(1, count // 2)
    third = len(pairs) // 3
    inner = pairs[third : len(pairs) - third]
    for row, name in enumerate(units):
        dense = np.zeros(head.vertices.shape)
        ids, motion = head.shapes[name]
        dense[ids] = motion
        points[row] = dense[places][:, [0, 2]]
        gap[row] = (dense[contact[inner], 2] - dense[contact[count - inner], 2]).mean()
        width[row] = dense[head.lips[0][0], 0] - dense[head.lips[0][count // 2], 0]
    return points, gap, width


def _places() -> NDArray[np.int64]:
    """The head's vertex for each of _POINTS."""
    head = load_head()
    count = head.lips.shape[1]
    half = count // 2
    outer, contact = head.lips[0], head.lips[head.contact_rings[0]]

    def along(ring: NDArray[np.int64], lower: bool) -> list[int]:
        """Nine of a ring's vertices from the face's right corner to its left one."""
        steps = np.round(np.linspace(0, half, 11)[1:-1]).astype(int)
        indices = half + steps if lower else half - steps
        return [int(ring[index % count]) for index in indices]

    corners = [int(outer[half]), int(outer[0])]
    lips = [*along(outer, True), *along(outer, False), *along(contact, True), *along(contact, False)]
    chin = [int(head.landmarks[i]) for i in (9, 8, 7)]  # from the face's right
    brows = []
    for side, share in (("right", 0.3), ("right", 0.7), ("left", 0.7), ("left", 0.3)):
        part = head.part(f"brow_{side}")
        x = np.abs(head.vertices[part, 0])
        wanted = x.max() - share * np.ptp(x)  # from the temple inwards
        brows.append(part.start + int(np.abs(x - wanted).argmin()))
    return np.asarray([*corners, *lips, *chin, *brows], np.int64)
