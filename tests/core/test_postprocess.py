"""The hard rules on any curves: closures, contacts, sibilants, rest, no flicker; applied twice they change
nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.audio.prosody import Prosody
from bilabial.controls import CONTROLS, SHAPES
from bilabial.errors import ModelError
from bilabial.models.prediction import Prediction
from bilabial.phonemes import groups
from bilabial.phonemes.track import PhoneTrack
from bilabial.solve.jali.anatomy import SEALED
from bilabial.solve.jali.events import events
from bilabial.solve.jali.solve import rows_for, solve
from bilabial.solve.rules import RuleOptions, apply_rules, gate

LABELS = ["p", "b", "m", "β", "f", "v", "s", "ʃ", "dʒ", "t", "n", "k", "ɹ", "w", "j", "θ", "h", "ʔ", "a",
          "i", "u", "ə", "aɪ",
          "pf", "SIL", "SIL"]  # fmt: skip


@st.composite
def tracks(draw: st.DrawFn) -> PhoneTrack:
    at, rows = draw(st.integers(0, 60)), []
    for _ in range(draw(st.integers(0, 20))):
        at += draw(st.sampled_from([0, 0, 0, 0, 5, 90]))
        length = draw(st.integers(1, 30))
        rows.append((at / 100, (at + length) / 100, draw(st.sampled_from(LABELS))))
        at += length
    return groups.track(rows, "ipa")


def anything(rows: int, seed: int) -> np.ndarray:
    """What a network in trouble might say: noise, blips, constant shapes."""
    rng = np.random.default_rng(seed)
    dense = rng.random((rows, len(CONTROLS))).astype(np.float32)
    dense[:, rng.random(len(CONTROLS)) < 0.3] = 1.0
    dense[:, rng.random(len(CONTROLS)) < 0.2] *= rng.random((rows, 1)) < 0.1
    return dense


@settings(max_examples=50, deadline=None)
@given(tracks(), st.integers(0, 2**31))
def test_the_rules_hold_on_any_curves(track: PhoneTrack, seed: int) -> None:
    dense = anything(rows_for(track), seed)
    kept = dense.copy()
    ruled, pins = apply_rules(dense, track)
    np.testing.assert_array_equal(dense, kept)  # the caller's array is untouched
    assert ruled.dtype == np.float32
    assert ruled.min() >= 0.0
    assert ruled.max() <= 1.0
    shapes = ruled[:, 2:]
    opening = np.isin(SHAPES, ("Ah", "Aa", "Eh", "Ee", "Ih", "Uh", "Schwa"))
    for event in events(track, len(dense) / 100):
        held = shapes[event.first : event.last + 1]
        if event.kind == "closure":
            assert (held[:, SHAPES.index(event.control)] == 1.0).all(), event
            assert held[:, opening].max() == 0.0
            assert (held[:, SEALED < 0.5].max(axis=0) <= 0.41).all()
        elif event.kind == "contact":
            assert (held[:, SHAPES.index(event.control)] == 1.0).all(), event
            assert held[:, opening].max() <= 0.2501
        elif event.kind == "sibilant":
            assert held[:, SHAPES.index("Ah")].max() <= 0.1501
        elif event.kind == "rest":
            assert held.max(initial=0.0) == 0.0, event
    contact_events = [event for event in events(track) if event.kind in ("closure", "contact")]
    assert sorted(pins) == sorted(
        (CONTROLS.index(event.control), event.start, event.end) for event in contact_events
    )
    again, pins_again = apply_rules(ruled, track)
    np.testing.assert_array_equal(again, ruled)
    assert pins_again == pins


@settings(max_examples=60, deadline=None)
@given(tracks())
def test_the_procedural_curves_all_but_keep_the_rules_already(track: PhoneTrack) -> None:
    """Whatever the rules change there is small: no dents in an animator's curves."""
    quiet = solve(track, Prosody.silent(rows_for(track)))
    ruled, _ = apply_rules(quiet, track)
    common = [p for p in track if p.end - p.start >= 0.06]
    if len(common) == len(track):
        changed = np.abs(ruled - quiet)[:, 2:]
        assert (changed > 0.1).mean() < 0.01


def test_closures_are_as_long_as_the_sound_and_never_shorter_than_a_film_frame() -> None:
    track = groups.track([(0.5, 0.51, "m"), (0.51, 0.7, "a"), (0.7, 0.9, "b")])
    ruled, pins = apply_rules(np.zeros((150, 31), np.float32), track)
    lengths = {round(end - start, 3) for _, start, end in pins}
    assert min(lengths) >= 0.04
    assert max(lengths) == pytest.approx(0.2)
    for column, start, end in pins:
        assert (ruled[round(start * 100) : round(end * 100) + 1, column] == 1.0).all()


def test_a_bilabial_fricative_does_not_seal() -> None:
    track = groups.track([(0.5, 0.6, "β"), (0.6, 0.8, "a")])
    assert apply_rules(np.zeros((120, 31), np.float32), track)[1] == []


def test_from_teeth_to_seal_without_contradiction() -> None:
    track = groups.track([(0.5, 0.6, "v"), (0.6, 0.7, "m"), (0.7, 0.8, "f")])
    ruled, _ = apply_rules(np.ones((120, 31), np.float32), track)
    bite, seal = ruled[:, CONTROLS.index("FV")], ruled[:, CONTROLS.index("MBP")]
    assert (seal[60:71] == 1.0).all()
    assert bite[60:71].max() == 0.0
    assert bite[52] == bite[78] == 1.0


