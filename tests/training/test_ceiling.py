"""The teacher on phones that others heard, beside what a network draws itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bilabial.controls import GROUPS, SHAPES
from bilabial.errors import ModelError
from bilabial.models.prediction import Prediction
from bilabial.phonemes.inventory import INVENTORY, targets
from bilabial.phonemes.track import PhoneTrack
from bilabial.training.data.sets import Clip, Problems, read_set
from bilabial.training.data.writing import SetWriter
from bilabial.training.measure import ceiling
from bilabial.training.measure.ceiling import DRAWN, EAR, GIVEN, OWN


@dataclass
class Stub:
    """A model that hears what it is told, and draws nothing or everything."""

    track: PhoneTrack | None
    drawn: float = 0.0
    thresholds: Any = field(default_factory=lambda: [0.5] * len(SHAPES))

    def __post_init__(self) -> None:
        self.card = SimpleNamespace(name="stub", thresholds=self.thresholds)
        self.network = SimpleNamespace(hears="features-65")

    def sounds(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = len(rows)
        if self.track is None:  # silence all along
            groups, sounds = np.full(n, len(GROUPS) - 1), np.zeros(n, np.int64)
        else:
            groups, sounds = targets(self.track, n)
        return _sure(groups, len(GROUPS)), _sure(sounds, len(INVENTORY))

    def predict(self, rows: np.ndarray) -> Prediction:
        groups, _ = self.sounds(rows)
        shapes = np.full((len(rows), len(SHAPES)), self.drawn, np.float32)
        return Prediction(groups, None, shapes, shapes, None)


def _sure(index: np.ndarray, columns: int) -> np.ndarray:
    one = np.full((len(index), columns), 0.001, np.float32)
    one[np.arange(len(index)), index] = 1.0
    return one / one.sum(axis=1, keepdims=True)


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    phones = [(0.0, 0.3, "SIL"), (0.3, 0.5, "M"), (0.5, 0.8, "AA1"), (0.8, 1.0, "M"), (1.0, 1.3, "AA1")]
    phones.append((1.3, 1.6, "SIL"))
    time = np.arange(int(1.6 * 16000)) / 16000
    samples = 0.2 * np.sin(2 * np.pi * 120 * time) * ((time > 0.3) & (time < 1.3))
    with SetWriter(tmp_path / "toy") as out:
        out.add("a", samples.astype(np.float32), phones, speaker="s", language="en", split="dev", text="mama")
    return read_set(tmp_path / "toy", Problems(strict=True))[0]


def test_whoever_hears_what_was_said_lets_the_teacher_draw_what_is_true(clip: Clip) -> None:
    model: Any = Stub(clip.phones, drawn=1.0)
    deaf: Any = Stub(None)
    found = ceiling.measure(model, deaf, [clip], lambda one: "toy", Problems(strict=True))["toy"]
    assert found[OWN].recall > 0.95 and found[OWN].precision > 0.95
    assert found[DRAWN].recall == 1.0 and found[DRAWN].precision < 0.5  # everything, all the time
    assert found[EAR].recall < 0.05
    table = ceiling.as_markdown({"toy": found}, "command")
    assert f"| toy | {OWN} | " in table and GIVEN in table


def test_a_model_that_draws_nothing_is_refused(clip: Clip) -> None:
    model: Any = Stub(clip.phones, thresholds=None)
    with pytest.raises(ModelError, match="draws no curves"):
        ceiling.measure(model, model, [clip], lambda one: "toy", Problems())
