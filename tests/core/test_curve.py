"""Curves: what is a curve, how it is evaluated, and edits that leave alone what they should."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilabial.curves.curve import BEZIER, CONSTANT, HAND, LINEAR, Curve, CurveError, Key, rows_at

value = st.floats(-2.0, 2.0, allow_subnormal=False)


@st.composite
def curves(draw: st.DrawFn, most: int = 6, crossed: bool = True) -> Curve:
    """Any valid curve: crossed (if wanted), long and empty handles, every interpolation."""
    gaps = draw(st.lists(st.floats(0.01, 2.0), min_size=1, max_size=most))
    times = np.cumsum(gaps)
    reach = st.floats(0.0, 1.5 if crossed else min(gaps) / 2)
    keys = [
        Key(
            float(time),
            draw(value),
            (float(time) - draw(reach), draw(value)),
            (float(time) + draw(reach), draw(value)),
            draw(st.sampled_from([CONSTANT, LINEAR, BEZIER])),
        )
        for time in times
    ]
    return Curve.from_keys(keys)


def reference(curve: Curve, time: float) -> float:
    """Blender's evaluation, one value at a time, the Bezier's parameter by plain halving."""
    keys = list(curve.keys())
    if time <= keys[0].time:
        return keys[0].value
    if time >= keys[-1].time:
        return keys[-1].value
    for first, last in pairwise(keys):
        if first.time <= time < last.time:
            break
    if time == first.time or first.interpolation == CONSTANT:
        return first.value
    length = last.time - first.time
    if first.interpolation == LINEAR:
        return first.value + (last.value - first.value) * (time - first.time) / length
    handles = []
    for key, handle in ((first, first.right), (last, last.left)):
        span = abs(handle[0] - key.time)
        scale = length / span if span > length else 1.0
        handles.append(
            (key.time + (handle[0] - key.time) * scale, key.value + (handle[1] - key.value) * scale)
        )
    points = [(first.time, first.value), *handles, (last.time, last.value)]

    def bezier(u: float, axis: int) -> float:
        p = [point[axis] for point in points]
        return (1 - u) ** 3 * p[0] + 3 * u * (1 - u) ** 2 * p[1] + 3 * u * u * (1 - u) * p[2] + u**3 * p[3]

    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if bezier(middle, 0) < time else (low, middle)
    return bezier(low, 1)


@given(curves(), st.lists(st.floats(-1.0, 14.0), min_size=1, max_size=20))
def test_evaluates_as_the_plain_reference(curve: Curve, times: list[float]) -> None:
    expected = [reference(curve, time) for time in times]
    # Crossed handles stand almost upright at one point: there a rounding of time is a visible step in value.
    np.testing.assert_allclose(curve.evaluate(times), expected, atol=2e-4)


@given(curves())
def test_passes_through_its_keys(curve: Curve) -> None:
    np.testing.assert_array_equal(curve.evaluate(curve.times), curve.values)


def test_hermite_keys_give_the_hermite_polynomial() -> None:
    curve = Curve.hermite([1.0, 1.5, 3.0], [0.0, 1.0, 0.25], [2.0, 0.0, -1.0])
    u = np.linspace(0, 1, 50)
    t = 1.5 + 1.5 * u
    expected = (1 + 2 * u) * (1 - u) ** 2 * 1.0 + u**2 * (3 - 2 * u) * 0.25 + u**2 * (u - 1) * 1.5 * -1.0
    np.testing.assert_allclose(curve.evaluate(t), expected, atol=1e-12)


def test_any_shape_of_times_and_no_keys() -> None:
    assert Curve.empty().evaluate(np.ones((2, 3))).tolist() == [[0.0] * 3] * 2
    assert Curve.hermite([1.0], [0.5], [0.0]).evaluate([0.0, 1.0, 9.0]).tolist() == [0.5] * 3
    assert Curve.empty().evaluate(1.0).shape == ()


def test_curves_side_by_side() -> None:
    ends = ((0.0, 0.0), (1.0, 1.0))
    ramp = Curve.from_keys([Key(*end, end, end, LINEAR) for end in ends])
    rows = rows_at({"ramp": ramp, "bare": Curve.empty()}, ("none", "ramp", "bare"), [0.25, 0.5])
    assert rows.tolist() == [[0.0, 0.25, 0.0], [0.0, 0.5, 0.0]]


def test_constant_keys_hold_until_the_next() -> None:
    curve = Curve.stepped([0.0, 1.0, 2.0], [0.1, 0.9, 0.2])
    assert curve.evaluate([0.0, 0.999, 1.0, 1.5, 2.0]).tolist() == [0.1, 0.1, 0.9, 0.9, 0.2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"times": [1.0, 0.5]}, "time order"),
        ({"times": [1.0, 1.0]}, "time order"),
        ({"values": [0.0]}, "shape"),
        ({"values": [0.0, np.nan]}, "not finite"),
        ({"left": [[2.0, 0.0], [1.0, 0.0]]}, "wrong side"),
        ({"interpolation": [2, 9]}, "interpolation"),
        ({"origin": [0, 7]}, "origin"),
    ],
)
def test_refuses_what_is_no_curve(changes: dict[str, list[float]], message: str) -> None:
    good: dict[str, object] = {
        "times": [0.0, 1.0],
        "values": [0.0, 1.0],
        "left": [[-0.1, 0.0], [0.9, 1.0]],
        "right": [[0.1, 0.0], [1.1, 1.0]],
        "interpolation": [2, 2],
        "origin": [0, 0],
    }
    Curve(**good)  # type: ignore[arg-type]
    with pytest.raises(CurveError, match=message):
        Curve(**(good | changes))  # type: ignore[arg-type]


def test_arrays_cannot_be_written() -> None:
    curve = Curve.hermite([0.0, 1.0], [0.0, 1.0], [0.0, 0.0])
    with pytest.raises(ValueError, match="read-only"):
        curve.values[0] = 5.0


grid = np.linspace(-0.5, 14.0, 400)


@given(curves(crossed=False), st.floats(-0.5, 14.0))
def test_a_key_added_on_the_curve_leaves_its_shape(curve: Curve, time: float) -> None:
    """Of crossed handles no key can do so: the exact handle would reach past the new key."""
    more = curve.with_key_at(time)
    assert time in more.times
    assert len(more) <= len(curve) + 1
    # Where a stretch is almost upright, moments beside it are left out: time's rounding decides there.
    steep = np.abs(np.gradient(curve.evaluate(grid), grid)) > 1e3
    np.testing.assert_allclose(more.evaluate(grid)[~steep], curve.evaluate(grid)[~steep], atol=1e-3)


@given(curves(crossed=False), st.floats(0.0, 6.0), st.floats(0.01, 6.0))
def test_a_slice_keeps_the_values_inside(curve: Curve, start: float, length: float) -> None:
    piece = curve.sliced(start, start + length)
    inside = np.linspace(start, start + length, 60)
    assert piece.times[0] == start
    assert piece.times[-1] == start + length
    np.testing.assert_allclose(piece.evaluate(inside), curve.evaluate(inside), atol=1e-3)


def test_moving_a_key_takes_its_handles_and_marks_the_hand() -> None:
    curve = Curve.hermite([0.0, 1.0, 2.0], [0.0, 1.0, 0.0], [0.0, 0.5, 0.0])
    moved = curve.moved(1, 1.25, 0.5)
    before, after = curve.key(1), moved.key(1)
    assert after.origin == HAND
    np.testing.assert_allclose(np.subtract(after.left, before.left), (0.25, -0.5))
    np.testing.assert_allclose(np.subtract(after.right, before.right), (0.25, -0.5))
    assert moved.select(np.array([0, 2])).identical(curve.select(np.array([0, 2])))
    onto = curve.moved(1, 2.0, 0.5)
    assert onto.times.tolist() == [0.0, 2.0]
    assert onto.values.tolist() == [0.0, 0.5]


@given(curves(), st.floats(-1.5, 1.5), st.floats(-1.0, 1.0), st.floats(-3.0, 3.0))
def test_remapping_and_shifting_act_on_every_value(
    curve: Curve, gain: float, offset: float, seconds: float
) -> None:
    np.testing.assert_allclose(
        curve.remapped(gain, offset).evaluate(grid), curve.evaluate(grid) * gain + offset, atol=1e-9
    )
    assert curve.remapped(1.0).identical(curve)
    assert curve.shifted(0.0).identical(curve)
    np.testing.assert_allclose(curve.shifted(seconds).times, curve.times + seconds)