def test_breath_and_noise_do_not_move_a_resting_mouth() -> None:
    track = groups.track([(0.5, 0.7, "a")])
    ruled, _ = apply_rules(anything(400, 1), track)
    assert ruled[:30, 2:].max() == 0.0
    assert ruled[95:, 2:].max() == 0.0
    assert ruled[55, 2:].max() > 0.5


def test_flicker_goes_and_what_lasts_stays() -> None:
    track = groups.track([(0.2, 2.0, "a")])
    dense = np.zeros((250, 31), np.float32)
    eh, ah = CONTROLS.index("Eh"), CONTROLS.index("Ah")
    dense[30:190, ah] = 0.6
    dense[60:63, eh] = 0.8
    dense[100:110, eh] = 0.8
    ruled, _ = apply_rules(dense, track)
    assert ruled[60:63, eh].max() == 0.0
    assert ruled[100:110, eh].min() > 0.7
    kept, _ = apply_rules(dense, track, RuleOptions(minimum_shape_s=0.0))
    assert kept[61, eh] > 0.7
    longer, _ = apply_rules(dense, track, RuleOptions(minimum_shape_s=0.12))
    assert longer[:, eh].max() == 0.0
    assert longer[:, ah].max() > 0.5


@settings(max_examples=50, deadline=None)
@given(tracks(), st.integers(1, 200), st.integers(0, 2**31))
def test_a_sound_that_is_cut_off_ends_at_rest(track: PhoneTrack, rows: int, seed: int) -> None:
    """Wherever the cut falls, into a closure or a vowel; and only the last moments know of it."""
    dense = anything(rows, seed)
    ruled, pins = apply_rules(dense, track)
    assert ruled[-1, 2:].max() == 0.0
    assert all(end <= (rows - 1) / 100 - 0.01 for _, _, end in pins)
    for column, start, end in pins:
        assert (ruled[round(start * 100) : round(end * 100) + 1, column] == 1.0).all()
    again, pins_again = apply_rules(ruled, track)
    np.testing.assert_array_equal(again, ruled)
    assert pins_again == pins


def test_only_the_last_moments_know_that_a_sound_is_cut_off() -> None:
    track = groups.track([(0.2, 0.5, "a"), (0.5, 1.0, "m"), (1.0, 2.0, "a")])
    whole, _ = apply_rules(anything(250, 5), track)
    in_the_m, _ = apply_rules(anything(250, 5)[:90], track)
    in_the_vowel, _ = apply_rules(anything(250, 5)[:150], track)
    closer = CONTROLS.index("MBP")
    np.testing.assert_array_equal(in_the_m[:80], whole[:80])
    assert in_the_m[81, closer] == 1.0
    np.testing.assert_array_equal(in_the_vowel[:140, :], whole[:140, :])
    for cut in (in_the_m, in_the_vowel):
        assert cut[-1, 2:].max() == 0.0


def test_each_rule_can_be_turned_off() -> None:
    track = groups.track([(0.5, 0.6, "m"), (0.6, 0.7, "f"), (0.7, 0.8, "s"), (0.8, 0.9, "a")])
    dense = anything(200, 3)
    off = RuleOptions(closures=False, contacts=False, sibilants=False, rest=False, minimum_shape_s=0.0)
    untouched, pins = apply_rules(dense, track, off)
    np.testing.assert_array_equal(untouched, dense)
    assert pins == []
    for rule in ("closures", "contacts", "sibilants", "rest"):
        one, _ = apply_rules(dense, track, replace(off, **{rule: True}))
        assert (one != dense).any(), rule


def test_values_that_are_no_numbers_become_rest() -> None:
    dense = np.full((80, 31), np.nan, np.float32)
    assert apply_rules(dense, PhoneTrack())[0].max() == 0.0
    assert apply_rules(dense[:0], PhoneTrack())[0].shape == (0, 31)


def prediction(activations: np.ndarray, values: np.ndarray) -> Prediction:
    rows = len(activations)
    return Prediction(
        groups=np.full((rows, 21), 1 / 21, np.float32), activations=activations.astype(np.float32),
        values=values.astype(np.float32), field=np.full((rows, 2), 0.5, np.float32),
    )  # fmt: skip


def test_thresholds_decide_and_short_switches_do_not() -> None:
    activations = np.zeros((100, 29))
    activations[20:60, 0] = 0.7  # above its threshold, with a gap of two rows
    activations[40:42, 0] = 0.1
    activations[20:60, 1] = 0.4  # below its threshold
    activations[80:82, 2] = 1.0  # a blip
    thresholds = np.full(29, 0.5)
    dense = gate(prediction(activations, np.full((100, 29), 0.8)), thresholds)
    assert dense[25:55, 2] == pytest.approx(0.8)
    assert dense[:, 3].max() == 0.0
    assert dense[:, 4].max() == 0.0
    assert dense[:, :2] == pytest.approx(0.5)
    assert np.abs(np.diff(dense[:, 2])).max() < 0.3  # switched softly


def test_gating_needs_a_model_of_controls() -> None:
    with pytest.raises(ModelError, match="procedural path"):
        gate(Prediction(groups=np.zeros((3, 21), np.float32)), np.zeros(29))
