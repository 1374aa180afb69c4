"""The retarget panel: recognise, edit, preview, learn, calibrate, check, save, and one rig onto another."""

from __future__ import annotations

from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.errors import RigError
from addon.bilabial.retarget.profile_format import read_profile
from addon.host import compat
from addon.line import lines
from addon.retarget import own_profile
from addon.rig import rig_probe, speech, staging


@pytest.fixture
def face(extension: object) -> bpy.types.Object:
    head = fabricate.arkit_face()
    draft = bpy.context.scene.bilabial.draft
    draft.character = head
    return head


def shape(head: bpy.types.Object, name: str) -> float:
    bpy.context.view_layer.update()
    return head.data.shape_keys.key_blocks[name].value


def edited(control: str = "MBP") -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.prepare() == {"FINISHED"}
    assert bpy.ops.bilabial.retarget_edit() == {"FINISHED"}
    ours = bpy.context.scene.bilabial
    ours.control = control
    return ours


def test_recognition_survives_prefixes_and_says_why_not(extension: object) -> None:
    named = fabricate.mesh("Named", [f"face.{name}" for name in fabricate.ARKIT_MOUTH])
    found, _ = rig_probe.identify(rig_probe.probe(named))
    assert found.profile.name == "arkit-52" and found.matched["jawOpen"] == "face.jawOpen"
    unknown = fabricate.mesh("Unknown", ["Shape 1", "Shape 2"])
    with pytest.raises(RigError, match="No profile knows"):
        rig_probe.identify(rig_probe.probe(unknown))
    plain = fabricate.mesh("Plain")
    with pytest.raises(RigError, match="neither shape keys nor bones"):
        rig_probe.probe(plain)


def test_every_mesh_of_a_character_moves(face: bpy.types.Object) -> None:
    armature = fabricate.armature("Rig", ["head"])
    teeth = fabricate.mesh("Teeth", ["jawOpen"])
    beard = fabricate.mesh("Beard", ["jawOpen", "mouthFunnel"])
    for member in (face, teeth, beard):
        member.parent = armature
    assert bpy.ops.bilabial.prepare() == {"FINISHED"}
    face[speech.property_name("Ah")] = 1.0
    face.update_tag()
    opened = shape(face, "jawOpen")
    assert opened > 0.5
    assert shape(teeth, "jawOpen") == shape(beard, "jawOpen") == opened
    assert bpy.ops.bilabial.remove_controls() == {"FINISHED"}
    assert not speech.has_controls(face) and not teeth.data.shape_keys.animation_data.drivers


def test_the_table_changes_the_face_at_once(face: bpy.types.Object) -> None:
    ours = edited("Oh")
    rows = {row.channel: row for row in ours.terms}
    ours.preview = 1.0
    assert shape(face, "mouthFunnel") == pytest.approx(rows["mouthFunnel"].weight, abs=1e-3)
    rows["mouthFunnel"].weight = 0.25
    assert shape(face, "mouthFunnel") == pytest.approx(0.25, abs=1e-3)
    next(row for row in ours.terms if row.channel == "mouthFunnel").mute = True
    assert shape(face, "mouthFunnel") == 0.0
    ours.control = "Ah"
    ours.control = "Oh"
    muted = next(row for row in ours.terms if row.channel == "mouthFunnel")
    assert muted.mute and muted.weight == pytest.approx(0.25)
    assert bpy.ops.bilabial.term_add() == {"FINISHED"}
    assert bpy.ops.bilabial.term_remove() == {"FINISHED"}
    assert bpy.ops.bilabial.retarget_rest() == {"FINISHED"}
    assert shape(face, "mouthFunnel") == 0.0
    assert bpy.ops.bilabial.retarget_alphabet() == {"FINISHED"}


def test_a_wrong_channel_is_refused_and_nothing_changes(face: bpy.types.Object) -> None:
    ours = edited("Oh")
    line = lines.active(bpy.context.scene)
    before = line.own_profile.as_string()
    ours.terms[0].channel = "nose"
    assert line.failed and "nose" in line.report
    assert line.own_profile.as_string() == before


