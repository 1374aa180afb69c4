"""Pham's network, to be trained; export folds its batch norms into models/families/pham."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ....audio.features import FEATURE_COUNT
from ....models.families.pham.network import LEAK, TURN
from ....models.families.pham.shape import BINS, COLUMNS, HEAD, KERNELS, STEP, TIME_LAYERS, PhamShape
from ..normaliser import Normaliser

STATIC = 1024
_DROPOUT = 0.2


def _layer(inputs: int, outputs: int, kernel: tuple[int, int], along: int) -> nn.Sequential:
    stride = (2, 1) if along == 0 else (1, 2)
    padding = (kernel[0] // 2, 0) if along == 0 else (0, 0)
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(float(LEAK)))


class _Told(nn.Module):
    """The last layer: weights of shapes between 0 and 1, and the head's degrees."""

    def __init__(self, shape: PhamShape, inputs: int) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = nn.Dropout(_DROPOUT)
        self.out = nn.Linear(inputs, shape.channels + (len(HEAD) if shape.head else 0))

    def told(self, hidden: Tensor) -> Tensor:
        y = self.out(self.dropout(hidden))
        channels = self.shape.channels
        return torch.cat([torch.sigmoid(y[..., :channels]), TURN * y[..., channels:]], dim=-1)


class PhamTorch(_Told):
    """(batch, 8 frames + 31, 128) columns to (batch, frames, channels and head)."""

    def __init__(self, shape: PhamShape) -> None:
        super().__init__(shape, STATIC if shape.cell == "static" else shape.units)
        self.features = Normaliser(BINS)
        sizes = (1, *shape.filters)
        self.frequency = nn.ModuleList(
            _layer(sizes[i], sizes[i + 1], (kernel, 1), 0) for i, kernel in enumerate(KERNELS)
        )
        sizes = (shape.filters[-1], *[shape.time_filters] * TIME_LAYERS)
        self.time = nn.ModuleList(_layer(sizes[i], sizes[i + 1], (1, 3), 1) for i in range(TIME_LAYERS))
        if shape.cell == "static":
            self.static = nn.Linear(shape.flat, STATIC)
        else:
            kind = nn.GRU if shape.cell == "gru" else nn.LSTM
            self.memory = kind(shape.flat, shape.units, batch_first=True)

    def forward(self, columns: Tensor) -> Tensor:
        x = self.features(columns).transpose(1, 2)[:, None]  # (batch, 1, bins, columns)
        for layer in (*self.frequency, *self.time):
            x = layer(x)
        windows = x.unfold(3, COLUMNS // STEP, 1)  # (batch, filters, bands, frames, moments)
        flat = windows.permute(0, 3, 1, 2, 4).flatten(2)
        if self.shape.cell == "static":
            return self.told(torch.tanh(self.static(flat)))
        return self.told(self.memory(flat)[0])


class EngineeredLSTM(_Told):
    """The baseline: an LSTM on features that people thought of (2017's): (batch, frames, 65)."""

    def __init__(self, shape: PhamShape) -> None:
        super().__init__(shape, shape.units)
        self.features = Normaliser(FEATURE_COUNT)
        self.memory = nn.LSTM(FEATURE_COUNT, shape.units, batch_first=True)

    def forward(self, rows: Tensor) -> Tensor:
        return self.told(self.memory(self.features(rows))[0])
