"""The portrait GAN as a task of three players: the two judges move, then the generator.

Losses are the paper's equations 1 to 3: the judges' cross entropy on real and made pictures, and lambda times
the mean absolute difference on the lower half of each frame. As is usual, the generator maximises log D and
does not minimise log (1 - D), whose slope vanishes while it still loses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ...engine.players import Player
from ...measure.pictures import psnr, ssim
from .clips import FaceClip, FaceClips, windows_of
from .network import Portrait, PortraitConfig

# The run's learning rate is the generator's, 2e-4: then the frame judge has 1e-3, the sequence judge 5e-5.
_BETAS = (0.5, 0.999)
GENERATOR = Player("generator", ("generator.",), 1.0, _BETAS, 0.0)
FRAME_JUDGE = Player("frame_judge", ("frame_judge.",), 5.0, _BETAS, 0.0)
SEQUENCE_JUDGE = Player("sequence_judge", ("sequence_judge.",), 0.25, _BETAS, 0.0)
_NOISE = 0.6  # standard deviation while training
_MEASURED = 50  # frames of a clip that is measured


class PortraitTask:
    """What the trainer needs to know of the portrait network."""

    name = "portrait"
    stage = "portrait"

    def __init__(
        self,
        clips: FaceClips,
        config: PortraitConfig,
        seed: int,
        batch: int = 8,
        frames: int = 8,
        reconstruction: float = 400.0,
        mirrored: bool = True,
        measured: int = 12,
        whole: bool = False,
        judge_pace: float = 1.0,
    ) -> None:
        torch.manual_seed(seed)
        self.network = Portrait(config)
        self.clips = clips
        self.config = config
        self.seed = seed
        self.size, self.frames = batch, frames
        self.reconstruction = reconstruction
        self.mirrored = mirrored
        self.measured = measured
        self.whole = whole  # the L1 of the whole frame: the paper's row of L1 alone, which nothing else holds
        judges = ((config.frame_judge, FRAME_JUDGE), (config.sequence_judge, SEQUENCE_JUDGE))
        own = [replace(player, rate=player.rate * judge_pace) for used, player in judges if used]
        self.players: tuple[Player, ...] = (*own, GENERATOR)
        self._made: tuple[dict[str, Any], Tensor] | None = None

    def settings(self) -> dict[str, Any]:
        return self.network.card_settings()

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """Another ablation's weights fit where the generator is the same; judges that it lacks begin anew."""
        judges = ("frame_judge", "sequence_judge")
        if any(settings.get(key) != value for key, value in self.settings().items() if key not in judges):
            return None
        own = dict(self.network.state_dict())
        return own | {name: value for name, value in weights.items() if name in own}

    def batch(self, step: int) -> dict[str, Any]:
        """Stretches of clips: the still, the frames, their sound, and which frame the frame judge sees."""
        random = np.random.default_rng((self.seed, step))
        drawn = [self._stretch(random) for _ in range(self.size)]
        return {
            "still": torch.stack([still for still, _, _ in drawn]),
            "frames": torch.stack([frames for _, frames, _ in drawn]),
            "sound": torch.stack([sound for _, _, sound in drawn]),
            "picked": torch.from_numpy(random.integers(0, self.frames, self.size)),
            # Random numbers of the step's own: the same whatever ran before.
            "noise": torch.from_numpy(
                random.normal(0, _NOISE, (self.size, self.frames, self.config.noise)).astype(np.float32)
            ),
        }

    def _stretch(self, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        clip = self.clips.train[int(random.integers(len(self.clips.train)))]
        start = int(random.integers(0, max(1, len(clip.frames) - self.frames)))
        flipped = self.mirrored and bool(random.integers(2))
        still, frames = (
            in_torch(clip.frames[:1], flipped)[0],
            in_torch(clip.frames[start:][: self.frames], flipped),
        )
        sound = windows_of(clip.sound, start, self.frames)
        return still, frames, torch.from_numpy(sound)

    def loss(self, batch: dict[str, Any], player: Player = GENERATOR) -> dict[str, Tensor]:
        made = self._frames_of(batch)
        if player.name == FRAME_JUDGE.name:
            return self._judged(
                self._frame_verdicts(batch, batch["frames"]), self._frame_verdicts(batch, made.detach())
            )
        if player.name == SEQUENCE_JUDGE.name:
            judge = self.network.sequence_judge
            return self._judged(judge(batch["frames"], batch["sound"]), judge(made.detach(), batch["sound"]))
        self._made = None  # the generator moves now: what it made belongs to the weights it had
        top = 0 if self.whole else made.shape[-2] // 2
        parts = {"l1": (made[..., top:, :] - batch["frames"][..., top:, :]).abs().mean()}
        total = self.reconstruction * parts["l1"]
        if self.config.frame_judge:
            parts["frame"] = _as_real(self._frame_verdicts(batch, made))
            total = total + parts["frame"]
        if self.config.sequence_judge:
            parts["sequence"] = _as_real(self.network.sequence_judge(made, batch["sound"]))
            total = total + parts["sequence"]
        return {"loss": total, **parts}

    def _frames_of(self, batch: dict[str, Any]) -> Tensor:
        """What the generator makes of a batch, once a step: it is the last player to move."""
        if self._made is None or self._made[0] is not batch:
            self._made = batch, self.network.generator(batch["still"], batch["sound"], batch["noise"])
        return self._made[1]

    def _frame_verdicts(self, batch: dict[str, Any], frames: Tensor) -> Tensor:
        rows = torch.arange(len(frames), device=frames.device)
        return self.network.frame_judge(frames[rows, batch["picked"]], batch["still"])

    def _judged(self, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        right = ((real > 0).float().mean() + (made < 0).float().mean()) / 2
        wrong = functional.binary_cross_entropy_with_logits(made, torch.zeros_like(made))
        return {"loss": _as_real(real) + wrong, "right": right}

    def measure(self, network: nn.Module) -> dict[str, float]:
        """PSNR and SSIM against held-out clips, with noise as inference has it: none."""
        values: dict[str, list[float]] = {}
        for clip in self.clips.test[: self.measured]:
            real = clip.frames[:_MEASURED]
            made = made_frames(network, clip, len(real))
            for name, score in (("psnr", psnr(real, made)), ("ssim", ssim(real, made))):
                values.setdefault(f"test/{name}", []).append(score)
            lower = slice(real.shape[1] // 2, None)
            values.setdefault("test/psnr_lower", []).append(psnr(real[:, lower], made[:, lower]))
        return {name: float(np.mean(scores)) for name, scores in values.items()}


def _as_real(verdicts: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(verdicts, torch.ones_like(verdicts))


def in_torch(frames: np.ndarray, flipped: bool = False) -> Tensor:
    """uint8 (t, h, w, 3) -> (t, 3, h, w) in -1..1."""
    chosen = frames[:, :, ::-1] if flipped else frames
    return torch.from_numpy(np.ascontiguousarray(chosen.transpose(0, 3, 1, 2)).astype(np.float32) / 127.5 - 1)


def made_frames(network: nn.Module, clip: FaceClip, count: int) -> np.ndarray:
    """The first frames of a clip as the network makes them from its first picture and its sound; uint8."""
    generator = network.generator
    device = next(generator.parameters()).device
    sound = torch.from_numpy(windows_of(clip.sound, 0, count))[None].to(device)
    noise = torch.zeros(1, count, generator.shape.noise, device=device)
    with torch.no_grad():
        made = generator(in_torch(clip.frames[:1]).to(device), sound, noise)[0]
    pixels = (made.clamp(-1, 1) + 1) * 127.5 + 0.5
    return np.asarray(pixels.permute(0, 2, 3, 1).cpu().numpy(), np.float32).astype(np.uint8)
