"""Eyes that no shape turns: the gaze is keyed on their bones."""

from __future__ import annotations

import bpy
import fabricate
import numpy as np
import pytest
from addon.line import lines
from addon.rig import eye_bones, rig_probe
from addon.speak import face
from mathutils import Vector

VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")


@pytest.fixture
def avatar(line: bpy.types.PropertyGroup) -> bpy.types.Object:
    """A head of visemes on a body that faces -Y, the axes of its eyes' bones turned in two ways."""
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    made = {}
    for name, parent, head, tail in (
        ("Hips", None, (0, 0, 1.0), (0, 0, 1.2)),
        ("Neck", "Hips", (0, 0, 1.4), (0, 0, 1.5)),
        ("Head", "Neck", (0, 0, 1.5), (0, 0, 1.7)),
        ("J_Adj_L_FaceEye", "Head", (0.03, -0.08, 1.6), (0.03, -0.08, 1.7)),  # upright, as glTF brings them
        ("J_Adj_R_FaceEye", "Head", (-0.03, -0.08, 1.6), (-0.03, -0.12, 1.6)),  # along the look
    ):
        bone = data.edit_bones.new(name)
        bone.head, bone.tail, bone.parent = head, tail, made.get(parent)
        made[name] = bone
    bpy.ops.object.mode_set(mode="OBJECT")
    head = fabricate.mesh("Face", ["viseme_" + name for name in VISEMES])
    for name in data.bones.keys():  # noqa: SIM118 - Blender's own collection
        head.vertex_groups.new(name=name)
    head.modifiers.new("Armature", "ARMATURE").object = rig
    line.character = rig
    return rig


def directions(rig: bpy.types.Object) -> list[np.ndarray]:
    """Where what lies straight ahead of each eye at rest has gone: left and up of the head, in degrees."""
    bpy.context.view_layer.update()
    found = []
    for name in ("J_Adj_L_FaceEye", "J_Adj_R_FaceEye"):
        bone = rig.pose.bones[name]
        turned = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
        ahead = np.array(turned @ Vector((0.0, -1.0, 0.0)))
        found.append(np.degrees([np.arctan2(ahead[0], -ahead[1]), np.arcsin(ahead[2])]))
    return found


@pytest.mark.parametrize(("yaw", "pitch"), [(15.0, 0.0), (-10.0, 0.0), (0.0, 8.0), (0.0, -8.0)])
def test_eyes_look_where_the_gaze_says(avatar: bpy.types.Object, yaw: float, pitch: float) -> None:
    from addon.bilabial.controls import CONTROLS
    from addon.bilabial.expression.compose import FaceComposer
    from addon.rig import numbers

    character = rig_probe.probe(avatar)
    fit = rig_probe.fit(character, rig_probe.identify(character)[0])
    eyes = eye_bones.find(character, fit)
    assert eyes is not None
    rig_probe.use_euler(eyes.targets)
    pose = FaceComposer(eyes.profile)(np.zeros((1, len(CONTROLS))), {"gaze": np.array([[yaw, pitch]])})
    for name, value in zip(eyes.profile.channels, pose.values[0], strict=True):
        for target in eyes.targets[name]:
            numbers.set_value(target, float(value))
    for seen in directions(avatar):
        np.testing.assert_allclose(seen, [yaw, pitch], atol=0.1)


def test_a_line_keys_them_and_leaves_them_as_they_were(avatar: bpy.types.Object) -> None:
    line = lines.active(bpy.context.scene)
    line.face_gaze = True
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    line = lines.active(bpy.context.scene)
    assert "gaze" not in line.report, line.report
    moved = 0.0
    for frame in range(1, 60):
        bpy.context.scene.frame_set(frame)
        seen = directions(avatar)
        np.testing.assert_allclose(seen[0], seen[1], atol=0.5)
        moved = max(moved, float(np.abs(seen[0]).max()))
    assert 0.3 < moved < 30.0
    line.face_gaze = False
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    bpy.context.scene.frame_set(30)
    np.testing.assert_allclose(directions(avatar)[0], 0.0, atol=1e-4)


def test_eyes_that_something_aims_are_left_alone(avatar: bpy.types.Object) -> None:
    avatar.pose.bones["J_Adj_L_FaceEye"].constraints.new("DAMPED_TRACK")
    character = rig_probe.probe(avatar)
    fit = rig_probe.fit(character, rig_probe.identify(character)[0])
    assert eye_bones.find(character, fit) is None
    line = lines.active(bpy.context.scene)
    line.face_gaze = True
    assert "has nothing free to show gaze with: left out" in " ".join(
        face.report(line, character, fit, face.targets(line, character, fit, True))
    )
