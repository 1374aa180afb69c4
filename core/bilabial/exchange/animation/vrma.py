"""VRM Animation (.vrma): a glTF file in which each expression is the x translation of a node of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import FormatError
from ...expression.names import FULL_LOOK
from ...json_field import Field
from ...limits import check_size
from ..vrm import PRESETS_OF_VRM_0
from .channels import AnimationFormat, ChannelAnimation
from .container import Builder, Document, Tracks
from .gltf import check_writable, on_grid, sampled
from .rotations import EYES, eye_turns, head_turns, without_rotations

_EXTENSION = "VRMC_vrm_animation"
PRESETS = (
    "happy", "angry", "sad", "relaxed", "surprised", "aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft",
    "blinkRight", "neutral",
)  # fmt: skip
_FROM_VRM_0 = PRESETS_OF_VRM_0 | {"Surprised": "surprised"}  # no preset there, and VRoid's name
# Looks are no expressions of an animation: its lookAt node turns instead (specification 1.0, "Expressions").
_LOOKS = ("lookUp", "lookDown", "lookLeft", "lookRight")
_FULL_LOOK = np.radians(FULL_LOOK)
# The bones that a humanoid must have, in T-pose: name, parent, place from the parent in metres.
_BONES: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    ("hips", "", (0.0, 0.95, 0.0)),
    ("spine", "hips", (0.0, 0.12, 0.0)),
    ("head", "spine", (0.0, 0.45, 0.0)),
    ("leftUpperArm", "spine", (0.14, 0.35, 0.0)),
    ("leftLowerArm", "leftUpperArm", (0.26, 0.0, 0.0)),
    ("leftHand", "leftLowerArm", (0.24, 0.0, 0.0)),
    ("rightUpperArm", "spine", (-0.14, 0.35, 0.0)),
    ("rightLowerArm", "rightUpperArm", (-0.26, 0.0, 0.0)),
    ("rightHand", "rightLowerArm", (-0.24, 0.0, 0.0)),
    ("leftUpperLeg", "hips", (0.09, -0.05, 0.0)),
    ("leftLowerLeg", "leftUpperLeg", (0.0, -0.42, 0.0)),
    ("leftFoot", "leftLowerLeg", (0.0, -0.4, 0.0)),
    ("rightUpperLeg", "hips", (-0.09, -0.05, 0.0)),
    ("rightLowerLeg", "rightUpperLeg", (0.0, -0.42, 0.0)),
    ("rightFoot", "rightLowerLeg", (0.0, -0.4, 0.0)),
)
_EYES_OVER_HEAD = (0.0, 0.06, 0.0)  # metres


def write(animation: ChannelAnimation, path: Path) -> None:
    """Expressions that VRM knows become presets, all others custom ones; eyes turn a lookAt node. Values are
    held to 0..1.
    """
    animation = _with_eyes(animation)
    turns, eyes = head_turns(animation), eye_turns(animation)
    animation = without_rotations(animation)
    check_writable(animation, path)
    builder = Builder()
    nodes: list[dict[str, Any]] = []
    place: dict[str, int] = {}
    for name, parent, position in _BONES:
        place[name] = len(nodes)
        nodes.append({"name": name, "translation": list(position)})
        if parent:
            nodes[place[parent]].setdefault("children", []).append(place[name])
    roots = [place["hips"]]
    times = builder.floats(animation.times, "SCALAR", bounds=True)
    tracks = Tracks(builder, times)
    expressions: dict[str, dict[str, Any]] = {"preset": {}, "custom": {}}
    for name, values in zip(animation.names, animation.values.T, strict=True):
        known = _FROM_VRM_0.get(name, name)
        group = expressions["preset" if known in PRESETS else "custom"]
        if known in group:
            raise FormatError(f"cannot write {path}: two channels are the expression {known!r}")
        group[known] = {"node": len(nodes)}
        moved = np.zeros((len(values), 3))
        moved[:, 0] = np.clip(values, 0.0, 1.0)
        tracks.add(len(nodes), "translation", moved, "VEC3")
        roots.append(len(nodes))
        nodes.append({"name": known})
    if turns is not None:
        tracks.add(place["head"], "rotation", turns, "VEC4")
    look: dict[str, Any] = {}
    if eyes is not None:
        look = {"lookAt": {"node": len(nodes), "offsetFromHeadBone": list(_EYES_OVER_HEAD)}}
        tracks.add(len(nodes), "rotation", eyes[0], "VEC4")
        roots.append(len(nodes))
        nodes.append({"name": "lookAt"})
    document = {
        "extensionsUsed": [_EXTENSION],
        "extensions": {
            _EXTENSION: {
                "specVersion": "1.0",
                "humanoid": {"humanBones": {name: {"node": place[name]} for name, _, _ in _BONES}},
                "expressions": {kind: group for kind, group in expressions.items() if group},
                **look,
            }
        },
        "scene": 0,
        "scenes": [{"nodes": roots}],
        "nodes": nodes,
        "animations": [{"name": "Speech", **tracks.told()}],
    }
    builder.write(document, path)


def _with_eyes(animation: ChannelAnimation) -> ChannelAnimation:
    """Looks as turns of both eyes, unless those are there already; VRM's eyes look one way together."""
    called = {_FROM_VRM_0.get(name, name): name for name in animation.names}
    looks = {look: called[look] for look in _LOOKS if look in called}
    if not looks:
        return animation
    names = tuple(name for name in animation.names if name not in looks.values())
    if not names:
        raise FormatError("an animation of looks alone has no expression that VRM could show")
    kept = animation.picked(names)
    if not {name for eye in EYES for name in eye}.isdisjoint(names):
        return kept
    values = {look: animation.column(name) for look, name in looks.items()}
    still = np.zeros(len(animation.values))
    up, down, left, right = (values.get(look, still) for look in _LOOKS)
    yaw_pitch = _FULL_LOOK * np.stack([left - right, up - down], axis=1)
    return ChannelAnimation(
        (*kept.names, *(name for eye in EYES for name in eye)),
        kept.fps,
        np.concatenate([kept.values, *[yaw_pitch] * len(EYES)], axis=1),
        kept.start,
    )


