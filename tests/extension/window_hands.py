"""Hands and eyes in the window of a real Blender: where things are, clicks, pictures, steps that run alone.

Arguments after ``--``: the zip, a sound, its text, a folder to work in. Blender must run with
``--enable-event-simulate``. A script writes pictures of the window and ``result.json`` into that folder.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import bpy

ARCHIVE, SOUND, TEXT, FOLDER = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
MODULE = "bl_ext.user_default.bilabial"
BUSY_S = 600.0  # after which a hanging step is given up
measured: dict[str, object] = {"version": list(bpy.app.version)}

Wait = float  # seconds until the next step


def part(name: str):
    return importlib.import_module(f"{MODULE}.{name}")


def window() -> bpy.types.Window:
    return bpy.context.window_manager.windows[0]


def area(kind: str) -> bpy.types.Area:
    """The largest area of a kind."""
    return max((a for a in window().screen.areas if a.type == kind), key=lambda a: a.width * a.height)


def region(of: bpy.types.Area, kind: str) -> bpy.types.Region:
    return next(r for r in of.regions if r.type == kind)


def picture(name: str) -> None:
    path = FOLDER / f"{name}.png"
    command = f'xwd -root -silent | convert xwd:- -dither None -colors 256 "{path}"'
    subprocess.run(["sh", "-c", command], check=True, timeout=120)


def event(kind: str, value: str, x: float, y: float) -> None:
    window().event_simulate(type=kind, value=value, x=int(x), y=int(y))


def drag(start: tuple[float, float], end: tuple[float, float], shown: str = "") -> Iterator[Wait]:
    """Press, move in three steps, look, let go."""
    event("MOUSEMOVE", "NOTHING", *start)
    yield 0.5
    event("LEFTMOUSE", "PRESS", *start)
    yield 0.5
    for share in (0.3, 0.7, 1.0):
        event("MOUSEMOVE", "NOTHING", *(a + share * (b - a) for a, b in zip(start, end, strict=True)))
        yield 0.7
    if shown:
        yield 1.5
        picture(shown)
    event("LEFTMOUSE", "RELEASE", *end)
    yield 2.0


def install() -> None:
    bpy.ops.extensions.package_install_files(
        filepath=str(ARCHIVE), repo="user_default", enable_on_install=True
    )


def lay_out() -> None:
    """The head above, its keys below."""
    view = area("VIEW_3D")
    with bpy.context.temp_override(window=window(), area=view, region=region(view, "WINDOW")):
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.3)
    min(
        (a for a in window().screen.areas if a.type == "VIEW_3D"), key=lambda a: a.y
    ).type = "DOPESHEET_EDITOR"
    area("DOPESHEET_EDITOR").spaces[0].ui_mode = "DOPESHEET"


def head_with_line() -> bpy.types.PropertyGroup:
    """The demo head alone in its scene, and the panel filled in: what the next press generates."""
    scene = bpy.context.scene
    for one in list(bpy.data.objects):
        bpy.data.objects.remove(one)
    scene.render.fps = 24
    bpy.ops.bilabial.add_head()
    draft = scene.bilabial.draft
    bpy.ops.wm.save_as_mainfile(filepath=str(FOLDER / "scene.blend"))
    draft.source, draft.file, draft.text = "FILE", f"//{SOUND.name}", TEXT.read_text(encoding="utf-8").strip()
    return draft


def front_view() -> Iterator[Wait]:
    view = area("VIEW_3D")
    view.spaces[0].show_region_ui = True
    view.spaces[0].overlay.show_outline_selected = False
    yield 1.0
    with bpy.context.temp_override(window=window(), area=view, region=region(view, "WINDOW")):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_selected()
    dope = area("DOPESHEET_EDITOR")
    with bpy.context.temp_override(window=window(), area=dope, region=region(dope, "WINDOW")):
        bpy.ops.action.view_all()
    yield 1.0


def choose_tab() -> Iterator[Wait]:
    """Click down the tabs of the sidebar until ours is the one that shows."""
    sidebar = region(area("VIEW_3D"), "UI")
    for below in range(20, sidebar.height, 24):
        if sidebar.active_panel_category == "Lip-Sync":
            break
        x, y = sidebar.x + sidebar.width - 12, sidebar.y + sidebar.height - below
        event("MOUSEMOVE", "NOTHING", x, y)
        yield 0.1
        event("LEFTMOUSE", "PRESS", x, y)
        event("LEFTMOUSE", "RELEASE", x, y)
        yield 0.4
    assert sidebar.active_panel_category == "Lip-Sync", "the tab was not found"
    yield 1.0


def leave(error: str | None = None) -> None:
    if error is not None:
        measured["error"] = error
        picture("failed")
    (FOLDER / "result.json").write_text(json.dumps(measured, indent=1))
    sys.stdout.flush()
    os._exit(1 if error else 0)


def play(steps: Iterator[Wait]) -> None:
    """One step after another, each after the seconds that the one before asked for; then Blender is left."""

    def tick() -> float:
        try:
            return next(steps)
        except StopIteration:
            leave()
        except BaseException:
            leave(traceback.format_exc())
        return 0.0

    bpy.app.timers.register(tick, first_interval=3.0)
    bpy.app.timers.register(lambda: leave("no end after ten minutes"), first_interval=BUSY_S)
