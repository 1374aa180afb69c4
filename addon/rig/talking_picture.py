# SPDX-License-Identifier: GPL-3.0-or-later
"""A still picture as a character: a flat object with the lip-sync head's 54 shape keys, keyed like any other.

Where the face lies is found, or marked by the eight guides that a person drags onto it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty
from bpy_extras.io_utils import ImportHelper
from mathutils import Matrix

from ..bilabial.refusals import EXPECTED, sentence
from .adding import in_object_mode, select_alone

if TYPE_CHECKING:
    import numpy as np

    from ..bilabial.portrait.layers import Layer
    from ..bilabial.portrait.points import FacePoints

NAME = "Talking picture"
GUIDES = "bilabial_guides"  # a custom property on a plane whose guides wait to be dragged
HEIGHT = 1.0  # metres that a picture is high
_APART = 0.002  # metres between two layers
_TALLEST = 1600  # pixels of the copy in which the face is looked for and fitted
# Where the guides lie at first, shares of the picture's width and height, in the order of points.BY_HAND.
_FIRST = (
    (0.38, 0.38), (0.38, 0.43), (0.62, 0.38), (0.62, 0.43), (0.5, 0.55), (0.41, 0.66), (0.59, 0.66),
    (0.5, 0.8),
)  # fmt: skip
_LABELS = (
    "1 upper lid", "2 lower lid", "3 upper lid", "4 lower lid", "5 nose", "6 left corner", "7 right corner",
    "8 chin",
)  # fmt: skip


def pixels_of(image: bpy.types.Image) -> np.ndarray:
    """RGBA (height, width, 4), upright, 8 bits; every second pixel and so on of a large one."""
    import numpy as np

    width, height = image.size
    flat = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(flat)
    step = max(1, -(-max(width, height) // _TALLEST))
    rows = flat.reshape(height, width, 4)[::-1]
    if step > 1:
        rows = rows[: height // step * step, : width // step * step]
        rows = rows.reshape(height // step, step, width // step, step, 4).mean((1, 3))
    return np.ascontiguousarray((np.clip(rows, 0, 1) * 255 + 0.5).astype(np.uint8))


def add(context: bpy.types.Context, image: bpy.types.Image) -> tuple[bpy.types.Object, str]:
    """The character where a face is found; else the picture with guides. With a sentence for the person."""
    from ..bilabial.portrait.finder import find_face
    from ..bilabial.portrait.points import FaceError

    picture = pixels_of(image)
    try:
        points = find_face(picture)
    except FaceError:
        return _guided(
            context, image
        ), "Drag the eight guides onto the face, then choose Add > Lay Talking Picture"
    return build(
        context, image, picture, points
    ), f"{image.name} can speak: it has the lip-sync head's shapes"


def lay(context: bpy.types.Context, plane: bpy.types.Object) -> bpy.types.Object:
    """The character in place of a picture whose guides were dragged onto its face."""
    import numpy as np

    from ..bilabial.portrait.points import points_by_hand

    image = bpy.data.images[plane[GUIDES]]
    picture = pixels_of(image)
    height, width = picture.shape[:2]
    numbers: list[float] = []
    name = plane.name
    guides = sorted(plane.children, key=lambda child: child.name)
    for guide in guides:
        x, y, _ = guide.location
        numbers += [(x / HEIGHT) * height + width / 2 - 0.5, (0.5 - y / HEIGHT) * height - 0.5]
    points = points_by_hand(numbers)
    face = build(context, image, picture, points)
    face.matrix_world = plane.matrix_world @ Matrix.Rotation(-np.pi / 2, 4, "X")
    for left in (*guides, plane):
        bpy.data.objects.remove(left)
    face.name = name
    return face


def build(
    context: bpy.types.Context, image: bpy.types.Image, picture: np.ndarray, points: FacePoints
) -> bpy.types.Object:
    """One object of all layers, at the 3D cursor, facing -Y."""
    import numpy as np

    from ..bilabial.portrait.layers import layers_of
    from ..bilabial.portrait.speak import painter_of
    from ..bilabial.portrait.stills import Still

    painter = painter_of(Still(picture), points)
    layers = layers_of(painter)
    height, width = painter.still.shape[:2]

    def in_metres(flat: np.ndarray) -> np.ndarray:
        """Pixels to metres across and up; (0, 0) is the picture's middle."""
        return np.stack((flat[..., 0] - (width - 1) / 2, (height - 1) / 2 - flat[..., 1]), axis=-1) * (
            HEIGHT / height
        )

    places = np.concatenate(
        [np.insert(in_metres(layer.places), 1, i * _APART, axis=1) for i, layer in enumerate(layers)]
    ).astype(np.float32)
    made = _object(image, layers, places, (width, height))
    made.shape_key_add(name="Basis", from_mix=False)
    for number, name in enumerate(painter.mesh.names):
        moved = np.concatenate([layer.moves[number] for layer in layers]) * (1, -1) * (HEIGHT / height)
        block = made.shape_key_add(name=name, from_mix=False)
        block.data.foreach_set("co", (places + np.insert(moved, 1, 0.0, axis=1)).astype(np.float32).ravel())
        block.value = 0.0
    made.location = context.scene.cursor.location
    context.collection.objects.link(made)
    return made


