# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character has: its meshes with shape keys, its bones, its custom properties; and which profile
fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpy
import mathutils

from ..bilabial.errors import RigError
from ..bilabial.retarget.profile import RigProfile
from ..bilabial.retarget.recognise import Candidate, Recognition, RigNames, candidate, recognise
from ..bilabial.retarget.upper_face import borrowed
from ..host import compat
from ..keys.fcurves import GROUP, Target
from . import drawn_places
from .measuring import empty_shapes
from .moods import with_moods_measured

_AXES = {"x": 0, "y": 1, "z": 2}
_RESTS = re.compile(r"(sil|silence|rest|neutral|basis|default)$", re.IGNORECASE)  # empty by nature
NAMELESS = re.compile(r"target_\d+(\.\d+)?$")  # what Blender's glTF importer calls a shape without a name
_OWN_PREFIXES = ("Speech ", "cycles", "_")


@dataclass(frozen=True)
class Character:
    """One character: the object that the user picked, and everything that moves with it."""

    root: bpy.types.Object
    meshes: tuple[bpy.types.Object, ...]  # those with shape keys, the root's own first
    armatures: tuple[bpy.types.Object, ...]

    @property
    def keys(self) -> list[bpy.types.Key]:
        """Each Key datablock once, even where meshes share data."""
        return list(dict.fromkeys(mesh.data.shape_keys for mesh in self.meshes))

    def all_meshes(self) -> tuple[bpy.types.Object, ...]:
        """Every mesh that the character moves, with shape keys or without."""
        deformed = [o for o in bpy.data.objects if any(a in self.armatures for a in _deforming(o))]
        return tuple(
            o for o in dict.fromkeys((*self.meshes, *deformed)) if o.type == "MESH" and o.visible_get()
        )

    def names(self) -> RigNames:
        shapes = dict.fromkeys(
            block.name for key in self.keys for block in key.key_blocks[1:]
        )  # [0]: the basis
        bones = {bone.name: None for armature in self.armatures for bone in armature.pose.bones}
        properties = {name: None for name, _, _ in self._properties()}
        return RigNames(tuple(shapes), tuple(bones), tuple(properties))

    def empty_shapes(self) -> tuple[str, ...]:
        """Shapes that move nothing on any mesh: names alone, which would leave the mouth shut."""
        empty: dict[str, bool] = {}
        for key in self.keys:
            still = empty_shapes(key)
            for block in key.key_blocks[1:]:
                empty[block.name] = empty.get(block.name, True) and block.name in still
        return tuple(name for name, nothing in empty.items() if nothing)

    def moving_names(self) -> RigNames:
        """The names without those of empty shapes. Raises RigError where nothing would be left."""
        names, empty = self.names(), set(self.empty_shapes())
        moving = tuple(name for name in names.shape_keys if name not in empty)
        if names.shape_keys and not moving and not names.bones:
            raise RigError(
                f"every shape key of {self.root.name!r} is empty (it moves nothing): sculpt them, or pick "
                "another character"
            )
        return replace(names, shape_keys=moving)

    def numbers(self) -> Iterator[tuple[str, bpy.types.ID, str]]:
        """(name, owner, data path) of the character's custom properties."""
        return self._properties()

    def _properties(self) -> Iterator[tuple[str, bpy.types.ID, str]]:
        """(name, owner, data path) of numbers that a rigger put on objects and bones.

        Those of bones are named "bone.property": two bones may well have one of the same name.
        """
        for owner in dict.fromkeys((self.root, *self.armatures, *self.meshes)):
            for name in _numbers(owner):
                yield name, owner, f'["{bpy.utils.escape_identifier(name)}"]'
        for armature in self.armatures:
            for bone in armature.pose.bones:
                for name in _numbers(bone):
                    where = f'pose.bones["{bpy.utils.escape_identifier(bone.name)}"]'
                    path = f'{where}["{bpy.utils.escape_identifier(name)}"]'
                    yield f"{bone.name}.{name}", armature, path


