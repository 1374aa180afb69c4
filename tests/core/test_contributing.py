"""What docs/contributing.md promises: each thing is added by a file or a folder, here from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bilabial import cli, vocabulary
from bilabial.exchange import animation
from bilabial.exchange.animation import files
from bilabial.models import contract, families
from bilabial.models.card import Card
from bilabial.models.store import load_model, save_model
from bilabial.retarget.profile_format import read_profile

COMMAND = """
SUMMARY = "say hello"
def add_parser(subparsers):
    subparsers.add_parser("hello", help=SUMMARY)
def run(args):
    from bilabial.cli._console import emit
    emit("hello")
    return 0
"""
FORMAT = """
from pathlib import Path
from .channels import AnimationFormat, ChannelAnimation
def write(animation, path):
    Path(path).write_text(" ".join(animation.names))
FORMAT = AnimationFormat((".names",), None, write)
"""
FAMILY = """
import numpy as np
from ....controls import GROUPS
from ...prediction import Prediction
class Even:
    hears, says, lag = "features-65", ("groups",), None
    def __init__(self, share):
        self._share = np.float32(share)
    def predict(self, features, progress=None):
        return Prediction(np.full((len(features), len(GROUPS)), self._share, np.float32))
def build(config, weights):
    return Even(weights["share"][0])
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every place where things are looked for reaches too."""
    for package in (cli, animation, families):
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    contract.families.cache_clear()
    yield tmp_path
    contract.families.cache_clear()


def test_a_command(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (room / "hello.py").write_text(COMMAND)
    assert "hello" in cli.command_names()
    assert cli.main(["hello"]) == 0
    assert "hello" in capsys.readouterr().out


def test_an_animation_format(room: Path) -> None:
    (room / "names_only.py").write_text(FORMAT)
    found = files.formats(list(animation.__path__), animation.__name__)
    assert found[".names"].read is None
    assert found[".glb"].read is not None
    moving = animation.ChannelAnimation(("jawOpen",), 30.0, np.zeros((2, 1)))
    write = found[".names"].write
    assert write is not None
    write(moving, room / "a.names")
    assert (room / "a.names").read_text() == "jawOpen"


def test_a_family_of_networks(room: Path) -> None:
    (room / "even").mkdir()
    (room / "even" / "__init__.py").write_text("")
    (room / "even" / "network.py").write_text(FAMILY)
    assert "even" in contract.families()
    card = Card("even", "1", "even", {}, "Every group alike.", False, {})
    saved = save_model(room / "model", card, {"share": np.full(1, 1 / 21)}, np.zeros((3, 65), np.float32))
    assert saved.says == ("groups",)
    model = load_model(room / "model")
    assert model.check_golden() == 0.0
    assert model.predict(np.zeros((5, 65), np.float32)).groups.shape == (5, 21)


def test_a_vocabulary(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = {"schema": vocabulary.SCHEMA, "name": "tail", "channels": ["wag"]}
    (room / "tail.json").write_text(json.dumps(content))
    monkeypatch.setattr(vocabulary, "_home", lambda: room)
    vocabulary.find.cache_clear()
    assert vocabulary.find("tail").names == ("wag",)
    vocabulary.find.cache_clear()


def test_a_rig(room: Path) -> None:
    content = {
        "schema": "bilabial/rig-profile/1",
        "name": "two-shapes",
        "title": "Two shapes",
        "channels": {"open": {"part": "jaw"}, "shut": {}},
        "controls": {"Ah": {"open": 1.0}, "MBP": {"shut": 1.0}},
    }
    (room / "two.json").write_text(json.dumps(content))
    assert set(read_profile(room / "two.json").channels) == {"open", "shut"}