def _object(
    image: bpy.types.Image, layers: Sequence[Layer], places: np.ndarray, size: tuple[int, int]
) -> bpy.types.Object:
    import numpy as np

    starts = np.cumsum([0, *[len(layer.places) for layer in layers]])
    triangles = np.concatenate(
        [layer.triangles + start for layer, start in zip(layers, starts, strict=False)]
    )
    mesh = bpy.data.meshes.new(NAME)
    mesh.vertices.add(len(places))
    mesh.vertices.foreach_set("co", places.ravel())
    mesh.loops.add(triangles.size)
    mesh.loops.foreach_set("vertex_index", triangles.astype(np.int32).ravel())
    mesh.polygons.add(len(triangles))
    mesh.polygons.foreach_set("loop_start", np.arange(0, triangles.size, 3, dtype=np.int32))
    slots: list[int] = []
    textures = []
    own: dict[str, int] = {}
    for layer in layers:
        shown = image if layer.picture is None else _image(f"{image.name} {layer.name}", layer.picture)
        if shown.name not in own:
            own[shown.name] = len(mesh.materials)
            mesh.materials.append(_material(shown))
        slots += [own[shown.name]] * len(layer.triangles)
        width, height = size if layer.picture is None else layer.picture.shape[1::-1]
        textures.append((layer.texture + 0.5) / (width, height) * (1, -1) + (0, 1))
    mesh.polygons.foreach_set("material_index", np.array(slots, np.int32))
    texture = np.concatenate(textures).astype(np.float32)
    mesh.uv_layers.new(name="UVMap").uv.foreach_set("vector", texture[triangles.ravel()].ravel())
    mesh.update(calc_edges=True)
    mesh.validate()
    return bpy.data.objects.new(_name(image), mesh)


def _image(name: str, picture: np.ndarray) -> bpy.types.Image:
    """A picture inside the file."""
    import numpy as np

    height, width = picture.shape[:2]
    image = bpy.data.images.new(name, width, height, alpha=True)
    image.pixels.foreach_set((picture[::-1].astype(np.float32) / 255).ravel())
    image.update()
    image.pack()
    return image


def _material(image: bpy.types.Image) -> bpy.types.Material:
    """The picture as it is, whatever the light; clear where it is clear, and beyond its edges."""
    material = bpy.data.materials.new(image.name)
    if material.node_tree is None:  # up to 4.x a new material has no nodes yet
        material.use_nodes = True
    material.surface_render_method = "DITHERED"
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    texture = nodes.new("ShaderNodeTexImage")
    texture.image, texture.extension = image, "CLIP"
    light, clear = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeBsdfTransparent")
    mix, output = nodes.new("ShaderNodeMixShader"), nodes.new("ShaderNodeOutputMaterial")
    links.new(texture.outputs["Color"], light.inputs["Color"])
    links.new(texture.outputs["Alpha"], mix.inputs["Fac"])
    links.new(clear.outputs["BSDF"], mix.inputs[1])
    links.new(light.outputs["Emission"], mix.inputs[2])
    links.new(mix.outputs["Shader"], output.inputs["Surface"])
    for column, node in enumerate((texture, light, clear, mix, output)):
        node.location = (column * 220 - 600, 0)
    nodes.active = texture  # what Solid mode shows with texture colours
    return material


