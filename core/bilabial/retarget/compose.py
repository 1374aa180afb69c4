"""A set that lacks some of its shapes: what is missing is composed of what is there.

A stand-in is no equal: a smile for a stretch, a purse for a funnel. It keeps a sound from having no shape at
all. What nothing stands in for is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .profile import RigProfile
from .profile_entries import Term

Recipe = Mapping[str, float]
_SIDES = ("Left", "Right")
# Recipes in order of likeness; the first one whose shapes are all there is taken. {s} is a side.
_RECIPES: dict[str, tuple[dict[str, float], ...]] = {
    "mouthFunnel": ({"mouthPucker": 0.7},),
    "mouthPucker": ({"mouthFunnel": 0.9},),
    "mouthStretch{s}": ({"mouthSmile{s}": 0.7}, {"mouthDimple{s}": 0.9}),
    "mouthSmile{s}": ({"mouthStretch{s}": 0.6}, {"mouthDimple{s}": 0.8}),
    "mouthDimple{s}": ({"mouthStretch{s}": 0.5}, {"mouthSmile{s}": 0.4}),
    "mouthLowerDown{s}": ({"jawOpen": 0.1},),
    "mouthUpperUp{s}": ({"mouthShrugUpper": 0.4}, {"noseSneer{s}": 0.4}),
    "mouthPress{s}": ({"mouthRollLower": 0.2, "mouthRollUpper": 0.2}, {"mouthShrugLower": 0.2}),
    "mouthRollLower": ({"mouthPressLeft": 0.4, "mouthPressRight": 0.4}, {"mouthShrugLower": 0.4}),
    "mouthRollUpper": ({"mouthPressLeft": 0.3, "mouthPressRight": 0.3},),
    "mouthShrugLower": ({"mouthRollLower": 0.3},),
}


def recipes(profile: RigProfile, have: Iterable[str]) -> dict[str, Recipe]:
    """What stands in for each channel that speech moves and a rig lacks."""
    there = set(have)
    found: dict[str, Recipe] = {}
    for missing in profile.driven:
        if missing in there:
            continue
        recipe = next((r for r in _written(missing) if all(name in there for name in r)), None)
        if recipe is not None:
            found[missing] = recipe
    return found


def _written(missing: str) -> list[Recipe]:
    """The recipes of one shape, its side filled in."""
    for side in _SIDES:
        if missing.endswith(side) and missing.removesuffix(side) + "{s}" in _RECIPES:
            pattern = missing.removesuffix(side) + "{s}"
            return [
                {name.format(s=side): gain for name, gain in recipe.items()} for recipe in _RECIPES[pattern]
            ]
    return list(_RECIPES.get(missing, ()))


def composed(profile: RigProfile, have: Iterable[str]) -> RigProfile:
    """The profile on a rig that has only some channels, what others did taken over by their stand-ins."""
    there = tuple(have)
    stand_ins = recipes(profile, there)
    if not stand_ins:
        return profile.only(there)
    weights = {(t.control, t.channel, t.part): t.weight for t in profile.terms}
    for term in profile.terms:
        for name, gain in stand_ins.get(term.channel, {}).items():
            key = term.control, name, term.part
            weights[key] = weights.get(key, 0.0) + round(gain * term.weight, 4)
    terms = tuple(Term(*key, weight) for key, weight in weights.items())
    return replace(profile, terms=_within_limits(profile, terms)).only(there)


def _within_limits(profile: RigProfile, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """No control takes a channel past its limits: what comes to too much is scaled down together."""
    reach: dict[tuple[str, str], float] = {}
    for term in terms:
        reach[term.control, term.channel] = reach.get((term.control, term.channel), 0.0) + term.weight
    kept = []
    for term in terms:
        channel, total = profile.channels[term.channel], reach[term.control, term.channel]
        low, high = channel.limits[0] - channel.neutral, channel.limits[1] - channel.neutral
        share = min(1.0, high / total if total > 0.0 else low / total if total < 0.0 else 1.0)
        kept.append(term if share >= 1.0 else replace(term, weight=term.weight * share))
    return tuple(kept)
