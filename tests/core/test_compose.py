"""ARKit sets that lack shapes speak with what they have; lips still close, nothing passes its limits."""

from __future__ import annotations

import numpy as np
import pytest

from bilabial.controls import CONTROLS
from bilabial.retarget.check import check
from bilabial.retarget.compose import composed, recipes
from bilabial.retarget.evaluate import evaluate
from bilabial.retarget.profile_format import load_profile
from bilabial.retarget.recognise import LIKELY, RigNames, recognise

ARKIT = load_profile("arkit-52")
SMALL = ("jawOpen", "mouthPucker", "mouthSmileLeft", "mouthSmileRight", "mouthRollLower", "mouthRollUpper")


def spoken(have: tuple[str, ...], control: str) -> dict[str, float]:
    row = np.zeros((1, len(CONTROLS)))
    row[0, :2] = 0.6
    row[0, CONTROLS.index(control)] = 1.0
    profile = composed(ARKIT, have)
    return dict(zip(profile.channels, evaluate(profile, row)[0].tolist(), strict=True))


def test_a_small_set_is_recognised_and_says_what_is_composed() -> None:
    found = recognise(RigNames(SMALL))
    assert found.best is not None and found.best.profile.name == "arkit-52" and found.verdict == LIKELY
    assert "composed of others" in found.reason and "mouthFunnel" in found.best.composed
    profile = found.best.fitted_profile()
    assert set(profile.channels) == set(SMALL)
    assert check(profile, rows=2000).closed_gap == 0.0


def test_what_is_missing_is_composed_of_what_is_there() -> None:
    assert spoken(SMALL, "ShChZh")["mouthPucker"] > 0.7  # the funnel of sh
    assert spoken(SMALL, "Ee")["mouthSmileLeft"] > 0.5  # the stretch of ee
    assert spoken(SMALL, "MBP")["mouthRollLower"] > 0.4  # the press of m
    whole = spoken(tuple(ARKIT.channels), "ShChZh")
    assert whole["mouthFunnel"] == pytest.approx(0.72)  # and nothing changes on a whole set


@pytest.mark.parametrize("seed", range(12))
def test_any_part_of_the_set_makes_a_sound_profile(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    names = np.array(list(ARKIT.channels))
    have = ("jawOpen", *numbers.choice(names, numbers.integers(3, 30), replace=False).tolist())
    profile = composed(ARKIT, have)  # raises where a weight passes a limit
    assert check(profile, rows=500).closed_gap < 1e-9
    assert not set(recipes(ARKIT, have)) & set(have)
