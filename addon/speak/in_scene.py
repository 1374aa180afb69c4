# SPDX-License-Identifier: GPL-3.0-or-later
"""What lines hold in the scene as it stands: the places of their keys, their spans, and each other's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import bpy

from ..host import compat
from ..host.clock import frame_rate
from ..keys import fcurves, keyframe_home, rivals, strays, whole_line
from ..keys.fcurves import Span, Target
from ..line import lines, takes
from ..line.line import Line
from ..rig import rig_probe
from ..rig.staging import stage


def held_places(line: Line, before: takes.Written) -> Iterator[tuple[str, Target, compat.Channels]]:
    """Every channel and target that the line was written to, with the F-curves there."""
    if before.spots:
        targets = {name: rig_probe.targets_at(before.character, held) for name, held in before.spots.items()}
    else:  # written by a version that did not note them
        targets = stage(line).targets
    for name, several in targets.items():
        for target in several:
            channels = keyframe_home.channels(before, target.owner, create=False)
            if channels is not None:
                yield name, target, channels


def own_span(scene: bpy.types.Scene, line: Line, before: takes.Written | None) -> takes.Written | None:
    """What was written, where a hand has moved it as a whole, with keys that were moved out of its span."""
    if before is None or not before.curves or before.character is None:
        return before
    taken = [one.span for one in others(scene, line) if one.character == before.character]
    places = list(held_places(line, before))
    before = whole_line.where_it_stands(before, places, taken, frame_rate(scene))
    return strays.with_strays(before, places, taken)


def overlaps(scene: bpy.types.Scene, line: Line, span: Span) -> list[str]:
    """A sentence for each other line that this character speaks at the same time."""
    notes = []
    for one in scene.bilabial.lines:
        other = takes.written(one) if one != line and one.take is not None else None
        if other is None or other.character != line.character:
            continue
        first, last = max(span[0], other.span[0]), min(span[1], other.span[1])
        if last - first > 1.0 and other.curves:
            notes.append(
                f"Frames {first:.0f} to {last:.0f} are spoken by {lines.sound_name(one)} as well: one mouth "
                "says one thing, so move one of the lines."
            )
    return notes


def hand_over(scene: bpy.types.Scene, line: Line) -> None:
    """Before a line goes: lines of its character that it overlaps take over its keys inside their spans."""
    gone = takes.written(line) if line.take is not None else None
    for one in scene.bilabial.lines if gone is not None else ():
        other = takes.written(one) if one != line and one.take is not None else None
        if (
            other is None
            or gone is None
            or max(other.span[0], gone.span[0]) > min(other.span[1], gone.span[1])
        ):
            continue
        if (other.character, other.target, other.place) == (gone.character, gone.target, gone.place):
            takes.store_curves(one, rivals.inherited(other, gone, held_places(one, other)))


def baked_beside(scene: bpy.types.Scene, line: Line) -> list[Span]:
    """The spans of the character's other lines that lie on the face itself."""
    return [
        one.span for one in others(scene, line) if one.target == "BAKE" and one.character == line.character
    ]


def others(scene: bpy.types.Scene, line: Line) -> list[takes.Written]:
    """What was written for the scene's other lines."""
    found = (takes.written(one) for one in scene.bilabial.lines if one != line and one.take is not None)
    return [one for one in found if one is not None]


def select_conflicts(line: Line, conflicts: Iterable[tuple[str, float, float]]) -> int:
    """Select the keys of the conflicts in the graph editor, and nothing else on the line's channels."""
    before = takes.written(line)
    if before is None:
        return 0
    wanted: dict[str, list[tuple[float, float]]] = {}
    for name, first, last in conflicts:
        wanted.setdefault(name, []).append(
            (float(before.clock.frames(first)), float(before.clock.frames(last)))
        )
    return sum(
        fcurves.select(channels, target, wanted.get(name, []))
        for name, target, channels in held_places(line, before)
    )