def _guided(context: bpy.types.Context, image: bpy.types.Image) -> bpy.types.Object:
    """The picture standing upright, and eight small guides on it to be dragged onto the face."""
    import numpy as np

    width, height = image.size
    plane = bpy.data.objects.new(_name(image), None)
    plane.empty_display_type, plane.data = "IMAGE", image
    plane.empty_display_size = HEIGHT * max(1.0, width / height)
    plane.rotation_euler = (np.pi / 2, 0.0, 0.0)  # an image lies on the ground and is to stand
    plane.location = context.scene.cursor.location
    plane[GUIDES] = image.name
    context.collection.objects.link(plane)
    for label, (x, y) in zip(_LABELS, _FIRST, strict=True):
        guide = bpy.data.objects.new(f"{plane.name} {label}", None)
        guide.empty_display_type, guide.empty_display_size = "SPHERE", HEIGHT / 100
        guide.show_name = guide.show_in_front = True
        guide.parent = plane
        guide.location = ((x - 0.5) * HEIGHT * width / height, (0.5 - y) * HEIGHT, 0.0)
        context.collection.objects.link(guide)
    return plane


def _name(image: bpy.types.Image) -> str:
    return Path(image.name).stem or NAME


class BILABIAL_OT_add_picture(bpy.types.Operator, ImportHelper):
    """Add a picture of a face that speaks: a photograph, a render or a drawing"""

    bl_idname = "bilabial.add_picture"
    bl_label = NAME
    bl_options = {"REGISTER", "UNDO"}

    filter_glob: StringProperty(
        default="*.png;*.jpg;*.jpeg;*.webp;*.tif;*.tiff;*.exr;*.tga;*.bmp", options={"HIDDEN"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return in_object_mode(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            image = bpy.data.images.load(self.filepath, check_existing=True)
            if not all(image.size):
                raise OSError
        except (RuntimeError, OSError):
            self.report({"ERROR"}, f"{Path(self.filepath).name} is no picture that Blender reads")
            return {"CANCELLED"}
        return _made(self, context, lambda: add(context, image))


class BILABIAL_OT_lay_picture(bpy.types.Operator):
    """Make the picture speak whose eight guides you dragged onto its face"""

    bl_idname = "bilabial.lay_picture"
    bl_label = "Lay Talking Picture"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if _plane(context) is None:
            cls.poll_message_set("select a picture with guides, or one of its guides")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        plane = _plane(context)
        if plane is None:
            return {"CANCELLED"}
        told = f"{plane.name} can speak: it has the lip-sync head's shapes"
        return _made(self, context, lambda: (lay(context, plane), told))


def _plane(context: bpy.types.Context) -> bpy.types.Object | None:
    """The picture whose guides are being dragged."""
    chosen = context.object
    for candidate in (chosen, chosen.parent if chosen else None):
        if candidate is not None and candidate.get(GUIDES) in bpy.data.images:
            return candidate
    return None


def _made(
    operator: bpy.types.Operator, context: bpy.types.Context, act: Callable[[], tuple[bpy.types.Object, str]]
) -> set[str]:
    """Run, select what was made, and say how it went."""
    try:
        made, told = act()
    except EXPECTED as error:
        operator.report({"ERROR"}, sentence(error))
        return {"CANCELLED"}
    select_alone(context, made)
    operator.report({"INFO"}, told)
    return {"FINISHED"}


_CLASSES = (BILABIAL_OT_add_picture, BILABIAL_OT_lay_picture)


def _menu(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.operator(BILABIAL_OT_add_picture.bl_idname, icon="IMAGE_REFERENCE")
    if _plane(context) is not None:
        self.layout.operator(BILABIAL_OT_lay_picture.bl_idname, icon="MOD_MESHDEFORM")


def register() -> None:
    for cls in _CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.VIEW3D_MT_add.append(_menu)


def unregister() -> None:
    bpy.types.VIEW3D_MT_add.remove(_menu)
    for cls in reversed(_CLASSES):
        bpy.utils.unregister_class(cls)