def _numbers(owner: Any) -> list[str]:
    return [
        name
        for name in owner.keys()  # noqa: SIM118 - an ID is no mapping
        if not name.startswith(_OWN_PREFIXES) and isinstance(owner[name], (int, float))
    ]


def probe(root: bpy.types.Object | None, profile: RigProfile | None = None) -> Character:
    """Everything that belongs to the picked object. Raises RigError where there is no face; a profile that
    says where its drawings lie needs none.
    """
    if root is None:
        raise RigError("no character is chosen: pick the face's mesh, or the armature that moves it")
    if root.type == "EMPTY" and root.instance_collection is not None:
        raise RigError(
            f"{root.name!r} is an instance of a collection, which cannot be animated: make a library "
            "override of it"
        )
    armatures = _armatures_of(root)
    members = _family(root, armatures)
    meshes = tuple(o for o in members if o.type == "MESH" and o.data.shape_keys is not None)
    found = Character(root, tuple(sorted(meshes, key=lambda o: (o != root, o.name))), armatures)
    if not found.meshes and not found.armatures and not drawn_places.is_drawn(profile):
        raise RigError(
            f"{root.name!r} has neither shape keys nor bones: pick the face's mesh, or the armature that "
            "moves it"
        )
    return found


def _armatures_of(root: bpy.types.Object) -> tuple[bpy.types.Object, ...]:
    found: dict[bpy.types.Object, None] = {}
    for member in (root, *root.children_recursive):
        if member.type == "ARMATURE":
            found[member] = None
    for armature in _deforming(root):
        found[armature] = None
    return tuple(found)


def _deforming(owner: bpy.types.Object) -> Iterator[bpy.types.Object]:
    if owner.parent is not None and owner.parent.type == "ARMATURE":
        yield owner.parent
    for modifier in owner.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            yield modifier.object


def _family(root: bpy.types.Object, armatures: tuple[bpy.types.Object, ...]) -> list[bpy.types.Object]:
    """The root, what hangs below it, and what the same armatures move."""
    family = dict.fromkeys((root, *root.children_recursive))
    if root.parent is not None and root.parent.type in {"EMPTY", "ARMATURE"}:
        family |= dict.fromkeys(root.parent.children_recursive)
    for armature in armatures:
        family |= dict.fromkeys(armature.children_recursive)
    if armatures:
        for other in bpy.data.objects:
            if other.type == "MESH" and any(a in armatures for a in _deforming(other)):
                family[other] = None
    return list(family)


def identify(character: Character, profile: RigProfile | None = None) -> tuple[Candidate, Recognition | None]:
    """The profile that fits, or how the given one does. Raises RigError with the reason when none fits."""
    names = character.moving_names()
    if profile is not None:
        found = candidate(profile, names)
        if not found.matched and candidate(profile, character.names()).matched:
            raise RigError(
                f"the shapes of {character.root.name!r} that the profile {profile.title!r} knows are all "
                "empty (they move nothing): choose another profile, or let the rig be recognised"
            )
        if not found.matched:
            raise RigError(
                f"nothing on {character.root.name!r} has a name that the profile {profile.title!r} knows: "
                "choose "
                "another profile, or map the channels by hand"
            )
        return found, None
    recognition = recognise(names)
    if recognition.best is None:
        ways = "" if recognition.candidates else " Retarget > Guess by Movement makes a profile by measuring."
        if any(NAMELESS.match(name) for name in names.shape_keys):
            ways = (
                " Its shapes lost their names on import (target_0 ...): Retarget > Names from File gives "
                "them back from the VRM or glTF file."
            )
        raise RigError(f"{character.root.name!r}: {recognition.reason}{ways}{note_on_empty(character)}")
    return recognition.best, recognition


