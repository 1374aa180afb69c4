"""The training loop, for any task: a network, batches by step number, a loss with its parts, and what to
measure.

Everything that the next step depends on lies in a checkpoint (weights, averaged weights, every player's
optimiser, step, random states); batches and augmentation are drawn from the seed and the step number alone.
A checkpoint is only ever written between two steps. A run that was killed at any moment therefore goes on
exactly as it would have.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from ...atomic import atomic_path
from ...errors import ModelError
from .checkpoints import CHECKPOINT_SCHEMA, load_checkpoint, refuse_misfit
from .players import ALONE, Player
from .schedule import TrainerOptions, one_cycle

if TYPE_CHECKING:
    import numpy as np

    from ...models.card import Card

log = logging.getLogger(__name__)


class Task(Protocol):
    """What is trained."""

    name: str
    stage: str  # of several that one network goes through
    network: nn.Module
    players: tuple[Player, ...]  # in the order in which they move; (ALONE,) where nobody plays against it

    def batch(self, step: int) -> dict[str, Any]:
        """The batch of a step; the same for the same step, whatever ran before."""

    def loss(self, batch: dict[str, Any], player: Player) -> dict[str, Tensor]:
        """Named scalars; "loss" is the one that this player minimises."""

    def measure(self, network: nn.Module) -> dict[str, float]:
        """Scores on held-out clips; called now and then with the averaged weights."""

    def settings(self) -> dict[str, Any]:
        """All that shaped the network: a checkpoint with other settings is refused."""

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """What another run's weights make this network start with; None where they do not fit."""


@runtime_checkable
class StartsFromModel(Protocol):
    """A task whose network can also begin with a finished model's weights."""

    def adopt_model(self, card: Card, weights: Mapping[str, np.ndarray]) -> dict[str, Tensor] | None:
        """The same as ``adopt``, of a model folder."""


