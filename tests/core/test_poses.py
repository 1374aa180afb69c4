"""Unknown rigs taught by poses: known sets, single sounds, neighbours, closures."""

from __future__ import annotations

import numpy as np
import pytest

from bilabial.controls import CONTROLS, SHAPES
from bilabial.errors import RigError
from bilabial.retarget.check import check
from bilabial.retarget.evaluate import evaluate
from bilabial.retarget.pose_labels import LABELS, REST
from bilabial.retarget.pose_list import Row, guess, teach_rows
from bilabial.retarget.poses import inherit, rest_of, teach, with_closures
from bilabial.retarget.profile import RigProfile
from bilabial.retarget.profile_entries import Channel, Term

CHANNELS = {
    "drop": Channel(
        "drop", kind="bone", bone="k", transform="rotation", axis="x", part="jaw", limits=(-0.1, 0.6)
    ),
    "wide": Channel("wide", limits=(-1.0, 1.0)),
    "purse": Channel("purse"),
    "tuck": Channel("tuck"),
}
BLANK = RigProfile("own", "Own", CHANNELS, ())
META = {
    "Face_sil": {}, "Face_PP": {"tuck": 0.2}, "Face_FF": {"tuck": 0.9, "drop": 0.05},
    "Face_TH": {"drop": 0.1},
    "Face_DD": {"drop": 0.12}, "Face_kk": {"drop": 0.15}, "Face_CH": {"purse": 0.6, "drop": 0.05},
    "Face_SS": {"wide": 0.5}, "Face_nn": {"drop": 0.1}, "Face_RR": {"purse": 0.4}, "Face_aa": {"drop": 0.5},
    "Face_E": {"drop": 0.3, "wide": 0.4},
    "Face_ih": {"drop": 0.1, "wide": 0.8}, "Face_oh": {"drop": 0.3, "purse": 0.5},
    "Face_ou": {"purse": 1.0},
}  # fmt: skip


def said(profile: RigProfile, control: str, jaw: float = 0.6) -> dict[str, float]:
    row = np.zeros((1, len(CONTROLS)))
    row[0, :2] = jaw, 0.6
    row[0, CONTROLS.index(control)] = 1.0
    return dict(zip(profile.channels, evaluate(profile, row)[0].tolist(), strict=True))


def test_poses_that_make_a_known_set_speak_as_that_set() -> None:
    found = teach(BLANK, META)
    profile = found.profile
    assert {"Ah", "Ee", "U", "MBP", "FV", "S"} <= set(found.taught) and not found.unused
    assert said(profile, "Ah")["drop"] == pytest.approx(0.5, rel=0.3)
    assert said(profile, "Ah", jaw=0.3)["drop"] < 0.6 * said(profile, "Ah")["drop"]  # the Jaw dial reaches it
    assert said(profile, "Ee")["wide"] > 0.5 and said(profile, "U")["purse"] > 0.8
    assert said(profile, "FV")["tuck"] == pytest.approx(0.9, abs=0.01)
    assert {t.part for t in profile.terms_by("MBP")} == {"seal"}
    assert all(profile.terms_by(control) for control in SHAPES if control != "GKa")


def test_clips_of_amazons_visemes_tell_small_letters_from_capitals() -> None:
    clips = {
        "sil": {}, "p": {"tuck": 0.2}, "f": {"tuck": 0.9}, "t": {"drop": 0.1}, "T": {"drop": 0.2},
        "s": {"wide": 0.5}, "S": {"purse": 0.6}, "k": {"drop": 0.15}, "r": {"purse": 0.4}, "a": {"drop": 0.6},
        "e": {"wide": 0.3}, "E": {"drop": 0.3, "wide": 0.4}, "i": {"wide": 0.8}, "o": {"purse": 0.7},
        "O": {"drop": 0.4, "purse": 0.5}, "u": {"purse": 1.0}, "@": {"drop": 0.2},
        "stand_talk": {"wide": 0.1},
    }  # fmt: skip
    found = teach(BLANK, clips)
    assert set(found.unused) == {"stand_talk"}
    assert not found.inherited
    profile = found.profile
    assert said(profile, "S")["wide"] > 0.4 > said(profile, "S")["purse"]
    assert said(profile, "ShChZh")["purse"] > 0.4 > said(profile, "ShChZh")["wide"]
    assert said(profile, "FV")["tuck"] == pytest.approx(0.9, abs=0.01)


def test_four_poses_named_after_sounds_are_enough() -> None:
    poses = {"A": {"drop": 0.5}, "EE": {"wide": 0.8, "drop": 0.1}, "oo": {"purse": 1.0}, "M": {"tuck": 0.3}}
    found = teach(BLANK, {**poses, "wave hand": {"wide": -0.5}})
    assert found.taught == {"Ah": "A", "Ee": "EE", "U": "oo", "MBP": "M"}
    assert found.unused == ("wave hand",)
    profile = found.profile
    assert 0.0 < said(profile, "Eh")["drop"] < 0.5 and said(profile, "Eh")["wide"] > 0.1
    assert said(profile, "WA_PEDAL")["purse"] > 0.8
    assert said(profile, "Oh")["drop"] > 0.1 and said(profile, "Oh")["purse"] > 0.2
    assert said(profile, "Wa")["drop"] == 0.0 and said(profile, "MBPa")["tuck"] == pytest.approx(0.3)
    assert not profile.terms_by("FV") or said(profile, "FV")["tuck"] == 0.0  # m teaches no f
    assert "inherited" in found.text() and "wave hand" in found.text()


