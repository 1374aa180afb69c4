"""Which profile fits a rig, by the names of shape keys, bones and custom properties. Never a silent guess.

Every profile is scored; the answer lists all that fit at least in part, the best first, each with what was
found, what is missing and why. ``Recognition.best`` is None unless one fits well enough to be used unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from .compose import composed, recipes
from .names import Affixes, match
from .profile import RigProfile
from .profile_format import available_profiles, damaged_profiles, load_profile

CERTAIN, LIKELY, PARTIAL, NONE = "certain", "likely", "partial", "none"
_CERTAIN_FROM, _LIKELY_FROM, _PARTIAL_FROM = 0.95, 0.75, 0.3
_REPLACED = 0.15  # what a shape costs that is missing and composed of others, against 1 for one that is lost
_SAME = 0.02  # confidences closer than this count as equal; the profiles' own preference decides then


@dataclass(frozen=True, slots=True)
class RigNames:
    """What a rig calls its things. A pose bone's property is "bone.property", an object's only "property"."""

    shape_keys: tuple[str, ...] = ()
    bones: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return {"shape_key": self.shape_keys, "bone": self.bones, "property": self.properties}[kind]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One profile against one rig."""

    profile: RigProfile
    confidence: float  # 0..1: the share of the names that speech needs, weighted with that of all it moves
    matched: Mapping[str, str]  # channel -> the rig's name of that shape key, bone or property
    missing: tuple[str, ...]  # channels that speech moves and the rig lacks
    missing_needed: tuple[str, ...]  # those among them without which the profile does not work
    affixes: Affixes
    composed: tuple[str, ...] = ()  # missing channels for which others stand in

    @property
    def verdict(self) -> str:
        if self.confidence >= _CERTAIN_FROM and not self.missing_needed and not self.composed:
            return CERTAIN
        if self.confidence >= _LIKELY_FROM:
            return LIKELY
        return PARTIAL if self.confidence >= _PARTIAL_FROM else NONE

    @property
    def reason(self) -> str:
        """One sentence for the panel."""
        wanted = len(self.profile.driven)
        found = wanted - len(self.missing)
        text = f"{self.profile.title}: {found} of the {wanted} channels that speech moves are there"
        if str(self.affixes):
            text += f", named {self.affixes}"
        if self.composed:
            text += f"; composed of others: {_some(self.composed)}"
        if len(self.missing) > len(self.composed):
            lost = self.missing_needed or tuple(name for name in self.missing if name not in self.composed)
            text += f"; missing {_some(lost)}"
        return text + "."

    def fitted_profile(self) -> RigProfile:
        """The profile on what this rig has; lips still close where mouthClose is missing."""
        return composed(self.profile, self.matched)


@dataclass(frozen=True, slots=True)
class Recognition:
    candidates: tuple[Candidate, ...]  # best first; those under a third of their names are left out
    best: Candidate | None  # what may be used unasked
    reason: str  # why this one, or why none

    @property
    def verdict(self) -> str:
        return self.candidates[0].verdict if self.candidates else NONE


def candidate(profile: RigProfile, names: RigNames) -> Candidate:
    """How well one profile fits."""
    # A drawing says by a path where it lies; whether that is there the host finds out.
    matched = {name: channel.path for name, channel in profile.channels.items() if channel.kind == "drawing"}
    affixes = Affixes()
    bones: dict[str, str] = {}  # as the profile calls them -> as the rig does
    for kind in ("shape_key", "bone", "property"):
        things: dict[str, tuple[str, ...]] = {}
        members: dict[str, list[str]] = {}
        for channel in profile.channels.values():
            if channel.kind == kind:
                thing = channel.all_names[0]  # several channels may move one bone
                things[thing] = (*things.get(thing, ()), *channel.all_names)
                if kind == "property" and channel.bone in bones:
                    things[thing] += (f"{bones[channel.bone]}.{channel.prop or channel.name}",)
                members.setdefault(thing, []).append(channel.name)
        if not things:
            continue
        found = match(things, names.of_kind(kind))
        if str(found.affixes):
            affixes = found.affixes
        if kind == "bone":
            bones = dict(found.found)
        for thing, name in found.found.items():
            matched.update(dict.fromkeys(members[thing], name))
    driven = profile.driven
    needed = profile.needed or driven
    stand_ins = recipes(profile, matched)
    missing_needed = tuple(name for name in needed if name not in matched and name not in stand_ins)
    missing = tuple(name for name in driven if name not in matched)
    replaced = [sum(name in stand_ins for name in names) for names in (needed, missing)]
    needed_share = 1.0 - (len(missing_needed) + _REPLACED * replaced[0]) / max(1, len(needed))
    driven_share = 1.0 - (len(missing) - (1.0 - _REPLACED) * replaced[1]) / max(1, len(driven))
    confidence = round(0.75 * needed_share + 0.25 * driven_share, 4)
    order = {name: matched[name] for name in profile.channels if name in matched}
    return Candidate(profile, confidence, order, missing, missing_needed, affixes, tuple(stand_ins))


def recognise(names: RigNames, profiles: Iterable[RigProfile] | None = None) -> Recognition:
    """Score every profile (those that ship with Bilabial unless others are given) against a rig's names."""
    if profiles is None:
        found = _recognised_by(names, tuple(available_profiles()))
        damaged = damaged_profiles()
        aside = f" Left aside, for they cannot be read: {_some(damaged)} (install Bilabial anew)."
        return replace(found, reason=found.reason + aside) if damaged else found
    return _recognised(names, profiles)


@lru_cache(maxsize=8)
def _recognised_by(names: RigNames, profiles: tuple[str, ...]) -> Recognition:
    """By profiles that ship, which do not change: a host asks at every edit."""
    return _recognised(names, [load_profile(name) for name in profiles])


def _recognised(names: RigNames, profiles: Iterable[RigProfile]) -> Recognition:
    scored = [candidate(profile, names) for profile in profiles]
    fitting = [one for one in scored if one.confidence >= _PARTIAL_FROM and one.matched]
    fitting.sort(key=lambda one: (-round(one.confidence / _SAME), -one.profile.prefer, -len(one.matched)))
    candidates = tuple(fitting)
    if not candidates:
        return Recognition(
            (), None, "No profile knows this rig: map its channels by hand, or load a profile file."
        )
    first = candidates[0]
    if first.verdict in (CERTAIN, LIKELY):
        reason = first.reason
        equals = [
            one.profile.title
            for one in candidates[1:]
            if one.verdict in (CERTAIN, LIKELY) and abs(one.confidence - first.confidence) <= _SAME
        ]
        if equals:
            reason += f" It could also be driven as {_some(equals)}."
        return Recognition(candidates, first, reason)
    return Recognition(
        candidates, None, f"Only in part: {first.reason} Choose a profile, or map the rest by hand."
    )


def _some(names: Iterable[str], most: int = 4) -> str:
    names = list(names)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
