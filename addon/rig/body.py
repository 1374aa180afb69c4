# SPDX-License-Identifier: GPL-3.0-or-later
"""The head's turn and the breath of a character: numbers on the character, and what hands them to its bones.

Each bone that takes part gets a constraint that adds its share after everything else that poses it (an
animator's keys, the NLA, another rig's drivers), so nothing of those is touched, whatever the bone's rotation
mode. The constraint reads a hidden empty that stands turned in the bone's own axes; simple drivers turn it. A
head without bones is turned as an object, in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy
import mathutils
import numpy as np

from ..bilabial.retarget.body import Body, breath_shape, find_body
from ..bilabial.retarget.sides import side_of
from ..host import compat
from ..keys.fcurves import Target
from . import measuring, numbers, speech

if TYPE_CHECKING:
    from .rig_probe import Character, Fit

HEAD = ("Head Yaw", "Head Pitch", "Head Roll")  # degrees, as core/bilabial/expression/names.HEAD
BREATH = "Breath"  # 0 breathed out, 1 breathed in
GROUPS = {**dict.fromkeys(HEAD, "Head"), BREATH: "Breath"}
_ABOUT = {
    "Head Yaw": "Degrees by which the head turns to its left, on top of how it is posed",
    "Head Pitch": "Degrees by which the head looks up, on top of how it is posed",
    "Head Roll": "Degrees by which the head leans to its left shoulder, on top of how it is posed",
    BREATH: "How far breath is drawn in",
}
_LIMITS = {"Head Yaw": 60.0, "Head Pitch": 45.0, "Head Roll": 45.0}
_LETTERS = dict(zip((*HEAD, BREATH), "yprb", strict=True))
CONSTRAINT = "Speech Turn"
_HELPER = "bilabial_turn"  # marks the empties
_LIFT = 1.2  # degrees by which the chest leans back when breath is drawn in; the neck leans as far forward
_STRAIGHT = 0.8  # cosine within which a direction counts as the axis beside it
_BODY = 5.0  # times the face's size: a character that large is more than a head
_MOST_SHAPES = 16
_EYES = re.compile(r"eye|blink|lid|wink", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A bone, or with no bone's name an object, and how much of the head's turn and of a breath it has."""

    owner: bpy.types.Object
    bone: str
    share: float  # of the head's turn
    lift: float = 0.0  # degrees of pitch with a breath drawn in


@dataclass(frozen=True, slots=True)
class Whole:
    """What of a character turns and breathes, or why it does not."""

    parts: tuple[Part, ...] = ()
    breaths: tuple[Target, ...] = ()  # shapes that show breath
    why_still: str = ""  # of a head that cannot turn

    @property
    def turns(self) -> bool:
        return any(part.share for part in self.parts)

    @property
    def breathes(self) -> bool:
        return bool(self.breaths) or any(part.lift for part in self.parts)


def find(character: Character, fit: Fit) -> Whole:
    """The bones of the first armature that has a head, else the object of a head that stands alone."""
    own = fit.profile.body
    breaths = tuple(_breath_targets(character, fit))
    for armature in character.armatures:
        found = find_body(_parents(armature), own)
        if found is None:
            continue
        refused = _refusal(character.root, armature)
        if refused:
            return Whole((), breaths, refused)
        return Whole(tuple(_parts(armature, found, lifts=not breaths)), breaths)
    if character.armatures:
        return Whole((), breaths, "no bone of its armature says that it is the head's")
    top = _top(character.root)
    refused = _refusal(character.root, top) or _more_than_a_head(character, fit)
    return Whole((), breaths, refused) if refused else Whole((Part(top, "", 1.0),), breaths)


def _parents(armature: bpy.types.Object) -> dict[str, str | None]:
    return {bone.name: bone.parent.name if bone.parent else None for bone in armature.data.bones}


def _parts(armature: bpy.types.Object, found: Body, lifts: bool) -> Iterator[Part]:
    shares = found.shares()
    lowest = next(iter(shares))
    chest = found.chest if lifts else ""
    if chest:
        yield Part(armature, chest, 0.0, _LIFT)
    for bone, share in shares.items():
        yield Part(armature, bone, share, -_LIFT if chest and bone == lowest else 0.0)


