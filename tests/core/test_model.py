"""Model folders: what is saved is loaded, and every mismatch is refused with a remedy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bilabial import resources
from bilabial.audio.features import features
from bilabial.errors import ModelError
from bilabial.models.card import CARD, GOLDEN, WEIGHTS, file_hash, read_card
from bilabial.models.safetensors import read_tensors, write_tensors
from bilabial.models.store import available_models, default_live_model, default_model, load_model
from make_untrained_model import babble, make_untrained_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "untrained"
    make_untrained_model(path, units=16, layers=2)
    return path


def edit_card(folder: Path, **changes: Any) -> None:
    content = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(content | changes))


def test_a_saved_model_is_loaded_and_keeps_its_golden_output(folder: Path) -> None:
    model = load_model(folder)
    assert model.card.name == "untrained"
    assert not model.card.trained
    assert model.lag == 11
    assert model.check_golden() < 1e-5
    assert read_tensors(folder / WEIGHTS)["shared.weight_hh_l0"].dtype == np.float16
    assert read_tensors(folder / WEIGHTS)["features.mean"].dtype == np.float32


def test_saving_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again" / "untrained"
    again.parent.mkdir()
    make_untrained_model(again, units=16, layers=2)
    for name in (CARD, WEIGHTS, GOLDEN):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_the_card_comes_back_as_it_was_saved(folder: Path) -> None:
    card = read_card(folder)
    card.save(folder)
    assert read_card(folder) == card


@pytest.mark.parametrize("name", [WEIGHTS, GOLDEN])
def test_a_changed_or_missing_file(folder: Path, name: str) -> None:
    path = folder / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=f"{name}.*sha256"):
        load_model(folder).check_golden()
    path.unlink()
    with pytest.raises(ModelError, match=f"lacks its file.*{name}"):
        load_model(folder).check_golden()


def damage(name: str, value: Any) -> Callable[[Path], None]:
    return lambda folder: edit_card(folder, **{name: value})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda folder: (folder / CARD).unlink(), "holds no card.json"),
        (lambda folder: (folder / CARD).write_text("{"), "JSON"),
        (lambda folder: (folder / CARD).write_text("[]"), "not a model card"),
        (lambda folder: (folder / CARD).write_bytes(b"\xff\xfe\x00"), "JSON"),
        (damage("schema", "bilabial/take/1"), "not a model card"),
        (damage("schema", "bilabial/model-card/3"), "newer Bilabial"),
        (damage("architecture", "oracle"), "no network 'oracle'"),
        (damage("name", 7), "'name'"),
        (damage("extra", 1), "'extra'"),
        (damage("data", [{"name": "x"}]), "credits"),
        (damage("groups", ["SIL"]), "orders its groups"),
        (damage("hears", {"kind": "features-65", "sample_rate": 44100}), "features-65 with layout"),
        (damage("hears", {"kind": "smells"}), "hears 'smells'"),
        (damage("says", ["groups", "smells"]), "says 'smells'"),
        (damage("says", ["groups"]), "promises groups from features-65"),
        (damage("rate", 50), "50 rows a second"),
        (damage("thresholds", [0.5]), "threshold"),
        (damage("thresholds", [2.0] * 29), "threshold"),
        (damage("hashes", {}), "no sha256"),
        (damage("config", {"units": 17, "layers": 2}), "17"),
        (damage("config", {"units": 16, "layers": 3}), "shared.weight_hh_l2"),
        (damage("config", {"units": 16, "layers": 1}), "have no use for the weights .*_l1.* and \\d+ more"),
    ],
)
def test_a_card_that_does_not_fit(folder: Path, change: Callable[[Path], object], reason: str) -> None:
    change(folder)
    with pytest.raises(ModelError, match=reason) as caught:
        load_model(folder)
    assert "\n" not in str(caught.value)
    assert ":" in str(caught.value)


def test_weights_that_answer_otherwise_than_the_golden_output(folder: Path) -> None:
    golden = read_tensors(folder / GOLDEN)
    write_tensors(folder / GOLDEN, golden | {"values": golden["values"] + np.float32(0.01)})
    edit_card(folder, hashes={name: file_hash(folder / name) for name in (WEIGHTS, GOLDEN)})
    with pytest.raises(ModelError, match=r"differs from its golden output by 0\.01"):
        load_model(folder).check_golden()


def test_names_lead_to_shipped_models_and_nowhere_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "folder", lambda name: folder.parent)
    assert available_models() == ["untrained"]
    assert load_model("untrained").folder == folder
    with pytest.raises(ModelError, match=r"no model 'absent'.*untrained"):
        load_model("absent")
    with pytest.raises(ModelError, match="no model"):
        load_model("../untrained/../absent")


def test_without_a_name_the_best_that_ships_is_taken_and_else_what_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (default_model(), default_live_model()) == ("bilabial-2", "bilabial-1-live")
    assert load_model(default_live_model()).lag is not None
    monkeypatch.setattr(resources, "folder", lambda name: folder.parent)
    assert (default_model(), default_live_model()) == ("untrained", "untrained")
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path / "none")
    for choose in (default_model, default_live_model):
        with pytest.raises(ModelError, match="give"):
            choose()


def test_everything_shipped_is_trained_and_answers_as_golden() -> None:
    for name in available_models():
        model = load_model(name)
        assert model.card.trained, f"{name} must not be shipped"
        assert model.card.name == name
        assert model.card.data, f"{name} credits no data"
        model.check_golden()


def test_a_session_is_the_clip(folder: Path) -> None:
    model = load_model(folder)
    sound = babble(1.0)
    session = model.session()
    rows = len(session.push(sound).groups) + len(session.finish().groups)
    assert rows == len(model.predict(features(sound)).groups) == 101
