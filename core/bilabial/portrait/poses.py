"""A take as poses of a picture, one a frame: mouth, lids, brows, gaze and head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ..controls import CLOSERS, CONTROLS
from ..curves.curve import Curve, rows_at
from ..curves.take import SPEECH, Take
from ..expression.compose import FaceComposer, layers_of
from ..expression.names import VOCABULARIES
from ..retarget.profile_format import load_profile
from ..vocabulary import find
from .warp import GAZE, GAZE_DOWN, Pose

Floats = NDArray[np.float64]

PROFILE = "demo-head"  # the mesh has the demo head's shapes
_AT_ONCE = 250  # frames evaluated together
_PAUSE = 0.3  # seconds: in a shorter silence an open-mouthed still does not go back to its own mouth
_SETTLE = 0.14  # seconds in which it does
_BLINK = ((0.0, 0.0), (0.07, 1.0), (0.11, 1.0), (0.24, 0.0))  # (seconds, how far shut)
_BLINK_EVERY = 3.4  # seconds
_LARGEST_TURN = 0.22  # radians: beyond this the still's far side would be missing


def frame_times(take: Take, fps: float) -> Floats:
    """The moment that each frame shows. A closure between two frames is shown by the nearer one."""
    times = np.arange(max(1, int(np.ceil(take.sound.duration * fps - 1e-6)))) / fps
    shown = times.copy()
    for name, start, end in take.track(SPEECH).pins if SPEECH in take.tracks else ():
        if name not in CLOSERS:
            continue
        nearest = int(np.argmin(np.abs(times - (start + end) / 2)))
        if (
            not ((times >= start) & (times <= end)).any()
            and abs(times[nearest] - (start + end) / 2) <= 1 / fps
        ):
            shown[nearest] = (start + end) / 2
    return shown


class Player:
    """A take's poses for a mesh whose shapes have these ``names``."""

    def __init__(self, take: Take, names: tuple[str, ...], fps: float, blink: bool = True) -> None:
        self._take = take
        self._fps = fps
        self._names = {name: i for i, name in enumerate(names)}
        self._composer = FaceComposer(load_profile(PROFILE))
        self._speech = take.styled() if SPEECH in take.tracks else {}
        self._more = _shapes_beside(take)
        self.times = frame_times(take, fps)
        own = any(name.startswith("eyeBlink") for track in take.tracks.values() for name in track.curves)
        self._blinks = blink_times(take) if blink and not own else []
        self._pauses = _pauses(take)

    def at(self, seconds: float) -> Pose:
        """The pose of the frame that a moment falls into; of the first or last one outside the take."""
        frame = int(np.clip(seconds * self._fps, 0, len(self.times) - 1))
        return self._poses(self.times[frame : frame + 1])[0]

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[Pose]:
        for start in range(0, len(self.times), _AT_ONCE):
            yield from self._poses(self.times[start : start + _AT_ONCE])

    def _poses(self, times: Floats) -> list[Pose]:
        dense = (
            rows_at(self._speech, CONTROLS, times) if self._speech else np.zeros((len(times), len(CONTROLS)))
        )
        face = self._composer(dense, layers_of(self._take, times))
        weights: Floats = np.zeros((len(times), len(self._names)))
        for column, name in enumerate(self._composer.profile.channels):
            if name in self._names:
                weights[:, self._names[name]] = face.values[:, column]
        for name, curve in self._more.items():
            weights[:, self._names[name]] += curve.evaluate(times)
        shut = _shut(times, self._blinks)
        for side in ("Left", "Right"):
            column = self._names[f"eyeBlink{side}"]
            weights[:, column] = np.maximum(weights[:, column], shut)
        weights = np.asarray(np.round(np.clip(weights, 0.0, 1.2), 5), np.float64)
        openness = np.round(_openness(times, self._pauses), 3)
        turns = np.round(_turns(face.head), 5)
        gaze = np.round(_gazes(weights, self._names), 4)
        return [
            Pose(w, float(o), (float(t[0]), float(t[1]), float(t[2])), (float(g[0]), float(g[1])))
            for w, o, t, g in zip(weights, openness, turns, gaze, strict=True)
        ]


def _shapes_beside(take: Take) -> dict[str, Curve]:
    """Curves of shapes in tracks that are no speech and no layer of the face: recorded ones, or hand-made."""
    found: dict[str, Curve] = {}
    known = set(find("arkit-52").names)
    for name, track in take.tracks.items():
        if name != SPEECH and VOCABULARIES.get(name) != track.vocabulary.name:
            found |= {channel: c for channel, c in take.styled(name).items() if channel in known}
    return found


def blink_times(take: Take) -> list[float]:
    """When the eyes shut where the take does not say so: about every 3.4 s, in a pause within a second."""
    pauses = [phone.start + 0.02 for phone in take.phones if phone.is_silence]
    moments: list[float] = []
    at = 0.9
    while at < take.sound.duration - 0.25:
        near = [p for p in pauses if abs(p - at) < 1.0 and (not moments or p > moments[-1] + 1.2)]
        moments.append(min(near, key=lambda pause: abs(pause - at)) if near else at)
        at = moments[-1] + _BLINK_EVERY
    return moments


def _shut(times: Floats, moments: list[float]) -> Floats:
    seconds, values = zip(*_BLINK, strict=True)
    shut = np.zeros(len(times))
    for moment in moments:
        shut = np.maximum(shut, np.interp(times - moment, seconds, values, 0.0, 0.0))
    return shut


def _pauses(take: Take) -> list[tuple[float, float]]:
    """Stretches without speech, seconds."""
    spoken = [(p.start, p.end) for p in take.phones if not p.is_silence]
    edges = [0.0, *(edge for span in spoken for edge in span), take.sound.duration]
    pauses = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= _PAUSE]
    first = [(-np.inf, b) if a == 0.0 else (a, b) for a, b in pauses]
    return [(a, np.inf) if b >= take.sound.duration else (a, b) for a, b in first]


def _openness(times: Floats, pauses: list[tuple[float, float]]) -> Floats:
    """How far the lips stand as in the still: 1 in pauses, 0 while something is said."""
    share = np.zeros(len(times))
    for start, end in pauses:
        inside = np.minimum(times - start, end - times) / _SETTLE
        smooth = np.clip(inside, 0.0, 1.0)
        share = np.maximum(share, smooth * smooth * (3 - 2 * smooth))
    return share


def _turns(head: Floats) -> Floats:
    """Pitch (down), yaw and roll (to its left) in radians, softly limited; of degrees yaw, pitch up, roll."""
    turns = np.radians(head[:, [1, 0, 2]]) * (-1.0, 1.0, 1.0)
    return np.asarray(_LARGEST_TURN * np.tanh(turns / _LARGEST_TURN), np.float64)


def _gazes(weights: Floats, names: Mapping[str, int]) -> Floats:
    """Where both eyes look, of an eye's width: to the right of the picture, and down."""

    def of(left: str, right: str) -> Floats:
        both = weights[:, names[f"eyeLook{left}Left"]] + weights[:, names[f"eyeLook{right}Right"]]
        return np.asarray(both / 2, np.float64)

    aside = of("Out", "In") - of("In", "Out")
    down = of("Down", "Down") - of("Up", "Up")
    return np.stack((np.clip(aside, -1, 1) * GAZE, np.clip(down, -1, 1) * GAZE * GAZE_DOWN), axis=1)
