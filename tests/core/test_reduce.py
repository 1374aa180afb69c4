"""Sparse curves: the bound holds everywhere, closures stay exact, keys stay few, rests stay at rest."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from speechlike import speechlike

from bilabial.controls import CONTROLS
from bilabial.curves.curve import Curve
from bilabial.curves.hermite import monotone_slopes
from bilabial.curves.lanes import SHORTEST_HOLD
from bilabial.curves.reduce import Strip, reduce, reduce_strips
from bilabial.errors import BilabialError


def between_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Times each 1 ms and what the dense curve means there: the monotone cubic through its rows."""
    times = np.arange(len(rows)) / 100
    last = np.arange(len(rows)) == len(rows) - 1
    slopes = monotone_slopes(times, rows.astype(np.float64), last) if len(rows) > 1 else np.zeros(1)
    slopes[[0, -1]] *= rows[[0, -1]] != 0  # a clip that begins or ends at rest was at rest outside as well
    fine = np.arange((len(rows) - 1) * 10 + 1) / 1000
    return fine, Curve.hermite(times, rows, slopes).evaluate(fine)


def worst(dense: np.ndarray, curves: dict[str, Curve]) -> float:
    errors = []
    for column, curve in enumerate(curves.values()):
        fine, wanted = between_rows(dense[:, column])
        errors.append(np.abs(curve.evaluate(fine) - wanted).max())
    return max(errors)


rows = hnp.arrays(np.float64, st.tuples(st.integers(1, 60), st.integers(1, 3)), elements=st.floats(0, 1))
stepped = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 60), st.integers(1, 3)), elements=st.sampled_from([0, 0, 0, 0.4, 1])
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(rows, stepped), st.sampled_from([0.005, 0.02, 0.05, 0.3]))
@example(np.array([[0.0], [5e-324], [1e-310], [1.0], [0.0]]), 0.02)
def test_bounded_everywhere_and_inside_the_limits(dense: np.ndarray, tolerance: float) -> None:
    curves = reduce(dense, [str(i) for i in range(dense.shape[1])], tolerance)
    assert worst(dense, curves) <= tolerance + 1e-5
    fine = np.arange(len(dense) * 10) / 1000
    for curve in curves.values():
        assert curve.evaluate(fine).min() >= -1e-9
        assert curve.evaluate(fine).max() <= 1 + 1e-9
        np.testing.assert_allclose(
            np.diff(curve.times) / 3, curve.left[1:, 0] * -1 + curve.times[1:], atol=1e-12
        )


def test_speech_takes_few_keys_within_the_bound() -> None:
    dense, pins = speechlike(30, seed=1)
    curves = reduce(dense, CONTROLS, pins=pins)
    assert worst(dense, curves) <= 0.02
    keys = sum(map(len, curves.values()))
    assert keys / 30 < 45


def test_pinned_plateaus_are_exact_with_a_flat_key_at_both_ends() -> None:
    dense, pins = speechlike(20, seed=2)
    curves = reduce(dense, CONTROLS, pins=pins)
    assert len(pins) > 3
    for column, start, end in pins:
        curve = curves[CONTROLS[column]]
        np.testing.assert_array_equal(curve.evaluate(np.linspace(start, end, 50)), 1.0)
        for moment in (start, end):
            index = np.flatnonzero(curve.times == moment)
            assert len(index) == 1
            assert curve.left[index[0], 1] == curve.right[index[0], 1] == 1.0


@settings(deadline=None)
@given(st.floats(0.1, 0.4), st.floats(0.005, 0.3))
def test_a_pin_may_lie_between_rows(start: float, length: float) -> None:
    t = np.arange(100) / 100
    dense = np.interp(t, [start - 0.1, start, start + length, start + length + 0.15], [0, 1, 1, 0])[:, None]
    curve = reduce(dense, ["MBP"], pins=[(0, start, start + length)])["MBP"]
    # An end within a millisecond of a row is put on the row.
    inside = np.linspace(start + 0.001, max(start + length - 0.001, start + 0.001), 20)
    if np.any((t >= start) & (t <= start + length)):
        np.testing.assert_allclose(curve.evaluate(inside), 1.0, atol=1e-12)
    assert np.ptp(curve.evaluate(inside)) < 1e-12
    assert np.abs(curve.times - start).min() < 0.00101


def test_a_pin_that_is_no_plateau_keeps_every_row() -> None:
    dense = (0.5 + 0.4 * np.sin(np.arange(60) / 7))[:, None]
    curve = reduce(dense, ["Jaw"], pins=[(0, 0.2, 0.3)])["Jaw"]
    t = np.arange(20, 31) / 100
    np.testing.assert_allclose(curve.evaluate(t), dense[20:31, 0], atol=1e-12)


def test_rest_is_exactly_zero() -> None:
    dense, pins = speechlike(20, seed=3)
    for column, curve in enumerate(reduce(dense, CONTROLS, pins=pins).values()):
        resting = dense[:, column] == 0
        inside = np.convolve(resting, np.ones(7), "same") == 7
        assert np.all(curve.evaluate(np.arange(len(dense)) / 100)[inside] == 0)


def test_a_step_costs_two_keys() -> None:
    dense = np.repeat([0.0, 1.0, 0.25], 50)[:, None]
    curve = reduce(dense, ["x"])["x"]
    assert len(curve) == 4
    np.testing.assert_allclose(curve.evaluate(np.arange(150) / 100), dense[:, 0], atol=1e-12)


