"""Runs inside a real Blender: installs the built zip and uses it as a person would. Called by
test_extension.py.

Arguments after ``--``: the zip, a sound, a folder to work in. Writes ``result.json`` there.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path

import bpy
import numpy as np

ARCHIVE, SOUND, FOLDER = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
MODULE = "bl_ext.user_default.bilabial"
# Where the guides of the drawn face lie, in pixels: lids, lids, nose, corners of the mouth, chin.
GUIDES = ((70, 70), (70, 96), (130, 70), (130, 96), (100, 122), (78, 142), (122, 142), (100, 180))
measured: dict[str, object] = {"version": list(bpy.app.version)}


def part(name: str):
    return importlib.import_module(f"{MODULE}.{name}")


def install_and_enable() -> None:
    bpy.ops.extensions.package_install_files(
        filepath=str(ARCHIVE), repo="user_default", enable_on_install=False
    )
    began = time.perf_counter()
    bpy.ops.preferences.addon_enable(module=MODULE)
    measured["enable_s"] = round(time.perf_counter() - began, 3)
    assert MODULE in bpy.context.preferences.addons, "the extension is not enabled"
    assert bpy.context.preferences.addons[MODULE].preferences.tolerance > 0


def no_top_level_modules() -> None:
    ours = {"bilabial", "addon", "host", "line", "rig", "keys", "speak", "ui", "command", "compat"}
    leaked = sorted(ours & set(sys.modules))
    assert not leaked, f"top-level modules: {leaked}"


def generate() -> object:
    assert bpy.ops.bilabial.generate() == {"FINISHED"}
    line = part("line.lines").active(bpy.context.scene)
    assert line.take is not None and not line.failed, line.report
    return line


def values_match(line: object) -> None:
    takes, speech, compat = part("line.takes"), part("rig.speech"), part("host.compat")
    clock = takes.written(line).clock
    channels = compat.channels(line.character)
    worst = 0.0
    for name, curve in takes.load(line).styled().items():
        fcurve = channels.find(speech.path(name))
        for frame in range(1, 100):
            played = fcurve.evaluate(frame) if fcurve else speech.neutral(name)
            worst = max(worst, abs(played - float(curve.evaluate(float(clock.seconds(frame))))))
    measured["worst_difference"] = worst
    assert worst < 1e-3, worst


def lips_close(line: object) -> None:
    """While MBP is fully on, mouthClose equals jawOpen, or a seal holds: read from the evaluated face."""
    speech, takes = part("rig.speech"), part("line.takes")
    curve = takes.load(line).styled()["MBP"]
    assert len(curve) and curve.values.max() > 0.999, "the line has an m, b or p, and it must close"
    clock = takes.written(line).clock
    seconds = float(curve.times[curve.values.argmax()])
    frame = float(clock.frames(seconds))
    bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))
    root = bpy.data.objects[line.character.name]
    assert abs(root[speech.property_name("MBP")] - 1.0) < 1e-3
    keys = root.data.shape_keys.key_blocks
    assert abs(keys["jawOpen"].value - keys["mouthClose"].value) < 0.02, "the lips are apart"


def edit_and_generate_again(line: object) -> None:
    speech, compat = part("rig.speech"), part("host.compat")
    fcurve = compat.channels(line.character).find(speech.path("Jaw"))
    key = fcurve.keyframe_points[len(fcurve.keyframe_points) // 2]
    frame = key.co[0]
    key.co[1] = key.handle_left[1] = key.handle_right[1] = 0.05
    fcurve.update()
    line = generate()
    fcurve = compat.channels(line.character).find(speech.path("Jaw"))
    assert abs(fcurve.evaluate(frame) - 0.05) < 2e-3, "the edit is lost"
    assert "kept" in line.report, line.report
    line.jaw = 0.0
    assert compat.channels(line.character).find(speech.path("Jaw")).evaluate(1) < 1e-3
    line.jaw = 0.6


def undo_and_redo() -> None:
    name = part("line.lines").active(bpy.context.scene).character.name
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.bilabial.clear("EXEC_DEFAULT", True, hand=True)
    compat = part("host.compat")
    assert not list(compat.channels(bpy.data.objects[name]) or ())
    bpy.ops.ed.undo()
    assert list(compat.channels(bpy.data.objects[name]))


def save_and_open() -> None:
    def played() -> list[tuple[str, float]]:
        character = part("line.lines").active(bpy.context.scene).character
        curves = sorted(part("host.compat").channels(character), key=lambda curve: curve.data_path)
        return [(curve.data_path, curve.evaluate(frame)) for curve in curves for frame in range(1, 100)]

    before = played()
    file = FOLDER / "saved.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    part("line.takes")._unpacked.clear()
    bpy.ops.wm.open_mainfile(filepath=str(file))
    assert played() == before
    bpy.ops.bilabial.style_preset(name="mumble")


def drawn_face() -> Path:
    """A face of two eyes and a line, 200 pixels square."""
    across, down = np.meshgrid(np.arange(200), np.arange(200))
    pixels = np.full((200, 200, 4), (0.9, 0.7, 0.5, 1.0), np.float32)
    for x in (70, 130):
        pixels[(across - x) ** 2 + (down - 83) ** 2 < 13**2] = (1, 1, 1, 1)
        pixels[(across - x) ** 2 + (down - 83) ** 2 < 5**2] = (0, 0.3, 0.2, 1)
    pixels[(abs(down - 142) < 2) & (abs(across - 100) < 23)] = (0.1, 0.05, 0.05, 1)
    image = bpy.data.images.new("drawn", 200, 200, alpha=True)
    image.pixels.foreach_set(pixels[::-1].ravel())
    image.filepath_raw, image.file_format = str(FOLDER / "drawn.png"), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return FOLDER / "drawn.png"


def lip_gap(face: object) -> float:
    """The widest opening of the evaluated lips, metres of a picture that is one high."""
    mesh = face.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    places = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", places)
    mouth = part("bilabial.portrait.flat_face").face_of(part("bilabial.render.demo_head").load_head()).mouth
    heights = places.reshape(-1, 3)[:, 2]
    return float((heights[mouth.upper] - heights[mouth.lower]).max())


def talking_picture() -> None:
    """Added, laid by its guides, given a line: it opens in a vowel and shuts on an m, b or p."""
    assert bpy.ops.bilabial.add_picture(filepath=str(drawn_face())) == {"FINISHED"}
    plane = bpy.context.object
    guides = sorted(plane.children, key=lambda guide: guide.name)
    for guide, (x, y) in zip(guides, GUIDES, strict=True):
        guide.location = ((x + 0.5) / 200 - 0.5, 0.5 - (y + 0.5) / 200, 0)
    bpy.context.view_layer.update()
    assert bpy.ops.bilabial.lay_picture() == {"FINISHED"}
    face = bpy.context.object
    assert bpy.ops.bilabial.line_add() == {"FINISHED"}
    line = part("line.lines").active(bpy.context.scene)
    line.character, line.source, line.file = face, "FILE", str(SOUND)
    line = generate()
    takes = part("line.takes")
    curves, clock = takes.load(line).styled(), takes.written(line).clock
    shut = float(clock.frames(float(curves["MBP"].times[curves["MBP"].values.argmax()])))
    measured["picture_gap_shut"] = gap_at(face, shut)
    measured["picture_gap_open"] = max(gap_at(face, frame) for frame in range(1, 100, 3))
    assert measured["picture_gap_shut"] < 5e-4, "the picture's lips are apart on an m, b or p"
    assert measured["picture_gap_open"] > 0.01, "the picture never opens its mouth"


def gap_at(face: object, frame: float) -> float:
    bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))
    return lip_gap(face)


def disable_and_uninstall() -> None:
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert MODULE not in bpy.context.preferences.addons
    assert not hasattr(bpy.types.Scene, "bilabial")
    assert not [name for name in dir(bpy.types) if "bilabial" in name.lower()]
    # What was keyed still plays without the extension.
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "saved.blend"))
    face = next(o for o in bpy.data.objects if "Speech MBP" in o)
    drivers = face.data.shape_keys.animation_data.drivers
    assert len(drivers) > 10 and all(d.driver.is_simple_expression and d.driver.is_valid for d in drivers)
    index = next(
        i for i, repo in enumerate(bpy.context.preferences.extensions.repos) if repo.module == "user_default"
    )
    bpy.ops.extensions.package_uninstall(repo_index=index, pkg_id="bilabial")
    folder = Path(bpy.context.preferences.extensions.repos[index].directory) / "bilabial"
    assert not folder.exists(), "files are left"


def main() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = 24
    install_and_enable()
    no_top_level_modules()
    assert bpy.ops.bilabial.add_head() == {"FINISHED"}
    assert not bpy.ops.bilabial.clear.poll(), "nothing to clear yet"
    scene.bilabial.draft.source = "FILE"
    scene.bilabial.draft.file = str(SOUND)
    began = time.perf_counter()
    line = generate()
    measured["generate_s"] = round(time.perf_counter() - began, 2)
    measured["report"] = line.report
    values_match(line)
    lips_close(line)
    edit_and_generate_again(line)
    undo_and_redo()
    save_and_open()
    talking_picture()
    no_top_level_modules()
    if "keep" not in os.environ.get("BILABIAL_TEST", ""):
        disable_and_uninstall()


try:
    main()
except BaseException:
    measured["error"] = traceback.format_exc()
(FOLDER / "result.json").write_text(json.dumps(measured, indent=1))
sys.stdout.flush()
os._exit(1 if "error" in measured else 0)
