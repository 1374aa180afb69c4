"""Rigs that nobody knows, taught by actions or guessed by movement: the demo head under mute names."""

from __future__ import annotations

import re

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.errors import RigError
from addon.host import compat
from addon.line import lines
from addon.retarget import own_profile
from addon.rig import demo_head, measuring, rig_probe, speech

_MOUTH = ("jaw", "mouth", "tongue", "cheek")


@pytest.fixture
def stranger(extension: object) -> bpy.types.Object:
    """The demo head with its mouth's shapes called K0, K1 ... and everything else gone."""
    head = demo_head.build(bpy.context, "Stranger")
    blocks = head.data.shape_keys.key_blocks
    for block in list(blocks[1:]):
        if not block.name.startswith(_MOUTH):
            head.shape_key_remove(block)
    for i, block in enumerate(blocks[1:]):
        block.name = f"K{i}"
    bpy.context.scene.bilabial.draft.character = head
    return head


def checks() -> str:
    assert bpy.ops.bilabial.retarget_check() == {"FINISHED"}
    return bpy.context.scene.bilabial.checks


def profile_now():  # type: ignore[no-untyped-def]
    return own_profile.editable_profile(lines.active(bpy.context.scene))


def test_a_stranger_is_told_of_the_guess(stranger: bpy.types.Object) -> None:
    with pytest.raises(RigError, match=r"No profile knows this rig: .* Guess by Movement"):
        rig_probe.identify(rig_probe.probe(stranger))


def test_a_stranger_speaks_by_its_movement_alone(stranger: bpy.types.Object) -> None:
    before = {block.name: block.value for block in stranger.data.shape_keys.key_blocks}
    assert bpy.ops.bilabial.retarget_guess() == {"FINISHED"}
    assert {block.name: block.value for block in stranger.data.shape_keys.key_blocks} == before
    said = checks()
    assert "ok Measured on Stranger: the mouth opens by" in said and "ok Measured: the lips meet" in said
    assert "bad" not in said, said
    profile = profile_now()
    assert {"jaw", "lip"} <= {channel.part for channel in profile.channels.values()}
    assert all(profile.terms_by(control) for control in ("Ah", "Ee", "U", "Oh", "FV", "S"))


def test_half_a_mouth_is_not_taken_for_the_whole(stranger: bpy.types.Object) -> None:
    """A shape that opens one half wider than any other opens the whole: what it shows is no line of lips, and
    what it does is no part of a round mouth.
    """
    key = stranger.data.shape_keys
    rest = measuring.places(key.key_blocks[0])
    jaw = max(key.key_blocks[1:], key=lambda block: np.abs(measuring.places(block) - rest)[:, 2].max())
    move = measuring.places(jaw) - rest
    move[rest[:, 0] < 0.004] = 0.0
    half = stranger.shape_key_add(name="open half", from_mix=False)
    half.data.foreach_set("co", (rest + 1.6 * move).astype(np.float32).ravel())
    half.value = 0.0
    assert bpy.ops.bilabial.retarget_guess() == {"FINISHED"}
    said = checks()
    assert "ok Measured on Stranger: the mouth opens by" in said
    aside = re.search(r"on \w+ the lips go aside by (\d+)%", said)
    assert aside is None or int(aside[1]) <= 10, said  # half a mouth's middle would pull them by a quarter
    assert "one corner goes" not in said


