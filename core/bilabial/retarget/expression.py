"""A channel's formula as a Blender simple expression: no Python, no script warning, under 256 letters.

``expression(profile, "mouthClose")`` gives the text and which control each of its one-letter variables
reads. The text means exactly what evaluate.py computes, down to the limits; a test holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..controls import CLOSERS, CONTROLS
from ..errors import RigError
from .evaluate import excluded_by
from .profile import WORKING_POINT, RigProfile
from .profile_entries import Exclusion, Term

LONGEST = 255  # characters that Blender keeps of a driver's expression
_DIGITS = (6, 3, 2)  # significant ones of a weight, fewer where a driver would not fit otherwise
# After that steps of a channel's unit to which weights are rounded: many become one, and small ones none.
_STEPS = (0.02, 0.04, 0.08)
_SMALL = 0.2  # a channel's unit under which its weights are written as shares of it
# One letter a control, the same in every driver; j and l are the field.
_FIELD_LETTERS = {"Jaw": "j", "Lip": "l"}
_LETTERS = "abcdefghikmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
HAND = "Z"  # the letter of what a hand adds to a channel; no control has it
EMOTION = "Y"  # and of what an emotion adds
_ALONE = re.compile("(?<![A-Za-z])[A-Za-z](?![A-Za-z])")  # a letter that is no part of a function's name
LETTERS = _FIELD_LETTERS | dict(zip((c for c in CONTROLS if c not in _FIELD_LETTERS), _LETTERS, strict=False))


@dataclass(frozen=True, slots=True)
class Expression:
    text: str
    variables: dict[str, str]  # letter -> control
    hand: bool = False  # whether HAND is one of its letters
    emotion: bool = False  # whether EMOTION is


def expression(
    profile: RigProfile, channel: str, factor: float = 1.0, hand: bool = False, emotion: bool = False
) -> Expression:
    """The driver of one channel. Raises RigError where it would not fit Blender's field.

    With ``hand`` it leaves room for what an animator adds, in shares of fully on, and with ``emotion`` for an
    emotion beside it; of a channel that opens or shuts the lips that fades as they close.

    ``factor`` turns the channel's unit into the rig's: the distance in scene units for a channel with a
    measure (shorter than the expression of a fitted profile).
    """
    profile = _cut(profile, channel)
    unit = profile.channels[channel].unit
    letters = [letter for letter, wanted in ((HAND, hand), (EMOTION, emotion)) if wanted]
    ways = [(profile, factor)]
    if unit != 1.0 and profile.follow_of(channel) is None:
        # Small numbers (bones in scene units) have many zeros: count in shares of the limit instead.
        shares = profile.scaled({channel: 1.0 / unit}), factor * unit
        ways = [shares] if unit < _SMALL else [*ways, shares]
    text = ""
    for counted, times in ways:
        for rounded in _ever_rounder(counted, channel):
            value = _value(rounded, channel)
            value = _with_room(counted, channel, value, letters) if letters else value
            text = _clamped(rounded, channel, value)
            if times != 1.0 and text != "0":
                text = f"{_number(times)}*{text}"
            if len(text) <= LONGEST:
                break
        if len(text) <= LONGEST:
            break
    if len(text) > LONGEST:
        raise RigError(
            f"the driver of {channel!r} needs {len(text)} characters of the {LONGEST} that Blender keeps: "
            "round its weights, or bake this rig"
        )
    read = set(_ALONE.findall(text))
    used = {letter: control for control, letter in LETTERS.items() if letter in read}
    return Expression(text, used, hand, emotion)


def _cut(profile: RigProfile, channel: str) -> RigProfile:
    """What the formula of one channel is made of: itself, and what it follows. A face of hundreds of channels
    is copied and checked as a whole otherwise, once and more for each of them.
    """
    needed, follows = {channel: profile.channels[channel]}, []
    while (follow := profile.follow_of(next(reversed(needed)))) is not None:
        follows.append(follow)
        needed[follow.follows] = profile.channels[follow.follows]
    exclusions = (
        replace(one, channels=tuple(name for name in needed if name in one.channels))
        for one in profile.exclusions
    )
    return RigProfile(
        profile.name,
        profile.title,
        needed,
        tuple(term for name in needed for term in profile.terms_of(name)),
        tuple(one for one in exclusions if one.channels),
        tuple(follows),
        {name: profile.gap[name] for name in needed if name in profile.gap},
        measures=profile.measures,
        mode=profile.mode,
    )


def fades_with_closures(profile: RigProfile, channel: str) -> bool:
    """Whether a channel has a part in how far the lips are apart."""
    return profile.gap.get(channel, 0.0) != 0.0


def _with_room(profile: RigProfile, channel: str, value: str, letters: list[str]) -> str:
    unit = profile.channels[channel].unit
    added = letters[0] if len(letters) == 1 else f"({'+'.join(letters)})"
    added = added if unit == 1.0 else f"{_number(unit)}*{added}"
    if fades_with_closures(profile, channel):
        added = f"{added}*(1-{_share(CLOSERS)})"
    return added if value == "0" else f"{value}+{added}"


def _ever_rounder(profile: RigProfile, channel: str) -> Iterator[RigProfile]:
    """The profile, the weights that a channel needs written shorter and shorter."""
    follow = profile.follow_of(channel)
    needed = {channel} | ({follow.follows} if follow else set())

    def rounded(shorter: Callable[[Term], float]) -> RigProfile:
        terms = [
            replace(term, weight=shorter(term)) if term.channel in needed else term for term in profile.terms
        ]
        return replace(profile, terms=tuple(term for term in terms if term.weight))

    yield profile
    for digits in _DIGITS[1:]:
        yield rounded(lambda term, digits=digits: float(f"{term.weight:.{digits}g}"))  # type: ignore[misc]
    for step in _STEPS:
        grid = {name: step * profile.channels[name].unit for name in needed}
        yield rounded(
            lambda term, grid=grid: round(round(term.weight / grid[term.channel]) * grid[term.channel], 6)  # type: ignore[misc]
        )


def _value(profile: RigProfile, channel: str) -> str:
    """value_c before the clamp."""
    own = _own(profile, channel)
    follow = profile.follow_of(channel)
    if follow is None:
        return own
    leader = _clamped(profile, follow.follows, _value(profile, follow.follows))
    share = _share(follow.by)
    if follow.weight != 1.0:
        leader = f"{_number(follow.weight)}*{_factor(leader)}"
    if own == "0":
        return f"{share}*{_factor(leader)}"
    return f"lerp({own},{leader},{share})"


def _clamped(profile: RigProfile, channel: str, text: str) -> str:
    low, high = profile.channels[channel].limits
    if text == "0":
        return text
    span = max(abs(low), abs(high))
    if span == float("inf"):
        return text
    return f"clamp({text},{_number(low)},{_number(high)})" if (low, high) != (0.0, 1.0) else f"clamp({text})"


def _own(profile: RigProfile, channel: str) -> str:
    """own_c: neutral and terms, those held back by the same exclusions together."""
    groups: dict[tuple[int, ...], list[Term]] = {}
    for term in profile.terms_of(channel):
        groups.setdefault(excluded_by(profile, term), []).append(term)
    neutral = profile.channels[channel].neutral
    pieces = [_number(neutral)] if neutral else []
    for exclusions, terms in groups.items():
        scaled = [
            _scaled([t for t in terms if t.part in ("jaw", "tongue")], "j"),
            _scaled([t for t in terms if t.part == "lip"], "l"),
            _sum([t for t in terms if t.part in ("seal", "plain")]),
        ]
        total = "+".join(part for part in scaled if part)
        keeps = [_keep(profile.exclusions[i]) for i in exclusions]
        if keeps and (_has_sum(total) or total.startswith("-")):
            total = f"({total})"
        pieces.append("*".join([*keeps, total]))
    return "+".join(pieces).replace("+-", "-") or "0"


def _scaled(terms: list[Term], letter: str) -> str:
    total = _sum(terms)
    return f"{letter}/{_number(WORKING_POINT)}*{_factor(total)}" if total else ""


def _sum(terms: list[Term]) -> str:
    """Sum of weight * control, controls of equal weight gathered so that long sums stay short."""
    gathered: dict[float, list[str]] = {}
    for term in terms:
        gathered.setdefault(round(term.weight, 6), []).append(LETTERS[term.control])
    pieces = []
    for weight, letters in gathered.items():
        what = letters[0] if len(letters) == 1 else f"({'+'.join(letters)})"
        pieces.append({1.0: what, -1.0: f"-{what}"}.get(weight, f"{_number(weight)}*{what}"))
    return "+".join(pieces).replace("+-", "-")


def _keep(exclusion: Exclusion) -> str:
    share = _share(exclusion.by)
    return f"(1-{share})" if exclusion.strength == 1.0 else f"(1-{_number(exclusion.strength)}*{share})"


def _share(by: Iterable[str]) -> str:
    letters = [LETTERS[name] for name in by]
    return f"min(1,{'+'.join(letters)})"


def _factor(text: str) -> str:
    """The text, in brackets unless it is one name, number or call."""
    return f"({text})" if any(text_has in _outside(text) for text_has in "+-*/") else text


def _has_sum(text: str) -> bool:
    return any(sign in _outside(text)[1:] for sign in "+-")


def _outside(text: str) -> str:
    """What stands outside all brackets."""
    depth, kept = 0, []
    for character in text:
        depth -= character == ")"
        if depth == 0:
            kept.append(character)
        depth += character == "("
    return "".join(kept)


def _number(value: float) -> str:
    text = f"{value:.6g}"
    if text.startswith("0."):
        return text[1:]
    return "-" + text[2:] if text.startswith("-0.") else text
