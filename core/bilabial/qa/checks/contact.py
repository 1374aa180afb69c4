"""Does the lower lip come to the upper teeth at every f and v, in the frames that are shown?"""

from __future__ import annotations

from ...controls import CONTROLS, LABIODENTALS
from ...phrases import Phrase
from ..finding import Finding, Verdict
from ..limits import CONTROL_MEETS, FRAME_RATES
from ..subject import Subject, frames_within

KIND = "contact"
_COLUMNS = [CONTROLS.index(name) for name in LABIODENTALS]


def check(subject: Subject) -> Verdict:
    findings: list[Finding] = []
    contacts = [event for event in subject.events if event.kind == "contact"]
    good = 0.0
    for event in contacts:
        reached = {
            rate: float(
                subject.controls_at(frames_within(event.start, event.end, rate))[:, _COLUMNS].max(initial=0.0)
            )
            for rate in FRAME_RATES
        }
        missed = [rate for rate, value in reached.items() if value < CONTROL_MEETS]
        good += 1.0 - len(missed) / len(FRAME_RATES)
        if missed:
            frames = ", ".join(map(str, missed))
            reason = Phrase(
                "the lip comes {0:.0%} of the way to the teeth on an f or v (at {1} frames a second)",
                min(reached.values()),
                frames,
            )
            findings.append(Finding(KIND, event.start, event.end, len(missed) / len(FRAME_RATES), reason))
    share = good / len(contacts) if contacts else 1.0
    return Verdict(KIND, share, tuple(findings), {"contacts": float(len(contacts))})
