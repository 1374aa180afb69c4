# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an object stands as seen from a character's eyes, frame by frame, from its head as it is posed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import bpy
import mathutils
import numpy as np

from . import body

if TYPE_CHECKING:
    from .rig_probe import Character, Fit

_MOST = 120  # moments at which a scene that moves is looked at
_LEAST_APART = 2.0  # frames between two of them


def directions(
    scene: bpy.types.Scene, character: Character, fit: Fit, goal: bpy.types.Object, span: tuple[float, float]
) -> list[tuple[float, float, float]]:
    """(frame, degrees to the left, degrees up) over a span of frames; one where nothing of it moves.

    What lines have turned the head by is left out. The scene stands at its frame again afterwards.
    """
    whole = body.find(character, fit)
    head = next((part for part in reversed(whole.parts) if part.share), body.Part(character.root, "", 1.0))
    eyes, axes = body.eyes(head, fit), body.axes_of(head, fit)
    if not _moves(character, goal):
        return [(span[0], *_seen(head, goal, eyes, axes))]
    found, before = [], (scene.frame_current, scene.frame_subframe)
    with body.without_turns(character):
        try:
            for frame in _moments(span):
                scene.frame_set(int(frame), subframe=float(frame % 1.0))
                found.append((float(frame), *_seen(head, goal, eyes, axes)))
        finally:
            scene.frame_set(before[0], subframe=before[1])
    return found


def _moments(span: tuple[float, float]) -> Iterator[float]:
    apart = max((span[1] - span[0]) / _MOST, _LEAST_APART)
    yield from np.arange(span[0], span[1] + apart, apart)


def _moves(character: Character, goal: bpy.types.Object) -> bool:
    """Whether anything that could move eyes or goal is animated or constrained."""
    owners: dict[bpy.types.Object, None] = {}
    for one in (goal, character.root, *character.armatures):
        above: bpy.types.Object | None = one
        while above is not None:
            owners[above] = None
            above = above.parent
    return any(
        (o.animation_data is not None and (o.animation_data.action or o.animation_data.nla_tracks))
        or (o.animation_data is not None and len(o.animation_data.drivers))
        or any(c.name != body.CONSTRAINT for c in o.constraints)
        for o in owners
    )


def _seen(
    head: body.Part, goal: bpy.types.Object, eyes: mathutils.Vector, axes: tuple[mathutils.Vector, ...]
) -> tuple[float, float]:
    """Degrees to the left and up at which the goal's origin is seen now."""
    graph = bpy.context.evaluated_depsgraph_get()
    owner = head.owner.evaluated_get(graph)
    here = owner.matrix_world
    if head.bone:
        here = here @ owner.pose.bones[head.bone].matrix
    away = here.inverted_safe() @ goal.evaluated_get(graph).matrix_world.translation - eyes
    left, up, forward = (away.dot(axis) for axis in axes)
    return float(np.degrees(np.arctan2(left, forward))), float(
        np.degrees(np.arctan2(up, np.hypot(left, forward)))
    )
