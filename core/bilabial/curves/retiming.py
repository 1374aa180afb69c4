"""A take at another speed, or of another part of its sound: what is known goes along, nothing is heard."""

from __future__ import annotations

from dataclasses import replace

from ..phonemes.merge import in_other_time
from ..phonemes.track import SaidWord
from .curve import Curve
from .style import Style, StyledSpan
from .take import Take, Track

_LEAST_S = 1e-4


def retimed(take: Take, gain: float, offset: float, duration: float) -> Take:
    """The take with the moment t at gain * t + offset, cut to 0..duration (s)."""
    if (gain, offset, duration) == (1.0, 0.0, take.sound.duration):
        return take
    return replace(
        take,
        sound=replace(take.sound, duration=duration),
        phones=in_other_time(take.phones, gain, offset, duration),
        words=tuple(_word(word, gain, offset, duration) for word in take.words),
        tracks={name: _track(track, gain, offset, duration) for name, track in take.tracks.items()},
        style=_style(take.style, gain, offset, duration),
        landmarks=None,
        dense={},
    )


def _track(track: Track, gain: float, offset: float, duration: float) -> Track:
    pins = [(name, *_cut(start, end, gain, offset, duration)) for name, start, end in track.pins]
    return replace(
        track,
        curves={name: _curve(curve, gain, offset, duration) for name, curve in track.curves.items()},
        pins=tuple(pin for pin in pins if pin[2] - pin[1] > _LEAST_S),
    )


def _curve(curve: Curve, gain: float, offset: float, duration: float) -> Curve:
    moved = curve.retimed(gain, offset)
    if not len(moved) or (moved.times[0] >= 0.0 and moved.times[-1] <= duration):
        return moved
    return moved.sliced(0.0, duration)


def _word(word: SaidWord, gain: float, offset: float, duration: float) -> SaidWord:
    start, end = _cut(word.start, word.end, gain, offset, duration)
    return replace(word, start=start, end=end, heard=word.heard and end - start > _LEAST_S)


def _style(style: Style, gain: float, offset: float, duration: float) -> Style:
    spans = [(*_cut(span.start, span.end, gain, offset, duration), span.dials) for span in style.spans]
    kept = [StyledSpan(start, end, dials) for start, end, dials in spans if end - start > _LEAST_S]
    return replace(style, spans=tuple(kept))


def _cut(start: float, end: float, gain: float, offset: float, duration: float) -> tuple[float, float]:
    first, last = (min(max(gain * moment + offset, 0.0), duration) for moment in (start, end))
    return first, last
