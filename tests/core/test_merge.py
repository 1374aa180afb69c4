"""Merging: its laws, no hand edit lost, no jump where old and new meet."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from performances import smooth_curves
from speechlike import speechlike

import merge_histories
from bilabial.controls import CONTROLS
from bilabial.curves.curve import GENERATED, HAND, Curve, Key
from bilabial.curves.merge import merge
from bilabial.curves.reduce import reduce

Curves = dict[str, Curve]


def as_host(curve: Curve, fps: float = 24.0) -> Curve:
    """What comes back from a host that keeps frames and values in 32 bits."""

    def narrow(array: np.ndarray, scale: float = 1.0) -> np.ndarray:
        return (array * scale).astype(np.float32).astype(np.float64) / scale

    left, right = (
        np.column_stack([narrow(h[:, 0], fps), narrow(h[:, 1])]) for h in (curve.left, curve.right)
    )
    times = narrow(curve.times, fps)
    left[:, 0], right[:, 0] = np.minimum(left[:, 0], times), np.maximum(right[:, 0], times)
    return replace(curve, times=times, values=narrow(curve.values), left=left, right=right)


def hand_key(time: float, value: float) -> Key:
    return Key(time, value, (time - 0.02, value), (time + 0.02, value), origin=HAND)


@st.composite
def edited(draw: st.DrawFn, base: Curve) -> tuple[Curve, list[Key], list[float]]:
    """A curve after a person worked on it: the keys they made or moved, the times of keys they deleted."""
    mine = base
    for _ in range(draw(st.integers(1, 3))):
        deed = draw(st.sampled_from(["make", "move", "delete"] if len(mine) > 1 else ["make"]))
        index = draw(st.integers(0, max(len(mine) - 1, 0)))
        if deed == "make":
            mine = mine.with_key(hand_key(draw(st.integers(0, 4000)) / 1000 + 0.0005, draw(st.floats(0, 1))))
        elif deed == "move":
            value = min(max(mine.values[index] + draw(st.sampled_from([-0.2, 0.2])), 0.0), 1.0)
            mine = mine.moved(index, mine.times[index] + draw(st.sampled_from([0.0, 0.0031])), value)
        else:
            mine = mine.without(index)
    made = [mine.key(int(index)) for index in np.flatnonzero(mine.origin == HAND)]
    kept = np.round(mine.times, 4)
    deleted = [float(time) for time in base.times if round(float(time), 4) not in kept]
    return mine, made, deleted


Sides = tuple[Curve, Curve, Curve, list[Key], list[float]]


@st.composite
def three_sides(draw: st.DrawFn) -> Sides:
    base = draw(smooth_curves())
    theirs = draw(smooth_curves() | st.just(base))
    mine, made, deleted = draw(edited(base))
    return base, mine, theirs, made, deleted


@given(smooth_curves(), smooth_curves())
def test_no_edit_gives_the_new_curves(base: Curve, theirs: Curve) -> None:
    for mine in (base, as_host(base)):
        result = merge({"a": base}, {"a": mine}, {"a": theirs})
        assert result.curves["a"] is theirs
        assert result.kept == result.conflicts == ()


@given(three_sides())
def test_nothing_new_gives_the_edited_curves(
    sides: Sides,
) -> None:
    base, mine, _, _, _ = sides
    result = merge({"a": base}, {"a": mine}, {"a": base})
    merged = result.curves["a"]
    assert merged.times.tolist() == mine.times.tolist()
    assert merged.values.tolist() == mine.values.tolist()
    np.testing.assert_array_equal(merged.left, mine.left)
    np.testing.assert_array_equal(merged.right, mine.right)
    assert result.conflicts == ()


@settings(deadline=None)
@given(three_sides())
def test_no_hand_edit_is_lost(sides: Sides) -> None:
    base, mine, theirs, made, deleted = sides
    result = merge({"a": base}, {"a": mine}, {"a": theirs})
    merged = result.curves["a"]
    for key in made:
        index = np.flatnonzero(merged.times == key.time)
        assert len(index) == 1, f"the key at {key.time} is gone"
        found = merged.key(int(index[0]))
        assert (found.value, found.origin) == (key.value, HAND)
    for time in deleted:
        near = merged.times[np.abs(merged.times - time) < 5e-4]
        assert np.isin(near, mine.times).all(), f"the key deleted at {time} came back"


@settings(deadline=None)
@given(three_sides())
def test_joins_never_jump(sides: Sides) -> None:
    base, mine, theirs, _, _ = sides
    merged = merge({"a": base}, {"a": mine}, {"a": theirs}).curves["a"]
    moments = np.arange(-0.5, 4.6, 0.001)

    def steps(curve: Curve) -> np.ndarray:
        """The largest change in a millisecond, within 12 ms."""
        change = np.abs(np.diff(curve.evaluate(moments)))
        return np.lib.stride_tricks.sliding_window_view(np.pad(change, 12), 25).max(axis=1)

    # A ramp of 0.1 s from 0 to 1 climbs 0.015 a millisecond at most; a meeting differs by 0.01.
    allowed = np.maximum(steps(mine), steps(theirs)) * 1.6 + 0.027
    assert np.all(np.abs(np.diff(merged.evaluate(moments))) <= allowed)


def test_outside_the_edit_the_new_curve_stands_bit_for_bit() -> None:
    base = Curve.hermite([0.0, 0.5, 1.0, 3.0, 3.5, 4.0, 6.0, 6.5, 7.0], [0, 0.5, 0] * 3, [0] * 9)
    theirs = Curve.hermite([0.0, 0.6, 1.1, 3.1, 3.4, 4.2, 5.9, 6.4, 7.0], [0, 0.7, 0] * 3, [0] * 9)
    mine = base.moved(4, 3.6, 1.0)
    result = merge({"Ah": base}, {"Ah": mine}, {"Ah": theirs})
    merged = result.curves["Ah"]
    for outside in (np.arange(0, 2.9, 0.01), np.arange(4.5, 8, 0.01)):
        np.testing.assert_allclose(merged.evaluate(outside), theirs.evaluate(outside), atol=1e-12)
    assert merged.before(1.0).identical(theirs.before(1.0))
    assert merged.after(5.0).identical(theirs.after(5.0))
    assert merged.evaluate(3.6) == 1.0
    (conflict,) = result.conflicts
    assert conflict.curve == "Ah"
    assert conflict.start <= 3.0
    assert conflict.end >= 4.0
    assert conflict.reason.startswith(
        "1 key made or changed by hand and 1 key deleted or moved away by hand; the new"
    )


def test_a_hand_key_that_the_base_holds_is_still_a_hands() -> None:
    """As in ``bilabial merge m1 m1 new``, where m1 came out of an earlier merge."""
    old = Curve.hermite([0.0, 0.5, 1.0, 3.0, 3.5, 4.0], [0, 0.5, 0, 0, 0.7, 0], [0] * 6)
    held = old.with_key(hand_key(0.5, 0.9))
    theirs = Curve.hermite([0.0, 0.6, 1.1, 3.1, 3.4, 4.2], [0, 0.4, 0, 0, 0.7, 0], [0] * 6)
    for base in (held, old, theirs, Curve.empty()):
        result = merge({"Ah": base}, {"Ah": held}, {"Ah": theirs})
        merged = result.curves["Ah"]
        index = int(np.flatnonzero(merged.times == 0.5)[0])
        assert (merged.values[index], merged.origin[index]) == (0.9, HAND)
        assert result.kept and "made or changed by hand" in result.kept[0].reason


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_histories_of_edits_and_new_models_keep_the_laws(first: int) -> None:
    """A few of the hundred thousand that ``python tests/merge_histories.py`` runs."""
    for seed in range(first, first + 10):
        merge_histories.history(seed)


def test_no_conflict_where_the_new_curve_is_the_old_one() -> None:
    base = Curve.hermite([0.0, 0.5, 1.0, 3.0, 3.5, 4.0], [0, 0.5, 0, 0, 0.7, 0], [0] * 6)
    theirs = Curve.hermite([0.0, 0.5, 1.0, 3.0, 3.5, 4.0], [0, 0.9, 0, 0, 0.7, 0], [0] * 6)
    mine = base.moved(4, 3.5, 0.3)
    result = merge({"Ah": base}, {"Ah": mine}, {"Ah": theirs})
    assert result.conflicts == ()
    assert len(result.kept) == 1
    assert result.curves["Ah"].values.tolist() == [0, 0.9, 0, 0, 0.3, 0]


def test_reshaped_handles_and_interpolation_are_edits() -> None:
    base = Curve.hermite([0.0, 0.5, 1.0], [0, 0.5, 0], [0] * 3)
    theirs = Curve.hermite([0.0, 0.4, 1.0], [0, 0.9, 0], [0] * 3)
    handle = base.right.copy()
    handle[1] = (0.9, 0.5)
    for mine in (replace(base, right=handle), replace(base, interpolation=np.array([2, 1, 2], np.uint8))):
        result = merge({"a": base}, {"a": mine}, {"a": theirs})
        assert result.curves["a"].evaluate(0.5) == 0.5
        assert len(result.conflicts) == 1


def test_a_curve_keyed_by_hand_throughout_stays_whole() -> None:
    """No key of it is the old one's, so what lies between the hand's keys is the hand's as well."""
    base = Curve.hermite([0.0, 0.5, 1.0, 4.0, 4.5, 5.0], [0.1, 0.5, 0.1, 0.1, 0.7, 0.1], [0] * 6)
    theirs = Curve.hermite([0.0, 2.4, 2.5, 2.6, 5.0], [0, 0, 0.9, 0, 0], [0] * 5)
    for old in (base, Curve.empty()):
        mine = base.remapped(0.5)
        merged = merge({"a": old}, {"a": mine}, {"a": theirs}).curves["a"]
        moments = np.arange(0, 5, 0.01)
        np.testing.assert_allclose(merged.evaluate(moments), mine.evaluate(moments), atol=1e-12)


