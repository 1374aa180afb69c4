"""Keys on whole frames: at most one a frame, closures still closed, close to the curve."""

import numpy as np
import pytest
from speechlike import speechlike

from bilabial.controls import CONTROLS
from bilabial.curves.curve import Curve
from bilabial.curves.reduce import reduce
from bilabial.curves.stepped import Frames
from bilabial.curves.whole_frames import closed_frames, on_frames


@pytest.mark.parametrize(("rate", "start"), [(24.0, 1.0), (29.97, 11.4), (60.0, 100.25)])
def test_keys_stand_on_frames_and_peaks_keep_their_values(rate: float, start: float) -> None:
    dense, pins = speechlike(6.0, 3)
    curves = reduce(dense, CONTROLS, pins=pins)
    grid = Frames.over(6.0, start, rate)
    first, step = grid.first, grid.step
    for name, curve in curves.items():
        snapped = on_frames(curve, grid)
        frames = start + snapped.times * rate
        assert np.abs(frames - np.round(frames)).max(initial=0.0) < 1e-6, name
        assert len(snapped) <= len(curve)
        if len(curve):
            assert snapped.values.max() == curve.values.max()
            moments = np.arange(0.0, 6.0, 0.01)
            apart = np.abs(snapped.evaluate(moments) - curve.evaluate(moments))
            assert apart.mean() < 0.06, name
    for control, since, until in pins:
        curve = on_frames(curves[CONTROLS[control]], grid)
        frames = first + np.round((np.array([since, until]) - first) / step) * step
        assert curve.evaluate(frames).max() > 0.999


def test_snapping_twice_is_snapping_once() -> None:
    curve = Curve.hermite([0.01, 0.13, 0.31], [0.0, 1.0, 0.2], [0.0, 0.0, 0.0])
    grid = Frames(0.0, 1 / 24, 48)
    once = on_frames(curve, grid)
    twice = on_frames(once, grid)
    assert np.allclose(once.times, twice.times) and np.allclose(once.left, twice.left)
    assert len(on_frames(Curve.empty(), grid)) == 0
    assert len(on_frames(Curve.hermite([0.5], [1.0], [0.0]), grid)) == 1


def test_on_every_frame_of_a_closure_a_channel_is_what_it_was() -> None:
    """Keys of a plateau's end and of the opening after it meet on one frame: the opening would win."""
    grid = Frames(0.0, 1 / 24, 60)
    lips = Curve.hermite([1.0, 1.065, 1.155, 1.165, 1.22], [0.0, 1.0, 1.0, 0.6, -0.5], np.zeros(5))
    closed = closed_frames({"MBP": lips}, grid)
    assert closed == [26, 27]
    times = np.array([grid.time(frame) for frame in closed])
    assert on_frames(lips, grid).evaluate(times).min() < 0.9  # which is why frames are kept
    kept = on_frames(lips, grid, closed)
    assert kept.evaluate(times).min() > 0.999
    assert np.allclose(kept.times * 24, np.round(kept.times * 24))
