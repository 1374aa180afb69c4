"""Poses whose names nobody knows: a list that says which is which phone, guessed from names, mended by hand.

A row that stands as it was guessed speaks as `poses.teach` makes it, a known set's shares included; a row
that a person changed is the whole of its pose. What no row teaches is inherited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..controls import SHAPES, VISEMES
from ..errors import RigError
from .pose_labels import LABELS, REST, UNKNOWN
from .poses import Pose, Taught, as_set, cleaned, inherit, known_set, one_by_one, rest_of, sounds_of
from .profile import RigProfile
from .recognise import Candidate

_HALF = 0.5  # of what makes up a control in a known set: the pose that is so much of it is its pose


@dataclass(frozen=True, slots=True)
class Row:
    """One pose is one phone. A pose may be in several rows."""

    pose: str
    control: str = UNKNOWN  # a shape of the controls, REST, or UNKNOWN


def guess(names: Iterable[str]) -> dict[str, str]:
    """Pose -> its control, or REST; a pose whose name says nothing is not in it."""
    names = tuple(names)
    rest = rest_of(names)
    spoken = [name for name in names if name != rest]
    known = known_set(spoken)
    if known is None:
        found = {pose: control for control, pose in sounds_of(spoken).items()}
    else:
        found = {pose: control for pose in spoken if (control := _control_in(known, pose))}
        silent = [name for name in spoken if name in known.matched.values() and name not in found]
        if rest is None and len(silent) == 1:
            rest = silent[0]  # what no phone is made of
    return found | ({rest: REST} if rest else {})


def _control_in(known: Candidate, pose: str) -> str | None:
    """Of which control a pose of a known set is the most: the first that is made of it, by half or more."""
    shares: dict[str, float] = {}
    channels = {channel for channel, name in known.matched.items() if name == pose}
    for control in VISEMES:
        terms = known.profile.terms_by(control)
        whole = sum(abs(term.weight) for term in terms)
        mine = sum(abs(term.weight) for term in terms if term.channel in channels)
        if mine:
            shares[control] = mine / whole
    most = max(shares, key=lambda control: shares[control], default=None)
    return next((control for control, share in shares.items() if share >= _HALF), most)


def rest_in(rows: Iterable[Row]) -> str | None:
    """The pose that a list calls the face at rest."""
    return next((row.pose for row in rows if row.control == REST), None)


def check_rows(rows: Sequence[Row], poses: Iterable[str]) -> None:
    """Raises RigError where a row names no pose of the file, two rows the same phone, or no row any."""
    if not any(row.control in SHAPES for row in rows):
        raise RigError("no pose of the list has a phone yet: choose one for each, ah, ee, oo and m b p first")
    there = set(poses)
    for row in rows:
        if row.control != UNKNOWN and not row.pose:
            raise RigError(f"the row {LABELS[row.control]} has no pose: choose one, or remove the row")
        if row.control != UNKNOWN and row.pose not in there:
            raise RigError(
                f"there is no action or pose marker {row.pose!r} that moves this rig: choose another for "
                f"{LABELS[row.control]}, or remove the row"
            )
    guessed = guess(dict.fromkeys(row.pose for row in rows))
    several = Counter(row.control for row in rows)
    for row in rows:
        twice = row.control != UNKNOWN and several[row.control] > 1
        if twice and guessed.get(row.pose) != row.control:  # a known set may have two poses for one phone
            named = " and ".join(repr(one.pose) for one in rows if one.control == row.control)
            raise RigError(f"{named} are both {LABELS[row.control]}: leave one of them")


def teach_rows(blank: RigProfile, poses: Mapping[str, Pose], rows: Sequence[Row]) -> Taught:
    """A rig's profile (its channels, nothing moved yet) by a list of poses. Raises RigError without any."""
    check_rows(rows, poses)
    unknown = dict.fromkeys(row.pose for row in rows if row.control == UNKNOWN)
    said = [row for row in rows if row.control in SHAPES]
    spoken = {row.pose: cleaned(blank, poses[row.pose]) for row in said}
    if not any(spoken.values()):
        raise RigError("no pose of the list moves anything: key the face in each of them")
    names = dict.fromkeys(row.pose for row in rows if row.control != REST)
    known, guessed = known_set(names), guess(names)
    guesses = {row.pose for row in said if known and guessed.get(row.pose) == row.control}
    by_hand = {row.control: row.pose for row in said if not known or guessed.get(row.pose) != row.control}
    terms, taught, _ = one_by_one(blank, spoken, by_hand)
    if known and guesses:
        of_set, in_set, _ = as_set(blank, known, {pose: spoken[pose] for pose in guesses})
        terms += tuple(term for term in of_set if term.control not in by_hand)
        taught = in_set | taught
    profile, inherited = inherit(replace(blank, terms=terms))
    return Taught(profile, taught, inherited, tuple(name for name in unknown if name not in spoken))
