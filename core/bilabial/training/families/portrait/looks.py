"""Other people out of few: the same film in other colours, on a face of another form, in another voice.

All of it is the same for every frame of a stretch: what changes is who is seen, not what is done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

_KNOTS = (5, 4)  # rows and columns of the net that a face's form is drawn by: one at each eye, at the mouth
_STRETCH = 1.5  # of the whole, in the knots' standard deviations: taller, wider
_CROSSED = 0.4  # how much of each other colour a colour takes, in the strength's standard deviations


@dataclass(frozen=True, slots=True)
class Looks:
    """How far looks and voices are drawn apart; 0 leaves them as they are."""

    dyed: float = 0.0  # standard deviation of the light and of each colour's strength
    formed: float = 0.0  # of where a knot of the face goes, as a share of the picture's width
    voices: float = 0.0  # of the logarithm of pitch, and twice that of loudness: other people's throats
    as_filmed: float = 0.0  # share of the stretches that stay who they are

    def pictures(self, random: np.random.Generator, pictures: Tensor) -> Tensor:
        """(n, 3, h, w) in -1..1: another person's."""
        if self.as_filmed and random.uniform() < self.as_filmed:
            return pictures
        if self.formed:
            pictures = formed(pictures, *_form(random, self.formed))
        if self.dyed:
            pictures = dyed(pictures, random, self.dyed)
        return pictures

    def sound(self, random: np.random.Generator, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        if not self.voices:
            return windows
        higher, louder = np.exp(random.normal(0, (self.voices, 2 * self.voices)))
        return raised(windows, float(higher)) * np.float32(louder)


def dyed(pictures: Tensor, random: np.random.Generator, spread: float) -> Tensor:
    """In another light, its colours stronger or paler and mixed into one another."""
    strength = np.exp(random.normal(0, spread, 3))
    mix = np.diag(strength) + random.normal(0, _CROSSED * spread, (3, 3)) * (1 - np.eye(3))
    pale = np.float32(random.normal(0, spread / 2))
    told = torch.from_numpy(mix.astype(np.float32))
    return (torch.einsum("ij,njhw->nihw", told, pictures + 1) - 1 + pale).clamp(-1, 1)


def _form(random: np.random.Generator, spread: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each knot goes (2, rows, columns) and how far the whole is stretched (2), as shares."""
    knots = random.normal(0, spread, (2, *_KNOTS)).astype(np.float32)
    return knots, np.exp(random.normal(0, _STRETCH * spread, 2)).astype(np.float32)


def formed(pictures: Tensor, knots: NDArray[np.float32], stretch: NDArray[np.float32]) -> Tensor:
    """Pictures (n, 3, h, w) on a sheet of rubber that is pulled at its ``knots``: x, then y, in shares of the
    width.
    """
    height, width = pictures.shape[2:]
    moves = functional.interpolate(
        torch.from_numpy(knots)[None], (height, width), mode="bicubic", align_corners=True
    )[0]
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    across = x * float(stretch[0]) + 2 * moves[0]
    down = y * float(stretch[1]) + 2 * moves[1] * width / height
    grid = torch.stack((across, down), dim=2)[None].expand(len(pictures), -1, -1, -1)
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=True)


def raised(windows: NDArray[np.float32], times: float) -> NDArray[np.float32]:
    """Windows (n, samples) played so much faster or slower about their middles: a shorter, or longer, throat.
    What would lie beyond an end repeats it.
    """
    last = windows.shape[1] - 1
    at = np.clip((np.arange(last + 1) - last / 2) * times + last / 2, 0, last)
    low = np.minimum(at.astype(np.int64), last - 1)
    share = (at - low).astype(np.float32)
    return np.asarray(windows[:, low] * (1 - share) + windows[:, low + 1] * share, np.float32)
