"""Brows, lids and eyes of rigs whose profile has none, by the names of another set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bilabial.errors import RigError
from bilabial.expression.compose import FaceComposer, face_matrix
from bilabial.expression.names import SHAPES
from bilabial.retarget.profile import RigProfile
from bilabial.retarget.profile_entries import Channel
from bilabial.retarget.profile_format import format_profile, load_profile, parse_profile
from bilabial.retarget.upper_face import borrowed

OCULUS = (
    "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U",
)  # fmt: skip
VISEMES = tuple(f"viseme_{name}" for name in OCULUS)


def test_an_avatar_of_visemes_blinks_by_its_arkit_shapes() -> None:
    shapes = ("eyeBlink_L", "eyeBlink_R", "browInnerUp", "browDown_L", "browDown_R", "eyeLookUpLeft")
    found = borrowed(load_profile("oculus-15"), (*VISEMES, *shapes))
    assert found is not None
    upper, matched = found
    assert set(matched.values()) == set(shapes)
    assert FaceComposer(upper).left_out(("brows", "blinks", "emotion")) == ()
    assert not upper.driven


def test_what_a_profile_shows_itself_is_not_borrowed() -> None:
    assert borrowed(load_profile("arkit-52"), ("eyeBlinkLeft", "eyeBlinkRight", "Fcl_EYE_Close_L")) is None


@pytest.mark.parametrize("shapes", [(), ("Fat", "Muscular"), ("wink",), ("browInnerUp",)])
def test_one_name_or_none_is_no_face(shapes: tuple[str, ...]) -> None:
    assert borrowed(load_profile("oculus-15"), (*VISEMES, *shapes)) is None


@pytest.mark.parametrize("name", ["daz-genesis-8", "daz-genesis-8-1", "daz-genesis-9"])
def test_daz_figures_raise_both_brows_and_blink(name: str) -> None:
    profile = load_profile(name)
    assert FaceComposer(profile).left_out(("brows", "blinks", "emotion")) == ()
    matrix = face_matrix(profile)
    for shape in ("browInnerUp", "eyeBlinkLeft", "eyeBlinkRight", "browOuterUpLeft"):
        moved = {c: w for c, w in zip(profile.channels, matrix[SHAPES.index(shape)], strict=True) if w}
        assert moved and all(weight == pytest.approx(1.0) for weight in moved.values()), (shape, moved)
    if name != "daz-genesis-8-1":  # 8.1 has one control for both
        assert (matrix[SHAPES.index("browInnerUp")] > 0.0).sum() == 2


def face_of_bones(limits: tuple[float, float] = (-0.4, 0.4)) -> RigProfile:
    brow = Channel("brow", kind="bone", bone="brow.L", transform="location", axis="y", limits=limits)
    return RigProfile("own", "Own", {"brow": brow}, (), face={"browOuterUpLeft": {"brow": 0.1}})


def raised(profile: RigProfile) -> float:
    rows = {"brows": np.array([[0.0, 1.0, 0.0, 0.0, 0.0]])}
    return float(FaceComposer(profile)(np.zeros((1, 31)), rows).values[0, 0])


def test_bones_of_a_face_move_as_their_profile_says() -> None:
    profile = face_of_bones()
    assert raised(profile) == pytest.approx(0.1)
    assert raised(profile.scaled({"brow": 0.07})) == pytest.approx(0.007)  # in this rig's distances
    assert raised(profile.turned({"brow": ("z", -1.0)})) == pytest.approx(-0.1)  # its axis runs the other way
    again = parse_profile(format_profile(profile), "a test")
    assert again.face == profile.face
    assert FaceComposer(profile).left_out(("brows", "blinks")) == ("blinks",)


def test_a_face_of_shapes_that_nobody_knows_is_refused() -> None:
    with pytest.raises(RigError, match="face names 'browsUp'"):
        replace(face_of_bones(), face={"browsUp": {"brow": 0.1}})