def _breath_targets(character: Character, fit: Fit) -> Iterator[Target]:
    shapes = [b.name for key in character.keys for b in key.key_blocks[1:]]
    name = breath_shape(shapes, fit.profile.body)
    for key in character.keys if name and name not in fit.profile.channels else ():
        if name in key.key_blocks:
            yield Target(key, f'key_blocks["{bpy.utils.escape_identifier(name)}"].value')


def _refusal(root: bpy.types.Object, owner: bpy.types.Object) -> str:
    if owner.library is not None:
        return f"{owner.name} is linked and takes no constraint"
    held = all(speech.property_name(name) in root for name in (*HEAD, BREATH))
    if root.override_library is not None and not held:
        return f"{root.name} is an override, which keeps no new properties"
    return ""


def _top(root: bpy.types.Object) -> bpy.types.Object:
    """What carries the whole head: the empty on which its parts hang."""
    while root.parent is not None and root.parent.type == "EMPTY":
        root = root.parent
    return root


def _more_than_a_head(character: Character, fit: Fit) -> str:
    """A whole body without bones is not turned for its head."""
    face = [moved for _, _, moved in _moved(fit) if len(moved)]
    size = _size(np.concatenate(face)) if face else 0.0
    corners = [mesh.matrix_world @ mathutils.Vector(c) for mesh in character.meshes for c in mesh.bound_box]
    if size and _size(np.array(corners)) > _BODY * size:
        return "it is more than a head and has no bones"
    return ""


def _size(points: np.ndarray) -> float:
    return float(np.ptp(points, axis=0).max())


def _moved(fit: Fit) -> Iterator[tuple[str, bpy.types.Object, np.ndarray]]:
    """(channel, mesh, the points that it moves at rest in the world) of some shapes of the face."""
    seen = 0
    for name, targets in sorted(fit.targets.items(), key=lambda one: _EYES.search(one[0]) is None):
        if fit.profile.channels[name].kind != "shape_key" or not targets or seen >= _MOST_SHAPES:
            continue
        key = targets[0].owner
        block = numbers.holder_of(targets[0])[0]
        mesh = next((o for o in bpy.data.objects if o.type == "MESH" and o.data == key.user), None)
        if mesh is None:
            continue
        rest, there = measuring.places(block.relative_key), measuring.places(block)
        far = np.linalg.norm(there - rest, axis=1)
        if not far.any():
            continue
        seen += 1
        matrix = np.array(mesh.matrix_world, np.float64)
        yield name, mesh, rest[far > 0.1 * far.max()] @ matrix[:3, :3].T + matrix[:3, 3]


# Keys


def targets(root: bpy.types.Object, names: tuple[str, ...]) -> dict[str, list[Target]]:
    """Where the keys of these of HEAD and BREATH lie."""
    return {name: [Target(root, speech.path(name), 0, 0.0, GROUPS[name])] for name in names}


def build(root: bpy.types.Object, whole: Whole, fit: Fit) -> None:
    """Numbers, empties, constraints and drivers. Safe to call again."""
    for name in (*HEAD, BREATH):
        far = _LIMITS.get(name)
        speech.ensure_number(root, name, _ABOUT[name], (-far, far) if far else (0.0, 1.0))
    sides = _sides(fit)
    for part in whole.parts:
        _constrain(root, part, _axes(part, sides))
    for target in whole.breaths:
        _drive(root, target.owner, target.path, -1, {BREATH: 1.0})


def _constrain(root: bpy.types.Object, part: Part, axes: tuple[mathutils.Vector, ...]) -> None:
    holder = part.owner.pose.bones[part.bone] if part.bone else part.owner
    constraint = holder.constraints.get(CONSTRAINT)
    if constraint is None:
        constraint = holder.constraints.new("COPY_ROTATION")
        constraint.name = CONSTRAINT
        constraint.target = _helper(root, part)
        constraint.mix_mode = "AFTER"
        constraint.owner_space, constraint.target_space = "LOCAL", "WORLD"
    left, up, forward = axes
    # Nodding up turns about what lies to the right, leaning to the left shoulder about what lies behind.
    about = {"Head Yaw": up, "Head Pitch": -left, "Head Roll": -forward}
    for i in range(3):
        weights = {name: part.share * about[name][i] for name in HEAD}
        weights[BREATH] = part.lift * about["Head Pitch"][i]
        # A quaternion (1, half of the turn) is that turn about its very axis, to 0.03 degrees at ten.
        halves = {name: 0.5 * float(np.radians(weight)) for name, weight in weights.items()}
        _drive(root, constraint.target, "rotation_quaternion", i + 1, halves)


