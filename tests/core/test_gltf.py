"""glTF morph animation: valid by the letter of the specification, and read back."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import BilabialError, FormatError
from bilabial.exchange.animation import ChannelAnimation, read_animation, write_animation
from bilabial.exchange.animation.container import Document


def speech(start: float = 0.0) -> ChannelAnimation:
    values = np.random.default_rng(2).random((50, 4))
    return ChannelAnimation(("jawOpen", "mouthClose", "mouth Funnel", "ä"), 24.0, values, start)


@pytest.mark.parametrize("suffix", [".glb", ".gltf"])
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    written = speech(start=0.5)
    path = tmp_path / f"take{suffix}"
    write_animation(written, path)
    read = read_animation(path)
    assert read.names == written.names
    assert read.fps == 24.0
    assert read.start == pytest.approx(0.5)
    np.testing.assert_allclose(read.values, written.values, atol=1e-6)


def test_the_container_is_aligned_and_complete(tmp_path: Path) -> None:
    write_animation(speech(), tmp_path / "take.glb")
    data = (tmp_path / "take.glb").read_bytes()
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON" and size % 4 == 0
    size_of_binary, kind = struct.unpack_from("<I4s", data, 20 + size)
    assert kind == b"BIN\0" and size_of_binary % 4 == 0 and 28 + size + size_of_binary == len(data)
    document = json.loads(data[20 : 20 + size])
    for view in document["bufferViews"]:
        assert view["byteOffset"] % 4 == 0
        assert (
            view["byteOffset"] + view["byteLength"] <= document["buffers"][0]["byteLength"] <= size_of_binary
        )
    sampler = document["animations"][0]["samplers"][0]
    times, weights = (document["accessors"][sampler[key]] for key in ("input", "output"))
    assert "min" in times and "max" in times
    assert weights["count"] == times["count"] * 4  # frames times targets
    mesh = document["meshes"][0]
    assert (
        len(mesh["primitives"][0]["targets"])
        == len(mesh["weights"])
        == len(mesh["extras"]["targetNames"])
        == 4
    )


def test_reads_other_writers_keys(tmp_path: Path) -> None:
    """Sparse keys, STEP, a node that is not the first, normalised bytes: all allowed, all met in the wild."""
    times = np.array([0.0, 0.5, 1.0], "<f4").tobytes()
    weights = np.array([0, 255, 51], "u1").tobytes() + b"\0"
    document = {
        "asset": {"version": "2.0"},
        "buffers": [{"byteLength": 16, "uri": "data:;base64," + base64.b64encode(times + weights).decode()}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": 12},
            {"buffer": 0, "byteOffset": 12, "byteLength": 3},
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 3, "type": "SCALAR", "min": [0], "max": [1]},
            {"bufferView": 1, "componentType": 5121, "normalized": True, "count": 3, "type": "SCALAR"},
        ],
        "nodes": [{"name": "body"}, {"name": "head", "mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {}, "targets": [{}]}]}],
        "animations": [
            {
                "samplers": [{"input": 0, "output": 1, "interpolation": "STEP"}],
                "channels": [{"sampler": 0, "target": {"node": 1, "path": "weights"}}],
            }
        ],
    }
    (tmp_path / "other.gltf").write_text(json.dumps(document))
    read = read_animation(tmp_path / "other.gltf")
    assert read.names == ("target_0",)
    np.testing.assert_allclose(read.values[:, 0], [0.0, 1.0, 0.2], atol=1e-6)


def test_damaged_files_are_named(tmp_path: Path) -> None:
    write_animation(speech(), tmp_path / "take.glb")
    data = (tmp_path / "take.glb").read_bytes()
    (tmp_path / "cut.glb").write_bytes(data[:-40])
    with pytest.raises(FormatError, match="damaged"):
        read_animation(tmp_path / "cut.glb")
    (tmp_path / "text.gltf").write_text("hello")
    with pytest.raises(FormatError, match="no glTF file"):
        read_animation(tmp_path / "text.gltf")
    (tmp_path / "still.gltf").write_text('{"asset": {"version": "2.0"}}')
    with pytest.raises(FormatError, match="moves morph targets"):
        read_animation(tmp_path / "still.gltf")


def test_a_buffer_outside_the_folder_is_refused(tmp_path: Path) -> None:
    write_animation(speech(), tmp_path / "take.gltf")
    document = json.loads((tmp_path / "take.gltf").read_text())
    document["buffers"][0]["uri"] = "../secret.bin"
    (tmp_path / "take.gltf").write_text(json.dumps(document))
    with pytest.raises(FormatError, match="outside"):
        read_animation(tmp_path / "take.gltf")


def test_nothing_is_written_on_error(tmp_path: Path) -> None:
    empty = ChannelAnimation(("a",), 24.0, np.zeros((0, 1)))
    for suffix in (".glb", ".gltf", ".vrma"):
        with pytest.raises(FormatError, match="empty"):
            write_animation(empty, tmp_path / f"take{suffix}")
    with pytest.raises(BilabialError):
        write_animation(speech(), tmp_path / "no folder" / "take.glb")
    assert list(tmp_path.iterdir()) == []


def test_head_and_eyes_are_nodes_that_turn(tmp_path: Path) -> None:
    names = ("jawOpen", "headYaw", "leftEyeYaw", "leftEyePitch", "rightEyeYaw", "rightEyePitch")
    values = np.array([[0.0] * 6, [0.5, 0.2, 0.1, 0.0, 0.1, 0.0]])
    write_animation(ChannelAnimation(names, 24.0, values), tmp_path / "take.glb")
    document = Document(tmp_path / "take.glb").root.value
    called = [node["name"] for node in document["nodes"]]
    assert called == ["Face", "LeftEye", "RightEye", "Head"]
    assert document["nodes"][3]["children"] == [0, 1, 2] and document["scenes"][0]["nodes"] == [3]
    turned = {
        called[channel["target"]["node"]]: channel["sampler"]
        for channel in document["animations"][0]["channels"]
        if channel["target"]["path"] == "rotation"
    }
    assert set(turned) == {"LeftEye", "RightEye", "Head"}
    sampler = document["animations"][0]["samplers"][turned["LeftEye"]]
    last = Document(tmp_path / "take.glb").numbers(sampler["output"])[-1]
    np.testing.assert_allclose(last, [0.0, np.sin(0.05), 0.0, np.cos(0.05)], atol=1e-6)
    assert read_animation(tmp_path / "take.glb").names == ("jawOpen",)
