"""Brows, lids and eyes of rigs whose profile has none, by the names of another set."""

from __future__ import annotations

import pytest

from bilabial.expression.compose import FaceComposer
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
