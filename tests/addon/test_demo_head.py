"""The lip-sync head inside Blender: quick to add, whole, and the same head that the core evaluates."""

from __future__ import annotations

import time
from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.controls import CONTROLS
from addon.bilabial.render.demo_head import load_head
from addon.bilabial.retarget.evaluate import evaluate
from addon.bilabial.retarget.profile_format import load_profile
from addon.rig import demo_head


@pytest.fixture
def face(extension: object) -> bpy.types.Object:
    assert bpy.ops.bilabial.add_head() == {"FINISHED"}
    return bpy.context.object


def evaluated(face: bpy.types.Object) -> np.ndarray:
    mesh = face.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    places = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", places)
    return places.reshape(-1, 3)


def test_adding_it_takes_less_than_a_second(face: bpy.types.Object) -> None:
    before = time.process_time()
    assert bpy.ops.bilabial.add_head() == {"FINISHED"}
    assert time.process_time() - before < 1.0


def test_it_is_whole_and_selected_at_the_cursor(extension: object) -> None:
    bpy.context.scene.cursor.location = (1.0, 2.0, 3.0)
    bpy.ops.bilabial.add_head()
    face = bpy.context.object
    assert tuple(face.location) == (1.0, 2.0, 3.0) and face.select_get()
    assert len(face.children) == 1 and face.children[0].data.shape_keys is None
    head = load_head()
    blocks = face.data.shape_keys.key_blocks
    assert [block.name for block in blocks] == ["Basis", *head.shapes]
    assert all(block.value == 0.0 for block in blocks[1:])
    quads = sum(len(made.data.polygons) for made in (face, *face.children))
    assert quads == len(head.quads)
    assert all(polygon.use_smooth for polygon in face.data.polygons)
    assert not face.data.validate() and not face.children[0].data.validate()


def test_its_shapes_are_those_of_the_core(face: bpy.types.Object) -> None:
    head = load_head()
    moving = np.concatenate(
        [np.arange(run.start, run.stop) for name, run in head.parts.items() if name not in demo_head.STATIC]
    )
    weights = {"jawOpen": 0.5, "mouthSmileLeft": 0.7, "eyeBlinkRight": 1.0, "tongueOut": 0.3}
    for name, value in weights.items():
        face.data.shape_keys.key_blocks[name].value = value
    bpy.context.view_layer.update()
    np.testing.assert_allclose(evaluated(face), head.pose(weights)[moving], atol=2e-6)


def test_no_shape_moves_a_part_that_has_no_keys() -> None:
    head = load_head()
    for part in demo_head.STATIC:
        run = head.parts[part]
        for name, (ids, _) in head.shapes.items():
            assert not ((ids >= run.start) & (ids < run.stop)).any(), (part, name)


def test_materials_show_in_solid_and_in_rendered_mode_and_are_shared(face: bpy.types.Object) -> None:
    first = {material.name for material in face.data.materials}
    bpy.ops.bilabial.add_head()
    assert {material.name for material in bpy.context.object.data.materials} == first
    assert {name.rsplit(" ", 1)[1] for name in first} >= {"skin", "lips", "teeth", "tongue", "iris"}
    for material in face.data.materials:
        shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
        assert shader.inputs["Base Color"].is_linked, material.name
        assert tuple(material.diffuse_color)[:3] != (0.8, 0.8, 0.8), material.name
    assert face.data.color_attributes.active_color.name == demo_head.COLOURS


def test_its_rig_is_recognised_and_its_lips_meet_in_blender(face: bpy.types.Object) -> None:
    from addon.bilabial.retarget.recognise import RigNames, recognise

    names = tuple(block.name for block in face.data.shape_keys.key_blocks[1:])
    found = recognise(RigNames(names, (), ()))
    assert found.best is not None and found.best.profile.name == demo_head.PROFILE
    profile = load_profile(demo_head.PROFILE)
    dense = np.zeros((1, len(CONTROLS)))
    for name, value in {"Jaw": 1.0, "Lip": 0.6, "Ah": 0.8, "MBP": 1.0}.items():
        dense[0, CONTROLS.index(name)] = value
    for name, value in zip(profile.channels, evaluate(profile, dense)[0], strict=True):
        face.data.shape_keys.key_blocks[name].value = value
    assert face.data.shape_keys.key_blocks["jawOpen"].value > 0.3
    bpy.context.view_layer.update()
    head = load_head()
    places = evaluated(face)  # the skin comes first, so its numbers hold
    assert next(iter(head.parts)) == "skin"
    padded = np.zeros_like(head.vertices)
    padded[: len(places)] = places
    assert head.lip_gap(padded).max() < 5e-6


def test_it_is_not_added_in_edit_mode(face: bpy.types.Object) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    assert not bpy.ops.bilabial.add_head.poll()
    bpy.ops.object.mode_set(mode="OBJECT")


def test_it_speaks_and_closes_on_every_frame_of_m_b_and_p(face: bpy.types.Object, tmp_path: Path) -> None:
    sounds = [(0.0, 0.3, "sil"), (0.3, 0.42, "m"), (0.42, 0.6, "aa"), (0.6, 0.7, "b"), (0.7, 0.9, "uw"),
              (0.9, 1.0, "p"), (1.0, 1.2, "ay"), (1.2, 2.0, "sil")]  # fmt: skip
    labels = tmp_path / "line.lab"
    rows = [f"{round(start * 1e7)} {round(end * 1e7)} {label}\n" for start, end, label in sounds]
    labels.write_text("".join(rows), encoding="utf-8")
    draft = bpy.context.scene.bilabial.draft
    draft.character = face
    draft.source, draft.file, draft.start = "FILE", str(fabricate.tone(tmp_path / "line.wav")), 1.0
    draft.phones_file = str(labels)
    assert bpy.ops.bilabial.generate() == {"FINISHED"}

    head = load_head()

    def gap(frame: int) -> float:
        bpy.context.scene.frame_set(frame)
        places = evaluated(face)
        padded = np.zeros_like(head.vertices)
        padded[: len(places)] = places
        return float(head.lip_gap(padded).max())

    rate = 24.0
    for start, end, label in sounds:
        inside = range(int(np.ceil(1 + (start + 0.01) * rate)), int(np.floor(1 + (end - 0.01) * rate)) + 1)
        gaps = [gap(frame) for frame in inside]
        if label in ("m", "b", "p"):
            assert gaps and max(gaps) < 5e-6, label
        elif label in ("aa", "ay"):
            assert max(gaps) > 0.006, label
