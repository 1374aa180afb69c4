"""Codecs and pitches: as long as before, in step with it, and really something else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from bilabial.audio.prosody import prosody
from bilabial.errors import BilabialError
from bilabial.phonemes.track import PhoneTrack
from bilabial.training.data.sets import Problems, read_set
from bilabial.training.data.writing import SetWriter
from bilabial.training.make.codec_augmentation import CODECS, Codec, worn, write_worn
from make_untrained_model import babble

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


@needs_ffmpeg
@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_a_codec_keeps_the_time(codec: Codec) -> None:
    samples = np.concatenate([np.zeros(4_000, np.float32), babble(2.0, 5)])
    heard = worn(samples, codec)
    assert len(heard) == len(samples)
    before, after = prosody(samples).intensity_db, prosody(heard).intensity_db
    fits = {by: np.corrcoef(before, np.roll(after, by))[0, 1] for by in range(-3, 4)}
    assert max(fits, key=lambda by: fits[by]) == 0 and fits[0] > 0.85
    assert np.abs(heard - samples).max() > 1e-3


@needs_ffmpeg
@pytest.mark.parametrize("semitones", [-5.0, 6.0])
def test_a_pitch_moves_the_pitch_alone(semitones: float) -> None:
    time = np.arange(32_000) / 16_000
    voice = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 12)) * (
        1 + np.sin(2 * np.pi * 3 * time)
    )
    samples = (0.1 * voice).astype(np.float32)
    before, after = prosody(samples), prosody(worn(samples, None, semitones))
    assert len(before) == len(after)
    ratio = np.nanmedian(after.pitch_hz) / np.nanmedian(before.pitch_hz)
    assert 12 * np.log2(ratio) == pytest.approx(semitones, abs=0.3)


@needs_ffmpeg
def test_a_worn_set_has_the_labels_of_the_old_one(tmp_path: Path) -> None:
    with SetWriter(tmp_path / "set") as out:
        for number, split in enumerate(("train", "train", "dev")):
            phones = [(0.0, 0.2, "SIL"), (0.2, 0.5, "m"), (0.5, 1.0, "a")]
            name = f"c{number}"
            out.add(name, babble(1.0, number), phones, speaker="s", language="en", split=split, text="ma")
    clips = read_set(tmp_path / "set", Problems(strict=True))
    write_worn(tmp_path / "set-worn", clips, 1.0, 3, Problems(strict=True))
    found = read_set(tmp_path / "set-worn", Problems(strict=True))
    assert [clip.name for clip in found] == ["set-worn/c0", "set-worn/c1"], "nobody trains on dev"
    for old, new in zip(clips, found, strict=False):
        spoken = PhoneTrack.of(phone for phone in old.phones or () if not phone.is_silence)
        assert [replace(phone, stress=None) for phone in new.phones or () if not phone.is_silence] == [
            replace(phone, stress=None) for phone in spoken
        ]
        assert new.note and new.speaker == old.speaker


def test_without_ffmpeg_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(BilabialError, match="ffmpeg is not installed"):
        worn(babble(0.2), CODECS[0])
