# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the panel: the rows of one control."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import bpy

from ..bilabial.controls import CONTROLS
from ..bilabial.errors import RigError
from ..bilabial.retarget.profile_entries import Term
from ..line import lines
from .own_profile import editable_profile, store
from .preview import show_preview

if TYPE_CHECKING:
    from ..line.line import Line, Lines

_MUTED = "bilabial_muted"


def fill_table(scene: bpy.types.Scene) -> None:
    """Show the rows of the chosen control. Call it quietly."""
    ours = scene.bilabial
    line = lines.active(scene)
    ours.terms.clear()
    if line.own_profile is None or ours.control not in CONTROLS:
        return
    profile = editable_profile(line)
    for term in profile.terms_by(ours.control):
        _add_row(ours, term, muted=False)
    for term in _muted(line):
        if term.control == ours.control:
            _add_row(ours, term, muted=True)
    ours.term_index = max(0, min(ours.term_index, len(ours.terms) - 1))


def _add_row(ours: Lines, term: Term, muted: bool) -> None:
    row = ours.terms.add()
    row.channel, row.part, row.weight, row.mute = term.channel, term.part, term.weight, muted


def _muted(line: Line) -> list[Term]:
    return [Term(*entry) for entry in json.loads(line.own_profile.get(_MUTED, "[]"))]


def apply_table(scene: bpy.types.Scene) -> None:
    """The rows into the profile. Raises RigError and changes nothing where a row cannot be."""
    ours = scene.bilabial
    line = lines.active(scene)
    profile = editable_profile(line)
    control = ours.control
    for row in ours.terms:
        if row.channel not in profile.channels:
            raise RigError(f"the rig has no channel {row.channel!r}: choose one from the list")
    heard = [Term(control, row.channel, row.part, row.weight) for row in ours.terms if not row.mute]
    silent = [Term(control, row.channel, row.part, row.weight) for row in ours.terms if row.mute]
    changed = profile.with_terms(control, heard)
    others = [term for term in _muted(line) if term.control != control]
    line.own_profile[_MUTED] = json.dumps(
        [[t.control, t.channel, t.part, t.weight] for t in (*others, *silent)]
    )
    store(line, changed)
    show_preview(scene)
