"""Tian's network, to be trained. Its parameters have the names of models/families/audio2face: export is a
copy."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....models.families.audio2face.cepstra import CEPSTRA
from ....models.families.audio2face.shape import BEFORE, FRAMES, LAYERS, WINDOW, Audio2FaceShape
from ..normaliser import Normaliser

_NEAR = 4.0  # frames: how far around its own frame an untaught network attends


class Memory(nn.Module):
    """A bidirectional LSTM whose two directions are merged: equations 1 to 3."""

    def __init__(self, inputs: int, nodes: int) -> None:
        super().__init__()
        self.ahead = nn.LSTM(inputs, nodes, batch_first=True)
        self.back = nn.LSTM(inputs, nodes, batch_first=True)
        self.merge = nn.Linear(2 * nodes, nodes)

    def forward(self, x: Tensor) -> Tensor:
        two = self.back(x.flip(1))[0].flip(1)
        merged: Tensor = self.merge(torch.cat([self.ahead(x)[0], two], dim=2))
        return merged


class Attention(nn.Module):
    """Equations 4 and 5, with a number for each place in the window."""

    def __init__(self, nodes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(nodes))
        off = torch.arange(FRAMES, dtype=torch.float32) - BEFORE
        self.place = nn.Parameter(-0.5 * (off / _NEAR) ** 2)

    def forward(self, states: Tensor) -> Tensor:
        """(batch, frames + 63, nodes) to (batch, frames, nodes): the softmax over one window after another
        is a quotient of two convolutions."""
        batch, frames, nodes = states.shape
        score = torch.tanh(states) @ self.weight
        heed = torch.exp((score - score.amax(dim=1, keepdim=True)).clamp(min=-60.0))[..., None]
        weighed = (
            torch.cat([states * heed, heed], dim=2).transpose(1, 2).reshape(batch * (nodes + 1), 1, frames)
        )
        kernel = torch.exp(self.place - self.place.max())[None, None]
        summed = functional.conv1d(weighed, kernel).reshape(batch, nodes + 1, -1)
        return (summed[:, :-1] / summed[:, -1:]).transpose(1, 2)


class Audio2FaceTorch(nn.Module):
    """(batch, frames + 63, 39) cepstra to (batch, frames, channels)."""

    def __init__(self, shape: Audio2FaceShape) -> None:
        super().__init__()
        self.shape = shape
        self.features = Normaliser(CEPSTRA)
        nodes = shape.nodes
        self.memories = nn.ModuleList(Memory(nodes if layer else CEPSTRA, nodes) for layer in range(LAYERS))
        self.attention = Attention(nodes)
        self.basis = nn.Linear(nodes, nodes)
        self.out = nn.Linear(nodes, shape.channels)

    def forward(self, cepstra: Tensor) -> Tensor:
        x = self.features(cepstra)
        if self.shape.memory == WINDOW:
            return self._by_window(x)
        for memory in self.memories:
            x = memory(x)
        answer: Tensor = self.out(self.basis(self.attention(x)))
        return answer

    def _by_window(self, x: Tensor) -> Tensor:
        """As printed: every frame's window by itself, memories empty at its start."""
        batch, frames, columns = x.shape
        windows = x.unfold(1, FRAMES, 1).transpose(2, 3).reshape(-1, FRAMES, columns)
        for memory in self.memories:
            windows = memory(windows)
        answer: Tensor = self.out(self.basis(self.attention(windows)[:, 0]))
        return answer.reshape(batch, frames - FRAMES + 1, -1)


class PlainLSTM(nn.Module):
    """The baseline: the same cepstra through two bidirectional LSTM along the clip (Fan et al. 2016), without
    attention."""

    def __init__(self, shape: Audio2FaceShape) -> None:
        super().__init__()
        self.shape = shape
        self.features = Normaliser(CEPSTRA)
        self.memory = nn.LSTM(CEPSTRA, shape.nodes, LAYERS, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * shape.nodes, shape.channels)

    def forward(self, cepstra: Tensor) -> Tensor:
        states = self.memory(self.features(cepstra))[0]
        answer: Tensor = self.out(states[:, BEFORE : BEFORE - FRAMES + 1])
        return answer
