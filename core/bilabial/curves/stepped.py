"""Stepped mode for 2D characters: one mouth shape at a time, each held long enough to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..controls import CLOSERS, SHAPES
from ..timing import FRAME_RATE
from .curve import Curve, Floats

MINIMUM_HOLD = 0.12  # seconds: shorter shapes flicker
REST = "rest"  # no shape: the closed, relaxed mouth
_NEVER_LOST = 1000.0  # strength of a frame in which the lips meet
_END = 0.02  # frames before a sound's end that still are the next line's
_SEEN = 0.1  # a shape weaker than this is not shown


@dataclass(frozen=True, slots=True)
class Hold:
    """One mouth shape from start to end (seconds): a name of SHAPES, or REST."""

    start: float
    end: float
    shape: str


def holds(
    curves: Mapping[str, Curve],
    duration: float,
    minimum: float = MINIMUM_HOLD,
    contacts: Iterable[str] = CLOSERS,
) -> list[Hold]:
    """The dominant shape of every moment, in time order and without gaps from 0 to ``duration``.

    No hold is shorter than ``minimum``, unless the whole sound is. Shapes of ``contacts`` win over any other
    that they meet: a closed mouth is what is missed first.
    """
    rows = max(int(np.ceil(duration * FRAME_RATE - 1e-9)), 1)
    strength = _strengths(curves, rows, frozenset(contacts))
    names = [*SHAPES, REST]
    choice = _choose(strength, max(round(minimum * FRAME_RATE), 1))
    edges = np.concatenate([[0], np.flatnonzero(np.diff(choice)) + 1, [rows]])
    times = np.minimum(edges / FRAME_RATE, duration)
    return [
        Hold(float(start), float(end), names[choice[edge]])
        for start, end, edge in zip(times, times[1:], edges, strict=False)
    ]


def stepped(curves: Mapping[str, Curve], duration: float, minimum: float = MINIMUM_HOLD) -> dict[str, Curve]:
    """Constant keys: 1 for the shape that is shown, 0 for every other, and after the sound; Jaw and Lip stay
    as they are.
    """
    shown = holds(curves, duration, minimum)
    result = {name: curve for name, curve in curves.items() if name not in SHAPES}
    for name in (name for name in curves if name in SHAPES):
        times, values = [0.0], [0.0]
        for hold in shown:
            value = float(hold.shape == name)
            if hold.start == 0.0:
                values[0] = value
            elif value != values[-1]:
                times.append(hold.start)
                values.append(value)
        if values[-1]:  # a host holds the last key for ever: the drawing goes with the sound
            times.append(duration)
            values.append(0.0)
        result[name] = Curve.stepped(times, values) if any(values) else Curve.empty()
    return {name: result[name] for name in curves}


@dataclass(frozen=True, slots=True)
class Frames:
    """A host's whole frames over a sound: the first of them that is not before it, and how many there are."""

    first: float  # seconds of the sound
    step: float  # seconds
    count: int

    @classmethod
    def over(cls, duration: float, start: float, rate: float) -> Frames:
        """Of a sound that begins at frame ``start``; a frame on which it ends belongs to what follows."""
        first, last = int(np.ceil(start - 1e-6)), int(np.ceil(start + duration * rate - _END)) - 1
        return cls((first - start) / rate, 1.0 / rate, max(last - first + 1, 1))

    def time(self, frame: int) -> float:
        return self.first + frame * self.step


@dataclass(frozen=True, slots=True)
class Pose:
    """A shape from one frame on (counted from the first), and the moment (s) at which it is most itself."""

    frame: int
    shape: str
    moment: float


