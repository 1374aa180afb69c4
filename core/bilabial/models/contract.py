"""What every architecture offers to the rest, and where its code lies.

A network takes raw features (rows, 65) and normalises them itself. Past either end of a sound its first and
last rows go on: whoever runs rows through ``step`` ends by pushing ``lag`` copies of the last row, and
``predict`` of the whole gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from .prediction import Floats32, Prediction

Progress = Callable[[float], None]  # share done, 0..1

# The card's ``architecture`` names a folder of families; its network.py has ``build(config, weights)``.
ARCHITECTURES = ("visemenet", "phonenet")


class Network(Protocol):
    @property
    def lag(self) -> int | None:
        """Rows of look-ahead: row i is final once row i + lag is there. None: it needs the whole clip."""

    def predict(self, features: Floats32, progress: Progress | None = None) -> Prediction:
        """(rows, 65) of a whole clip to as many rows of prediction."""

    def initial_state(self) -> Any:
        """The state before a clip's first row. Opaque; a step never changes the one that it is given."""

    def step(self, features: Floats32, state: Any) -> tuple[Prediction, Any]:
        """The next (n, 65) rows to the rows that they make final (a clip's first ``lag`` give none), and the
        state."""


def build_network(
    architecture: str, config: Mapping[str, Any], weights: Mapping[str, NDArray[Any]]
) -> Network:
    """The network that a card describes, with its weights in place."""
    if architecture not in ARCHITECTURES:
        raise ModelError(
            f"this Bilabial knows no network {architecture!r} (it has {', '.join(ARCHITECTURES)}): update it"
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
    )
