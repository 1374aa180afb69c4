# SPDX-License-Identifier: GPL-3.0-or-later
"""The lip-sync head in Blender: two objects, 54 shape keys, materials for Solid, EEVEE and Cycles;
an Add menu entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import BilabialError
from .adding import in_object_mode, select_alone

if TYPE_CHECKING:
    import numpy as np

    from ..bilabial.render.demo_head import DemoHead

NAME = "Lip-sync head"
COLOURS = "Colour"
STATIC = ("neck", "jumper", "hair")  # parts that no shape moves: an object of their own, without keys
PROFILE = "demo-head"


@dataclass(frozen=True)
class _Look:
    """What a material adds to the colour that its vertices carry."""

    roughness: float
    subsurface: float = 0.0
    coat: float = 0.0
    sheen: float = 0.0


_LOOKS = {
    "skin": _Look(0.52, subsurface=0.16),
    "lips": _Look(0.36, subsurface=0.16, coat=0.12),
    "mouth": _Look(0.40, subsurface=0.05, coat=0.2),
    "lids": _Look(0.60),
    "sclera": _Look(0.12, subsurface=0.05, coat=1.0),
    "iris": _Look(0.15, coat=1.0),
    "pupil": _Look(0.15, coat=1.0),
    "teeth": _Look(0.20, subsurface=0.10, coat=0.4),
    "gums": _Look(0.28, subsurface=0.20, coat=0.5),
    "tongue": _Look(0.40, subsurface=0.20, coat=0.25),
    "brow": _Look(0.75, sheen=0.2),
    "hair": _Look(0.48, coat=0.08),
    "jumper": _Look(0.90, sheen=0.5),
}
_SUBSURFACE_SCALE = 0.006  # metres that light travels under the skin
_SOLID = {"lids": (0.05, 0.022, 0.018)}  # where the mean of a material's colours would mislead in Solid mode
_INPUTS = {
    "roughness": "Roughness",
    "subsurface": "Subsurface Weight",
    "coat": "Coat Weight",
    "sheen": "Sheen Weight",
}


def build(context: bpy.types.Context, name: str = NAME) -> bpy.types.Object:
    """The head at the scene's 3D cursor, in the active collection. Answers the object with the shape keys."""
    from ..bilabial.render.demo_head import load_head

    head = load_head()
    order = list(head.parts)
    moving = [part for part in order if part not in STATIC]
    face = _object(head, moving, name)
    _shape_keys(face, head, _vertices(head, moving))
    rest = _object(head, [part for part in order if part in STATIC], f"{name} bust")
    rest.parent = face
    face.location = context.scene.cursor.location
    for made in (face, rest):
        context.collection.objects.link(made)
    return face


def _vertices(head: DemoHead, parts: Iterable[str]) -> np.ndarray:
    """Ids of the parts' vertices, in the head's numbering."""
    import numpy as np

    return np.concatenate([np.arange(head.parts[part].start, head.parts[part].stop) for part in parts])


def _object(head: DemoHead, parts: list[str], name: str) -> bpy.types.Object:
    import numpy as np

    ids = _vertices(head, parts)
    local = np.full(len(head.vertices), -1)
    local[ids] = np.arange(len(ids))
    chosen = (local[head.quads] >= 0).all(axis=1)
    quads = local[head.quads[chosen]]
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(ids))
    mesh.vertices.foreach_set("co", head.vertices[ids].ravel())
    mesh.loops.add(quads.size)
    mesh.loops.foreach_set("vertex_index", quads.astype(np.int32).ravel())
    mesh.polygons.add(len(quads))
    mesh.polygons.foreach_set("loop_start", np.arange(0, quads.size, 4, dtype=np.int32))
    kinds = head.material_of_quad[chosen]
    used = [int(kind) for kind in np.unique(kinds)]
    slot_of = np.zeros(len(head.materials), np.int32)
    slot_of[used] = np.arange(len(used))
    mesh.polygons.foreach_set("material_index", slot_of[kinds])
    for kind in used:
        mean = head.colours[head.quads[head.material_of_quad == kind]].reshape(-1, 3).mean(axis=0)
        mesh.materials.append(_material(head.materials[kind], mean))
    mesh.uv_layers.new(name="UVMap").uv.foreach_set(
        "vector", head.uv[ids][quads.ravel()].astype(np.float32).ravel()
    )
    colours = mesh.color_attributes.new(COLOURS, "FLOAT_COLOR", "POINT")
    opaque = np.concatenate((head.colours[ids], np.ones((len(ids), 1), np.float32)), axis=1)
    colours.data.foreach_set("color", opaque.astype(np.float32).ravel())
    mesh.update(calc_edges=True)
    mesh.shade_smooth()
    mesh.validate()
    return bpy.data.objects.new(name, mesh)


def _shape_keys(face: bpy.types.Object, head: DemoHead, ids: np.ndarray) -> None:
    """Every shape as a key at 0.
    Vertices of moving parts come first in the head's numbering only by chance: map.
    """
    import numpy as np

    face.shape_key_add(name="Basis", from_mix=False)
    local = np.full(len(head.vertices), -1)
    local[ids] = np.arange(len(ids))
    basis = head.vertices[ids]
    for name, (moved, motion) in head.shapes.items():
        block = face.shape_key_add(name=name, from_mix=False)
        places = basis.copy()
        places[local[moved]] += motion
        block.data.foreach_set("co", places.ravel())
        block.value = 0.0


def _material(kind: str, mean: np.ndarray) -> bpy.types.Material:
    """One material a kind and file, shared by all heads."""
    name = f"{NAME} {kind}"
    found = bpy.data.materials.get(name)
    if found is not None:
        return found
    look = _LOOKS[kind]
    material = bpy.data.materials.new(name)
    solid = _SOLID.get(kind, mean)
    material.diffuse_color = (*(float(channel) for channel in solid), 1.0)
    material.roughness = look.roughness
    if material.node_tree is None:  # up to 4.x a new material has no nodes yet
        material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    for attribute, label in _INPUTS.items():
        shader.inputs[label].default_value = getattr(look, attribute)
    shader.inputs["Subsurface Scale"].default_value = _SUBSURFACE_SCALE
    colour = nodes.new("ShaderNodeVertexColor")
    colour.layer_name = COLOURS
    colour.location = (shader.location[0] - 240, shader.location[1])
    links.new(colour.outputs["Color"], shader.inputs["Base Color"])
    return material


class BILABIAL_OT_add_head(bpy.types.Operator):
    """Add a head with a mouth that can say everything, to try lip-sync on"""

    bl_idname = "bilabial.add_head"
    bl_label = NAME
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return in_object_mode(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            face = build(context)
        except BilabialError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        select_alone(context, face)
        return {"FINISHED"}


def _menu(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.separator()
    self.layout.operator(BILABIAL_OT_add_head.bl_idname, icon="USER")


def register() -> None:
    bpy.utils.register_class(BILABIAL_OT_add_head)
    bpy.types.VIEW3D_MT_add.append(_menu)


def unregister() -> None:
    bpy.types.VIEW3D_MT_add.remove(_menu)
    bpy.utils.unregister_class(BILABIAL_OT_add_head)
