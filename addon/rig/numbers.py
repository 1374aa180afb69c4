# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that channels move: read, set, and what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

if TYPE_CHECKING:
    from ..keys.fcurves import Target


def value_of(target: Target) -> float:
    """A channel's value now, in the channel's own unit."""
    value = target.owner.path_resolve(target.path)
    if isinstance(value, str):  # an enum
        holder, attribute = holder_of(target)
        return float(holder.bl_rna.properties[attribute].enum_items[value].value)
    return float(value[target.index] if hasattr(value, "__len__") else value) - target.offset


def set_value(target: Target, value: float) -> None:
    holder, attribute = holder_of(target)
    number = value + target.offset
    if attribute.startswith("["):
        name = property_in(attribute)
        holder[name] = type(holder[name])(number)
    elif isinstance(getattr(holder, attribute), str):  # an enum
        items = holder.bl_rna.properties[attribute].enum_items
        setattr(holder, attribute, next(item.identifier for item in items if item.value == round(number)))
    elif isinstance(getattr(holder, attribute), (bool, int)):
        setattr(holder, attribute, type(getattr(holder, attribute))(round(number)))
    elif hasattr(getattr(holder, attribute), "__len__"):
        getattr(holder, attribute)[target.index] = number
    else:
        setattr(holder, attribute, number)
    target.owner.update_tag()


def holder_of(target: Target) -> tuple[Any, str]:
    """What owns the number, and under which name: an attribute, or a custom property as ["name"]."""
    if target.path.endswith('"]'):
        start = target.path.rindex('["')
        head = target.path[:start]
        return (target.owner.path_resolve(head) if head else target.owner), target.path[start:]
    head, _, attribute = target.path.rpartition(".")
    return (target.owner.path_resolve(head) if head else target.owner), attribute


def shape_key_of(target: Target) -> str | None:
    """The name of the shape key that a target moves; None where it moves something else."""
    head, tail = 'key_blocks["', '"].value'
    if not (target.path.startswith(head) and target.path.endswith(tail)):
        return None
    return bpy.utils.unescape_identifier(target.path[len(head) : -len(tail)])


def property_in(attribute: str) -> str:
    """The custom property that ``["name"]`` means, quotes and backslashes in it as they are."""
    return bpy.utils.unescape_identifier(attribute[2:-2])