def test_closures_are_inferred_from_what_opens_the_lips() -> None:
    profile = with_closures(
        teach(BLANK, META).profile, {"drop": 2.0, "wide": 0.1, "purse": 0.3, "tuck": -0.1}
    )
    assert check(profile, rows=3000).closed_gap < 0.1
    row = np.zeros((1, len(CONTROLS)))
    row[0, :2] = 1.0
    row[0, [CONTROLS.index("Ah"), CONTROLS.index("MBP")]] = 1.0
    values = dict(zip(profile.channels, evaluate(profile, row)[0].tolist(), strict=True))
    assert values["drop"] == 0.0 and values["tuck"] == pytest.approx(0.2, abs=0.01)


def test_what_cannot_be_learnt_is_refused_in_a_sentence() -> None:
    with pytest.raises(RigError, match="no pose moves anything"):
        teach(BLANK, {"A": {}, "rest": {"drop": 0.0}})
    with pytest.raises(RigError, match="named after a phone"):
        teach(BLANK, {"run": {"drop": 0.3}, "walk": {"wide": 0.3}})
    with pytest.raises(RigError, match="does not have"):
        teach(BLANK, {"A": {"nose": 0.3}})


def test_nothing_is_inherited_by_a_rig_that_learnt_nothing() -> None:
    assert inherit(BLANK) == (BLANK, {})
    profile, inherited = inherit(RigProfile("own", "Own", CHANNELS, (Term("Ah", "drop", "jaw", 0.5),)))
    assert inherited["Aa"] == ("Ah",) and "MBP" not in inherited
    assert rest_of(["aa", "Rest"]) == "Rest" and rest_of(["aa"]) is None
    assert profile.terms_by("Eh")


def as_guessed(names: list[str]) -> list[Row]:
    found = guess(names)
    return [Row(name, found[name]) if name in found else Row(name) for name in names]


def test_a_list_that_stands_as_guessed_teaches_what_the_names_teach() -> None:
    rows = as_guessed(list(META))
    assert {row.pose: row.control for row in rows}["Face_sil"] == REST
    assert all(row.control in LABELS and row.control != "NONE" for row in rows)
    by_rows, by_names = teach_rows(BLANK, META, rows), teach(BLANK, META)
    assert set(by_rows.profile.terms) == set(by_names.profile.terms)
    few = {
        "A": {"drop": 0.5},
        "EE": {"wide": 0.8},
        "oo": {"purse": 1.0},
        "M": {"tuck": 0.3},
        "wave": {"wide": -0.5},
    }
    found = teach_rows(BLANK, few, as_guessed(list(few)))
    assert set(found.profile.terms) == set(teach(BLANK, few).profile.terms)
    assert found.unused == ("wave",)


def test_what_a_hand_chose_wins_over_the_name() -> None:
    rows = [Row(row.pose, "S" if row.pose == "Face_CH" else row.control) for row in as_guessed(list(META))]
    with pytest.raises(RigError, match="'Face_CH' and 'Face_SS' are both s z"):
        teach_rows(BLANK, META, rows)
    rows = [row for row in rows if row.pose != "Face_SS"]
    found = teach_rows(BLANK, META, rows)
    assert found.taught["S"] == "Face_CH"
    assert said(found.profile, "S")["purse"] == pytest.approx(0.6, abs=0.01)
    assert said(found.profile, "Ah") == said(teach(BLANK, META).profile, "Ah")  # the rest is the set's


def test_one_pose_may_be_several_sounds_and_names_that_say_nothing_are_left_empty() -> None:
    poses = {f"Pose {i}": {"drop": 0.1 * i} for i in range(1, 5)}
    assert guess(poses) == {}
    found = teach_rows(
        BLANK, poses, [Row("Pose 4", "Ah"), Row("Pose 1", "S"), Row("Pose 1", "LNTD"), Row("Pose 2")]
    )
    assert found.taught == {"Ah": "Pose 4", "S": "Pose 1", "LNTD": "Pose 1"} and found.unused == ("Pose 2",)


def test_a_list_that_cannot_be_is_refused_in_a_sentence() -> None:
    poses = {"Pose 1": {"drop": 0.3}, "Pose 2": {}}
    for rows, why in (
        ([], "has a phone yet"),
        ([Row("Pose 1"), Row("Pose 2", REST)], "has a phone yet"),
        ([Row("Pose 2", "Ah")], "moves anything"),
        ([Row("Pose 9", "MBP")], "'Pose 9' that moves this rig: choose another for m b p"),
        ([Row("", "MBP")], "row m b p has no pose"),
        ([Row("Pose 1", "Ah"), Row("Pose 2", "Ah")], "both ah"),
    ):
        with pytest.raises(RigError, match=why):
            teach_rows(BLANK, poses, rows)