def poses(
    curves: Mapping[str, Curve], frames: Frames, hold: int, contacts: Iterable[str] = CLOSERS
) -> list[Pose]:
    """The shape to hold from each frame on, none for less than ``hold`` frames.

    A contact that the sound has is always held. The first and the last frame rest, for a host holds the first
    key back and the last one on for ever.
    """
    fine = max(1, int(np.ceil(frames.step * FRAME_RATE)))  # moments looked at in a frame
    times = frames.time(0) + (np.arange(frames.count * fine) + 0.5) * frames.step / fine
    values = np.stack(
        [curves[name].evaluate(times) if name in curves else np.zeros(len(times)) for name in SHAPES], axis=1
    )
    by_frame = values.reshape(frames.count, fine, len(SHAPES))
    strength = np.zeros((frames.count, len(SHAPES) + 1))
    strength[:, :-1] = by_frame.mean(axis=1)
    strength[:, -1] = _SEEN
    for name in contacts:
        column = SHAPES.index(name)
        strength[by_frame[:, :, column].max(axis=1) > 0.9, column] = _NEVER_LOST
    if frames.count < 3:
        return [Pose(0, REST, frames.time(0))]
    inner = _choose(strength[1:-1], max(hold, 1))
    choice = np.concatenate([[len(SHAPES)], inner, [len(SHAPES)]])
    edges = np.concatenate([[0], np.flatnonzero(np.diff(choice)) + 1, [frames.count]])
    found = []
    for begin, end in pairwise(edges.tolist()):
        shape = int(choice[begin])
        if shape == len(SHAPES):
            found.append(Pose(begin, REST, frames.time(begin)))
            continue
        most = int(values[begin * fine : end * fine, shape].argmax())
        found.append(Pose(begin, SHAPES[shape], float(times[begin * fine + most])))
    return found


def held(curves: Mapping[str, Curve], frames: Frames, hold: int) -> dict[str, Curve]:
    """Every curve constant from pose to pose, each pose as the performance has it where its shape is most
    itself: for rigs in three dimensions. Resting poses have no shape.
    """
    shown = poses(curves, frames, hold)
    moments = [pose.moment for pose in shown]
    resting = np.array([pose.shape == REST for pose in shown])
    result = {}
    for name, curve in curves.items():
        values = curve.evaluate(moments) if len(curve) else np.zeros(len(shown))
        if name in SHAPES:
            values = np.where(resting, 0.0, values)
        elif not len(curve):
            result[name] = curve
            continue
        result[name] = _constant([frames.time(pose.frame) for pose in shown], values)
    return result


def drawn(names: Iterable[str], shown: Iterable[tuple[float, str]]) -> dict[str, Curve]:
    """One name at a time: a curve for each that is 1 while it is shown and 0 else, from (moment, name) on."""
    moments = list(shown)
    times = [moment for moment, _ in moments]
    return {name: _constant(times, np.array([float(one == name) for _, one in moments])) for name in names}


def _constant(times: list[float], values: Floats) -> Curve:
    """Constant keys where the value changes; none for a shape that is never there."""
    if not values.any():
        return Curve.empty()
    changes = np.concatenate([[True], np.abs(np.diff(values)) > 1e-6])
    return Curve.stepped(np.array(times)[changes], values[changes])


def _strengths(curves: Mapping[str, Curve], rows: int, contacts: frozenset[str]) -> Floats:
    """(rows, shapes + rest): how much each speaks for itself at each row."""
    middle = (np.arange(rows) + 0.5) / FRAME_RATE
    strength = np.zeros((rows, len(SHAPES) + 1))
    for index, name in enumerate(SHAPES):
        if name in curves and len(curves[name]):
            values = curves[name].evaluate(middle)
            strength[:, index] = np.where(values > 0.9, 3.0, values) if name in contacts else values
    strength[:, -1] = _SEEN
    return strength


def _choose(strength: Floats, shortest: int) -> NDArray[np.intp]:
    """For each row the shape to show: the most strength in all, no run shorter than ``shortest`` rows.

    Dynamic programming over runs: ``best[row]`` is the most that holds ending before ``row`` gather. A run
    is extended row by row once it is long enough, so each row costs one look at every shape.
    """
    rows, count = strength.shape
    shortest = min(shortest, rows)
    total = np.vstack([np.zeros(count), np.cumsum(strength, axis=0)])
    change = 0.02  # a whisper against changing for nothing
    best = np.full(rows + 1, -np.inf)
    best[0] = 0.0
    held = np.full(count, -np.inf)  # the most with each shape running at this row, for long enough
    begun = np.zeros(count, dtype=np.intp)  # and where that run began
    shape_at = np.zeros(rows + 1, dtype=np.intp)
    start_at = np.zeros(rows + 1, dtype=np.intp)
    for row in range(shortest, rows + 1):
        first = row - shortest
        fresh = best[first] + total[row] - total[first] - change
        going = held + strength[row - 1]
        newer = fresh > going
        held = np.where(newer, fresh, going)
        begun = np.where(newer, first, begun)
        shape = int(held.argmax())
        best[row], shape_at[row], start_at[row] = held[shape], shape, begun[shape]
    choice = np.zeros(rows, dtype=np.intp)
    end = rows
    while end > 0:
        start = start_at[end]
        choice[start:end] = shape_at[end]
        end = start
    return choice
