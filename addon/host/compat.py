# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch on Blender's version, from 4.2 on. Nothing else in the extension asks which Blender this
is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import bpy

_SLOTTED = hasattr(bpy.types, "ActionSlot")  # from 4.4 on an action holds slots, one for each datablock

# Options of a property that holds the path of a file: from 4.5 on one says that "//" may begin it.
FILE_OPTIONS = {"ANIMATABLE"} | ({"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set())


def ensure_action(owner: bpy.types.ID, name: str) -> bpy.types.Action:
    """The datablock's own action (with a slot of its own where slots exist), made where it has none."""
    animation = owner.animation_data or owner.animation_data_create()
    if animation.action is None:
        animation.action = bpy.data.actions.new(name)
    if _SLOTTED and animation.action_slot is None:
        animation.action_slot = animation.action.slots.new(id_type=owner.id_type, name=owner.name)
    return animation.action


class Channels:
    """The F-curves that one action holds for one datablock."""

    def __init__(self, action: bpy.types.Action, bag: Any) -> None:
        self.action = action
        self._bag = bag  # a channelbag, or before 4.4 the action itself

    def __iter__(self) -> Iterator[bpy.types.FCurve]:
        return iter(self._bag.fcurves)

    def find(self, path: str, index: int = 0) -> bpy.types.FCurve | None:
        return self._bag.fcurves.find(path, index=index)

    def ensure(self, path: str, index: int, group: str) -> bpy.types.FCurve:
        found = self.find(path, index)
        if found is None:
            found = self._bag.fcurves.new(path, index=index)
            found.group = self._bag.groups.get(group) or self._bag.groups.new(group)
        return found

    def remove(self, curve: bpy.types.FCurve) -> None:
        name = curve.group.name if curve.group is not None else ""
        self._bag.fcurves.remove(curve)
        group = self._bag.groups.get(name)  # newer Blenders have removed an empty one already
        if group is not None and not len(group.channels):
            self._bag.groups.remove(group)


@overload
def channels(owner: bpy.types.ID, create_name: str) -> Channels: ...
@overload
def channels(owner: bpy.types.ID, create_name: str | None = None) -> Channels | None: ...
def channels(owner: bpy.types.ID, create_name: str | None = None) -> Channels | None:
    """The F-curves of a datablock's own action. With a name, an action is made where there is none."""
    if create_name is not None:
        ensure_action(owner, create_name)
    animation = owner.animation_data
    if animation is None or animation.action is None:
        return None
    return _channels_of(
        animation.action, animation.action_slot if _SLOTTED else None, create_name is not None
    )


def _channels_of(action: bpy.types.Action, slot: object, create: bool) -> Channels | None:
    if not _SLOTTED:
        return Channels(action, action)
    if slot is None:
        return None
    if not action.layers:
        if not create:
            return None
        action.layers.new("Layer")
    layer = action.layers[0]
    if not layer.strips:
        if not create:
            return None
        layer.strips.new(type="KEYFRAME")
    bag = layer.strips[0].channelbag(slot, ensure=create)
    return Channels(action, bag) if bag is not None else None


def unplayed(action: bpy.types.Action, owner: bpy.types.ID) -> Iterator[Channels]:
    """The F-curves of an action that fit a kind of datablock and that nothing plays."""
    if not _SLOTTED:
        if action.users == action.use_fake_user and action.id_root in {owner.id_type, "UNSPECIFIED"}:
            yield Channels(action, action)
        return
    for slot in action.slots:
        if slot.target_id_type in {owner.id_type, "UNSPECIFIED"} and not slot.users():
            found = _channels_of(action, slot, create=False)
            if found is not None:
                yield found


def curves_of(action: bpy.types.Action) -> Iterator[bpy.types.FCurve]:
    """Every F-curve of an action, of whichever slot."""
    if not _SLOTTED:
        yield from action.fcurves
        return
    for layer in action.layers:
        for strip in layer.strips:
            for bag in strip.channelbags:
                yield from bag.fcurves


def nla_channels(owner: bpy.types.ID, strip: bpy.types.NlaStrip) -> Channels | None:
    """The F-curves that an NLA strip plays on a datablock."""
    if strip.action is None:
        return None
    if not _SLOTTED:
        return Channels(strip.action, strip.action)
    if strip.action_slot is None:
        strip.action_slot = strip.action.slots.new(id_type=owner.id_type, name=owner.name)
    return _channels_of(strip.action, strip.action_slot, create=True)


def key_type(name: str) -> int:
    """The number that foreach_set wants for a keyframe type; an old Blender without it gets JITTER's."""
    items = bpy.types.Keyframe.bl_rna.properties["type"].enum_items
    return (items.get(name) or items["JITTER"]).value


def sound_strips(scene: bpy.types.Scene) -> list[bpy.types.ID]:
    """Sound strips of the sequencer, also those inside meta strips, earliest first."""
    editor = scene.sequence_editor
    if editor is None:
        return []
    strips = editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all
    return sorted((s for s in strips if s.type == "SOUND"), key=lambda s: (strip_start(s), s.name))


def strips(scene: bpy.types.Scene) -> list[bpy.types.ID]:
    """Every strip of the sequencer's own timeline, without those inside meta strips."""
    editor = scene.sequence_editor
    if editor is None:
        return []
    return list(editor.strips if hasattr(editor, "strips") else editor.sequences)


def new_sound_strip(scene: bpy.types.Scene, name: str, path: str, channel: int) -> bpy.types.ID:
    """A sound strip from frame 1 on. Raises RuntimeError where Blender cannot read the file."""
    editor = scene.sequence_editor or scene.sequence_editor_create()
    holder = editor.strips if hasattr(editor, "strips") else editor.sequences
    return holder.new_sound(name=name, filepath=path, channel=channel, frame_start=1)


def strip_start(strip: bpy.types.ID) -> int:
    """The frame of a strip's left handle."""
    return int(_of_strip(strip, "left_handle", "frame_final_start"))


def strip_end(strip: bpy.types.ID) -> int:
    """The frame of a strip's right handle, the first that it does not play."""
    return int(_of_strip(strip, "right_handle", "frame_final_end"))


def content_start(strip: bpy.types.ID) -> float:
    """The frame on which the first sample of a strip's whole sound lies, handles aside."""
    return float(_of_strip(strip, "content_start", "frame_start"))


def move_strip(strip: bpy.types.ID, frame: float) -> None:
    """Put the whole strip where ``content_start`` is this frame."""
    setattr(strip, "content_start" if hasattr(strip, "content_start") else "frame_start", frame)


def _of_strip(strip: bpy.types.ID, name: str, before_5_2: str) -> float:
    return getattr(strip, name) if hasattr(strip, name) else getattr(strip, before_5_2)


def active_strip(scene: bpy.types.Scene) -> bpy.types.Strip | None:
    return scene.sequence_editor.active_strip if scene.sequence_editor else None
