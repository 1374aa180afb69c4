"""What animators do to whole lines, actions and curves with Blender's own tools. Nothing of it is lost when
the line is generated again.
"""

from __future__ import annotations

import bpy
import pytest
from addon.host import compat
from addon.keys import keyframe_home
from addon.line import lines
from addon.rig import speech

AH = "Ah"


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def owner_of(line: bpy.types.PropertyGroup) -> bpy.types.ID:
    return line.character if line.target == "CONTROLS" else line.character.data.shape_keys


def curve_of(line: bpy.types.PropertyGroup, control: str = AH) -> bpy.types.FCurve:
    path = speech.path(control) if line.target == "CONTROLS" else f'key_blocks["{control}"].value'
    return keyframe_home.channels(line, owner_of(line), create=False).find(path)


def lower_the_top(line: bpy.types.PropertyGroup, control: str = AH) -> tuple[float, float]:
    """A generated key pulled down by hand: its frame and its new value."""
    curve = curve_of(line, control)
    top = max(curve.keyframe_points, key=lambda key: key.co[1])
    top.co[1] = top.handle_left[1] = top.handle_right[1] = 0.5 * top.co[1]
    curve.update()
    return top.co[0], top.co[1]


def all_keys(line: bpy.types.PropertyGroup) -> list[bpy.types.Keyframe]:
    channels = keyframe_home.channels(line, owner_of(line), create=False)
    return [key for curve in channels for key in curve.keyframe_points]


def move_all(line: bpy.types.PropertyGroup, frames: float, stretch: float = 1.0, about: float = 0.0) -> None:
    """Grab or scale everything in the dope sheet."""
    for key in all_keys(line):
        for point in (key.co, key.handle_left, key.handle_right):
            point[0] = about + (point[0] - about) * stretch + frames


def last_frame(line: bpy.types.PropertyGroup) -> float:
    return max(key.co[0] for key in all_keys(line))


@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
@pytest.mark.parametrize("how", ["start", "strip"])
def test_keys_that_were_moved_along_with_their_sound_are_not_moved_twice(
    line: bpy.types.PropertyGroup, target: str, how: str
) -> None:
    line.target = target
    made = generate()
    control = AH if target == "CONTROLS" else "jawOpen"
    frame, value = lower_the_top(made, control)
    move_all(made, 100.0)
    if how == "start":
        made.start = 111.0
    else:
        compat.sound_strips(bpy.context.scene)[0].frame_start = 111
    made = generate()
    assert "1 stretch" in made.report and curve_of(made, control).evaluate(frame + 100) == pytest.approx(
        value, abs=2e-3
    )
    assert 111 < last_frame(made) < 160
    assert "than its sound" not in made.report


