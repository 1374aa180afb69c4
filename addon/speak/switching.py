# SPDX-License-Identifier: GPL-3.0-or-later
"""The button between the two kinds of target: every line of a character goes across together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bilabial.errors import BilabialError
from ..host.without_callbacks import quiet
from ..line import takes
from ..rig import drivers, rig_probe, speech, staging
from .delivery import deliver

if TYPE_CHECKING:
    import bpy

    from ..line.line import Line


def switch(scene: bpy.types.Scene, line: Line, target: str) -> str:
    """Every line of the line's character to the other kind of target, with everything that stands."""
    root = line.character
    if root is None:
        raise BilabialError("this line has no character yet: choose one and generate the line first")
    mates = [one for one in scene.bilabial.lines if one.character == root and one.target != target]
    keyed = [one for one in mates if takes.written(one) is not None]
    if not keyed:
        raise BilabialError(
            f"no line of {root.name!r} is keyed the other way: nothing is to be brought across"
        )
    fit = staging.fit_of(line)
    was = [(one, one.target) for one in mates]
    if target == "BAKE":
        drivers.remove_ours(root, rig_probe.probe(root))
    texts, spans = [], []
    try:
        with quiet():
            for one in mates:
                one.target = target
        for one in keyed:
            take, before = takes.keyed(one)
            texts.append(deliver(scene, one, take, before.clock.start).text())
            spans.append(takes.keyed(one)[1].span)
    except Exception:
        with quiet():
            for one, former in was:
                one.target = former
        if target == "BAKE":
            drivers.build(root, drivers.beside_foreign(fit))
        raise
    if target == "BAKE":
        drivers.give_back(root, fit, spans)
        speech.remove(root)
        said = f"{root.name}'s lines lie on the face itself, as they stood; its drivers are gone."
    else:
        said = f"{root.name}'s lines lie on the speech controls again."
    return "\n".join([said, *texts])
