"""A page is passed on: it holds no recording that its maker did not name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.cli import main


def test_a_take_that_names_a_recording_without_its_hash_does_not_fetch_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private = tmp_path / "private.wav"
    soundfile.write(private, np.zeros(8000), 16_000)
    (tmp_path / "a.lab").write_text("0 2000000 m\n2000000 5000000 aa\n")
    take, page = tmp_path / "a.json", tmp_path / "a.html"
    assert main(["generate", str(private), "--phones", str(tmp_path / "a.lab"), "-o", str(take)]) == 0
    assert main(["plot", str(take), "-o", str(page)]) == 0
    assert "audio/wav" in page.read_text("utf-8")
    data = json.loads(take.read_text("utf-8"))
    data["sound"]["sha256"] = None
    take.write_text(json.dumps(data), "utf-8")
    capsys.readouterr()
    assert main(["plot", str(take), "-o", str(page)]) == 0
    assert "without its hash" in capsys.readouterr().err
    assert "audio/wav;base64" not in page.read_text("utf-8")
    assert main(["plot", str(take), "-o", str(page), "--sound", str(private)]) == 0
    assert "audio/wav;base64" in page.read_text("utf-8")
