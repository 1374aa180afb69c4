"""The parts of Whisper's networks against their definitions in double precision."""

import math

import numpy as np
import pytest

from bilabial.errors import ModelError
from bilabial.models.families.whisper.blocks import (
    Attention,
    Conv,
    EncoderBlock,
    FeedForward,
    Norm,
    array,
    gelu,
    quantised,
    sinusoids,
)

SIZE, HEADS = 24, 3


def _weights(seed: int = 1) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)

    def draw(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.3).astype(np.float16)

    weights = {}
    for part in ("query", "key", "value", "out"):
        weights[f"block.attention.{part}.weight"] = draw(SIZE, SIZE)
        if part != "key":
            weights[f"block.attention.{part}.bias"] = draw(SIZE)
    weights["block.feed.inner.weight"], weights["block.feed.inner.bias"] = (
        draw(4 * SIZE, SIZE),
        draw(4 * SIZE),
    )
    weights["block.feed.outer.weight"], weights["block.feed.outer.bias"] = draw(SIZE, 4 * SIZE), draw(SIZE)
    for part in ("attention", "feed"):
        weights[f"block.{part}.norm.weight"], weights[f"block.{part}.norm.bias"] = draw(SIZE), draw(SIZE)
    weights["conv.weight"], weights["conv.bias"] = draw(SIZE, 5, 3), draw(SIZE)
    return weights


def _norm(x: np.ndarray, w: dict[str, np.ndarray], name: str) -> np.ndarray:
    spread = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    return (x - x.mean(axis=-1, keepdims=True)) / spread * w[f"{name}.weight"] + w[f"{name}.bias"]


def _attention(x: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    inner = _norm(x, w, "block.attention.norm")
    query, key, value = (
        inner @ w[f"block.attention.{part}.weight"].T + w.get(f"block.attention.{part}.bias", 0)
        for part in ("query", "key", "value")
    )
    mixed = np.zeros_like(x)
    for head in range(HEADS):
        of = slice(head * SIZE // HEADS, (head + 1) * SIZE // HEADS)
        scores = np.exp(query[:, of] @ key[:, of].T / math.sqrt(SIZE / HEADS))
        mixed[:, of] = scores / scores.sum(axis=1, keepdims=True) @ value[:, of]
    return mixed @ w["block.attention.out.weight"].T + w["block.attention.out.bias"]


def _gelu(x: np.ndarray) -> np.ndarray:
    return x * 0.5 * np.vectorize(math.erfc)(-x / math.sqrt(2))


def _feed(x: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    inner = _gelu(
        _norm(x, w, "block.feed.norm") @ w["block.feed.inner.weight"].T + w["block.feed.inner.bias"]
    )
    return inner @ w["block.feed.outer.weight"].T + w["block.feed.outer.bias"]


def _wide(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: one.astype(np.float64) for name, one in weights.items()}


def test_gelu() -> None:
    x = np.concatenate([np.linspace(-12, 12, 5001), [-100.0, -60.0, 60.0, 100.0]])
    np.testing.assert_allclose(gelu(x.astype(np.float32)), _gelu(x), atol=4e-5)


def test_an_encoder_block_is_its_definition() -> None:
    weights = _weights()
    x = np.random.default_rng(2).standard_normal((300, SIZE))  # more than one piece of queries and of rows
    middle = x + _attention(x, _wide(weights))
    wanted = middle + _feed(middle, _wide(weights))
    got = EncoderBlock.load(weights, "block", SIZE, HEADS)(x.astype(np.float32))
    np.testing.assert_allclose(got, wanted, atol=2e-3)
    assert np.abs(wanted - x).mean() > 0.3


@pytest.mark.parametrize(("rows", "stride"), [(1, 1), (7, 1), (7, 2), (8, 2)])
def test_a_convolution_is_its_definition(rows: int, stride: int) -> None:
    weights = _weights()
    x = np.random.default_rng(3).standard_normal((rows, 5))
    padded = np.pad(x, ((1, 1), (0, 0)))
    kernel = weights["conv.weight"].astype(np.float64)
    wanted = [np.einsum("ti,oit->o", padded[at : at + 3], kernel) for at in range(0, rows, stride)]
    got = Conv.load(weights, "conv", 5, SIZE, stride)(x.astype(np.float32))
    np.testing.assert_allclose(got, np.array(wanted) + weights["conv.bias"], atol=1e-4)


def test_int8_is_within_half_a_step_of_an_output() -> None:
    weight = (
        np.random.default_rng(4).standard_normal((6, 4, 3)).astype(np.float32)
        * np.arange(1, 7)[:, None, None]
    )
    weight[2] = 0.0
    steps, scale = quantised(weight)
    back = array({"w": steps, "w.scale": scale}, "w", 6, 4, 3)
    assert steps.dtype == np.int8
    assert (np.abs(back - weight) <= scale[:, None, None] * 0.501).all()


def test_positions_are_sines_then_cosines() -> None:
    table = sinusoids(1500, 384)
    np.testing.assert_allclose(table[7, 0], np.sin(7.0), atol=1e-6)
    np.testing.assert_allclose(table[7, 192], np.cos(7.0), atol=1e-6)
    np.testing.assert_allclose(table[1000, 191], np.sin(0.1), atol=1e-5)


def test_missing_wrong_and_foreign_arrays_are_named() -> None:
    weights = _weights()
    with pytest.raises(ModelError, match=r"lack the array 'other\.weight'"):
        Norm.load(weights, "other", SIZE)
    with pytest.raises(ModelError, match=r"'conv\.weight' is 24 x 5 x 3 where 24 x 6 x 3 belongs"):
        Conv.load(weights, "conv", 6, SIZE)
    with pytest.raises(ModelError, match="holds int64 where floats belong"):
        array({"w": np.zeros(3, np.int64)}, "w", 3)
    with pytest.raises(ModelError, match=r"lack the array 'w\.scale'"):
        array({"w": np.zeros(3, np.int8)}, "w", 3)
    assert FeedForward.load(weights, "block.feed", SIZE).inner.weight.shape == (SIZE, 4 * SIZE)
    assert Attention.load(weights, "block.attention", SIZE, HEADS).heads == HEADS
