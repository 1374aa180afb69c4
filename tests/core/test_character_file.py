"""Names that a character's own file gives: a made-up VRM, in both of its versions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from bilabial.controls import CONTROLS
from bilabial.errors import FormatError
from bilabial.exchange.character_file import read_character
from bilabial.expression.compose import FaceComposer, face_matrix
from bilabial.expression.names import SHAPES
from bilabial.retarget.evaluate import evaluate
from bilabial.retarget.file_profile import profile_of

sys.path.append(str(Path(__file__).resolve().parents[1] / "proof"))

import made_vrm


@pytest.mark.parametrize("version", [0, 1])
def test_names_and_expressions_of_both_versions(tmp_path: Path, version: int) -> None:
    file = read_character(made_vrm.write(tmp_path / "made.vrm", version))
    (mesh,) = file.meshes
    assert mesh.name == "FaceMesh" and mesh.shapes == made_vrm.SHAPES == file.named()[0]
    assert mesh.unnamed == tuple(f"target_{i}" for i in range(len(made_vrm.SHAPES)))
    assert set(file.expressions) == {"aa", "ih", "ou", "ee", "oh", "blink", "lookUp", "angry"}
    assert [(m.shape, m.weight) for m in file.expressions["ee"]] == [(1, 0.5), (3, 1.0)]
    assert file.bones == {"head": "Bone B", "neck": "Bone A"}


def test_shapes_without_any_name_are_called_by_the_expression_that_they_alone_are(tmp_path: Path) -> None:
    file = read_character(made_vrm.write(tmp_path / "mute.vrm", named=False))
    assert file.named()[0] == ("aa", "ih", "ou", "", "", "", "lookUp", "")


def test_the_files_own_expressions_speak_blink_look_and_feel(tmp_path: Path) -> None:
    file = read_character(made_vrm.write(tmp_path / "made.vrm"))
    profile = profile_of(file, file.named(), "made")
    assert profile is not None and profile.body == {"head": ("Bone B",), "neck": ("Bone A",)}
    assert FaceComposer(profile).left_out(("emotion", "blinks")) == ()
    rows = np.zeros((3, len(CONTROLS)))
    rows[:, :2] = 0.6
    rows[0, CONTROLS.index("Ah")] = rows[1, CONTROLS.index("Ee")] = 1.0
    rows[2, [CONTROLS.index("Ah"), CONTROLS.index("MBP")]] = 1.0
    values = {n: v for n, v in zip(profile.channels, evaluate(profile, rows).T, strict=True)}
    assert values["m open"][0] > 0.5 and values["m wide"][1] > 0.3
    assert not any(values[name][2] for name in profile.gap), "lips stand open on m"
    assert [name for name, opens in profile.gap.items() if not opens] == ["lid L", "lid R", "look up"]
    matrix = face_matrix(profile)
    moved = {
        name: set(np.flatnonzero(column)) for name, column in zip(profile.channels, matrix.T, strict=True)
    }
    lids = {SHAPES.index("eyeBlinkLeft"), SHAPES.index("eyeBlinkRight")}
    assert moved["lid L"] == moved["lid R"] == lids
    assert moved["look up"] == {SHAPES.index("eyeLookUpLeft"), SHAPES.index("eyeLookUpRight")}
    assert profile.emotions["anger"] == {"frown": 1.0}, "a mood opens no vowel: the mouth is speech's"


def test_what_is_no_character_is_refused_in_a_sentence(tmp_path: Path) -> None:
    plain = tmp_path / "plain.gltf"
    plain.write_text(json.dumps({"asset": {"version": "2.0"}, "meshes": [{"primitives": [{}]}]}))
    with pytest.raises(FormatError, match=r"no shapes \(morph targets\): pick the file"):
        read_character(plain)
    (tmp_path / "notes.vrm").write_text("not at all")
    with pytest.raises(FormatError, match="no glTF file"):
        read_character(tmp_path / "notes.vrm")


def test_binds_that_name_no_shape_are_left_out(tmp_path: Path) -> None:
    """Editors leave them behind when a mesh goes; weights beyond the whole are the whole."""
    path = made_vrm.write(tmp_path / "left.vrm")
    path.write_bytes(path.read_bytes().replace(b'"index": 7, "weight": 100', b'"index": 9, "weight": 900'))
    file = read_character(path)
    assert [(m.shape, m.weight) for m in file.expressions["angry"]] == [(3, 0.25)]
    path.write_bytes(path.read_bytes().replace(b'"index": 3, "weight": 25}', b'"index":-1, "weight": 25}'))
    assert "angry" not in read_character(path).expressions
