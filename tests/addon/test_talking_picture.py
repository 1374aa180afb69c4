"""A still picture inside Blender: found or guided, recognised as a character, keyed, and shut at m b p."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from addon.bilabial.controls import CONTROLS
from addon.bilabial.portrait import finder
from addon.bilabial.render.demo_head import load_head
from addon.bilabial.retarget.evaluate import evaluate
from addon.bilabial.retarget.profile_format import load_profile
from addon.rig import rig_probe

SIZE = 200
POINTS = ((70, 70), (70, 96), (130, 70), (130, 96), (100, 122), (78, 142), (122, 142), (100, 180))


@pytest.fixture
def still(tmp_path: Path, extension: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A drawn face; and no networks that find it, whatever is installed."""
    monkeypatch.setattr(finder, "_HOMES", ())
    finder._network.cache_clear()
    across, down = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    pixels = np.full((SIZE, SIZE, 4), (0.9, 0.7, 0.5, 1.0), np.float32)
    for x in (70, 130):
        pixels[(across - x) ** 2 + (down - 83) ** 2 < 13**2] = (1, 1, 1, 1)
        pixels[(across - x) ** 2 + (down - 83) ** 2 < 5**2] = (0, 0.3, 0.2, 1)
    pixels[(abs(down - 142) < 2) & (abs(across - 100) < 23)] = (0.1, 0.05, 0.05, 1)
    image = bpy.data.images.new("drawn", SIZE, SIZE, alpha=True)
    image.pixels.foreach_set(pixels[::-1].ravel())
    image.filepath_raw, image.file_format = str(tmp_path / "drawn.png"), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return tmp_path / "drawn.png"


@pytest.fixture
def face(still: Path) -> bpy.types.Object:
    assert bpy.ops.bilabial.add_picture(filepath=str(still)) == {"FINISHED"}
    plane = bpy.context.object
    assert plane.type == "EMPTY" and len(plane.children) == 8
    for guide, (x, y) in zip(sorted(plane.children, key=lambda g: g.name), POINTS, strict=True):
        guide.location = ((x + 0.5) / SIZE - 0.5, 0.5 - (y + 0.5) / SIZE, 0)
    bpy.context.view_layer.update()
    assert bpy.ops.bilabial.lay_picture() == {"FINISHED"}
    return bpy.context.object


def edges(face: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    """Heights of the evaluated lips' upper and lower edges along the mouth."""
    mesh = face.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    places = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", places)
    from addon.bilabial.portrait.flat_face import face_of

    mouth = face_of(load_head()).mouth
    heights = places.reshape(-1, 3)[:, 2]
    return heights[mouth.upper], heights[mouth.lower]


def say(face: bpy.types.Object, **controls: float) -> None:
    dense = np.zeros((1, len(CONTROLS)))
    for name, value in {"Jaw": 0.6, "Lip": 0.6, **controls}.items():
        dense[0, CONTROLS.index(name)] = value
    profile = load_profile("demo-head")
    for name, value in zip(profile.channels, evaluate(profile, dense)[0], strict=True):
        face.data.shape_keys.key_blocks[name].value = value


def test_it_stands_where_the_picture_stood_with_every_shape(face: bpy.types.Object) -> None:
    assert face.name == "drawn" and [b.name for b in face.data.shape_keys.key_blocks] == [
        "Basis",
        *load_head().shapes,
    ]
    assert not face.data.validate()
    assert not [o for o in bpy.data.objects if o.type == "EMPTY"]
    world = np.array([face.matrix_world @ v.co for v in face.data.vertices])
    assert world[:, 1].min() == pytest.approx(0.0, abs=1e-4) and np.ptp(world[:, 1]) < 0.02
    assert np.abs(world[:, 2]).max() >= 0.499
    mouth = face.data.vertices[int(np.argmin(np.hypot(*(world[:, [0, 2]] - (0, 0.5 - 142.5 / SIZE)).T)))]
    uv = next(
        face.data.uv_layers[0].uv[loop.index].vector
        for loop in face.data.loops
        if loop.vertex_index == mouth.index
    )
    assert tuple(uv) == pytest.approx((0.5, 1 - 142.5 / SIZE), abs=0.02)


def test_all_of_it_faces_the_viewer(face: bpy.types.Object) -> None:
    towards = [polygon.normal.y < 0 for polygon in face.data.polygons if polygon.area > 1e-9]
    assert np.mean(towards) > 0.97


def test_lips_open_and_shut(face: bpy.types.Object) -> None:
    say(face, Aa=1.0)
    upper, lower = edges(face)
    assert (upper - lower).max() > 0.02
    say(face, MBP=1.0)
    upper, lower = edges(face)
    assert (upper - lower).max() < 2e-4  # a twenty-fifth of a pixel of the still


def test_it_is_known_as_a_character(face: bpy.types.Object) -> None:
    candidate, recognition = rig_probe.identify(rig_probe.probe(face))
    assert candidate.profile.name == "demo-head"
    assert recognition is not None


def test_wrong_guides_and_files_are_one_sentence(still: Path, tmp_path: Path) -> None:
    bpy.ops.bilabial.add_picture(filepath=str(still))
    plane = bpy.context.object
    for guide in plane.children:
        guide.location = (0, 0, 0)
    with pytest.raises(RuntimeError, match="another order"):
        bpy.ops.bilabial.lay_picture()
    assert plane.name in bpy.data.objects  # nothing is lost
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(RuntimeError, match="no picture"):
        bpy.ops.bilabial.add_picture(filepath=str(tmp_path / "text.png"))
