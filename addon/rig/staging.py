# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a character receives a line's keys, and what plays there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import RigError
from ..bilabial.retarget.drawings import CHOOSE, numbers
from ..host.clock import Clock
from ..keys import baking
from ..keys.fcurves import Span, Target
from ..keys.writable import refuse_unwritable
from ..line import audio
from ..speak import face
from . import body, drawn_places, drivers, rig_probe, speech

if TYPE_CHECKING:
    from ..bilabial.curves.curve import Curve
    from ..bilabial.curves.take import Take
    from ..bilabial.retarget.profile import RigProfile
    from ..line.line import Line


@dataclass(frozen=True)
class Stage:
    """What receives the keys of a line: channels by name, each lying at one or several places of the rig."""

    character: rig_probe.Character
    fit: rig_probe.Fit | None  # None where controls are keyed on a rig that no profile knows yet
    targets: dict[str, list[Target]]
    bakes: bool
    draws: RigProfile | None = None  # the profile of a rig that shows one drawing at a time
    face: dict[str, list[Target]] = field(default_factory=dict)  # beside speech, where the line asks for it
    strange: dict[str, list[Target]] = field(default_factory=dict)  # by name alone: speak/by_name

    @property
    def fitted(self) -> rig_probe.Fit:
        """The profile on the character. Raises RigError where no profile knows the rig."""
        if self.fit is None:
            raise RigError(
                f"no profile knows the rig of {self.character.root.name!r}: map it in Retarget first"
            )
        return self.fit

    @property
    def owners(self) -> set[bpy.types.ID]:
        """The datablocks that hold the targets."""
        return {target.owner for several in self.places.values() for target in several}

    @property
    def places(self) -> dict[str, list[Target]]:
        """Where all channels lie: speech's, the face's, and what is found by name alone."""
        return self.targets | self.face | self.strange


def chosen_profile(line: Line) -> RigProfile | None:
    """The profile that the line names; None: recognise it."""
    from ..bilabial.retarget.profile_format import load_profile, parse_profile, read_profile

    if line.own_profile is not None:
        return parse_profile(line.own_profile.as_string(), line.own_profile.name)
    if not line.rig:
        return None
    if line.rig.endswith(".json"):
        return read_profile(audio.absolute(line.rig))
    return load_profile(line.rig)


def fit_of(line: Line) -> rig_probe.Fit:
    """The line's profile on the line's character."""
    chosen = chosen_profile(line)
    character = rig_probe.probe(line.character, chosen)
    found, _ = rig_probe.identify(character, chosen)
    return rig_probe.fit(character, found)


def stage(line: Line) -> Stage:
    """Find the rig and refuse it if it cannot take the keys. Changes nothing."""
    chosen = chosen_profile(line)
    character = rig_probe.probe(line.character, chosen)
    if drawn_places.is_drawn(chosen):
        found = _drawn_stage(character, chosen)
    elif line.target == "CONTROLS" and prepared_elsewhere(line.character):
        # An override of a character that was prepared in its own file: its drivers came along.
        draws = _drawn_profile(character, line)
        found = Stage(character, None, speech.targets(line.character), bakes=False, draws=draws)
    else:
        candidate, _ = rig_probe.identify(character, chosen)
        fit = drivers.beside_foreign(rig_probe.fit(character, candidate))
        draws = fit.profile if fit.profile.mode == CHOOSE else None
        if line.target == "CONTROLS":
            if line.character.library is None and line.character.override_library is not None:
                speech.ensure(line.character)  # raises: an override keeps no new properties
            drivers.refuse_anothers(line.character, fit)
            drivers.planned(fit)
            found = Stage(character, fit, speech.targets(line.character), bakes=False, draws=draws)
        else:
            driven = {name: fit.targets[name] for name in drivers.moved(fit.profile)}
            if not driven:
                raise RigError(f"the profile {fit.profile.title!r} moves nothing on {line.character.name!r}")
            found = Stage(character, fit, driven, bakes=True, draws=draws)
    refuse_unwritable(t for several in found.targets.values() for t in several)
    if found.fit is not None and face.strengths(line) and not line.stepped:
        return replace(found, face=face.targets(line, character, found.fit, found.bakes))
    return found


