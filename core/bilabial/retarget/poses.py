"""A rig that nobody knows, taught by poses: one for each viseme, named as people name them.

Names that make up a known set (Meta's PP FF TH, Rhubarb's A to X, CMU phonemes ...) speak as that set does:
each of its shapes is a pose here. Otherwise a pose named as a control, or as a phone of one, is that one's.
What no pose teaches is inherited: from the controls whose ARKit shapes, added up, come nearest to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..controls import CLOSERS, COARTICULATION_OF, CONTROLS, LABIODENTALS, SHAPES
from ..errors import RigError
from .bounded import solve
from .names import match, without_namespace
from .profile import RigProfile
from .profile_entries import Exclusion, Term
from .profile_format import available_profiles, load_profile
from .recognise import CERTAIN, LIKELY, Candidate, RigNames, candidate

Floats = NDArray[np.float64]
Pose = Mapping[str, float]  # channel -> value
_Found = tuple[
    tuple[Term, ...], dict[str, str], frozenset[str]
]  # terms, control -> pose, the poses understood

_NOTHING = 1e-3  # of a channel's unit: less is no part of a pose
_RESTS = ("rest", "neutral", "sil", "silence", "idle", "x", "closed_rest", "basis", "default")
_FILLERS = re.compile("viseme|phoneme|mouth|shape|pose|lips?(?=.)|say|face|action|vrc|sound")
_PULL = 0.02  # to nothing, of a neighbour's share, so that few neighbours are named
_FLAT = 0.005  # of the widest opening: a channel that opens the lips by less does not
_LEAST = 0.05  # a neighbour's share under which it does not count
# What people call the pose of a control, besides the control's own name.
_SOUNDS: dict[str, tuple[str, ...]] = {
    "Ah": ("aa", "a", "ah", "ai", "wide open", "open"),
    "Aa": ("ae", "ay"),
    "Eh": ("e", "eh", "ey"),
    "Ee": ("i", "ee", "iy", "wide", "smile"),
    "Ih": ("ih",),
    "Oh": ("o", "oh", "ow", "ao"),
    "Uh": ("uh",),
    "U": ("u", "ou", "oo", "uw", "pucker", "kiss", "narrow"),
    "Eu": ("er",),
    "Schwa": ("schwa", "ax"),
    "LNTD": ("l", "n", "d", "t", "nn", "dd", "ltd", "etc"),
    "GK": ("k", "g", "kk", "gk"),
    "MBP": ("m", "b", "p", "pp", "mm", "bmp", "mpb", "pbm", "closed", "close", "shut"),
    "R": ("r", "rr"),
    "WA_PEDAL": ("w", "wq", "w_oo"),
    "JY": ("y", "j"),
    "S": ("s", "z", "ss", "sz", "s_z"),
    "ShChZh": ("sh", "ch", "zh", "ch_j", "funnel"),
    "Th": ("th", "dh"),
    "FV": ("f", "v", "ff", "fv", "f_v"),
}


@dataclass(frozen=True, slots=True)
class Taught:
    """A profile made of poses. ``taught`` -> the pose's name; ``inherited`` -> the neighbours' names."""

    profile: RigProfile
    taught: Mapping[str, str]
    inherited: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]  # poses whose names say nothing that is known

    def text(self) -> str:
        """One or two sentences for the panel."""
        taught, inherited = len(self.taught), len(self.inherited)
        said = f"{taught} sounds taken from poses, {inherited} inherited from their neighbours."
        if self.unused:
            named = ", ".join(self.unused[:4]) + (" and more" if len(self.unused) > 4 else "")
            said += f" Not understood: {named}."
        return said


def rest_of(names: Iterable[str]) -> str | None:
    """The pose that is the face at rest, by its name."""
    return match({"rest": _RESTS}, names).found.get("rest")


def teach(blank: RigProfile, poses: Mapping[str, Pose]) -> Taught:
    """A rig's profile (its channels, nothing moved yet) by poses with names. Raises RigError without any."""
    rest = rest_of(poses)
    spoken = {name: cleaned(blank, pose) for name, pose in poses.items() if name != rest}
    if not any(spoken.values()):
        raise RigError(
            "no pose moves anything: key the face in poses named after sounds (aa, ee, oo, m, f ...)"
        )
    known = known_set(spoken)
    terms, taught, used = (
        as_set(blank, known, spoken) if known else one_by_one(blank, spoken, sounds_of(spoken))
    )
    if not taught:
        named = ", ".join(list(spoken)[:4])
        raise RigError(
            f"no pose is named after a phone ({named} ...): call them aa, ee, oo, m, f, or after a viseme "
            "set, or give them their phones under Poses"
        )
    profile = replace(blank, terms=terms)
    profile, inherited = inherit(profile)
    return Taught(profile, taught, inherited, tuple(name for name in spoken if name not in used))


