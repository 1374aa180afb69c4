"""Keys that a hand snapped or scaled out of the line, and a file's sound in the scene."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest
from addon.host import compat
from addon.keys.fcurves import GROUP
from addon.line import lines


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def curves(line: bpy.types.PropertyGroup) -> list[bpy.types.FCurve]:
    owner = line.character if line.target == "CONTROLS" else line.character.data.shape_keys
    return [one for one in compat.channels(owner) or () if one.group is not None and one.group.name == GROUP]


def shift(key: bpy.types.Keyframe, frames: float) -> None:
    for point in (key.co, key.handle_left, key.handle_right):
        point[0] += frames


@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
@pytest.mark.parametrize("first", [["RESTORE", "CLEAR"], ["STYLE", "RESTORE", "CLEAR"], ["CLEAR ALL"]])
def test_keys_scaled_out_of_the_line_are_its_own(
    line: bpy.types.PropertyGroup, target: str, first: list[str]
) -> None:
    line.target = target
    made = generate()
    scaled = max(curves(made), key=lambda curve: curve.keyframe_points[-1].co[0])
    for key in scaled.keyframe_points:  # S in the graph editor scales about the playhead, in time as well
        shift(key, 1.5 * (key.co[0] - 30.0))
    scaled.update()
    frames = [key.co[0] for key in scaled.keyframe_points]
    assert not all(11.0 <= frame < 59.0 for frame in frames)
    for step in first:
        if step == "STYLE":
            bpy.ops.bilabial.style_preset(name="mumble")
        elif step == "RESTORE":
            bpy.ops.bilabial.restore()
        else:
            bpy.ops.bilabial.clear(hand=step == "CLEAR ALL")
    assert [(c.data_path, [tuple(k.co) for k in c.keyframe_points]) for c in curves(made)] == []


def test_keys_that_were_never_the_lines_stay(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    curve = curves(made)[0]
    curve.keyframe_points.insert(70.0, 0.5).type = compat_generated()
    bpy.ops.bilabial.clear(hand=True)
    assert [key.co[0] for c in curves(made) for key in c.keyframe_points] == [70.0]


def compat_generated() -> str:
    names = bpy.types.Keyframe.bl_rna.properties["type"].enum_items.keys()
    return "GENERATED" if "GENERATED" in names else "JITTER"


def test_a_snapped_line_has_no_hand_edits_and_stays_snapped(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    assert not made.whole_frames
    for curve in curves(made):
        for key in curve.keyframe_points:
            shift(key, round(key.co[0]) - key.co[0])
        curve.update()
    made = generate()
    assert "kept" not in made.report and "Whole frames is on now" in made.report
    frames = [key.co[0] for curve in curves(made) for key in curve.keyframe_points]
    assert made.whole_frames and all(frame == round(frame) for frame in frames)


def test_a_few_snapped_keys_are_no_edit_but_a_raised_one_is(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    curve = max(curves(made), key=lambda one: len(one.keyframe_points))
    key = curve.keyframe_points[1]
    shift(key, round(key.co[0]) - key.co[0])
    curve.update()
    made = generate()
    assert "kept" not in made.report and not made.whole_frames
    curve = max(curves(made), key=lambda one: len(one.keyframe_points))
    key = curve.keyframe_points[1]
    shift(key, round(key.co[0]) - key.co[0])
    key.co[1] += 0.1
    curve.update()
    assert "kept" in generate().report


def test_baking_is_on_whole_frames_unless_a_person_says_otherwise(line: bpy.types.PropertyGroup) -> None:
    line.target = "BAKE"
    assert line.whole_frames
    made = generate()
    assert all(k.co[0] == round(k.co[0]) for curve in curves(made) for k in curve.keyframe_points)
    made.whole_frames = False
    assert any(k.co[0] != round(k.co[0]) for curve in curves(generate()) for k in curve.keyframe_points)
    made.target = "CONTROLS"
    assert not made.whole_frames


def test_a_files_sound_lies_in_the_scene(line: bpy.types.PropertyGroup) -> None:
    scene = bpy.context.scene
    scene.frame_end = 20
    made = generate()
    (strip,) = compat.sound_strips(scene)
    assert (strip.frame_start, strip.frame_final_end) == (11.0, 59)
    assert scene.frame_end == 59 and "sequencer" in made.report
    scene.frame_end = 30
    made = generate()
    assert len(compat.sound_strips(scene)) == 1 and scene.frame_end == 30, "only with a new strip"

    strip.frame_start = 31.0  # in the sequencer: the line goes along
    made = generate()
    assert made.start == 31.0
    assert min(key.co[0] for curve in curves(made) for key in curve.keyframe_points) > 30.0
    made.start = 5.0  # in the panel: the strip goes along
    generate()
    assert [one.frame_start for one in compat.sound_strips(scene)] == [5.0]


def test_a_sound_that_plays_already_or_is_not_wanted_is_not_laid(line: bpy.types.PropertyGroup) -> None:
    scene = bpy.context.scene
    compat.new_sound_strip(scene, "other", line.file, 3).frame_start = 11.0
    generate()
    assert len(compat.sound_strips(scene)) == 1
    made = lines.add(scene, like=lines.active(scene))
    made.start, made.lay_sound = 100.0, False
    generate()
    assert len(compat.sound_strips(scene)) == 1
    made.lay_sound = True
    generate()
    assert sorted(one.frame_start for one in compat.sound_strips(scene)) == [11.0, 100.0]
    assert scene.frame_end >= 148


def test_the_strip_finds_a_free_channel(line: bpy.types.PropertyGroup) -> None:
    scene = bpy.context.scene
    scene.frame_end = 500
    for channel in (1, 2):
        editor = scene.sequence_editor or scene.sequence_editor_create()
        holder = editor.strips if hasattr(editor, "strips") else editor.sequences
        end = {"length": 100} if bpy.app.version >= (5, 0, 0) else {"frame_end": 101}
        holder.new_effect(name=f"colour {channel}", type="COLOR", channel=channel, frame_start=1, **end)
    generate()
    (strip,) = compat.sound_strips(scene)
    assert strip.channel == 3 and scene.frame_end == 500


def test_a_strip_lies_where_either_blenders_names_say() -> None:
    old = SimpleNamespace(frame_start=2.5, frame_final_start=3, frame_final_end=9)
    new = SimpleNamespace(content_start=2.5, left_handle=3, right_handle=9)  # from 5.2 on
    for strip, place in ((old, "frame_start"), (new, "content_start")):
        assert (compat.content_start(strip), compat.strip_start(strip), compat.strip_end(strip)) == (
            2.5,
            3,
            9,
        )
        compat.move_strip(strip, 7.0)
        assert getattr(strip, place) == 7.0 and not hasattr(strip, "frame_final_duration")
