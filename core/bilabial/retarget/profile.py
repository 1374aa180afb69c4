"""A rig profile: how each of the 31 controls moves a rig's channels.

For a channel c, with v_p the value of control p (0..1), J = Jaw / 0.6 and L = Lip / 0.6::

    scale  = J for the parts jaw and tongue, L for lip, 1 for seal and plain
    keep   = product of 1 - strength_e * min(1, sum of v_q, q in by_e), exclusions e that name c but not p
    own_c  = neutral_c + sum over the terms (p, c) of  weight * scale * keep * v_p
    share  = min(1, sum of v_q, q in by)                                   (0 where c follows nothing)
    value_c = clamp(own_c + share * (weight * value_of_followed - own_c), limits_c)

Weights therefore hold as written at JALI's working point, Jaw = Lip = 0.6. ``seal`` terms (what a closure
consists of) and ``plain`` terms (of rigs that scale by themselves) are never scaled: lips close whatever the
field. An exclusion spares the terms of its own controls. A channel that follows another one (``mouthClose``
follows the ``jawOpen`` in force) becomes exactly that channel's value times the weight when the controls it
listens to reach 1.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..controls import CONTROLS
from ..errors import RigError
from ..expression.names import EMOTIONS, SHAPES
from .body import PARTS as BODY_PARTS
from .profile_entries import PARTS, SLACK, Channel, Exclusion, Follow, Term, check_channel
from .sides import other_sides, side_of

WORKING_POINT = 0.6  # Jaw and Lip at which weights hold as written
MODES = ("blend", "choose")


@dataclass(frozen=True)
class RigProfile:
    """See the module's text. ``poses`` say what each channel does in ARKit's 52 shapes."""

    name: str
    title: str
    channels: Mapping[str, Channel]
    terms: tuple[Term, ...]
    exclusions: tuple[Exclusion, ...] = ()
    follows: tuple[Follow, ...] = ()
    gap: Mapping[str, float] = field(default_factory=dict)  # opening of the lips; closed when <= 0
    poses: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # channel -> ARKit shape -> weight
    budgets: tuple[
        Mapping[str, float], ...
    ] = ()  # for each: sum of weight * channel stays at most 1 in retargeting
    emotions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # emotion -> channel -> weight
    face: Mapping[str, Mapping[str, float]] = field(
        default_factory=dict
    )  # shape of brows, lids, eyes, cheeks or nose -> channel -> weight; of rigs of which no channel is one
    body: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # body.PARTS -> names to try
    measures: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # name -> two bones: distance of their heads
    needed: tuple[str, ...] = ()  # channels that a rig must have to be this rig
    prefer: int = 0  # which of two equally good profiles is offered first
    mode: str = "blend"  # "choose": one channel at a time is shown (2D), the largest
    about: str = ""
    credits: str = ""

    def __post_init__(self) -> None:
        _check(self)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Channel names so that whatever follows another one stands after it."""
        followed = {follow.channel: follow.follows for follow in self.follows}
        done: dict[str, None] = {}
        for start in self.channels:
            trail: list[str] = []
            name = start
            while name not in done:
                if name in trail:
                    loop = " -> ".join([*trail[trail.index(name) :], name])
                    raise RigError(
                        f"rig profile {self.name!r}: corrections run in a circle ({loop}): break one of them"
                    )
                trail.append(name)
                if name not in followed:
                    break
                name = followed[name]
            done.update(dict.fromkeys(reversed(trail)))
        return tuple(done)

    def terms_of(self, channel: str) -> tuple[Term, ...]:
        return self._terms_of.get(channel, ())

    @cached_property
    def _terms_of(self) -> dict[str, tuple[Term, ...]]:
        gathered: dict[str, list[Term]] = {}
        for term in self.terms:
            gathered.setdefault(term.channel, []).append(term)
        return {channel: tuple(terms) for channel, terms in gathered.items()}

    def terms_by(self, control: str) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.control == control)

    def follow_of(self, channel: str) -> Follow | None:
        return next((follow for follow in self.follows if follow.channel == channel), None)

    @property
    def driven(self) -> tuple[str, ...]:
        """Channels that speech moves, in the profile's order."""
        moved = {term.channel for term in self.terms} | {follow.channel for follow in self.follows}
        return tuple(name for name in self.channels if name in moved)

    def mirror_of(self, channel: str) -> str | None:
        """The channel on the other side of the face, if the profile has one."""
        for other in other_sides(channel):
            if other in self.channels:
                return other
        return None

    # Edits. Each returns a new, checked profile; a panel calls them one after another.

    def with_terms(self, control: str, terms: Iterable[Term]) -> RigProfile:
        """The profile with everything that ``control`` does replaced."""
        terms = tuple(terms)
        for term in terms:
            if term.control != control:
                raise RigError(
                    f"a term for {term.control!r} cannot replace those of {control!r}: name one control"
                )
        return replace(self, terms=tuple(t for t in self.terms if t.control != control) + terms)

    def without(self, control: str) -> RigProfile:
        return self.with_terms(control, ())

    def mirrored(self, control: str, source: str = "left") -> RigProfile:
        """One side's weights of ``control`` copied onto the other side."""
        if source not in ("left", "right"):
            raise RigError(f"the side {source!r} is unknown: use left or right")
        terms = []
        for term in self.terms_by(control):
            side = side_of(term.channel)
            other = self.mirror_of(term.channel)
            if side is None or other is None:
                terms.append(term)
            elif side == source:
                terms += [term, replace(term, channel=other)]
        return self.with_terms(control, terms)

    def only(self, channels: Iterable[str]) -> RigProfile:
        """The profile on a rig that lacks some channels.

        Where a follower is missing (no mouthClose), what it followed gives way to the closing controls and
        they leave it alone, so that lips still close.
        """
        have = set(channels)
        lost = [follow for follow in self.follows if follow.channel not in have and follow.follows in have]
        exclusions = [
            replace(exclusion, channels=kept)
            for exclusion in self.exclusions
            if (kept := tuple(name for name in exclusion.channels if name in have))
        ]
        exclusions += [Exclusion(follow.by, (follow.follows,)) for follow in lost]
        return replace(
            self,
            channels={name: channel for name, channel in self.channels.items() if name in have},
            terms=tuple(
                term
                for term in self.terms
                if term.channel in have
                and not any(term.channel == follow.follows and term.control in follow.by for follow in lost)
            ),
            exclusions=tuple(exclusions),
            follows=tuple(f for f in self.follows if f.channel in have and f.follows in have),
            gap={name: weight for name, weight in self.gap.items() if name in have},
            poses={name: pose for name, pose in self.poses.items() if name in have},
            budgets=tuple(
                kept_budget
                for budget in self.budgets
                if (kept_budget := {name: weight for name, weight in budget.items() if name in have})
            ),
            emotions=_kept(self.emotions, have),
            face=_kept(self.face, have),
            needed=tuple(name for name in self.needed if name in have),
        )

    def fitted(self, measures: Mapping[str, float]) -> RigProfile:
        """Bone locations in scene units: weights, limits and neutrals times the rig's own distances."""
        factors = {}
        for channel in self.channels.values():
            if channel.measure:
                size = measures.get(channel.measure)
                if size is None or not 0.0 < size < math.inf:
                    raise RigError(
                        f"rig profile {self.name!r} needs the distance {channel.measure!r} between the bones "
                        f"{' and '.join(self.measures[channel.measure])}, larger than 0"
                    )
                factors[channel.name] = size
        fitted = self.scaled(factors)
        channels = {name: replace(channel, measure="") for name, channel in fitted.channels.items()}
        return replace(fitted, channels=channels, measures={})

    def turned(self, axes: Mapping[str, tuple[str, float]]) -> RigProfile:
        """Bone channels on the axes that a rig's rest pose gives them; -1: its axis runs the other way."""
        channels = {
            name: replace(channel, axis=axes[name][0]) if name in axes else channel
            for name, channel in self.channels.items()
        }
        backward = {name: -1.0 for name, (_, sign) in axes.items() if sign < 0.0}
        return replace(self, channels=channels)._counted(backward)

    def scaled(self, factors: Mapping[str, float]) -> RigProfile:
        """Channels in other units: a slider of 0..100 instead of 0..1 has the factor 100."""
        for name, factor in factors.items():
            if name not in self.channels or not (math.isfinite(factor) and factor > 0.0):
                raise RigError(
                    f"cannot scale the channel {name!r} by {factor}: use a known channel, a factor over 0"
                )
        return self._counted(factors)

    def _counted(self, factors: Mapping[str, float]) -> RigProfile:
        """Channels in other units, some perhaps the other way round: what opened at 0.3 opens at -0.3."""
        if not factors:
            return self

        def by(name: str) -> float:
            return factors.get(name, 1.0)

        return replace(
            self,
            channels={name: channel.counted(by(name)) for name, channel in self.channels.items()},
            terms=tuple(replace(term, weight=term.weight * by(term.channel)) for term in self.terms),
            follows=tuple(replace(f, weight=f.weight * by(f.channel) / by(f.follows)) for f in self.follows),
            gap={name: weight / by(name) for name, weight in self.gap.items()},
            poses={
                name: {unit: weight / by(name) for unit, weight in pose.items()}
                for name, pose in self.poses.items()
            },
            budgets=tuple({name: w / by(name) for name, w in budget.items()} for budget in self.budgets),
            emotions=_times(self.emotions, by),
            face=_times(self.face, by),
        )


