"""Characters whose importer dropped the names of their shapes: given back from the file itself."""

from __future__ import annotations

from pathlib import Path

import bpy
import fabricate
import made_vrm
import pytest
from addon.bilabial.errors import RigError
from addon.host import compat
from addon.line import lines
from addon.rig import rig_probe, staging


@pytest.fixture
def avatar(extension: object, tmp_path: Path) -> tuple[bpy.types.Object, Path]:
    """The made-up VRM through Blender's own glTF importer, and its file."""
    path = made_vrm.write(tmp_path / "made.glb")
    assert bpy.ops.import_scene.gltf(filepath=str(path)) == {"FINISHED"}
    armature = next(o for o in bpy.data.objects if o.type == "ARMATURE")
    bpy.context.scene.bilabial.draft.character = armature
    return armature, path


def shapes() -> list[str]:
    return [block.name for block in bpy.data.meshes["FaceMesh"].shape_keys.key_blocks[1:]]


def test_a_vrm_without_names_is_told_of_its_file(avatar: tuple[bpy.types.Object, Path]) -> None:
    assert shapes() == [f"target_{i}" for i in range(len(made_vrm.SHAPES))]
    with pytest.raises(RigError, match=r"lost their names on import .*Names from File"):
        rig_probe.identify(rig_probe.probe(avatar[0]))


def test_it_speaks_blinks_feels_and_nods_by_what_its_file_says(
    avatar: tuple[bpy.types.Object, Path], tmp_path: Path
) -> None:
    armature, path = avatar
    assert bpy.ops.bilabial.retarget_names(filepath=str(path)) == {"FINISHED"}
    line = lines.active(bpy.context.scene)
    assert "8 shapes have their names again" in line.report and "as its file says" in line.report
    assert shapes() == list(made_vrm.SHAPES)
    line.source, line.file = "FILE", str(fabricate.tone(tmp_path / "line.wav"))
    line.phones_file = str(fabricate.textgrid(tmp_path / "line.TextGrid"))
    line.target = "BAKE"
    for layer in ("blinks", "gaze", "head", "emotion"):
        setattr(line, f"face_{layer}", True)
    line.face_feeling = "ANGER"
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    assert "stays still" not in line.report and "left out" not in line.report, line.report
    key = bpy.data.meshes["FaceMesh"].shape_keys
    most = {
        name: max((point.co[1] for point in fcurve.keyframe_points), default=0.0)
        for name in shapes()
        if (fcurve := compat.channels(key).find(f'key_blocks["{name}"].value')) is not None
    }
    assert most["m open"] > 0.2 and most["m wide"] > 0.1
    assert most["frown"] > 0.3
    assert {"lid L", "lid R", "look up"} <= set(staging.stage(line).face)
    assert armature.pose.bones["Bone B"].constraints, "the bone that the file calls the head does not turn"


def test_a_hands_own_names_stay(avatar: tuple[bpy.types.Object, Path]) -> None:
    key = bpy.data.meshes["FaceMesh"].shape_keys
    key.key_blocks["target_7"].name = "my frown"
    assert bpy.ops.bilabial.retarget_names(filepath=str(avatar[1])) == {"FINISHED"}
    assert shapes() == [*made_vrm.SHAPES[:-1], "my frown"]
    told = staging.fit_of(lines.active(bpy.context.scene)).profile
    assert told.emotions["anger"] == {"my frown": 1.0}  # and it is known for what it is


def test_anothers_file_is_refused_and_nothing_changed(
    avatar: tuple[bpy.types.Object, Path], tmp_path: Path
) -> None:
    bpy.data.meshes["FaceMesh"].shape_keys.key_blocks[1].name = "smirk"
    for i, block in enumerate(bpy.data.meshes["FaceMesh"].shape_keys.key_blocks[1:]):
        block.name = f"own {i}"
    before = shapes()
    with pytest.raises(RuntimeError, match="pick the file that this character was imported from"):
        bpy.ops.bilabial.retarget_names(filepath=str(avatar[1]))
    with pytest.raises(RuntimeError, match="no plain file"):
        bpy.ops.bilabial.retarget_names(filepath=str(tmp_path / "nowhere.vrm"))
    assert shapes() == before
