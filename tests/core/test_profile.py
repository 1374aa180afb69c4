"""Rig profiles: the schema, what it refuses, inheritance, the formula and its Blender driver."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bilabial.retarget.profile as profile_module
from bilabial.controls import CLOSERS, CONTROLS, SHAPES
from bilabial.errors import RigError
from bilabial.retarget.evaluate import evaluate, limits_hit, lip_gap
from bilabial.retarget.expression import EMOTION, HAND, LONGEST, expression
from bilabial.retarget.profile import RigProfile
from bilabial.retarget.profile_entries import Channel, Exclusion, Follow, Term
from bilabial.retarget.profile_format import (
    SCHEMA,
    available_profiles,
    format_profile,
    load_profile,
    parse_profile,
    read_profile,
    save_profile,
)
from bilabial.retarget.sides import side_of

ALL = available_profiles()
COLUMN = {name: i for i, name in enumerate(CONTROLS)}
controls = st.lists(st.floats(0.0, 1.0), min_size=31, max_size=31).map(lambda row: np.array([row]))


def pose(**values: float) -> np.ndarray:
    row = np.zeros((1, 31))
    row[0, COLUMN["Jaw"]] = row[0, COLUMN["Lip"]] = 0.6
    for name, value in values.items():
        row[0, COLUMN[name]] = value
    return row


def by_name(profile: RigProfile, dense: np.ndarray) -> dict[str, float]:
    return dict(zip(profile.channels, evaluate(profile, dense)[0].tolist(), strict=True))


def small(**changes: object) -> str:
    data: dict[str, object] = {
        "schema": SCHEMA,
        "name": "small",
        "title": "A small rig",
        "channels": {"jaw": {"part": "jaw"}, "close": {}, "wide_L": {}, "wide_R": {}},
        "controls": {"Ah": {"jaw": 0.7, "wide_*": 0.2}, "MBP": {"wide_*": {"seal": 0.1}}},
        "exclusions": [{"by": ["MBP"], "channels": ["wide_*"]}],
        "corrections": [{"channel": "close", "follows": "jaw", "by": ["MBP"]}],
        "gap": {"jaw": 1, "close": -1},
    }
    data |= changes
    return json.dumps({key: value for key, value in data.items() if value is not None})


# Reading and writing


@pytest.mark.parametrize("name", ALL)
def test_every_profile_survives_saving(name: str, tmp_path: Path) -> None:
    profile = load_profile(name)
    save_profile(profile, tmp_path / "saved.json")
    again = read_profile(tmp_path / "saved.json")
    dense = np.random.default_rng(1).random((50, 31))
    np.testing.assert_allclose(evaluate(again, dense), evaluate(profile, dense), atol=1e-5)
    assert format_profile(again) == format_profile(profile)
    assert again.poses == profile.poses and again.needed == profile.needed


def test_patterns_stand_for_all_channels_that_match() -> None:
    profile = parse_profile(small())
    assert {term.channel for term in profile.terms_by("Ah")} == {"jaw", "wide_L", "wide_R"}
    assert profile.exclusions[0].channels == ("wide_L", "wide_R")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"controls": {"Ah": {"chin": 0.5}}}, "control 'Ah' names the channel 'chin'"),
        ({"controls": {"Aah": {"jaw": 0.5}}}, "controls names 'Aah'"),
        ({"controls": {"Ah": {"jaw": 1.5}}}, "'Ah' takes the channel 'jaw' to 1.5, past its limits 0..1"),
        ({"controls": {"Ah": {"jaw": {"chin": 0.5}}}}, "the part 'chin'"),
        ({"controls": {"Ah": {"jaw": "much"}}}, "control 'Ah', channel 'jaw': 'much' is not a number"),
        ({"channels": None}, "the entry 'channels' is missing"),
        ({"name": None}, "the entry 'name' is missing"),
        ({"schema": "bilabial/rig-profile/9"}, "update Bilabial"),
        ({"schema": "someone/else/1"}, "a rig profile says"),
        ({"colour": "red"}, "the entry 'colour' is unknown"),
        ({"channels": {"jaw": {"limit": [0, 1]}}}, "unknown entry 'limit'"),
        ({"channels": {"jaw": {"limits": [1, 0]}}, "controls": {}}, "leave no room"),
        ({"channels": {"jaw": {"kind": "bone"}}, "controls": {}}, "needs a bone"),
        ({"exclusions": [{"by": ["MBP"], "channels": ["lip"]}]}, "names the channel 'lip'"),
        ({"exclusions": [{"by": ["M"], "channels": ["jaw"]}]}, "names the control 'M'"),
        ({"exclusions": [{"by": ["MBP"], "channels": ["jaw"], "strength": 2}]}, "strength from 0 to 1"),
        ({"corrections": [{"channel": "close", "by": ["MBP"]}]}, "a correction lacks 'follows'"),
        ({"gap": {"lips": 1}}, "names the channel 'lips'"),
        ({"body": {"tail": ["tail"]}}, "body names 'tail'"),
        ({"body": {"head": "skull"}}, "body's 'head' is a list"),
        ({"derives_from": "arkit-52"}, "needs poses or a mapping"),
        ({"derives_from": "nobody", "poses": {}}, "no rig profile is called 'nobody'"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, object], message: str) -> None:
    if "channels" in changes and changes["channels"] is not None:
        changes = {"exclusions": [], "corrections": [], "gap": {}} | changes
    with pytest.raises(RigError, match=message):
        parse_profile(small(**changes), "small.json")


def test_a_circle_of_corrections_is_named() -> None:
    circle = [
        {"channel": "close", "follows": "jaw", "by": ["MBP"]},
        {"channel": "jaw", "follows": "wide_L", "by": ["MBP"]},
        {"channel": "wide_L", "follows": "close", "by": ["MBP"]},
    ]
    with pytest.raises(RigError, match=r"circle \((close|jaw|wide_L) -> "):
        parse_profile(small(corrections=circle))


def test_json_mistakes_name_line_and_entry() -> None:
    with pytest.raises(RigError, match="line 2"):
        parse_profile('{"schema": 1,\n oops}')
    with pytest.raises(RigError, match="the entry 'Ah' stands twice"):
        parse_profile(small().replace('"MBP": {"wide_*"', '"Ah": {"wide_*"'))
    with pytest.raises(RigError, match="NaN"):
        parse_profile(small().replace("0.7", "NaN"))


def test_the_example_in_the_docs_is_a_profile() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "rigs.md").read_text(encoding="utf-8")
    example = page[page.index('{\n     "schema"') : page.index("| entry | meaning |")]
    profile = parse_profile(example, "docs/rigs.md")
    assert profile.name == "my-wolf" and profile.driven == ("jaw", "close", "wide_L", "wide_R", "jawbone")


# The formula


@given(controls, st.sampled_from(["MBP", "MBPa"]), st.sampled_from(ALL))
@settings(max_examples=80, deadline=None)
def test_lips_close_whatever_the_field_and_the_neighbours(dense: np.ndarray, closer: str, name: str) -> None:
    dense[:, COLUMN[closer]] = 1.0
    profile = load_profile(name)
    assert lip_gap(profile, evaluate(profile, dense))[0] <= 1e-9


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), controls)
@settings(max_examples=60, deadline=None)
def test_mouth_close_is_the_jaw_in_force(jaw: float, lip: float, dense: np.ndarray) -> None:
    dense[:, COLUMN["MBP"]], dense[:, COLUMN["Jaw"]], dense[:, COLUMN["Lip"]] = 1.0, jaw, lip
    values = by_name(load_profile("arkit-52"), dense)
    assert values["mouthClose"] == pytest.approx(values["jawOpen"], abs=1e-12)


@given(controls, st.sampled_from(ALL))
@settings(max_examples=100, deadline=None)
def test_limits_are_kept(dense: np.ndarray, name: str) -> None:
    profile = load_profile(name)
    for (low, high), value in zip(
        (channel.limits for channel in profile.channels.values()), evaluate(profile, dense)[0], strict=True
    ):
        assert low - 1e-12 <= value <= high + 1e-12


def test_weights_hold_at_the_working_point() -> None:
    values = by_name(load_profile("arkit-52"), pose(Ah=1.0))
    wanted = {term.channel: term.weight for term in load_profile("arkit-52").terms_by("Ah")}
    for name, value in values.items():
        assert value == pytest.approx(wanted.get(name, 0.0))


@given(st.sampled_from([s for s in SHAPES if s not in ("MBP", "MBPa", "FV", "FVa")]), st.floats(0.0, 1.0))
@settings(max_examples=40, deadline=None)
def test_one_control_alone_is_linear(control: str, value: float) -> None:
    profile = load_profile("arkit-52")
    full, part = (evaluate(profile, pose(**{control: v})) for v in (1.0, value))
    np.testing.assert_allclose(part, full * value, atol=1e-12)


def test_jaw_scales_jaw_and_tongue_lip_scales_lips() -> None:
    profile = load_profile("arkit-52")
    usual, low_jaw, low_lip = (
        by_name(profile, pose(Th=1.0, **field)) for field in ({}, {"Jaw": 0.3}, {"Lip": 0.3})
    )
    assert low_jaw["jawOpen"] == pytest.approx(usual["jawOpen"] / 2)
    assert low_jaw["tongueOut"] == pytest.approx(usual["tongueOut"] / 2)
    assert low_jaw["mouthUpperUpLeft"] == pytest.approx(usual["mouthUpperUpLeft"])
    assert low_lip["mouthUpperUpLeft"] == pytest.approx(usual["mouthUpperUpLeft"] / 2)
    assert low_lip["jawOpen"] == pytest.approx(usual["jawOpen"])


def test_contact_of_f_and_v_ignores_the_field() -> None:
    profile = load_profile("arkit-52")
    rolled = [
        by_name(profile, pose(FV=1.0, Jaw=jaw, Lip=lip))["mouthRollLower"] for jaw in (0, 1) for lip in (0, 1)
    ]
    assert min(rolled) == max(rolled) > 0.3


def test_a_rig_without_mouth_close_gives_up_its_jaw_instead() -> None:
    full = load_profile("arkit-52")
    less = full.only(name for name in full.channels if name != "mouthClose")
    values = by_name(less, pose(Ah=1.0, MBP=1.0, Jaw=1.0))
    assert values["jawOpen"] == 0.0
    assert values["mouthPressLeft"] > 0.3


def test_limits_hit_are_counted() -> None:
    dense = np.repeat(pose(Ah=1.0, Jaw=1.0), 3, axis=0)
    assert limits_hit(load_profile("arkit-52"), dense) == {"jawOpen": 3}
    assert limits_hit(load_profile("arkit-52"), pose(Ah=0.5)) == {}


# The driver


def _as_blender(text: str, values: dict[str, float]) -> float:
    def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
        return min(max(value, low), high)

    def lerp(a: float, b: float, t: float) -> float:
        return a + (b - a) * t

    return float(eval(text, {"__builtins__": {}}, {"clamp": clamp, "lerp": lerp, "min": min, **values}))


@given(controls, st.sampled_from(ALL))
@settings(max_examples=60, deadline=None)
def test_the_driver_says_what_the_formula_says(dense: np.ndarray, name: str) -> None:
    profile = load_profile(name)
    values = by_name(profile, dense)
    for channel in profile.driven:
        driver = expression(profile, channel)
        assert len(driver.text) <= LONGEST
        inputs = {letter: float(dense[0, COLUMN[control]]) for letter, control in driver.variables.items()}
        unit = max(1.0, profile.channels[channel].unit)
        assert _as_blender(driver.text, inputs) == pytest.approx(values[channel], abs=1e-5 * unit)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("closer", ["MBP", "MBPa"])
def test_driven_lips_are_shut_at_m_b_p_whatever_a_hand_and_an_emotion_add(name: str, closer: str) -> None:
    profile, draw = load_profile(name), np.random.default_rng(12)
    if profile.mode != "blend":
        return
    drivers = {}
    for channel in profile.driven:
        for rooms in ({"hand": True, "emotion": True}, {"hand": True}, {}):
            with suppress(RigError):  # too long for Blender: less room
                drivers[channel] = expression(profile, channel, **rooms)
                break
    for _ in range(12):
        row = draw.random(31)
        row[COLUMN[closer]] = 1.0
        values = {c: channel.neutral for c, channel in profile.channels.items()}
        for channel, driver in drivers.items():
            inputs = {letter: float(row[COLUMN[c]]) for letter, c in driver.variables.items()}
            added = {HAND: draw.uniform(-2.0, 2.0), EMOTION: draw.uniform(-1.0, 1.0)}
            values[channel] = _as_blender(driver.text, {**added, **inputs})
        assert lip_gap(profile, np.array([list(values.values())]))[0] < 1e-3


def many_weights() -> tuple[Term, ...]:
    weights = enumerate(np.linspace(0.01, 0.3, 3 * len(SHAPES)))
    parts = ("jaw", "lip", "seal")
    return tuple(Term(SHAPES[i // 3], "jaw", parts[i % 3], float(weight)) for i, weight in weights)


def test_a_driver_that_does_not_fit_is_refused() -> None:
    exclusions = tuple(
        Exclusion((SHAPES[i], SHAPES[i + 1]), ("jaw",), strength=0.5 + i / 100) for i in range(0, 28, 2)
    )
    profile = RigProfile("long", "Long", {"jaw": Channel("jaw")}, many_weights(), exclusions)
    with pytest.raises(RigError, match=r"'jaw' needs \d+ characters"):
        expression(profile, "jaw")


@pytest.mark.parametrize("unit", [0.004, 1.0, 2.337])
def test_a_driver_of_many_weights_is_rounded_to_steps_of_its_unit(unit: float) -> None:
    """As of poses that were taken from clips: each sound has a weight of its own, in the units of a bone."""
    terms = tuple(Term(t.control, t.channel, t.part, t.weight * unit) for t in many_weights()[::2])
    channel = Channel("jaw", limits=(-unit, unit))
    profile = RigProfile("long", "Long", {"jaw": channel}, terms, (Exclusion(CLOSERS, ("jaw",)),))
    driver = expression(profile, "jaw", hand=True, emotion=True)
    assert len(driver.text) <= LONGEST
    for row in np.eye(31)[2:]:
        dense = np.array([[0.6, 0.6, *row[2:]]])
        inputs = {letter: float(dense[0, COLUMN[control]]) for letter, control in driver.variables.items()}
        value = _as_blender(driver.text, {HAND: 0.0, EMOTION: 0.0, **inputs})
        assert value == pytest.approx(by_name(profile, dense)["jaw"], abs=0.14 * unit)


def test_a_long_driver_is_shortened_by_rounding() -> None:
    terms = tuple(Term(c, "jaw", "jaw", 0.123456 + i / 1000) for i, c in enumerate(SHAPES))
    profile = RigProfile("long", "Long", {"jaw": Channel("jaw")}, terms)
    driver = expression(profile, "jaw")
    assert len(driver.text) <= LONGEST
    dense = np.random.default_rng(8).random((1, 31)) * 0.3
    inputs = {letter: float(dense[0, COLUMN[control]]) for letter, control in driver.variables.items()}
    assert _as_blender(driver.text, inputs) == pytest.approx(by_name(profile, dense)["jaw"], rel=0.03)


def test_the_drivers_of_four_times_as_many_bones_are_four_times_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted in terms that are checked, whatever the machine does beside it."""
    checked: list[int] = []
    check = profile_module._check
    monkeypatch.setattr(profile_module, "_check", lambda made: (checked.append(len(made.terms)), check(made)))

    def work(count: int) -> int:
        bones = [f"bone{i}" for i in range(count)]
        channels = {
            b: Channel(b, kind="bone", bone=b, transform="location", axis="x", limits=(-0.007, 0.007))
            for b in bones
        }
        weights = enumerate(np.linspace(-0.006, 0.006, len(SHAPES)))
        terms = tuple(Term(SHAPES[i], bone, "jaw", float(weight)) for i, weight in weights for bone in bones)
        exclusions = (Exclusion(CLOSERS, tuple(bones)),)
        many = RigProfile("many", "Many", channels, terms, exclusions, gap={bones[0]: 1.0})
        checked.clear()
        for bone in bones:
            assert expression(many, bone, hand=True).variables
        return sum(checked)

    assert 0 < work(80) <= 4.5 * work(20)


