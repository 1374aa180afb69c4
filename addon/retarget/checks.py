# SPDX-License-Identifier: GPL-3.0-or-later
"""What a profile does on this rig: closure, contact, limits and drivers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..bilabial.controls import CONTROLS, VISEMES
from ..bilabial.retarget.profile import WORKING_POINT, RigProfile
from ..rig.staging import fit_of
from .preview import show

if TYPE_CHECKING:
    from ..line.line import Line
    from ..rig.measuring import Lips
    from ..rig.rig_probe import Fit

_SHUT = 0.02  # of a full jaw: less cannot be seen
_MEETS = 0.03  # of the mouth's width, between evaluated lips
_BITES = 0.15  # of the mouth's width, from the lower lip to the upper teeth
_ASIDE = 0.05  # of the mouth's width: further from the face's middle the lips look pulled aside
_UNEVEN = 0.06  # of the mouth's width, between what both corners do


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. ``control`` is the sound at which it can be seen, "" where there is no one
    sound.
    """

    fine: bool | None  # None: cannot be told, or only worth knowing
    text: str
    control: str = ""


def check(line: Line) -> list[Finding]:
    """Closure, contact, limits and drivers, over all fields and neighbours."""
    from ..bilabial.retarget.check import check as measured
    from ..bilabial.retarget.evaluate import limits_hit
    from ..bilabial.retarget.expression import LONGEST

    fit = fit_of(line)
    profile = fit.profile
    found = measured(profile, rows=4000)
    closure, seen = _closure(profile, found.closed_gap), _on_the_face(line, fit)
    if closure.fine is False and any(one.fine and one.control == "MBP" for one in seen):
        # A profile adds up what each channel does alone: where channels work together the mesh knows better.
        closure = replace(closure, fine=None)
    said = [closure, _contact(profile), *seen]
    ordinary = limits_hit(profile, _each_alone())
    if ordinary:
        text = f"{', '.join(list(ordinary)[:4])} want to go further than the rig lets them."
        said.append(Finding(False, text))
    elif found.limits:
        text = f"At the widest jaw and lips, {', '.join(found.limits[:4])} reach the rig's limits."
        said.append(Finding(None, text))
    else:
        said.append(Finding(True, "No phone reaches the rig's limits."))
    idle = [name for name in VISEMES if not profile.terms_by(name) and not _listened(profile, name)]
    if idle:
        said.append(Finding(False, f"Nothing moves on {', '.join(idle)}.", idle[0]))
    else:
        said.append(Finding(True, "Every phone moves the face."))
    if found.longest_driver > LONGEST:
        text = "A driver is too long for Blender: round the weights, or choose the target Bake."
        said.append(Finding(False, text))
    return said


def _on_the_face(line: Line, fit: Fit) -> list[Finding]:
    """The evaluated lips: what the rules promise, seen on the mesh."""
    from ..rig import measuring, rig_probe, speech

    character = rig_probe.probe(line.character)
    said = []
    empty = rig_probe.note_on_empty(character)
    if empty:
        said.append(Finding(None, empty.strip()))
    meshes = character.all_meshes()
    if not meshes:
        return said
    targets = [target for name in fit.profile.driven for target in fit.targets[name]]
    with measuring.undisturbed(targets, [line.character] if speech.has_controls(line.character) else ()):
        lips = measuring.measure_lips(meshes, lambda values: show(line, values))
    if lips is None:
        text = "Measured: no vowel opens a mouth on any mesh. Choose another profile, or pose the vowels."
        return [*said, Finding(False, text, "Ah")]
    opens = f"Measured on {lips.face}: the mouth opens by {lips.opening:.0%} of its width."
    said.append(Finding(True, opens, "Ah"))
    if lips.closed <= _MEETS:
        said.append(Finding(True, "Measured: the lips meet on m, b and p over a wide jaw.", "MBP"))
    else:
        wide = f"{lips.closed:.0%} of the mouth's width"
        text = f"Measured: the lips stay open by {wide} on m, b and p over a wide jaw."
        said.append(Finding(False, text, "MBP"))
    said.append(_sideways(lips))
    if lips.teeth is not None:
        near = lips.teeth <= _BITES
        far = f"{lips.teeth:.0%} of the mouth's width"
        text = f"Measured: the lower lip is {far} from the upper teeth on f and v."
        said.append(Finding(True if near else None, text, "FV"))
    return said


def _sideways(lips: Lips) -> Finding:
    """Speech stays on the face's middle, and moves both corners alike."""
    (aside, at), (uneven, where) = lips.aside, lips.uneven
    if aside > _ASIDE:
        text = f"Measured: on {at} the lips go aside by {aside:.0%} of the mouth's width."
        return Finding(False, text, at)
    if uneven > _UNEVEN:
        text = (
            f"Measured: on {where} one corner goes {uneven:.0%} of the mouth's width further than the other."
        )
        return Finding(False, text, where)
    return Finding(True, "Measured: the lips stay on the face's middle, both corners alike.")


def _closure(profile: RigProfile, gap: float) -> Finding:
    if not any(profile.gap.values()):
        return Finding(None, "Closure is unknown: the profile does not say what opens the lips.", "MBP")
    if gap <= _SHUT:
        return Finding(True, "Lips meet on m, b and p, whatever the jaw does.", "MBP")
    return Finding(
        False,
        f"Lips stay open by {gap:.0%} of a full jaw on m, b or p: give MBP a seal, or a channel that follows "
        "the jaw.",
        "MBP",
    )


def _contact(profile: RigProfile) -> Finding:
    teeth = profile.terms_by("FV")
    if not teeth:
        return Finding(False, "FV moves nothing: give it a channel that tucks the lower lip.", "FV")
    return Finding(True, f"The lower lip goes to the teeth on f and v ({len(teeth)} channels).", "FV")


def _each_alone() -> np.ndarray:
    """Each shape alone, fully on, in ordinary speech."""
    rows = np.zeros((len(CONTROLS) - 2, len(CONTROLS)))
    rows[:, :2] = WORKING_POINT
    rows[:, 2:] = np.eye(len(rows))
    return rows


def _listened(profile: RigProfile, control: str) -> bool:
    # A closure may consist of others giving way.
    return any(control in rule.by for rule in profile.follows) or any(
        control in rule.by for rule in profile.exclusions
    )
