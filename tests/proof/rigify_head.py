"""Rigify's human metarig, fitted to the demo head as a rigger does, generated, and the head skinned to it.

Runs in any Blender that has Rigify. Nothing of the extension is imported: the head comes in as data.
"""

from __future__ import annotations

import bpy
import numpy as np

SCALE, LIFT = 1.35, (0.0, -0.045, 1.894)  # the head, as large as the metarig's and at its place
_NEAR = 0.007  # metres over which a bone's pull on the skin falls to a third
_SMOOTHING = 6  # rounds in which each vertex's weights move towards its neighbours'
_STRONGEST = 4  # bones a vertex
_TOP, _BOTTOM = ("lip.T", "nose"), ("lip.B", "chin", "jaw")

# Where bones of the metarig belong on the head, in its own metres: (bone, end) -> place. Left means +x.
_FITTING = {
    ("chin", "head"): (0.0, -0.0735, -0.1045),
    ("chin.001", "head"): (0.0, -0.0834, -0.0890),
    ("chin.001", "tail"): (0.0, -0.0895, -0.0760),
    ("jaw", "head"): (0.0, -0.0400, -0.1020),
    ("nose", "head"): (0.0, -0.0860, -0.0020),
    ("nose.001", "tail"): (0.0, -0.0985, -0.0320),
    ("nose.004", "head"): (0.0, -0.0925, -0.0430),
    ("nose.004", "tail"): (0.0, -0.0905, -0.0500),
    ("nose.L.001", "head"): (0.0120, -0.0870, -0.0330),
    ("eye.L", "head"): (0.0335, -0.0615, -0.0045),
    ("lid.T.L", "head"): (0.0530, -0.0680, -0.0030),
    ("lid.T.L.002", "head"): (0.0335, -0.0760, 0.0090),
    ("lid.B.L", "head"): (0.0160, -0.0760, -0.0060),
    ("lid.B.L.002", "head"): (0.0335, -0.0760, -0.0170),
    ("brow.T.L.001", "head"): (0.0532, -0.0630, 0.0260),
    ("brow.T.L.002", "tail"): (0.0128, -0.0820, 0.0285),
    ("forehead.L", "head"): (0.0168, -0.0740, 0.0800),
    ("ear.L", "head"): (0.0680, 0.0080, -0.0190),
    ("jaw.L", "head"): (0.0700, -0.0050, -0.0100),
    ("jaw.L.001", "head"): (0.0610, -0.0310, -0.0600),
    ("chin.L", "head"): (0.0300, -0.0620, -0.0960),
    ("cheek.B.L.001", "head"): (0.0520, -0.0610, -0.0480),
    ("teeth.T", "head"): (0.0, -0.0783, -0.0607),
    ("teeth.B", "head"): (0.0, -0.0753, -0.0725),
    ("tongue", "head"): (0.0, -0.0680, -0.0690),
    ("tongue.001", "head"): (0.0, -0.0450, -0.0660),
    ("tongue.002", "tail"): (0.0, -0.0050, -0.0820),
}


def placed(points):
    """Points of the head where it stands in the scene."""
    return np.asarray(points, np.float64) * SCALE + np.array(LIFT)


def metarig(head, upgraded: bool) -> bpy.types.Object:
    """The human metarig with its face bones on the head's features."""
    bpy.ops.object.armature_human_metarig_add()
    rig = bpy.context.object
    if upgraded:
        bpy.ops.object.mode_set(mode="POSE")
        rig.data.bones.active = rig.data.bones["face"]
        bpy.ops.pose.rigify_upgrade_face()
    if head is not None:
        _fit(rig, head)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def generated(rig: bpy.types.Object) -> bpy.types.Object:
    there = set(bpy.data.objects)
    bpy.ops.pose.rigify_generate()
    made = next(o for o in bpy.data.objects if o.type == "ARMATURE" and o not in there)
    rig.hide_set(True)
    rig.hide_render = True
    return made


