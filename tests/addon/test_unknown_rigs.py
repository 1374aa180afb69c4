"""Rigs that nobody knows, taught by actions or guessed by movement: the demo head under mute names."""

from __future__ import annotations

import re
from pathlib import Path

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.controls import CLOSERS, VISEMES
from addon.bilabial.errors import RigError
from addon.bilabial.retarget.profile import RigProfile
from addon.bilabial.retarget.profile_entries import Channel, Exclusion, Term
from addon.bilabial.retarget.profile_format import format_profile
from addon.host import compat
from addon.line import lines
from addon.retarget import own_profile
from addon.rig import demo_head, measuring, rig_probe, speech
from addon.ui import search

_MOUTH = ("jaw", "mouth", "tongue", "cheek")


@pytest.fixture
def stranger(extension: object) -> bpy.types.Object:
    """The demo head with its mouth's shapes called K0, K1 ... and everything else gone."""
    return make_stranger()[0]


def make_stranger() -> tuple[bpy.types.Object, dict[str, str]]:
    """The head, and what its shapes are called now."""
    head = demo_head.build(bpy.context, "Stranger")
    blocks = head.data.shape_keys.key_blocks
    for block in list(blocks[1:]):
        if not block.name.startswith(_MOUTH):
            head.shape_key_remove(block)
    called = {block.name: f"K{i}" for i, block in enumerate(blocks[1:])}
    for block in blocks[1:]:
        block.name = called[block.name]
    bpy.context.scene.bilabial.draft.character = head
    return head, called


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


@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
def test_four_times_as_many_bones_are_four_times_the_work(
    extension: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """Faces taught by clips move some 200 numbers of bones, each by every sound. Counted in terms that are
    checked and in updates of the scene, whatever the machine does beside it.
    """
    from addon.bilabial.retarget import profile

    work = {"terms": 0, "updates": 0}
    check = profile._check

    def counted(made: profile.RigProfile) -> None:
        work["terms"] += len(made.terms)
        check(made)

    def updated(*_: object) -> None:
        work["updates"] += 1

    monkeypatch.setattr(profile, "_check", counted)
    draft = bpy.context.scene.bilabial.draft
    draft.source, draft.file, draft.target = "FILE", str(fabricate.tone(tmp_path / "line.wav")), target
    draft.phones_file = str(fabricate.textgrid(tmp_path / "line.TextGrid"))

    def generate(bones: int) -> dict[str, int]:
        rig, file = many_bones(f"Rig{bones}", bones), tmp_path / f"{bones}.json"
        file.write_text(format_profile(many_terms(rig)), encoding="utf-8")
        line = lines.add(bpy.context.scene, like=draft)
        line.character, line.rig = rig, str(file)
        work.update(terms=0, updates=0)
        bpy.app.handlers.depsgraph_update_post.append(updated)
        assert bpy.ops.bilabial.generate() == {"FINISHED"}
        bpy.app.handlers.depsgraph_update_post.remove(updated)
        drivers = rig.animation_data.drivers
        assert line.report and not line.failed, line.report
        assert len(drivers) == (bones if target == "CONTROLS" else 0)
        assert all(one.driver.is_valid and one.driver.is_simple_expression for one in drivers)
        return dict(work)

    few, many = generate(50), generate(200)
    assert 0 < many["terms"] <= 5.0 * few["terms"]
    assert many["updates"] <= few["updates"] + 2


def many_bones(name: str, count: int) -> bpy.types.Object:
    return fabricate.armature(name, [f"{name}.{i}" for i in range(count)])


def many_terms(rig: bpy.types.Object) -> RigProfile:
    """Every bone goes a way of its own with every sound, by little."""
    places = {bone.name: 0.004 * (i % 7 - 3.5) for i, bone in enumerate(rig.data.bones)}
    channels = {
        name: Channel(name, kind="bone", bone=name, transform="location", axis="x", limits=(-0.02, 0.02))
        for name in places
    }
    terms = tuple(
        Term(sound, name, "jaw", way * (1.0 - 0.02 * i))
        for i, sound in enumerate(VISEMES)
        for name, way in places.items()
    )
    return RigProfile("many", "Many", channels, terms, (Exclusion(CLOSERS, tuple(places)),))


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


TWELVE = ("Ah", "Ee", "Oh", "U", "Eh", "LNTD", "MBP", "R", "S", "ShChZh", "Th", "FV")


@pytest.fixture
def posed(extension: object) -> bpy.types.Object:
    """A stranger with actions called Pose 1, Pose 2 ... in the order of TWELVE, and one that is no sound."""
    from addon.bilabial.controls import CONTROLS
    from addon.bilabial.retarget.evaluate import evaluate
    from addon.bilabial.retarget.profile_format import load_profile

    head, called = make_stranger()
    arkit = load_profile("arkit-52")
    for number, control in enumerate(TWELVE, 1):
        row = np.array([[1.0 if name == control else speech.neutral(name) for name in CONTROLS]])
        values = dict(zip(arkit.channels, evaluate(arkit, row)[0].tolist(), strict=True))
        made = {called[name]: value for name, value in values.items() if name in called and value}
        shape_action(f"Pose {number}", head.data.shape_keys, made)
    shape_action("Sneer", head.data.shape_keys, {"K1": 1.0})
    return head


def shape_action(name: str, key: bpy.types.Key, values: dict[str, float]) -> None:
    animation = key.animation_data or key.animation_data_create()
    animation.action = None
    found = compat.channels(key, name)
    for shape, value in values.items():
        found.ensure(f'key_blocks["{shape}"].value', 0, "Pose").keyframe_points.insert(1, value)
    made = animation.action
    made.name, made.use_fake_user = name, True
    animation.action = None


def list_poses() -> dict[str, object]:
    assert bpy.ops.bilabial.poses_list() == {"FINISHED"}
    return {row.name: row for row in lines.active(bpy.context.scene).poses}


def map_all() -> dict[str, object]:
    rows = list_poses()
    for number, control in enumerate(TWELVE, 1):
        rows[f"Pose {number}"].control = control
    return rows


def test_poses_that_nobody_can_guess_speak_after_they_are_mapped(posed: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match=r"o pose is named after a phone .* under Poses"):
        bpy.ops.bilabial.retarget_teach()
    rows = list_poses()
    assert list(rows) == [*(f"Pose {number}" for number in range(1, 13)), "Sneer"]
    assert {row.control for row in rows.values()} == {"NONE"}
    assert (
        "Not understood: Pose 1, Pose 2, Pose 3, Pose 4, Pose 5, Pose 6 and more"
        in lines.active(bpy.context.scene).report
    )
    assert search.poses(rows["Pose 1"], bpy.context, "pose 1") == ["Pose 1", "Pose 10", "Pose 11", "Pose 12"]
    with pytest.raises(RuntimeError, match="o pose of the list has a phone yet"):
        bpy.ops.bilabial.poses_learn()
    map_all()
    assert bpy.ops.bilabial.poses_learn() == {"FINISHED"}
    assert "12 sounds taken from poses" in lines.active(bpy.context.scene).report
    said = checks()
    assert "ok Measured on Stranger: the mouth opens by" in said and "ok Measured: the lips meet" in said
    assert "bad" not in said, said
    profile = profile_now()
    assert {"jaw", "lip"} <= {channel.part for channel in profile.channels.values()}
    assert profile.terms_by("Ih") and profile.terms_by("MBPa")  # inherited


def test_a_list_is_kept_and_learning_again_repeats_it(posed: bpy.types.Object, tmp_path: Path) -> None:
    map_all()
    bpy.ops.bilabial.poses_learn()
    first = lines.active(bpy.context.scene).own_profile.as_string()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "kept.blend"), compress=False)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "kept.blend"))
    line = lines.active(bpy.context.scene)
    line.own_profile.from_string("{}")
    assert bpy.ops.bilabial.poses_learn() == {"FINISHED"}
    assert line.own_profile.as_string() == first
    rows = list_poses()  # asked again it leaves what a hand chose
    assert rows["Pose 7"].control == "MBP" and len(line.poses) == 13
    another = lines.add(bpy.context.scene, line)
    assert {row.name: row.control for row in another.poses}["Pose 12"] == "FV"


