"""Takes for tests: hypothesis strategies, and one complete take that never changes."""

import numpy as np
from hypothesis import strategies as st

from bilabial.controls import CONTROLS, GROUPS
from bilabial.curves.curve import BEZIER, CONSTANT, HAND, LINEAR, Curve, Key
from bilabial.curves.style import Dials, Style, StyledSpan
from bilabial.curves.take import ModelReference, SoundReference, Take, Track
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.solve.jali.field import FieldStatistics
from bilabial.vocabulary import find


@st.composite
def smooth_curves(draw: st.DrawFn, least: int = 0) -> Curve:
    """Keys as reduction makes them: Hermite, times of a row, values inside 0..1, handles as well."""
    rows = sorted(draw(st.sets(st.integers(0, 400), min_size=least, max_size=12)))
    values = [draw(st.sampled_from([0.0, 1.0, 0.25, 0.6]) | st.floats(0, 1)) for _ in rows]
    times = np.array(rows) / 100
    gap = np.diff(times)
    reach = np.maximum(np.append(gap, 0.01), np.append(0.01, gap)) / 3
    room = np.minimum(values, 1 - np.array(values)) / reach if rows else np.zeros(0)
    slopes = [float(draw(st.floats(-1, 1)) * most) for most in room]
    return Curve.hermite(times, np.round(values, 5), np.trunc(np.array(slopes) * 1e3) / 1e3)


@st.composite
def any_curves(draw: st.DrawFn) -> Curve:
    """Keys as a person may leave them."""
    times = sorted(draw(st.sets(st.floats(0, 10), max_size=8)))
    number = st.floats(-2, 2)
    reach = st.floats(0, 1)
    return Curve.from_keys(
        Key(
            time,
            draw(number),
            (time - draw(reach), draw(number)),
            (time + draw(reach), draw(number)),
            draw(st.sampled_from([CONSTANT, LINEAR, BEZIER])),
            draw(st.sampled_from([0, HAND])),
        )
        for time in times
    )


dials = st.builds(
    Dials,
    st.floats(0, 4),
    st.floats(-1, 1),
    st.floats(0, 4),
    st.floats(-1, 1),
    st.dictionaries(st.sampled_from(CONTROLS[2:]), st.floats(0, 4), max_size=4),
    st.floats(0, 0.5),
)
spans = st.builds(
    lambda start, length, dials: StyledSpan(start, start + length, dials),
    st.floats(0, 5),
    st.floats(0.01, 5),
    dials,
)
styles = st.builds(Style, st.text(max_size=5), dials, st.lists(spans, max_size=2).map(tuple))


@st.composite
def phone_tracks(draw: st.DrawFn) -> PhoneTrack:
    phones = []
    now = 0.0
    for _ in range(draw(st.integers(0, 8))):
        start = now + draw(st.floats(0, 0.5))
        now = start + draw(st.floats(0.001, 0.5))
        phones.append(
            Phone(
                start,
                now,
                draw(st.text(max_size=3)),
                draw(st.sampled_from(GROUPS)),
                draw(st.none() | st.integers(0, 2)),
                draw(st.floats(0, 1)),
                draw(st.none() | st.integers(0, 99)),
            )
        )
    return PhoneTrack.of(phones)


def complete_take() -> Take:
    """Every field filled in, made by hand: the files in tests/baselines hold this very take."""
    curves = {
        name: Curve.hermite(
            np.array([0.1, 0.22, 0.3, 0.55, 0.67]) + index / 20,
            [0.0, 0.7, 0.7 + index / 200, 0.4, 0.0],
            [0.0, 0.0, 0.0, -2.5, 0.0],
        )
        for index, name in enumerate(CONTROLS)
    }
    curves["MBP"] = Curve.hermite([0.2, 0.3, 0.42, 0.54], [0.0, 1.0, 1.0, 0.0], [0.0] * 4)
    by_hand = [Key(2.9, 0.5, (2.85, 0.4), (2.95, 0.6)), Key(2.99, 0.0, (2.97, 0.0), (3.0, 0.0), LINEAR)]
    curves["Ah"] = Curve.from_keys([*curves["Ah"].keys(), *by_hand])
    curves["Eu"] = Curve.empty()
    dense = np.column_stack([curve.evaluate(np.arange(301) / 100) for curve in curves.values()])
    pins = [(CONTROLS.index("MBP"), 0.3, 0.42)]
    landmarks = np.round(np.sin(np.arange(20 * 76).reshape(20, 76)), 3).astype(np.float32)
    return Take(
        SoundReference("lines/première.wav", 3.0, "0123456789abcdef" * 4, 48000, 2),
        PhoneTrack.of([Phone(0.3, 0.42, "m", "MBP", None, 0.93), Phone(0.42, 0.6, "ɑ", "Ah", 1, 0.5, 0)]),
        {
            "speech": Track.of_controls(curves, 0.02, pins),
            "head": Track(find("head"), {"yaw": Curve.hermite([0.0, 1.0], [-3.0, 4.5], [0.0, 0.0])}),
        },
        Style("mine", Dials(jaw_gain=1.2, gains={"Ah": 0.8}), (StyledSpan(1.0, 1.5, Dials(lip_offset=0.1)),)),
        ModelReference("phonenet", "1.0", "f" * 64),
        FieldStatistics((-24.0, 5.5), (7.1, 0.3), (-44.0, 7.0)),
        landmarks,
        {"speech": dense.astype(np.float32)},
    )
