"""The shipped models: golden output, a card that says what it must, and the aligner that listens with "
"them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.cli import main
from bilabial.exchange.phones import read_phones
from bilabial.models.store import available_models, load_model
from bilabial.timing import SAMPLE_RATE

MODELS = available_models()


@pytest.mark.parametrize("name", MODELS)
def test_golden_output_and_card(name: str) -> None:
    model = load_model(name)
    model.check_golden()
    card = model.card
    assert card.trained and card.data and card.scores
    assert "not from an animator" in card.teacher
    assert sum(file.stat().st_size for file in model.folder.iterdir()) < 25e6


@pytest.mark.parametrize("name", MODELS)
def test_silence_is_silent(name: str) -> None:
    from bilabial.audio.features import features

    groups = load_model(name).predict(features(np.zeros(32_000, np.float32))).groups
    assert (groups.argmax(axis=1) == groups.shape[1] - 1).mean() > 0.98


@pytest.mark.skipif(not MODELS, reason="no trained model is here")
def test_align_writes_a_text_grid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound, text, grid = tmp_path / "line.wav", tmp_path / "line.txt", tmp_path / "line.TextGrid"
    hiss = np.random.default_rng(0).standard_normal(3 * SAMPLE_RATE)
    soundfile.write(sound, 0.05 * hiss, SAMPLE_RATE)
    text.write_text("Maybe five beige hats.")
    assert main(["align", str(sound), "--text", str(text), "-o", str(grid), "--progress", "none"]) == 0
    assert "4 words" in capsys.readouterr().out
    labels = [phone.label for phone in read_phones(grid) if not phone.is_silence]
    assert labels[:4] == ["m", "eɪ", "b", "i"]
    assert main(["align", str(sound), "--text", str(tmp_path / "none"), "-o", str(grid)]) == 2
    text.write_text("far too many words for three seconds " * 30)
    assert main(["align", str(sound), "--text", str(text), "-o", str(grid), "--progress", "none"]) == 2
    assert "does not fit" in capsys.readouterr().err
