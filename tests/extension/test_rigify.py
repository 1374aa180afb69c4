"""Rigify's human metarig, generated in real Blenders and skinned to a head, speaks through the built zip."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from test_extension import DEMO_LINE, ROOT, archive, blender, suite, work_folder

__all__ = ["archive", "suite"]  # fixtures
SCRIPT = ROOT / "tests" / "proof" / "rigify_speaks.py"


def whole_line(folder: Path) -> Path:
    """The demo's line as plain wav: one of these Blenders was built without its audio library."""
    import soundfile

    samples, rate = soundfile.read(DEMO_LINE, dtype="float32", always_2d=True)
    soundfile.write(folder / "line.wav", np.ascontiguousarray(samples), rate, subtype="PCM_16")
    return folder / "line.wav"


@pytest.mark.blender
@pytest.mark.timeout(900)
def test_rigify_speaks_and_its_lips_meet(suite: str, archive: Path) -> None:
    folder = work_folder(f"{suite}-rigify")
    phones = DEMO_LINE.with_suffix(".lab")
    done = blender(
        suite, "-b", "--factory-startup", "-P", str(SCRIPT), "--", "bl_ext.user_default.bilabial",
        str(whole_line(folder)), str(phones), str(folder), "--zip", str(archive), folder=folder,
    )  # fmt: skip
    result = folder / "rigify.json"
    assert result.is_file(), done.stdout[-3000:] + done.stderr[-3000:]
    measured = json.loads(result.read_text())
    assert "error" not in measured, measured["error"]
    for name in ("rigify-face", "rigify-face-upgraded"):
        for target in ("CONTROLS", "BAKE"):
            found, what = measured[name][target], f"{name}, {target}"
            assert found["confidence"] == 1.0, what
            assert found["closures"] > 15, what
            assert found["closed_gap_mm"] < 0.2, f"{what}: the lips stand open on m, b or p"
            assert found["press_mm"] < 2.0, f"{what}: the lips run through one another"
            assert found["contacts"] >= 4 and found["lip_to_teeth_mm"] < 1.0, what
            assert found["widest_opening_mm"] > 10.0, f"{what}: the mouth does not open"
            # Whole frames miss the narrowest moment by a little, and the mouth rounds as a real one does.
            assert found["width"][0] < 0.84 and found["width"][1] > 1.1, f"{what}: no rounding, no spreading"
            assert found["channels_past_limits"] == [] and found["rows_cut"] == {}, what
