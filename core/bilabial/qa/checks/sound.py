"""Is the sound itself fit to be followed: not clipped, not silent, without holes?"""

from __future__ import annotations

import numpy as np

from ...phrases import Phrase
from ..finding import Finding, Verdict
from ..limits import QUIET_DB
from ..subject import Subject

KIND = "sound"


def check(subject: Subject) -> Verdict:
    heard = subject.heard
    if heard is None:
        return Verdict(KIND, None, note=subject.why_unheard)
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
            0.5,
            Phrase("the sound has a hole of {0:.0f} ms inside a word", (end - start) * 1000),
        )
        for start, end in holes
    ]
    level = heard.prosody.intensity_db
    loud = float(np.percentile(level, 95)) if len(level) else QUIET_DB
    if loud < QUIET_DB:
        reason = Phrase("the sound is silent, or nearly (its loudest parts reach {0:.0f} dB)", loud)
        findings.append(Finding(KIND, 0.0, subject.duration, 1.0, reason))
        return Verdict(KIND, 0.0, tuple(findings), {"loud_db": round(loud, 1)})
    # A second of the clip is spoilt by any flat top or hole in it.
    seconds = {int(start) for start, _ in (*heard.clipped, *holes)}
    share = 1.0 - min(1.0, len(seconds) / max(subject.duration, 1.0))
    return Verdict(KIND, share, tuple(findings), {"loud_db": round(loud, 1)})