def test_curves_that_only_some_sides_have() -> None:
    curve = Curve.hermite([0.0, 0.5, 1.0], [0, 0.5, 0], [0] * 3)
    other = Curve.hermite([0.0, 0.5, 1.0], [0, 0.9, 0], [0] * 3)
    assert merge({}, {}, {"a": curve}).curves["a"] is curve
    assert merge({}, {"a": curve}, {}).curves["a"].values.tolist() == curve.values.tolist()
    emptied = merge({"a": curve}, {}, {"a": other})
    assert len(emptied.curves["a"]) == 0
    assert emptied.conflicts[0].reason == "all keys deleted by hand"
    assert merge({"a": curve}, {"a": curve}, {}).curves["a"].times.tolist() == []


@pytest.mark.parametrize("fps", [24.0, 23.976, 60.0])
def test_a_host_s_rounding_is_no_edit(fps: float) -> None:
    dense, pins = speechlike(20, seed=8)
    base = {name: curve.shifted(10_000.0) for name, curve in reduce(dense, CONTROLS, pins=pins).items()}
    theirs = reduce(*speechlike(20, seed=9)[:1], CONTROLS)
    mine = {name: as_host(curve, fps) for name, curve in base.items()}
    result = merge(base, mine, theirs)
    assert result.kept == ()
    assert all(result.curves[name] is theirs[name] for name in CONTROLS)