def _kept(moves: Mapping[str, Mapping[str, float]], have: Collection[str]) -> dict[str, dict[str, float]]:
    return {what: {n: w for n, w in moved.items() if n in have} for what, moved in moves.items()}


def _times(
    moves: Mapping[str, Mapping[str, float]], by: Callable[[str], float]
) -> dict[str, dict[str, float]]:
    return {what: {n: w * by(n) for n, w in moved.items()} for what, moved in moves.items()}


def _check(profile: RigProfile) -> None:
    """Raise RigError at the first entry that cannot be."""
    where = f"rig profile {profile.name!r}"

    def fail(text: str) -> None:
        raise RigError(f"{where}: {text}")

    if not profile.name or not profile.channels:
        fail("a profile needs a name and at least one channel")
    if profile.mode not in MODES:
        fail(f"the mode {profile.mode!r} is unknown: use one of {', '.join(MODES)}")
    for channel in profile.channels.values():
        check_channel(channel, profile.mode, profile.measures, where)

    def known(name: str, what: str) -> None:
        if name not in profile.channels:
            fail(f"{what} names the channel {name!r}, which the profile does not list")

    def is_control(name: str, what: str) -> None:
        if name not in CONTROLS:
            fail(f"{what} names the control {name!r}: use one of {', '.join(CONTROLS)}")

    twice = [
        key for key, n in Counter((t.control, t.channel, t.part) for t in profile.terms).items() if n > 1
    ]
    if twice:
        fail("control {!r} moves the channel {!r} twice in the part {!r}: keep one".format(*twice[0]))
    for term in profile.terms:
        what = f"control {term.control!r}"
        is_control(term.control, what)
        known(term.channel, what)
        if term.part not in PARTS:
            fail(f"{what} moves {term.channel!r} in the part {term.part!r}: use one of {', '.join(PARTS)}")
        if not math.isfinite(term.weight):
            fail(f"{what} moves {term.channel!r} by {term.weight}: give a number")
    _check_reach(profile, where)
    for exclusion in profile.exclusions:
        for name in exclusion.channels:
            known(name, f"the exclusion by {', '.join(exclusion.by)}")
        for control in exclusion.by:
            is_control(control, "an exclusion")
        if not 0.0 <= exclusion.strength <= 1.0 or not exclusion.by or not exclusion.channels:
            fail(f"the exclusion by {exclusion.by} needs controls, channels and a strength from 0 to 1")
    followers = Counter(follow.channel for follow in profile.follows)
    for follow in profile.follows:
        known(follow.channel, "a correction")
        known(follow.follows, f"the correction of {follow.channel!r}")
        for control in follow.by:
            is_control(control, f"the correction of {follow.channel!r}")
        if not math.isfinite(follow.weight) or not follow.by:
            fail(f"the correction of {follow.channel!r} needs the controls it listens to and a finite weight")
        if followers[follow.channel] > 1:
            fail(f"the channel {follow.channel!r} follows two channels: keep one correction")
    for part in profile.body:
        if part not in BODY_PARTS:
            fail(f"body names {part!r}: use one of {', '.join(BODY_PARTS)}")
    for emotion, moved in profile.emotions.items():
        if emotion not in EMOTIONS:
            fail(f"emotions names {emotion!r}: use one of {', '.join(EMOTIONS)}")
        for name in moved:
            known(name, f"the emotion {emotion!r}")
    for shape, moved in profile.face.items():
        if shape not in SHAPES:
            fail(f"face names {shape!r}: use one of {', '.join(SHAPES)}")
        for name in moved:
            known(name, f"the face's {shape!r}")
    for name in (*profile.gap, *profile.poses, *profile.needed, *(n for b in profile.budgets for n in b)):
        known(name, "gap, poses, budgets or needed")
    _ = profile.order  # raises on a circle of corrections


def _check_reach(profile: RigProfile, where: str) -> None:
    """A single control at the working point stays inside its channel's limits."""
    reach: dict[tuple[str, str], float] = {}
    for term in profile.terms:
        key = term.control, term.channel
        reach[key] = reach.get(key, profile.channels[term.channel].neutral) + term.weight
    for (control, name), value in reach.items():
        low, high = profile.channels[name].limits
        slack = SLACK * max(1.0, abs(high - low))
        if not low - slack <= value <= high + slack:
            raise RigError(
                f"{where}: control {control!r} takes the channel {name!r} to {value:g}, past its limits "
                f"{low:g}..{high:g}: lower the weight or widen the limits"
            )