def note_on_empty(character: Character) -> str:
    """A sentence that names the empty shapes; "" where there are none."""
    empty = tuple(name for name in character.empty_shapes() if not _RESTS.search(name))
    if not empty:
        return ""
    named = ", ".join(empty[:4]) + (f" and {len(empty) - 4} more" if len(empty) > 4 else "")
    return f" Empty shapes, which move nothing, were left aside: {named}."


@dataclass(frozen=True)
class Fit:
    """A profile on a character: the profile cut to what is there, and where each channel lies."""

    profile: RigProfile
    targets: dict[str, list[Target]]
    left_alone: tuple[str, ...] = ()  # channels that the rig's own drivers move

    def without(self, names: tuple[str, ...]) -> Fit:
        """The fit with some channels left to the rig's own drivers."""
        profile = self.profile.only(name for name in self.profile.channels if name not in names)
        return Fit(profile, {name: self.targets[name] for name in profile.channels}, names)


def fit(character: Character, found: Candidate) -> Fit:
    profile = found.fitted_profile()
    axes = _axes(character, profile, found.matched)
    if axes:
        profile = profile.turned(axes)
    if profile.measures:
        profile = _measured(profile, _measures(character, profile, found.matched))
    places = {name: targets_of(character, profile, name, found.matched[name]) for name in profile.channels}
    gone = [name for name, where in places.items() if not where]
    if gone:
        profile = profile.only([name for name in profile.channels if name not in gone])
    places = {name: places[name] for name in profile.channels}
    return Fit(with_moods_measured(profile, places), places)


def _measured(profile: RigProfile, found: Mapping[str, float]) -> RigProfile:
    """Bone locations in this rig's distances. Brows and eyes whose distance is not there are left out; of a
    mouth the profile refuses that.
    """
    driven = set(profile.driven)
    return profile.only(
        name for name, c in profile.channels.items() if not c.measure or c.measure in found or name in driven
    ).fitted(found)


def upper_face(character: Character, found: Fit) -> Fit | None:
    """Brows, lids and eyes by another set's names, where the profile has none; None where there are none."""
    empty = set(character.empty_shapes())
    shapes = [name for name in character.names().shape_keys if name not in empty]
    borrowing = borrowed(found.profile, shapes)
    if borrowing is None:
        return None
    profile, matched = borrowing
    used = {(t.owner, t.path) for several in found.targets.values() for t in several}
    places = {name: targets_of(character, profile, name, matched[name]) for name in profile.channels}
    free = {
        n: [t for t in ts if (t.owner, t.path) not in used]
        for n, ts in places.items()
        if n not in found.targets
    }
    free = {name: where for name, where in free.items() if where}
    return Fit(profile.only(free), free) if free else None


def _axes(
    character: Character, profile: RigProfile, matched: Mapping[str, str]
) -> dict[str, tuple[str, float]]:
    """For channels that say where they move a bone: which of its axes leads there, and which way round."""
    found = {}
    for name, channel in profile.channels.items():
        armature = next((a for a in character.armatures if matched.get(name) in a.data.bones), None)
        if not channel.toward or armature is None:
            continue
        way = _ways(armature, profile, matched)[channel.toward]
        own = (armature.matrix_world @ armature.data.bones[matched[name]].matrix_local).to_3x3().normalized()
        leads = [own.col[i] for i in range(3)]
        if channel.transform == "rotation":  # where the tip of the bone goes
            leads = [axis.cross(own.col[1]) for axis in leads]
        best = max(range(3), key=lambda i: abs(leads[i].dot(way)))
        found[name] = "xyz"[best], 1.0 if leads[best].dot(way) >= 0.0 else -1.0
    return found


