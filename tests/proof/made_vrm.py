"""A tiny VRM made up for tests: a face of six points whose shapes are named where Blender does not look."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

# What the shapes are called at the mesh's part, and the expressions that VRM makes of them.
SHAPES = ("m open", "m wide", "m round", "m half", "lid L", "lid R", "look up", "frown")
EXPRESSIONS: dict[str, dict[int, float]] = {
    "a": {0: 100},
    "i": {1: 100},
    "u": {2: 100},
    "e": {1: 50, 3: 100},
    "o": {2: 50, 3: 100},
    "blink": {4: 100, 5: 100},
    "lookup": {6: 100},
    "angry": {7: 100, 3: 25},
}


def write(path: Path, version: int = 0, named: bool = True) -> Path:
    """The face on a bone that only VRM says is the head's. Without names, expressions alone tell."""
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 2, 0], [1, 2, 0]], np.float32) * 0.05
    arrays, kinds = [points], [(5126, "VEC3")]
    for i in range(len(SHAPES)):
        moved = np.zeros_like(points)
        moved[i % len(points), 1] = 0.01 * (i + 1)
        arrays.append(moved)
        kinds.append((5126, "VEC3"))
    joints, weights = np.zeros((6, 4), np.uint16), np.tile(np.float32([1, 0, 0, 0]), (6, 1))
    corners = np.array([0, 1, 2, 1, 3, 2, 2, 3, 4, 3, 5, 4], np.uint32)
    arrays += [joints, weights, corners]
    kinds += [(5123, "VEC4"), (5126, "VEC4"), (5125, "SCALAR")]
    part: dict[str, Any] = {
        "attributes": {"POSITION": 0, "JOINTS_0": len(SHAPES) + 1, "WEIGHTS_0": len(SHAPES) + 2},
        "indices": len(SHAPES) + 3,
        "targets": [{"POSITION": i + 1} for i in range(len(SHAPES))],
    }
    if named:
        part["extras"] = {"targetNames": list(SHAPES)}
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0, 2]}],
        "nodes": [
            {"name": "Bone A", "children": [1]},
            {"name": "Bone B", "translation": [0, 1.4, 0]},
            {"name": "Face", "mesh": 0, "skin": 0},
        ],
        "skins": [{"joints": [1, 0]}],
        "meshes": [{"name": "FaceMesh", "primitives": [part]}],
        "extensions": {"VRM": _vrm_0()} if version == 0 else {"VRMC_vrm": _vrm_1()},
    }
    _pack(document, arrays, kinds, path)
    return path


def _vrm_0() -> dict[str, Any]:
    groups = [
        {"presetName": name, "binds": [{"mesh": 0, "index": i, "weight": w} for i, w in binds.items()]}
        for name, binds in EXPRESSIONS.items()
    ]
    bones = [{"bone": "head", "node": 1}, {"bone": "neck", "node": 0}]
    return {"blendShapeMaster": {"blendShapeGroups": groups}, "humanoid": {"humanBones": bones}}


def _vrm_1() -> dict[str, Any]:
    called = dict(zip("aiueo", ("aa", "ih", "ou", "ee", "oh"), strict=True)) | {"lookup": "lookUp"}
    preset = {
        called.get(name, name): {
            "morphTargetBinds": [{"node": 2, "index": i, "weight": w / 100} for i, w in binds.items()]
        }
        for name, binds in EXPRESSIONS.items()
    }
    bones = {"head": {"node": 1}, "neck": {"node": 0}}
    return {"specVersion": "1.0", "expressions": {"preset": preset}, "humanoid": {"humanBones": bones}}


def _pack(
    document: dict[str, Any], arrays: list[np.ndarray], kinds: list[tuple[int, str]], path: Path
) -> None:
    data, views, accessors = b"", [], []
    for array, (component, kind) in zip(arrays, kinds, strict=True):
        views.append({"buffer": 0, "byteOffset": len(data), "byteLength": array.nbytes})
        accessor = {
            "bufferView": len(views) - 1, "componentType": component, "type": kind, "count": len(array)
        }  # fmt: skip
        if kind == "VEC3":
            accessor |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        accessors.append(accessor)
        data += array.tobytes()
    document |= {"bufferViews": views, "accessors": accessors, "buffers": [{"byteLength": len(data)}]}
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    chunks = (
        struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(data), 0x004E4942) + data
    )
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
