"""How long and how fast a network is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainerOptions:
    """Of one run."""

    steps: int = 6000
    learning_rate: float = 2e-3  # at the top of the cycle
    warm_up: float = 0.08  # share of the steps
    final_share: float = 0.01  # of the learning rate, at the last step
    weight_decay: float = 0.02
    clip_norm: float = 2.0
    average: float = 0.998  # decay of the averaged weights, from step to step
    checkpoint_seconds: float = 180.0
    measure_steps: int = 500
    threads: int = 2
    half: bool = True  # bfloat16 where the processor has it
    device: str = "auto"


def one_cycle(step: int, options: TrainerOptions) -> float:
    """Learning rate of a step: up a line, down half a cosine."""
    rise = max(1, int(options.steps * options.warm_up))
    if step < rise:
        return options.learning_rate * (step + 1) / rise
    along = min(1.0, (step - rise) / max(1, options.steps - rise))
    low = options.learning_rate * options.final_share
    return low + (options.learning_rate - low) * 0.5 * (1 + math.cos(math.pi * along))
