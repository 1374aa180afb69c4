# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of a line's poses: which action or pose marker is which phone, guessed first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import RigError
from ..rig import rig_probe
from . import teaching

if TYPE_CHECKING:
    from ..line.line import Line

_MOST = 6  # names in one sentence


def names(owner: bpy.types.Object | None) -> list[str]:
    """The poses that the file has for a character."""
    return sorted(teaching.poses_of(rig_probe.probe(owner)).values, key=_counted)


def _counted(name: str) -> list[tuple[int, str]]:
    """A key that puts Pose 2 before Pose 10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def fill(line: Line) -> str:
    """A row for each pose that has none yet, with the phone that its name says; what stands is left alone."""
    from ..bilabial.retarget.pose_labels import UNKNOWN
    from ..bilabial.retarget.pose_list import guess

    found = names(line.character)
    if not found:
        raise RigError(
            f"no action in this file moves {line.character.name!r}: make an action or pose asset for each "
            "phone"
        )
    guessed = guess(found)
    listed = {row.name for row in line.poses}
    said = {row.control for row in line.poses} - {UNKNOWN}
    for name in found:
        if name in listed:
            continue
        row = line.poses.add()
        row.name = name
        if name in guessed and guessed[name] not in said:
            row.control = guessed[name]
    unknown = [row.name for row in line.poses if row.control == UNKNOWN]
    text = f"{len(line.poses)} poses, {len(line.poses) - len(unknown)} with a phone."
    if unknown:
        more = " and more" if len(unknown) > _MOST else ""
        text += f" Not understood: {', '.join(unknown[:_MOST])}{more}: choose their phones in the list."
    return text


def learn(line: Line) -> str:
    """The line's own profile from its list. Raises RigError where a row cannot be."""
    from ..bilabial.retarget.pose_list import Row

    return teaching.teach_rows(line, [Row(row.name, row.control) for row in line.poses])
