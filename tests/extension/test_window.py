"""The built zip in a real Blender's window, by the mouse: a word's border and the pad are dragged."""

from __future__ import annotations

from pathlib import Path

import pytest
from pictures import NAMES, drive
from test_extension import archive, missing, work_folder

__all__ = ["archive"]  # a fixture


@pytest.mark.blender
@pytest.mark.timeout(900)
def test_the_mouse_moves_a_word_and_the_pad(archive: Path) -> None:
    reason = missing("sid")
    if reason is not None:
        pytest.skip(reason)
    folder = work_folder("sid-window")
    measured = drive("sid", archive, folder)
    assert "error" not in measured, measured["error"]
    word, pad = measured["word"], measured["pad"]
    assert word["was"] - word["now"] > 0.05 and abs(word["now"] - word["wanted"]) < 0.05
    assert pad["lip"] == pytest.approx(0.8, abs=0.03) and pad["jaw"] == pytest.approx(0.9, abs=0.03)
    assert "'elephant'" in measured["report"], "a word that is not said is named"
    assert all((folder / f"{name}.png").stat().st_size > 20_000 for name in NAMES)
