"""The portrait GAN as a task of three players: the two judges move, then the generator.

Losses are the paper's equations 1 to 3: the judges' cross entropy on real and made pictures, and lambda times
the mean absolute difference on the lower half of each frame. As is usual, the generator maximises log D and
does not minimise log (1 - D), whose slope vanishes while it still loses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ....errors import ModelError
from ...engine.players import Player
from ...measure.pictures import psnr, ssim
from .adopting import adopted
from .clips import FaceClip, FaceClips, windows_of
from .looks import Looks
from .network import Portrait, PortraitConfig

# The run's learning rate is the generator's, 2e-4: then the frame judge has 1e-3, the sequence judge 5e-5.
_BETAS = (0.5, 0.999)
GENERATOR = Player("generator", ("generator.",), 1.0, _BETAS, 0.0)
FRAME_JUDGE = Player("frame_judge", ("frame_judge.",), 5.0, _BETAS, 0.0)
SEQUENCE_JUDGE = Player("sequence_judge", ("sequence_judge.",), 0.25, _BETAS, 0.0)
_NOISE = 0.6  # standard deviation while training
MOUTH = (0.62, 0.88, 0.28, 0.72)  # first and last row and column of an aligned face's mouth, as shares
_MEASURED = 50  # frames of a clip that is measured


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """What one row of a batch is made of."""

    still: Tensor
    frames: Tensor
    sound: NDArray[np.float32]  # windows
    shown: NDArray[np.int64]  # which of them the frames belong to


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
        heard: int | None = None,
        mouth: float = 0.0,
        any_still: float = 0.0,
        dyed: float = 0.0,
        formed: float = 0.0,
        voices: float = 0.0,
        as_filmed: float = 0.0,
        kept: int = 0,
    ) -> None:
        torch.manual_seed(seed)
        self.network = Portrait(config)
        self.clips, self._kept = kept_apart(clips, kept)  # what choices are made by, while test is not seen
        self.config = config
        self.seed = seed
        self.size, self.frames = batch, frames
        self.heard = heard or frames  # frames of sound that a stretch has; so many of them are drawn
        self.reconstruction = reconstruction
        self.mirrored = mirrored
        self.measured = measured
        self._films = [clip for clip in self.clips.train if clip.at is None]
        if config.sequence_judge and not self._films:
            raise ModelError("a sequence judge needs films, not single frames: make clips without --frames")
        self.weight = _weight_of(config, mouth, whole)
        self.any_still = any_still  # share of the stretches whose still is any frame, not the clip's first
        self.looks = Looks(dyed, formed, voices, as_filmed)
        judges = ((config.frame_judge, FRAME_JUDGE), (config.sequence_judge, SEQUENCE_JUDGE))
        own = [replace(player, rate=player.rate * judge_pace) for used, player in judges if used]
        self.players: tuple[Player, ...] = (*own, GENERATOR)
        self._made: tuple[dict[str, Any], Tensor] | None = None

    def settings(self) -> dict[str, Any]:
        return self.network.card_settings()

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """Another ablation's weights, or those of a network for pictures half as large."""
        return adopted(dict(self.network.state_dict()), self.settings(), weights, settings)

    def batch(self, step: int) -> dict[str, Any]:
        """Stretches of clips: the still, what is heard, which of its frames are drawn, and how they are; the
        one that the frame judge sees; and whether they follow one another, as a sequence judge needs them.
        """
        random = np.random.default_rng((self.seed, step))
        # The sequence judge has something to judge in each step.
        pools = [self._films if self.config.sequence_judge and not row else self.clips.train
                 for row in range(self.size)]  # fmt: skip
        drawn = [self._stretch(random, pool) for pool in pools]
        return {
            "still": torch.stack([one.still for one in drawn]),
            "frames": torch.stack([one.frames for one in drawn]),
            "sound": torch.from_numpy(np.stack([one.sound for one in drawn])),
            "shown": torch.from_numpy(np.stack([one.shown for one in drawn])),
            "joined": torch.tensor([bool((np.diff(one.shown) == 1).all()) for one in drawn]),
            "picked": torch.from_numpy(random.integers(0, self.frames, self.size)),
            # Random numbers of the step's own: the same whatever ran before.
            "noise": torch.from_numpy(
                random.normal(0, _NOISE, (self.size, self.heard, self.config.noise)).astype(np.float32)
            ),
        }

    def _stretch(self, random: np.random.Generator, pool: Sequence[FaceClip]) -> Stretch:
        """So many frames of a clip's sound, and some of their pictures: any of them, or, for a judge of
        sequences, the last ones. Of a clip that holds few pictures some may come twice.
        """
        clip = pool[int(random.integers(len(pool)))]
        at = clip.moments()
        known = int(random.integers(len(at)))
        low, high = int(at[known]) - self.heard + 1, int(at[known])
        start = int(random.integers(max(0, low), max(0, min(high, int(at[-1]) - self.heard + 1)) + 1))
        inside = np.flatnonzero((at >= start) & (at < start + self.heard))
        if self.config.sequence_judge and clip.at is None:
            rows = inside[-self.frames :]
        else:
            rows = np.sort(random.choice(inside, min(self.frames, len(inside)), replace=False))
        rows = np.sort(np.resize(rows, self.frames))
        still = int(random.integers(len(at))) if random.uniform() < self.any_still else 0
        flipped = self.mirrored and bool(random.integers(2))
        pictures = self.looks.pictures(random, in_torch(clip.frames[[still, *rows]], flipped))
        sound = self.looks.sound(random, windows_of(clip.sound, start, self.heard))
        return Stretch(pictures[0], pictures[1:], sound, at[rows].astype(np.int64) - start)

    def loss(self, batch: dict[str, Any], player: Player = GENERATOR) -> dict[str, Tensor]:
        made = self._frames_of(batch)
        if player.name == FRAME_JUDGE.name:
            return self._judged(
                self._frame_verdicts(batch, batch["frames"]), self._frame_verdicts(batch, made.detach())
            )
        if player.name == SEQUENCE_JUDGE.name:
            return self._judged(
                self._sequence_verdicts(batch, batch["frames"]), self._sequence_verdicts(batch, made.detach())
            )
        self._made = None  # the generator moves now: what it made belongs to the weights it had
        parts = {"l1": ((made - batch["frames"]).abs() * self.weight.to(made.device)).mean()}
        total = self.reconstruction * parts["l1"]
        if self.config.frame_judge:
            parts["frame"] = _as_real(self._frame_verdicts(batch, made))
            total = total + parts["frame"]
        if self.config.sequence_judge:
            parts["sequence"] = _as_real(self._sequence_verdicts(batch, made))
            total = total + parts["sequence"]
        return {"loss": total, **parts}

    def _frames_of(self, batch: dict[str, Any]) -> Tensor:
        """What the generator makes of a batch, once a step: it is the last player to move."""
        if self._made is None or self._made[0] is not batch:
            made = self.network.generator(batch["still"], batch["sound"], batch["noise"], batch["shown"])
            self._made = batch, made
        return self._made[1]

    def _frame_verdicts(self, batch: dict[str, Any], frames: Tensor) -> Tensor:
        rows = torch.arange(len(frames), device=frames.device)
        return self.network.frame_judge(frames[rows, batch["picked"]], batch["still"])

    def _sequence_verdicts(self, batch: dict[str, Any], frames: Tensor) -> Tensor:
        """Of those stretches whose frames follow one another; with the sound of these frames alone."""
        joined = torch.nonzero(batch["joined"])[:, 0]
        sound = batch["sound"][joined[:, None], batch["shown"][joined]]
        verdicts: Tensor = self.network.sequence_judge(frames[joined], sound)
        return verdicts

    def _judged(self, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        right = ((real > 0).float().mean() + (made < 0).float().mean()) / 2
        wrong = functional.binary_cross_entropy_with_logits(made, torch.zeros_like(made))
        return {"loss": _as_real(real) + wrong, "right": right}

    def measure(self, network: nn.Module) -> dict[str, float]:
        """PSNR and SSIM against clips that train nothing, with noise as inference has it: none. Where some of
        the training clips were kept for this, the test clips stay unseen.
        """
        if not self._kept:
            return _measured(network, self.clips.test[: self.measured], "test")
        films = [clip for clip in self._kept if clip.at is None]
        return _measured(network, films, "kept") | _measured(
            network, [clip for clip in self._kept if clip.at is not None], "kept_moments"
        )


def kept_apart(clips: FaceClips, count: int) -> tuple[FaceClips, list[FaceClip]]:
    """So many of the clips that would train, from all over the list, kept from it. A clip that is listed more
    than once is kept from all of its places.
    """
    names = sorted({clip.name for clip in clips.train})
    chosen = set(names[len(names) // (2 * count) :: max(1, len(names) // count)][:count] if count else ())
    kept = {clip.name: clip for clip in clips.train if clip.name in chosen}
    train = [clip for clip in clips.train if clip.name not in chosen]
    return replace(clips, train=train), list(kept.values())


def _measured(network: nn.Module, clips: Sequence[FaceClip], name: str) -> dict[str, float]:
    """Means over clips. The first frame is the still and counts nowhere."""
    values: dict[str, list[float]] = {}
    for clip in clips:
        real = clip.frames[:_MEASURED]
        made = made_frames(network, clip, len(real))[1:]
        real, held = real[1:], np.repeat(real[:1], len(real) - 1, axis=0)
        for key, score in (("psnr", psnr(real, made)), ("ssim", ssim(real, made))):
            values.setdefault(f"{name}/{key}", []).append(score)
        values.setdefault(f"{name}/psnr_mouth", []).append(psnr(mouth_of(real), mouth_of(made)))
        values.setdefault(f"{name}/of_still", []).append(psnr(real, held))
        values.setdefault(f"{name}/mouth_of_still", []).append(psnr(mouth_of(real), mouth_of(held)))
    return {key: float(np.mean(scores)) for key, scores in values.items()}


def _weight_of(config: PortraitConfig, mouth: float, whole: bool) -> Tensor:
    """How much each pixel's difference counts, (height, width), 1 in the mean of those that count: all of
    the lower half or of the whole frame, and the mouth's place so much more.
    """
    weight = torch.ones(config.height, config.width)
    if not whole:
        weight[: config.height // 2] = 0
    top, bottom, left, right = MOUTH
    rows = slice(int(top * config.height), int(bottom * config.height))
    weight[rows, int(left * config.width) : int(right * config.width)] += mouth
    return weight / weight.mean()


def _as_real(verdicts: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(verdicts, torch.ones_like(verdicts))


def mouth_of(film: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The mouth of an aligned face."""
    height, width = film.shape[1:3]
    top, bottom, left, right = MOUTH
    return film[:, int(top * height) : int(bottom * height), int(left * width) : int(right * width)]


def in_torch(frames: np.ndarray, flipped: bool = False) -> Tensor:
    """uint8 (t, h, w, 3) -> (t, 3, h, w) in -1..1."""
    chosen = frames[:, :, ::-1] if flipped else frames
    return torch.from_numpy(np.ascontiguousarray(chosen.transpose(0, 3, 1, 2)).astype(np.float32) / 127.5 - 1)


def made_frames(network: nn.Module, clip: FaceClip, count: int) -> np.ndarray:
    """The first ``count`` frames that a clip holds as the network makes them from the first of them and the
    whole sound; uint8.
    """
    generator = network.generator
    device = next(generator.parameters()).device
    shown = torch.from_numpy(clip.moments()[:count].astype(np.int64)).to(device)[None]
    heard = int(shown.max()) + 1
    sound = torch.from_numpy(windows_of(clip.sound, 0, heard))[None].to(device)
    noise = torch.zeros(1, heard, generator.shape.noise, device=device)
    with torch.no_grad():
        made = generator(in_torch(clip.frames[:1]).to(device), sound, noise, shown)[0]
    pixels = (made.clamp(-1, 1) + 1) * 127.5 + 0.5
    return np.asarray(pixels.permute(0, 2, 3, 1).cpu().numpy(), np.float32).astype(np.uint8)