class _WishToStop:
    """Ctrl-C, kept until the step is whole. Only a main thread may ask for it; elsewhere it never comes."""

    def __init__(self) -> None:
        self._asked = False

    @contextmanager
    def deferred(self) -> Iterator[None]:
        in_main = threading.current_thread() is threading.main_thread()
        if not in_main or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # started in the background
            yield
            return
        before = signal.signal(signal.SIGINT, self._ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt

    def _ask(self, number: int, frame: object) -> None:
        self._asked = True


class Trainer:
    """Runs a task in a folder: checkpoint.pt, log.jsonl, and TensorBoard events where it is installed."""

    def __init__(self, task: Task, folder: Path, options: TrainerOptions) -> None:
        torch.set_num_threads(options.threads)
        self.task = task
        self.folder = folder
        self.options = options
        self.device = torch.device(
            ("cuda" if torch.cuda.is_available() else "cpu") if options.device == "auto" else options.device
        )
        self.rank, self.world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        if self.world > 1:
            torch.distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo")
            if self.device.type == "cuda":
                self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        self.network = task.network.to(self.device)
        self.optimisers = {
            player.name: player.optimiser(self.network, options.learning_rate, options.weight_decay)
            for player in task.players
        }
        self.average = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        self.step = 0
        self._whole = True  # whether weights, optimisers and step belong together just now

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        """Everything that the next step depends on."""
        state = {
            "schema": CHECKPOINT_SCHEMA,
            "task": self.task.name,
            "stage": self.task.stage,
            "settings": json.dumps(self.task.settings(), sort_keys=True),
            "network": self.network.state_dict(),
            "average": self.average,
            "optimisers": {name: one.state_dict() for name, one in self.optimisers.items()},
            "step": self.step,
            "random": torch.get_rng_state(),
        }
        if self.device.type == "cuda":
            state["random_cuda"] = torch.cuda.get_rng_state(self.device)
        with atomic_path(self.checkpoint) as temporary:
            torch.save(state, temporary)

    def resume(self) -> bool:
        """Go on from this folder's checkpoint. False where there is none."""
        if not self.checkpoint.is_file():
            return False
        state = load_checkpoint(self.checkpoint)
        refuse_misfit(state, self.task.name, self.task.settings(), self.checkpoint)
        self.network.load_state_dict(state["network"])
        self.average = {name: value.to(self.device) for name, value in state["average"].items()}
        # Runs from before there were players kept one optimiser.
        kept = state["optimisers"] if "optimisers" in state else {ALONE.name: state["optimiser"]}
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(kept[name])
        self.step = int(state["step"])
        torch.set_rng_state(state["random"])
        if self.device.type == "cuda" and "random_cuda" in state:
            torch.cuda.set_rng_state(state["random_cuda"], self.device)
        return True

    def begin(self, start: Path | None = None) -> None:
        """Go on where this folder's run was; else begin, with the weights of ``start`` where one is given."""
        if self.resume():
            log.info("going on at step %d", self.step)
        elif start is not None:
            self.start_from(start)

    def start_from(self, path: Path) -> None:
        """Take over the averaged weights of another run, or those of a model folder, whose network may
        differ as far as the task allows; schedule and optimiser begin anew.
        """
        if path.is_dir():
            self._take_up(self._adopted_model(path))
            return
        if not path.is_file():
            raise ModelError(f"there is no checkpoint {path} to start from, and no model folder of that name")
        state = load_checkpoint(path)
        weights = state["average"]
        if state["task"] == self.task.name:
            adopted = self.task.adopt(weights, json.loads(state["settings"]), state.get("stage", ""))
        else:
            adopted = None
        if adopted is None:
            refuse_misfit(state, self.task.name, self.task.settings(), path)
            adopted = weights
        self._take_up(adopted)

    def _adopted_model(self, folder: Path) -> dict[str, Tensor]:
        from ...models.card import WEIGHTS, check_hash, read_card
        from ...models.safetensors import read_tensors

        card = read_card(folder)
        check_hash(folder, card, WEIGHTS)
        adopted = None
        if isinstance(self.task, StartsFromModel):
            adopted = self.task.adopt_model(card, read_tensors(folder / WEIGHTS))
        if adopted is None:
            raise ModelError(
                f"{folder} holds a {card.architecture} that this {self.task.name} cannot start from: "
                "set [network] as the model's card has it, or name another model"
            )
        return adopted

    def _take_up(self, weights: dict[str, Tensor]) -> None:
        self.network.load_state_dict(weights)
        self.average = {name: value.detach().clone() for name, value in self.network.state_dict().items()}

    def run(self) -> None:
        """Train to the last step. Ctrl-C ends the step that it falls into, saves and stops."""
        self.folder.mkdir(parents=True, exist_ok=True)
        board = _tensor_board(self.folder) if self.rank == 0 else None
        saved = began = time.monotonic()
        sums: dict[str, float] = {}
        counted = 0
        wish = _WishToStop()
        try:
            while self.step < self.options.steps:
                with wish.deferred():
                    parts = self._one_step()
                for name, value in parts.items():
                    sums[name] = sums.get(name, 0.0) + value
                counted += 1
                if self.rank == 0 and (self.step % 50 == 0 or self.step == self.options.steps):
                    means = {name: value / counted for name, value in sums.items()}
                    self._log(means | {"seconds": round((time.monotonic() - began) / counted, 3)}, board)
                    sums, counted, began = {}, 0, time.monotonic()
                if self.rank == 0 and (
                    self.step % self.options.measure_steps == 0 or self.step == self.options.steps
                ):
                    self._log(self.measure(), board)
                    began = time.monotonic()
                if self.rank == 0 and time.monotonic() - saved > self.options.checkpoint_seconds:
                    self.save()
                    saved = time.monotonic()
            if self.world > 1:
                torch.distributed.barrier()  # who leaves before the others are done takes the run down
        finally:
            if self.rank == 0 and self._whole:  # else the last checkpoint is the truth
                self.save()
            if board is not None:
                board.close()
            if self.world > 1:
                torch.distributed.destroy_process_group()

    def _one_step(self) -> dict[str, float]:
        """Every player moves once. Nothing of it may be kept without the rest."""
        batch = _to_device(self.task.batch(self.step * self.world + self.rank), self.device)
        self.network.train()
        self._whole = False
        told: dict[str, float] = {}
        for player in self.task.players:
            losses = self._move(player, batch)
            prefix = "" if len(self.task.players) == 1 else f"{player.name}/"
            told |= {prefix + name: float(value.detach()) for name, value in losses.items()}
        self.step += 1
        self._average()
        self._whole = True
        return told

    def _move(self, player: Player, batch: dict[str, Any]) -> dict[str, Tensor]:
        optimiser = self.optimisers[player.name]
        for group in optimiser.param_groups:
            group["lr"] = player.rate * group.get("pace", 1.0) * one_cycle(self.step, self.options)
        half = self.options.half and (self.device.type == "cuda" or _has_bfloat16())
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            losses = self.task.loss(batch, player)
        self.network.zero_grad(set_to_none=True)  # of all: a player's loss also reaches its opponents
        losses["loss"].backward()
        own = player.parameters(self.network)
        if self.world > 1:
            for parameter in own:
                if parameter.grad is not None:
                    torch.distributed.all_reduce(parameter.grad)
                    parameter.grad /= self.world
        nn.utils.clip_grad_norm_(own, self.options.clip_norm)
        optimiser.step()
        return losses

    def _average(self) -> None:
        decay = min(self.options.average, self.step / (self.step + 20))
        with torch.no_grad():
            for name, value in self.network.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - decay)
                else:
                    self.average[name].copy_(value)

    def averaged(self) -> nn.Module:
        """A copy of the network with the averaged weights, for measuring and export."""
        import copy

        network = copy.deepcopy(self.network)
        network.load_state_dict(self.average)
        return network.eval()

    def measure(self) -> dict[str, float]:
        """The task's scores with the averaged weights."""
        with torch.no_grad():
            return self.task.measure(self.averaged())

    def _log(self, values: Mapping[str, float], board: Any) -> None:
        line = {"step": self.step, "time": round(time.time(), 1), "rate": one_cycle(self.step, self.options)}
        line |= {name: round(value, 5) for name, value in values.items()}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        log.info("%s", json.dumps(line))
        if board is not None:
            for name, value in values.items():
                board.add_scalar(name, value, self.step)


def _to_device(batch: dict[str, Any], device: torch.device) -> dict[str, Any]:
    out = {}
    for key, value in batch.items():
        if hasattr(value, "__array__") and not isinstance(value, Tensor):
            value = torch.from_numpy(value)
        out[key] = value.to(device) if isinstance(value, Tensor) else value
    return out


def _has_bfloat16() -> bool:
    """Whether bfloat16 products are done by the processor itself; emulated ones would be slower than
    float32.
    """
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def _tensor_board(folder: Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(folder))