@pytest.mark.parametrize("name", ["rigify-face", "rigify-face-upgraded"])
def test_a_driver_in_scene_units(name: str) -> None:
    profile = load_profile(name)
    fitted = profile.fitted({"mouth": 0.07, "lids": 0.02, "gaze": 0.1})
    for dense in np.random.default_rng(9).random((20, 1, 31)):
        values = by_name(fitted, dense)
        for channel in profile.driven:
            factor = 0.07 if profile.channels[channel].measure else 1.0
            for driver in (expression(profile, channel, factor), expression(fitted, channel)):
                assert len(driver.text) <= LONGEST
                inputs = {letter: float(dense[0, COLUMN[c]]) for letter, c in driver.variables.items()}
                assert _as_blender(driver.text, inputs) == pytest.approx(values[channel], abs=2e-3 * factor)


def test_neutral_and_negative_weights_are_part_of_the_driver() -> None:
    channels = {
        "up": Channel("up", limits=(-1.0, 1.0), neutral=-0.2),
        "after": Channel("after", limits=(-2, 2)),
    }
    terms = (Term("Ah", "up", "jaw", -0.5), Term("Ee", "up", "lip", 0.3), Term("MBP", "up", "seal", -0.1))
    profile = RigProfile(
        "both",
        "Both",
        channels,
        terms,
        (Exclusion(("MBP",), ("up",), 0.5),),
        (Follow("after", "up", ("MBP", "FV"), -2.0),),
    )
    for dense in np.random.default_rng(4).random((30, 1, 31)):
        values = by_name(profile, dense)
        for name in channels:
            driver = expression(profile, name)
            inputs = {letter: float(dense[0, COLUMN[c]]) for letter, c in driver.variables.items()}
            assert _as_blender(driver.text, inputs) == pytest.approx(values[name], abs=1e-9)