def test_undo_takes_the_list_and_the_profile_back(posed: bpy.types.Object) -> None:
    map_all()
    bpy.ops.ed.undo_push(message="mapped")
    assert bpy.ops.bilabial.poses_learn("EXEC_DEFAULT", True) == {"FINISHED"}
    assert lines.active(bpy.context.scene).own_profile is not None
    bpy.ops.ed.undo()
    line = lines.active(bpy.context.scene)
    assert line.own_profile is None and len(line.poses) == 13


def test_a_list_that_cannot_be_learnt_says_so_and_changes_nothing(posed: bpy.types.Object) -> None:
    rows = map_all()
    assert bpy.ops.bilabial.poses_learn() == {"FINISHED"}
    line = lines.active(bpy.context.scene)
    before = line.own_profile.as_string()
    rows["Pose 2"].control = "Ah"
    with pytest.raises(RuntimeError, match=r"'Pose 1' and 'Pose 2' are both ah \(father\): leave one"):
        bpy.ops.bilabial.poses_learn()
    rows["Pose 2"].control = "Ee"
    bpy.data.actions.remove(bpy.data.actions["Pose 7"])
    with pytest.raises(RuntimeError, match=r"no action or pose marker 'Pose 7' .* m b p, or remove the row"):
        bpy.ops.bilabial.poses_learn()
    assert line.own_profile.as_string() == before
    line.pose_index = [row.name for row in line.poses].index("Pose 7")
    assert bpy.ops.bilabial.pose_remove() == {"FINISHED"}
    assert bpy.ops.bilabial.pose_add() == {"FINISHED"}
    line.poses[line.pose_index].control = "MBP"
    with pytest.raises(RuntimeError, match="he row m b p has no pose"):
        bpy.ops.bilabial.poses_learn()


def test_markers_of_one_action_are_poses_of_the_list(extension: object) -> None:
    rig = boned_stranger()
    bpy.context.scene.bilabial.draft.character = rig
    rig.pose.bones[JAW].rotation_mode = "XYZ"
    opens = measured_sign(rig)
    made = action("Visemes", rig, f'pose.bones["{JAW}"].rotation_euler', {0: 0.0})
    (curve,) = compat.curves_of(made)
    for frame, (name, angle) in enumerate((("one", 0.0), ("two", 0.35), ("three", 0.1), ("M", -0.02)), 1):
        curve.keyframe_points.insert(frame, angle * opens)
        made.pose_markers.new(name).frame = frame
    rows = list_poses()
    assert {name: row.control for name, row in rows.items()} == {
        "one": "NONE", "two": "NONE", "three": "NONE", "M": "MBP",
    }  # fmt: skip
    rows["one"].control, rows["two"].control, rows["three"].control = "REST", "Ah", "Ee"
    assert bpy.ops.bilabial.poses_learn() == {"FINISHED"}
    by = {term.control: term.weight for term in profile_now().terms if term.channel == f"{JAW}.rotation.x"}
    assert by["Ah"] == pytest.approx(0.35 * opens, rel=0.02)
    assert by["Ee"] == pytest.approx(0.1 * opens, rel=0.02)
