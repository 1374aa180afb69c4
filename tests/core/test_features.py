"""The features against python_speech_features, and streams against whole files."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.audio.features import CENTROIDS, FEATURE_COUNT, LOG_MEL, MFCC, FeatureStream, features
from bilabial.timing import row_count


def sound(seconds: float, seed: int = 0) -> np.ndarray:
    """Voice-like: harmonics that swell over hiss, with a stretch of digital silence."""
    random = np.random.default_rng(seed)
    count = int(seconds * 16_000)
    t = np.arange(count) / 16_000
    voice = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 12))
    samples = 0.2 * voice * np.sin(2 * np.pi * 1.3 * t) ** 2 + 0.01 * random.standard_normal(count)
    samples[count // 3 : count // 3 + count // 10] = 0
    return samples.astype(np.float32)


def oracle(samples: np.ndarray) -> np.ndarray:
    psf = pytest.importorskip("python_speech_features")
    padded = np.concatenate([np.zeros(200), samples.astype(np.float64)])
    return np.hstack([psf.mfcc(padded), psf.logfbank(padded), psf.ssc(padded)])


@pytest.mark.parametrize("seconds", [0.02, 0.31, 2.0])
def test_the_numbers_are_those_of_python_speech_features(seconds: float) -> None:
    samples = sound(seconds)
    ours, theirs = features(samples), oracle(samples)
    assert ours.shape == (row_count(len(samples)), FEATURE_COUNT) and ours.dtype == np.float32
    rows = min(len(ours), len(theirs))
    assert rows >= len(ours) - 1
    for part in (MFCC, LOG_MEL):
        np.testing.assert_allclose(ours[:rows, part], theirs[:rows, part], atol=1e-4)
    np.testing.assert_allclose(ours[:rows, CENTROIDS], theirs[:rows, CENTROIDS], rtol=1e-6, atol=1e-4)


def test_a_row_is_centred_on_its_time() -> None:
    samples = np.zeros(16_000, dtype=np.float32)
    samples[8000] = 0.5  # a click at 0.5 s
    energy = features(samples)[:, 0]
    loud = np.flatnonzero(energy > energy.min() + 1)
    assert loud.min() + loud.max() == 2 * 50


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3000), max_size=12), st.integers(0, 3))
def test_a_stream_cut_anywhere_gives_the_same_bits(blocks: list[int], seed: int) -> None:
    samples = sound(0.9, seed)
    stream, at, rows = FeatureStream(), 0, []
    for size in blocks:
        rows.append(stream.push(samples[at : at + size]))
        at = min(len(samples), at + size)
    rows += [stream.push(samples[at:]), stream.finish()]
    assert np.array_equal(np.concatenate(rows), features(samples))


def test_no_sound_no_rows() -> None:
    assert features(np.zeros(0, dtype=np.float32)).shape == (0, FEATURE_COUNT)


def test_silence_is_finite() -> None:
    assert np.isfinite(features(np.zeros(5000, dtype=np.float32))).all()


def test_it_is_several_times_as_fast_as_the_oracle() -> None:
    samples = sound(60.0)
    ours = min(_seconds(features, samples) for _ in range(3))
    theirs = min(_seconds(oracle, samples) for _ in range(2))
    assert theirs / ours > 2.0  # about 5 to 7 on a quiet machine; see docs/training.md


def _seconds(function: object, samples: np.ndarray) -> float:
    start = time.perf_counter()
    function(samples)  # type: ignore[operator]
    return time.perf_counter() - start
