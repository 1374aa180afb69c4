"""The face beside speech on a character: keyed where speech leaves it free, and nowhere else."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from addon.host import compat
from addon.line import lines, takes
from addon.rig import speech, staging

OCULUS = (
    "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U",
)  # fmt: skip


@pytest.fixture
def face_line(line: bpy.types.PropertyGroup) -> bpy.types.PropertyGroup:
    """A head with brows and lids beside its mouth."""
    for name in ("browInnerUp", "browDownLeft", "browDownRight", "eyeBlinkLeft", "eyeBlinkRight"):
        block = line.character.shape_key_add(name=name)
        block.value = 0.0
        block.data[0].co.z += 0.01  # a shape that moves nothing counts for none
    return line


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def values(head: bpy.types.Object, name: str) -> np.ndarray:
    found = []
    for frame in range(1, 80):
        bpy.context.scene.frame_set(frame)
        found.append(head.data.shape_keys.key_blocks[name].value)
    return np.array(found)


def test_nothing_but_speech_is_keyed_unless_asked(face_line: bpy.types.PropertyGroup) -> None:
    made = generate()
    assert staging.stage(made).face == {}
    assert list(takes.load(made).tracks) == ["speech"]
    assert not values(made.character, "browInnerUp").any()


def test_an_emotion_shows_on_the_brows_and_the_mouth_still_closes(face_line: bpy.types.PropertyGroup) -> None:
    face_line.face_emotion, face_line.face_feeling = True, "ANGER"
    face_line.face_blinks = True
    made = generate()
    head = made.character
    assert values(head, "browDownLeft")[11:58].min() > 0.5
    assert set(takes.load(made).tracks) == {"speech", "emotion", "blinks"}
    made.face_emotion = made.face_blinks = False
    again = generate()
    channels = compat.channels(again.character.data.shape_keys)
    assert channels is None or channels.find('key_blocks["browDownLeft"].value') is None
    np.testing.assert_array_equal(values(again.character, "browDownLeft"), 0.0)  # and it is at rest again


def test_with_controls_a_smile_moves_the_mouth_and_lips_still_close(
    face_line: bpy.types.PropertyGroup,
) -> None:
    plain = generate()
    smile = values(plain.character, "mouthSmileLeft")
    plain.face_emotion, plain.face_feeling = True, "JOY"
    made = generate()
    head = made.character
    shown = values(head, "mouthSmileLeft")
    assert (shown - smile).max() > 0.3
    opened = values(head, "jawOpen") - values(head, "mouthClose")
    assert np.abs(opened[18:20]).max() < 1e-3  # frames 19 and 20 lie in the closure
    # A hand's own room is free as before, on top of both.
    head[speech.hand_name("mouthSmileLeft")] = 0.2
    head.update_tag()
    np.testing.assert_allclose(values(head, "mouthSmileLeft"), np.minimum(shown + 0.2, 1.0), atol=1e-4)
    made.face_emotion = False
    again = generate()
    np.testing.assert_allclose(
        values(again.character, "mouthSmileLeft"), np.minimum(smile + 0.2, 1.0), atol=1e-4
    )


def test_a_smile_goes_from_controls_to_keys_as_it_was(face_line: bpy.types.PropertyGroup) -> None:
    face_line.face_emotion, face_line.face_feeling = True, "JOY"
    made = generate()
    channels = compat.channels(made.character)
    mine = channels.find(speech.path(speech.emotion_name("mouthSmileLeft")))
    # A hand takes the smile away within the last word.
    for frame, value in ((43.0, 0.3), (47.0, -0.2), (55.0, 0.85)):
        mine.keyframe_points.insert(frame, value)
    before = values(made.character, "mouthSmileLeft")
    assert before[46] < 0.1 < before[43]
    mine = channels.find(speech.path(speech.emotion_name("mouthFrownRight")))
    assert mine is None  # joy does not frown
    assert bpy.ops.bilabial.switch(target="BAKE") == {"FINISHED"}
    after = values(made.character, "mouthSmileLeft")
    np.testing.assert_allclose(after, before, atol=0.06)
    assert not speech.emotions(made.character)


def test_a_smile_that_a_hand_holds_at_the_lines_end_is_held_in_the_keys(
    face_line: bpy.types.PropertyGroup,
) -> None:
    face_line.face_emotion, face_line.face_feeling = True, "JOY"
    made = generate()
    mine = compat.channels(made.character).find(speech.path(speech.emotion_name("mouthSmileLeft")))
    last = mine.keyframe_points[-1]
    last.co[1] = last.handle_left[1] = last.handle_right[1] = last.co[1] - 0.2
    mine.update()
    before = values(made.character, "mouthSmileLeft")
    assert bpy.ops.bilabial.switch(target="BAKE") == {"FINISHED"}
    after = values(made.character, "mouthSmileLeft")
    np.testing.assert_allclose(after[50:], before[50:], atol=0.01)


def test_every_setting_of_the_face_goes_along_to_a_new_line() -> None:
    from addon.ui.face_properties import SETTINGS

    assert set(SETTINGS) <= set(lines.SETTINGS)


def test_a_brow_with_a_driver_of_the_rigs_own_is_left_alone(face_line: bpy.types.PropertyGroup) -> None:
    key = face_line.character.data.shape_keys
    key.key_blocks["browDownLeft"].driver_add("value").driver.expression = "0.25"
    face_line.face_emotion, face_line.face_feeling = True, "ANGER"
    made = generate()
    assert "browDownLeft" not in staging.stage(made).face
    assert values(made.character, "browDownRight").max() > 0.5


def test_a_baked_smile_shows_on_the_mouth_and_the_lips_still_close(
    face_line: bpy.types.PropertyGroup,
) -> None:
    face_line.target = "BAKE"
    plain = generate()
    smile, jaw = values(plain.character, "mouthSmileLeft"), values(plain.character, "jawOpen")
    plain.face_emotion, plain.face_feeling = True, "JOY"
    made = generate()
    assert (values(made.character, "mouthSmileLeft") - smile).max() > 0.3
    opened = values(made.character, "jawOpen") - values(made.character, "mouthClose")
    assert np.abs(opened[18:20]).max() < 1e-3  # frames 19 and 20 lie in the closure
    assert (values(made.character, "jawOpen") - jaw).max() > -0.03


def test_the_amount_of_an_emotion_can_be_keyed(face_line: bpy.types.PropertyGroup) -> None:
    face_line.face_emotion, face_line.face_feeling = True, "ANGER"
    made = generate()
    made.face_emotion_amount = 0.0
    made.keyframe_insert("face_emotion_amount", frame=11)
    made.face_emotion_amount = 1.0
    made.keyframe_insert("face_emotion_amount", frame=58)
    again = generate()
    brow = values(again.character, "browDownRight")
    assert brow[12] < 0.15 < 0.7 < brow[56]


def test_an_avatar_that_speaks_by_visemes_blinks_by_its_other_shapes(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    for block in list(head.data.shape_keys.key_blocks)[1:]:
        head.shape_key_remove(block)
    visemes = [f"viseme_{name}" for name in OCULUS]
    for name in (*visemes, "eyeBlink_L", "eyeBlink_R", "browDown_L", "browDown_R"):
        block = head.shape_key_add(name=name)
        block.value = 0.0
        block.data[0].co.z += 0.01
    line.face_emotion, line.face_feeling, line.face_gaze = True, "ANGER", True
    made = generate()
    assert staging.fit_of(made).profile.name == "oculus-15"
    assert values(head, "browDown_L")[11:58].min() > 0.5
    assert "has nothing free to show gaze with" in made.report


def test_a_rig_of_visemes_alone_is_told_what_is_left_out(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    for block in list(head.data.shape_keys.key_blocks)[1:]:
        head.shape_key_remove(block)
    for name in OCULUS:
        block = head.shape_key_add(name=f"viseme_{name}")
        block.value = 0.0
        block.data[0].co.z += 0.01
    line.face_emotion = line.face_blinks = line.face_brows = True
    made = generate()
    assert "has nothing free to show emotion, brows, blinks with: left out" in made.report


def test_vrms_own_faces_are_keyed(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    for block in list(head.data.shape_keys.key_blocks)[1:]:
        head.shape_key_remove(block)
    for name in ("aa", "ih", "ou", "ee", "oh", "happy", "angry", "sad", "relaxed", "surprised"):
        block = head.shape_key_add(name=name)
        block.value = 0.0
        block.data[0].co.z += 0.01
    line.face_emotion, line.face_feeling = True, "JOY"
    generate()
    shown = values(head, "happy")
    assert shown.max() > 0.5 and shown[18:20].max() < 1e-3  # and not while m is said
