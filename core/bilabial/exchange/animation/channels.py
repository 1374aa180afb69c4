"""A dense animation of named channels at a steady rate: what the exchange formats carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import FormatError


@dataclass(frozen=True, slots=True)
class AnimationFormat:
    """A module of this package that says FORMAT is a format: nothing else need know it."""

    suffixes: tuple[str, ...]
    read: Callable[[Path], ChannelAnimation] | None  # None: it can only be written
    write: Callable[[ChannelAnimation, Path], None] | None  # None: it can only be read


@dataclass(frozen=True, slots=True, eq=False)
class ChannelAnimation:
    """``values`` (frames, channels); frame i is at ``start`` + i / ``fps`` seconds."""

    names: tuple[str, ...]
    fps: float
    values: NDArray[np.float64]
    start: float = 0.0  # seconds

    def __post_init__(self) -> None:
        values = np.asarray(self.values, np.float64)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "names", tuple(self.names))
        if values.ndim != 2 or values.shape[1] != len(self.names):
            raise FormatError(
                f"{len(self.names)} channels need as many columns of values, not the shape {values.shape}"
            )
        if len(set(self.names)) != len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise FormatError(f"the channel {twice!r} stands twice in one animation: keep one")
        if not (np.isfinite(self.fps) and self.fps > 0.0 and np.isfinite(self.start)):
            raise FormatError(f"an animation cannot run at {self.fps} frames a second: give a rate above 0")
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0]
            raise FormatError(f"frame {row} of the channel {self.names[column]!r} is not a finite number")

    @property
    def times(self) -> NDArray[np.float64]:
        """Seconds of each frame."""
        times: NDArray[np.float64] = self.start + np.arange(len(self.values)) / self.fps
        return times

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return max(0, len(self.values) - 1) / self.fps

    def column(self, name: str) -> NDArray[np.float64]:
        column: NDArray[np.float64] = self.values[:, self.names.index(name)]
        return column

    def resampled(self, fps: float) -> ChannelAnimation:
        """The same movement at another rate, linearly between frames; the last frame stays inside."""
        if fps == self.fps or len(self.values) < 2:
            return ChannelAnimation(self.names, fps, self.values, self.start)
        count = int(np.ceil(self.duration * fps - 1e-9)) + 1
        position = np.minimum(np.arange(count) * (self.fps / fps), len(self.values) - 1)
        before = np.minimum(position.astype(np.int64), len(self.values) - 2)
        share = (position - before)[:, None]
        values = self.values[before] * (1.0 - share) + self.values[before + 1] * share
        return ChannelAnimation(self.names, fps, values, self.start)

    def renamed(self, names: Mapping[str, str]) -> ChannelAnimation:
        return ChannelAnimation(
            tuple(names.get(name, name) for name in self.names), self.fps, self.values, self.start
        )

    def picked(self, names: Iterable[str]) -> ChannelAnimation:
        """Only these channels, in this order; a channel that is not there is 0 throughout."""
        names = tuple(names)
        place = {name: i for i, name in enumerate(self.names)}
        values = np.zeros((len(self.values), len(names)))
        for i, name in enumerate(names):
            if name in place:
                values[:, i] = self.values[:, place[name]]
        return ChannelAnimation(names, self.fps, values, self.start)
