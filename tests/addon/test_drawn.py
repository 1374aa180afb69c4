"""A face that a network draws, baked on a character: its lips still close."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from addon.host import preferences
from addon.line import lines, takes

from make_untrained_face import audio2face


def values(head: bpy.types.Object, name: str) -> np.ndarray:
    found = []
    for frame in range(11, 60):
        bpy.context.scene.frame_set(frame)
        found.append(head.data.shape_keys.key_blocks[name].value)
    return np.array(found)


def test_a_drawn_face_is_baked_and_its_lips_close(
    line: bpy.types.PropertyGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio2face(tmp_path / "tian", opens=0.6)
    monkeypatch.setattr(preferences, "_own_folder", lambda context: tmp_path)
    line.model = "tian"
    line.target = "BAKE"
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    made = lines.active(bpy.context.scene)
    take = takes.load(made)
    assert set(take.tracks) == {"speech", "faceshift-51"}
    jaw, close = (values(made.character, name) for name in ("jawOpen", "mouthClose"))
    assert np.median(jaw) > 0.4  # the network's jaw stands open where no rule says otherwise
    shut = [phone for phone in take.phones if phone.group == "MBP"]
    assert shut
    for phone in shut:
        frame = round(24 * (phone.start + phone.end) / 2)
        assert abs(jaw[frame] - close[frame]) < 0.02


def test_with_controls_a_drawn_face_shows_whole_and_its_lips_close(
    line: bpy.types.PropertyGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mouth's drivers add what the network draws to speech; brows are keyed though no layer is on."""
    for name in ("browInnerUp", "eyeBlinkLeft", "eyeBlinkRight"):
        line.character.shape_key_add(name=name).data[0].co.z += 0.01
        line.character.data.shape_keys.key_blocks[name].value = 0.0
    audio2face(tmp_path / "tian", opens=0.6, brows=0.5)
    monkeypatch.setattr(preferences, "_own_folder", lambda context: tmp_path)
    line.model = "tian"
    baked, keyed = {}, {}
    for target, found in (("BAKE", baked), ("CONTROLS", keyed)):
        line.target = target
        assert bpy.ops.bilabial.generate() == {"FINISHED"}
        line = lines.active(bpy.context.scene)
        found |= {
            name: values(line.character, name)
            for name in ("jawOpen", "mouthClose", "browInnerUp", "mouthFunnel")
        }
    assert keyed["browInnerUp"].min() > 0.4
    assert np.median(keyed["jawOpen"]) > 0.4
    for name, curve in baked.items():
        assert np.abs(curve - keyed[name]).mean() < 0.03, name  # drivers let go a little sooner at closures
    shut = [phone for phone in takes.load(line).phones if phone.group == "MBP"]
    for phone in shut:
        frame = round(24 * (phone.start + phone.end) / 2)
        assert abs(keyed["jawOpen"][frame] - keyed["mouthClose"][frame]) < 0.02


def test_the_panel_says_what_a_chosen_model_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preferences, "_own_folder", lambda context: tmp_path)
    audio2face(tmp_path / "tian", opens=0.6)
    assert "One man's face" in preferences.model_summary(bpy.context, "audio2face-2019")
    assert preferences.model_summary(bpy.context, "tian")  # of the user's own folder
    assert preferences.model_summary(bpy.context, "") == ""  # the best one needs no word
    assert preferences.model_summary(bpy.context, "gone") == ""
