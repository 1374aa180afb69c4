"""The head and the breath of a character: on top of what an animator keyed, at rest where no line speaks."""

from __future__ import annotations

import bpy
import fabricate
import numpy as np
import pytest
from addon.line import lines, takes
from addon.rig import body, speech, staging
from mathutils import Euler, Matrix, Quaternion

BONES = (("Hips", 0.0), ("Chest", 0.4), ("Neck", 0.5), ("Head", 0.6))


def rig(roll: float = 0.0, turned: bool = False) -> tuple[bpy.types.Object, bpy.types.Object]:
    """A face on four bones, one above the other; turned: modelled with Y upwards, as in FBX."""
    face = fabricate.arkit_face("Body")
    armature = fabricate.armature("Rig", [])
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    above = None
    for name, height in BONES:
        bone = armature.data.edit_bones.new(name)
        bone.head, bone.tail = (0, 0, height), (0, 0.02, height + 0.1)
        bone.roll, bone.parent = roll, above
        above = bone
    bpy.ops.object.mode_set(mode="OBJECT")
    if turned:
        lie = Matrix.Rotation(-np.pi / 2, 4, "X")
        armature.data.transform(lie)
        armature.matrix_world = lie.inverted()
    face.parent = armature
    bpy.context.view_layer.update()
    return face, armature


@pytest.fixture
def head_line(line: bpy.types.PropertyGroup) -> bpy.types.PropertyGroup:
    bpy.data.objects.remove(line.character)
    line.character = rig()[0]
    line.face_head = line.face_breath = True
    return line


def generate() -> bpy.types.PropertyGroup:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    return lines.active(bpy.context.scene)


def turned(bone: str = "Head", armature: str = "Rig") -> list[Matrix]:
    """How the bone is turned from its rest, in the world, frame by frame."""
    scene, found = bpy.context.scene, []
    owner = bpy.data.objects[armature]
    for frame in range(1, 80):
        scene.frame_set(frame)
        posed = owner.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[bone]
        rest = owner.data.bones[bone].matrix_local
        here = owner.matrix_world.to_3x3()
        found.append(here @ (posed.matrix @ rest.inverted()).to_3x3() @ here.inverted())
    return found


def angles(several: list[Matrix]) -> np.ndarray:
    """(frames, 3): yaw to the left, pitch upwards, roll to the left shoulder, in degrees."""
    found = []
    for matrix in several:
        turn = matrix.to_quaternion()
        axis, angle = turn.to_axis_angle()
        around = np.array(axis) * angle
        found.append((around[2], -around[0], around[1]))
    return np.degrees(np.array(found))


@pytest.mark.parametrize("roll", [0.0, 0.7, 2.2])
@pytest.mark.parametrize("fbx", [False, True])
def test_each_number_turns_the_head_its_way(extension: object, roll: float, fbx: bool) -> None:
    face, _ = rig(roll, fbx)
    fit = staging.fit_of(_line_of(face))
    character = staging.rig_probe.probe(face)
    whole = body.find(character, fit)
    assert whole.turns and whole.breathes
    body.build(face, whole, fit)
    for column, (name, far) in enumerate(zip(body.HEAD, (10.0, -8.0, 6.0), strict=True)):
        face[speech.property_name(name)] = far
        face.update_tag()
        wanted = np.zeros(3)
        wanted[column] = far
        bpy.context.view_layer.update()
        np.testing.assert_allclose(angles(turned()[:1])[0], wanted, atol=0.05)
        neck = angles(turned("Neck")[:1])[0]
        np.testing.assert_allclose(neck, 0.4 * wanted, atol=0.05)
        face[speech.property_name(name)] = 0.0
    face[speech.property_name(body.BREATH)] = 1.0
    face.update_tag()
    bpy.context.view_layer.update()
    assert angles(turned("Chest")[:1])[0][1] > 1.0
    np.testing.assert_allclose(angles(turned()[:1])[0], 0.0, atol=0.05)  # the neck holds the head level


def _line_of(face: bpy.types.Object) -> bpy.types.PropertyGroup:
    draft = bpy.context.scene.bilabial.draft
    draft.character = face
    return draft


