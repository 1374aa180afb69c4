"""Whisper's encoder: 30 s of log mel to 1500 rows of what was heard, on which the decoder looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .blocks import ConvFront, EncoderBlock, Floats32, Norm, Weights, sinusoids
from .shape import WhisperShape


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Pure: it holds weights and nothing else."""

    front: ConvFront
    positions: Floats32  # (rows, channels)
    blocks: tuple[EncoderBlock, ...]
    norm: Norm

    @classmethod
    def load(cls, weights: Weights, shape: WhisperShape) -> Encoder:
        size = shape.size
        return cls(
            ConvFront.load(weights, "encoder.", shape.bands, size),
            sinusoids(shape.hearing_rows, size),
            tuple(
                EncoderBlock.load(weights, f"encoder.blocks.{index}", size, shape.heads)
                for index in range(shape.hearing_blocks)
            ),
            Norm.load(weights, "encoder.norm", size),
        )

    def __call__(self, mel: Floats32) -> Floats32:
        """(rows, bands) of scaled log mel, at most twice the positions -> (rows / 2, channels)."""
        _, hidden = self.front(mel)
        hidden += self.positions[: len(hidden)]
        for block in self.blocks:
            hidden = block(hidden)
        return self.norm(np.ascontiguousarray(hidden))