def _fit(rig: bpy.types.Object, head) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    wanted = dict(_FITTING)
    ring = head.vertices[head.lips[3]]  # where the lips stand out most
    for (bone, end), k in {
        ("lip.T.L", "head"): 16,
        ("lip.T.L", "tail"): 8,
        ("lip.T.L.001", "tail"): 0,
        ("lip.B.L", "head"): 48,
        ("lip.B.L", "tail"): 56,
    }.items():
        wanted[bone, end] = tuple(ring[k])
    here, there = [], []
    for (bone, end), place in wanted.items():
        point = np.array(getattr(bones[bone], end))
        for side in (1, -1) if place[0] > 1e-3 else (1,):
            here.append(point * (side, 1, 1))
            there.append(placed(np.array(place) * (side, 1, 1)))
    warp = _Warp(np.array(here), np.array(there))
    face = [bones["face"], *bones["face"].children_recursive]
    ends = {bone.name: warp(np.array([bone.head, bone.tail])) for bone in face}
    chained = [bone for bone in face if bone.use_connect]
    for bone in chained:
        bone.use_connect = False
    for name, (first, last) in ends.items():
        bones[name].head, bones[name].tail = first, last
    for bone in chained:  # the simple face finds its way along chains
        bone.use_connect = True


class _Warp:
    """The smooth motion of space that takes some points to others (radial basis r, and an affine part)."""

    def __init__(self, here, there):
        self.here = here
        n = len(here)
        system = np.zeros((n + 4, n + 4))
        system[:n, :n] = np.linalg.norm(here[:, None] - here[None], axis=2)
        system[:n, n:] = np.column_stack([np.ones(n), here])
        system[n:, :n] = system[:n, n:].T
        self.weights = np.linalg.solve(system, np.concatenate([there, np.zeros((4, 3))]))

    def __call__(self, points):
        basis = np.linalg.norm(points[:, None] - self.here[None], axis=2)
        return np.column_stack([basis, np.ones(len(points)), points]) @ self.weights


# Skinning


def skinned(head, rig: bpy.types.Object) -> bpy.types.Object:
    """The whole head as one mesh without shape keys, moved by the rig's deform bones alone."""
    mesh = bpy.data.meshes.new("Rigify head")
    mesh.from_pydata(placed(head.vertices).tolist(), [], head.quads.tolist())
    found = bpy.data.objects.new("Rigify head", mesh)
    bpy.context.scene.collection.objects.link(found)
    mesh.shade_smooth()
    colours = mesh.color_attributes.new("Colour", "FLOAT_COLOR", "POINT")
    opaque = np.concatenate((head.colours, np.ones((len(head.colours), 1), np.float32)), axis=1)
    colours.data.foreach_set("color", opaque.astype(np.float32).ravel())
    mesh.materials.append(_material())
    rig.data.bones["ORG-teeth.B"].use_deform = True  # the simple face has no deform bone for teeth
    weights, names = _weights(head, rig)
    for column, name in enumerate(names):
        members = np.flatnonzero(weights[:, column] > 1e-4)
        if len(members):
            group = found.vertex_groups.new(name=name)
            for vertex in members:
                group.add([int(vertex)], float(weights[vertex, column]), "REPLACE")
    found.parent = rig
    modifier = found.modifiers.new("Rigify", "ARMATURE")
    modifier.object = rig
    return found


