"""Does the mouth move when the sound says so? The lag at which the two agree best, and how clearly.

The ear's probabilities say how open and how wide a mouth should be at each row, the loudness how open; the
curves say how open and wide it is. Their correlation over lags has a peak; its height above the median of all
lags is the confidence. Measured on real faces (tests/measure/mouths.py) the peak lies at NATURAL.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...phrases import Phrase
from ...timing import FRAME_RATE
from ..finding import Finding, Verdict
from ..limits import MOUTH_EARLY, MOUTH_LATE, NATURAL, SURE
from ..mouth import shapes_of_groups
from ..subject import Floats, Heard, Subject

KIND = "sync"
REACH_S = 0.4  # the largest lag looked at
_SMOOTH = 9  # rows (odd) over which both sides are averaged
_WINDOW_S, _HOP_S = 6.0, 3.0  # of a long clip each such stretch is looked at by itself
_LEAST_S = 1.0  # of sound; less says nothing
_LEAST_SOUNDS = 8  # that are spoken; one syllable has no rhythm to be early or late in
_LOUD_FLOOR, _LOUD_TOP = -60.0, -10.0  # dB


@dataclass(frozen=True, slots=True)
class Offset:
    """``seconds`` by which the mouth comes after the sound (before it where negative), natural lead aside."""

    seconds: float
    confidence: float


def check(subject: Subject) -> Verdict:
    if subject.heard is None:
        return Verdict(KIND, None, note=subject.why_unheard)
    if sum(not phone.is_silence for phone in subject.take.phones) < _LEAST_SOUNDS:
        return Verdict(KIND, None, note=Phrase("too little is said to tell"))
    whole = offset_of(subject.heard, subject.opening, subject.width)
    if whole is None or whole.confidence < SURE:
        return Verdict(KIND, None, note=Phrase("sound and mouth are too little alike to say"))
    found = [(0.0, subject.duration, whole)]
    if subject.duration > 1.5 * _WINDOW_S:
        found = _windows(subject, subject.heard) or found
    findings = [
        Finding(KIND, start, end, _severity(one.seconds), _reason(one))
        for start, end, one in found
        if _severity(one.seconds) > 0.0
    ]
    bad = float(np.mean([_severity(one.seconds) for _, _, one in found]))
    measures = {"offset_s": round(whole.seconds, 3), "confidence": round(whole.confidence, 3)}
    return Verdict(KIND, 1.0 - bad, tuple(findings), measures)


def _windows(subject: Subject, heard: Heard) -> list[tuple[float, float, Offset]]:
    found = []
    for start in np.arange(0.0, subject.duration - 0.5 * _WINDOW_S, _HOP_S):
        rows = slice(round(start * FRAME_RATE), round((start + _WINDOW_S) * FRAME_RATE))
        part = offset_of(heard, subject.opening, subject.width, rows)
        if part is not None and part.confidence >= SURE:
            found.append((float(start), min(float(start) + _WINDOW_S, subject.duration), part))
    return found


def _severity(seconds: float) -> float:
    """0 inside what viewers do not notice, 1 at twice that."""
    limit = MOUTH_LATE if seconds > 0 else MOUTH_EARLY
    return float(np.clip(abs(seconds) / limit - 1.0, 0.0, 1.0))


def _reason(offset: Offset) -> str:
    milliseconds, sure = abs(offset.seconds) * 1000, offset.confidence
    if offset.seconds > 0:
        return Phrase("the mouth comes {0:.0f} ms after its sound (confidence {1:.2f})", milliseconds, sure)
    return Phrase("the mouth comes {0:.0f} ms before its sound (confidence {1:.2f})", milliseconds, sure)


def offset_of(heard: Heard, opening: Floats, width: Floats, rows: slice | None = None) -> Offset | None:
    """The best lag of a mouth (opening and width a row) behind its sound. None where too little moves."""
    rows = rows or slice(None)
    level = np.clip(heard.prosody.intensity_db, _LOUD_FLOOR, _LOUD_TOP).astype(np.float64)
    pairs = [(level[rows], opening[rows])]
    if heard.groups is not None:
        open_of, wide_of = shapes_of_groups()
        pairs.append(((heard.groups @ open_of)[rows], opening[rows]))
        pairs.append(((heard.groups @ wide_of)[rows], width[rows]))
    count = min(len(side) for pair in pairs for side in pair)
    if count < _LEAST_S * FRAME_RATE:
        return None
    reach = round(REACH_S * FRAME_RATE)
    curves = [
        curve
        for a, b in pairs
        if (curve := _correlations(_calm(a[:count]), _calm(b[:count]), reach)) is not None
    ]
    if not curves:
        return None
    mean = np.mean(curves, axis=0)
    best = int(mean.argmax())
    lag = float(best - reach)
    if 0 < best < len(mean) - 1:  # a parabola through the peak and its neighbours
        before, peak, after = mean[best - 1 : best + 2]
        bend = before - 2.0 * peak + after
        lag += float(0.5 * (before - after) / bend) if bend < 0 else 0.0
    return Offset(float(lag / FRAME_RATE - NATURAL), float(mean[best] - np.median(mean)))


def _calm(values: NDArray[np.floating]) -> Floats:
    weights = np.hanning(_SMOOTH + 2)[1:-1]
    padded = np.pad(values.astype(np.float64), _SMOOTH // 2, mode="edge")
    return np.convolve(padded, weights / weights.sum(), mode="valid")


def _correlations(sound: Floats, mouth: Floats, reach: int) -> Floats | None:
    """Pearson's correlation at each lag of the mouth from -reach to reach rows."""
    if sound.std() < 1e-9 or mouth.std() < 1e-9:
        return None
    count = len(sound)
    found = np.empty(2 * reach + 1)
    for lag in range(-reach, reach + 1):
        a = sound[max(0, -lag) : count - max(0, lag)]
        b = mouth[max(0, lag) : count - max(0, -lag)]
        a, b = a - a.mean(), b - b.mean()
        scale = float(np.sqrt((a @ a) * (b @ b)))
        found[lag + reach] = float(a @ b) / scale if scale > 1e-12 else 0.0
    return found