# Editing


def test_mirroring_copies_one_side() -> None:
    profile = load_profile("arkit-52")
    terms = [t for t in profile.terms_by("Ee") if side_of(t.channel) != "right"]
    lopsided = profile.with_terms("Ee", terms)
    assert by_name(lopsided, pose(Ee=1.0))["mouthSmileRight"] == 0.0
    assert evaluate(lopsided.mirrored("Ee"), pose(Ee=1.0)) == pytest.approx(evaluate(profile, pose(Ee=1.0)))


def test_muting_a_control_and_mixing_controls_up() -> None:
    profile = load_profile("arkit-52")
    assert not evaluate(profile.without("Ah"), pose(Ah=1.0)).any()
    with pytest.raises(RigError, match="cannot replace"):
        profile.with_terms("Ah", profile.terms_by("Ee"))


def test_units_change_weights_limits_and_gap_together() -> None:
    profile = load_profile("arkit-52")
    hundred = profile.scaled({"jawOpen": 100.0})
    dense = np.random.default_rng(2).random((40, 31))
    before, after = evaluate(profile, dense), evaluate(hundred, dense)
    jaw = list(profile.channels).index("jawOpen")
    np.testing.assert_allclose(after[:, jaw], before[:, jaw] * 100.0, atol=1e-9)
    np.testing.assert_allclose(np.delete(after, jaw, 1), np.delete(before, jaw, 1), atol=1e-9)
    np.testing.assert_allclose(lip_gap(hundred, after), lip_gap(profile, before), atol=1e-9)


def test_bone_distances_must_be_given() -> None:
    channels = {"lip": Channel("lip", "bone", bone="lip.T", transform="location", axis="z", measure="mouth")}
    profile = RigProfile("b", "B", channels, (Term("Ah", "lip", "lip", 0.5),), measures={"mouth": ("a", "b")})
    assert profile.fitted({"mouth": 0.04}).terms[0].weight == pytest.approx(0.02)
    for sizes in ({}, {"mouth": 0.0}, {"mouth": math.nan}):
        with pytest.raises(RigError, match="between the bones a and b"):
            profile.fitted(sizes)
