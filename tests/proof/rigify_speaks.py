"""Runs inside a Blender that has Rigify: its human metarig, generated, says a line through the extension.

blender -b -P rigify_speaks.py -- PACKAGE SOUND.wav PHONES.lab FOLDER [--zip ZIP] [--pictures SIZE]

PACKAGE is where the extension lives: ``addon`` in a checkout, ``bl_ext.user_default.bilabial`` from the zip.
Writes ``rigify.json`` into FOLDER, for both generations of the face and both targets: what the lips of the
demo head do, which Rigify's deform bones alone move. Lengths are millimetres on a mouth 48 mm wide.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import sys
import traceback
from pathlib import Path

import bpy
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import mouth  # noqa: E402 - found through the path above
import rigify_head  # noqa: E402

GENERATIONS = {"rigify-face": False, "rigify-face-upgraded": True}
FPS = 24
ROWS_A_SECOND = 100
SHOWN = ("m", "b", "f", "v", "ɑ", "i", "oʊ", "u")  # phones that make a picture, the longest of each kind


def part(name: str):
    return importlib.import_module(f"{OPTIONS.package}.{name}")


def enable() -> None:
    """The extension and Rigify, once a session."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if OPTIONS.zip is None:
        importlib.import_module(OPTIONS.package).register()
    else:
        bpy.ops.extensions.package_install_files(
            filepath=str(OPTIONS.zip), repo="user_default", enable_on_install=False
        )
        bpy.ops.preferences.addon_enable(module=OPTIONS.package)
    bpy.ops.preferences.addon_enable(module="rigify")


def empty_scene() -> bpy.types.Scene:
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = FPS, 1.0
    return scene


def at(seconds: float, clock) -> None:
    frame = float(clock.frames(seconds))
    bpy.context.scene.frame_set(int(np.floor(frame)), subframe=frame - np.floor(frame))


def past_limits(profile, targets, scene) -> tuple[float, list[str]]:
    """How far, in parts of its range, any channel stands past its limits on any frame, and which do."""
    worst, names = 0.0, set()
    value_of = part("rig.numbers").value_of
    for frame in range(scene.frame_start, scene.frame_end + 1):
        scene.frame_set(frame)
        for name in profile.driven:
            low, high = profile.channels[name].limits
            for target in targets[name]:
                value = value_of(target)
                beyond = max(low - value, value - high) / (high - low)
                if beyond > 1e-4:
                    names.add(name)
                worst = max(worst, beyond)
    return max(0.0, worst), sorted(names)


def moments(run, clock, whole_frames: bool) -> list[float]:
    """When a closure is looked at: its first, middle and last row; or on its whole frames."""
    first, last = run.start / ROWS_A_SECOND, (run.stop - 1) / ROWS_A_SECOND
    if not whole_frames:
        return [first, (first + last) / 2, last]
    frames = range(math.ceil(clock.frames(first)), math.floor(clock.frames(last)) + 1)
    return [float(clock.seconds(frame)) for frame in frames or [round(clock.frames((first + last) / 2))]]