def _helper(root: bpy.types.Object, part: Part) -> bpy.types.Object:
    helper = bpy.data.objects.new(f"{root.name} Speech {part.bone or 'Head'}", None)
    helper[_HELPER] = root
    helper.rotation_mode = "QUATERNION"
    for collection in root.users_collection or (bpy.context.scene.collection,):
        collection.objects.link(helper)
    helper.empty_display_size = 0.05
    helper.hide_viewport = helper.hide_render = helper.hide_select = True
    return helper


def _drive(
    root: bpy.types.Object, owner: bpy.types.ID, path: str, index: int, weights: dict[str, float]
) -> None:
    """owner.path[index] as a sum of the character's numbers; a simple expression, without Python."""
    terms = {name: weight for name, weight in weights.items() if abs(weight) > 1e-6}
    animation = owner.animation_data or owner.animation_data_create()
    fcurve = animation.drivers.find(path, index=max(index, 0))
    if fcurve is None:
        fcurve = owner.driver_add(path, index) if index >= 0 else owner.driver_add(path)
    while fcurve.modifiers:
        fcurve.modifiers.remove(fcurve.modifiers[0])
    driver = fcurve.driver
    driver.type = "SCRIPTED"
    while driver.variables:
        driver.variables.remove(driver.variables[0])
    for name in terms:
        variable = driver.variables.new()
        variable.name, variable.type = _LETTERS[name], "SINGLE_PROP"
        variable.targets[0].id_type, variable.targets[0].id = "OBJECT", root
        variable.targets[0].data_path = speech.path(name)
    sums = "+".join(f"{weight:.7f}*{_LETTERS[name]}" for name, weight in terms.items())
    driver.expression = sums.replace("+-", "-") or "0"


# Directions


def axes_of(part: Part, fit: Fit) -> tuple[mathutils.Vector, ...]:
    """The character's left, up and forward in the axes of a part."""
    return _axes(part, _sides(fit))


def eyes(part: Part, fit: Fit) -> mathutils.Vector:
    """The middle between the eyes as a part has it at rest: by what shapes of lids and eyes move, else the
    middle of the face that moves, else the bone's own middle.
    """
    inward = part.owner.matrix_world
    if part.bone:
        inward = inward @ part.owner.data.bones[part.bone].matrix_local
    moved = list(_moved(fit))
    near = [points for name, _, points in moved if _EYES.search(name)] or [points for _, _, points in moved]
    if not near:
        length = part.owner.data.bones[part.bone].length if part.bone else 0.0
        return mathutils.Vector((0.0, 0.5 * length, 0.0))
    middle = np.mean([points.mean(axis=0) for points in near], axis=0)
    return inward.inverted_safe() @ mathutils.Vector(middle)


@contextmanager
def without_turns(character: Character) -> Iterator[None]:
    """The character as it is posed, without what lines turn it by."""
    turned = [
        constraint
        for holder in _holders(character.root, character)
        if (constraint := holder.constraints.get(CONSTRAINT)) is not None and not constraint.mute
    ]
    for constraint in turned:
        constraint.mute = True
    try:
        yield
    finally:
        for constraint in turned:
            constraint.mute = False


