"""Is every shape seen for long enough to be a shape, and not a twitch?"""

from __future__ import annotations

from ...controls import SHAPES
from ...phrases import Phrase
from ...timing import FRAME_RATE
from ..finding import Finding, Verdict
from ..limits import FLICKER_S, SEEN
from ..subject import Subject, runs

KIND = "flicker"


def check(subject: Subject) -> Verdict:
    findings = []
    seen = 0
    shapes = subject.shapes
    for column, name in enumerate(SHAPES):
        for first, stop in runs(shapes[:, column] > SEEN):
            seen += 1
            length = (stop - first) / FRAME_RATE
            cut_off = first == 0 or stop == len(shapes)  # by an end of the clip: nobody knows how long it is
            if length >= FLICKER_S or cut_off:
                continue
            most = float(shapes[first:stop, column].max())
            reason = Phrase("{0} is seen for {1:.0f} ms only (up to {2:.2f})", name, length * 1000, most)
            findings.append(
                Finding(KIND, first / FRAME_RATE, stop / FRAME_RATE, 1.0 - length / FLICKER_S, reason)
            )
    share = 1.0 - len(findings) / seen if seen else 1.0
    return Verdict(KIND, share, tuple(findings), {"shapes_seen": float(seen)})