def _drawn_stage(character: rig_probe.Character, profile: RigProfile) -> Stage:
    """Numbers that show drawings take keys whatever the target is: a driver could not choose among them."""
    where = drawn_places.places(profile)
    return Stage(character, rig_probe.Fit(profile, where), where, bakes=True, draws=profile)


def _drawn_profile(character: rig_probe.Character, line: Line) -> RigProfile | None:
    """Of a character that was prepared in its own file: its profile, if it shows one drawing at a time."""
    try:
        profile = rig_probe.identify(character, chosen_profile(line))[0].fitted_profile()
    except RigError:
        return None
    return profile if profile.mode == CHOOSE else None


def prepared_elsewhere(root: bpy.types.Object) -> bool:
    return root.override_library is not None and speech.has_controls(root)


def prepare(root: bpy.types.Object, found: Stage, baked: Sequence[Span] = ()) -> list[str]:
    """Controls and drivers on the character. Safe to call again; returns notes for the report."""
    if found.fit is None:
        return []
    notes = drivers.note_on_foreign(found.fit)
    if face.turns(found.face):
        body.build(root, body.find(found.character, found.fit), found.fit)
    rig_probe.use_euler(found.face)
    if found.bakes:
        rig_probe.use_euler(found.targets)
        return notes
    speech.ensure(root)
    return notes + drivers.build(root, found.fit, baked, face.emotional(found.fit, found.face))


def shown_curves(found: Stage, take: Take, tolerance: float, line: Line, clock: Clock) -> dict[str, Curve]:
    """What the channels of the stage play: the styled take itself, or its bake onto the rig."""
    if found.draws is not None:
        drawn = baking.drawn(found.draws, take, clock, line.hold, found.bakes)
        mouth = numbers(found.draws, drawn) if drawn_places.is_drawn(found.draws) else drawn
        return mouth | _on_frames(_beside_speech(found, take, tolerance), take, line, clock)
    if line.stepped:
        curves = baking.held(take, clock, line.hold)
        return baking.baked_held(found.fitted.profile, curves) if found.bakes else curves
    curves = baking.styled(take)
    shown = baking.baked(found.fitted.profile, curves, take, tolerance) if found.bakes else curves
    return _on_frames(dict(shown) | _beside_speech(found, take, tolerance), take, line, clock)


def _beside_speech(found: Stage, take: Take, tolerance: float) -> dict[str, Curve]:
    if not found.face or found.fit is None:
        return {}
    return face.curves(found.character, found.fit, found.face, take, tolerance)


def _on_frames(shown: dict[str, Curve], take: Take, line: Line, clock: Clock) -> dict[str, Curve]:
    return baking.on_whole_frames(shown, take, clock) if line.whole_frames else shown


def with_drawn_face(found: Stage, line: Line, take: Take) -> Stage:
    """The stage with what a whole face needs that a network drew into the take, whatever layers are on."""
    from ..bilabial.expression.drawn import drawn_by

    if found.fit is None or found.draws is not None or line.stepped or drawn_by(take) is None:
        return found
    more = face.drawn_targets(found.character, found.fit, take, found.bakes)
    return replace(found, face=found.face | more)


def unseen(found: Stage) -> list[str]:
    """Why a face that is keyed might not move, for the report."""
    if found.fit is None:
        return []
    moved: dict[bpy.types.Key, set[str]] = {}
    for name in found.fitted.profile.driven:
        for target in found.fit.targets.get(name, ()):
            if isinstance(target.owner, bpy.types.Key):
                moved.setdefault(target.owner, set()).add(target.path)
    empty = rig_probe.note_on_empty(found.character).strip()
    notes = [empty] if empty else []
    for keys, paths in moved.items():
        muted = [
            block.name for block in keys.key_blocks if block.mute and block.path_from_id("value") in paths
        ]
        if muted:
            named = ", ".join(muted[:3]) + (" and more" if len(muted) > 3 else "")
            notes.append(f"Muted shape keys do not move: unmute {named} of {keys.user.name!r}.")
        if not keys.use_relative:
            notes.append(f"The shape keys of {keys.user.name!r} are absolute and do not move: tick Relative.")
    return notes
