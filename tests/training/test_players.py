"""Several players in one step: a small GAN goes on exactly as it would have, killed at whatever moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from bilabial.training.engine.checkpoints import load_checkpoint  # noqa: E402
from bilabial.training.engine.players import ALONE, Player  # noqa: E402
from bilabial.training.engine.schedule import TrainerOptions  # noqa: E402
from bilabial.training.engine.trainer import Trainer  # noqa: E402

OPTIONS = TrainerOptions(steps=8, measure_steps=100, threads=1, half=False, average=0.9, learning_rate=5e-3)


class Duel(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 2))
        self.critic = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))


class GanTask:
    """Points on a circle, as a GAN learns them."""

    name, stage = "duel", "only"
    players = (
        Player("critic", ("critic.",), rate=0.5, betas=(0.5, 0.999)),
        Player("generator", ("generator.",), betas=(0.5, 0.999), weight_decay=0.0),
    )

    def __init__(self) -> None:
        torch.manual_seed(5)
        self.network = Duel()

    def batch(self, step: int) -> dict[str, Any]:
        random = torch.Generator().manual_seed(1000 + step)
        angle = torch.rand(16, generator=random) * 6.283
        real = torch.stack([angle.cos(), angle.sin()], dim=1)
        return {"real": real, "noise": torch.randn(16, 3, generator=random)}

    def loss(self, batch: dict[str, Any], player: Player) -> dict[str, Tensor]:
        made = self.network.generator(batch["noise"])
        judged = self.network.critic(made)
        if player.name == "generator":
            return {"loss": functional.softplus(-judged).mean()}
        real = functional.softplus(-self.network.critic(batch["real"])).mean()
        return {"loss": real + functional.softplus(judged).mean(), "real": real}

    def measure(self, network: nn.Module) -> dict[str, float]:
        return {}

    def settings(self) -> dict[str, Any]:
        return {"kind": "duel"}

    def adopt(self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str) -> None:
        return None


def weights_of(folder: Path) -> dict[str, Tensor]:
    state = load_checkpoint(folder / "checkpoint.pt")
    assert state["step"] == OPTIONS.steps
    return state["network"] | {f"average {name}": value for name, value in state["average"].items()}


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tensor]:
    folder = tmp_path_factory.mktemp("straight")
    Trainer(GanTask(), folder, OPTIONS).run()
    return weights_of(folder)


def same(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> bool:
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_each_player_moves_its_own_weights_only(tmp_path: Path) -> None:
    trainer = Trainer(GanTask(), tmp_path, OPTIONS)
    before = {name: value.clone() for name, value in trainer.network.state_dict().items()}
    trainer._move(GanTask.players[0], trainer.task.batch(0))
    after = trainer.network.state_dict()
    moved = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert moved == {"critic"}


class BlowError(Exception):
    pass


@pytest.mark.parametrize("moment", ["before critic", "after critic", "after generator", "before average"])
@pytest.mark.parametrize("at", [0, 3])
def test_torn_steps_are_never_kept(
    straight: dict[str, Tensor], tmp_path: Path, moment: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run breaks inside a step; what lies on the disk is the step before, and it goes on from there."""
    trainer = Trainer(GanTask(), tmp_path, OPTIONS)
    if at:
        for _ in range(at):
            trainer._one_step()
        trainer.save()
    plain_move, plain_average = trainer._move, trainer._average

    def move(player: Player, batch: dict[str, Any]) -> dict[str, Tensor]:
        if moment == f"before {player.name}":
            raise BlowError
        losses = plain_move(player, batch)
        if moment == f"after {player.name}":
            raise BlowError
        return losses

    def average() -> None:
        if moment == "before average":
            raise BlowError
        plain_average()

    monkeypatch.setattr(trainer, "_move", move)
    monkeypatch.setattr(trainer, "_average", average)
    with pytest.raises(BlowError):
        trainer.run()
    again = Trainer(GanTask(), tmp_path, OPTIONS)
    assert again.resume() == bool(at)
    assert again.step == at
    again.run()
    assert same(weights_of(tmp_path), straight)


def test_ctrl_c_ends_the_step_that_it_falls_into(straight: dict[str, Tensor], tmp_path: Path) -> None:
    task = GanTask()
    trainer = Trainer(task, tmp_path, OPTIONS)
    plain = task.loss

    def loss(batch: dict[str, Any], player: Player) -> dict[str, Tensor]:
        if trainer.step == 2 and player.name == "generator":
            os.kill(os.getpid(), signal.SIGINT)
        return plain(batch, player)

    task.loss = loss  # type: ignore[method-assign]
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored where tests run in the background
    try:
        with pytest.raises(KeyboardInterrupt):
            trainer.run()
    finally:
        signal.signal(signal.SIGINT, before)
    assert load_checkpoint(tmp_path / "checkpoint.pt")["step"] == 3
    again = Trainer(GanTask(), tmp_path, OPTIONS)
    again.begin()
    again.run()
    assert same(weights_of(tmp_path), straight)


SCRIPT = """
import sys
from dataclasses import replace
from pathlib import Path
from test_players import OPTIONS, GanTask
from bilabial.training.engine.trainer import Trainer
trainer = Trainer(GanTask(), Path(sys.argv[1]), replace(OPTIONS, checkpoint_seconds=0.0))
trainer.begin()
trainer.run()
"""


def test_kill_9_at_any_moment(straight: dict[str, Tensor], tmp_path: Path) -> None:
    for share in (0.3, 0.7, None):
        child = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        )
        if share is None:
            assert child.wait(120) == 0
            break
        log = tmp_path / "checkpoint.pt"
        for _ in range(1200):  # until it has begun to save, at most a minute
            if log.exists() or child.poll() is not None:
                break
            time.sleep(0.05)
        time.sleep(0.01 * share)
        child.kill()
        child.wait()
    assert same(weights_of(tmp_path), straight)


def test_a_checkpoint_from_before_there_were_players_goes_on(tmp_path: Path) -> None:
    class Solo(GanTask):
        players = (ALONE,)

        def loss(self, batch: dict[str, Any], player: Player = ALONE) -> dict[str, Tensor]:
            return {"loss": self.network.critic(self.network.generator(batch["noise"])).square().mean()}

    trainer = Trainer(Solo(), tmp_path, OPTIONS)
    trainer._one_step()
    trainer.save()
    state = load_checkpoint(trainer.checkpoint)
    state["optimiser"] = state.pop("optimisers")[ALONE.name]
    for group in state["optimiser"]["param_groups"]:
        del group["pace"]
    torch.save(state, trainer.checkpoint)
    again = Trainer(Solo(), tmp_path, OPTIONS)
    assert again.resume()
    chance = torch.get_rng_state()
    again._one_step()
    torch.set_rng_state(chance)
    trainer._one_step()
    assert same(dict(again.network.state_dict()), dict(trainer.network.state_dict()))