def test_merging_again_keeps_the_same_edits() -> None:
    """The second time the base is what was generated last, and mine the merged curve."""
    dense, pins = speechlike(10, seed=1)
    base = reduce(dense, CONTROLS, pins=pins)
    theirs = reduce(*speechlike(10, seed=2)[:1], CONTROLS)
    third = reduce(*speechlike(10, seed=3)[:1], CONTROLS)
    mine = {**base, "Jaw": base["Jaw"].with_key(hand_key(4.2505, 0.95))}
    once = merge(base, mine, theirs).curves
    twice = merge(theirs, once, third).curves
    assert twice["Jaw"].evaluate(4.2505) == 0.95
    assert all(twice[name] is third[name] for name in CONTROLS if name != "Jaw")
    far = np.abs(np.arange(0, 10, 0.01) - 4.25) > 3.0
    t = np.arange(0, 10, 0.01)[far]
    np.testing.assert_allclose(twice["Jaw"].evaluate(t), third["Jaw"].evaluate(t), atol=0.02)


def test_keys_of_the_join_are_not_called_hand_made() -> None:
    base = Curve.hermite([0.0, 0.5, 1.0], [0, 0.5, 0], [0] * 3)
    theirs = Curve.hermite([0.0, 0.4, 1.3], [0.3, 0.9, 0.3], [0] * 3)
    merged = merge({"a": base}, {"a": base.moved(1, 0.55, 0.7)}, {"a": theirs}).curves["a"]
    by_hand = merged.times[merged.origin == HAND]
    assert by_hand.tolist() == [0.55]
    assert (merged.origin == GENERATED).sum() == len(merged) - 1


def test_a_closure_beside_an_edit_is_one_from_its_first_key_on() -> None:
    def closing(*keys: tuple[float, float]) -> Curve:
        times, values = zip(*keys, strict=True)
        return Curve.hermite(times, values, np.zeros(len(keys)))

    base = closing((0.3, 1.0), (0.42, 1.0), (0.491, 0.0), (0.577, 0.0), (0.62, 1.0), (0.82, 1.0), (0.92, 0.0))
    theirs = closing((0.3, 1.0), (0.42, 1.0), (0.54, 0.0), (0.62, 1.0), (0.82, 1.0), (0.92, 0.0))
    hand = Key(0.53, 0.4, (0.52, 0.4), (0.54, 0.4), origin=HAND)
    merged = merge({"MBP": base}, {"MBP": base.with_key(hand)}, {"MBP": theirs}).curves["MBP"]
    assert merged.evaluate(0.53) == pytest.approx(0.4)
    assert merged.evaluate(np.linspace(0.62, 0.82, 50)).min() == 1.0