def test_a_line_nods_and_rests_before_and_after(head_line: bpy.types.PropertyGroup) -> None:
    made = generate()
    assert {*body.HEAD, body.BREATH} <= set(staging.stage(made).face)
    moved = angles(turned())
    assert np.abs(moved[14:50]).max() > 0.3
    np.testing.assert_allclose(moved[:10], 0.0, atol=0.02)
    np.testing.assert_allclose(moved[60:], 0.0, atol=0.02)
    take = takes.load(made)
    assert set(take.tracks) == {"speech", "head", "breath"}


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ"])
@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
def test_an_animators_head_keys_stay_and_the_line_lies_on_top(
    head_line: bpy.types.PropertyGroup, mode: str, target: str
) -> None:
    head_line.target = target
    armature = bpy.data.objects["Rig"]
    bone = armature.pose.bones["Head"]
    bone.rotation_mode = mode
    for frame, angle in ((1, 0.0), (70, 0.5)):
        if mode == "QUATERNION":
            bone.rotation_quaternion = Quaternion((0.0, 1.0, 0.0), angle)
            bone.keyframe_insert("rotation_quaternion", frame=frame)
        else:
            bone.rotation_euler = Euler((0.0, angle, 0.0))
            bone.keyframe_insert("rotation_euler", frame=frame)
    before = angles(turned())
    keys = _keys(armature)
    generate()
    after = angles(turned())
    assert np.abs(after[14:50] - before[14:50]).max() > 0.3
    np.testing.assert_allclose(after[:10], before[:10], atol=0.02)
    np.testing.assert_allclose(after[60:], before[60:], atol=0.02)
    assert _keys(armature) == keys
    assert bone.rotation_mode == mode
    assert bpy.ops.bilabial.clear() == {"FINISHED"}
    np.testing.assert_allclose(angles(turned()), before, atol=1e-3)
    assert not bone.constraints
    assert not [o for o in bpy.data.objects if o.type == "EMPTY"]


def _keys(owner: bpy.types.Object) -> list[tuple[str, int, tuple[float, ...]]]:
    from addon.host import compat

    return [
        (curve.data_path, curve.array_index, tuple(v for key in curve.keyframe_points for v in key.co))
        for curve in compat.channels(owner)
    ]


def test_a_hands_key_on_the_head_survives_and_is_told(head_line: bpy.types.PropertyGroup) -> None:
    from addon.host import compat

    made = generate()
    root = made.character
    curve = compat.channels(root).find(speech.path("Head Pitch"))
    curve.keyframe_points.insert(30.0, 7.5)
    again = generate()
    found = compat.channels(root).find(speech.path("Head Pitch"))
    assert found.evaluate(30.0) == pytest.approx(7.5)
    assert "Head Pitch" in again.report
    again.face_head = False
    again = generate()
    left = compat.channels(root).find(speech.path("Head Pitch"))
    assert left is not None and left.evaluate(30.0) == pytest.approx(7.5)  # a hand's key is never dropped


@pytest.mark.parametrize("place", ["ACTION", "NLA"])
def test_without_the_layers_the_head_is_free_again(head_line: bpy.types.PropertyGroup, place: str) -> None:
    head_line.place = place
    made = generate()
    assert np.abs(angles(turned())[14:50]).max() > 0.3
    made.face_head = made.face_breath = False
    again = generate()
    np.testing.assert_allclose(angles(turned()), 0.0, atol=0.02)
    assert not bpy.data.objects["Rig"].pose.bones["Head"].constraints
    assert speech.property_name("Head Yaw") not in again.character


def test_the_head_goes_from_controls_to_keys_and_back(head_line: bpy.types.PropertyGroup) -> None:
    generate()
    before = angles(turned())
    for target in ("BAKE", "CONTROLS"):
        assert bpy.ops.bilabial.switch(target=target) == {"FINISHED"}
        np.testing.assert_allclose(angles(turned()), before, atol=0.05)


