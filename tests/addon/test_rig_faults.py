"""Rigs as people made them: empty shapes, quotes in names, foreign drivers, morphs that are no sculpts."""

from __future__ import annotations

import re

import bpy
import fabricate
import numpy as np
import pytest
from addon.bilabial.controls import CONTROLS
from addon.bilabial.expression.compose import FaceComposer
from addon.line import lines
from addon.retarget import own_profile
from addon.rig import numbers, rig_probe, speech, staging


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


OCULUS = [
    f"viseme_{n}"
    for n in ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
]


def emptied(head: bpy.types.Object, names: list[str]) -> None:
    for name in names:
        add_empty(head, name)


def add_empty(head: bpy.types.Object, name: str) -> None:
    block = head.shape_key_add(name=name, from_mix=False)
    block.value = 0.0


def test_the_set_that_moves_is_preferred_to_one_of_empty_names(extension: object) -> None:
    head = fabricate.mesh("Avatar", OCULUS)
    emptied(head, fabricate.ARKIT_MOUTH)
    character = rig_probe.probe(head)
    assert set(character.empty_shapes()) == set(fabricate.ARKIT_MOUTH)
    found, _ = rig_probe.identify(character)
    assert found.profile.name == "oculus-15"
    assert "jawOpen" in rig_probe.note_on_empty(character)


def test_empty_shapes_are_named_and_a_set_of_them_is_refused(line: bpy.types.PropertyGroup) -> None:
    head = fabricate.mesh("Avatar", OCULUS)
    emptied(head, ["jawOpen", "mouthFunnel"])
    line.character = head
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    made = lines.active(bpy.context.scene)
    assert "Empty shapes" in made.report and "jawOpen" in made.report
    hollow = fabricate.mesh("Hollow", ["Wide"])
    hollow.shape_key_remove(hollow.data.shape_keys.key_blocks["Wide"])
    emptied(hollow, fabricate.ARKIT_MOUTH)
    made.character = hollow
    with pytest.raises(RuntimeError, match="very shape key of 'Hollow' is empty"):
        bpy.ops.bilabial.generate()
    emptied(head, fabricate.ARKIT_MOUTH[2:])
    made.character, made.rig = head, "arkit-52"
    with pytest.raises(RuntimeError, match="are all empty"):
        bpy.ops.bilabial.generate()


def checks(head: bpy.types.Object) -> str:
    bpy.context.scene.bilabial.draft.character = head
    assert bpy.ops.bilabial.retarget_check() == {"FINISHED"}
    return bpy.context.scene.bilabial.checks


def test_check_measures_evaluated_lips(extension: object) -> None:
    from addon.rig import demo_head

    head = demo_head.build(bpy.context, "Measured")
    head.data.shape_keys.key_blocks["browInnerUp"].value = 0.5
    before = {block.name: block.value for block in head.data.shape_keys.key_blocks}
    said = checks(head)
    assert "ok Measured on Measured: the mouth opens by" in said
    assert "ok Measured: the lips meet" in said and "from the upper teeth" in said
    assert {block.name: block.value for block in head.data.shape_keys.key_blocks} == before
    # A mouthClose that moves the lips up by a third only: names are whole, the lips stay open.
    key = head.data.shape_keys
    close = key.key_blocks["mouthClose"]
    rest, full = (np.empty(len(close.data) * 3, np.float32) for _ in range(2))
    key.key_blocks[0].data.foreach_get("co", rest)
    close.data.foreach_get("co", full)
    close.data.foreach_set("co", rest + (full - rest) * np.float32(0.3))
    said = checks(head)
    assert "bad Measured: the lips stay open by" in said


def test_check_sees_lips_that_go_aside(extension: object) -> None:
    """Whole sets of names are no promise: a shape called pucker may pull the mouth to one side."""
    from addon.rig import demo_head

    head = demo_head.build(bpy.context, "Aside")
    assert "ok Measured: the lips stay on the face's middle, both corners alike." in checks(head)
    key = head.data.shape_keys
    rest, puck, left = (np.empty(len(key.key_blocks[0].data) * 3, np.float32) for _ in range(3))
    key.key_blocks[0].data.foreach_get("co", rest)
    key.key_blocks["mouthPucker"].data.foreach_get("co", puck)
    key.key_blocks["mouthLeft"].data.foreach_get("co", left)
    key.key_blocks["mouthPucker"].data.foreach_set("co", puck + left - rest)
    assert re.search(r"bad Measured: on (U|WA_PEDAL) the lips go aside by \d+% of the mouth", checks(head))
    key.key_blocks["mouthPucker"].data.foreach_set("co", puck)
    key.key_blocks["mouthStretchLeft"].data.foreach_set("co", rest)
    key.key_blocks["mouthSmileLeft"].data.foreach_set("co", rest)
    key.key_blocks["mouthDimpleLeft"].data.foreach_set("co", rest)
    assert re.search(r"bad Measured: on \w+ one corner goes \d+% of the mouth", checks(head))


