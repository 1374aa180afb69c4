"""glTF 2.0 morph target animation. Written: a triangle with the named targets, for engines to retarget.

Read: the first animation of morph weights in a file, on whatever mesh it sits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import FormatError
from .channels import ChannelAnimation
from .container import Builder, Document, Json, steady_rate

Floats = NDArray[np.float64]


def write(animation: ChannelAnimation, path: Path) -> None:
    """.glb, or .gltf with its buffer inside; one mesh "Face" with a target a channel, one animation."""
    check_writable(animation, path)
    builder = Builder()
    corner = 0.01  # metres; the carrier only has to exist
    positions = builder.floats(
        np.array([[0, 0, 0], [corner, 0, 0], [0, corner, 0]], float), "VEC3", bounds=True
    )
    indices = builder.indices(np.array([0, 1, 2]))
    targets = [{"POSITION": builder.zeros(3)} for _ in animation.names]
    times = builder.floats(animation.times, "SCALAR", bounds=True)
    weights = builder.floats(animation.values.ravel(), "SCALAR")
    names = list(animation.names)
    document = {
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "Face", "mesh": 0}],
        "meshes": [
            {
                "name": "Face",
                "primitives": [
                    {"attributes": {"POSITION": positions}, "indices": indices, "targets": targets}
                ],
                "weights": [0.0] * len(names),
                "extras": {"targetNames": names},
            }
        ],
        "animations": [
            {
                "name": "Speech",
                "samplers": [{"input": times, "output": weights, "interpolation": "LINEAR"}],
                "channels": [{"sampler": 0, "target": {"node": 0, "path": "weights"}}],
            }
        ],
    }
    builder.write(document, path)


def check_writable(animation: ChannelAnimation, path: Path) -> None:
    if not len(animation.values) or not animation.names:
        raise FormatError(f"cannot write {path}: the animation is empty")
    if animation.start < 0.0:
        raise FormatError(
            f"cannot write {path}: glTF has no time before 0, the animation starts at {animation.start} s"
        )


def read(path: Path) -> ChannelAnimation:
    document = Document(path)
    for number, animation in enumerate(document.json.get("animations", [])):
        for channel in animation.get("channels", []):
            if channel.get("target", {}).get("path") == "weights":
                return _weights(document, number, channel)
    raise FormatError(f"{path}: no animation in it moves morph targets")


def _weights(document: Document, number: int, channel: Json) -> ChannelAnimation:
    sampler = document.entry("animations", number, "samplers", channel.get("sampler", 0))
    mesh_index = document.entry("nodes", channel["target"].get("node", 0), "mesh")
    mesh = document.entry("meshes", mesh_index)
    count = len(document.entry("meshes", mesh_index, "primitives", 0, "targets"))
    names = mesh.get("extras", {}).get("targetNames") or [f"target_{i}" for i in range(count)]
    if len(names) != count:
        raise FormatError(
            f"{document.path}: the mesh has {count} morph targets but {len(names)} names for them"
        )
    times = document.numbers(sampler.get("input", -1))[:, 0]
    values = document.numbers(sampler.get("output", -1)).ravel()
    kind = sampler.get("interpolation", "LINEAR")
    per_key = 3 if kind == "CUBICSPLINE" else 1
    if len(values) != len(times) * count * per_key or not len(times):
        raise FormatError(f"{document.path}: the animation has {len(values)} weights for {len(times)} keys")
    keys = values.reshape(len(times), per_key, count)[:, per_key // 2]
    return on_grid(tuple(str(name) for name in names), times, keys, step=kind == "STEP")


def on_grid(
    names: tuple[str, ...],
    times: Floats,
    keys: Floats,
    step: bool = False,
) -> ChannelAnimation:
    """Keys at any times, sampled at the rate they lie on."""
    if (np.diff(times) <= 0).any():
        raise FormatError("the keys of the animation are not in time order")
    fps = steady_rate(times)
    start = float(times[0])
    count = round((times[-1] - start) * fps) + 1
    grid = start + np.arange(count) / fps
    if len(keys) == count and np.abs(grid - times).max() * fps < 0.01:
        values = keys  # a key a frame; times are 32-bit and a little off
    elif step:
        place = np.clip(np.searchsorted(times, grid + 1e-6, side="right") - 1, 0, len(times) - 1)
        values = keys[place]
    else:
        values = np.stack([np.interp(grid, times, column) for column in keys.T], axis=1)
    return ChannelAnimation(names, fps, values, start)
