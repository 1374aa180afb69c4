"""What every architecture offers to the rest, and where its code lies.

A network takes rows of what it hears, raw, and normalises them itself. Past either end of a sound its
first and last rows go on: whoever runs rows through ``step`` ends by pushing ``lag`` copies of the last
row, and ``predict`` of the whole gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from .prediction import Floats32, Prediction

Progress = Callable[[float], None]  # share done, 0..1

# What a network may say of each row; of further channels it says TRACK and the name of their vocabulary.
OUTPUTS = ("groups", "sounds", "landmarks", "activations", "values", "field")
TRACK = "track:"


class Network(Protocol):
    @property
    def hears(self) -> str:
        """What its rows are: a name of audio.hearings."""

    @property
    def says(self) -> tuple[str, ...]:
        """Which of OUTPUTS it gives, and the tracks: as its card states, so that nobody asks for a class."""

    @property
    def lag(self) -> int | None:
        """Rows of look-ahead: row i is final once row i + lag is there. None: it needs the whole clip."""

    def predict(self, features: Floats32, progress: Progress | None = None) -> Prediction:
        """Rows of a whole clip to as many rows of prediction."""

    def initial_state(self) -> Any:
        """The state before a clip's first row. Opaque; a step never changes the one that it is given."""

    def step(self, features: Floats32, state: Any) -> tuple[Prediction, Any]:
        """The next n rows to the rows that they make final (a clip's first ``lag`` give none), and the
        state."""


class WholeClip:
    """What a network is that reads a clip as a whole: it has no state between rows."""

    @property
    def lag(self) -> int | None:
        return None

    def initial_state(self) -> Any:
        """There is none: see ``lag``."""
        raise ModelError("this network needs the whole clip: choose another model for live use")

    def step(self, features: Floats32, state: Any) -> tuple[Prediction, Any]:
        """See ``initial_state``."""
        return self.initial_state(), state


class TellsSounds(Network, Protocol):
    """A network that says "sounds": the aligner listens to them."""

    def both(self, features: Floats32, progress: Progress | None = None) -> tuple[Floats32, Floats32]:
        """Probabilities of groups (rows, 21) and of sounds (rows, 53; see phonemes.inventory)."""


@lru_cache
def families() -> tuple[str, ...]:
    """Names of the families: the folders beside this module that hold a network."""
    from . import families as room

    return tuple(
        sorted(path.parent.name for home in room.__path__ for path in Path(home).glob("*/network.py"))
    )


def build_network(
    architecture: str, config: Mapping[str, Any], weights: Mapping[str, NDArray[Any]]
) -> Network:
    """The network that a card describes, with its weights in place."""
    if architecture not in families():  # asked first: a card is data, its words are never a path
        raise ModelError(
            f"this Bilabial knows no network {architecture!r} (it has {', '.join(families())}): update it"
        )
    module = import_module(f".families.{architecture}.network", __package__)
    network: Network = module.build(config, weights)
    return network


def join_predictions(parts: list[Prediction]) -> Prediction:
    """Stretches of one clip, one after the other. All come from one network, so all fill the same fields."""
    if len(parts) == 1:
        return parts[0]

    def joined(name: str) -> Floats32 | None:
        arrays = [getattr(part, name) for part in parts]
        return None if arrays[0] is None else np.concatenate(arrays)

    return Prediction(
        groups=np.concatenate([part.groups for part in parts]),
        landmarks=joined("landmarks"),
        activations=joined("activations"),
        values=joined("values"),
        field=joined("field"),
        tracks={name: np.concatenate([part.tracks[name] for part in parts]) for name in parts[0].tracks},
    )