def test_mirror(face: bpy.types.Object) -> None:
    ours = edited("Ee")
    next(row for row in ours.terms if row.channel == "mouthSmileLeft").weight = 0.77
    assert bpy.ops.bilabial.term_mirror() == {"FINISHED"}
    assert next(row for row in ours.terms if row.channel == "mouthSmileRight").weight == pytest.approx(0.77)


def test_learning_from_a_pose(face: bpy.types.Object) -> None:
    ours = edited("Oh")
    assert bpy.ops.bilabial.retarget_pose() == {"FINISHED"}
    blocks = face.data.shape_keys.key_blocks
    blocks["mouthFunnel"].value, blocks["jawOpen"].value, blocks["cheekPuff"].value = 0.9, 0.3, 0.2
    assert bpy.ops.bilabial.retarget_learn() == {"FINISHED"}
    ours.preview = 1.0
    for name, value in (("mouthFunnel", 0.9), ("jawOpen", 0.3), ("cheekPuff", 0.2)):
        assert shape(face, name) == pytest.approx(value, abs=2e-3), name


def test_learning_from_a_sculpted_shape(extension: object) -> None:
    """A shape that is the sum of two channels is recovered as them."""
    names = fabricate.ARKIT_MOUTH
    data = bpy.data.meshes.new("Head")
    rng = np.random.default_rng(1)
    points = rng.random((200, 3))
    data.from_pydata(points.tolist(), [], [])
    head = bpy.data.objects.new("Head", data)
    bpy.context.scene.collection.objects.link(head)
    head.shape_key_add(name="Basis")
    moves = {name: rng.normal(size=(200, 3)) * 0.1 for name in names}
    for name in names:
        head.shape_key_add(name=name).data.foreach_set(
            "co", (points + moves[name]).astype(np.float32).ravel()
        )
    bpy.context.scene.bilabial.draft.character = head
    edited("Oh")
    assert bpy.ops.bilabial.retarget_pose() == {"FINISHED"}
    for name in names:
        head.data.shape_keys.key_blocks[name].value = 0.0
    sculpt = head.shape_key_add(name="my sculpt")
    sculpt.data.foreach_set(
        "co", (points + 0.6 * moves["mouthFunnel"] + 0.3 * moves["jawOpen"]).astype(np.float32).ravel()
    )
    sculpt.value = 1.0
    assert bpy.ops.bilabial.retarget_learn() == {"FINISHED"}
    rows = {row.channel: row.weight for row in bpy.context.scene.bilabial.terms}
    assert rows["mouthFunnel"] == pytest.approx(0.6, abs=0.02)
    assert rows["jawOpen"] == pytest.approx(0.3, abs=0.02)
    assert sculpt.value == 0.0


def test_calibration_takes_the_sliders_ranges(face: bpy.types.Object) -> None:
    face.data.shape_keys.key_blocks["jawOpen"].slider_max = 0.5
    edited("Ah")
    assert bpy.ops.bilabial.retarget_calibrate() == {"FINISHED"}
    profile = own_profile.editable_profile(lines.active(bpy.context.scene))
    assert profile.channels["jawOpen"].limits == (0.0, 0.5)


def test_checks_mark_what_does_not_close(face: bpy.types.Object) -> None:
    ours = edited("FV")
    assert bpy.ops.bilabial.retarget_check() == {"FINISHED"}
    assert ours.checks.startswith("ok Lips meet")
    assert bpy.ops.bilabial.retarget_show(control="MBP") == {"FINISHED"}
    assert (ours.control, ours.preview) == ("MBP", 1.0)
    assert face[speech.property_name("MBP")] == pytest.approx(1.0)
    assert bpy.ops.bilabial.retarget_show(control="FV") == {"FINISHED"}
    while len(ours.terms):
        bpy.ops.bilabial.term_remove()
    assert bpy.ops.bilabial.retarget_check() == {"FINISHED"}
    assert "bad FV moves nothing" in ours.checks


