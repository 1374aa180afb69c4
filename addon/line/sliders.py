# SPDX-License-Identifier: GPL-3.0-or-later
"""A line's sliders, the jaw-lip pad among them, and the core's dials that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bilabial.controls import SHAPES
from ..host.without_callbacks import quiet
from .takes import duration

if TYPE_CHECKING:
    from ..bilabial.curves.style import Dials
    from ..bilabial.curves.take import Take
    from ..host.clock import Clock
    from .line import Line

_NEUTRAL = 0.6  # where a fresh performance lies on the pad
_GAIN, _OFFSET = 0.75, 0.375  # per unit beyond it: at 1 everything is 1.3 times as much, and 0.15 more


def _dials_of_axis(position: float) -> tuple[float, float]:
    """A place on the pad as gain and offset: below neutral everything shrinks, above it grows and opens."""
    beyond = position - _NEUTRAL
    if beyond <= 0.0:
        return position / _NEUTRAL, 0.0
    return 1.0 + _GAIN * beyond, _OFFSET * beyond


def _axis_of_dials(gain: float, offset: float) -> float:
    beyond = max((gain - 1.0) / _GAIN, offset / _OFFSET)
    return min(1.0, _NEUTRAL + beyond) if beyond > 0.0 else gain * _NEUTRAL


def place_of(dials: Dials) -> tuple[float, float]:
    """Where some dials lie on the pad: (lip, jaw)."""
    lip = _axis_of_dials(dials.lip_gain, dials.lip_offset)
    return lip, _axis_of_dials(dials.jaw_gain, dials.jaw_offset)


def dials_of(line: Line) -> Dials:
    """What the line's sliders say."""
    from ..bilabial.curves.style import Dials

    jaw, lip = _dials_of_axis(line.jaw), _dials_of_axis(line.lip)
    gains = {name: float(gain) for name, gain in zip(SHAPES, line.gains, strict=True)}
    return Dials(jaw[0], jaw[1], lip[0], lip[1], gains, line.lead)


def show_dials(line: Line, dials: Dials) -> None:
    """Set the line's sliders to some dials, without consequences."""
    with quiet():
        line.jaw = _axis_of_dials(dials.jaw_gain, dials.jaw_offset)
        line.lip = _axis_of_dials(dials.lip_gain, dials.lip_offset)
        line.gains = [dials.gains.get(name, 1.0) for name in SHAPES]
        line.lead = dials.onset_lead


def with_style(take: Take, line: Line, clock: Clock, dials: Dials | None = None) -> Take:
    """The take with the line's dials (or others), for the clip or for the line's range."""
    from ..bilabial.curves.style import Style, StyledSpan, StyleError

    dials = dials_of(line) if dials is None else dials
    if not line.style_range:
        return take.with_style(Style("own", dials, take.style.spans))
    start = max(0.0, float(clock.seconds(line.style_first)))
    end = min(duration(take), float(clock.seconds(line.style_last)))
    if end <= start:
        raise StyleError(
            f"the style's range {line.style_first}..{line.style_last} lies outside the sound: move it over "
            "the line"
        )
    kept = tuple(s for s in take.style.spans if abs(s.start - start) > 1e-6 or abs(s.end - end) > 1e-6)
    return take.with_style(Style(take.style.name, take.style.dials, (*kept, StyledSpan(start, end, dials))))
