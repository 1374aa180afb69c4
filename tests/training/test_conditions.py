"""Clips as bad surroundings make them, and as they would be whispered."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bilabial.audio.prosody import prosody
from bilabial.audio.reading import read
from bilabial.training.measure.conditions import (
    SNR_DB,
    conditions,
    mild_noise,
    music,
    noise,
    random_of,
    whispered,
)

LINE = Path(__file__).resolve().parents[2] / "docs" / "demo" / "line.flac"


def test_a_whisper_has_the_sounds_and_no_voice() -> None:
    clean = read(LINE)
    breath = whispered(clean, random_of("line", "whispered"))
    voiced, unvoiced = prosody(clean), prosody(breath)
    assert len(breath) == len(clean) and np.isfinite(breath).all()
    steps = [np.abs(np.diff(np.log2(one.pitch_hz))) for one in (voiced, unvoiced)]
    wild = [(step[np.isfinite(step)] > 0.05).mean() for step in steps]
    assert wild[1] > 3 * wild[0]  # what is taken for pitch in breath jumps about
    loud = voiced.intensity_db > -50.0
    assert np.corrcoef(voiced.intensity_db[loud], unvoiced.intensity_db[loud])[0, 1] > 0.7


def test_music_lies_under_the_speech() -> None:
    clean = read(LINE)
    together = music(clean, random_of("line", "music"))
    band = together - clean
    over = 10 * np.log10((clean.astype(np.float64) ** 2).mean() / (band.astype(np.float64) ** 2).mean())
    assert abs(over - SNR_DB) < 4.0


def test_mild_noise_is_less_where_speech_is() -> None:
    clean = read(LINE)
    spoilt = mild_noise(clean, random_of("line", "noise")) - clean
    over = 10 * np.log10((clean.astype(np.float64) ** 2).mean() / (spoilt.astype(np.float64) ** 2).mean())
    assert abs(over - SNR_DB) < 0.1  # of the whole clip
    harsh = noise(clean, random_of("line", "noise")) - clean
    hertz = np.fft.rfftfreq(len(clean), 1 / 16_000)
    spoken = (hertz > 500) & (hertz < 5000)
    power = [float((np.abs(np.fft.rfft(one)) ** 2)[spoken].sum()) for one in (spoilt, harsh)]
    assert power[0] < power[1] / 4


def test_a_clip_comes_out_the_same_every_time() -> None:
    clean = read(LINE)[:16_000]
    for name, spoil in {**conditions([clean]), **conditions([clean], mild=True)}.items():
        one, other = (spoil(clean, random_of("line", name)) for _ in range(2))
        np.testing.assert_array_equal(one, other)
        assert one.dtype == np.float32 and len(one) == len(clean)
