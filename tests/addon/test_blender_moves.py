"""A line that changes its place, target or character takes its keys and everything that hands made along."""

from __future__ import annotations

import bpy
import fabricate
import pytest
from addon.bilabial.controls import CONTROLS
from addon.host import compat
from addon.keys import keyframe_home
from addon.line import lines, takes
from addon.rig import speech


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def keys_of(line: bpy.types.PropertyGroup, owner: bpy.types.ID | None = None) -> int:
    channels = keyframe_home.channels(line, owner or line.character, create=False)
    return sum(len(curve.keyframe_points) for curve in channels or ())


def add_key(
    line: bpy.types.PropertyGroup, control: str = "Oh", frame: float = 20, value: float = 0.3
) -> None:
    channels = keyframe_home.channels(line, line.character, create=False)
    channels.ensure(speech.path(control), 0, "Lip-Sync").keyframe_points.insert(
        frame, value
    ).type = "KEYFRAME"


def value_at(line: bpy.types.PropertyGroup, control: str, frame: float) -> float:
    found = keyframe_home.channels(line, line.character, create=False).find(speech.path(control))
    return found.evaluate(frame)


def lower_the_top(line: bpy.types.PropertyGroup, control: str = "Ah") -> tuple[float, float]:
    """A generated key pulled down by hand: its frame and its new value."""
    points = (
        keyframe_home.channels(line, line.character, create=False).find(speech.path(control)).keyframe_points
    )
    top = max(points, key=lambda key: key.co[1])
    frame, value = top.co[0], 0.5 * top.co[1]
    top.co[1] = top.handle_left[1] = top.handle_right[1] = value
    return frame, value


@pytest.mark.parametrize("places", [("ACTION", "NLA"), ("NLA", "ACTION")])
def test_another_place_takes_keys_and_edits_along(
    line: bpy.types.PropertyGroup, places: tuple[str, str]
) -> None:
    line.place = places[0]
    made = generate()
    count = keys_of(made)
    add_key(made)
    frame, value = lower_the_top(made)
    made.place = places[1]
    made = generate()
    assert keys_of(made) >= count
    assert value_at(made, "Oh", 20) == pytest.approx(0.3, abs=1e-4)
    assert value_at(made, "Ah", frame) == pytest.approx(value, abs=2e-3)
    assert "No speech" not in made.report and "kept" in made.report
    again = keys_of(made)
    made = generate()
    assert keys_of(made) == again and value_at(made, "Oh", 20) == pytest.approx(0.3, abs=1e-4)
    made.place = places[0]
    made = generate()
    assert value_at(made, "Oh", 20) == pytest.approx(0.3, abs=1e-4)
    left = compat.channels(made.character) if places[0] == "NLA" else None
    assert left is None or not any(speech.control_of(curve.data_path) for curve in left)
    assert len(made.character.animation_data.nla_tracks) == (places[0] == "NLA")


def test_another_character_speaks_the_line_with_its_edits(line: bpy.types.PropertyGroup) -> None:
    first = line.character
    made = generate()
    add_key(made)
    second = fabricate.arkit_face("Second")
    made.character = second
    made = generate()
    assert keys_of(made) >= 15 and "No speech" not in made.report
    assert value_at(made, "Oh", 20) == pytest.approx(0.3, abs=1e-4)
    assert not list(compat.channels(first) or ())
    assert first[speech.property_name("Jaw")] == pytest.approx(0.6), "the other face rests"
    again = keys_of(made)
    assert keys_of(generate()) == again