def speak(profile_name: str, upgraded: bool, target: str) -> dict[str, object]:
    scene = empty_scene()
    head = part("bilabial.render.demo_head").load_head()
    rig = rigify_head.generated(rigify_head.metarig(head, upgraded))
    skin = rigify_head.skinned(head, rig)
    bpy.context.view_layer.update()
    rest_width = mouth.width(head, rigify_head.posed(skin, head))
    draft = scene.bilabial.draft
    draft.character, draft.target = rig, target
    draft.source, draft.file = "FILE", str(OPTIONS.sound)
    draft.phones_file = str(OPTIONS.phones)
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    line = part("line.lines").active(scene)
    assert line.take is not None and not line.failed, line.report
    baking, takes, rig_probe = part("keys.baking"), part("line.takes"), part("rig.rig_probe")
    character = rig_probe.probe(rig)
    found, _ = rig_probe.identify(character)
    assert found.profile.name == profile_name, found.reason
    fit = rig_probe.fit(character, found)
    if target == "CONTROLS":
        drivers = [curve for curve in rig.animation_data.drivers if part("rig.drivers").is_ours(curve)]
        assert len(drivers) == len(fit.profile.driven)
        assert all(curve.driver.is_simple_expression and curve.is_valid for curve in drivers)
    take = takes.load(line)
    clock = takes.written(line).clock
    dense = baking.dense(baking.styled(take), takes.duration(take))
    scene.frame_end = int(clock.frames(takes.duration(take))) + 1

    proof = part("bilabial.retarget.proof")
    closures = proof.plateaus(dense, part("bilabial.controls").CLOSERS)
    openings, presses = [], []
    for run in closures:
        for seconds in moments(run, clock, line.whole_frames):
            at(seconds, clock)
            between = mouth.heights(head, rigify_head.posed(skin, head))
            openings.append(float(between.max()))
            presses.append(-float(between.min()))
    teeth = []
    for run in proof.plateaus(dense, part("bilabial.controls").LABIODENTALS):
        at((run.start + run.stop - 1) / 2 / ROWS_A_SECOND, clock)
        teeth.append(mouth.to_the_teeth(head, rigify_head.posed(skin, head)))
    widths, heights = [], []
    for frame in range(scene.frame_start, scene.frame_end + 1):
        scene.frame_set(frame)
        now = rigify_head.posed(skin, head)
        widths.append(mouth.width(head, now) / rest_width)
        heights.append(float(mouth.heights(head, now).max()))
    beyond, hit = past_limits(fit.profile, fit.targets, scene)
    wished = part("bilabial.retarget.evaluate").limits_hit(fit.profile, dense)
    measured = {
        "blender": ".".join(str(n) for n in bpy.app.version),
        "confidence": found.confidence,
        "closures": len(closures),
        "closed_gap_mm": max(openings),
        "press_mm": max(presses),
        "contacts": len(teeth),
        "lip_to_teeth_mm": max(teeth, default=0.0),
        "widest_opening_mm": max(heights),
        "width": [min(widths), max(widths)],
        "past_limits": beyond,
        "channels_past_limits": hit,
        "rows_cut": wished,
        "rows": len(dense),
        "keys": sum(len(c.keyframe_points) for c in part("host.compat").channels(rig)),
        "curves": len(list(part("host.compat").channels(rig))),
    }
    if OPTIONS.pictures and target == "CONTROLS":
        picture(profile_name, take, clock)
    return measured


def picture(name: str, take, clock) -> None:
    """The middle of the longest phone of each kind, by Cycles."""
    scene = bpy.context.scene
    stage(scene)
    for number, label in enumerate(SHOWN):
        phone = max((p for p in take.phones if p.label == label), key=lambda p: p.end - p.start)
        at((phone.start + phone.end) / 2, clock)
        scene.render.filepath = str(OPTIONS.folder / f"{name}-{number}.png")
        bpy.ops.render.render(write_still=True)


def stage(scene: bpy.types.Scene) -> None:
    from mathutils import Vector

    size, centre = rigify_head.SCALE, Vector(rigify_head.LIFT)
    eye, aim = Vector((0.12, -1.0, -0.03)) * size + centre, Vector((0.0, -0.03, -0.04)) * size + centre
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.data.lens = 290
    camera.location, camera.rotation_euler = eye, (aim - eye).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(camera)
    scene.camera = camera
    for energy, width, place in (
        (16.0, 0.5, (-0.55, -0.8, 0.55)),
        (7.0, 0.9, (0.9, -0.7, 0.05)),
        (5.0, 0.3, (0.1, -0.9, -0.1)),  # into the mouth
    ):
        light = bpy.data.objects.new("Light", bpy.data.lights.new("Light", "AREA"))
        light.data.energy, light.data.size = energy * size * size, width * size
        light.location = Vector(place) * size + centre
        light.rotation_euler = (aim - light.location).to_track_quat("-Z", "Y").to_euler()
        scene.collection.objects.link(light)
    scene.view_settings.look, scene.view_settings.exposure = "AgX - Punchy", 0.2
    scene.world = bpy.data.worlds.new("World")
    scene.render.engine, scene.cycles.samples = "CYCLES", 12
    if hasattr(bpy.app.build_options, "openimagedenoise") and bpy.app.build_options.openimagedenoise:
        scene.cycles.use_denoising = True
    scene.render.resolution_x = scene.render.resolution_y = OPTIONS.pictures


def main() -> int:
    found: dict[str, object] = {}
    try:
        enable()
        for name, upgraded in GENERATIONS.items():
            found[name] = {target: speak(name, upgraded, target) for target in ("CONTROLS", "BAKE")}
    except BaseException:
        found["error"] = traceback.format_exc()
    (OPTIONS.folder / "rigify.json").write_text(json.dumps(found, indent=1))
    sys.stdout.flush()
    return 1 if "error" in found else 0


parser = argparse.ArgumentParser(prog="rigify_speaks")
parser.add_argument("package")
parser.add_argument("sound", type=Path)
parser.add_argument("phones", type=Path)
parser.add_argument("folder", type=Path)
parser.add_argument("--zip", type=Path)
parser.add_argument("--pictures", type=int, default=0)
OPTIONS = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])
os._exit(main())  # Blender's wheel can hang on a normal exit while classes are registered
