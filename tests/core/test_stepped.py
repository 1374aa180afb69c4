"""Stepped mode: one shape at a time, none too short to read, closures never lost."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from performances import smooth_curves
from speechlike import speechlike

from bilabial.controls import CONTROLS, SHAPES
from bilabial.curves.curve import CONSTANT, Curve
from bilabial.curves.reduce import reduce
from bilabial.curves.stepped import REST, holds, stepped


def speech(seconds: float, seed: int) -> dict[str, Curve]:
    dense, pins = speechlike(seconds, seed)
    return reduce(dense, CONTROLS, pins=pins)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(SHAPES), smooth_curves(), max_size=5),
    st.floats(0.01, 5.0),
    st.sampled_from([0.02, 0.12, 0.3]),
)
def test_holds_cover_the_sound_and_none_is_short(
    curves: dict[str, Curve], duration: float, minimum: float
) -> None:
    shown = holds(curves, duration, minimum)
    assert shown[0].start == 0.0
    assert shown[-1].end == pytest.approx(duration)
    for one, two in pairwise(shown):
        assert one.end == two.start
        assert one.shape != two.shape
    lengths = [hold.end - hold.start for hold in shown]
    assert all(length >= min(minimum, duration) - 0.0101 for length in lengths[-1:])
    assert all(length >= minimum - 1e-9 for length in lengths[:-1])


def test_no_flicker_and_closures_are_shown() -> None:
    dense, pins = speechlike(60, seed=5)
    shown = holds(reduce(dense, CONTROLS, pins=pins), 60.0)
    assert min(hold.end - hold.start for hold in shown) >= 0.12 - 1e-9
    closed = [hold for hold in shown if hold.shape == "MBP"]
    for _, start, end in pins:
        assert any(hold.start < end and hold.end > start for hold in closed)
    assert len(shown) / 60 < 7


def test_silence_is_rest_and_a_single_shape_stands_alone() -> None:
    assert [hold.shape for hold in holds({}, 2.0)] == [REST]
    curve = Curve.hermite([0.5, 0.62, 0.9, 1.0], [0.0, 0.8, 0.8, 0.0], [0.0] * 4)
    assert [hold.shape for hold in holds({"Ah": curve}, 2.0)] == [REST, "Ah", REST]


def test_curves_step_between_zero_and_one_one_at_a_time() -> None:
    curves = speech(20, 6)
    steps = stepped(curves, 20.0)
    assert list(steps) == list(curves)
    assert steps["Jaw"] is curves["Jaw"]
    moments = np.arange(2000) / 100 + 0.003
    values = np.stack([steps[name].evaluate(moments) for name in SHAPES])
    assert set(np.unique(values)) <= {0.0, 1.0}
    assert values.sum(axis=0).max() == 1
    for name in SHAPES:
        assert np.all(steps[name].interpolation == CONSTANT)
        assert np.all(np.diff(steps[name].values) != 0)


def test_ten_minutes_in_seconds() -> None:
    curves = {name: curve for name, curve in speech(60, 7).items() if name in SHAPES}
    begin = time.process_time()
    holds(curves, 600.0)
    assert time.process_time() - begin < 6  # about one