def cleaned(blank: RigProfile, pose: Pose) -> dict[str, float]:
    """What a pose changes, as distances from neutral; what it leaves alone is left out."""
    changes = {}
    for name, value in pose.items():
        channel = blank.channels.get(name)
        if channel is None:
            raise RigError(f"a pose names the channel {name!r}, which {blank.title} does not have")
        if not np.isfinite(value):
            raise RigError(f"a pose has no number for {name!r}")
        if abs(value - channel.neutral) >= _NOTHING * channel.unit:
            changes[name] = value - channel.neutral
    return changes


def known_set(names: Iterable[str]) -> Candidate | None:
    """The set of visemes that names make up together."""
    given = RigNames(tuple(names))
    found = [candidate(load_profile(name), given) for name in _viseme_sets()]
    best = max(found, key=lambda one: (one.confidence, one.profile.prefer))
    return best if best.verdict in (CERTAIN, LIKELY) and len(best.matched) >= 5 else None


def as_set(blank: RigProfile, best: Candidate, poses: Mapping[str, Pose]) -> _Found:
    """Poses of a known set of visemes: each control does what it does there, in poses."""
    terms: list[Term] = []
    taught: dict[str, str] = {}
    for control in SHAPES:
        weights: dict[tuple[str, str], float] = {}
        for term in best.profile.terms_by(control):
            pose = poses.get(best.matched.get(term.channel, ""), {})
            for channel, change in pose.items():
                part = _part(blank, control, channel, term.part)
                share = (
                    term.weight
                    if part != blank.channels[channel].part
                    else _whole(best.profile, control, term)
                )
                weights[channel, part] = weights.get((channel, part), 0.0) + share * change
            if pose:
                taught.setdefault(control, best.matched[term.channel])
        terms += _terms(blank, control, weights)
    return tuple(terms), taught, frozenset(best.matched.values())


def _whole(profile: RigProfile, control: str, term: Term) -> float:
    """A pose holds jaw and lips together: a set's shares of both are one share, split by channel here."""
    same = [other.weight for other in profile.terms_by(control) if other.channel == term.channel]
    return sum(same) / len(same)


def _part(blank: RigProfile, control: str, channel: str, part: str) -> str:
    """Closures are seals; everything else scales as its own channel does (jaw, tongue, lip)."""
    return "seal" if part == "seal" or control in (*CLOSERS, *LABIODENTALS) else blank.channels[channel].part


def one_by_one(blank: RigProfile, poses: Mapping[str, Pose], taught: dict[str, str]) -> _Found:
    """Each control the whole of one pose: ``taught`` says which."""
    terms: list[Term] = []
    for control, name in taught.items():
        weights = {
            (channel, _part(blank, control, channel, "")): change for channel, change in poses[name].items()
        }
        terms += _terms(blank, control, weights)
    return tuple(terms), taught, frozenset(taught.values())


def sounds_of(names: Iterable[str]) -> dict[str, str]:
    """Control -> the pose that is named after it, or after one of its sounds."""
    names = tuple(names)
    controls = {name: name for name in names if name in SHAPES}
    if {"Ah", "Aa"} <= controls.keys():  # ours, in our spelling: Aa is the a of hat
        return controls
    bare: dict[str, str] = {}
    for name in names:
        bare.setdefault(_bare(name), name)
    found: dict[str, str] = {}
    for control in SHAPES:
        sounds = _SOUNDS.get(control, (control.lower(),))
        hit = next((bare[sound] for sound in map(_bare, sounds) if sound in bare), None)
        if hit is not None and hit not in found.values():
            found[control] = hit
    return found


def _bare(name: str) -> str:
    """ "Viseme - EE" -> "ee": letters alone, without the words that say that it is a mouth."""
    letters = "".join(re.findall(r"[a-z]+", without_namespace(name).lower()))
    return _FILLERS.sub("", letters) or letters


def _terms(blank: RigProfile, control: str, weights: Mapping[tuple[str, str], float]) -> list[Term]:
    """Terms inside the channels' limits, whole parts of one channel scaled down together."""
    total: dict[str, float] = {}
    for (channel, _), weight in weights.items():
        total[channel] = total.get(channel, 0.0) + weight
    terms = []
    for (channel, part), weight in weights.items():
        limits, neutral = blank.channels[channel].limits, blank.channels[channel].neutral
        reach = limits[1] - neutral if total[channel] > 0.0 else limits[0] - neutral
        share = min(1.0, reach / total[channel]) if total[channel] else 0.0
        if abs(weight * share) >= _NOTHING * blank.channels[channel].unit:
            terms.append(Term(control, channel, part, round(weight * share, 6)))
    return terms


