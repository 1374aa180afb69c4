"""Why a face does what it does at a moment: the phone, its rule, what the ear would have said next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..controls import GROUPS
from ..curves.curve import HAND
from ..curves.take import SPEECH, Take
from ..phonemes.track import Phone
from ..phrases import Phrase
from ..timing import FRAME_RATE

_RULES = {
    "MBP": Phrase("lips shut for the whole phone, a film frame at least"),
    "FV": Phrase("lower lip at the upper teeth for the whole phone"),
    "S": Phrase("teeth together: what opens the jaw stays small"),
    "ShChZh": Phrase("teeth together and lips forward, early and late"),
    "U": Phrase("lips come forward early and stay late"),
    "WA_PEDAL": Phrase("lips come forward early and stay late"),
    "LNTD": Phrase("the tongue alone: the lips stay as they were"),
    "GK": Phrase("the tongue alone: the lips stay as they were"),
}
_NEAR = 0.15  # seconds from a key to the sound that it may come from


@dataclass(frozen=True, slots=True)
class Guess:
    group: str
    probability: float


def guesses(groups: NDArray[np.float32] | None, phone: Phone, most: int = 3) -> list[Guess]:
    """What the ear hears in a phone's time, likeliest first."""
    if groups is None:
        return []
    rows = groups[round(phone.start * FRAME_RATE) : max(round(phone.end * FRAME_RATE), 1)]
    if len(rows) == 0:
        return []
    mean = rows.mean(axis=0)
    best = np.argsort(-mean)[:most]
    return [Guess(GROUPS[index], float(mean[index])) for index in best]


def of_phone(take: Take, index: int, groups: NDArray[np.float32] | None) -> Phrase:
    """A few lines about one phone."""
    phone = take.phones.phones[index]
    lines = [Phrase("{0} ({1}), {2:.3f} to {3:.3f} s", phone.label, phone.group, phone.start, phone.end)]
    sure = phone.confidence
    lines.append(Phrase("from a person") if sure >= 1.0 else Phrase("confidence {0:.0%}", sure))
    if rule := _RULES.get(phone.group):
        lines.append(rule)
    others = [one for one in guesses(groups, phone) if one.group != phone.group and one.probability > 0.05]
    if others:
        told = ", ".join(f"{one.group} {one.probability:.0%}" for one in others)
        lines.append(Phrase("the ear's next guess: {0}", told))
    return Phrase.lines(lines)


def of_key(take: Take, track: str, curve: str, time: float) -> Phrase:
    """Why a key stands where it stands."""
    chosen = take.track(track).curves[curve]
    index = int(np.argmin(np.abs(chosen.times - time)))
    at = float(chosen.times[index])
    told = Phrase("{0} {1:.2f} at {2:.3f} s", curve, chosen.values[index], at)
    if chosen.origin[index] == HAND:
        return Phrase.lines((told, Phrase("set by hand: it stays when the line is generated again")))
    if track != SPEECH:
        return told
    group = curve.removesuffix("a")
    if any(name == curve and start - 1e-6 <= at <= end + 1e-6 for name, start, end in take.track(track).pins):
        rule = _RULES.get(group, Phrase("a contact"))
        return Phrase.lines((told, Phrase("a rule keeps it exact: {0}", rule)))
    near = [phone for phone in take.phones if not phone.is_silence and _apart(phone, at) <= _NEAR]
    own = [phone for phone in near if phone.group in (curve, group)]
    for phone in sorted(own or near, key=lambda phone: _apart(phone, at))[:1]:
        return Phrase.lines((told, _beside(phone, at)))
    return told


def _beside(phone: Phone, at: float) -> Phrase:
    if at < phone.start:
        return Phrase("before {0} at {1:.2f} s", phone.label, phone.start)
    if at > phone.end:
        return Phrase("after {0} at {1:.2f} s", phone.label, phone.start)
    return Phrase("in {0} at {1:.2f} s", phone.label, phone.start)


def _apart(phone: Phone, time: float) -> float:
    return max(phone.start - time, time - phone.end, 0.0)
