#!/usr/bin/env python3
"""Make a .blend of the demo head speaking a take: keys, drivers, sound, camera, light. Needs bpy.

python rigs/demo_head/build_scene.py demo/take.json --sound docs/demo/line.flac --to demo/head.blend
python rigs/demo_head/build_scene.py ... --still 0.5 --picture demo/still.png     # one frame, with Cycles
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import bpy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

FRAME_RATE = 24
FIRST = 1  # frame at which the sound starts
TAIL = 12  # frames that the face rests after the sound


def light(name, energy, size, place, aim, colour):
    """An area light at a place (metres) that looks at a point."""
    from mathutils import Vector

    data = bpy.data.lights.new(name, "AREA")
    data.energy, data.size, data.color = energy, size, colour
    made = bpy.data.objects.new(name, data)
    made.location = place
    made.rotation_euler = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(made)


def stage(scene):
    """Camera, three lights, a calm background."""
    from mathutils import Vector

    eye, aim = Vector((0.20, -1.02, 0.0)), Vector((0.0, -0.01, -0.033))
    data = bpy.data.cameras.new("Camera")
    data.lens, data.sensor_width = 120.0, 36.0
    camera = bpy.data.objects.new("Camera", data)
    camera.location = eye
    camera.rotation_euler = (aim - eye).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(camera)
    scene.camera = camera
    light("Key", 19.0, 0.5, (-0.55, -0.8, 0.55), aim, (1.0, 0.93, 0.85))
    light("Fill", 5.0, 0.9, (0.9, -0.7, 0.05), aim, (0.82, 0.9, 1.0))
    light("Rim", 12.0, 0.4, (0.6, 0.75, 0.5), aim, (1.0, 0.98, 0.95))
    scene.view_settings.look, scene.view_settings.exposure = "AgX - Punchy", 0.4
    world = bpy.data.worlds.new("World")
    scene.world = world
    if world.node_tree is None:  # up to 4.x a new world has no nodes yet
        world.use_nodes = True
    shade = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    shade.inputs["Color"].default_value = (0.55, 0.68, 0.72, 1.0)
    shade.inputs["Strength"].default_value = 0.8


def speak(scene, take_path, sound_path):
    """Add the head and hand it the take, as the extension does for a user."""
    from addon.bilabial.curves.format import load
    from addon.line import lines
    from addon.rig import demo_head
    from addon.speak import delivery

    take = load(take_path)
    scene.render.fps, scene.render.fps_base = FRAME_RATE, 1.0
    scene.frame_start = FIRST
    scene.frame_end = FIRST + round(take.sound.duration * FRAME_RATE) + TAIL
    face = demo_head.build(bpy.context)
    line = lines.add(scene)
    line.character = face
    line.source, line.start = "FILE", float(FIRST)
    if sound_path is not None:
        line.file = str(sound_path.resolve())
        editor = scene.sequence_editor_create()
        strips = editor.strips if hasattr(editor, "strips") else editor.sequences  # the name up to 4.3
        strips.new_sound("Line", str(sound_path.resolve()), 1, FIRST)
        scene.sync_mode = "AUDIO_SYNC"
    return delivery.deliver(scene, line, take, float(FIRST))


def smile():
    """Add the head alone, in a friendly mood."""
    from addon.rig import demo_head
    from pictures import FRIENDLY

    blocks = demo_head.build(bpy.context).data.shape_keys.key_blocks
    for name, value in FRIENDLY.items():
        blocks[name].value = value


def still(scene, path, size, samples):
    scene.render.engine = "CYCLES"
    scene.cycles.samples = samples
    scene.cycles.use_denoising = True
    scene.render.resolution_x = scene.render.resolution_y = size
    scene.render.filepath = str(path.resolve())
    bpy.ops.render.render(write_still=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Make a .blend of the demo head speaking a take.")
    parser.add_argument("take", type=Path, nargs="?")
    parser.add_argument("--sound", type=Path)
    parser.add_argument("--to", type=Path, help="the .blend")
    parser.add_argument("--still", type=float, metavar="SECONDS", help="the moment of the take for --picture")
    parser.add_argument("--picture", type=Path, help="render one picture with Cycles")
    parser.add_argument("--size", type=int, default=480)
    parser.add_argument("--samples", type=int, default=48)
    chosen = parser.parse_args(arguments)
    from addon.bilabial.errors import BilabialError

    import addon

    bpy.ops.wm.read_factory_settings(use_empty=True)
    addon.register()
    scene = bpy.context.scene
    report = None
    try:
        if chosen.take is None:
            smile()
        else:
            report = speak(scene, chosen.take, chosen.sound)
    except BilabialError as error:
        sys.stderr.write(f"build_scene: {error}\n")
        return 2
    stage(scene)
    scene.frame_set(FIRST)
    if chosen.to is not None:
        chosen.to.parent.mkdir(parents=True, exist_ok=True)
        if chosen.sound is not None:
            bpy.ops.file.pack_all()
        bpy.ops.wm.save_as_mainfile(filepath=str(chosen.to.resolve()), compress=True)
        sys.stdout.write(f"{chosen.to}: {report.text() if report else 'a head'}\n")
    if chosen.picture is not None:
        scene.frame_set(FIRST + round((chosen.still or 0.0) * FRAME_RATE))
        still(scene, chosen.picture, chosen.size, chosen.samples)
    return 0


if __name__ == "__main__":
    status = main(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else None)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # Blender's wheel can hang on a normal exit while classes are registered
