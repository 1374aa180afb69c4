"""Who learns in a step: one network as a rule, or several that play against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Player:
    """Some of the network's parameters, and how their optimiser moves them.

    The players of a task move one after the other within a step, each by its own loss; what the later ones
    see are the earlier ones' new weights.
    """

    name: str
    prefixes: tuple[str, ...] = ("",)  # of the names of its parameters; "" is all of them
    rate: float = 1.0  # its learning rate, as a share of the run's
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float | None = None  # None: the run's
    paces: tuple[tuple[str, float], ...] = ()  # shares of its rate for parameters whose names begin so

    def parameters(self, network: nn.Module) -> list[nn.Parameter]:
        return [value for _, value in self._named(network)]

    def _named(self, network: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
        return (item for item in network.named_parameters() if item[0].startswith(self.prefixes))

    def _pace(self, name: str) -> float:
        return next((share for prefix, share in self.paces if name.startswith(prefix)), 1.0)

    def optimiser(self, network: nn.Module, learning_rate: float, weight_decay: float) -> torch.optim.AdamW:
        """Matrices decay, biases and norms do not."""
        decay = weight_decay if self.weight_decay is None else self.weight_decay
        gathered: dict[tuple[float, bool], list[nn.Parameter]] = {}
        for name, value in self._named(network):
            gathered.setdefault((self._pace(name), value.ndim > 1), []).append(value)
        groups = [
            {"params": members, "weight_decay": decay if decays else 0.0, "pace": pace}
            for (pace, decays), members in sorted(gathered.items(), key=lambda one: one[0], reverse=True)
        ]
        return torch.optim.AdamW(groups, lr=learning_rate * self.rate, betas=self.betas)


ALONE = Player("network")