def test_keys_put_off_their_sound_stay_so_and_still_follow_the_sliders(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frame, value = lower_the_top(made)
    clean = curve_of(made, "MBP").evaluate(frame)
    before = [key.co[0] for key in curve_of(made).keyframe_points]
    move_all(made, -2.0)
    made.jaw = 0.9
    assert curve_of(made, "Jaw").evaluate(30.0) > 0.75, "the slider works"
    assert "1 stretch" in made.report
    made.jaw = 0.6
    made = generate()
    assert "2 frames earlier" in made.report and "1 stretch" in made.report
    assert curve_of(made).evaluate(frame - 2) == pytest.approx(value, abs=2e-3)
    assert curve_of(made, "MBP").evaluate(frame - 2) == pytest.approx(clean, abs=2e-3)
    made.start = 111.0  # its sound moves on: the two frames stay
    made = generate()
    assert curve_of(made).evaluate(frame + 98) == pytest.approx(value, abs=2e-3)
    assert bpy.ops.bilabial.restore() == {"FINISHED"}
    frames = [key.co[0] for key in curve_of(made).keyframe_points]
    assert frames[0] == pytest.approx(before[0] + 100, abs=2e-2), "Restore puts it back on its sound"


def test_a_line_that_a_hand_stretched_to_the_new_rate(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frame, value = lower_the_top(made)
    bpy.context.scene.render.fps = 30
    move_all(made, 0.0, stretch=30 / 24, about=1.0)  # scaled about frame 1
    made.start = 1.0 + (11.0 - 1.0) * 30 / 24
    made = generate()
    wanted = 1.0 + (frame - 1.0) * 30 / 24
    assert "1 stretch" in made.report and curve_of(made).evaluate(wanted) == pytest.approx(value, abs=2e-3)


def test_half_a_line_that_was_moved_is_an_edit(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frames = sorted(key.co[0] for key in all_keys(made))
    half = frames[len(frames) // 2]
    for key in all_keys(made):
        if key.co[0] >= half:
            for point in (key.co, key.handle_left, key.handle_right):
                point[0] += 3.0
    was = last_frame(made)
    made = generate()
    assert "kept" in made.report and last_frame(made) == pytest.approx(was, abs=1e-2)


def push_down(owner: bpy.types.ID) -> None:
    animation = owner.animation_data
    track, action = animation.nla_tracks.new(), animation.action
    track.strips.new(action.name, int(action.frame_range[0]), action)
    animation.action = None


def test_an_action_that_was_pushed_down_is_the_lines_still(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frame, value = lower_the_top(made)
    head = made.character
    push_down(head)
    made = generate()
    assert head.animation_data.action is None and "1 stretch" in made.report
    assert curve_of(made).evaluate(frame) == pytest.approx(value, abs=2e-3)
    head.animation_data.action = bpy.data.actions.new("Walk")
    made.jaw = 0.9
    assert not list(compat.channels(head) or ()), "the walk holds no speech"
    assert curve_of(made, "Jaw").evaluate(frame) > 0.75
    bpy.context.scene.frame_set(round(frame))
    assert head[speech.property_name("Jaw")] > 0.75, "and the strip plays it"


def test_edits_come_along_into_another_action_which_keeps_its_own_keys(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frame, value = lower_the_top(made)
    modifier = curve_of(made).modifiers.new("NOISE")
    modifier.strength, modifier.scale = 0.0, 3.0
    head = made.character
    fresh = bpy.data.actions.new("Take two")
    head.animation_data.action = fresh
    compat.channels(head, "x").ensure(speech.path("Oh"), 0, "Mine").keyframe_points.insert(
        20, 0.3
    ).type = "KEYFRAME"
    made = generate()
    assert curve_of(made).evaluate(frame) == pytest.approx(value, abs=2e-3) and "kept" in made.report
    assert curve_of(made, "Oh").evaluate(20) == pytest.approx(0.3, abs=1e-3)
    assert [one.scale for one in curve_of(made).modifiers] == [3.0]
    assert compat.channels(head).action == fresh


@pytest.mark.skipif(not hasattr(bpy.types, "ActionSlot"), reason="actions have no slots before 4.4")
def test_edits_come_along_into_another_slot(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frame, value = lower_the_top(made)
    animation = made.character.animation_data
    animation.action_slot = animation.action.slots.new(id_type="OBJECT", name="Other")
    made = generate()
    assert curve_of(made).evaluate(frame) == pytest.approx(value, abs=2e-3)


@pytest.mark.parametrize("how", ["renamed", "another track"])
def test_a_strip_is_known_wherever_a_hand_has_put_it(line: bpy.types.PropertyGroup, how: str) -> None:
    line.place = "NLA"
    made = generate()
    frame, value = lower_the_top(made)
    animation = made.character.animation_data
    track = animation.nla_tracks[0]
    if how == "renamed":
        track.name = "Voice"
    else:
        action = track.strips[0].action
        animation.nla_tracks.remove(track)
        animation.nla_tracks.new().strips.new("Voice", int(action.frame_range[0]), action)
    made = generate()
    assert [len(track.strips) for track in animation.nla_tracks] == [1]
    assert curve_of(made).evaluate(frame) == pytest.approx(value, abs=2e-3) and "1 stretch" in made.report
    assert bpy.ops.bilabial.clear(hand=True) == {"FINISHED"}
    assert not animation.nla_tracks


def test_a_shape_that_was_renamed_keeps_its_edits(line: bpy.types.PropertyGroup) -> None:
    line.target = "BAKE"
    made = generate()
    frame, value = lower_the_top(made, "jawOpen")
    made.character.data.shape_keys.key_blocks["jawOpen"].name = "JawOpen"
    made = generate()
    assert curve_of(made, "JawOpen").evaluate(frame) == pytest.approx(value, abs=2e-3)


def test_modifiers_of_curves_go_along_and_clear_leaves_them(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    curve = curve_of(made)
    curve.modifiers.new("CYCLES").cycles_after = 2
    envelope = curve.modifiers.new("ENVELOPE")
    point = envelope.control_points.add(20.0)
    point.min, point.max = -0.25, 0.75
    curve.extrapolation = "LINEAR"
    made.place = "NLA"
    made = generate()
    curve = curve_of(made)
    assert [one.type for one in curve.modifiers] == ["CYCLES", "ENVELOPE"] and curve.extrapolation == "LINEAR"
    assert curve.modifiers[0].cycles_after == 2
    point = curve.modifiers[1].control_points[0]
    assert (point.frame, point.min, point.max) == (20.0, -0.25, 0.75)
    assert bpy.ops.bilabial.clear() == {"FINISHED"}
    assert len(curve_of(made).modifiers) == 2 and not len(curve_of(made).keyframe_points)


def test_a_line_beside_leaves_the_edits_of_the_one_that_it_overlaps(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frame, value = lower_the_top(made, "FV")
    assert bpy.ops.bilabial.line_add() == {"FINISHED"}
    first, second = bpy.context.scene.bilabial.lines[0], lines.active(bpy.context.scene)
    second.character, second.source, second.file = first.character, "FILE", first.file
    second.start, second.phones_file = 31.0, first.phones_file
    assert 31.0 < frame < 59.0
    made = generate()
    assert curve_of(made, "FV").evaluate(frame) == pytest.approx(value, abs=2e-3)
    assert "1 stretch" in made.report
    made = again = generate()
    assert "1 stretch" in again.report and "kept" in again.report
    bpy.context.scene.bilabial.index = 0
    first = generate()
    assert "1 stretch" in first.report, "what the other line wrote over it is no edit"
    assert curve_of(first, "FV").evaluate(frame) == pytest.approx(value, abs=2e-3)
    assert curve_of(first, "Ee").evaluate(11 + 0.95 * 24) > 0.5, "and is spoken again"
    bpy.context.scene.bilabial.index = 1
    generate()
    assert bpy.ops.bilabial.line_remove() == {"FINISHED"}
    alone = generate()
    assert "1 stretch" in alone.report, "a line that is gone has no hands, and nothing of it stays here"
    assert curve_of(alone, "Ee").evaluate(11 + 0.95 * 24) > 0.5


def test_a_sound_strip_that_was_renamed_is_the_lines_still(line: bpy.types.PropertyGroup) -> None:
    scene = bpy.context.scene
    strip = compat.new_sound_strip(scene, "voice", line.file, 1)
    strip.frame_start = 11
    line.source, line.strip = "STRIP", "voice"
    made = generate()
    frame, value = lower_the_top(made)
    compat.sound_strips(scene)[0].name = "Anna, scene 4"
    made = generate()
    assert made.strip == "Anna, scene 4" and curve_of(made).evaluate(frame) == pytest.approx(value, abs=2e-3)
    compat.new_sound_strip(scene, "again", line.file, 3)
    compat.sound_strips(scene)[0].name = compat.sound_strips(scene)[0].name + " b"
    made.strip = "gone"
    with pytest.raises(RuntimeError, match="o sound strip is called"):
        bpy.ops.bilabial.generate()
