"""Does the mouth come to rest where nobody speaks?"""

from __future__ import annotations

import numpy as np

from ...phrases import Phrase
from ...timing import FRAME_RATE
from ..finding import Finding, Verdict
from ..limits import REST
from ..subject import Subject, runs

KIND = "rest"
_SHORTEST = 3  # rows: less is the edge of a neighbour


def check(subject: Subject) -> Verdict:
    total = subject.shapes.sum(axis=1)
    quiet = np.zeros(len(total), bool)
    for event in subject.events:
        if event.kind == "rest":
            quiet[event.first : event.last + 1] = True
    moving = quiet & (total > REST)
    findings = []
    wrong = 0
    for first, stop in runs(moving):
        if stop - first < _SHORTEST:
            continue
        wrong += stop - first
        most = float(total[first:stop].max())
        reason = Phrase("the mouth moves in a pause (shapes up to {0:.2f} in all)", most)
        findings.append(Finding(KIND, first / FRAME_RATE, stop / FRAME_RATE, min(1.0, most), reason))
    silent = int(quiet.sum())
    return Verdict(
        KIND, 1.0 - wrong / silent if silent else 1.0, tuple(findings), {"silent_s": silent / FRAME_RATE}
    )
