"""glTF 2.0 morph target animation. Written: a triangle with the named targets, for engines to retarget.

Read: the first animation of morph weights in a file, on whatever mesh it sits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import FormatError
from ...json_field import Field
from ...limits import check_duration, check_size
from .channels import AnimationFormat, ChannelAnimation
from .container import Builder, Document, Tracks, steady_rate
from .rotations import eye_turns, head_turns, without_rotations

Floats = NDArray[np.float64]


def write(animation: ChannelAnimation, path: Path) -> None:
    """.glb, or .gltf with its buffer inside; one mesh "Face" with a target a channel, one animation.

    Where head or eyes turn the face hangs on a node "Head" that does, beside nodes "LeftEye" and "RightEye".
    """
    turns, eyes = head_turns(animation), eye_turns(animation)
    animation = without_rotations(animation)
    check_writable(animation, path)
    builder = Builder()
    corner = 0.01  # metres; the carrier only has to exist
    positions = builder.floats(
        np.array([[0, 0, 0], [corner, 0, 0], [0, corner, 0]], float), "VEC3", bounds=True
    )
    indices = builder.indices(np.array([0, 1, 2]))
    targets = [{"POSITION": builder.zeros(3)} for _ in animation.names]
    times = builder.floats(animation.times, "SCALAR", bounds=True)
    names = list(animation.names)
    nodes: list[dict[str, Any]] = [{"name": "Face", "mesh": 0}]
    tracks = Tracks(builder, times)
    tracks.add(0, "weights", animation.values.ravel(), "SCALAR")
    turning: list[tuple[str, Floats | None]] = []
    if eyes is not None:
        turning = [("LeftEye", eyes[0]), ("RightEye", eyes[1])]
    if turns is not None or turning:
        turning.append(("Head", turns))
    for name, rotations in turning:
        if rotations is not None:
            tracks.add(len(nodes), "rotation", rotations, "VEC4")
        nodes.append({"name": name})
    if len(nodes) > 1:
        nodes[-1]["children"] = list(range(len(nodes) - 1))
    document = {
        "scene": 0,
        "scenes": [{"nodes": [len(nodes) - 1]}],
        "nodes": nodes,
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
            {"name": "Speech", **tracks.told()},
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
    for animation in document.entries("animations"):
        for channel in animation.get("channels").list():
            target = channel.get("target")
            way = target.maybe("path")
            if way is not None and way.text() == "weights":
                return _weights(document, animation, channel, target)
    raise FormatError(f"{path}: no animation in it moves morph targets")


def _weights(document: Document, animation: Field, channel: Field, target: Field) -> ChannelAnimation:
    node = document.entry("nodes", target.get("node").integer())
    mesh = document.entry("meshes", node.get("mesh").integer())
    count = len(mesh.get("primitives").entry(0).get("targets").list())
    names = target_names(mesh, count)
    times, keys, kind = sampled(document, animation, channel, count)
    return on_grid(str(document.path), names, times, keys, step=kind == "STEP")


def target_names(mesh: Field, count: int) -> tuple[str, ...]:
    extras = mesh.maybe("extras")
    told = None if extras is None else extras.maybe("targetNames")
    names = tuple(name.text() for name in told.list()) if told is not None else ()
    names = names or tuple(f"target_{i}" for i in range(count))
    if len(names) != count:
        raise FormatError(f"{mesh.file}: the mesh has {count} morph targets but {len(names)} names for them")
    return names


def sampled(document: Document, animation: Field, channel: Field, width: int) -> tuple[Floats, Floats, str]:
    """What a channel's sampler says: times, keys (times, width) without tangents, interpolation."""
    sampler = animation.get("samplers").entry(channel.get("sampler").integer())
    times = document.numbers(sampler.get("input").integer())[:, 0]
    values = document.numbers(sampler.get("output").integer()).ravel()
    told = sampler.maybe("interpolation")
    kind = "LINEAR" if told is None else told.text()
    per_key = 3 if kind == "CUBICSPLINE" else 1
    if not len(times) or not width or len(values) != len(times) * width * per_key:
        raise FormatError(f"{document.path}: the animation has {len(values)} weights for {len(times)} keys")
    return times, values.reshape(len(times), per_key, width)[:, per_key // 2], kind


def on_grid(
    name: str, names: tuple[str, ...], times: Floats, keys: Floats, step: bool = False
) -> ChannelAnimation:
    """Keys at any times, sampled at the rate they lie on. ``name`` is the file's, for messages."""
    if (np.diff(times) <= 0).any():
        raise FormatError(f"{name}: the keys of the animation are not in time order")
    start = float(times[0])
    check_duration(float(times[-1]), name)
    check_duration(start, name)
    fps = steady_rate(times)
    check_size((times[-1] - start) * fps + 1, len(names), name)
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


FORMAT = AnimationFormat((".glb", ".gltf"), read, write)
