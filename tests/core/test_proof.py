"""What a profile is proved by: a performance with closures, and names as people dress them up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bilabial.controls import CONTROLS
from bilabial.retarget.profile_format import available_profiles, load_profile
from bilabial.retarget.proof import DRESSINGS, names_of, plateaus, prove
from bilabial.retarget.recognise import candidate, recognise


def speech(field: float = 0.6, rows: int = 400) -> np.ndarray:
    """Vowels that come and go, m b p on every second one."""
    dense = np.zeros((rows, len(CONTROLS)))
    dense[:, :2] = field
    bump = np.clip(1.4 * np.hanning(30), 0.0, 1.0)
    for i, start in enumerate(range(10, rows - 40, 20)):
        control = "MBP" if i % 2 else ("Ah", "Ee", "U", "FV")[i // 2 % 4]
        column = dense[start : start + 30, CONTROLS.index(control)]
        np.maximum(column, bump, out=column)
    return dense


@pytest.mark.parametrize("name", ["arkit-52", "rigify-face", "rigify-face-upgraded", "vrm-1", "rhubarb-9"])
def test_a_profile_keeps_its_promises(name: str) -> None:
    found = prove(load_profile(name), speech())
    assert found.closures == len(plateaus(speech(), ("MBP", "MBPa"))) > 5
    assert found.residual == pytest.approx(0.0, abs=1e-9)
    if found.baked_residual is None:
        assert name == "rhubarb-9" and found.keys == 0
    else:
        assert found.baked_residual < 0.02 and found.keys > 50
    assert not found.limits and not found.missed
    assert found.half in ("partial", "none")


def test_a_profile_that_does_not_close_is_shown_up() -> None:
    broken = replace(load_profile("arkit-52"), follows=())
    found = prove(broken, speech())
    assert found.residual is not None and found.residual > 0.02


def test_limits_that_a_shout_runs_into_are_counted() -> None:
    shouted = prove(load_profile("arkit-52"), speech(field=1.0))
    assert shouted.limits["jawOpen"] > 10
    assert shouted.residual == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("dressing", list(DRESSINGS))
def test_a_property_is_found_on_the_bone_that_was_found(dressing: str) -> None:
    """Rigify's mouth_lock sits on the jaw's bone, whatever that is called."""
    profile = load_profile("rigify-face")
    prefix, suffix = DRESSINGS[dressing]
    fits = candidate(profile, names_of(profile, prefix, suffix))
    assert fits.matched["jaw_master.mouth_lock"] == f"{prefix}jaw_master{suffix}.mouth_lock"


@pytest.mark.parametrize("name", available_profiles())
def test_half_a_rig_is_never_taken_for_a_whole_one(name: str) -> None:
    best = recognise(names_of(load_profile(name), every=2)).best
    # Half of Polly's visemes are four of VRM's five vowels, and those may well speak.
    assert best is None or best.profile.name != name