def test_a_profile_is_saved_and_loaded(face: bpy.types.Object, tmp_path: Path) -> None:
    ours = edited("Oh")
    next(row for row in ours.terms if row.channel == "mouthFunnel").weight = 0.31
    file = tmp_path / "mine.json"
    assert bpy.ops.bilabial.retarget_save(filepath=str(file)) == {"FINISHED"}
    assert any(t.weight == pytest.approx(0.31, abs=1e-6) for t in read_profile(file).terms_by("Oh"))
    file.write_text('{"schema": "bilabial/rig-profile/9"}')
    with pytest.raises(RuntimeError, match=r"newer|version|schema"):
        bpy.ops.bilabial.retarget_load(filepath=str(file))


def test_an_unknown_rig_gets_a_profile_of_its_own_names(extension: object) -> None:
    odd = fabricate.mesh("Odd", ["Auf", "Zu"])
    bpy.context.scene.bilabial.draft.character = odd
    assert bpy.ops.bilabial.retarget_edit() == {"FINISHED"}
    line = lines.active(bpy.context.scene)
    profile = own_profile.editable_profile(line)
    assert set(profile.channels) == {"Auf", "Zu"} and not profile.terms


def test_bones_are_turned_by_angles(extension: object) -> None:
    """A profile that rotates and moves bones, driven and evaluated."""
    rig = fabricate.armature("Rig", ["jaw", "lip"])
    text = bpy.data.texts.new("bones.json")
    text.from_string(
        '{"schema": "bilabial/rig-profile/1", "name": "bones", "title": "Bones", "channels": {'
        '"open": {"kind": "bone", "bone": "jaw", "transform": "rotation", "axis": "x", "limits": [0, 0.6], '
        '"part": "jaw"},'
        '"wide": {"kind": "bone", "bone": "lip", "transform": "scale", "axis": "x", "limits": [-0.5, 0.5]}},'
        '"controls": {"Ah": {"open": 0.5}, "Ee": {"wide": 0.3}}}'
    )
    draft = bpy.context.scene.bilabial.draft
    draft.character, draft.own_profile = rig, text
    assert bpy.ops.bilabial.prepare() == {"FINISHED"}
    rig[speech.property_name("Ah")] = 1.0
    rig[speech.property_name("Ee")] = 1.0
    rig.update_tag()
    bpy.context.view_layer.update()
    assert rig.pose.bones["jaw"].rotation_euler.x == pytest.approx(0.5, abs=1e-4)
    assert rig.pose.bones["lip"].scale.x == pytest.approx(1.3, abs=1e-4)
    assert rig.pose.bones["jaw"].rotation_mode == "XYZ"


def test_animation_of_one_rig_onto_another(face: bpy.types.Object) -> None:
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, 40
    block = face.data.shape_keys.key_blocks["jawOpen"]
    for frame, value in ((1, 0.0), (20, 0.8), (40, 0.0)):
        block.value = value
        block.keyframe_insert("value", frame=frame)
    other = fabricate.mesh("VRM", ["aa", "ih", "ou", "ee", "oh", "blink", "happy", "neutral"])
    scene.bilabial.target_character = other
    assert bpy.ops.bilabial.transfer() == {"FINISHED"}
    scene.frame_set(20)
    values = [key.value for key in other.data.shape_keys.key_blocks[1:]]
    assert max(values) > 0.4
    assert compat.channels(other.data.shape_keys) is not None
    scene.frame_set(1)
    assert max(key.value for key in other.data.shape_keys.key_blocks[1:]) < 0.05


def test_a_2d_rig_shows_one_drawing_at_a_time(extension: object, tmp_path: Path) -> None:

    mouth = fabricate.mesh("Mouth", list("ABCDEFGHX"))
    draft = bpy.context.scene.bilabial.draft
    draft.character, draft.rig, draft.target = mouth, "rhubarb-9", "BAKE"
    draft.source, draft.file = "FILE", str(fabricate.tone(tmp_path / "a.wav"))
    draft.phones_file = str(fabricate.textgrid(tmp_path / "a.TextGrid"))
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    for frame in range(1, 48):
        bpy.context.scene.frame_set(frame)
        shown = [key.value for key in mouth.data.shape_keys.key_blocks[1:]]
        assert sorted(shown)[:-1] == [0.0] * 8, frame
    assert staging.stage(lines.active(bpy.context.scene)).fit.profile.mode == "choose"
