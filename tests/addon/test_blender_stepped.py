"""Drawn and stepped animation: one drawing at a time, whole frames, nothing between two poses."""

from __future__ import annotations

from itertools import pairwise

import bpy
import fabricate
import pytest
from addon.bilabial.controls import CONTROLS
from addon.host import compat
from addon.line import lines
from addon.rig import speech

MOUTHS = ["A", "B", "C", "D", "E", "F", "G", "H", "X"]
BLAIR = ["AI", "E", "O", "U", "etc", "L", "WQ", "MBP", "FV", "rest"]


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def drawings_at(head: bpy.types.Object, names: list[str], frame: int) -> list[float]:
    bpy.context.scene.frame_set(frame)
    blocks = head.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.shape_keys.key_blocks
    return [blocks[name].value for name in names]


@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
@pytest.mark.parametrize("names", [MOUTHS, BLAIR])
@pytest.mark.parametrize("hold", [1, 3])
def test_a_drawn_rig_shows_exactly_one_drawing(
    line: bpy.types.PropertyGroup, target: str, names: list[str], hold: int
) -> None:
    head = line.character = fabricate.mesh("Drawn", names)
    for block in head.data.shape_keys.key_blocks[1:]:
        block.slider_max = 2.0
    line.target, line.start, line.hold = target, 11.5, hold
    generate()
    rest, closed = names.index(names[-1]), names.index("MBP" if "MBP" in names else "A")
    shown = []
    for frame in range(1, 80):
        values = drawings_at(head, names, frame)
        assert sorted(values)[-1] == 1.0 and sorted(values)[-2] == 0.0, (frame, values)
        shown.append(values.index(1.0))
        if frame <= 12 or frame > 57:
            assert shown[-1] == rest, frame
    assert closed in shown and len(set(shown)) >= 4
    owner = head if target == "CONTROLS" else head.data.shape_keys
    frames = [key.co[0] for curve in compat.channels(owner) for key in curve.keyframe_points]
    assert all(frame == round(frame) for frame in frames) and min(frames) >= 12
    changes = [i for i in range(1, len(shown)) if shown[i] != shown[i - 1]]
    assert all(b - a >= hold for a, b in pairwise(changes))


@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
@pytest.mark.parametrize("hold", [1, 2, 3])
def test_stepped_on_a_3d_rig_is_stepped(line: bpy.types.PropertyGroup, target: str, hold: int) -> None:
    head = line.character
    line.target, line.stepped, line.hold, line.start = target, True, hold, 11.25
    generate()
    owner = head if target == "CONTROLS" else head.data.shape_keys
    frames = set()
    for curve in compat.channels(owner):
        assert {key.interpolation for key in curve.keyframe_points} == {"CONSTANT"}, curve.data_path
        frames |= {key.co[0] for key in curve.keyframe_points}
    assert all(frame == round(frame) for frame in frames)
    ordered = sorted(frames)
    assert all(b - a >= hold for a, b in pairwise(ordered[1:]))
    closed = round(11.25 + 0.36 * 24)
    blocks = head.data.shape_keys.key_blocks
    bpy.context.scene.frame_set(closed)
    assert blocks["jawOpen"].value == pytest.approx(blocks["mouthClose"].value, abs=1e-3)
    if target == "CONTROLS":
        assert head[speech.property_name("MBP")] == 1.0
        assert len(CONTROLS) == 31


@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
def test_keys_on_whole_frames_where_that_is_asked_for(line: bpy.types.PropertyGroup, target: str) -> None:
    head = line.character
    line.target, line.whole_frames, line.start = target, True, 11.25
    made = generate()
    owner = head if target == "CONTROLS" else head.data.shape_keys
    frames = [key.co[0] for curve in compat.channels(owner) for key in curve.keyframe_points]
    assert frames and all(frame == round(frame) and 12 <= frame < 60 for frame in frames)
    bpy.context.scene.frame_set(round(11.25 + 0.36 * 24))
    blocks = head.data.shape_keys.key_blocks
    assert blocks["jawOpen"].value == pytest.approx(blocks["mouthClose"].value, abs=0.02)
    assert "kept" not in generate().report
    made.whole_frames = False
    assert "kept" not in generate().report, "snapping is no hand edit"