def test_a_deleted_character_is_no_edit(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    second = fabricate.arkit_face("Second")
    bpy.data.objects.remove(made.character)
    made.character = second
    assert keys_of(generate()) >= 15


def test_baked_lines_change_character_and_profile(line: bpy.types.PropertyGroup) -> None:
    line.target = "BAKE"
    first = line.character
    made = generate()
    fcurve = compat.channels(first.data.shape_keys).find('key_blocks["jawOpen"].value')
    fcurve.keyframe_points.insert(20, 0.9).type = "KEYFRAME"
    second = fabricate.arkit_face("Second")
    made.character = second
    made = generate()
    fcurve = compat.channels(second.data.shape_keys).find('key_blocks["jawOpen"].value')
    assert fcurve.evaluate(20) == pytest.approx(0.9, abs=1e-4)
    assert not list(compat.channels(first.data.shape_keys) or ())


def test_keys_that_all_went_come_back(line: bpy.types.PropertyGroup) -> None:
    """Somebody unlinked the action, or deleted everything: no hand chose single keys there."""
    made = generate()
    count = keys_of(made)
    made.character.animation_data.action = None
    assert keys_of(generate()) == count


def test_one_deleted_curve_stays_deleted(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    channels = compat.channels(made.character)
    channels.remove(channels.find(speech.path("Ah")))
    made = generate()
    found = compat.channels(made.character).find(speech.path("Ah"))
    assert found is None or not len(found.keyframe_points)
    assert "kept" in made.report


def test_clearing_leaves_a_generated_key_that_a_hand_lowered(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    frame, value = lower_the_top(made)
    assert bpy.ops.bilabial.clear() == {"FINISHED"}
    left = [
        (curve.data_path, round(key.co[0], 3), key.type)
        for curve in compat.channels(made.character)
        for key in curve.keyframe_points
    ]
    assert left == [(speech.path("Ah"), pytest.approx(frame, abs=1e-3), "KEYFRAME")]
    made = generate()
    assert value_at(made, "Ah", frame) == pytest.approx(value, abs=2e-3)
    assert bpy.ops.bilabial.clear(hand=True) == {"FINISHED"}
    assert not list(compat.channels(made.character) or ())


def test_clear_finds_the_keys_where_they_lie(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    made.place = "NLA"
    assert bpy.ops.bilabial.clear() == {"FINISHED"}
    assert not list(compat.channels(made.character) or ())


def test_removing_a_line_in_a_copied_scene_leaves_the_others_take(line: bpy.types.PropertyGroup) -> None:
    made = generate()
    scene = bpy.context.scene
    other = scene.copy()
    with bpy.context.temp_override(scene=other):
        lines.remove(other, 0)
    assert scene.bilabial.lines[0].take is not None and takes.load(scene.bilabial.lines[0]) is not None
    assert bpy.ops.bilabial.line_remove() == {"FINISHED"}
    assert not bpy.data.texts and made is not None


def test_a_strip_that_a_hand_moved_stays_where_it_is(line: bpy.types.PropertyGroup) -> None:
    line.place = "NLA"
    made = generate()
    strip = made.character.animation_data.nla_tracks[0].strips[0]
    strip.frame_start_ui += 30
    start, end = strip.frame_start, strip.frame_end
    strip.influence = 0.5
    strip.blend_type = "ADD"
    made = generate()
    strip = made.character.animation_data.nla_tracks[0].strips[0]
    assert (strip.frame_start, strip.frame_end) == (start, end)
    assert strip.scale == 1.0 and strip.blend_type == "ADD"
    assert strip.action_frame_start == 10.0 and "kept" not in made.report
    made.start = 111.0
    made = generate()
    strip = made.character.animation_data.nla_tracks[0].strips[0]
    assert strip.frame_start == start + 100
    strip.scale = 2.0
    end = strip.frame_end
    generate()
    assert strip.scale == 2.0 and strip.frame_end == pytest.approx(end)
    strip.scale = 1.0
    strip.action_frame_start += 5
    generate()
    assert strip.action_frame_start == 115.0, "what was trimmed stays trimmed"


RESTYLED = {
    "sine": lambda key: setattr(key, "interpolation", "SINE"),
    "back": lambda key: setattr(key, "interpolation", "BACK"),
    "elastic": lambda key: setattr(key, "interpolation", "ELASTIC"),
    "bounce": lambda key: setattr(key, "interpolation", "BOUNCE"),
    "constant": lambda key: setattr(key, "interpolation", "CONSTANT"),
    "easing": lambda key: setattr(key, "easing", "EASE_IN"),
    "vector": lambda key: setattr(key, "handle_right_type", "VECTOR"),
    "free": lambda key: setattr(key, "handle_left_type", "FREE"),
    "colour": lambda key: setattr(key, "type", "EXTREME"),
}


def how(key: bpy.types.Keyframe) -> tuple:
    return key.interpolation, key.easing, key.handle_left_type, key.handle_right_type, key.type


@pytest.mark.parametrize("edit", RESTYLED)
def test_an_edit_that_moves_nothing_is_an_edit(line: bpy.types.PropertyGroup, tmp_path, edit: str) -> None:
    made = generate()
    points = compat.channels(made.character).find(speech.path("Ah")).keyframe_points
    key = next(key for key in points if key.handle_left_type == "ALIGNED" and key.co[1] > 0.05)
    frame = key.co[0]
    RESTYLED[edit](key)
    wanted = how(key)
    # Another performance: everything around is different.
    moved = [(a + 0.02, b + 0.02, label if label != "i" else "u") for a, b, label in fabricate.SOUNDS[:-1]]
    fabricate.textgrid(tmp_path / "line.TextGrid", moved)
    made = generate()
    assert "kept" in made.report and "Ah" in made.report
    points = compat.channels(made.character).find(speech.path("Ah")).keyframe_points
    kept = [how(key) for key in points if abs(key.co[0] - frame) < 1e-2]
    assert kept and kept[0][:4] == wanted[:4]
    assert edit != "colour" or kept[0][4] == "EXTREME"
    made.place = "NLA"
    made.start = 31.0
    made = generate()
    points = (
        keyframe_home.channels(made, made.character, create=False).find(speech.path("Ah")).keyframe_points
    )
    assert wanted[:4] in [how(key)[:4] for key in points if abs(key.co[0] - frame - 20) < 1e-2]


def test_lines_that_overlap_say_so(line: bpy.types.PropertyGroup) -> None:
    first = generate()
    assert bpy.ops.bilabial.line_add() == {"FINISHED"}
    second, first = lines.active(bpy.context.scene), bpy.context.scene.bilabial.lines[0]
    second.character, second.source, second.file = first.character, "FILE", first.file
    second.start, second.phones_file = 40.0, first.phones_file
    assert "Frames 40 to 59 are spoken by line.wav as well" in generate().report
    second.start = 59.0
    assert "as well" not in generate().report


def test_nothing_is_an_edit_where_no_hand_was(line: bpy.types.PropertyGroup, tmp_path) -> None:
    line.start = 100_011.0  # where 32-bit frames are coarse
    generate()
    fabricate.textgrid(tmp_path / "line.TextGrid", [(0.4, 0.9, "u"), (0.9, 1.6, "s")])
    assert "kept" not in generate().report
    assert len(CONTROLS) == 31
