"""Whisper's log-mel: against the definition written out plainly, and the same however the sound is cut."""

import numpy as np
import pytest

from bilabial.audio.logmel import BANDS, LogMelStream, log_mel, peak_of, scaled


def _plain(samples: np.ndarray) -> np.ndarray:
    """The definition: reflect, window, power, triangles drawn one by one on the slaney scale."""
    padded = np.pad(samples.astype(np.float64), 200, mode="reflect")
    window = np.sin(np.pi * np.arange(400) / 400) ** 2
    rows = [padded[start : start + 400] * window for start in range(0, len(samples) + 1, 160)]
    power = np.abs(np.fft.rfft(rows, axis=1)) ** 2

    def hertz(mel: float) -> float:
        return mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)

    top = 15 + 27 * np.log(8) / np.log(6.4)
    edges = [hertz(top * index / 81) for index in range(82)]
    out = np.zeros((len(rows), 80))
    for band in range(80):
        low, middle, high = edges[band : band + 3]
        for bin_ in range(201):
            at = bin_ * 40.0
            height = min((at - low) / (middle - low), (high - at) / (high - middle))
            out[:, band] += max(0.0, height) * 2 / (high - low) * power[:, bin_]
    return np.log10(np.maximum(out, 1e-10))


def _noise(count: int) -> np.ndarray:
    return (np.random.default_rng(count).standard_normal(count) * 0.1).astype(np.float32)


def test_it_is_the_definition() -> None:
    samples = _noise(5000)
    np.testing.assert_allclose(log_mel(samples), _plain(samples), atol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 150, 200, 201, 399, 401, 1600, 5003])
def test_blocks_give_what_the_whole_gives(count: int) -> None:
    samples = _noise(count)
    whole = log_mel(samples)
    assert whole.shape == ((count // 160 + 1) if count else 0, BANDS)
    for size in (1, 37, 160, 1000):
        stream = LogMelStream()
        parts = [stream.push(samples[start : start + size]) for start in range(0, count, size)]
        np.testing.assert_array_equal(np.concatenate([*parts, stream.finish()]), whole)


def test_scaling_keeps_eight_decades_below_the_peak_it_is_given() -> None:
    rows = np.array([[-10.0, -3.0, 1.0]], np.float32)
    assert peak_of(rows) == 1.0
    np.testing.assert_allclose(scaled(rows, 1.0), [[-0.75, 0.25, 1.25]])
    np.testing.assert_allclose(scaled(rows, 3.0), [[-0.25, 0.25, 1.25]])
    assert peak_of(rows[:0]) == -10.0