def read(path: Path) -> ChannelAnimation:
    """The expressions of an animation; bones are left out."""
    document = Document(path)
    extensions = document.root.maybe("extensions")
    data = None if extensions is None else extensions.maybe(_EXTENSION)
    if data is None:
        raise FormatError(f"{path}: the extension {_EXTENSION} is missing: this is no VRM animation")
    wanted = _expressions(data)
    tracks: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    animation = document.entry("animations", 0)
    for channel in animation.get("channels").list():
        target = channel.get("target")
        node, way = target.maybe("node"), target.maybe("path")
        name = None if node is None else wanted.get(node.integer())
        if name is not None and way is not None and way.text() == "translation":
            times, keys, _ = sampled(document, animation, channel, 3)
            if (np.diff(times) <= 0).any():
                raise FormatError(f"{path}: the keys of the expression {name!r} are not in time order")
            tracks[name] = times, keys[:, 0]
    if not tracks:
        raise FormatError(f"{path}: no expression in it is animated")
    names = tuple(name for name in wanted.values() if name in tracks)
    longest = max((times for times, _ in tracks.values()), key=len)
    first = min(times[0] for times, _ in tracks.values())
    last = max(times[-1] for times, _ in tracks.values())
    check_size(len(longest) + 2, len(names), str(path))
    common = np.unique(np.concatenate([[first], longest, [last]]))
    keys = np.stack([np.interp(common, *tracks[name]) for name in names], axis=1)
    return on_grid(str(path), names, common, keys)


def _expressions(data: Field) -> dict[int, str]:
    """Which node each expression moves."""
    groups = data.maybe("expressions")
    wanted: dict[int, str] = {}
    for kind in ("preset", "custom"):
        group = None if groups is None else groups.maybe(kind)
        for name, entry in () if group is None else group.items():
            node = entry.maybe("node")
            if node is not None:
                wanted[node.integer()] = name
    return wanted


FORMAT = AnimationFormat((".vrma",), read, write)
