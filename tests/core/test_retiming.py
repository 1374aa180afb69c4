"""A take at another speed or of another part of its sound: everything in it keeps its moment."""

from __future__ import annotations

import numpy as np
import pytest

from bilabial.controls import CONTROLS
from bilabial.curves.curve import Curve
from bilabial.curves.retiming import retimed
from bilabial.curves.style import Dials, Style, StyledSpan
from bilabial.curves.take import SPEECH, SoundReference, Take, Track
from bilabial.phonemes.track import Phone, PhoneTrack, SaidWord


def take() -> Take:
    curves = {name: Curve.empty() for name in CONTROLS} | {
        "MBP": Curve.hermite([0.2, 0.5, 1.6], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0])
    }
    return Take(
        SoundReference("a.wav", 2.0),
        PhoneTrack.of([Phone(0.2, 0.6, "m", "MBP", word=0), Phone(1.0, 1.6, "i", "Ee", word=1)]),
        {SPEECH: Track.of_controls(curves, 0.02, [(CONTROLS.index("MBP"), 0.4, 0.6)])},
        Style("own", Dials(), (StyledSpan(0.1, 0.9, Dials()),)),
        words=(SaidWord("me", 0.2, 0.6, 0.9), SaidWord("he", 1.0, 1.6, 0.8)),
    )


def test_another_speed() -> None:
    slow = retimed(take(), 2.0, 0.5, 4.5)
    assert [(phone.start, phone.end) for phone in slow.phones] == [(0.9, 1.7), (2.5, 3.7)]
    assert slow.words[1].start == 2.5 and slow.sound.duration == 4.5
    moments = np.linspace(0.0, 2.0, 100)
    was, now = take().track().curves["MBP"], slow.track().curves["MBP"]
    assert np.abs(was.evaluate(moments) - now.evaluate(2.0 * moments + 0.5)).max() < 1e-9
    assert slow.track().pins == (("MBP", pytest.approx(1.3), pytest.approx(1.7)),)
    assert slow.style.spans[0].start == pytest.approx(0.7)


def test_a_part_of_it() -> None:
    part = retimed(take(), 1.0, -0.5, 0.9)
    assert [(phone.start, phone.end) for phone in part.phones] == [(0.0, pytest.approx(0.1)), (0.5, 0.9)]
    curve = part.track().curves["MBP"]
    assert (curve.times[0], curve.times[-1]) == (0.0, 0.9)
    assert curve.evaluate(0.3) == pytest.approx(float(take().track().curves["MBP"].evaluate(0.8)))
    assert [word.heard for word in retimed(take(), 1.0, -0.7, 1.3).words] == [False, True]
    assert retimed(one := take(), 1.0, 0.0, 2.0) is one
