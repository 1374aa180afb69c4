"""Weights that remember which of them a network asked for.

Settings that leave some lying are those of another network, though rows go through it: three layers of a
model of four give an answer, and a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ..errors import ModelError


class Asked(Mapping[str, NDArray[Any]]):
    """A model's arrays by name."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weights = weights
        self._names: set[str] = set()

    def __getitem__(self, name: str) -> NDArray[Any]:
        self._names.add(name)
        return self._weights[name]

    def __contains__(self, name: object) -> bool:
        return name in self._weights

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)

    def refuse_idle(self, card: Path) -> None:
        """Raises ModelError where one was never asked for. ``card``: where the settings stand."""
        if idle := sorted(set(self._weights) - self._names):
            more = f" and {len(idle) - 1} more" if len(idle) > 1 else ""
            raise ModelError(
                f"the settings in {card} have no use for the weights {idle[0]!r}{more}: fetch the model again"
            )
