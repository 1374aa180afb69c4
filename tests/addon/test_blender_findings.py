"""The check in Blender looks at the keys that the scene holds, jumps, and marks the timeline."""

from __future__ import annotations

import bpy
import pytest
from addon.host import compat
from addon.line import lines, takes
from addon.rig import speech


@pytest.fixture
def made(line: bpy.types.PropertyGroup) -> bpy.types.PropertyGroup:
    line.target = "CONTROLS"
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def kinds() -> list[str]:
    return [item.kind for item in bpy.context.window_manager.bilabial_findings.items]


def test_a_closure_that_a_hand_opened_is_found_marked_and_jumped_to(made: bpy.types.PropertyGroup) -> None:
    assert bpy.ops.bilabial.check() == {"FINISHED"}
    assert "closure" not in kinds() and "of 100" in made.report
    found = compat.channels(made.character).find(speech.path("MBP"))
    for key in found.keyframe_points:
        key.co.y = key.handle_left.y = key.handle_right.y = 0.2
    found.update()
    assert bpy.ops.bilabial.check() == {"FINISHED"}
    shown = bpy.context.window_manager.bilabial_findings
    closures = [index for index, item in enumerate(shown.items) if item.kind == "closure"]
    assert closures and shown.score < 90
    phone = next(phone for phone in takes.load(made).phones if phone.group == "MBP")
    frame = takes.written(made).clock.frames(phone.start)
    item = min((shown.items[index] for index in closures), key=lambda one: one.frame)
    assert item.frame == pytest.approx(float(frame), abs=1.5)
    shown.index = closures[0]
    assert bpy.context.scene.frame_current == shown.items[closures[0]].frame
    marks = [marker for marker in bpy.context.scene.timeline_markers if marker.name.endswith("closure")]
    assert len(marks) == len(closures)
    bpy.context.scene.timeline_markers.new("mine", frame=3)
    assert bpy.ops.bilabial.findings_clear() == {"FINISHED"}
    assert [marker.name for marker in bpy.context.scene.timeline_markers] == ["mine"] and not kinds()


def test_a_line_without_a_take_is_not_checked(line: bpy.types.PropertyGroup) -> None:
    with pytest.raises(RuntimeError, match="Generate this line first"):
        bpy.ops.bilabial.check()
