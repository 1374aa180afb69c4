"""What the networks that are given plain features have before their first layer."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


class Normaliser(nn.Module):
    """Columns to mean 0, deviation 1 by the training set's statistics, which travel with the weights."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(columns))
        self.register_buffer("deviation", torch.ones(columns))

    def fit(self, rows: NDArray[np.float32]) -> None:
        """Take the statistics of (rows, columns)."""
        self.mean = torch.from_numpy(rows.mean(axis=0, dtype=np.float64).astype(np.float32))
        self.deviation = torch.from_numpy(
            rows.std(axis=0, dtype=np.float64).astype(np.float32) + np.float32(1e-3)
        )

    def forward(self, rows: Tensor) -> Tensor:
        return (rows - self.mean) / self.deviation
