"""Is the sound itself fit to be followed: not clipped, not silent, without holes?"""

from __future__ import annotations

import numpy as np

from ...phrases import Phrase
from ..finding import Finding, Verdict
from ..limits import QUIET_DB
from ..listening import Floats32
from ..subject import Subject

KIND = "sound"
_LEAST_S = 3.0  # of a clip, when a share of it is told
_EDGE_S, _EDGE_ROWS = 0.03, 4  # from a sound to an end of the clip; rows of level that are looked at there
_STILL_LOUD_DB = 15.0  # below the loudest parts: a word that ends by itself is softer by then


def check(subject: Subject) -> Verdict:
    heard = subject.heard
    if heard is None:
        return Verdict(KIND, None, note=subject.why_unheard)
    level = heard.prosody.intensity_db
    loud = float(np.percentile(level, 95)) if len(level) else QUIET_DB
    if loud < QUIET_DB:
        reason = Phrase("the sound is silent, or nearly (its loudest parts reach {0:.0f} dB)", loud)
        silent = Finding(KIND, 0.0, subject.duration, 1.0, reason)
        return Verdict(KIND, 0.0, (silent,), {"loud_db": round(loud, 1)}, spoils=True)
    findings = [
        Finding(KIND, start, end, min(1.0, 0.3 + 10.0 * (end - start)), Phrase("the sound is clipped"))
        for start, end in heard.clipped
    ]
    words = [(phone.start, phone.end) for phone in subject.take.phones if not phone.is_silence]
    holes = [(start, end) for start, end in heard.dropped if any(a < end and start < b for a, b in words)]
    findings += [
        Finding(
            KIND,
            start,
            end,
            min(1.0, 0.4 + 6.0 * (end - start)),
            Phrase("the sound has a hole of {0:.0f} ms inside a word", (end - start) * 1000),
        )
        for start, end in holes
    ]
    findings += _cut_off(subject, level, loud)
    # A second of the clip is spoilt by anything that is wrong in it; of a short one not all is lost by that.
    seconds = {int(finding.start) for finding in findings}
    share = 1.0 - min(1.0, len(seconds) / max(subject.duration, _LEAST_S))
    return Verdict(KIND, share, tuple(findings), {"loud_db": round(loud, 1)})


def _cut_off(subject: Subject, level: Floats32, loud: float) -> list[Finding]:
    """A recording that begins or ends in a word: still nearly as loud as it ever is."""
    spoken = [phone for phone in subject.take.phones if not phone.is_silence]
    if not spoken or len(level) < _EDGE_ROWS:
        return []
    sides = (
        (spoken[0].start, 0.0, level[:_EDGE_ROWS], Phrase("the sound begins in the middle of a word")),
        (subject.duration - spoken[-1].end, subject.duration, level[-_EDGE_ROWS:],
         Phrase("the sound ends in the middle of a word")),
    )  # fmt: skip
    return [
        Finding(KIND, at, at, 0.5, reason)
        for room, at, rows, reason in sides
        if room < _EDGE_S and float(np.median(rows)) > loud - _STILL_LOUD_DB
    ]
