# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawings that are no shapes: an integer or an enum, an image sequence's offset, visible objects or
collections, a Grease Pencil frame, an input of Geometry Nodes. Each is a number with a full data path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeGuard

import bpy

from ..bilabial.errors import RigError
from ..bilabial.retarget.names import match
from ..bilabial.retarget.profile import RigProfile
from ..bilabial.retarget.profile_entries import Channel
from ..keys.fcurves import Target
from .numbers import set_value

_FULL = re.compile(r'^bpy\.data\.(\w+)\["((?:[^"\\]|\\.)*)"\](\.node_tree)?\.?(.*)$')
_INDEX = re.compile(r"^(.*[^\]\"])\[(\d+)\]$")
_COLLECTION = re.compile(r'^bpy\.data\.collections\["((?:[^"\\]|\\.)*)"\]\.hide_render$')
_RENDER, _VIEW = "hide_render", "hide_viewport"


def is_drawn(profile: RigProfile | None) -> TypeGuard[RigProfile]:
    """Whether a profile's drawings are numbers anywhere in the file rather than shapes of a face."""
    return profile is not None and any(channel.kind == "drawing" for channel in profile.channels.values())


def targets_of(path: str) -> list[Target]:
    """The number that a full data path names; of what is hidden from renders also that of the viewport."""
    collection = _COLLECTION.match(path.strip())
    if collection is not None:
        return _members(bpy.utils.unescape_identifier(collection[1]))
    found = [_target(path)]
    if path.endswith(_RENDER):
        found.append(_target(path.removesuffix(_RENDER) + _VIEW))
    return found


def _members(name: str) -> list[Target]:
    """A collection has no animation of its own: the objects in it are shown and hidden."""
    collection = bpy.data.collections.get(name)
    if collection is None or not collection.all_objects:
        raise RigError(f"the collection {name!r} is not there or holds no object: put the drawing into it")
    return [Target(member, path) for member in collection.all_objects for path in (_RENDER, _VIEW)]


def _target(path: str) -> Target:
    """Raises RigError where nothing lies there. The path is read, never run."""
    wanted = f"the data path {path!r}"
    parts = _FULL.match(path.strip())
    if parts is None:
        raise RigError(
            f"{wanted} is none of a file's data: right-click the number and choose Copy Full Data Path"
        )
    kind, name, tree, rest = parts.groups()
    owner = (
        getattr(bpy.data, kind, {}).get(bpy.utils.unescape_identifier(name))
        if hasattr(bpy.data, kind)
        else None
    )
    owner = getattr(owner, "node_tree", None) if tree and owner is not None else owner
    if owner is None:
        raise RigError(f"{wanted} leads nowhere: {kind} has no {bpy.utils.unescape_identifier(name)!r}")
    indexed = _INDEX.match(rest)
    rest, index = (indexed[1], int(indexed[2])) if indexed else (rest, 0)
    try:
        value = owner.path_resolve(rest)
    except ValueError as error:
        raise RigError(f"{wanted} leads nowhere: {owner.name!r} has no {rest!r}") from error
    if not isinstance(value, (bool, int, float, str)) and not hasattr(value, "__len__"):
        raise RigError(f"{wanted} is no number: choose an integer, an enum or a check box")
    return Target(owner, rest, index)


def places(profile: RigProfile) -> dict[str, list[Target]]:
    """Where the drawings' numbers lie, each under the name of the first drawing that it shows."""
    found: dict[str, str] = {}
    for name, channel in profile.channels.items():
        if channel.kind == "drawing" and channel.path not in found.values():
            found[name] = channel.path
    return {name: targets_of(path) for name, path in found.items()}


def show(profile: RigProfile, values: Mapping[str, float]) -> None:
    """The drawing whose value is largest, and no other."""
    drawings = {name: c for name, c in profile.channels.items() if c.kind == "drawing"}
    shown = drawings[max(drawings, key=lambda name: values[name])]
    for name, several in places(profile).items():
        channel = drawings[name]
        for target in several:
            set_value(target, shown.shows if shown.path == channel.path else channel.hides)


# Making such a profile


def by_number(base: RigProfile, path: str, first: int) -> RigProfile:
    """A set of drawings on one number: an enum's items by their names, else counted from ``first`` on."""
    target = _target(path)
    items = _items_of(target)
    order = list(base.channels)
    numbers = {name: float(first + i) for i, name in enumerate(order)}
    if items:
        found = match({name: (name, *base.channels[name].names) for name in order}, items).found
        if len(found) < len(order) and len(found) > 0.5 * len(order):
            return _drawn(base, {name: (path, float(items[item]), 0.0) for name, item in found.items()})
        if len(found) == len(order):
            numbers = {name: float(items[item]) for name, item in found.items()}
    return _drawn(base, {name: (path, number, 0.0) for name, number in numbers.items()})


def _items_of(target: Target) -> dict[str, int]:
    """The items of an enum by name; nothing for a plain number."""
    head, _, attribute = target.path.rpartition(".")
    holder = target.owner.path_resolve(head) if head else target.owner
    rna = holder.bl_rna.properties.get(attribute) if hasattr(holder, "bl_rna") else None
    if rna is None or rna.type != "ENUM":
        return {}
    return {item.identifier: item.value for item in rna.enum_items}


def by_visibility(base: RigProfile, nearby: Iterable[bpy.types.Object]) -> RigProfile:
    """A set of drawings that are objects (those nearby first) or collections of their own."""
    things = {f"objects:{o.name}": o.name for o in (*nearby, *bpy.data.objects)}
    things |= {f"collections:{c.name}": c.name for c in bpy.data.collections}
    wanted = {name: (name, *channel.names) for name, channel in base.channels.items()}
    best: dict[str, str] = {}
    kind = "objects"
    for sort in ("objects", "collections"):
        names = [name for key, name in things.items() if key.startswith(sort)]
        found = match(wanted, names).found
        if len(found) > len(best):
            best, kind = found, sort
    if len(best) < 3:
        raise RigError(
            f"no objects and no collections are named after {base.title}: name the drawings "
            f"{', '.join(list(base.channels)[:4])} ..., or give the data path of the number that shows them"
        )
    path = 'bpy.data.{}["{}"].{}'
    return _drawn(
        base,
        {n: (path.format(kind, bpy.utils.escape_identifier(b), _RENDER), 0.0, 1.0) for n, b in best.items()},
    )


def _drawn(base: RigProfile, where: Mapping[str, tuple[str, float, float]]) -> RigProfile:
    profile = base.only(where)
    channels: dict[str, Channel] = {}
    for name, channel in profile.channels.items():
        path, shows, hides = where[name]
        channels[name] = replace(channel, kind="drawing", path=path, shows=shows, hides=hides)
    return replace(profile, channels=channels, title=f"Drawings, {base.title}")
