"""The shipped models: golden output, a card that says what it must, and the aligner that listens with "
"them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.audio.hearings import rows_of
from bilabial.cli import main
from bilabial.exchange.phones import read_phones
from bilabial.models.store import available_models, load_model

MODELS = available_models()
DEMO = Path(__file__).parents[2] / "docs" / "demo"


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
    model = load_model(name)
    if not model.card.says_groups:
        pytest.skip("it moves a face and hears no phones")
    groups = model.predict(rows_of(np.zeros(32_000, np.float32), model.network.hears)).groups
    assert (groups.argmax(axis=1) == groups.shape[1] - 1).mean() > 0.98


@pytest.mark.skipif(not MODELS, reason="no trained model is here")
def test_align_writes_a_text_grid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound, text, grid = tmp_path / "line.wav", tmp_path / "line.txt", tmp_path / "line.TextGrid"
    soundfile.write(sound, *soundfile.read(DEMO / "line.flac"))
    text.write_bytes((DEMO / "line.txt").read_bytes())
    assert main(["align", str(sound), "--text", str(text), "-o", str(grid), "--progress", "none"]) == 0
    words = int(capsys.readouterr().out.split(": ")[1].split(" ")[0])
    assert 27 <= words <= 29  # what the voice swallows is left out
    labels = [phone.label for phone in read_phones(grid) if not phone.is_silence]
    assert labels[:5] == ["m", "aɪ", "n", "eɪ", "m"]
    assert main(["align", str(sound), "--text", str(tmp_path / "none"), "-o", str(grid)]) == 2
    text.write_text("far too many words for nine seconds " * 90)
    assert main(["align", str(sound), "--text", str(text), "-o", str(grid), "--progress", "none"]) == 2
    assert "far more than" in capsys.readouterr().err
