"""Speech and the layers of the face on one rig: everything adds up, and lips that a sound needs always win.

While a sound closes the lips or sets the lower lip to the teeth, whatever an emotion does to open them is
gone; what only moves their corners stays at half. While a sound rounds them, a smile gives way to it. So at
m, b and p the mouth of every profile is as shut as speech alone shuts it, under any emotion at any amount.

A face that a network drew (drawn.py) stands in speech's place, and gives the mouth back to it where a sound
closes the lips or bites one, and the lids to the layer of blinks where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..controls import CLOSERS, CONTROLS, LABIODENTALS
from ..curves.curve import rows_at
from ..curves.take import SPEECH, Take
from ..retarget.evaluate import Evaluator
from ..retarget.profile import RigProfile
from ..vocabulary import find
from .drawn import DrawnFace, drawn_by, drawn_in
from .emotion.expressions import expression_shapes
from .gaze import eye_shapes
from .names import BROWS, EMOTION, EMOTIONS, GAZE, HEAD, LIDS, LOWER_FACE, SHAPES, VOCABULARIES

Floats = NDArray[np.float64]

_COLUMN = {name: i for i, name in enumerate(SHAPES)}
_OPENERS = ("jawOpen", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight")
_WIDENERS = tuple(
    name for name in LOWER_FACE if name.startswith(("mouthSmile", "mouthStretch", "mouthDimple"))
)
_CORNERS_KEPT = 0.5  # of what moves the lips' corners, while they are shut
_WIDE_KEPT = 0.35  # of what widens them, while they are round
_TEETH_KEPT = 0.3  # of an open jaw, while teeth must be near one another
_ROUND = ("U", "Eu", "WA_PEDAL", "Wa", "ShChZh", "Oh")
_HISSING = ("S", "ShChZh")
_USUAL = 0.6  # height of a shape at which it counts whole
FACE_KEEPS = 0.65  # of the mouth's expression while one speaks: the rest is the words'


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """``values`` (rows, channels) of the profile; head and eyes in degrees; ``breath`` 0..1."""

    values: Floats
    head: Floats  # (rows, 3): HEAD
    gaze: Floats  # (rows, 2): GAZE
    breath: Floats  # (rows,)


class FaceComposer:
    """One profile's rules for the face beside speech. ``left_out`` says which layers the rig cannot show."""

    def __init__(self, profile: RigProfile) -> None:
        self.profile = profile
        self.speech = Evaluator(profile)
        self._faces: dict[str, DrawnFace] = {}
        self._opens = np.array([profile.gap.get(name, 0.0) != 0.0 for name in profile.channels])

    @cached_property
    def matrix(self) -> Floats:
        """(SHAPES, channels): what each shape of the face adds to each channel of the rig."""
        return face_matrix(self.profile)

    def left_out(self, layers: Sequence[str]) -> tuple[str, ...]:
        """Of these layers those for which the rig has no channel. Head, gaze and breath need none of the
        profile's: a host turns the head and the eyes itself where it can."""
        moved = {name for name, row in zip(SHAPES, self.matrix, strict=True) if row.any()}
        needed = {"brows": BROWS, "blinks": LIDS, "emotion": SHAPES}
        shown = {name for name, shapes in needed.items() if moved.intersection(shapes)}
        shown |= {"emotion"} if self.profile.emotions else set()
        return tuple(name for name in layers if name in needed and name not in shown)

    def __call__(self, dense: NDArray[np.floating], layers: Mapping[str, Floats]) -> Pose:
        """Controls (rows, 31) and the layers' own rows -> the rig. Rows of all must be as many."""
        rows = len(dense)
        gaze = layers.get("gaze", np.zeros((rows, len(GAZE))))
        values = self.speech(dense) + self.added(dense, layers)
        total = np.clip(values, self.speech.low, self.speech.high)
        breath = layers.get("breath", np.zeros((rows, 1)))[:, 0]
        return Pose(total, layers.get("head", np.zeros((rows, len(HEAD)))), gaze, breath)

    def added(self, dense: NDArray[np.floating], layers: Mapping[str, Floats]) -> Floats:
        """(rows, channels): what the layers add to speech on this rig, lips that a sound needs left alone."""
        return self._of_layers(dense, layers) + self._drawn(dense, layers)

    def shows_drawn(self, name: str) -> bool:
        """Whether a network's face can be seen on this rig."""
        return self._face(name)(np.zeros((1, len(find(name).names)))) is not None

    def _face(self, name: str) -> DrawnFace:
        if name not in self._faces:
            self._faces[name] = DrawnFace(name, self.profile)
        return self._faces[name]

    def _drawn(self, dense: NDArray[np.floating], layers: Mapping[str, Floats]) -> Floats | float:
        """What a network's face is more than speech, where the lips are free."""
        name = drawn_in(layers)
        found = None if name is None else self._face(name)(layers[name])
        if found is None:
            return 0.0
        more: Floats = found - self.speech(dense)
        driven = set(self.profile.driven)
        spoken = np.array([name in driven for name in self.profile.channels]) | self._opens
        more[:, spoken] *= (1.0 - sealed(dense))[:, None]
        if "blinks" in layers:  # no sound says when lids shut, so a network leaves them half shut
            more[:, self._lids] = 0.0
        return more

    @cached_property
    def _lids(self) -> NDArray[np.bool_]:
        """(channels,): those that shut the lids."""
        moved: NDArray[np.bool_] = np.any(self.matrix[[_COLUMN[name] for name in LIDS]] != 0.0, axis=0)
        return moved

    def _of_layers(self, dense: NDArray[np.floating], layers: Mapping[str, Floats]) -> Floats:
        general = dict(layers)
        if "emotion" in layers and self.profile.emotions:
            general["emotion"] = layers["emotion"] * ~self._has_own
        face = made_way(face_shapes(general, len(dense)), np.asarray(dense, np.float64))
        added: Floats = face @ self.matrix
        free = (1.0 - sealed(dense))[:, None]
        added[:, self._opens] *= free
        if "emotion" in layers and self.profile.emotions:
            # The rig's own whole faces (VRM's happy, angry): nobody knows what they do to its lips, unless
            # the profile says of a channel (a brow) that it does nothing.
            amounts = np.clip(layers["emotion"][:, EMOTION.index(EMOTIONS[0]) :], 0.0, 1.0)
            added += np.where(self._harmless, 1.0, free) * (amounts @ self._whole_faces)
        return added

    @cached_property
    def _has_own(self) -> NDArray[np.bool_]:
        """(EMOTION,): which emotions the rig shows by faces of its own."""
        return np.array([name in self.profile.emotions for name in EMOTION])

    @cached_property
    def _harmless(self) -> NDArray[np.bool_]:
        """(channels,): those of which the profile says that they leave the lips alone."""
        return np.array([self.profile.gap.get(name) == 0.0 for name in self.profile.channels])

    @cached_property
    def _whole_faces(self) -> Floats:
        """(EMOTIONS, channels): the rig's own channels for emotions."""
        place = {name: column for column, name in enumerate(self.profile.channels)}
        faces = np.zeros((len(EMOTIONS), len(place)))
        for emotion, moved in self.profile.emotions.items():
            for name, weight in moved.items():
                faces[EMOTIONS.index(emotion), place[name]] = weight
        return faces


