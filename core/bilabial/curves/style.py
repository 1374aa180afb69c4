"""Style: dials over a finished performance, laid over the neutral curves on demand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..controls import SHAPES
from ..errors import BilabialError

FADE = 0.15  # seconds in which a span's style comes in before its start, and goes after its end


class StyleError(BilabialError):
    """A dial that cannot be set so."""


@dataclass(frozen=True, slots=True)
class Dials:
    """What can be turned. Neutral dials change nothing at all."""

    jaw_gain: float = 1.0
    jaw_offset: float = 0.0
    lip_gain: float = 1.0
    lip_offset: float = 0.0
    gains: Mapping[str, float] = field(
        default_factory=dict
    )  # by name of one of SHAPES; those not named keep 1
    onset_lead: float = 0.0  # seconds by which shapes start to form earlier

    def __post_init__(self) -> None:
        for name, gain in self.gains.items():
            if name not in SHAPES:
                raise StyleError(f"the style gives a gain to {name!r}: use one of {', '.join(SHAPES)}")
            _within(f"the gain of {name}", gain, 0.0, 4.0)
        _within("the jaw gain", self.jaw_gain, 0.0, 4.0)
        _within("the lip gain", self.lip_gain, 0.0, 4.0)
        _within("the jaw offset", self.jaw_offset, -1.0, 1.0)
        _within("the lip offset", self.lip_offset, -1.0, 1.0)
        _within("the onset lead", self.onset_lead, 0.0, 0.5)
        told = {name: float(self.gains[name]) for name in sorted(self.gains) if self.gains[name] != 1.0}
        object.__setattr__(self, "gains", MappingProxyType(told))

    def __hash__(self) -> int:
        numbers = (self.jaw_gain, self.jaw_offset, self.lip_gain, self.lip_offset, self.onset_lead)
        return hash((*numbers, *self.gains.items()))

    def __reduce__(self) -> tuple[type[Dials], tuple[object, ...]]:
        """A mapping proxy cannot be pickled; takes travel between worker processes."""
        numbers = (self.jaw_gain, self.jaw_offset, self.lip_gain, self.lip_offset)
        return Dials, (*numbers, dict(self.gains), self.onset_lead)

    @property
    def neutral(self) -> bool:
        return self == Dials()

    def of(self, control: str) -> tuple[float, float]:
        """Gain and offset of one control."""
        if control == "Jaw":
            return self.jaw_gain, self.jaw_offset
        if control == "Lip":
            return self.lip_gain, self.lip_offset
        return self.gains.get(control, 1.0), 0.0


def _within(what: str, number: float, low: float, high: float) -> None:
    if not (math.isfinite(number) and low <= number <= high):
        raise StyleError(f"{what} is {number}: give a number from {low:g} to {high:g}")


@dataclass(frozen=True, slots=True)
class StyledSpan:
    """Other dials from start to end (seconds), coming in and going over FADE."""

    start: float
    end: float
    dials: Dials

    def __post_init__(self) -> None:
        if not 0.0 <= self.start < self.end < math.inf:
            raise StyleError(f"a style runs from {self.start} to {self.end} s: give it a positive length")


@dataclass(frozen=True, slots=True)
class Style:
    """Dials for the whole clip, and others for spans of it; where spans overlap the later one rules."""

    name: str = "neutral"
    dials: Dials = Dials()
    spans: tuple[StyledSpan, ...] = ()

    @property
    def neutral(self) -> bool:
        return self.dials.neutral and all(span.dials.neutral for span in self.spans)

    @classmethod
    def preset(cls, name: str) -> Style:
        if name not in PRESETS:
            raise StyleError(f"no style is called {name!r}: use one of {', '.join(PRESETS)}")
        return cls(name, PRESETS[name])

    def over(self, start: float, end: float, dials: Dials) -> Style:
        """This style with other dials over a span."""
        return Style(self.name, self.dials, (*self.spans, StyledSpan(start, end, dials)))


# The JALI field in words: (0, 0) is the ventriloquist, (0.6, 0.6) ordinary speech, and towards (1, 1) every
# sound is spoken with jaw and lips.
PRESETS = {
    "neutral": Dials(),
    "mumble": Dials(jaw_gain=0.45, lip_gain=0.45),
    "shout": Dials(jaw_gain=1.2, jaw_offset=0.08, lip_gain=1.15, lip_offset=0.05),
    "whisper": Dials(jaw_gain=0.6, lip_gain=1.15, onset_lead=0.02),
    "ventriloquist": Dials(jaw_gain=0.1, lip_gain=0.1),
}