def test_check_sees_that_no_vowel_opens_the_mouth(extension: object) -> None:
    from addon.rig import demo_head

    head = demo_head.build(bpy.context, "Shut")
    key = head.data.shape_keys
    rest = np.empty(len(key.key_blocks[0].data) * 3, np.float32)
    key.key_blocks[0].data.foreach_get("co", rest)
    for block in key.key_blocks[1:]:  # every shape moves the crown of the head by a hair, and no mouth
        moved = rest.copy()
        moved[0] += 0.01
        block.data.foreach_set("co", moved)
    assert "bad Measured: no vowel opens a mouth" in checks(head)


FACE_BONES = {  # head and tail of bones of a face that looks along -Y, without names
    "jaw": ((0, 0.02, 0.0), (0, -0.06, -0.04)),
    "top": ((0, -0.08, 0.005), (0, -0.09, 0.005)),
    "bottom": ((0, -0.08, -0.005), (0, -0.09, -0.005)),
    "corner_l": ((0.03, -0.07, 0), (0.03, -0.08, 0)),
    "corner_r": ((-0.03, -0.07, 0), (-0.03, -0.08, 0)),
    "side_l": ((0.015, -0.078, 0.004), (0.015, -0.088, 0.004)),
    "side_r": ((-0.015, -0.078, 0.004), (-0.015, -0.088, 0.004)),
    "low_l": ((0.015, -0.078, -0.004), (0.015, -0.088, -0.004)),
    "low_r": ((-0.015, -0.078, -0.004), (-0.015, -0.088, -0.004)),
    "tongue": ((0, -0.03, -0.01), (0, -0.05, -0.01)),
}
RIGS = {
    "auto-rig-pro": "c_jawbone.x c_lips_top.x c_lips_bot.x c_lips_smile.l c_lips_smile.r c_lips_top.l "
    "c_lips_top.r c_lips_bot.l c_lips_bot.r c_tong_01.x",
    "cloudrig": "MSTR-Jaw STR-Lip_Top STR-Lip_Bot STR-Lip_Corner.L STR-Lip_Corner.R STR-Lip_Top.L "
    "STR-Lip_Top.R STR-Lip_Bot.L STR-Lip_Bot.R tongue",
    "blender-studio": "Jaw MSTR-Lip_Top MSTR-Lip_Bottom ACT-Lips_Corner.L ACT-Lips_Corner.R a b c d e",
    "mpfb-bones": "jaw oris05 oris01 oris03.L oris03.R oris06.L oris06.R oris02 x tongue00",
}


UPPER_BONES = {
    "brow_l": ((0.03, -0.07, 0.06), (0.03, -0.08, 0.06)),
    "lid_top_l": ((0.03, -0.08, 0.045), (0.03, -0.09, 0.045)),
    "lid_bottom_l": ((0.03, -0.08, 0.035), (0.03, -0.09, 0.035)),
    "brow_r": ((-0.03, -0.07, 0.06), (-0.03, -0.08, 0.06)),
    "lid_top_r": ((-0.03, -0.08, 0.045), (-0.03, -0.09, 0.045)),
    "lid_bottom_r": ((-0.03, -0.08, 0.035), (-0.03, -0.09, 0.035)),
}
UPPER_NAMES = (
    "MSTR-Eyebrow.L ACT-Eyelid_Upper.L ACT-Eyelid_Lower.L MSTR-Eyebrow.R MSTR-Eyelid_Upper.R "
    "MSTR-Eyelid_Lower.R"
)