def test_nothing_moving_needs_no_key_and_a_constant_two() -> None:
    dense = np.zeros((200, 2))
    dense[:, 1] = 0.6
    curves = reduce(dense, ["a", "b"])
    assert len(curves["a"]) == 0
    assert len(curves["b"]) <= 2
    assert curves["b"].evaluate([0.0, 1.234, 9.0]).tolist() == [0.6] * 3


def test_a_coarser_tolerance_takes_fewer_keys_and_the_same_input_the_same_keys() -> None:
    dense, pins = speechlike(15, seed=4)
    counts = [sum(map(len, reduce(dense, CONTROLS, t, pins).values())) for t in (0.01, 0.02, 0.05)]
    assert counts[0] > counts[1] > counts[2]
    one, two = (reduce(dense, CONTROLS, pins=pins) for _ in range(2))
    assert all(one[name].identical(two[name]) for name in CONTROLS)


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    dense, pins = speechlike(15, seed=6)
    whole = reduce(dense, CONTROLS, pins=pins)
    monkeypatch.setattr("bilabial.curves.reduce.MOST_SAMPLES", 700)
    parts = reduce(dense, CONTROLS, pins=pins)
    assert list(parts) == list(whole)
    assert all(parts[name].identical(whole[name]) for name in CONTROLS)


def test_what_lies_outside_the_limits_is_cut_off() -> None:
    curves = reduce(np.array([[-1.0, 0.5], [-0.5, 3.0], [-1.0, 0.5]]), ["a", "b"])
    assert len(curves["a"]) == 0
    assert curves["b"].evaluate(0.01) == 1.0


def test_other_ranges_and_a_later_start() -> None:
    dense = 30 * np.sin(np.arange(300) / 20)[:, None]
    curve = reduce(dense, ["head.yaw"], 0.5, limits=(-90, 90), start=2.0)["head.yaw"]
    t = np.arange(300) / 100
    assert np.abs(curve.evaluate(t + 2.0) - dense[:, 0]).max() <= 0.5
    assert len(curve) < 20


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_very_short_clips(length: int) -> None:
    dense = np.full((length, 1), 0.5)
    curve = reduce(dense, ["a"])["a"]
    assert np.all(curve.evaluate(np.arange(length) / 100) == 0.5)


@pytest.mark.parametrize(
    ("dense", "tolerance", "message"),
    [
        (np.zeros((5, 3)), 0.02, "shape"),
        (np.full((5, 1), np.nan), 0.02, "not finite"),
        (np.zeros((5, 1)), 0.0, "tolerance"),
        (np.zeros((5, 1)), np.nan, "tolerance"),
    ],
)
def test_refuses_with_one_sentence(dense: np.ndarray, tolerance: float, message: str) -> None:
    with pytest.raises(BilabialError, match=message):
        reduce(dense, ["a"], tolerance)


def test_much_faster_than_the_sound_is_long() -> None:
    dense, pins = speechlike(120, seed=5)
    begin = time.process_time()
    reduce(dense, CONTROLS, pins=pins)
    assert time.process_time() - begin < 1.2  # about 0.2 s; ten minutes stay near one second


@pytest.mark.parametrize("seed", range(3))
def test_a_stretch_between_holds_has_the_keys_of_the_whole(seed: int) -> None:
    """To the bit, wherever it lies in the clip: what is solved again later must not move for a last bit."""
    dense, pins = speechlike(20, seed=seed)
    whole = reduce(dense, CONTROLS, pins=pins)
    checked = 0
    for column, name in enumerate(CONTROLS):
        values = dense[:, column].astype(np.float64)
        calm = np.convolve(np.diff(values) == 0.0, np.ones(SHORTEST_HOLD), "valid") == SHORTEST_HOLD
        held = np.flatnonzero(calm)
        own = tuple((start, end) for control, start, end in pins if control == column)
        for first, last in zip(held[:-1], held[1:] + SHORTEST_HOLD, strict=True):
            if last - first < 2 * SHORTEST_HOLD + 2:
                continue
            inside = tuple(pin for pin in own if pin[0] < last / 100 and pin[1] > first / 100)
            (part,) = reduce_strips([Strip(values[first : last + 1], int(first), inside)])
            curve = whole[name]
            there = curve.select((curve.times > (first + 0.5) / 100) & (curve.times < (last - 0.5) / 100))
            assert np.array_equal(part.times, there.times) and np.array_equal(part.values, there.values)
            assert np.array_equal(part.right[:-1], there.right[:-1])
            assert np.array_equal(part.left[1:], there.left[1:])
            checked += len(part)
    assert checked > 50


def test_a_curve_that_holds_one_value_has_one_key_and_one_at_rest_none() -> None:
    dense = np.stack([np.full(300, 0.6), np.zeros(300), np.where(np.arange(300) < 100, 0.6, 0.61)], axis=1)
    curves = reduce(dense, ["held", "rest", "hardly"])
    assert (curves["held"].times.tolist(), curves["held"].values.tolist()) == ([0.0], [0.6])
    assert len(curves["rest"]) == 0
    assert np.abs(curves["hardly"].evaluate(np.arange(300) / 100) - dense[:, 2]).max() <= 0.02
