"""A made-up vocabulary in Blender: from a network's output to F-curves on what has its names, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from addon.bilabial import pipeline, vocabulary
from addon.bilabial.controls import GROUPS
from addon.bilabial.curves.curve import rows_at
from addon.bilabial.models.card import Card
from addon.bilabial.models.prediction import Prediction
from addon.bilabial.models.store import Model
from addon.bilabial.vocabulary import Channel, Vocabulary, to_json
from addon.host import compat
from addon.keys import fcurves
from addon.keys.held import read
from addon.line import lines, takes

EARS = Vocabulary(
    "ears", (Channel("wiggleLeft"), Channel("wiggleRight"), Channel("fold", 10.0, (-90.0, 90.0))),
    pairs=(("wiggleLeft", "wiggleRight"),), additive=True,
)  # fmt: skip
KEYED = {"wiggleLeft": '["wiggleLeft"]', "fold": '["fold"]'}


def moving(rows: int) -> np.ndarray:
    seconds = np.arange(rows) / 100
    left = np.clip(np.sin(4 * seconds), 0, 1)
    return np.stack((left, 0.5 * left, 10 + 60 * np.sin(2 * seconds) ** 2), axis=1).astype(np.float32)


class _Ears:
    """A network that moves ears, and hears one open vowel."""

    hears = "features-65"
    says = ("groups", "track:ears")
    lag = None

    def predict(self, features: np.ndarray, progress: object = None) -> Prediction:
        rows = len(features)
        groups = np.zeros((rows, len(GROUPS)), np.float32)
        groups[:, GROUPS.index("SIL")] = 1.0
        groups[40:80] = np.eye(len(GROUPS), dtype=np.float32)[GROUPS.index("Ah")]
        return Prediction(groups, tracks={"ears": moving(rows)})


@pytest.fixture
def eared(
    line: bpy.types.PropertyGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[bpy.types.PropertyGroup]:
    """A line that such a network hears, on a character that has two of the three channels."""
    (tmp_path / "ears.json").write_text(json.dumps(to_json(EARS)))
    monkeypatch.setattr(vocabulary, "_home", lambda: tmp_path)
    vocabulary.find.cache_clear()
    card = Card("ears", "1", "ears", {}, "", False, {}, says=_Ears.says)
    monkeypatch.setattr(pipeline, "cached_model", lambda name: Model(card, _Ears(), tmp_path))
    for name in KEYED:
        line.character[name] = 0.0
    line.phones_file, line.model, line.find_words = "", "", False
    yield line
    vocabulary.find.cache_clear()


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def test_from_rows_to_f_curves_and_back(eared: bpy.types.PropertyGroup) -> None:
    made = generate()
    head, take = made.character, takes.load(made)
    written = takes.written(made)
    assert take.track("ears").vocabulary == EARS
    times = np.arange(5, 100) / 100
    said = moving(101)[5:100]
    found = compat.channels(head)
    for column, name in ((0, "wiggleLeft"), (2, "fold")):
        back = read(found, fcurves.Target(head, KEYED[name]), written.clock, written.span)
        reach = np.ptp(EARS.channels[column].limits)
        assert np.abs(back.evaluate(times) - said[:, column]).max() <= 0.02 * reach + 1e-3
        assert len(back) < 30
    assert "Nothing on this character is called wiggleRight" in made.report
    rows = rows_at(take.track("ears").curves, EARS.names, times)
    assert np.abs(rows[:, 1] - said[:, 1]).max() <= 0.021, "what has no place is in the take all the same"


def test_a_hand_on_it_survives(eared: bpy.types.PropertyGroup) -> None:
    made = generate()
    points = compat.channels(made.character).find(KEYED["fold"]).keyframe_points
    points.insert(20, -45.0).type = "KEYFRAME"
    made = generate()
    found = compat.channels(made.character).find(KEYED["fold"])
    assert found.evaluate(20) == pytest.approx(-45.0, abs=1e-3)
    assert "kept" in made.report


def test_clear_takes_its_keys_and_a_bake_lays_them_too(eared: bpy.types.PropertyGroup) -> None:
    eared.target = "BAKE"
    made = generate()
    assert len(compat.channels(made.character).find(KEYED["fold"]).keyframe_points) > 2
    assert bpy.ops.bilabial.clear() == {"FINISHED"}
    left = compat.channels(made.character)
    assert left is None or left.find(KEYED["fold"]) is None
