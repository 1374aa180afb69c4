# SPDX-License-Identifier: GPL-3.0-or-later
"""The 31 controls on a character: plain custom properties of one object, with ranges.

Plain properties animate, work in driver expressions, go through library overrides (when they were made in the
character's own file) and stay in the file when this extension is not there.
"""

from __future__ import annotations

import bpy

from ..bilabial.controls import COARTICULATIONS, CONTROLS, JALI_FIELD
from ..bilabial.errors import RigError
from ..bilabial.retarget.profile import WORKING_POINT
from ..keys.fcurves import Target

_PREFIX = "Speech "
_ABOUT = {
    "Jaw": "How much the jaw takes part in speech: 0 is clenched, 1 is wide open",
    "Lip": "How much the lips take part in speech: 0 is slack, 1 is fully articulated",
}


def property_name(control: str) -> str:
    return _PREFIX + control


def path(control: str) -> str:
    return f'["{_PREFIX}{control}"]'


def control_of(data_path: str) -> str | None:
    """The control that a data path on a character names."""
    for control in CONTROLS:
        if data_path == path(control):
            return control
    return None


def neutral(control: str) -> float:
    return WORKING_POINT if control in JALI_FIELD else 0.0


def has_controls(owner: bpy.types.Object) -> bool:
    return all(property_name(control) in owner for control in CONTROLS)


def ensure(owner: bpy.types.Object) -> None:
    """Give a character its controls; those it has keep their values."""
    missing = [control for control in CONTROLS if property_name(control) not in owner]
    if not missing:
        return
    if owner.library is not None:
        raise RigError(
            f"{owner.name!r} is linked from {owner.library.filepath}: make a library override of the "
            "character"
        )
    if owner.override_library is not None:
        raise RigError(
            f"{owner.name!r} is a library override without speech controls, and an override cannot keep new "
            "ones: "
            "open the character's own file, press 'Prepare character' there and save, or choose the target "
            "Bake"
        )
    for control in missing:
        name = property_name(control)
        owner[name] = neutral(control)
        if control in JALI_FIELD:
            about = _ABOUT[control]
        elif control in COARTICULATIONS:
            about = f"Lip and tongue shape of {control.removesuffix('a')}, without its jaw"
        else:
            about = f"The sound {control}"
        owner.id_properties_ui(name).update(
            min=0.0, max=1.0, soft_min=0.0, soft_max=1.0, default=neutral(control), description=about
        )
        owner.property_overridable_library_set(path(control), True)
    owner.update_tag()


def reset(owner: bpy.types.Object) -> None:
    """Controls without keys back to their neutral values."""
    for control in CONTROLS:
        if property_name(control) in owner:
            owner[property_name(control)] = neutral(control)
    owner.update_tag()


def remove(owner: bpy.types.Object) -> None:
    for control in CONTROLS:
        if property_name(control) in owner:
            del owner[property_name(control)]


def targets(owner: bpy.types.Object) -> dict[str, list[Target]]:
    return {control: [Target(owner, path(control))] for control in CONTROLS}