def boned_face(
    names: list[str],
    roll: float,
    lying: bool,
    places: dict[str, tuple[tuple[float, float, float], ...]] = FACE_BONES,
) -> bpy.types.Object:
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    if lying:  # as an importer leaves it: Y up inside, turned upright by the object
        rig.rotation_euler.x = np.pi / 2
    bpy.ops.object.mode_set(mode="EDIT")
    for i, (name, ends) in enumerate(zip(names, places.values(), strict=True)):
        made = data.edit_bones.new(name)
        made.head, made.tail = [(x, z, -y) if lying else (x, y, z) for x, y, z in ends]
        made.roll = roll * (i + 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


@pytest.mark.parametrize("profile", RIGS)
@pytest.mark.parametrize(("roll", "lying"), [(0.0, False), (0.0, True), (np.pi / 2, False), (np.pi, True)])
def test_bones_move_where_they_should_however_they_are_rolled(
    extension: object, profile: str, roll: float, lying: bool
) -> None:
    names = RIGS[profile].split()
    rig = boned_face(names, roll, lying)
    bones = dict(zip(FACE_BONES, names, strict=True))
    bpy.context.scene.bilabial.draft.character = rig
    assert rig_probe.identify(rig_probe.probe(rig))[0].profile.name == profile
    assert bpy.ops.bilabial.prepare() == {"FINISHED"}

    def at(control: str, bone: str, end: str = "head") -> np.ndarray:
        for name in ("Ah", "Ee", "U"):
            rig[speech.property_name(name)] = float(name == control)
        rig.update_tag()
        bpy.context.view_layer.update()
        return np.array(rig.matrix_world @ getattr(rig.pose.bones[bones[bone]], end))

    assert at("Ah", "jaw", "tail")[2] < at("", "jaw", "tail")[2] - 0.01
    assert np.ptp([at("Ee", "corner_l")[0], at("Ee", "corner_r")[0]]) > 0.062
    assert np.ptp([at("U", "corner_l")[0], at("U", "corner_r")[0]]) < 0.05
    assert at("U", "top")[1] < at("", "top")[1] - 0.003
    assert at("Ee", "bottom")[2] < at("", "bottom")[2]


@pytest.mark.parametrize("profile", ["cloudrig", "blender-studio"])
@pytest.mark.parametrize(("roll", "lying"), [(0.0, False), (np.pi / 2, True)])
def test_brows_and_lids_of_cloudrig_go_where_they_should(
    extension: object, profile: str, roll: float, lying: bool
) -> None:
    names = (RIGS[profile] + " " + UPPER_NAMES).split()
    places = {**FACE_BONES, **UPPER_BONES}
    rig = boned_face(names, roll, lying, places)
    bones = dict(zip(places, names, strict=True))
    character = rig_probe.probe(rig)
    fit = rig_probe.fit(character, rig_probe.identify(character)[0])
    composer = FaceComposer(fit.profile)
    assert fit.profile.name == profile and composer.left_out(("brows", "blinks", "emotion")) == ()
    neutral = np.zeros((1, len(CONTROLS)))

    def heights(**layers: list[float]) -> dict[str, float]:
        rows = {name: np.array([values], float) for name, values in layers.items()}
        values = composer(neutral, rows).values[0]
        for name, value in zip(fit.profile.channels, values, strict=True):
            for target in fit.targets[name]:
                numbers.set_value(target, float(value))
        bpy.context.view_layer.update()
        return {name: (rig.matrix_world @ rig.pose.bones[bones[name]].head)[2] for name in UPPER_BONES}

    rest, shut, up = heights(), heights(blinks=[1.0, 1.0]), heights(brows=[1.0, 1.0, 1.0, 0.0, 0.0])
    for side in "lr":
        assert abs(shut[f"lid_top_{side}"] - shut[f"lid_bottom_{side}"]) < 1e-4
        assert up[f"brow_{side}"] - rest[f"brow_{side}"] > 0.005
    wink = heights(blinks=[1.0, 0.0])
    assert wink["lid_top_r"] == pytest.approx(rest["lid_top_r"], abs=1e-5)


# Where MakeHuman's default rig has them on the left side, in metres from between its eyes.
MAKEHUMAN_EYE = {
    "orbicularis03": ((0.0289, -0.0181, 0.0355), (0.0306, -0.054, 0.0443)),
    "orbicularis04": ((0.0289, -0.0181, 0.0355), (0.0307, -0.0535, 0.0213)),
    "temporalis01": ((0.0605, -0.0037, 0.0425), (0.0523, -0.0213, 0.0422)),
    "oculi02": ((0.0523, -0.0213, 0.0422), (0.032, -0.0393, 0.0568)),
    "oculi01": ((0.032, -0.0393, 0.0568), (0.0153, -0.0434, 0.0581)),
}


def test_makehumans_lids_meet_and_its_brows_rise(extension: object) -> None:
    """Lids that turn about the middle of the eye, brows that hang on one another."""
    mirrored = {
        f"{name}.{side}": tuple((x if side == "L" else -x, y, z) for x, y, z in ends)
        for side in "LR"
        for name, ends in MAKEHUMAN_EYE.items()
    }
    names = [*RIGS["mpfb-bones"].split(), *mirrored]
    rig = boned_face(names, 0.0, False, {**FACE_BONES, **mirrored})
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    for side in "LR":
        bones[f"oculi01.{side}"].parent = bones[f"oculi02.{side}"]
        bones[f"oculi02.{side}"].parent = bones[f"temporalis01.{side}"]
    for bone in bones:
        bone.align_roll((0.0, 0.0, 1.0))
    bpy.ops.object.mode_set(mode="OBJECT")
    character = rig_probe.probe(rig)
    fit = rig_probe.fit(character, rig_probe.identify(character)[0])
    composer = FaceComposer(fit.profile)
    assert fit.profile.name == "mpfb-bones" and composer.left_out(("brows", "blinks", "emotion")) == ()
    rig_probe.use_euler(fit.targets)

    def tips(**layers: list[float]) -> dict[str, np.ndarray]:
        rows = {name: np.array([values], float) for name, values in layers.items()}
        values = composer(np.zeros((1, len(CONTROLS))), rows).values[0]
        for name, value in zip(fit.profile.channels, values, strict=True):
            for target in fit.targets[name]:
                numbers.set_value(target, float(value))
        bpy.context.view_layer.update()
        return {name: np.array(rig.pose.bones[name].tail) for name in mirrored}

    rest, shut = tips(), tips(blinks=[1.0, 1.0])
    inner, outer = tips(brows=[1.0, 0, 0, 0, 0]), tips(brows=[0, 1.0, 1.0, 0, 0])
    down = tips(brows=[0, 0, 0, 1.0, 1.0])
    for side in "LR":
        lids = f"orbicularis03.{side}", f"orbicularis04.{side}"
        apart, closed = (abs(found[lids[0]][2] - found[lids[1]][2]) for found in (rest, shut))
        assert closed < 0.12 * apart
        brow = f"oculi01.{side}"
        for raised, least in ((inner, 0.004), (outer, 0.003)):
            assert raised[brow][2] - rest[brow][2] > least
        assert down[brow][2] - rest[brow][2] < -0.003


def shown(head: bpy.types.Object, name: str, control: str = "Ah") -> float:
    head[speech.property_name(control)] = 1.0
    head.update_tag()
    bpy.context.view_layer.update()
    return float(head.data.shape_keys.key_blocks[name].value)


@pytest.mark.parametrize("dressing", ['say "{}"', "лицо.{}", "顔_{}", "a\\b {}", "{}']"])
def test_names_in_any_script_and_with_quotes(line: bpy.types.PropertyGroup, dressing: str) -> None:
    head = fabricate.mesh('The "face"', [dressing.format(name) for name in fabricate.ARKIT_MOUTH])
    line.character = head
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    assert shown(head, dressing.format("jawOpen")) > 0.5


def test_shapes_that_go_beyond_one_stay_within_the_profile(line: bpy.types.PropertyGroup) -> None:
    for block in line.character.data.shape_keys.key_blocks[1:]:
        block.slider_min, block.slider_max = -2.0, 5.0
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    line.character[speech.property_name("Jaw")] = 1.0
    assert 0.5 < shown(line.character, "jawOpen") <= 1.0


def test_two_rigs_that_move_one_mesh_share_a_face(line: bpy.types.PropertyGroup) -> None:
    head = line.character
    rigs = [fabricate.armature(name, ["head"]) for name in ("One", "Two")]
    for rig in rigs:
        head.modifiers.new("Armature", "ARMATURE").object = rig
    line.character = rigs[0]
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    made = lines.active(bpy.context.scene)
    made.character = rigs[1]  # the other one claims the same face: refused, and nothing of the first changes
    before = {d.data_path: d.driver.expression for d in head.data.shape_keys.animation_data.drivers}
    with pytest.raises(RuntimeError, match=r"driver|claims|speech"):
        bpy.ops.bilabial.generate()
    assert {d.data_path: d.driver.expression for d in head.data.shape_keys.animation_data.drivers} == before