def test_a_head_without_bones_turns_as_an_object_on_top_of_its_keys(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    head.rotation_euler.z = 0.4
    head.keyframe_insert("rotation_euler", frame=1)
    line.face_head = line.face_breath = True
    made = generate()
    assert "Nothing of this character breathes" in made.report
    found = []
    for frame in range(1, 80):
        bpy.context.scene.frame_set(frame)
        world = head.evaluated_get(bpy.context.evaluated_depsgraph_get()).matrix_world
        found.append(Matrix.Rotation(-0.4, 3, "Z") @ world.to_3x3())
    moved = angles(found)
    assert np.abs(moved[14:50]).max() > 0.3
    np.testing.assert_allclose(moved[60:], 0.0, atol=0.02)


def test_a_body_without_bones_is_not_turned_for_its_head(line: bpy.types.PropertyGroup) -> None:
    data = bpy.data.meshes.new("Statue")
    face = [(0.0, 0.0, 1.7), (0.05, 0.0, 1.7), (0.0, 0.0, 1.75)]
    data.from_pydata([(0, 0, 0), (1, 0, 0), *face], [], [(0, 1, 2), (2, 3, 4)])
    statue = bpy.data.objects.new("Statue", data)
    bpy.context.scene.collection.objects.link(statue)
    statue.shape_key_add(name="Basis")
    for name in fabricate.ARKIT_MOUTH:
        block = statue.shape_key_add(name=name)
        block.value = 0.0
        for point in list(block.data)[2:]:
            point.co.y -= 0.02
    line.character, line.face_head = statue, True
    made = generate()
    assert "more than a head" in made.report
    assert not made.character.constraints


def test_a_shape_of_breath_breathes(head_line: bpy.types.PropertyGroup) -> None:
    face = head_line.character
    block = face.shape_key_add(name="BreatheIn")
    block.value = 0.0
    block.data[1].co.z = 0.3
    generate()
    values = []
    for frame in range(1, 80):
        bpy.context.scene.frame_set(frame)
        values.append(block.value)
    assert max(values[10:58]) > 0.05 and values[0] == pytest.approx(0.0, abs=1e-4)
    assert not bpy.data.objects["Rig"].pose.bones["Chest"].constraints


# Eyes that look at something


def looking_head() -> bpy.types.Object:
    """Two eyes at (+-0.03, -0.1, 0.6) on the turned head of the four bones, each with its eight shapes."""
    face, armature = rig()
    data = bpy.data.meshes.new("Eyes")
    points = [(side * 0.03, -0.1, 0.6 + z) for side in (1, -1) for z in (0.0, 0.01, 0.02)]
    data.from_pydata(points, [], [(0, 1, 2), (3, 4, 5)])
    eyes = bpy.data.objects.new("Eyes", data)
    bpy.context.scene.collection.objects.link(eyes)
    eyes.shape_key_add(name="Basis")
    for way in ("In", "Out", "Up", "Down"):
        for first, side in ((0, "Left"), (3, "Right")):
            block = eyes.shape_key_add(name=f"eyeLook{way}{side}")
            block.value = 0.0
            block.data[first].co.y -= 0.01
    eyes.parent = armature
    bpy.context.view_layer.update()
    return face


def looks() -> np.ndarray:
    """(frames, 2): degrees to the left and up that the left eye's shapes show."""
    keys, found = bpy.data.objects["Eyes"].data.shape_keys.key_blocks, []
    for frame in range(1, 80):
        bpy.context.scene.frame_set(frame)
        left = keys["eyeLookOutLeft"].value - keys["eyeLookInLeft"].value
        found.append((25.0 * left, 25.0 * (keys["eyeLookUpLeft"].value - keys["eyeLookDownLeft"].value)))
    return np.array(found)


def goal(location: tuple[float, float, float]) -> bpy.types.Object:
    made = bpy.data.objects.new("Goal", None)
    made.location = location
    bpy.context.scene.collection.objects.link(made)
    return made


def test_eyes_rest_on_an_object_and_go_with_it_when_it_moves(line: bpy.types.PropertyGroup) -> None:
    bpy.data.objects.remove(line.character)
    line.character = looking_head()
    line.face_gaze, line.face_gaze_amount = True, 0.0001
    line.face_look_at = goal((0.2, -1.1, 0.8))  # a metre ahead of the eyes, 0.2 left and nearly 0.2 up
    generate()
    np.testing.assert_allclose(
        np.median(looks()[22:48], axis=0), np.degrees(np.arctan([0.2, 0.187])), atol=0.8
    )
    thing = bpy.data.objects["Goal"]
    for frame, left in ((11, -0.2), (58, 0.2)):
        thing.location.x = left
        thing.keyframe_insert("location", frame=frame)
    bpy.context.scene.frame_set(5)
    generate()
    assert bpy.context.scene.frame_current == 5
    found = looks()
    assert found[24, 0] == pytest.approx(np.degrees(np.arctan(-0.2 + 0.4 * 14 / 47)), abs=2.5)
    assert found[46, 0] > 5.0 and found[70, 0] == pytest.approx(0.0, abs=0.1)


def test_eyes_look_where_the_object_is_from_a_head_that_is_posed(line: bpy.types.PropertyGroup) -> None:
    bpy.data.objects.remove(line.character)
    line.character = looking_head()
    bone = bpy.data.objects["Rig"].pose.bones["Head"]
    bone.rotation_mode = "XYZ"
    for frame in (1, 70):  # the head is turned to its left by 15 degrees
        bone.rotation_euler = (0.0, np.radians(15.0), 0.0)
        bone.keyframe_insert("rotation_euler", frame=frame)
    line.face_gaze, line.face_gaze_amount = True, 0.0001
    line.face_look_at = goal((0.0, -20.0, 0.6))
    generate()
    assert np.median(looks()[22:48, 0]) == pytest.approx(-15.0, abs=1.5)
