"""Rows kept on disk are those of today's sounds, labels and rules, and what was left out is told again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.training.data import cache as module
from bilabial.training.data.batches import build_corpus
from bilabial.training.data.cache import Recipe, kept_rows
from bilabial.training.data.sets import Clip, Problems
from bilabial.training.teach.teacher import curves_of, teach

PHONES = PhoneTrack.of([Phone(0.1, 0.4, "m", "MBP"), Phone(0.4, 0.9, "a", "Ah", 1)])


def clip_at(path: Path, seed: int = 0) -> Clip:
    samples = np.random.default_rng(seed).normal(0, 0.1, 16_000).astype(np.float32)
    soundfile.write(path, samples, 16_000)
    return Clip("set/a", path, "s", "en", phones=PHONES)


def features_of(clip: Clip, folder: Path) -> np.ndarray:
    corpus = build_corpus({"set": [clip]}, folder / "cache", Problems(), (1.0,), lambda message: None)
    return np.array(corpus.compact_rows("set/a"))


def test_a_changed_sound_is_read_again(tmp_path: Path) -> None:
    before = features_of(clip_at(tmp_path / "a.wav"), tmp_path)
    after = features_of(clip_at(tmp_path / "a.wav", seed=1), tmp_path)
    assert not np.array_equal(before, after)
    again = features_of(clip_at(tmp_path / "a.wav"), tmp_path)
    np.testing.assert_array_equal(before, again)


def test_changed_phones_and_changed_sounds_are_taught_anew(tmp_path: Path) -> None:
    solved = []

    def curves(clip: Clip) -> np.ndarray:
        corpus = build_corpus({"set": [clip]}, tmp_path / "cache", Problems(), (1.0,), lambda message: None)
        taught = curves_of(teach(corpus, tmp_path / "cache", Problems(), solved.append), "set/a")
        assert taught is not None
        return taught

    clip = clip_at(tmp_path / "a.wav")
    before = curves(clip)
    relabelled = PhoneTrack.of([Phone(0.1, 0.4, "f", "FV"), Phone(0.4, 0.9, "a", "Ah", 1)])
    assert not np.array_equal(before, curves(replace(clip, phones=relabelled)))
    assert len(solved) == 2
    soundfile.write(tmp_path / "a.wav", np.zeros(16_000), 16_000)
    curves(clip)
    assert len(solved) == 3
    curves(clip)
    assert len(solved) == 3, "nothing had changed"


def test_changed_rules_make_the_rows_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rule.py").write_text("one")
    monkeypatch.setattr(module, "_CORE", tmp_path)
    made = []
    recipe = Recipe("t", 1, ("rule",), lambda clip: np.ones((2, 1), np.float32), "is bad")
    for text in ("one", "one", "two"):
        (tmp_path / "rule.py").write_text(text)
        module._rules.cache_clear()
        kept_rows(recipe, [clip_at(tmp_path / "a.wav")], tmp_path / "c", Problems(), lambda: made.append(1))
    assert len(made) == 2
    module._rules.cache_clear()


def test_what_was_left_out_is_told_again(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"not a sound")
    clip = Clip("set/a", tmp_path / "a.wav", "s", "en")
    for _ in range(2):
        problems = Problems()
        build_corpus({"set": [clip]}, tmp_path / "cache", problems, (1.0,), lambda message: None)
        assert len(problems) == 1
        assert "cannot be read" in problems.messages[0]
