"""Characters made in code: a face with shape keys, several meshes on one armature, a jaw bone."""

from __future__ import annotations

import wave
from pathlib import Path

import bpy
import numpy as np

ARKIT_MOUTH = [
    "jawOpen", "jawForward", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft",
    "mouthSmileRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft",
    "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
    "mouthUpperUpRight", "mouthFrownLeft", "mouthFrownRight", "cheekPuff", "tongueOut",
]  # fmt: skip


def mesh(name: str, shapes: list[str] | tuple[str, ...] = ()) -> bpy.types.Object:
    data = bpy.data.meshes.new(name)
    data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
    found = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(found)
    if shapes:
        found.shape_key_add(name="Basis")
        for shape in shapes:
            block = found.shape_key_add(name=shape)
            block.data[0].co.z = 0.1
            block.value = 0.0  # a new key stands at 1 from Blender 5.0 on
    return found


def arkit_face(name: str = "Head") -> bpy.types.Object:
    return mesh(name, ARKIT_MOUTH)


def armature(name: str, bones: list[str]) -> bpy.types.Object:
    data = bpy.data.armatures.new(name)
    found = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(found)
    bpy.context.view_layer.objects.active = found
    bpy.ops.object.mode_set(mode="EDIT")
    for i, bone in enumerate(bones):
        made = data.edit_bones.new(bone)
        made.head, made.tail = (0.1 * i, 0, 0), (0.1 * i, 0, 0.1)
    bpy.ops.object.mode_set(mode="OBJECT")
    return found


def tone(path: Path, seconds: float = 2.0, rate: int = 16_000) -> Path:
    """A voice-like sound: a buzz in syllables, with gaps."""
    t = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 20))
    loud = np.clip(np.sin(2 * np.pi * 3 * t), 0.0, 1.0)
    data = np.int16(8000 * buzz / np.abs(buzz).max() * loud)
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(rate)
        stream.writeframes(data.tobytes())
    return path


TEXTGRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2
tiers? <exists>
size = 1
item []:
    item [1]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 2
        intervals: size = COUNT
"""
SOUNDS = [
    (0.0, 0.3, ""),
    (0.3, 0.42, "m"),
    (0.42, 0.7, "ɑ"),
    (0.7, 0.82, "m"),
    (0.82, 1.1, "i"),
    (1.1, 1.25, "f"),
    (1.25, 2.0, ""),
]


def textgrid(path: Path, sounds: list[tuple[float, float, str]] = SOUNDS) -> Path:
    rows = []
    for i, (start, end, label) in enumerate(sounds):
        rows.append(
            f"        intervals [{i + 1}]:\n            xmin = {start}\n            xmax = {end}\n           "
            f' text = "{label}"\n'
        )
    path.write_text(TEXTGRID.replace("COUNT", str(len(sounds))) + "".join(rows), encoding="utf-8")
    return path