def face_shapes(layers: Mapping[str, Floats], rows: int) -> Floats:
    """All layers as ARKit's shapes (rows, SHAPES), before lips get their way."""
    result = np.zeros((rows, len(SHAPES)))
    for layer, names in (("brows", BROWS), ("blinks", LIDS)):
        if layer in layers:
            for column, name in enumerate(names):
                result[:, _COLUMN[name]] += layers[layer][:, column]
    if "gaze" in layers:
        for name, values in eye_shapes(layers["gaze"]).items():
            result[:, _COLUMN[name]] += values
    if "emotion" in layers:
        first = EMOTION.index(EMOTIONS[0])
        shapes = expression_shapes(layers["emotion"][:, first:])
        lids = [_COLUMN[name] for name in LIDS]
        shut = np.maximum(
            result[:, lids], shapes[:, lids]
        )  # a blink shuts lids that droop no further than shut
        result += shapes
        result[:, lids] = shut
    return np.clip(result, 0.0, 1.0)


def sealed(dense: NDArray[np.floating]) -> Floats:
    """How much a sound needs the lips shut or on the teeth, 0..1, row by row."""
    columns = [CONTROLS.index(name) for name in (*CLOSERS, *LABIODENTALS)]
    shut: Floats = np.clip(np.asarray(dense, np.float64)[:, columns].sum(axis=1), 0.0, 1.0)
    return shut


