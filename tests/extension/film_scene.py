"""Runs inside a real Blender with a window: generate, edit a key, generate again. Called by screen_film.py.

Each picture is a frame of the film; ``result.json`` says how long each is shown and what is written under it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))

from window_hands import (
    Wait,
    area,
    choose_tab,
    front_view,
    head_with_line,
    install,
    lay_out,
    measured,
    picture,
    play,
    region,
    window,
)

FRAMES = range(12, 72, 3)  # of the line: "My name is Bilabial. I close my lips"
shots: list[dict[str, object]] = []


def shoot(text: str, seconds: float) -> None:
    name = f"shot-{len(shots):03d}"
    picture(name)
    shots.append({"name": name, "text": text, "seconds": seconds})
    measured["shots"] = shots


def steps() -> Iterator[Wait]:
    install()
    yield 1.0
    lay_out()
    area("DOPESHEET_EDITOR").type = "GRAPH_EDITOR"
    area("GRAPH_EDITOR").spaces[0].show_region_ui = False
    yield 1.0
    head_with_line()
    bpy.context.scene.frame_set(1)
    yield from front_view()
    yield from choose_tab()
    yield 2.0
    shoot("A character, a sound, its words", 1.5)
    line = generate(jaw=1.0)
    show_opening()
    yield 2.0
    shoot("Generate Lip-Sync", 1.5)
    yield from speak("Generate Lip-Sync")
    key = edit()
    yield 2.0
    shoot("Edit a key by hand", 2.0)
    yield from speak("Edit a key by hand", FRAMES[8:14])
    generate(jaw=0.6)
    yield 2.0
    shoot("Softer style, generate again: your key stays", 2.5)
    yield from speak("Softer style, generate again: your key stays", FRAMES[6:])
    now = min(opening().keyframe_points, key=lambda point: abs(point.co.x - key[0]))
    measured["key"] = {"set": key, "found": tuple(now.co), "report": line.report}


def generate(jaw: float) -> bpy.types.PropertyGroup:
    props = bpy.context.scene.bilabial
    target = props.lines[0] if len(props.lines) else props.draft
    target.jaw = jaw
    assert bpy.ops.bilabial.generate("EXEC_DEFAULT") == {"FINISHED"}
    return props.lines[0]


def curves() -> list[bpy.types.FCurve]:
    from_data = next(o for o in bpy.data.objects if o.animation_data and o.animation_data.action)
    bag = from_data.animation_data
    strip = bag.action.layers[0].strips[0]
    return list(strip.channelbag(bag.action_slot).fcurves)


def opening() -> bpy.types.FCurve:
    return next(curve for curve in curves() if "Speech Ah" in curve.data_path)


def show_opening() -> None:
    """One curve alone in the graph editor."""
    chosen = opening()
    for curve in curves():
        curve.hide = curve != chosen
        curve.select = curve == chosen
    look()


def look() -> None:
    graph = area("GRAPH_EDITOR")
    with bpy.context.temp_override(window=window(), area=graph, region=region(graph, "WINDOW")):
        bpy.ops.graph.view_all()
    graph.tag_redraw()


def edit() -> tuple[float, float]:
    """The highest key between two moments, higher: as a hand would drag it."""
    points = [point for point in opening().keyframe_points if FRAMES[6] < point.co.x < FRAMES[-2]]
    chosen = max(points, key=lambda point: point.co.y)
    for point in opening().keyframe_points:
        point.select_control_point = point == chosen
    for place in (chosen.co, chosen.handle_left, chosen.handle_right):
        place.y += 0.35
    opening().update()
    look()
    return chosen.co.x, chosen.co.y


def speak(text: str, frames: range = FRAMES) -> Iterator[Wait]:
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        for kind in ("VIEW_3D", "GRAPH_EDITOR"):
            area(kind).tag_redraw()
        yield 0.6
        shoot(text, 0.2)


play(steps())
