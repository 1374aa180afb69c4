"""Training of Tian's network and of the plain LSTM beside it: Huber and cosine smoothness (equations 6 to
8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ....models.families.audio2face.cepstra import FRAMES_A_SECOND, cepstra
from ....models.families.audio2face.shape import BEFORE, FRAMES, Audio2FaceShape
from ....timing import SAMPLE_RATE
from ...data.face_sets import FaceClip, FaceSet
from ...engine.players import Player
from ...measure.face_weights import mouth_slopes
from ..face_crops import Prepared, Rate, clips_of, draw, prepare
from .network import Audio2FaceTorch, PlainLSTM

Floats32 = NDArray[np.float32]

RATE = Rate(float(FRAMES_A_SECOND), 1, FRAMES - 1)
NETWORKS = {"audio2face": Audio2FaceTorch, "lstm": PlainLSTM}
_SILENCE = SAMPLE_RATE * 3 // 2
_LOUDER = 3.0  # decibels, the deviation of how much louder or softer a stretch is heard than it was
# In cepstra a factor on the sound moves the first one alone: log of its square, over sqrt(bands).
_A_DECIBEL = float(np.log(10.0) / 10.0 * np.sqrt(40.0))
_BETAS = (0.9, 0.999)  # Adam's own, as printed


def inputs_of(clip: FaceClip, frames: int) -> Floats32:
    """(frames + 63, 39), silence around the clip."""
    silence = np.zeros(_SILENCE, np.float32)
    samples = np.concatenate([silence, clip.samples(), silence])
    return cepstra(samples, _SILENCE, -BEFORE, frames + FRAMES - 1)


class Audio2FaceTask:
    """What the trainer needs to know."""

    name = "audio2face"
    stage = "faces"

    def __init__(
        self,
        sets: Sequence[FaceSet],
        shape: Audio2FaceShape,
        seed: int,
        network: str = "audio2face",
        batch: int = 16,
        frames: int = 90,
        huber: float = 1.0,
        smooth: float = 0.05,
        lips: float = 0.0,  # beyond the paper: how much gap and width of the demo head count
        noise: float = 0.0,  # beyond the paper: on every cepstrum, a share of how far it varies
        measured: int = 24,
    ) -> None:
        torch.manual_seed(seed)
        self.kind = network
        self.shape = shape
        self.network: nn.Module = NETWORKS[network](shape)
        self.seed, self.size, self.frames = seed, batch, frames
        self.huber, self.smooth, self.lips, self.noise = huber, smooth, lips, noise
        self.players: tuple[Player, ...] = (Player("network", betas=_BETAS, weight_decay=0.0),)
        self._train = prepare(clips_of(sets, False), RATE, shape.vocabulary, inputs_of)
        self._test = prepare(clips_of(sets, True)[:measured], RATE, shape.vocabulary, inputs_of)
        self._mouth = torch.from_numpy(mouth_slopes(shape.vocabulary)) if lips else None
        self._begin()

    def _begin(self) -> None:
        """Cepstra as loud as the set's, and an answer that begins at the mean face."""
        features = self.network.features
        assert hasattr(features, "fit")
        features.fit(np.concatenate([one.inputs for one in self._train]))
        with torch.no_grad():
            out = self.network.out
            assert isinstance(out, nn.Linear)
            out.bias.copy_(
                torch.from_numpy(np.concatenate([one.targets for one in self._train]).mean(axis=0))
            )
            out.weight.mul_(0.3)

    def settings(self) -> dict[str, Any]:
        return {"network": self.kind, **asdict(self.shape)}

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """Another actor's weights, or another memory's: the arrays are the same."""
        ours = self.settings()
        if any(settings.get(key) != ours[key] for key in ("network", "nodes", "vocabulary")):
            return None
        return weights

    def batch(self, step: int) -> dict[str, Any]:
        random = np.random.default_rng((self.seed, step))
        drawn = draw(self._train, RATE, random, self.size, self.frames)
        drawn["inputs"][:, :, 0] += random.normal(0.0, _LOUDER * _A_DECIBEL, (self.size, 1)).astype(
            np.float32
        )
        if self.noise:
            spread = self.network.features.deviation.cpu().numpy()
            drawn["inputs"] += (self.noise * spread * random.standard_normal(drawn["inputs"].shape)).astype(
                np.float32
            )
        return {name: torch.from_numpy(value) for name, value in drawn.items()}

    def loss(self, batch: dict[str, Any], player: Player) -> dict[str, Tensor]:
        told = self.network(batch["inputs"])
        mask = batch["mask"].to(told.dtype)
        off = functional.huber_loss(told, batch["targets"], reduction="none", delta=self.huber).mean(dim=2)
        target = (off * mask).sum() / mask.sum()
        both = mask[:, 1:] * mask[:, :-1]
        alike = functional.cosine_similarity(told[:, 1:], told[:, :-1], dim=2)
        smooth = ((1.0 - alike) * both).sum() / both.sum().clamp(min=1.0)
        parts = {"loss": target + self.smooth * smooth, "target": target, "smooth": smooth}
        if self._mouth is not None:
            error = ((told - batch["targets"]) @ self._mouth.to(told.device)).square().mean(dim=2)
            parts["lips"] = (error * mask).sum() / mask.sum()
            parts["loss"] = parts["loss"] + self.lips * parts["lips"]
        return parts

    def measure(self, network: nn.Module) -> dict[str, float]:
        """Root of the mean square over all frames and channels (equation 9)."""
        squares = [np.square(told_of(network, one) - one.targets) for one in self._test]
        return {"test/rmse": float(np.sqrt(np.concatenate(squares).mean()))}


def told_of(network: nn.Module, one: Prepared) -> Floats32:
    """What a network says of a whole clip, within 0..1."""
    with torch.no_grad():
        told = network(torch.from_numpy(one.inputs[None].astype(np.float32)))[0]
    return np.asarray(np.clip(told.numpy(), 0.0, 1.0), np.float32)
