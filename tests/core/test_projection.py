"""Both cheap ways to multiply a sliding window with its weights, against the plain product."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.models.projection import SlidingProduct, SpectralProduct

CHANNELS, OUTPUTS = 3, 5


def made(window: int, rows: int, batch: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, frames (batch, rows + window - 1, channels) and the plain product (rows, batch, outputs)."""
    random = np.random.default_rng(window * 1000 + rows)
    weight = random.standard_normal((window * CHANNELS, OUTPUTS)).astype(np.float32)
    frames = random.standard_normal((batch, rows + window - 1, CHANNELS)).astype(np.float32)
    x = np.stack([frames[:, row : row + window].reshape(batch, -1) for row in range(rows)])
    return weight, frames, x.astype(np.float64) @ weight


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 50), st.integers(1, 4))
def test_spectra(window: int, rows: int, batch: int) -> None:
    weight, frames, wanted = made(window, rows, batch)
    np.testing.assert_allclose(SpectralProduct(weight, window, rows)(frames), wanted, atol=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.floats(0, 1))
def test_rows_one_by_one(window: int, stagger: float) -> None:
    weight, frames, wanted = made(window, 50)
    sliding = SlidingProduct(weight, window, min(stagger, 0.99))
    pending = sliding.initial()
    for row in range(50):
        before = pending.sums.copy()
        result, following = sliding.row(frames[0, row : row + window], pending)
        np.testing.assert_allclose(result, wanted[row], atol=1e-4)
        np.testing.assert_array_equal(pending.sums, before)  # the state given is not touched
        pending = following


@pytest.mark.parametrize("stagger", [0.0, 0.25, 0.5, 0.75])
def test_a_row_reads_a_fifth_of_the_weights(stagger: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, since this is what the class is for."""
    weight, frames, _ = made(24, 25)
    read: list[int] = []

    class Counting(np.ndarray):
        def __getitem__(self, key: object) -> np.ndarray:
            part = np.asarray(self)[key]  # type: ignore[index]
            read.append(len(part) // CHANNELS)
            return part

    sliding = SlidingProduct(weight, 24, stagger)
    monkeypatch.setattr(sliding, "_weight", weight.view(Counting))
    pending = sliding.initial()
    each = []
    for _ in range(160):
        read.clear()
        _, pending = sliding.row(frames[0, :24], pending)
        each.append(sum(read))
    assert np.mean(each[16:]) == pytest.approx(1 + 2 / 2 + 4 / 4 + 8 / 8 + 9 / 16)
