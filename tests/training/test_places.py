"""Surroundings made of samples: rooms, talkers, noise, lines; and labels that stay in step with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilabial.audio.logmel import BANDS
from bilabial.audio.reading import read
from bilabial.controls import GROUPS
from bilabial.errors import BilabialError
from bilabial.phonemes.inventory import UNKNOWN
from bilabial.timing import HOP, SAMPLE_RATE
from bilabial.training.data.batches import Corpus, SamplerOptions, build_corpus
from bilabial.training.data.sets import Problems, read_set
from bilabial.training.data.sounds import Piece, Sounds, kept_sounds
from bilabial.training.data.writing import SetWriter

pytest.importorskip("torch")

from bilabial.training.families.whisper import places
from bilabial.training.families.whisper.network import EarConfig
from bilabial.training.families.whisper.places import PlaceOptions
from bilabial.training.families.whisper.task import EarTask

LINE = Path(__file__).resolve().parents[2] / "docs" / "demo" / "line.flac"
A, SIL = GROUPS.index("Ah"), GROUPS.index("SIL")
PLAIN = {"clean": 1.0, "speed": 0.0, "gain_sd": 0.0}


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return np.resize(read(LINE), 4 * SAMPLE_RATE)


def voice(size: int) -> np.ndarray:
    return np.random.default_rng(size).normal(0, 0.1, size).astype(np.float32)


def test_everywhere_a_sound_keeps_its_length_and_stays_a_sound(speech: np.ndarray) -> None:
    every = replace(PlaceOptions(), clean=0.0, room=1.0, babble=1.0, noise=1.0, bed=1.0, line=1.0)
    for seed in range(12):
        heard, again = (
            places.placed(speech, voice, voice, np.random.default_rng(seed), every) for _ in range(2)
        )
        assert heard.shape == speech.shape and heard.dtype == np.float32
        assert np.isfinite(heard).all()
        np.testing.assert_array_equal(heard, again)


def test_a_sound_stays_in_step_in_a_room_and_on_a_line() -> None:
    speech = voice(2 * SAMPLE_RATE)  # a noise: it is like itself nowhere else
    for seed in range(8):
        random = np.random.default_rng(seed)
        near = replace(PlaceOptions(), room_direct=(3.0, 15.0))
        for heard in (places.in_a_room(speech, random, near), places.on_a_line(speech, random)):
            lags = np.fft.irfft(np.fft.rfft(heard, 2**17) * np.conj(np.fft.rfft(speech, 2**17)))
            best = int(np.abs(lags).argmax())
            assert min(best, 2**17 - best) < HOP // 10


def test_noise_lies_so_far_under_the_speech(speech: np.ndarray) -> None:
    random = np.random.default_rng(3)
    more = places.noise(len(speech), speech, random)
    added = places.under(speech, more, 5.0) - speech
    ratio = places.loudness(speech) / float(np.square(added).mean())
    assert 10 * np.log10(ratio) == pytest.approx(5.0, abs=0.1)


def test_one_other_voice_talks_alone_as_often_as_asked(speech: np.ndarray) -> None:
    talk = replace(PlaceOptions(), clean=0.0, equaliser=0.0, room=0.0, noise=0.0, bed=0.0, line=0.0)
    for share, least, most in ((1.0, 1, 1), (0.0, 1, 8)):
        counts = []
        for seed in range(20):
            asked: list[int] = []

            def counted(size: int, asked: list[int] = asked) -> np.ndarray:
                asked.append(size)
                return voice(size)

            random = np.random.default_rng(seed)
            places.placed(speech, counted, None, random, replace(talk, babble=1.0, alone=share))
            counts.append(len(asked))
        assert (min(counts), max(counts)) == (least, most)


def test_noise_may_have_the_spectrum_of_other_recordings() -> None:
    deep = np.sin(2 * np.pi * 200 * np.arange(SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)
    shares = []
    for seed in range(20):
        made = np.abs(np.fft.rfft(places.noise(SAMPLE_RATE, deep, np.random.default_rng(seed)))) ** 2
        shares.append(float(made[150:250].sum() / made.sum()))
    assert max(shares) > 0.8 and min(shares) < 0.2  # borrowed from it, and not


def test_a_faster_tape_is_shorter_and_higher() -> None:
    tone = np.sin(2 * np.pi * 400 * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)
    fast = places.sped(tone, SAMPLE_RATE, 1.1)
    assert len(fast) == SAMPLE_RATE
    assert abs(int(np.abs(np.fft.rfft(fast)).argmax()) - 440) <= 1
    np.testing.assert_array_equal(places.sped(tone, 100, 1.0), tone[:100])


def corpus_of(folder: Path) -> Corpus:
    """Two voices of a hum between silences, and a sound in which nobody speaks."""
    hum = 0.3 * np.sin(2 * np.pi * 300 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    still = np.zeros(SAMPLE_RATE // 2)
    phones = [(0.0, 0.5, "SIL"), (0.5, 1.5, "AA"), (1.5, 2.0, "SIL")]
    with SetWriter(folder / "hums") as out:
        for number in range(4):
            samples = np.concatenate([still, hum, still]).astype(np.float32)
            out.add(f"hum-{number}", samples, phones, speaker=f"s{number % 2}", language="en")
    with SetWriter(folder / "nonspeech") as out:
        hiss = np.random.default_rng(0).normal(0, 0.1, 2 * SAMPLE_RATE).astype(np.float32)
        out.add("hiss-0", hiss, [(0.0, 2.0, "SIL")], speaker="none-hiss", language="none")
    problems = Problems(strict=True)
    sets = {name: read_set(folder / name, problems) for name in ("hums", "nonspeech")}
    return build_corpus(sets, folder / "cache", problems, (1.0,), hears="log-mel-80")


def task_of(folder: Path, **options: object) -> EarTask:
    corpus = corpus_of(folder)
    sounds = kept_sounds(corpus, folder / "cache", Problems(strict=True))
    small = EarConfig(size=16, heads=2, blocks=1, head_channels=8, window=400)
    sampler = SamplerOptions(rows=200, batch=4, set_weights={"nonspeech": 0.0})
    return EarTask(corpus, small, sampler, 3, by_hand=["hums", "nonspeech"], sounds=sounds, **options)  # type: ignore[arg-type]


def test_labels_are_in_step_with_samples(tmp_path: Path) -> None:
    none = {"silence": 0.0, "mask_bands": [0, 1], "mask_times": 1}
    task = task_of(tmp_path, sample_share=1.0, places=PLAIN, surroundings=none)
    batch = task.batch(0)
    assert batch["mel"].shape == (4, 200, BANDS)
    loud = batch["mel"].max(axis=2) > 0
    spoken = batch["groups"] != SIL
    assert 0.3 < spoken.mean() < 0.7
    assert (loud == spoken)[batch["groups"] != UNKNOWN].mean() > 0.97  # a window sees 12 ms to either side


def test_batches_of_samples_are_the_same_for_the_same_step(tmp_path: Path) -> None:
    first, second = (task_of(tmp_path, sample_share=0.5, places={"bed": 1.0}) for _ in range(2))
    for step in (4, 1):
        for key in ("mel", "groups"):
            np.testing.assert_array_equal(first.batch(step)[key], second.batch(step)[key])
    assert not np.array_equal(first.batch(1)["mel"], first.batch(2)["mel"])


def test_samples_are_asked_for(tmp_path: Path) -> None:
    small = EarConfig(size=16, heads=2, blocks=1, head_channels=8, window=400)
    with pytest.raises(BilabialError, match="sample_share needs"):
        EarTask(corpus_of(tmp_path), small, SamplerOptions(rows=50, batch=2), 1, sample_share=0.5)


def test_pieces_are_laid_one_behind_the_other(tmp_path: Path) -> None:
    sounds: Sounds = kept_sounds(corpus_of(tmp_path), tmp_path / "cache", Problems(strict=True))
    pieces = [Piece("hums/hum-0", 60, 20), Piece("hums/hum-1", 0, 30)]
    samples = sounds.of(pieces, 60)
    assert len(samples) == 60 * HOP
    assert np.abs(samples[: 20 * HOP]).max() == pytest.approx(0.3, abs=0.001)
    assert not samples[20 * HOP :].any()  # the second begins in silence, and after it there is nothing
