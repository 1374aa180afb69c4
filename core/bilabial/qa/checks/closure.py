"""Do the lips meet at every m, b and p, in the frames that are shown?"""

from __future__ import annotations

import numpy as np

from ...controls import CLOSERS, CONTROLS, GROUPS
from ...phrases import Phrase
from ...retarget.evaluate import Evaluator, lip_gap
from ...solve.jali.events import Event
from ...timing import FRAME_RATE
from ..finding import Finding, Verdict
from ..limits import CONTROL_MEETS, FRAME_RATES, HEARD, HEARD_S, LIPS_MEET, RIG_MEETS
from ..mouth import reference_mouth
from ..subject import Floats, Subject, frames_within, runs

KIND = "closure"
_COLUMNS = [CONTROLS.index(name) for name in CLOSERS]
_MBP = GROUPS.index("MBP")
_NEAR = 0.08  # seconds from what the ear hears to a closure that answers it


def check(subject: Subject) -> Verdict:
    findings: list[Finding] = []
    closures = [event for event in subject.events if event.kind == "closure"]
    good = 0.0
    for event in closures:
        faults = {rate: fault for rate in FRAME_RATES if (fault := _fault(subject, event, rate))}
        good += 1.0 - len(faults) / len(FRAME_RATES)
        if faults:
            frames = ", ".join(map(str, faults))
            reason = Phrase("{0} on an m, b or p (at {1} frames a second)", max(faults.values()), frames)
            findings.append(Finding(KIND, event.start, event.end, len(faults) / len(FRAME_RATES), reason))
    unanswered = _unanswered(subject, [(event.start, event.end) for event in closures])
    findings += unanswered
    asked = len(closures) + len(unanswered)
    share = good / asked if asked else 1.0
    return Verdict(KIND, share, tuple(findings), {"closures": float(len(closures))})


def _fault(subject: Subject, event: Event, rate: int) -> str:
    """What is wrong in all of the frames that show a closure; nothing where lips and controls meet in one."""
    dense = subject.controls_at(frames_within(event.start, event.end, rate))
    opening = reference_mouth().openings(dense)
    closed = dense[:, _COLUMNS].max(axis=1)
    meets = (opening <= LIPS_MEET) & (closed >= CONTROL_MEETS)
    if subject.rig is not None and subject.rig.gap:
        on_rig = _rig_gap(subject, dense) <= RIG_MEETS
        if meets.any() and not (meets & on_rig).any():
            return Phrase("the lips do not meet on {0}", subject.rig.title)
        meets &= on_rig
    if meets.any():
        return ""
    if opening.min() > LIPS_MEET:
        return Phrase("the lips stay {0:.1f} mm apart", opening.min() * 1000)
    return Phrase("the lips come together but are not pressed ({0:.0%} of a closure)", closed.max())


def _rig_gap(subject: Subject, dense: Floats) -> Floats:
    assert subject.rig is not None
    return lip_gap(subject.rig, Evaluator(subject.rig)(dense))


def _unanswered(subject: Subject, closures: list[tuple[float, float]]) -> list[Finding]:
    """Where the ear is sure of an m, b or p and neither a phone nor the lips answer."""
    if subject.heard is None or subject.heard.groups is None:
        return []
    sure = subject.heard.groups[:, _MBP] >= HEARD
    found = []
    for first, stop in runs(sure):
        start, end = first / FRAME_RATE, stop / FRAME_RATE
        answered = any(a - _NEAR < end and start < b + _NEAR for a, b in closures)
        rows = subject.opening[max(first - 4, 0) : stop + 4]
        if end - start < HEARD_S or answered or not len(rows) or rows.min() <= LIPS_MEET:
            continue
        reason = Phrase(
            "the sound says m, b or p, but no phone does and the lips stay {0:.1f} mm apart",
            rows.min() * 1000,
        )
        found.append(
            Finding(KIND, start, end, float(np.mean(subject.heard.groups[first:stop, _MBP])), reason)
        )
    return found
