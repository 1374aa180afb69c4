"""Drawn mouths that are no shape keys: one number or one visible thing at a time, on whole frames."""

from __future__ import annotations

from pathlib import Path

import bpy
import fabricate
import pytest
from addon.line import lines
from addon.rig import rig_probe

LETTERS = "ABCDEFGHX"


@pytest.fixture
def plane(extension: object, tmp_path: Path) -> bpy.types.Object:
    """A cut-out: a plane without a face, two seconds of sound from frame 1 on and somebody's timings."""
    data = bpy.data.meshes.new("Mouth")
    data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
    found = bpy.data.objects.new("Mouth", data)
    bpy.context.scene.collection.objects.link(found)
    draft = bpy.context.scene.bilabial.draft
    draft.character, draft.source, draft.start = found, "FILE", 1.0
    draft.file = str(fabricate.tone(tmp_path / "a.wav"))
    draft.phones_file = str(fabricate.textgrid(tmp_path / "a.TextGrid"))
    return found


def played(read) -> list[int]:  # type: ignore[no-untyped-def]
    """What a number is on each frame of the line."""
    scene = bpy.context.scene
    values = []
    for frame in range(1, 49):
        scene.frame_set(frame)
        values.append(read())
    return values


def generate(**drawings: object) -> None:
    assert bpy.ops.bilabial.retarget_drawings(**drawings) == {"FINISHED"}
    assert bpy.ops.bilabial.generate() == {"FINISHED"}


def speaks(values: list[int], first: int = 0) -> None:
    """m is A, an open vowel C or D, f is G, and the line begins and ends on X."""
    letters = [LETTERS[round(value) - first] for value in values]
    assert letters[0] == letters[-1] == "X"
    assert {"A", "G"} <= set(letters) and set(letters) & {"C", "D"}
    assert letters.index("A") < letters.index("G")


def test_an_integer_property(plane: bpy.types.Object) -> None:
    plane['mouth "2D"'] = 0
    generate(path='bpy.data.objects["Mouth"]["mouth \\"2D\\""]', first=10)
    speaks(played(lambda: plane['mouth "2D"']), first=10)
    assert bpy.ops.bilabial.generate() == {"FINISHED"}  # again: nothing is lost
    speaks(played(lambda: plane['mouth "2D"']), first=10)


def test_an_image_sequence(plane: bpy.types.Object) -> None:
    material = bpy.data.materials.new("Lips")
    if material.node_tree is None:  # from 5.0 on a material has nodes, and the switch warns
        material.use_nodes = True
    plane.active_material = material
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.name = "Sequence"
    generate(path='bpy.data.materials["Lips"].node_tree.nodes["Sequence"].image_user.frame_offset', first=1)
    speaks(played(lambda: node.image_user.frame_offset), first=1)


def test_geometry_nodes(plane: bpy.types.Object) -> None:
    group = bpy.data.node_groups.new("Switch", "GeometryNodeTree")
    socket = group.interface.new_socket("Mouth", in_out="INPUT", socket_type="NodeSocketInt")
    modifier = plane.modifiers.new("Nodes", "NODES")
    modifier.node_group = group
    generate(path=f'bpy.data.objects["Mouth"].modifiers["Nodes"]["{socket.identifier}"]')
    speaks(played(lambda: modifier[socket.identifier]))


def test_frames_of_a_grease_pencil_layer(plane: bpy.types.Object) -> None:
    if hasattr(bpy.data, "grease_pencils_v3"):
        data = bpy.data.grease_pencils_v3.new("Drawn")
    else:
        data = bpy.data.grease_pencils.new("Drawn")
    drawn = bpy.data.objects.new("Drawn", data)
    bpy.context.scene.collection.objects.link(drawn)
    try:
        modifier = drawn.modifiers.new("Time", "GREASE_PENCIL_TIME")
        path = 'bpy.data.objects["Drawn"].modifiers["Time"].offset'
    except TypeError:  # 4.2: the older Grease Pencil
        modifier = drawn.grease_pencil_modifiers.new("Time", "GP_TIME")
        path = 'bpy.data.objects["Drawn"].grease_pencil_modifiers["Time"].offset'
    modifier.mode = "FIX"
    lines.active(bpy.context.scene).character = drawn
    generate(path=path, first=1)
    speaks(played(lambda: modifier.offset), first=1)


def test_an_enum(plane: bpy.types.Object) -> None:
    generate(path='bpy.data.objects["Mouth"].track_axis', first=0)
    shown = played(lambda: plane.track_axis)
    assert len(set(shown)) > 2


@pytest.mark.parametrize("things", ["objects", "collections"])
def test_visibility(plane: bpy.types.Object, things: str) -> None:
    made = {}
    for letter in LETTERS:
        if things == "objects":
            made[letter] = bpy.data.objects.new(f"mouth_{letter}", None)
            made[letter].parent = plane
            bpy.context.scene.collection.objects.link(made[letter])
        else:
            made[letter] = bpy.data.objects.new(f"picture {letter}", None)
            holder = bpy.data.collections.new(f"mouth_{letter}")
            holder.objects.link(made[letter])
            bpy.context.scene.collection.children.link(holder)
    generate()
    shown = played(
        lambda: "".join(n for n, one in made.items() if not one.hide_render and not one.hide_viewport)
    )
    assert all(len(letters) == 1 for letters in shown), shown
    speaks([LETTERS.index(letter) for letter in shown])


def test_what_is_no_number_is_refused_in_a_sentence(plane: bpy.types.Object) -> None:
    for path, said in (
        ("scene.frame_current", "Copy Full Data Path"),
        ('bpy.data.objects["Nobody"].hide_render', "has no 'Nobody'"),
        ('bpy.data.objects["Mouth"]["nothing"]', "leads nowhere"),
        ("", "named after"),
        ('__import__("os").getcwd()', "Copy Full Data Path"),
    ):
        with pytest.raises(RuntimeError, match=said):
            bpy.ops.bilabial.retarget_drawings(path=path)
    assert lines.active(bpy.context.scene).own_profile is None
    with pytest.raises(RuntimeError, match="neither shape keys nor bones"):
        bpy.ops.bilabial.generate()
    assert rig_probe.Character(plane, (), ()).all_meshes() == ()


@pytest.mark.parametrize("target", ["CONTROLS", "BAKE"])
def test_a_drawn_mouths_face_has_its_layers_too(plane: bpy.types.Object, target: str) -> None:
    """Brows, lids and the turn of the head beside a mouth that is drawn: shapes of the same character."""
    plane.shape_key_add(name="Basis")
    for name in ("browDownLeft", "browDownRight", "eyeBlinkLeft", "eyeBlinkRight"):
        plane.shape_key_add(name=name).data[0].co.z += 0.1
    plane["mouth"] = 0
    draft = bpy.context.scene.bilabial.draft
    draft.target = target
    draft.face_emotion, draft.face_feeling, draft.face_blinks, draft.face_head = True, "ANGER", True, True
    generate(path='bpy.data.objects["Mouth"]["mouth"]')
    line = lines.active(bpy.context.scene)
    assert "left out" not in line.report, line.report
    speaks(played(lambda: plane["mouth"]))
    frowns = played(lambda: plane.data.shape_keys.key_blocks["browDownLeft"].value)
    assert max(frowns) > 0.5
    assert max(map(abs, played(lambda: plane["Speech Head Pitch"]))) > 0.1
