"""What a trained lip-reader says of a film."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ....errors import FormatError, ModelError
from ...engine.checkpoints import load_checkpoint
from .clip import LipClip
from .grammar import best_sentence, wrong_share
from .network import GAUGES, SIZE, Lips, LipsConfig

Floats = NDArray[np.float64]

_BLINK = 0.62  # of a film's usual opening: lids below that are shut
_SHORTEST, _LONGEST = 1, 12  # frames of a blink


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Of one film: its six words, and how far lips (gap, width) and lids open, in distances of the eyes."""

    words: tuple[str, ...]
    gauges: Floats  # (frames, 3)

    def of(self, name: str) -> Floats:
        told: Floats = self.gauges[:, GAUGES.index(name)]
        return told

    def blinks(self) -> int:
        """How often the lids shut and open again."""
        lids = self.of("lids")
        shut = np.concatenate(([0], (lids < _BLINK * np.median(lids)).astype(np.int8), [0]))
        edges = np.flatnonzero(np.diff(shut)).reshape(-1, 2)
        return int(sum(_SHORTEST <= b - a <= _LONGEST and a > 0 and b < len(lids) for a, b in edges))


def grey(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A film, uint8 (t, h, w, 3), as the network reads it: (t, 64, 48), the whole film about 0 with sd 1."""
    times = frames.shape[1] // SIZE[0]
    if frames.shape[1:3] != (SIZE[0] * times, SIZE[1] * times) or not times:
        raise FormatError(
            f"the lip-reader reads frames of {SIZE[1]} x {SIZE[0]} or a multiple, not "
            f"{frames.shape[2]} x {frames.shape[1]}: make clips of such a size"
        )
    bright = frames.astype(np.float32) @ np.array((0.299, 0.587, 0.114), np.float32)
    small = bright.reshape(len(bright), SIZE[0], times, SIZE[1], times).mean((2, 4))
    return np.asarray((small - small.mean()) / max(float(small.std()), 1e-3), np.float32)


def read_film(network: nn.Module, frames: NDArray[np.float32]) -> Reading:
    """``frames`` as ``grey`` makes them."""
    with torch.no_grad():
        logits, gauges = network(torch.from_numpy(np.ascontiguousarray(frames))[None])
        logs = torch.log_softmax(logits[0], dim=1).numpy().astype(np.float64)
        told = (gauges[0] * network.spread + network.middle).numpy().astype(np.float64)
    return Reading(best_sentence(logs), told)


def load_reader(path: Path) -> Lips:
    """The averaged weights of a checkpoint."""
    state = load_checkpoint(path)
    if state["task"] != "lips":
        raise ModelError(f"{path} trains {state['task']!r}: give the checkpoint of a lip-reader")
    network = Lips(LipsConfig(**json.loads(state["settings"])))
    for name in ("middle", "spread"):
        network.register_buffer(name, torch.zeros(len(GAUGES)))
    network.load_state_dict(state["average"])
    network.eval()
    return network


def scores(readings: Sequence[Reading], clips: Sequence[LipClip]) -> dict[str, float]:
    """Against what was said and tracked."""
    pairs = list(zip(readings, clips, strict=False))
    found: dict[str, Any] = {
        "test/wrong": float(np.mean([wrong_share(clip.said, reading.words) for reading, clip in pairs]))
    }
    for number, name in enumerate(GAUGES):
        real = np.concatenate(
            [clip.gauges[:, number] - np.nanmean(clip.gauges[:, number]) for _, clip in pairs]
        )
        ours = np.concatenate([r.gauges[:, number] - r.gauges[:, number].mean() for r, _ in pairs])
        known = np.isfinite(real)
        found[f"test/{name}"] = float(np.corrcoef(real[known], ours[known])[0, 1])
    return found
