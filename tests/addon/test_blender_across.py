"""From controls to keys on the face and back: everything that stands comes across."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from addon.host import compat
from addon.line import lines
from addon.rig import speech

NAMES = ["jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthRollLower"]
FRAMES = np.arange(5, 110, 1.0)


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def face(head: bpy.types.Object) -> np.ndarray:
    rows = []
    for frame in FRAMES:
        bpy.context.scene.frame_set(int(frame))
        rows.append([head.data.shape_keys.key_blocks[name].value for name in NAMES])
    return np.array(rows)


@pytest.fixture
def edited(line: bpy.types.PropertyGroup) -> bpy.types.PropertyGroup:
    """A line with a smile on top, a key pulled down, a key added."""
    head = line.character
    block = head.data.shape_keys.key_blocks["mouthSmileLeft"]
    for frame, value in ((1, 0.0), (20, 0.4), (50, 0.4), (90, 0.1)):
        block.value = value
        block.keyframe_insert("value", frame=frame)
    made = generate()
    channels = compat.channels(head)
    top = max(channels.find(speech.path("Ah")).keyframe_points, key=lambda key: key.co[1])
    top.co[1] = top.handle_left[1] = top.handle_right[1] = 0.5 * top.co[1]
    added = channels.ensure(speech.path("U"), 0, "Lip-Sync").keyframe_points
    for frame, value in ((38, 0.0), (45, 0.7), (52, 0.0)):
        added.insert(frame, value).type = "KEYFRAME"
    return made


def test_what_stands_is_baked_and_comes_back(edited: bpy.types.PropertyGroup) -> None:
    head = edited.character
    before = face(head)
    assert before[45 - 5, NAMES.index("mouthPucker")] > 0.2
    assert bpy.ops.bilabial.switch(target="BAKE") == {"FINISHED"}
    assert edited.target == "BAKE" and not speech.has_controls(head) and not speech.hands(head)
    assert not head.data.shape_keys.animation_data.drivers
    assert not list(compat.channels(head) or ())
    baked = face(head)
    assert np.abs(baked - before).max() < 0.06
    # Generated again, the edits are still there.
    generate()
    assert np.abs(face(head) - before).max() < 0.06
    assert "kept" in edited.report
    # A touch on the face itself, and back.
    roll = compat.channels(head.data.shape_keys).ensure('key_blocks["mouthRollLower"].value', 0, "x")
    for frame, value in ((46, 0.0), (48, 0.5), (51, 0.0)):
        roll.keyframe_points.insert(frame, value).type = "KEYFRAME"
    before = face(head)
    assert bpy.ops.bilabial.switch(target="CONTROLS") == {"FINISHED"}
    assert edited.target == "CONTROLS" and speech.has_controls(head)
    again = face(head)
    assert np.abs(again - before).max() < 0.1
    assert again[48 - 5, NAMES.index("mouthRollLower")] == pytest.approx(0.5, abs=0.06)
    left = compat.channels(head.data.shape_keys)
    assert left is None or not [key for curve in left for key in curve.keyframe_points]
    u = compat.channels(head).find(speech.path("U"))
    assert u is not None and u.evaluate(45) == pytest.approx(0.7, abs=0.03), "the edit of the control is back"


def test_every_line_of_the_character_goes_along(edited: bpy.types.PropertyGroup) -> None:
    head = edited.character
    assert bpy.ops.bilabial.line_add() == {"FINISHED"}
    second = lines.active(bpy.context.scene)
    first = bpy.context.scene.bilabial.lines[0]
    second.character, second.source, second.file = head, "FILE", first.file
    second.start, second.phones_file = 61.0, first.phones_file
    generate()
    before = face(head)
    assert bpy.ops.bilabial.switch(target="BAKE") == {"FINISHED"}
    assert [one.target for one in bpy.context.scene.bilabial.lines] == ["BAKE", "BAKE"]
    assert np.abs(face(head) - before).max() < 0.06
    assert bpy.ops.bilabial.switch(target="CONTROLS") == {"FINISHED"}
    assert np.abs(face(head) - before).max() < 0.1


def test_a_channel_that_cannot_take_keys_changes_nothing(edited: bpy.types.PropertyGroup) -> None:
    head = edited.character
    before = face(head)
    channels = compat.channels(head.data.shape_keys, "own")
    channels.ensure('key_blocks["jawOpen"].value', 0, "x").lock = True
    with pytest.raises(RuntimeError, match="is locked"):
        bpy.ops.bilabial.switch(target="BAKE")
    assert edited.target == "CONTROLS"
    assert np.abs(face(head) - before).max() < 1e-4
