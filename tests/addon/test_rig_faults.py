"""Rigs as people made them: empty shapes, quotes in names, foreign drivers, morphs that are no sculpts."""

from __future__ import annotations

import bpy
import fabricate
import numpy as np
import pytest
from addon.line import lines
from addon.retarget import own_profile
from addon.rig import rig_probe, speech, staging


def own(head: bpy.types.Object, text: str) -> None:
    profile = bpy.data.texts.new("own.json")
    profile.from_string(text)
    draft = bpy.context.scene.bilabial.draft
    draft.character, draft.own_profile = head, profile


def dense_face(names: list[str], name: str = "Head") -> tuple[bpy.types.Object, dict[str, np.ndarray]]:
    """Two hundred points of which the first hundred are a face, moved at random by every shape."""
    rng = np.random.default_rng(1)
    points = rng.random((200, 3))
    data = bpy.data.meshes.new(name)
    data.from_pydata(points.tolist(), [], [])
    head = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(head)
    head.shape_key_add(name="Basis")
    moves = {}
    for shape in names:
        moves[shape] = np.zeros((200, 3))
        moves[shape][:100] = rng.normal(size=(100, 3)) * 0.1
        add_shape(head, shape, moves[shape])
    return head, moves


def add_shape(head: bpy.types.Object, name: str, move: np.ndarray) -> bpy.types.ShapeKey:
    block = head.shape_key_add(name=name)
    basis = np.empty(len(move) * 3, np.float32)
    head.data.shape_keys.key_blocks[0].data.foreach_get("co", basis)
    block.data.foreach_set("co", basis + move.astype(np.float32).ravel())
    block.value = 0.0
    return block


def test_a_property_with_quotes_in_its_name_is_set_and_learnt(extension: object) -> None:
    rig = fabricate.armature("Rig", ["jaw"])
    name = 'say "aah"'
    rig[name] = 0.0
    own(
        rig,
        '{"schema": "bilabial/rig-profile/1", "name": "q", "title": "Quoted", "channels": {"say": '
        '{"kind": "property", "property": "say \\"aah\\""}}, "controls": {"Ah": {"say": 0.5}}}',
    )
    ours = bpy.context.scene.bilabial
    ours.control = "Ah"
    assert bpy.ops.bilabial.retarget_pose() == {"FINISHED"}
    assert rig[name] == pytest.approx(0.5)
    rig[name] = 0.75
    assert bpy.ops.bilabial.retarget_learn() == {"FINISHED"}
    assert bpy.ops.bilabial.retarget_calibrate() == {"FINISHED"}
    profile = own_profile.editable_profile(lines.active(bpy.context.scene))
    assert profile.terms_by("Ah")[0].weight == pytest.approx(0.75)


def test_a_morph_of_a_mesh_without_channels_does_not_stop_learning(extension: object) -> None:
    rig = fabricate.armature("Rig", ["head"])
    head = fabricate.arkit_face()
    body = fabricate.mesh("Body", ["Taller"])
    for member in (head, body):
        member.parent = rig
    body.data.shape_keys.key_blocks["Taller"].value = 0.7
    bpy.context.scene.bilabial.draft.character = head
    assert bpy.ops.bilabial.retarget_edit() == {"FINISHED"}
    bpy.context.scene.bilabial.control = "Oh"
    assert bpy.ops.bilabial.retarget_learn() == {"FINISHED"}
    assert body.data.shape_keys.key_blocks["Taller"].value == pytest.approx(0.7)


def test_body_morphs_and_the_face_s_own_design_are_no_sculpts(extension: object) -> None:
    head, moves = dense_face(fabricate.ARKIT_MOUTH)
    rng = np.random.default_rng(2)
    body = np.zeros((200, 3))
    body[100:] = rng.normal(size=(100, 3))
    design = np.zeros((200, 3))
    design[:100] = rng.normal(size=(100, 3)) * 0.1
    add_shape(head, "Fat", body).value = 0.8
    add_shape(head, "Wide nose", design).value = 0.6
    bpy.context.scene.bilabial.draft.character = head
    assert bpy.ops.bilabial.retarget_edit() == {"FINISHED"}
    ours = bpy.context.scene.bilabial
    ours.control = "Oh"
    assert bpy.ops.bilabial.retarget_pose() == {"FINISHED"}
    for name in fabricate.ARKIT_MOUTH:
        head.data.shape_keys.key_blocks[name].value = 0.0
    sculpt = add_shape(head, "my sculpt", 0.6 * moves["mouthFunnel"])
    sculpt.value = 1.0
    assert bpy.ops.bilabial.retarget_learn() == {"FINISHED"}
    blocks = head.data.shape_keys.key_blocks
    assert blocks["Fat"].value == pytest.approx(0.8) and blocks["Wide nose"].value == pytest.approx(0.6)
    assert sculpt.value == 0.0
    rows = {row.channel: row.weight for row in ours.terms}
    assert rows["mouthFunnel"] == pytest.approx(0.6, abs=0.02)
    assert max((weight for name, weight in rows.items() if name != "mouthFunnel"), default=0.0) < 0.05


def test_one_foreign_driver_leaves_the_rest_of_the_rig(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    keys = head.data.shape_keys
    keys.driver_add('key_blocks["cheekPuff"].value').driver.expression = "0.25"
    keys.driver_add('key_blocks["mouthDimpleLeft"].value').driver.expression = "0.5"
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    made = lines.active(bpy.context.scene)
    assert "mouthDimpleLeft" in made.report and "driver" in made.report
    driven = {d.data_path: d.driver.expression for d in keys.animation_data.drivers}
    assert driven['key_blocks["mouthDimpleLeft"].value'] == "0.5"
    assert 'key_blocks["jawOpen"].value' in driven
    made.target = "BAKE"
    assert bpy.ops.bilabial.remove_controls() == {"FINISHED"}
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    assert "mouthDimpleLeft" in lines.active(bpy.context.scene).report
    assert staging.stage(made).fit.profile.channels.keys() >= {"jawOpen"}


def test_a_rig_without_a_say_over_its_jaw_is_refused(line: bpy.types.PropertyGroup) -> None:
    keys = line.character.data.shape_keys
    keys.driver_add('key_blocks["jawOpen"].value').driver.expression = "0.5"
    with pytest.raises(RuntimeError, match=r"jawOpen.*has a driver already"):
        bpy.ops.bilabial.generate()
    assert not speech.has_controls(line.character)
    assert rig_probe.probe(line.character).meshes