def _weights(head, rig: bpy.types.Object):
    names = [
        bone.name
        for bone in rig.data.bones
        if bone.name.startswith("DEF-")
        and bone.name[4:].split(".")[0]
        in {"lip", "chin", "jaw", "cheek", "nose", "brow", "lid", "forehead", "temple"}
    ]
    tongue = [n for n in ("DEF-tongue", "DEF-tongue.001", "DEF-tongue.002") if n in rig.data.bones]
    skull, lower = "DEF-spine.006", "ORG-teeth.B"
    columns = [*names, *tongue, skull, lower]
    weights = np.zeros((len(head.vertices), len(columns)))
    weights[:, columns.index(skull)] = 1.0
    for part in ("teeth_lower", "gums_lower"):
        weights[head.part(part)] = np.eye(len(columns))[columns.index(lower)]
    points = placed(head.vertices)
    span = head.part("tongue")
    weights[span] = 0.0
    weights[span, columns.index(tongue[0]) : columns.index(skull)] = _pull(points[span], rig, tongue)
    span = head.part("skin")
    pull = _pull(points[span], rig, [*names, skull], _forbidden(head, names))
    weights[span] = 0.0
    weights[span, : len(names)] = pull[:, :-1]
    weights[span, columns.index(skull)] = pull[:, -1]
    weights[span] = _smooth(weights[span], head.quads[(head.quads < span.stop).all(axis=1)])
    strongest = np.sort(weights, axis=1)[:, -_STRONGEST][:, None]
    weights[weights < strongest] = 0.0
    return weights / weights.sum(axis=1, keepdims=True), columns


def _pull(points, rig: bpy.types.Object, names, forbidden=None):
    """How strongly each bone holds each point: by the distance to the bone's line."""
    distances = np.empty((len(points), len(names)))
    for column, name in enumerate(names):
        bone = rig.data.bones[name]
        start, end = np.array(bone.head_local), np.array(bone.tail_local)
        along = np.clip((points - start) @ (end - start) / ((end - start) @ (end - start)), 0.0, 1.0)
        distances[:, column] = np.linalg.norm(points - start - along[:, None] * (end - start), axis=1)
    if forbidden is not None:
        distances[:, : forbidden.shape[1]][forbidden] = np.inf
    pull = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / _NEAR)
    return pull / pull.sum(axis=1, keepdims=True)


def _forbidden(head, names):
    """The upper lip never hangs on the lower one's bones, nor the other way round."""
    forbidden = np.zeros((head.part("skin").stop, len(names)), bool)
    count = head.lips.shape[1]
    for k in range(count):
        if k % (count // 2):  # the corners belong to both
            others = _BOTTOM if k < count // 2 else _TOP
            columns = [i for i, name in enumerate(names) if name[4:].startswith(others)]
            forbidden[np.ix_(head.lips[:, k], columns)] = True
    return forbidden


def _smooth(weights, quads):
    """Weights relaxed along the surface, which parts the lips: they are neighbours in space only."""
    edges = np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    count = np.bincount(edges.ravel(), minlength=len(weights))[:, None]
    for _ in range(_SMOOTHING):
        around = np.zeros_like(weights)
        np.add.at(around, edges[:, 0], weights[edges[:, 1]])
        np.add.at(around, edges[:, 1], weights[edges[:, 0]])
        weights = np.where(count > 0, 0.5 * weights + 0.5 * around / np.maximum(count, 1), weights)
    return weights


def _material() -> bpy.types.Material:
    material = bpy.data.materials.new("Rigify head")
    if material.node_tree is None:  # up to 4.x a new material has no nodes yet
        material.use_nodes = True
    nodes = material.node_tree.nodes
    shader = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Roughness"].default_value = 0.5
    colour = nodes.new("ShaderNodeVertexColor")
    colour.layer_name = "Colour"
    material.node_tree.links.new(colour.outputs["Color"], shader.inputs["Base Color"])
    return material


def posed(skin: bpy.types.Object, head):
    """The head's vertices as the rig holds them now, in the head's own metres."""
    evaluated = skin.evaluated_get(bpy.context.evaluated_depsgraph_get())
    flat = np.empty(len(head.vertices) * 3, np.float32)
    evaluated.data.vertices.foreach_get("co", flat)
    return ((flat.reshape(-1, 3).astype(np.float64) - np.array(LIFT)) / SCALE).astype(np.float32)
