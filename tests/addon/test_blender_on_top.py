"""Expression on top of speech: whatever an animator keys on the face shows, and lips still close."""

from __future__ import annotations

import bpy
import fabricate
import pytest
from addon.host import compat
from addon.line import lines
from addon.rig import speech, staging

SMILE, JAW = "mouthSmileLeft", "jawOpen"


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def shown(head: bpy.types.Object, name: str, seconds: float) -> float:
    frame = 11 + seconds * 24
    bpy.context.scene.frame_set(int(frame), subframe=frame % 1)
    return head.data.shape_keys.key_blocks[name].value


def key_shape(head: bpy.types.Object, name: str, values: dict[float, float]) -> None:
    block = head.data.shape_keys.key_blocks[name]
    for frame, value in values.items():
        block.value = value
        block.keyframe_insert("value", frame=frame)


def test_a_smile_that_was_keyed_before_lies_on_top(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    key_shape(head, SMILE, {1: 0.0, 11: 0.5, 59: 0.5, 80: 0.0})
    made = generate()
    assert f"Keys of your own on {SMILE} now lie on top" in made.report
    plain = fabricate.arkit_face("Plain")
    made.character, keep = plain, made.character
    generate()
    for seconds in (0.36, 0.55, 0.95):
        assert shown(keep, SMILE, seconds) == pytest.approx(0.5, abs=0.02)
        bpy.context.scene.frame_set(200)
    assert shown(keep, SMILE, (80 - 11) / 24) == pytest.approx(0.0, abs=1e-3)
    held = compat.channels(keep).find(speech.hand_path(SMILE))
    assert [round(key.co[0]) for key in held.keyframe_points] == [1, 11, 59, 80]


def test_the_hand_is_added_to_speech_and_closures_win(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    generate()
    vowel, closed = 0.58, 0.36
    before = shown(head, JAW, vowel)
    for name in speech.hands(head):
        assert head[name] == 0.0
    head[speech.hand_name(JAW)] = 0.2
    head[speech.hand_name(SMILE)] = 0.4
    head.update_tag()
    assert shown(head, JAW, vowel) == pytest.approx(before + 0.2, abs=0.02)
    assert shown(head, SMILE, vowel) > 0.35
    jaw, close = shown(head, JAW, closed), shown(head, "mouthClose", closed)
    assert jaw == pytest.approx(close, abs=1e-3), "lips close under a jaw that a hand opens"
    assert shown(head, SMILE, closed) > 0.35


def test_every_driven_channel_has_room_and_a_simple_driver(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    made = generate()
    found = staging.stage(made)
    assert len(speech.hands(head)) == len(found.fit.profile.driven)
    for curve in head.data.shape_keys.animation_data.drivers:
        assert curve.driver.is_simple_expression and curve.driver.is_valid
        assert len(curve.driver.expression) < 256


def test_removing_the_controls_gives_the_keys_back(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    key_shape(head, SMILE, {1: 0.0, 11: 0.5, 80: 0.25})
    generate()
    assert compat.channels(head.data.shape_keys) is None or not list(compat.channels(head.data.shape_keys))
    assert bpy.ops.bilabial.remove_controls() == {"FINISHED"}
    assert not speech.hands(head)
    found = compat.channels(head.data.shape_keys).find(f'key_blocks["{SMILE}"].value')
    assert [(round(k.co[0]), round(k.co[1], 4)) for k in found.keyframe_points] == [
        (1, 0.0),
        (11, 0.5),
        (80, 0.25),
    ]


def test_what_cannot_lie_on_top_is_named(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    key_shape(head, SMILE, {1: 0.0, 11: 0.5})
    animation = head.data.shape_keys.animation_data
    animation.nla_tracks.new().strips.new("capture", 1, animation.action)
    animation.action = None
    assert f"1 channel cannot lie on top of speech and do nothing now: {SMILE}" in generate().report
    generate()
    animation.nla_tracks.remove(animation.nla_tracks[0])
    assert "do nothing" not in generate().report


def test_names_of_any_length_stay_apart(extension: object) -> None:
    assert speech.hand_name("x" * 80) != speech.hand_name("x" * 79 + "y")
    assert len(speech.hand_name("é" * 60).encode()) <= 63
