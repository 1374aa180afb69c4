"""Do lips move faster than real ones?"""

from __future__ import annotations

import numpy as np

from ...phrases import Phrase
from ...timing import FRAME_RATE
from ..finding import Finding, Verdict
from ..limits import CLOSING_SPEED, CORNER_SPEED, OPENING_SPEED, SPEED_MARGIN, SPEED_WINDOW_S
from ..mouth import reference_mouth
from ..subject import Floats, Subject, runs

KIND = "speed"
_MM = 63.0  # millimetres between a grown person's pupils, so that a reason can say a speed in them


def check(subject: Subject) -> Verdict:
    opening = speeds(subject.opening)
    corners = speeds(subject.width)
    findings: list[Finding] = []
    wrong = np.zeros(len(opening), bool)
    kinds = (
        (Phrase("the lips part"), opening, OPENING_SPEED),
        (Phrase("the lips close"), -opening, CLOSING_SPEED),
        (Phrase("the corners of the mouth move"), np.abs(corners), CORNER_SPEED),
    )
    for what, speed, limit in kinds:
        too_fast = speed > SPEED_MARGIN * limit
        wrong |= too_fast
        for first, stop in runs(too_fast):
            fastest = float(speed[first:stop].max())
            reason = Phrase(
                "{0} at {1:.0f} mm/s; real ones hardly pass {2:.0f}", what, fastest * _MM, limit * _MM
            )
            severity = min(1.0, fastest / (SPEED_MARGIN * limit) - 1.0 + 0.1)
            findings.append(Finding(KIND, first / FRAME_RATE, stop / FRAME_RATE, severity, reason))
    moving = (np.abs(opening) > 0.1 * OPENING_SPEED).sum()
    share = 1.0 - min(1.0, float(wrong.sum()) / moving) if moving else 1.0
    measures = {
        "opening_speed": float(opening.max(initial=0.0)),
        "closing_speed": float((-opening).max(initial=0.0)),
        "corner_speed": float(np.abs(corners).max(initial=0.0)),
    }
    return Verdict(KIND, share, tuple(findings), measures)


def speeds(lengths: Floats) -> Floats:
    """Eye distances a second at each row, over SPEED_WINDOW_S as a film camera sees it."""
    reach = round(0.5 * SPEED_WINDOW_S * FRAME_RATE)
    if len(lengths) <= 2 * reach:
        return np.zeros(len(lengths))
    held = np.pad(lengths, reach, mode="edge")
    result: Floats = (held[2 * reach :] - held[: -2 * reach]) / (
        2 * reach / FRAME_RATE * reference_mouth().eye_distance
    )
    return result
