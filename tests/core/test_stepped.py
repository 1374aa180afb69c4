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
from bilabial.curves.stepped import REST, Frames, drawn, held, holds, poses, stepped


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


@pytest.mark.parametrize("start", [1.0, 11.5, 100.25])
@pytest.mark.parametrize("rate", [12.0, 24.0, 29.97])
@pytest.mark.parametrize("hold", [1, 2, 3])
def test_poses_stand_on_whole_frames_and_none_is_short(start: float, rate: float, hold: int) -> None:
    curves = speech(6.0, 4)
    frames = Frames.over(6.0, start, rate)
    shown = poses(curves, frames, hold)
    assert shown[0].shape == shown[-1].shape == REST and shown[0].frame == 0
    lengths = np.diff([pose.frame for pose in shown])
    assert (lengths[1:-1] >= hold).all() and lengths[-1] >= hold
    for pose in shown:
        frame = start + frames.time(pose.frame) * rate
        assert frame == pytest.approx(round(frame), abs=1e-6)
        assert start - 1e-6 <= frame < start + 6.0 * rate
    assert all(one.shape != two.shape for one, two in pairwise(shown))


@pytest.mark.parametrize("hold", [1, 2, 3, 4])
def test_every_closure_is_held_even_one_of_a_single_frame(hold: int) -> None:
    times = np.arange(0.5, 5.5, 0.31)
    dense = np.zeros((601, len(CONTROLS)))
    dense[:, CONTROLS.index("Ah")] = 0.9
    closed = CONTROLS.index("MBP")
    for moment in times:
        row = round(moment * 100)
        dense[row : row + 3, closed], dense[row : row + 3, CONTROLS.index("Ah")] = 1.0, 0.0
    curves = reduce(dense, CONTROLS, pins=[(closed, t, t + 0.02) for t in times])
    frames = Frames.over(6.0, 1.0, 24.0)
    shown = poses(curves, frames, hold)
    ends = [pose.frame for pose in shown[1:]] + [frames.count]
    for moment in times:
        frame = int((moment + 0.01) * 24)
        here = next(p for p, end in zip(shown, ends, strict=True) if p.frame <= frame < end)
        near = [p for p in shown if p.shape == "MBP" and abs(p.frame - frame) <= 1]
        assert here.shape == "MBP" or near, moment


def test_held_curves_are_all_constant_and_keep_how_strong_they_are() -> None:
    curves = speech(4.0, 9)
    frames = Frames.over(4.0, 1.0, 24.0)
    shown = poses(curves, frames, 2)
    result = held(curves, frames, 2)
    assert set(result) == set(curves)
    times = {round(frames.time(pose.frame), 6) for pose in shown}
    for name, curve in result.items():
        assert (curve.interpolation == CONSTANT).all()
        assert {round(float(t), 6) for t in curve.times} <= times, name
    pose = next(p for p in shown if p.shape != REST)
    middle = frames.time(pose.frame) + 0.5 * frames.step
    for name in ("Jaw", "Lip", pose.shape):
        assert result[name].evaluate(middle) == pytest.approx(float(curves[name].evaluate(pose.moment)))


def test_one_name_at_a_time_is_drawn() -> None:
    result = drawn(["A", "X", "B"], [(0.0, "X"), (0.5, "A"), (1.0, "X")])
    assert not len(result["B"])
    for moment, name in ((0.0, "X"), (0.7, "A"), (1.2, "X"), (-3.0, "X")):
        assert [n for n in ("A", "X") if result[n].evaluate(moment) == 1.0] == [name]
