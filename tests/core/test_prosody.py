"""Loudness, pitch and hiss of sounds whose values are known because they are synthesised here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.audio.prosody import FLOOR_DB, LocalProsody, Prosody, ProsodyStream, prosody
from bilabial.timing import SAMPLE_RATE, row_count


def voice(hertz: np.ndarray, level: float = 0.2) -> np.ndarray:
    """A buzzing voice: harmonics that fall off, with the given pitch for each sample."""
    phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 12))
    return (level * sound / 2).astype(np.float32)


@pytest.mark.parametrize("hertz", [70.0, 110.0, 180.0, 260.0, 430.0])
def test_pitch_of_a_steady_voice(hertz: float) -> None:
    found = prosody(voice(np.full(SAMPLE_RATE, hertz))).pitch_hz[10:-10]
    assert np.isfinite(found).all()
    assert np.abs(found / hertz - 1).max() < 0.02


def test_pitch_follows_a_glide_without_octave_jumps() -> None:
    hertz = np.linspace(100, 320, 2 * SAMPLE_RATE)
    found = prosody(voice(hertz)).pitch_hz[10:-10]
    expected = hertz[:: SAMPLE_RATE // 100][10 : 10 + len(found)]
    assert np.abs(found / expected - 1).max() < 0.05


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
    assert np.isfinite(prosody(noise).pitch_hz).mean() < 0.1
    silent = prosody(np.zeros(SAMPLE_RATE, np.float32))
    assert not np.isfinite(silent.pitch_hz).any()
    assert (silent.intensity_db == FLOOR_DB).all()


def test_levels_are_in_decibels() -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    low = np.sin(2 * np.pi * 1000 * time).astype(np.float32)
    high = np.sin(2 * np.pi * 6000 * time).astype(np.float32)
    a, b = prosody(low), prosody(high)
    middle = slice(20, -20)
    assert a.intensity_db[middle] == pytest.approx(-3.01, abs=0.1)
    assert b.intensity_db[middle] == pytest.approx(-3.01, abs=0.1)
    assert b.high_db[middle] == pytest.approx(-3.01, abs=0.3)
    assert a.high_db[middle].max() < -40
    assert prosody(low * 0.1).intensity_db[50] == pytest.approx(-23.01, abs=0.1)


def test_row_describes_its_own_moment() -> None:
    """A click at 0.5 s is loudest in row 50."""
    sound = np.zeros(SAMPLE_RATE, np.float32)
    sound[SAMPLE_RATE // 2] = 1.0
    found = prosody(sound)
    assert found.intensity_db.argmax() == 50
    assert found.high_db.argmax() == 50


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8), st.integers(0, 2**31))
def test_blocks_give_the_numbers_of_the_whole(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    total = sum(sizes)
    sound = voice(100 + 100 * rng.random() + np.zeros(total)) + rng.normal(0, 0.01, total).astype(np.float32)
    whole = prosody(sound)
    stream = ProsodyStream()
    pieces, start = [], 0
    for size in sizes:
        pieces.append(stream.push(sound[start : start + size]))
        start += size
    joined = Prosody.joined([*pieces, stream.finish()])
    assert len(whole) == len(joined) == row_count(total)
    for name in ("intensity_db", "pitch_hz", "high_db"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name))


@pytest.mark.parametrize("stretch", [(0, 90), (150, 260), (380, 401), (0, 401)])
def test_a_stretch_analysed_alone_has_the_rows_of_the_whole(stretch: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).normal(0.0, 0.02, 4 * SAMPLE_RATE).astype(np.float32)
    sound = voice(120 + 40 * np.sin(np.arange(4 * SAMPLE_RATE) / 9000)) + noise
    sound[20_000:24_000] = 0.0
    asked: list[int] = []

    def read(first: int, stop: int) -> np.ndarray:
        asked.append(stop - first)
        return sound[first:stop]

    whole, local = prosody(sound), LocalProsody(len(sound), read)
    assert len(local) == len(whole)
    first, stop = stretch
    rows = local.between(first, stop)
    assert len(rows) == stop - first
    for name in ("intensity_db", "pitch_hz", "high_db"):
        there, here = getattr(whole, name)[first:stop], getattr(rows, name)
        np.testing.assert_array_equal(here, there)
    assert max(asked) <= (stop - first) * 160 + 2 * 32 * 160
