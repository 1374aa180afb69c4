"""Is what the phones say what the sound says?"""

from __future__ import annotations

import numpy as np

from ...controls import GROUPS, SILENCE
from ...phonemes.track import Phone
from ...phrases import Phrase
from ...timing import FRAME_RATE
from ..finding import Finding, Verdict
from ..limits import UNHEARD
from ..subject import Subject
from .words import against_text

KIND = "text"
_APART = 0.15  # seconds: unheard sounds nearer than this are one finding
_LEAST = 0.12  # seconds of unheard sounds that are worth a look: a single short one is often just weak
_GUESS = 0.5  # probability from which another sound is named


def check(subject: Subject) -> Verdict:
    answered, findings = against_text(subject, KIND)
    if subject.heard is None or subject.heard.groups is None:
        if answered is not None:
            return Verdict(KIND, answered, tuple(findings))
        note = subject.why_unheard if subject.heard is None else "no model listened"
        return Verdict(KIND, None, note=note)
    spoken = [phone for phone in subject.take.phones if not phone.is_silence]
    if not spoken:
        return Verdict(KIND, 1.0 if answered is None else answered, tuple(findings), {"heard": 1.0})
    groups = subject.heard.groups
    sure = [
        float(np.mean(rows[:, GROUPS.index(p.group)])) if len(rows := _rows(groups, p)) else 0.0
        for p in spoken
    ]
    doubtful = [phone for phone, share in zip(spoken, sure, strict=True) if share < UNHEARD]
    for run in _together(doubtful):
        if sum(phone.end - phone.start for phone in run) < _LEAST:
            continue
        said = " ".join(phone.label for phone in run)
        reason = Phrase("{0} is not what the sound says{1}", said, _guess(groups, run))
        findings.append(Finding(KIND, run[0].start, run[-1].end, min(1.0, len(run) / 4), reason))
    lost = sum(phone.end - phone.start for phone in doubtful)
    whole = sum(phone.end - phone.start for phone in spoken)
    share = min(1.0 - lost / whole, 1.0 if answered is None else answered)
    return Verdict(KIND, share, tuple(findings), {"heard": float(np.mean(sure))})


def _rows(groups: np.ndarray, phone: Phone) -> np.ndarray:
    return groups[round(phone.start * FRAME_RATE) : max(round(phone.end * FRAME_RATE), 1)]


def _together(phones: list[Phone]) -> list[list[Phone]]:
    found: list[list[Phone]] = []
    for phone in phones:
        if found and phone.start - found[-1][-1].end < _APART:
            found[-1].append(phone)
        else:
            found.append([phone])
    return found


def _guess(groups: np.ndarray, run: list[Phone]) -> str:
    """What the ear would say instead, where it is sure of anything."""
    rows = groups[round(run[0].start * FRAME_RATE) : round(run[-1].end * FRAME_RATE)]
    if not len(rows):
        return ""
    mean = rows.mean(axis=0)
    best = int(mean.argmax())
    if mean[best] < _GUESS:
        return ""
    return (
        Phrase(": it is silent there") if GROUPS[best] == SILENCE else Phrase(": it hears {0}", GROUPS[best])
    )
