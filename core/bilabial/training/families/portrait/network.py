"""The paper's networks in torch: a generator, and two discriminators that judge frames and sequences.

Sizes are the paper's and its authors' (facts of their generator), for frames of 96 x 128; a smaller picture
has one halving less. All pictures are (batch, 3, height, width) in -1..1, sequences have time as second axis.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....errors import ModelError
from ....models.families.portrait.shape import CORE, LAST_SKIP, REACH, SOUND_STEPS, WINDOW, PortraitShape

_MASK_AT_FIRST = -3.0  # logit: an untrained network draws a twentieth of each pixel, the still the rest
_CHANGE_AT_FIRST = 0.1  # of the usual weights of a last layer that draws on the still


@dataclass(frozen=True, slots=True)
class PortraitConfig:
    """The generator's sizes, and which opponents it has: the paper's ablation."""

    width: int = 96
    height: int = 128
    channels: int = 64  # of the first convolution; each further one has twice as many, up to ``most``
    most: int = 1024
    sound_channels: int = 16  # of the first convolution over sound
    identity: int = 50
    context: int = 256
    noise: int = 10
    temporal: bool = True  # False: the paper's static baseline, which knows one window of sound and no past
    mask: bool = False  # beyond the paper: the still shows wherever the network does not draw
    on_still: bool = False  # beyond the paper: the still itself is the last skip, frames are drawn on it
    carried: bool = False  # beyond the paper: and its pixels are moved before they are drawn on
    frame_judge: bool = True
    sequence_judge: bool = True

    def shape(self) -> PortraitShape:
        return PortraitShape(
            self.width, self.height, self.channels, self.most, self.sound_channels, self.identity,
            self.context, self.noise, self.temporal, self.mask, self.on_still, self.carried,
        )  # fmt: skip


class Portrait(nn.Module):
    """Everybody in one module: players own its parts by their names."""

    def __init__(self, config: PortraitConfig) -> None:
        super().__init__()
        self.config = config
        shape = config.shape()
        self.generator = Generator(shape)
        if config.frame_judge:
            self.frame_judge = FrameJudge(shape)
        if config.sequence_judge:
            if not config.temporal:
                raise ModelError("a static generator has no sequence to judge: set sequence_judge = false")
            self.sequence_judge = SequenceJudge(shape)

    def card_settings(self) -> dict[str, Any]:
        settings = asdict(self.config)
        for name in ("mask", "on_still", "carried"):
            if not settings[name]:
                del settings[name]  # runs from before there was one go on
        return settings


def _down(inputs: int, outputs: int, leak: float = 0.0) -> nn.Sequential:
    """Half the size: strided convolution, batch norm, and what passes on."""
    active: nn.Module = nn.LeakyReLU(leak) if leak else nn.ReLU()
    return nn.Sequential(nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), active)


class PictureEncoder(nn.Module):
    """Strided convolutions from a picture to numbers; with what its layers saw, for the decoder."""

    def __init__(self, shape: PortraitShape, inputs: int, outputs: int, leak: float = 0.0) -> None:
        super().__init__()
        sizes = (inputs, *shape.levels)
        self.levels = nn.ModuleList(_down(a, b, leak) for a, b in pairwise(sizes))
        self.last = nn.Conv2d(sizes[-1], outputs, CORE)

    def forward(self, picture: Tensor) -> tuple[Tensor, list[Tensor]]:
        seen = []
        for level in self.levels:
            picture = level(picture)
            seen.append(picture)
        return self.last(picture).flatten(1), seen


class SoundEncoder(nn.Module):
    """A window of samples to numbers: a long first kernel, 5 ms each ms, then halvings with kernels of 4."""

    def __init__(self, shape: PortraitShape, outputs: int) -> None:
        super().__init__()
        sizes = [shape.sound_channels * 2**i for i in range(SOUND_STEPS + 1)]
        layers: list[nn.Module] = [
            nn.Conv1d(1, sizes[0], 80, 16, 32, bias=False),
            nn.BatchNorm1d(sizes[0]),
            nn.ReLU(),
        ]
        for a, b in pairwise(sizes):
            layers += [nn.Conv1d(a, b, 4, 2, 1, bias=False), nn.BatchNorm1d(b), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.last = nn.Conv1d(sizes[-1], outputs, 5)

    def forward(self, windows: Tensor) -> Tensor:
        """(batch, samples) -> (batch, outputs)."""
        return torch.tanh(self.last(self.layers(windows[:, None])).flatten(1))


class Generator(nn.Module):
    """A still and windows of sound to frames."""

    def __init__(self, shape: PortraitShape) -> None:
        super().__init__()
        self.shape = shape
        self.identity = PictureEncoder(shape, 3, shape.identity)
        self.sound = SoundEncoder(shape, shape.context)
        if shape.temporal:
            self.context = nn.GRU(shape.context, shape.context, 2, batch_first=True)
            self.noise = nn.GRU(shape.noise, shape.noise, 1, batch_first=True)
        latent = shape.identity + shape.context + shape.noise
        levels = shape.levels[::-1]
        self.first = nn.Sequential(
            nn.ConvTranspose2d(latent, levels[0], CORE, bias=False), nn.BatchNorm2d(levels[0]), nn.ReLU()
        )
        middle = [
            nn.Sequential(nn.ConvTranspose2d(2 * a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU())
            for a, b in pairwise(levels)
        ]
        last = nn.ConvTranspose2d(2 * levels[-1], shape.drawn, 4, 2, 1)
        if shape.mask and last.bias is not None:
            nn.init.constant_(last.bias[3:4], _MASK_AT_FIRST)
        if shape.on_still and last.bias is not None:
            with torch.no_grad():
                last.bias[:3] = 0
                last.bias[3 + shape.mask :] = 0
                last.weight *= _CHANGE_AT_FIRST
        self.levels = nn.ModuleList([*middle, nn.Sequential(last)])

    def forward(self, still: Tensor, sound: Tensor, noise: Tensor, shown: Tensor | None = None) -> Tensor:
        """(b, 3, h, w), (b, t, WINDOW), (b, t, noise) -> (b, t, 3, h, w).

        ``shown`` (b, k) says which k of the t frames are drawn: the others are only heard.
        """
        context, noise = self._remembered(sound, noise)
        if shown is not None:
            rows = torch.arange(len(shown), device=shown.device)[:, None]
            context, noise = context[rows, shown], noise[rows, shown]
        batch, time = context.shape[:2]
        identity, seen = self.identity(still)
        latent = torch.cat((torch.tanh(identity)[:, None].expand(-1, time, -1), context, noise), dim=2)
        x = self.first(latent.reshape(batch * time, -1, 1, 1))
        for level, known in zip(self.levels, reversed(seen), strict=True):
            x = level[1:](_doubled(level[0], x, known, time))
        colours = x[:, :3].reshape(batch, time, 3, *x.shape[2:])
        if self.shape.carried:
            base = carried(still.repeat_interleave(time, dim=0), x[:, -2:]).unflatten(0, (batch, time))
            colours = colours + torch.atanh(LAST_SKIP * base)
        elif self.shape.on_still:
            colours = colours + torch.atanh(LAST_SKIP * still)[:, None]
        frames = torch.tanh(colours)
        if not self.shape.mask:
            return frames
        drawn = torch.sigmoid(x[:, 3:4]).reshape(batch, time, 1, *x.shape[2:])
        return still[:, None] + drawn * (frames - still[:, None])

    def _remembered(self, sound: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """What of each window, and of the noise, is known at each frame: (b, t, context), (b, t, noise)."""
        batch, time = sound.shape[:2]
        context = self.sound(sound.reshape(batch * time, WINDOW)).reshape(batch, time, -1)
        if not self.shape.temporal:
            return context, noise
        return self.context(context)[0], self.noise(noise)[0]


def _doubled(layer: nn.ConvTranspose2d, x: Tensor, known: Tensor, time: int) -> Tensor:
    """A transposed convolution of what is drawn beside what the still's layer saw, each of them for itself:
    the still's share is the same for all of its ``time`` frames, so it is worked out once.
    """
    own, still = layer.weight.split(x.shape[1])
    drawn = functional.conv_transpose2d(x, own, None, 2, 1)
    shared = functional.conv_transpose2d(known, still, layer.bias, 2, 1)
    return (drawn.unflatten(0, (-1, time)) + shared[:, None]).flatten(0, 1)


def carried(pictures: Tensor, ways: Tensor) -> Tensor:
    """Pictures (n, 3, h, w) whose pixels are fetched from elsewhere: ``ways`` (n, 2, h, w), across and down,
    become at most REACH of the width.
    """
    height, width = pictures.shape[2:]
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, height, device=ways.device), torch.linspace(-1, 1, width, device=ways.device),
        indexing="ij",
    )  # fmt: skip
    moved = REACH * torch.tanh(ways) * width * 2
    grid = torch.stack((x + moved[:, 0] / (width - 1), y + moved[:, 1] / (height - 1)), dim=3)
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=True)


class FrameJudge(nn.Module):
    """Whether a frame is real, beside the still that it should show."""

    def __init__(self, shape: PortraitShape) -> None:
        super().__init__()
        self.encoder = PictureEncoder(shape, 6, 1, leak=0.2)

    def forward(self, frames: Tensor, still: Tensor) -> Tensor:
        """(b, 3, h, w) twice -> logits (b,)."""
        return self.encoder(torch.cat((frames, still), dim=1))[0][:, 0]


class SequenceJudge(nn.Module):
    """Whether frames follow one another, and their sound, as real ones do."""

    def __init__(self, shape: PortraitShape) -> None:
        super().__init__()
        self.frames = PictureEncoder(shape, 3, shape.context // 2, leak=0.2)
        self.sound = SoundEncoder(shape, shape.context // 2)
        self.memory = nn.GRU(shape.context, shape.context, 2, batch_first=True)
        self.verdict = nn.Sequential(
            nn.Linear(shape.context, shape.context // 2), nn.LeakyReLU(0.2), nn.Linear(shape.context // 2, 1)
        )

    def forward(self, frames: Tensor, sound: Tensor) -> Tensor:
        """(b, t, 3, h, w), (b, t, WINDOW) -> logits (b,)."""
        batch, time = frames.shape[:2]
        seen = self.frames(frames.flatten(0, 1))[0].reshape(batch, time, -1)
        heard = self.sound(sound.flatten(0, 1)).reshape(batch, time, -1)
        states, _ = self.memory(torch.cat((torch.tanh(seen), heard), dim=2))
        return self.verdict(states[:, -1])[:, 0]