def _axes(part: Part, sides: mathutils.Vector | None) -> tuple[mathutils.Vector, ...]:
    """The character's left, up and forward in the axes of a bone (or object) at rest."""
    world = part.owner.matrix_world.to_3x3().normalized()
    inward = world.transposed()
    up = inward @ mathutils.Vector((0.0, 0.0, 1.0))
    own = mathutils.Matrix.Identity(3)
    if part.bone:
        bone = part.owner.data.bones[part.bone]
        own = bone.matrix_local.to_3x3().normalized()
        up = _upwards(bone) or up
    up = _straight(up)
    left = _straight(inward @ (sides or mathutils.Vector((1.0, 0.0, 0.0))))
    left = left - up * left.dot(up)
    if left.length < 1e-3:  # the sides lie one above the other: a head on its ear
        left = _straight(inward @ mathutils.Vector((1.0, 0.0, 0.0)))
        left = left - up * left.dot(up)
    left.normalize()
    forward = left.cross(up)
    return tuple(own.transposed() @ way for way in (left, up, forward))


def _upwards(bone: bpy.types.Bone) -> mathutils.Vector | None:
    """From the root of its chain to a bone of head, neck or chest, in the armature."""
    root = bone
    while root.parent is not None:
        root = root.parent
    way = bone.head_local - root.head_local
    return way if way.length > 1e-4 else None


def _straight(way: mathutils.Vector) -> mathutils.Vector:
    """A direction, as the axis itself where it lies near one: characters are modelled along the axes."""
    way = way.normalized()
    most = max(range(3), key=lambda i: abs(way[i]))
    if abs(way[most]) < _STRAIGHT:
        return way
    axis = mathutils.Vector((0.0, 0.0, 0.0))
    axis[most] = 1.0 if way[most] > 0.0 else -1.0
    return axis


def _sides(fit: Fit) -> mathutils.Vector | None:
    """From the right of the face to its left, by what shapes of either side move; None where none says."""
    found: dict[str, list[np.ndarray]] = {"left": [], "right": []}
    for name, _, moved in _moved(fit):
        side = side_of(name)
        if side is not None:
            found[side].append(moved.mean(axis=0))
    if not found["left"] or not found["right"]:
        return None
    way = mathutils.Vector(np.mean(found["left"], axis=0) - np.mean(found["right"], axis=0))
    return way if way.length > 1e-6 else None


# Leaving


def rest(root: bpy.types.Object) -> None:
    """Numbers beside the controls that nothing animates stand at rest."""
    for name in (*HEAD, BREATH, *speech.emotions(root)):
        if speech.property_name(name) in root and not _is_animated(root, name):
            root[speech.property_name(name)] = 0.0
    root.update_tag()


def drop_unused(root: bpy.types.Object, character: Character) -> bool:
    """Take everything off again, unless something animates one of the numbers. Whether it is off."""
    if any(_is_animated(root, name) for name in (*HEAD, BREATH)):
        return False
    for holder in _holders(root, character):
        constraint = holder.constraints.get(CONSTRAINT)
        helper = constraint.target if constraint is not None else None
        if helper is not None and helper.get(_HELPER) == root:
            holder.constraints.remove(constraint)
            bpy.data.objects.remove(helper)
    for key in character.keys:
        for fcurve in list(key.animation_data.drivers) if key.animation_data is not None else ():
            if _reads_breath(fcurve, root):
                owner, path = key, fcurve.data_path
                owner.animation_data.drivers.remove(fcurve)
                numbers.set_value(Target(owner, path), 0.0)
    for name in (*HEAD, BREATH):
        root.pop(speech.property_name(name), None)
    return True


def _holders(root: bpy.types.Object, character: Character) -> Iterator[bpy.types.Object | bpy.types.PoseBone]:
    yield _top(root)
    for armature in character.armatures:
        yield from armature.pose.bones


def _reads_breath(fcurve: bpy.types.FCurve, root: bpy.types.Object) -> bool:
    variables = fcurve.driver.variables
    return len(variables) == 1 and all(
        v.type == "SINGLE_PROP" and v.targets[0].id == root and v.targets[0].data_path == speech.path(BREATH)
        for v in variables
    )


def _is_animated(root: bpy.types.Object, name: str) -> bool:
    path = speech.path(name)
    channels = compat.channels(root)
    if channels is not None and channels.find(path) is not None:
        return True
    animation = root.animation_data
    for track in animation.nla_tracks if animation is not None else ():
        for strip in track.strips:
            held = compat.nla_channels(root, strip) if strip.type == "CLIP" else None
            if held is not None and held.find(path) is not None:
                return True
    return False
