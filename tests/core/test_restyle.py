"""Styles: neutral changes nothing, closures stay closed, spans fade, presets do what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from performances import dials, smooth_curves, styles
from speechlike import speechlike

from bilabial.controls import CONTROLS, SHAPES
from bilabial.curves.curve import Curve
from bilabial.curves.reduce import reduce
from bilabial.curves.restyle import CONTACTS, restyled
from bilabial.curves.style import FADE, PRESETS, Dials, Style, StyledSpan, StyleError

DENSE, PINS = speechlike(20, seed=3)
SPEECH = reduce(DENSE, CONTROLS, pins=PINS)
MOMENTS = np.arange(0, 20, 0.01)


def closed(curves: dict[str, Curve]) -> bool:
    return all(
        np.all(curves[CONTROLS[column]].evaluate(np.linspace(start, end, 30)) == 1.0)
        for column, start, end in PINS
    )


def test_neutral_is_the_identity_bit_for_bit() -> None:
    for style in (Style(), Style("x", Dials(gains={"Ah": 1.0})), Style(spans=(StyledSpan(1, 2, Dials()),))):
        assert style.neutral
        result = restyled(SPEECH, style)
        assert all(result[name] is SPEECH[name] for name in CONTROLS)


@settings(deadline=None, max_examples=60)
@given(styles)
def test_closures_stay_closed_and_everything_inside_the_limits(style: Style) -> None:
    result = restyled(SPEECH, style)
    assert closed(result)
    assert list(result) == list(SPEECH)
    for curve in result.values():
        values = curve.evaluate(MOMENTS)
        assert values.min() >= -1e-12
        assert values.max() <= 1.0 + 1e-12


@settings(deadline=None)
@given(smooth_curves(), dials)
def test_no_key_is_lost_or_put_out_of_order(curve: Curve, turned: Dials) -> None:
    for name in ("Jaw", "Ah", "MBP"):
        result = restyled({name: curve}, Style("x", turned))[name]
        assert len(result) == len(curve)
        assert np.all(result.times <= curve.times)
        assert np.all(np.diff(result.times) > 0)


def test_gain_and_offset_act_on_values() -> None:
    style = Style("x", Dials(jaw_gain=0.5, jaw_offset=0.1, gains={"Ah": 0.5}))
    result = restyled(SPEECH, style)
    np.testing.assert_allclose(
        result["Jaw"].evaluate(MOMENTS), SPEECH["Jaw"].evaluate(MOMENTS) * 0.5 + 0.1, atol=1e-9
    )
    np.testing.assert_allclose(
        result["Ah"].evaluate(MOMENTS), SPEECH["Ah"].evaluate(MOMENTS) * 0.5, atol=1e-9
    )
    assert result["Lip"] is SPEECH["Lip"]
    assert result["Ee"] is SPEECH["Ee"]


def test_a_span_acts_inside_and_fades_outside() -> None:
    style = Style().over(8.0, 10.0, Dials(jaw_gain=0.5))
    result = restyled(SPEECH, style)
    plain = SPEECH["Jaw"].evaluate(MOMENTS)
    styled = result["Jaw"].evaluate(MOMENTS)
    far = (MOMENTS < 8.0 - FADE) | (MOMENTS > 10.0 + FADE)
    # A key that stood across the border keeps its handle there: a trace of the fade may lie outside.
    assert np.abs(styled - plain)[far].max() < 0.02
    inside = (MOMENTS > 8.0) & (MOMENTS < 10.0)
    np.testing.assert_allclose(styled[inside], 0.5 * plain[inside], atol=0.02)
    assert np.abs(np.diff(styled)).max() < np.abs(np.diff(plain)).max() + 0.35 * 0.01 / FADE * 2
    assert result["Ah"] is SPEECH["Ah"]


def test_the_later_span_rules() -> None:
    style = Style().over(5.0, 9.0, Dials(jaw_gain=0.0)).over(6.0, 8.0, Dials(jaw_gain=1.0))
    jaw = restyled(SPEECH, style)["Jaw"]
    assert jaw.evaluate(5.5) < 0.05
    np.testing.assert_allclose(jaw.evaluate(7.0), SPEECH["Jaw"].evaluate(7.0), atol=0.02)


def test_a_lead_starts_shapes_earlier_and_ends_none_earlier() -> None:
    result = restyled(SPEECH, Style("x", Dials(onset_lead=0.04)))
    assert result["Jaw"] is SPEECH["Jaw"]
    for name in SHAPES:
        before, after = SPEECH[name], result[name]
        if len(before) == 0:
            continue
        falls = np.append(False, np.diff(before.values) < 0) & ~np.append(np.diff(before.values) > 0, False)
        np.testing.assert_allclose(after.times[falls], before.times[falls])
        assert before.times[0] - after.times[0] == pytest.approx(0.04)
    assert closed(result)


def test_contacts_never_get_weaker() -> None:
    result = restyled(SPEECH, Style("x", Dials(gains=dict.fromkeys(SHAPES, 0.0))))
    for name in SHAPES:
        peak = result[name].evaluate(MOMENTS).max()
        if name in CONTACTS:
            assert result[name] is SPEECH[name]
        else:
            assert peak == 0.0


@pytest.mark.parametrize("name", PRESETS)
def test_presets(name: str) -> None:
    style = Style.preset(name)
    result = restyled(SPEECH, style)
    assert style.name == name
    assert closed(result)
    change = np.mean(result["Jaw"].evaluate(MOMENTS)) - np.mean(SPEECH["Jaw"].evaluate(MOMENTS))
    expected = {"neutral": 0, "mumble": -1, "shout": 1, "whisper": -1, "ventriloquist": -1}[name]
    assert np.sign(np.round(change, 3)) == expected


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"jaw_gain": -0.1}, "jaw gain"),
        ({"lip_gain": float("nan")}, "lip gain"),
        ({"jaw_offset": 2.0}, "jaw offset"),
        ({"onset_lead": -1.0}, "onset lead"),
        ({"gains": {"Jaw": 1.0}}, "'Jaw'"),
        ({"gains": {"Ah": 9.0}}, "gain of Ah"),
    ],
)
def test_dials_that_cannot_be_set_so(bad: dict[str, float], told: str) -> None:
    with pytest.raises(StyleError, match=told):
        Dials(**bad)


def test_unknown_preset_and_empty_span() -> None:
    with pytest.raises(StyleError, match="use one of neutral, mumble"):
        Style.preset("sing")
    with pytest.raises(StyleError, match="positive length"):
        StyledSpan(2.0, 2.0, Dials())


@given(st.floats(0.0, 4.0))
def test_dials_compare_and_hash_by_value(gain: float) -> None:
    one, two = Dials(gains={"Ah": gain, "Ee": 1.0}), Dials(gains={"Ah": gain})
    assert one == two
    assert hash(one) == hash(two)
