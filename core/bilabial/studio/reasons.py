"""Why a face does what it does at a moment: the phone, its rule, what the ear would have said next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..controls import GROUPS
from ..curves.curve import HAND
from ..curves.take import SPEECH, Take
from ..phonemes.track import Phone
from ..timing import FRAME_RATE

_RULES = {
    "MBP": "lips shut for the whole sound, a film frame at least",
    "FV": "lower lip at the upper teeth for the whole sound",
    "S": "teeth together: what opens the jaw stays small",
    "ShChZh": "teeth together and lips forward, early and late",
    "U": "lips come forward early and stay late",
    "WA_PEDAL": "lips come forward early and stay late",
    "LNTD": "the tongue alone: the lips stay as they were",
    "GK": "the tongue alone: the lips stay as they were",
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


def of_phone(take: Take, index: int, groups: NDArray[np.float32] | None) -> str:
    """A few lines about one phone."""
    phone = take.phones.phones[index]
    lines = [f"{phone.label} ({phone.group}), {phone.start:.3f} to {phone.end:.3f} s"]
    lines.append("from a person" if phone.confidence >= 1.0 else f"confidence {phone.confidence:.0%}")
    if rule := _RULES.get(phone.group):
        lines.append(rule)
    others = [one for one in guesses(groups, phone) if one.group != phone.group and one.probability > 0.05]
    if others:
        lines.append("the ear's next guess: " + ", ".join(f"{o.group} {o.probability:.0%}" for o in others))
    return "\n".join(lines)


def of_key(take: Take, track: str, curve: str, time: float) -> str:
    """Why a key stands where it stands."""
    chosen = take.track(track).curves[curve]
    index = int(np.argmin(np.abs(chosen.times - time)))
    at = float(chosen.times[index])
    told = f"{curve} {chosen.values[index]:.2f} at {at:.3f} s"
    if chosen.origin[index] == HAND:
        return f"{told}\nset by hand: it stays when the line is generated again"
    if track != SPEECH:
        return told
    if any(name == curve and start - 1e-6 <= at <= end + 1e-6 for name, start, end in take.track(track).pins):
        return f"{told}\na rule keeps it exact: {_RULES.get(curve.removesuffix('a'), 'a contact')}"
    near = [phone for phone in take.phones if not phone.is_silence and _apart(phone, at) <= _NEAR]
    own = [phone for phone in near if phone.group == curve or phone.group == curve.removesuffix("a")]
    for phone in sorted(own or near, key=lambda phone: _apart(phone, at))[:1]:
        side = "before" if at < phone.start else "after" if at > phone.end else "in"
        return f"{told}\n{side} {phone.label} at {phone.start:.2f} s"
    return told


def _apart(phone: Phone, time: float) -> float:
    return max(phone.start - time, time - phone.end, 0.0)