def _ways(
    armature: bpy.types.Object, profile: RigProfile, matched: Mapping[str, str]
) -> dict[str, mathutils.Vector]:
    """Directions of a character that stands upright; left is from one corner of the mouth to the other."""
    up, left = mathutils.Vector((0.0, 0.0, 1.0)), mathutils.Vector((1.0, 0.0, 0.0))
    called = {c.bone: matched.get(c.name, c.bone) for c in profile.channels.values() if c.kind == "bone"}
    for one, other in profile.measures.values():
        bones = armature.data.bones
        if called.get(one) in bones and called.get(other) in bones:
            across = bones[called[one]].head_local - bones[called[other]].head_local
            left = armature.matrix_world.to_3x3() @ across
            left.z = 0.0
            if left.length > 0.0:
                left.normalize()
                break
    forward = left.cross(up)
    return {"up": up, "down": -up, "left": left, "right": -left, "forward": forward, "back": -forward}


def _measures(character: Character, profile: RigProfile, matched: Mapping[str, str]) -> dict[str, float]:
    """Distances between the heads of two bones, in the armature's own space."""
    called = {c.bone: matched[c.name] for c in profile.channels.values() if c.kind == "bone"}
    found = {}
    for name, pair in profile.measures.items():
        one, other = (called.get(bone, bone) for bone in pair)
        for armature in character.armatures:
            bones = armature.data.bones
            if one in bones and other in bones:
                found[name] = (bones[one].head_local - bones[other].head_local).length
                break
    return found


def targets_of(character: Character, profile: RigProfile, channel_name: str, name: str) -> list[Target]:
    """Every number of the rig that a channel moves; several where several meshes have the same shape."""
    channel = profile.channels[channel_name]
    if channel.kind == "drawing":
        return drawn_places.targets_of(channel.path)
    quoted = bpy.utils.escape_identifier(name)
    if channel.kind == "shape_key":
        return [
            Target(key, f'key_blocks["{quoted}"].value') for key in character.keys if name in key.key_blocks
        ]
    if channel.kind == "bone":
        index, transform = _AXES[channel.axis], channel.transform
        path = f'pose.bones["{quoted}"].' + ("rotation_euler" if transform == "rotation" else transform)
        offset = 1.0 if transform == "scale" else 0.0
        return [
            Target(armature, path, index, offset, name)
            for armature in character.armatures
            if name in armature.pose.bones
        ]
    return [
        Target(owner, path, 0, 0.0, GROUP) for found, owner, path in character._properties() if found == name
    ]


def targets_at(root: bpy.types.Object | None, spots: Iterable[tuple[str, int]]) -> list[Target]:
    """The targets of a character that have these data paths and indices, as far as they are still there.

    It need not be a rig that a profile knows any more.
    """
    if root is None:
        return []
    try:
        found = probe(root)
        owners = tuple(dict.fromkeys((root, *found.keys, *found.armatures, *found.meshes)))
    except RigError:
        owners = (root,)
    targets = []
    for path, index in dict.fromkeys(spots):
        for owner in owners:
            try:
                owner.path_resolve(path)
            except ValueError:
                continue
            targets.append(Target(owner, path, index, 1.0 if path.endswith(".scale") else 0.0))
    return targets


def use_euler(targets: dict[str, list[Target]]) -> None:
    """Bones that a profile rotates turn by XYZ angles; one that has quaternion keys is left alone and
    named.
    """
    for target in (t for several in targets.values() for t in several):
        if not target.path.endswith("rotation_euler"):
            continue
        bone = target.owner.path_resolve(target.path.rsplit(".", 1)[0])
        if bone.rotation_mode in {"QUATERNION", "AXIS_ANGLE"}:
            quaternion = bone.path_from_id("rotation_quaternion")
            channels = compat.channels(target.owner)
            if channels is not None and channels.find(quaternion) is not None:
                raise RigError(
                    f"the bone {bone.name!r} has quaternion keys, and speech turns it by angles: set its "
                    "rotation "
                    "mode to XYZ Euler (Pose > Convert Rotation Modes) and try again"
                )
            angles = bone.rotation_quaternion.to_euler("XYZ")
            bone.rotation_mode = "XYZ"
            bone.rotation_euler = angles
