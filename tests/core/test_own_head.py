"""A head of one's own from a glTF file: it stands where the demo head does, and its lips close."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bilabial.cli import main
from bilabial.controls import CONTROLS
from bilabial.curves.curve import Curve
from bilabial.curves.format import save
from bilabial.curves.take import Take
from bilabial.errors import BilabialError
from bilabial.exchange.animation.container import Builder
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.pipeline import GenerateOptions, generate_from_samples
from bilabial.plot.head import head_data
from bilabial.render.looks import FACE, mesh_of
from bilabial.render.own_head import own_speaker
from bilabial.render.rasteriser import render
from bilabial.render.speaking import Speaker, demo_head
from bilabial.studio.contact_sheet import contact_sheet
from bilabial.studio.film import film
from bilabial.timing import SAMPLE_RATE

_FROM_OURS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])  # Z up to glTF's Y up
NAMES = ("jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthSmileRight",
         "mouthPressLeft", "mouthPressRight", "mouthRollLower", "mouthRollUpper", "mouthStretchLeft",
         "mouthStretchRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
         "mouthUpperUpRight", "mouthShrugLower", "mouthShrugUpper", "mouthFrownLeft", "mouthFrownRight",
         "tongueOut", "jawForward")  # fmt: skip


def write(
    path: Path,
    change: Callable[[dict[str, Any]], None] = lambda document: None,
    prefix: str = "",
    sparse: bool = True,
    names: tuple[str, ...] | None = None,
    more: dict[str, tuple[np.ndarray, str]] | None = None,
) -> Path:
    """The demo head as somebody else would export it: other place, other size, turned by its node."""
    head, builder = demo_head(), Builder()
    names = tuple(name for name in (names or NAMES) if name in head.shapes)
    whole = 10.0 * head.vertices @ _FROM_OURS.T
    triangles = np.concatenate((head.quads[:, [0, 1, 2]], head.quads[:, [0, 2, 3]]))
    position, corners = builder.floats(whole, "VEC3", True), builder.indices(triangles)
    targets = []
    for number, name in enumerate(names):
        ids, ways = head.shapes[name]
        ways = 10.0 * ways @ _FROM_OURS.T
        if sparse and number % 2:  # as Blender writes them
            at, moved = builder.indices(ids), builder.floats(ways, "VEC3")
            target = builder.zeros(len(whole))
            views = [builder.accessors[one]["bufferView"] for one in (at, moved)]
            builder.accessors[target]["sparse"] = {
                "count": len(ids), "indices": {"bufferView": views[0], "componentType": 5125},
                "values": {"bufferView": views[1]},
            }  # fmt: skip
        else:
            dense = np.zeros_like(whole)
            dense[ids] = ways
            target = builder.floats(dense, "VEC3")
        targets.append({"POSITION": target})
    told = {name: builder.floats(values, kind) for name, (values, kind) in (more or {}).items()}
    primitive = {
        "attributes": {"POSITION": position, **told},
        "indices": corners,
        "targets": targets,
        "material": 0,
    }
    document: dict[str, Any] = {
        "nodes": [{"children": [1], "translation": [3.0, 1.0, 2.0]},
                  {"mesh": 0, "scale": [0.5, 0.5, 0.5]}],
        "meshes": [{"primitives": [primitive], "extras": {"targetNames": [prefix + n for n in names]}}],
        "materials": [{"name": "Skin", "pbrMetallicRoughness": {"baseColorFactor": [0.5, 0.3, 0.2, 1.0]}}],
    }  # fmt: skip
    change(document)
    builder.write(document, path)
    return path


def row(**values: float) -> np.ndarray:
    return np.array([values.get(name, 0.0) for name in CONTROLS])


@pytest.mark.parametrize("suffix", [".glb", ".gltf"])
def test_it_stands_where_the_demo_head_does_and_moves_as_it_does(tmp_path: Path, suffix: str) -> None:
    own = own_speaker(write(tmp_path / f"head{suffix}", names=tuple(demo_head().shapes)), "demo-head")
    demo = Speaker()
    for controls in (row(), row(Jaw=0.8, Ah=0.9), row(MBP=1.0), row(U=1.0)):
        assert np.abs(own.of_controls(controls) - demo.of_controls(controls)).max() < 2e-5


def test_it_is_recognised_by_its_names_and_its_lips_close(tmp_path: Path) -> None:
    own = own_speaker(write(tmp_path / "head.glb", prefix="Face_"))
    head = demo_head()
    shut = head.lip_gap(own.of_controls(row(Jaw=0.3, MBP=1.0))).max()
    wide = head.lip_gap(own.of_controls(row(Jaw=0.9, Ah=1.0))).max()
    assert shut < 0.001 < 0.004 < wide  # metres
    mouth = own.head.vertices[own.head.lips[0]].mean(axis=0)
    assert np.abs(mouth - head.vertices[head.lips[head.contact_rings[0]]].mean(axis=0)).max() < 0.02


def test_it_is_drawn(tmp_path: Path) -> None:
    own = own_speaker(write(tmp_path / "head.glb"))
    mesh = mesh_of(own.head)
    still = render(mesh, own.of_controls(row()), FACE, (60, 60), 1, shadows=False)
    open_ = render(mesh, own.of_controls(row(Jaw=1.0, Ah=1.0)), FACE, (60, 60), 1, shadows=False)
    assert len(np.unique(still.reshape(-1, 3), axis=0)) > 50 and (still != open_).any(axis=2).sum() > 20


def _textured(picture: bytes) -> Callable[[dict[str, Any]], None]:
    """The left half of the head takes the left half of a picture, the right half the right one."""

    def change(document: dict[str, Any]) -> None:
        uri = "data:image/png;base64," + base64.b64encode(picture).decode()
        document["images"], document["textures"] = [{"uri": uri}], [{"source": 0}]
        shaded = document["materials"][0]["pbrMetallicRoughness"]
        shaded["baseColorTexture"] = {"index": 0}

    return change


def _png(left: tuple[int, int, int], right: tuple[int, int, int]) -> bytes:
    from PIL import Image

    picture = Image.new("RGB", (2048, 64), left)
    picture.paste(right, (1024, 0, 2048, 64))
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def test_its_texture_colours_it(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    side = (demo_head().vertices[:, 0] > 0).astype(float)
    uv = np.stack([0.25 + 0.5 * side, np.full(len(side), 0.5)], axis=1)
    change = _textured(_png((255, 0, 0), (0, 0, 255)))
    own = own_speaker(write(tmp_path / "head.glb", change, more={"TEXCOORD_0": (uv, "VEC2")}))
    red, blue = (own.head.colours[side == which] for which in (0, 1))
    assert np.allclose(red, (0.5, 0, 0)) and np.allclose(blue, (0, 0, 0.2))  # times the material's own colour
    with pytest.raises(BilabialError, match="a texture cannot be read"):
        own_speaker(write(tmp_path / "bad.glb", _textured(b"no picture"), more={"TEXCOORD_0": (uv, "VEC2")}))


def _skinned(document: dict[str, Any]) -> None:
    document["nodes"] += [
        {"name": "spine", "children": [3]},
        {"name": "DEF-Head", "children": [4]},
        {"name": "jaw"},
    ]
    document["nodes"][1]["skin"] = 0
    document["skins"] = [{"joints": [2, 3, 4]}]


def test_its_shoulders_stay_where_its_skin_says_that_they_are_no_head(tmp_path: Path) -> None:
    height = demo_head().vertices[:, 2]
    joints = np.zeros((len(height), 4))
    joints[:, 1], joints[:, 2] = 1, 2
    upper = np.clip((height + 0.15) / 0.06, 0.0, 1.0)
    weights = np.stack([1.0 - upper, 0.5 * upper, 0.5 * upper, 0.0 * upper], axis=1)
    more = {"JOINTS_0": (joints, "VEC4"), "WEIGHTS_0": (weights, "VEC4")}
    own = own_speaker(write(tmp_path / "head.glb", _skinned, more=more))
    assert own.head.share_of_head() == pytest.approx(upper, abs=1e-6)
    turned = own.head.turned(own.head.vertices, yaw=20.0)
    moved = np.linalg.norm(turned - own.head.vertices, axis=1)
    assert moved[upper == 0].max() == 0.0 and moved[upper == 1].max() > 0.01
    joints[:, 1] = 9
    with pytest.raises(BilabialError, match="joints that it does not have"):
        own_speaker(write(tmp_path / "bad.glb", _skinned, more=more))


def _line() -> Take:
    phones = PhoneTrack.of(
        [Phone(0.2, 0.3, "m", "MBP"), Phone(0.3, 0.5, "ɑ", "Ah"), Phone(0.5, 0.6, "p", "MBP")]
    )
    silence = np.zeros(round(0.8 * SAMPLE_RATE), np.float32)
    return generate_from_samples(silence, "line.wav", GenerateOptions(phones=phones))


def test_sheet_film_and_page_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, take = own_speaker(write(tmp_path / "head.glb", prefix="Face_")), _line()
    sheet, demo = contact_sheet(take, side=48, speaker=own), contact_sheet(take, side=48)
    assert [(cell.said, cell.apart) for cell in sheet.cells] == [("m", ""), ("p", "")]
    assert (sheet.picture != demo.picture).any()
    held = {name: Curve.hermite([0.0, 0.8], [0.9, 0.9], [0.0, 0.0]) for name in ("Jaw", "Ah")}
    opened = contact_sheet(take.with_curves(held), side=48, speaker=own)
    assert all(cell.apart.endswith("%") for cell in opened.cells)

    data = head_data([take], own)
    vertices = np.frombuffer(base64.b64decode(data["vertices"]), "<i2").reshape(-1, 3) * data["step"]
    assert np.abs(vertices - own.head.vertices).max() < data["step"]
    assert "jawOpen" in data["names"] and set(data["names"]) <= set(own.head.shapes)

    pytest.importorskip("av")
    drawn: list[int] = []

    def count(mesh: Any, vertices: Any, *rest: Any, **more: Any) -> Any:
        drawn.append(len(mesh.colours))
        return np.zeros((32, 32, 3), np.uint8)

    monkeypatch.setattr("bilabial.studio.film.render", count)
    film(take, None, tmp_path / "line.mp4", size=32, speaker=own)
    assert set(drawn) == {len(own.head.vertices)} and (tmp_path / "line.mp4").stat().st_size > 500


def test_a_head_of_two_metres_fits_into_a_page(tmp_path: Path) -> None:
    """A whole body is larger than the smallest steps of a page reach."""
    own = own_speaker(write(tmp_path / "head.glb"))
    tall = own.head.vertices.copy()
    tall[0, 2] = -1.7
    data = head_data([_line()], Speaker(replace(own.head, vertices=tall), own.profile))
    low = np.frombuffer(base64.b64decode(data["vertices"]), "<i2").min() * data["step"]
    assert low == pytest.approx(-1.7, abs=1e-4)


def _drop_targets(document: dict[str, Any]) -> None:
    del document["meshes"][0]["primitives"][0]["targets"], document["meshes"][0]["extras"]


def _points(document: dict[str, Any]) -> None:
    document["meshes"][0]["primitives"][0]["mode"] = 0


def _strange_names(document: dict[str, Any]) -> None:
    extras = document["meshes"][0]["extras"]
    extras["targetNames"] = [f"thing{n}" for n in range(len(extras["targetNames"]))]


def _other_mesh(document: dict[str, Any]) -> None:
    document["meshes"][0]["primitives"][0]["targets"][0]["POSITION"] = 3


def _corners_elsewhere(document: dict[str, Any]) -> None:
    document["meshes"][0]["primitives"][0]["indices"] = 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_drop_targets, "no morph targets"), (_points, "no mesh of triangles"),
        (_strange_names, "no profile fits"), (_corners_elsewhere, "not understood"),
        (lambda d: d.update(meshes=[]), "meshes"), (lambda d: d["nodes"][1].update(mesh=7), "meshes"),
    ],
)  # fmt: skip
def test_what_cannot_speak_is_refused_in_a_sentence(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    with pytest.raises(BilabialError, match=words):
        own_speaker(write(tmp_path / "head.glb", change))


def test_damaged_and_packed_files_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "head.gltf")
    document = json.loads(path.read_text())

    def refused(words: str, **changes: Any) -> None:
        broken = json.loads(json.dumps(document))
        for where, value in changes.items():
            broken["accessors"][0][where] = value
        path.write_text(json.dumps(broken))
        with pytest.raises(BilabialError, match=words):
            own_speaker(path)

    refused("uncompressed", componentType=5122)
    refused("past the end", count=900_000)
    sparse = next(a for a in document["accessors"] if "sparse" in a)
    sparse["sparse"]["count"] = 10**9
    refused("too many|does not have|past the end")
    path.write_bytes(b"glTF\2\0\0\0")
    with pytest.raises(BilabialError, match="damaged"):
        own_speaker(path)
    with pytest.raises(BilabialError, match="not there"):
        own_speaker(tmp_path / "nowhere.glb")


def test_a_node_that_is_its_own_parent_ends(tmp_path: Path) -> None:
    def circle(document: dict[str, Any]) -> None:
        document["nodes"][1]["children"] = [0]

    own_speaker(write(tmp_path / "head.glb", circle))


def test_the_command_writes_a_page_with_it_and_refuses_it_for_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(_line(), tmp_path / "line.take.json")
    head = write(tmp_path / "head.glb")
    arguments = ["plot", str(tmp_path / "line.take.json"), "--head", str(head), "--no-check"]
    assert main([*arguments, "-o", str(tmp_path / "line.html")]) == 0
    told = (tmp_path / "line.html").read_text("utf-8")
    assert '"names":["' in told and "jawOpen" in told
    assert main([*arguments, "-o", str(tmp_path / "line.svg")]) == 2
    assert "leave out --head" in capsys.readouterr().err
