"""Families are found by their folders; a toy one from elsewhere trains by the same command."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from bilabial.errors import BilabialError  # noqa: E402
from bilabial.training import families  # noqa: E402
from bilabial.training.cli.commands import main  # noqa: E402
from bilabial.training.engine.checkpoints import load_checkpoint  # noqa: E402
from bilabial.training.families.found import family, names  # noqa: E402

TOY = """
import torch
from ...engine.players import ALONE
HEARS = None
class Toy:
    name, stage, players = "toy", "only", (ALONE,)
    def __init__(self):
        torch.manual_seed(1)
        self.network = torch.nn.Linear(2, 1)
    def batch(self, step):
        return {"x": torch.full((4, 2), 1.0 + step)}
    def loss(self, batch, player=ALONE):
        return {"loss": self.network(batch["x"]).square().mean()}
    def measure(self, network):
        return {}
    def settings(self):
        return {}
    def adopt(self, weights, settings, stage):
        return None
def make_task(config, corpus, problems):
    return Toy()
"""


def test_all_are_there_and_strangers_are_told() -> None:
    assert {"phonenet", "portrait", "visemenet", "whisper"} <= set(names())
    for name in names():
        assert callable(family(name).make_task)
    for wrong in ("oracle", "../phonenet", ""):
        with pytest.raises(BilabialError, match="there is no architecture"):
            family(wrong)


def test_a_family_is_added_by_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "__init__.py").write_text("")
    (tmp_path / "toy" / "run.py").write_text(TOY)
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
    config = tmp_path / "run.toml"
    config.write_text(
        'sets = []\narchitecture = "toy"\n[trainer]\nsteps = 3\nthreads = 1\nhalf = false\ndevice = "cpu"\n'
    )
    assert main(["train", str(config), "--run", str(tmp_path / "run")]) == 0
    assert load_checkpoint(tmp_path / "run" / "checkpoint.pt")["step"] == 3
