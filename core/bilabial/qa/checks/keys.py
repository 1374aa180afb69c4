"""Are there many more keys than the curves need?"""

from __future__ import annotations

import numpy as np

from ...curves.curve import Curve
from ...curves.reduce import TOLERANCE, reduce
from ...phrases import Phrase
from ...timing import FRAME_RATE
from ..finding import Finding, Verdict
from ..limits import MOST_KEYS, OVER_KEYED
from ..subject import Subject

KIND = "keys"


def check(subject: Subject) -> Verdict:
    track = subject.take.track(subject.track)
    tolerance = track.tolerance or TOLERANCE
    findings = []
    total = needed_in_all = 0
    for name, curve in track.curves.items():
        total += len(curve)
        busiest = _busiest_second(curve)
        if busiest <= MOST_KEYS:
            needed_in_all += len(curve)
            continue
        rows = curve.evaluate(np.arange(int(subject.duration * FRAME_RATE) + 1) / FRAME_RATE)
        limits = (float(min(rows.min(), 0.0)), float(max(rows.max(), 1.0)))
        needed = max(len(reduce(rows[:, None], [name], tolerance, [], limits)[name]), 1)
        needed_in_all += min(needed, len(curve))
        if len(curve) > OVER_KEYED * needed:
            start = float(curve.times[0])
            reason = Phrase(
                "{0} has {1} keys where {2} say the same within {3:g}", name, len(curve), needed, tolerance
            )
            severity = min(1.0, 0.2 * len(curve) / needed)
            findings.append(Finding(KIND, start, float(curve.times[-1]), severity, reason))
    excess = total / needed_in_all if needed_in_all else 1.0
    share = float(np.clip(1.0 - (excess - OVER_KEYED) / OVER_KEYED, 0.0, 1.0))
    rate = total / subject.duration if subject.duration else 0.0
    return Verdict(KIND, share, tuple(findings), {"keys": float(total), "keys_a_second": round(rate, 2)})


def _busiest_second(curve: Curve) -> int:
    """The most keys that lie within one second."""
    if len(curve) == 0:
        return 0
    return int((np.searchsorted(curve.times, curve.times + 1.0) - np.arange(len(curve))).max())
