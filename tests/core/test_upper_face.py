"""Brows, lids and eyes of rigs whose profile has none, by the names of another set."""

from __future__ import annotations

import pytest

from bilabial.expression.compose import FaceComposer, face_matrix
from bilabial.expression.names import SHAPES
from bilabial.retarget.profile_format import load_profile
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
