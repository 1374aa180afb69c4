"""Whisper's decoder: tokens written so far, and what was heard, to the logits of the next token.

What it has read is kept as keys and values (``Memory``), so that a new token costs one row. Several
hypotheses go side by side, each before its own sound: the weights, which are most of what a token costs to
fetch, are then read once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .blocks import Attention, FeedForward, Floats32, Norm, Weights, array, softmax
from .shape import WhisperShape

_AHEAD: Final = np.float32(-1e9)  # the score of a token that comes later


@dataclass(frozen=True, slots=True, eq=False)
class DecoderBlock:
    """Attention over the tokens so far, attention over the sound, feed-forward."""

    attention: Attention
    cross: Attention
    feed: FeedForward

    @classmethod
    def load(cls, weights: Weights, name: str, size: int, heads: int) -> DecoderBlock:
        return cls(
            Attention.load(weights, f"{name}.attention", size, heads),
            Attention.load(weights, f"{name}.cross", size, heads),
            FeedForward.load(weights, f"{name}.feed", size),
        )


@dataclass(slots=True, eq=False)
class Memory:
    """What a decoder remembers of the tokens of its hypotheses: grows in place with each that is read."""

    # Of each sound, a block: keys (heads, channels, rows), values (heads, rows, channels).
    sounds: list[list[tuple[Floats32, Floats32]]]
    before: NDArray[np.int64]  # which of the sounds each hypothesis looks at
    keys: list[Floats32]  # a block: (hypotheses, heads, tokens so far, channels)
    values: list[Floats32]
    count: int = 0  # tokens read

    def chosen(self, hypotheses: NDArray[np.int64]) -> Memory:
        """The memory of these hypotheses, in this order; one may be taken several times."""
        return Memory(
            self.sounds,
            self.before[hypotheses],
            [one[hypotheses] for one in self.keys],
            [one[hypotheses] for one in self.values],
            self.count,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Decoder:
    """Pure but for the memory that is passed in."""

    embedding: Floats32  # (tokens, channels): a token going in, and its logit coming out
    positions: Floats32  # (writing rows, channels)
    blocks: tuple[DecoderBlock, ...]
    norm: Norm

    @classmethod
    def load(cls, weights: Weights, shape: WhisperShape) -> Decoder:
        size = shape.size
        return cls(
            array(weights, "decoder.embedding.weight", shape.tokens, size),
            array(weights, "decoder.positions", shape.writing_rows, size),
            tuple(
                DecoderBlock.load(weights, f"decoder.blocks.{index}", size, shape.heads)
                for index in range(shape.writing_blocks)
            ),
            Norm.load(weights, "decoder.norm", size),
        )

    def begin(self, *heard: Floats32) -> Memory:
        """The memory of one hypothesis a sound, which has read nothing yet, before what the encoder heard."""
        heads = self.blocks[0].attention.heads
        nothing: Floats32 = np.zeros((len(heard), heads, 0, heard[0].shape[-1] // heads), np.float32)
        return Memory(
            [[block.cross.memory(one) for block in self.blocks] for one in heard],
            np.arange(len(heard)),
            [nothing] * len(self.blocks),
            [nothing] * len(self.blocks),
        )

    def read(self, tokens: NDArray[np.int64], memory: Memory) -> Floats32:
        """(hypotheses, n) next tokens -> (hypotheses, n, tokens of the vocabulary) logits of what follows."""
        return self.logits(self.hidden(tokens, memory))

    def logits(self, hidden: Floats32) -> Floats32:
        """What ``hidden`` gave, or some of its tokens, to the logits of what follows each."""
        flat = hidden.reshape(-1, hidden.shape[-1])
        logits: Floats32 = flat @ self.embedding.T
        return logits.reshape(*hidden.shape[:-1], len(self.embedding))

    def hidden(self, tokens: NDArray[np.int64], memory: Memory) -> Floats32:
        """The same up to the last norm: (hypotheses, n, channels)."""
        count = tokens.shape[1]
        x: Floats32 = self.embedding[tokens] + self.positions[memory.count : memory.count + count]
        for index, block in enumerate(self.blocks):
            x += _over_tokens(block.attention, x, memory, index)
            x += _over_sound(block.cross, x, memory, index)
            x += block.feed(x)
        memory.count += count
        return self.norm(x)


def _over_tokens(attention: Attention, x: Floats32, memory: Memory, index: int) -> Floats32:
    """Every token attends to those up to itself."""
    inner = attention.norm(x)
    queries = attention.split(attention.query(inner))
    keys = np.concatenate([memory.keys[index], attention.split(attention.key(inner))], axis=2)
    values = np.concatenate([memory.values[index], attention.split(attention.value(inner))], axis=2)
    memory.keys[index], memory.values[index] = keys, values
    scores = queries @ keys.swapaxes(-1, -2)
    count, total = x.shape[1], keys.shape[2]
    if count > 1:
        scores += np.triu(np.full((count, total), _AHEAD), 1 + total - count)
    mixed = softmax(scores) @ values
    return attention.out(np.moveaxis(mixed, 1, 2).reshape(x.shape))


def _over_sound(attention: Attention, x: Floats32, memory: Memory, index: int) -> Floats32:
    """Every token attends to the whole of its sound: one product a head for all hypotheses of one sound."""
    hypotheses, count, size = x.shape
    queries = attention.split(attention.query(attention.norm(x)).reshape(hypotheses * count, size))
    mixed = np.empty_like(queries)
    before = np.repeat(memory.before, count)
    for sound in np.unique(before):
        keys, values = memory.sounds[sound][index]
        own = np.flatnonzero(before == sound)
        mixed[:, own] = softmax(queries[:, own] @ keys) @ values
    return attention.out(np.moveaxis(mixed, 0, 1).reshape(x.shape))