def made_way(face: Floats, dense: Floats) -> Floats:
    """The face's shapes with the mouth's scaled down to what the sounds leave free."""
    result = face.copy()
    lower = [_COLUMN[name] for name in LOWER_FACE]
    openers = [_COLUMN[name] for name in _OPENERS]
    wideners = [_COLUMN[name] for name in _WIDENERS]
    speaks = np.clip(dense[:, 2:].max(axis=1) / _USUAL, 0.0, 1.0)
    shut = sealed(dense)
    rounded = np.clip(_most(dense, _ROUND) / _USUAL, 0.0, 1.0)
    hissing = np.clip(_most(dense, _HISSING) / _USUAL, 0.0, 1.0)
    result[:, lower] *= (1.0 - (1.0 - FACE_KEEPS) * speaks)[:, None]
    result[:, lower] *= (1.0 - (1.0 - _CORNERS_KEPT) * shut)[:, None]
    result[:, openers] *= (1.0 - shut)[:, None]
    result[:, wideners] *= (1.0 - (1.0 - _WIDE_KEPT) * rounded)[:, None]
    result[:, _COLUMN["jawOpen"]] *= 1.0 - (1.0 - _TEETH_KEPT) * hissing
    return result


def _most(dense: Floats, names: tuple[str, ...]) -> Floats:
    most: Floats = dense[:, [CONTROLS.index(name) for name in names]].max(axis=1)
    return most


def face_matrix(profile: RigProfile) -> Floats:
    """(SHAPES, channels) by the profile's poses: a channel that shows one shape, or one shape's two sides, is
    moved by it. Channels that are a whole mouth (visemes) are left to speech. What a profile says of its
    ``face`` (bones of brows and lids, of which none is a shape) counts as it is said."""
    matrix = np.zeros((len(SHAPES), len(profile.channels)))
    for column, name in enumerate(profile.channels):
        pose = profile.poses.get(name, {}) if profile.poses else {name: 1.0}
        units = [unit for unit, weight in pose.items() if weight]
        if not units or any(unit not in _COLUMN for unit in units) or len({_sideless(u) for u in units}) != 1:
            continue
        for unit in units:
            matrix[_COLUMN[unit], column] = 1.0 / (pose[unit] * len(units))
    matrix = _shared(matrix, profile)
    place = {name: column for column, name in enumerate(profile.channels)}
    for shape, moved in profile.face.items():
        for name, weight in moved.items():
            matrix[_COLUMN[shape], place[name]] = weight
    return matrix


def _shared(matrix: Floats, profile: RigProfile) -> Floats:
    """Channels that show one shape together (a lip's four corners) each do their own part of it."""
    for row in range(len(matrix)):
        used = np.flatnonzero(matrix[row])
        if len(used) < 2:
            continue
        names = list(profile.channels)
        weights = [profile.poses[names[c]][SHAPES[row]] if profile.poses else 1.0 for c in used]
        if sum(weights) > 1.0 + 1e-9 and all(abs(w - 1.0) < 1e-9 for w in weights):
            matrix[row, used[1:]] = 0.0  # doubles of one another: the first alone
        elif sum(weights) <= 1.0 + 1e-9:
            matrix[row, used] = 1.0
    return matrix


def _sideless(name: str) -> str:
    return name.removesuffix("Left").removesuffix("Right")


def layers_of(take: Take, times: Floats) -> dict[str, Floats]:
    """The take's face tracks as rows at these times (seconds): the layers, and a face that a network drew."""
    drawn = drawn_by(take)
    return {
        name: rows_at(track.curves, track.vocabulary.names, times)
        for name, track in take.tracks.items()
        if name == drawn or track.vocabulary.name == VOCABULARIES.get(name)
    }


def posed(take: Take, profile: RigProfile, times: Floats) -> Pose:
    """Everything that a take does to a rig at these times, in the take's style."""
    dense = rows_at(take.styled(SPEECH), CONTROLS, times)
    return FaceComposer(profile)(dense, layers_of(take, times))