@lru_cache(maxsize=1)
def _viseme_sets() -> tuple[str, ...]:
    """Profiles whose channels are shapes of whole mouths: those are names that people give to poses."""
    found = []
    for name in available_profiles():
        profile = load_profile(name)
        kinds = {channel.kind for channel in profile.channels.values()}
        closers = [term for term in profile.terms if term.control == "MBP"]
        whole = all(len(profile.terms_by(control)) <= 4 for control in SHAPES)
        if kinds == {"shape_key"} and whole and len(profile.channels) <= 45 and len(closers) <= 2:
            found.append(name)
    return tuple(found)


# Neighbours


def inherit(profile: RigProfile) -> tuple[RigProfile, dict[str, tuple[str, ...]]]:
    """Controls without terms get those of the taught controls whose ARKit shapes come nearest to their own.

    A co-articulation takes its consonant's lips and tongue without the jaw, where the consonant is taught.
    """
    taught = [control for control in SHAPES if profile.terms_by(control)]
    if not taught:
        return profile, {}
    terms = list(profile.terms)
    inherited: dict[str, tuple[str, ...]] = {}
    consonant_of = {other: consonant for consonant, other in COARTICULATION_OF.items()}
    looks = _looks()
    for control in SHAPES:
        if control in taught:
            continue
        shares = _shares(control, taught, looks)
        if consonant_of.get(control) in taught:
            shares = {consonant_of[control]: 1.0}
        weights: dict[tuple[str, str], float] = {}
        for neighbour, share in shares.items():
            for term in profile.terms_by(neighbour):
                if control in consonant_of and profile.channels[term.channel].part == "jaw":
                    continue
                part = _part(profile, control, term.channel, "")
                weights[term.channel, part] = weights.get((term.channel, part), 0.0) + share * term.weight
        made = _terms(profile, control, weights)
        if made:
            terms += made
            inherited[control] = tuple(shares)
    return replace(profile, terms=tuple(terms)), inherited


def _shares(control: str, taught: list[str], looks: Mapping[str, Floats]) -> dict[str, float]:
    """How much of each taught control an untaught one is: least squares over ARKit's shapes, none negative.

    Closures are inherited from closures alone, and give nothing to others: m is no part of an n.
    """
    special = (*CLOSERS, *LABIODENTALS)
    kin = next((group for group in (CLOSERS, LABIODENTALS) if control in group), None)
    usable = [name for name in taught if (name in kin if kin else name not in special)]
    if not usable:
        return {}
    basis = np.array([looks[name] for name in usable])
    hessian = basis @ basis.T + _PULL * np.eye(len(usable))
    wished = np.linalg.solve(hessian, basis @ looks[control])[None]
    low, high = np.zeros(len(usable)), np.ones(len(usable))
    found = solve(wished, hessian, low, high, tolerance=1e-6, most_steps=2000)[0]
    return {name: float(share) for name, share in zip(usable, found, strict=True) if share >= _LEAST}


@lru_cache(maxsize=1)
def _looks() -> dict[str, Floats]:
    """Each control as a vector over ARKit's shapes, at the working point."""
    arkit = load_profile("arkit-52")
    place = {name: i for i, name in enumerate(arkit.channels)}
    looks = {control: np.zeros(len(place)) for control in CONTROLS}
    for term in arkit.terms:
        looks[term.control][place[term.channel]] += term.weight
    return looks


# Closures


def with_closures(profile: RigProfile, opening: Mapping[str, float]) -> RigProfile:
    """Rules that keep lips shut, by what was measured: how far a channel opens them (1: as wide as they go).

    At m, b, p whatever opens the lips gives way; at f, v so does the jaw. What closes by itself is kept.
    """
    gap = {
        name: round(value, 4)
        for name, value in opening.items()
        if name in profile.channels and abs(value) > 0.02
    }
    openers = tuple(name for name in profile.driven if _opens(profile, name, gap))
    jaws = tuple(name for name in openers if profile.channels[name].part == "jaw")
    exclusions = []
    if openers:
        exclusions.append(Exclusion(CLOSERS, openers))
    biting = jaws or openers
    if biting:
        exclusions.append(Exclusion(LABIODENTALS, biting))
    return replace(profile, exclusions=tuple(exclusions), gap=gap)


def _opens(profile: RigProfile, name: str, gap: Mapping[str, float]) -> bool:
    """Whether speech opens the lips with a channel: some control moves it the way that parts them."""
    return any(gap.get(name, 0.0) * term.weight > 0.0 for term in profile.terms_of(name))
