"""Training of Pham's network and of the LSTM beside it: equation 2, errors by each channel's deviation and a
little for whatever is not at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....audio.features import features
from ....models.families.pham.shape import AROUND, STEP, PhamShape
from ....models.families.pham.spectrogram import AHEAD, FRAMES_A_SECOND, LEAD, columns
from ....timing import FRAME_RATE, SAMPLE_RATE
from ...data.face_sets import FaceClip, FaceSet
from ...engine.players import Player
from ...measure.face_weights import mouth_slopes
from ..face_crops import Prepared, Rate, clips_of, draw, prepare
from .network import EngineeredLSTM, PhamTorch

Half = NDArray[np.float16]
Floats32 = NDArray[np.float32]

RATE = Rate(FRAMES_A_SECOND, STEP, AROUND)
ENGINEERED_RATE = Rate(FRAMES_A_SECOND, 1, 0)
NETWORKS = {"pham": PhamTorch, "engineered": EngineeredLSTM}
_LEAST = 0.02  # deviation of a channel: what never moves must not count without end
_LEAST_TURN = 0.3  # degrees
_LOUDER = 0.3  # decades, the deviation of how much louder or softer a stretch is heard than it was
_WINDOW_S = 0.0075  # from a frame's moment to the middle of the last 25 ms that it may hear
_BETAS = (0.9, 0.999)


def inputs_of(clip: FaceClip, frames: int) -> Half:
    """(8 frames + 31, 128) columns."""
    samples = clip.samples()
    padded = np.concatenate([np.zeros(LEAD, np.float32), samples, np.zeros(AHEAD + SAMPLE_RATE, np.float32)])
    return columns(padded, LEAD, frames * STEP + AROUND).astype(np.float16)


def engineered_inputs_of(clip: FaceClip, frames: int) -> Floats32:
    """(frames, 65)."""
    rows = features(clip.samples())
    at = np.round((np.arange(frames) / FRAMES_A_SECOND + _WINDOW_S) * FRAME_RATE).astype(np.int64)
    return rows[np.minimum(at, len(rows) - 1)]


class PhamTask:
    """What the trainer needs to know."""

    name = "pham"
    stage = "faces"

    def __init__(
        self,
        sets: Sequence[FaceSet],
        shape: PhamShape,
        seed: int,
        network: str = "pham",
        batch: int = 8,
        frames: int = 125,
        sparse: float = 0.1,
        lips: float = 0.0,  # beyond the paper: how much gap and width of the demo head count
        measured: int = 24,
    ) -> None:
        torch.manual_seed(seed)
        self.kind, self.shape = network, shape
        self.network: nn.Module = NETWORKS[network](shape)
        self.seed, self.size, self.frames = seed, batch, frames
        self.sparse, self.lips = sparse, lips
        self.players: tuple[Player, ...] = (Player("network", betas=_BETAS, weight_decay=0.0),)
        self.rate, inputs = (
            (RATE, inputs_of) if network == "pham" else (ENGINEERED_RATE, engineered_inputs_of)
        )
        self._train = prepare(clips_of(sets, False), self.rate, shape.vocabulary, inputs)
        self._test = prepare(clips_of(sets, True)[:measured], self.rate, shape.vocabulary, inputs)
        self._mouth = torch.from_numpy(mouth_slopes(shape.vocabulary)) if lips else None
        self._begin()

    def _begin(self) -> None:
        normaliser = self.network.features
        assert hasattr(normaliser, "fit")
        normaliser.fit(np.concatenate([one.inputs[::3].astype(np.float32) for one in self._train]))
        wanted = np.concatenate([self._wanted(one.targets, one.head) for one in self._train])
        least = np.where(np.arange(wanted.shape[1]) < self.shape.channels, _LEAST, _LEAST_TURN)
        self._deviation = torch.from_numpy(np.maximum(wanted.std(axis=0), least).astype(np.float32))
        mean = np.clip(wanted[:, : self.shape.channels].mean(axis=0), 0.005, 0.995)
        with torch.no_grad():
            out = self.network.out
            assert isinstance(out, nn.Linear)
            out.bias.zero_()
            out.weight.mul_(0.3)  # begins near the mean face
            out.bias[: self.shape.channels] = torch.from_numpy(np.log(mean / (1 - mean)).astype(np.float32))

    def _wanted(self, targets: Any, head: Any) -> Any:
        """Weights with the head's degrees beside them, of arrays or of tensors."""
        if not self.shape.head:
            return targets
        if isinstance(targets, Tensor):
            return torch.cat([targets, head], dim=-1)
        return np.concatenate([targets, head], axis=-1)

    def settings(self) -> dict[str, Any]:
        return {"network": self.kind, **asdict(self.shape)}

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """Another actor's weights."""
        theirs = {**settings, "filters": list(settings.get("filters", ()))}
        ours = {**self.settings(), "filters": list(self.shape.filters)}
        return weights if theirs == ours else None

    def batch(self, step: int) -> dict[str, Any]:
        random = np.random.default_rng((self.seed, step))
        drawn = draw(self._train, self.rate, random, self.size, self.frames)
        if self.kind == "pham":
            drawn["inputs"] += random.normal(0.0, _LOUDER, (self.size, 1, 1)).astype(np.float32)
        return {name: torch.from_numpy(value) for name, value in drawn.items()}

    def loss(self, batch: dict[str, Any], player: Player) -> dict[str, Tensor]:
        told = self.network(batch["inputs"])
        mask = batch["mask"].to(told.dtype)[..., None]
        wanted = self._wanted(batch["targets"], batch["head"])
        off = ((told - wanted) / self._deviation.to(told.device)) ** 2
        channels = self.shape.channels
        count = mask.sum()
        error = (off[..., :channels] * mask).sum() / (count * channels)
        active = (told[..., :channels] * mask).sum() / (count * channels)
        total = error + self.sparse * active
        parts = {"error": error, "active": active}
        if self.shape.head:
            parts["head"] = (off[..., channels:] * mask).sum() / (count * (off.shape[-1] - channels))
            total = total + 0.1 * parts["head"]
        if self._mouth is not None:
            apart = (told - wanted)[..., :channels] @ self._mouth.to(told.device)
            parts["lips"] = (apart.square().mean(dim=2, keepdim=True) * mask).sum() / count
            total = total + self.lips * parts["lips"]
        return {"loss": total, **parts}

    def measure(self, network: nn.Module) -> dict[str, float]:
        squares = [
            np.square(told_of(network, one)[:, : self.shape.channels] - one.targets) for one in self._test
        ]
        return {"test/mse": float(np.concatenate(squares).mean())}


def told_of(network: nn.Module, one: Prepared) -> Floats32:
    """What a network says of a whole clip."""
    with torch.no_grad():
        told: Tensor = network(torch.from_numpy(one.inputs[None].astype(np.float32)))[0]
    return np.asarray(told.numpy(), np.float32)
