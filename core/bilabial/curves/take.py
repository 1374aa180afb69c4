"""A take: one performance of one sound, with everything needed to edit it again later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..errors import BilabialError
from ..phonemes.track import PhoneTrack, SaidWord
from ..solve.jali.field import FieldStatistics
from ..vocabulary import SPEECH_CONTROLS, Vocabulary
from .curve import Curve
from .reduce import TOLERANCE, Pin
from .restyle import restyled
from .style import Style

Floats32 = NDArray[np.float32]

SPEECH = "speech"  # the track that the sound makes


def in_pin_order(pins: Iterable[tuple[str, float, float]]) -> tuple[tuple[str, float, float], ...]:
    """By time, in one way only, whether they were found at once or one edit after the other."""
    order = {name: index for index, name in enumerate(SPEECH_CONTROLS.names)}
    return tuple(sorted(pins, key=lambda pin: (pin[1], pin[2], order.get(pin[0], 0))))


@dataclass(frozen=True, slots=True)
class SoundReference:
    """Which sound a take belongs to. The hash tells whether it is still the same file."""

    path: str  # as given, with forward slashes
    duration: float  # seconds
    sha256: str | None = None  # of the file's bytes; None where the host had samples only
    sample_rate: int | None = None  # Hz, of the file
    channels: int | None = None


@dataclass(frozen=True, slots=True)
class ModelReference:
    """The model that listened."""

    name: str
    version: str
    sha256: str | None = None  # of its weights


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Curves that belong together, by the channel of their vocabulary that they move."""

    vocabulary: Vocabulary
    curves: Mapping[str, Curve]
    tolerance: float | None = None  # the bound under which they were reduced
    pins: tuple[tuple[str, float, float], ...] = ()  # (control, start_s, end_s) that were kept exact

    def __post_init__(self) -> None:
        if strange := sorted(set(self.curves) - set(self.vocabulary.names)):
            raise BilabialError(
                f"a track of {self.vocabulary.name} has a curve {strange[0]!r}, which is no channel of it: "
                f"use {', '.join(self.vocabulary.names)}"
            )
        object.__setattr__(self, "curves", MappingProxyType(dict(self.curves)))

    def __reduce__(self) -> tuple[type[Track], tuple[object, ...]]:
        return Track, (self.vocabulary, dict(self.curves), self.tolerance, self.pins)

    @property
    def key_count(self) -> int:
        return sum(map(len, self.curves.values()))

    @classmethod
    def of_controls(
        cls, curves: Mapping[str, Curve], tolerance: float = TOLERANCE, pins: tuple[Pin, ...] | list[Pin] = ()
    ) -> Track:
        """The speech track; pins as reduce takes them, by the index of the control."""
        names = list(curves)
        named = [(names[i], start, end) for i, start, end in pins]
        return cls(SPEECH_CONTROLS, curves, tolerance, in_pin_order(named))


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """Curves are stored in the neutral style; ``styled`` gives them as they are to be seen."""

    sound: SoundReference
    phones: PhoneTrack = field(default_factory=PhoneTrack)
    tracks: Mapping[str, Track] = field(default_factory=dict)
    style: Style = field(default_factory=Style)
    model: ModelReference | None = None
    statistics: FieldStatistics | None = None  # of the clip: a span solved again is measured against the same
    landmarks: Floats32 | None = None  # (rows, 76); made again from the sound where absent
    dense: Mapping[str, Floats32] = field(default_factory=dict)  # by track: (rows, curves), before reduction
    words: tuple[SaidWord, ...] = ()  # of a text that was given or found; phones name them by their place
    words_model: ModelReference | None = None  # which found them; None where a person gave them

    def __post_init__(self) -> None:
        object.__setattr__(self, "tracks", MappingProxyType(dict(self.tracks)))
        object.__setattr__(self, "dense", MappingProxyType(dict(self.dense)))

    def __reduce__(self) -> tuple[type[Take], tuple[object, ...]]:
        parts = (self.sound, self.phones, dict(self.tracks), self.style, self.model, self.statistics)
        return Take, (*parts, self.landmarks, dict(self.dense), self.words, self.words_model)

    def track(self, name: str = SPEECH) -> Track:
        if name not in self.tracks:
            has = ", ".join(self.tracks) or "none"
            raise BilabialError(f"the take has no track {name!r}: it has {has}")
        return self.tracks[name]

    def styled(self, track: str = SPEECH) -> dict[str, Curve]:
        """A track's curves as they are to be seen: in the take's style where its vocabulary has one."""
        chosen = self.track(track)
        return restyled(chosen.curves, self.style) if chosen.vocabulary.styled else dict(chosen.curves)

    def with_style(self, style: Style) -> Take:
        return replace(self, style=style)

    def with_track(self, name: str, track: Track) -> Take:
        return replace(self, tracks={**self.tracks, name: track})

    def with_curves(self, curves: Mapping[str, Curve], track: str = SPEECH) -> Take:
        return self.with_track(track, replace(self.track(track), curves=curves))