def boned_stranger() -> bpy.types.Object:
    """A head of one mesh whose mouth is moved by bones with odd axes: a jaw and two corners."""
    from addon.bilabial.render.demo_head import load_head

    head = load_head()
    rest = head.vertices.astype(np.float64)

    def weight(shape: str) -> np.ndarray:
        ids, motion = head.shapes[shape]
        far = np.zeros(len(rest))
        far[ids] = np.linalg.norm(motion, axis=1)
        return np.clip(far / far.max() * 1.2, 0.0, 1.0)

    data = bpy.data.meshes.new("Skin")
    data.from_pydata(rest.tolist(), [], head.quads.tolist())
    skin = bpy.data.objects.new("Skin", data)
    bpy.context.scene.collection.objects.link(skin)
    places = {
        "Unterkiefer jaw": (0.0, 0.0),
        "corner.L": (0.03, 0.5),
        "corner.R": (-0.03, -0.5),
        "skull": (0.0, 0.0),
    }
    armature = bpy.data.armatures.new("Bones")
    rig = bpy.data.objects.new("Bones", armature)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    lips = rest[head.lips.ravel()].mean(axis=0)
    for name, (x, roll) in places.items():
        made = armature.edit_bones.new(name)
        back = 0.09 if "jaw" in name else 0.0
        made.head, made.tail = (x, lips[1] + back, lips[2] + 0.3 * back), (x, lips[1] - 0.01, lips[2] - 0.03)
        made.roll = roll
    bpy.ops.object.mode_set(mode="OBJECT")
    groups = {
        "Unterkiefer jaw": weight("jawOpen"),
        "corner.L": weight("mouthSmileLeft"),
        "corner.R": weight("mouthSmileRight"),
    }
    groups["skull"] = np.clip(1.0 - sum(groups.values()), 0.0, 1.0)
    for name, weights in groups.items():
        group = skin.vertex_groups.new(name=name)
        for i in np.flatnonzero(weights > 0.01):
            group.add([int(i)], float(weights[i]), "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = rig
    skin.parent = rig
    return rig


def test_bones_are_tried_in_every_direction(extension: object) -> None:
    rig = boned_stranger()
    bpy.context.scene.bilabial.draft.character = rig
    rig.pose.bones["corner.L"].location = (0.001, 0.0, 0.0)
    assert bpy.ops.bilabial.retarget_guess() == {"FINISHED"}
    assert rig.pose.bones["corner.L"].location.x == pytest.approx(0.001)
    said = checks()
    assert "ok Measured on Skin: the mouth opens by" in said and "ok Measured: the lips meet" in said
    jaw = [c for c in profile_now().channels.values() if c.bone == "Unterkiefer jaw"]
    assert jaw and any(channel.part == "jaw" for channel in jaw)


def action(name: str, owner: bpy.types.ID, path: str, values: dict[int, float]) -> bpy.types.Action:
    """An action that holds one pose of some numbers of an owner."""
    animation = owner.animation_data or owner.animation_data_create()
    animation.action = None
    found = compat.channels(owner, name)
    for index, value in values.items():
        found.ensure(path, index, "Pose").keyframe_points.insert(1, value)
    made = animation.action
    made.name, made.use_fake_user = name, True
    animation.action = None
    return made


def test_actions_named_after_sounds_teach_a_rig(extension: object) -> None:
    rig = boned_stranger()
    bpy.context.scene.bilabial.draft.character = rig
    jaw = 'pose.bones["Unterkiefer jaw"].rotation_euler'
    rig.pose.bones["Unterkiefer jaw"].rotation_mode = "XYZ"
    opens = measured_sign(rig)
    action("A", rig, jaw, {0: 0.35 * opens})
    action("E", rig, jaw, {0: 0.15 * opens})
    action("M", rig, jaw, {0: -0.02 * opens})
    action("oo", rig, 'pose.bones["corner.L"].location', {0: -0.01})
    action("Walk", rig, 'pose.bones["corner.R"].scale', {0: 1.5})
    assert bpy.ops.bilabial.retarget_teach() == {"FINISHED"}
    report = lines.active(bpy.context.scene).report
    assert "4 sounds taken from poses" in report and "Walk" in report
    profile = profile_now()
    assert profile.channels["Unterkiefer jaw.rotation.x"].part == "jaw"
    assert {term.part for term in profile.terms_by("MBP")} == {"seal"}
    assert profile.terms_by("Ih") and profile.terms_by("WA_PEDAL")  # inherited
    assert "ok Measured on Skin: the mouth opens by" in checks()
    assert bpy.ops.bilabial.prepare() == {"FINISHED"}
    rig[speech.property_name("Ah")] = 1.0
    rig.update_tag()
    bpy.context.view_layer.update()
    assert rig.pose.bones["Unterkiefer jaw"].rotation_euler.x == pytest.approx(0.35 * opens, rel=0.05)


def test_clips_that_lead_from_rest_into_their_pose_teach_as_well(extension: object) -> None:
    rig = boned_stranger()
    bpy.context.scene.bilabial.draft.character = rig
    jaw = 'pose.bones["Unterkiefer jaw"].rotation_euler'
    rig.pose.bones["Unterkiefer jaw"].rotation_mode = "XYZ"
    opens = measured_sign(rig)
    for name, keys in (
        ("A", {1: 0.0, 3: 0.35 * opens}),
        ("E", {1: 0.0, 6: 0.15 * opens, 11: 0.0}),  # and out of it again
    ):
        (curve,) = compat.curves_of(action(name, rig, jaw, {0: 0.0}))
        for frame, value in keys.items():
            curve.keyframe_points.insert(frame, value)
    action("M", rig, jaw, {0: -0.02 * opens})
    action("oo", rig, 'pose.bones["corner.L"].location', {0: -0.01})
    assert bpy.ops.bilabial.retarget_teach() == {"FINISHED"}
    by = {term.control: term.weight for term in profile_now().terms if term.channel == f"{JAW}.rotation.x"}
    assert by["Ah"] == pytest.approx(0.35 * opens, rel=0.02)
    assert by["Eh"] == pytest.approx(0.15 * opens, rel=0.02)


JAW = "Unterkiefer jaw"


def measured_sign(rig: bpy.types.Object) -> float:
    """Which way the jaw's x turns it open."""
    bone = rig.pose.bones["Unterkiefer jaw"]
    bone.rotation_mode = "XYZ"
    heights = []
    for angle in (0.0, 0.3):
        bone.rotation_euler.x = angle
        bpy.context.view_layer.update()
        heights.append((rig.matrix_world @ bone.tail).z)
    bone.rotation_euler.x = 0.0
    return 1.0 if heights[1] < heights[0] else -1.0


def test_what_cannot_be_learnt_says_so(extension: object) -> None:
    head = fabricate.mesh("Odd", ["Auf", "Zu"])
    bpy.context.scene.bilabial.draft.character = head
    with pytest.raises(RuntimeError, match=r"o action in this file moves 'Odd'"):
        bpy.ops.bilabial.retarget_teach()
    with pytest.raises(RuntimeError, match="opens a mouth"):
        bpy.ops.bilabial.retarget_guess()
    assert lines.active(bpy.context.scene).own_profile is None
    assert rig_probe.probe(head).meshes


def test_a_body_without_a_face_says_so(extension: object) -> None:
    rig = fabricate.armature("Robot", ["spine", "hand.L"])
    body = fabricate.mesh("Body")
    body.modifiers.new("Armature", "ARMATURE").object = rig
    bpy.context.scene.bilabial.draft.character = rig
    with pytest.raises(RuntimeError, match="no shape that moves and no bone of a mouth"):
        bpy.ops.bilabial.retarget_guess()
