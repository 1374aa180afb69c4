"""Live lip-sync: sound in blocks to the 31 controls, each row as soon as it can be known.

A network that gives the controls itself is followed as it is. One that gives phone groups only is turned into
controls by its group probabilities, without the rules that look ahead (those need the whole clip): every
shape but the contacts follows as something with weight does, starting softly (two steps, each a fast rise and
a slower fall), the shapes that narrow the mouth slower than the others; closures are held shut.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..audio.prosody import Prosody, ProsodyStream
from ..controls import CLOSERS, CONTROLS, GROUPS, LABIODENTALS, SHAPES, SILENCE, VOWELS
from ..models.prediction import Prediction
from ..models.store import Model
from ..timing import FRAME_RATE
from .jali.anatomy import CORNERS

Floats32 = NDArray[np.float32]

# Time constants of a shape that appears and one that goes: at a contact, then the two steps of the others.
_CONTACT_S, _FIRST_S, _SECOND_S = (0.03, 0.07), (0.02, 0.05), (0.02, 0.04)
_CORNERS_S = (0.045, 0.055)  # instead of the first step, for shapes that draw the corners together
_HEIGHT = {"MBP": 1.0, "FV": 1.0} | dict.fromkeys(VOWELS, 0.7)  # a shape's value when its group is certain
_OTHER_HEIGHT = 0.6
_SHUT_AT, _SHUT_ROWS = 0.5, 5  # lips shut at this probability of MBP, and stay shut at least so long
_FIELD_LOW, _FIELD_HIGH, _FIELD_WORK = 0.15, 0.9, 0.6  # the field follows loudness about its working point
_FIELD_S = 0.1  # time constant of the field
_LOUD_MEMORY_S = 5.0


class LiveFace:
    """One live clip. ``lag_s``: how far the rows stay behind the sound."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._session = model.session()  # refuses a model that needs whole clips
        self._prosody = ProsodyStream()
        self._levels: list[Floats32] = []  # dB of rows from _first_level on
        self._first_level = 0
        self._thresholds = np.asarray(model.card.thresholds or np.full(len(SHAPES), 0.5), np.float32)
        self._shapes = np.zeros(len(SHAPES), np.float32)
        self._led = np.zeros(len(SHAPES), np.float32)  # what the shapes follow
        self._shut_for = 0
        self._mean_db, self._spread_db = -30.0, 8.0
        self._opening = _FIELD_WORK
        self.rows = 0

    @property
    def lag_s(self) -> float:
        return (self._model.lag or 0) / FRAME_RATE + 0.0125

    def push(self, samples: Floats32) -> Floats32:
        """16 kHz mono samples to (n, 31) rows in the order of CONTROLS, possibly none."""
        return self._controls(self._session.push(samples), self._prosody.push(samples))

    def finish(self) -> Floats32:
        return self._controls(self._session.finish(), self._prosody.finish())

    def _controls(self, prediction: Prediction, heard: Prosody) -> Floats32:
        self._levels.append(heard.intensity_db)
        count = len(prediction.groups)
        rows = np.zeros((count, len(CONTROLS)), np.float32)
        levels = self._levels_of_next(count)
        for index in range(count):
            if prediction.activations is not None and prediction.values is not None:
                active = prediction.activations[index] > self._thresholds
                target = np.where(active, prediction.values[index], 0.0).astype(np.float32)
            else:
                target = self._from_groups(prediction.groups[index])
            self._follow(target)
            rows[index, 2:] = self._shapes
            if prediction.field is not None:
                rows[index, :2] = prediction.field[index]
            else:
                rows[index, :2] = self._field(float(levels[index]))
        self.rows += count
        return np.clip(rows, 0.0, 1.0)

    def _from_groups(self, groups: Floats32) -> Floats32:
        target = np.zeros(len(SHAPES), np.float32)
        target[: len(_GROUP_HEIGHT)] = groups[: len(_GROUP_HEIGHT)] * _GROUP_HEIGHT
        # Small shares are doubt, not shapes: what is under a quarter fades out.
        target *= np.clip((groups[: len(_GROUP_HEIGHT)].max() - 0.1) / 0.3, 0.0, 1.0)
        return target

    def _follow(self, target: Floats32) -> None:
        self._led = _nearer(self._led, target, *_FIRST)
        self._shapes = _nearer(self._shapes, self._led, *_SECOND)
        if target[_MBP] > _SHUT_AT:
            self._shut_for = _SHUT_ROWS
        if self._shut_for:
            self._shut_for -= 1
            self._shapes[_MBP] = 1.0

    def _levels_of_next(self, count: int) -> Floats32:
        """Levels of the rows after self.rows; where they are not known yet, the last known one."""
        known = np.concatenate(self._levels)
        start = self.rows - self._first_level
        levels = known[start : start + count]
        if len(levels) < count:
            last = known[-1] if len(known) else np.float32(self._mean_db)
            levels = np.concatenate([levels, np.full(count - len(levels), last, np.float32)])
        # The newest level stays, for the case that the next rows come before theirs.
        drop = max(0, min(len(known) - 1, start + count))
        self._first_level += drop
        self._levels = [known[drop:]]
        return levels

    def _field(self, level_db: float) -> float:
        if level_db > -60.0:  # only sound teaches what this voice's usual loudness is
            share = 1.0 / (_LOUD_MEMORY_S * FRAME_RATE)
            self._mean_db += share * (level_db - self._mean_db)
            self._spread_db += share * (abs(level_db - self._mean_db) - self._spread_db)
        offset = (level_db - self._mean_db) / (2.0 * max(self._spread_db, 3.0))
        goal = float(np.clip(_FIELD_WORK + 0.3 * offset, _FIELD_LOW, _FIELD_HIGH))
        self._opening += (goal - self._opening) * _FIELD_RATE
        return self._opening


_GROUP_HEIGHT = np.array([_HEIGHT.get(g, _OTHER_HEIGHT) for g in GROUPS if g != SILENCE], np.float32)
_MBP = SHAPES.index("MBP")
_FIELD_RATE = 1.0 - float(np.exp(-1.0 / (FRAME_RATE * _FIELD_S)))


def _nearer(now: Floats32, goal: Floats32, rise: Floats32, fall: Floats32) -> Floats32:
    return now + (goal - now) * np.where(goal > now, rise, fall)


def _rates(
    others: tuple[float, float], corners: tuple[float, float], contacts: tuple[float, float]
) -> tuple[Floats32, Floats32]:
    """Share of its way that each shape goes in a row, rising and falling, from time constants in seconds."""
    seconds = np.array([
        contacts if name in (*CLOSERS, *LABIODENTALS) else corners if name in CORNERS else others
        for name in SHAPES
    ])  # fmt: skip
    with np.errstate(divide="ignore"):
        rise, fall = (1.0 - np.exp(-1.0 / (FRAME_RATE * seconds))).astype(np.float32).T
    return rise, fall


_FIRST = _rates(_FIRST_S, _CORNERS_S, (0.0, 0.0))
_SECOND = _rates(_SECOND_S, _SECOND_S, _CONTACT_S)
