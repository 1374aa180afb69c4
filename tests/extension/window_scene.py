"""Runs inside a real Blender with a window: the built zip, used by the mouse. Called by pictures.py.

Arguments after ``--``: the zip, a sound, its text, a folder to work in. Blender must run with
``--enable-event-simulate``. Writes pictures of the window and ``result.json`` there.
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


def steps() -> Iterator[Wait]:
    bpy.ops.extensions.package_install_files(
        filepath=str(ARCHIVE), repo="user_default", enable_on_install=True
    )
    yield 1.0
    view = area("VIEW_3D")
    with bpy.context.temp_override(window=window(), area=view, region=region(view, "WINDOW")):
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.3)
    min(
        (a for a in window().screen.areas if a.type == "VIEW_3D"), key=lambda a: a.y
    ).type = "DOPESHEET_EDITOR"
    area("DOPESHEET_EDITOR").spaces[0].ui_mode = "DOPESHEET"
    yield 1.0
    speak()
    yield from front_view()
    yield from choose_tab()
    area("DOPESHEET_EDITOR").tag_redraw()
    yield 3.0
    picture("blender-panel")
    yield from drag_a_border()
    yield from drag_the_pad()


def speak() -> None:
    scene = bpy.context.scene
    for one in list(bpy.data.objects):
        bpy.data.objects.remove(one)
    scene.render.fps = 24
    bpy.ops.bilabial.add_head()
    draft = scene.bilabial.draft
    bpy.ops.wm.save_as_mainfile(filepath=str(FOLDER / "scene.blend"))
    draft.source, draft.file, draft.text = "FILE", f"//{SOUND.name}", TEXT.read_text(encoding="utf-8").strip()
    assert bpy.ops.bilabial.generate("EXEC_DEFAULT") == {"FINISHED"}
    line = scene.bilabial.lines[0]
    measured["report"] = line.report
    line.word_index = next(i for i, word in enumerate(line.words) if word.end - word.start > 0.4)
    scene.bilabial.show_sound = True
    scene.frame_set(41)


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


def drag_a_border() -> Iterator[Wait]:
    """The end of the chosen word, by the mouse, in the dope sheet."""
    line = bpy.context.scene.bilabial.lines[0]
    index = line.word_index
    dope = area("DOPESHEET_EDITOR")
    here = region(dope, "WINDOW")
    with bpy.context.temp_override(window=window(), area=dope, region=here):
        assert bpy.ops.bilabial.drag_borders("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    yield 1.0
    band = part("ui.sound_band").band_in(bpy.context, here)
    words, wave, _ = band.rows
    was = line.words[index].end
    x, y = here.x + band.x(was) - 1, here.y + (words + wave) / 2
    yield from drag((x, y), (x - 12, y), "blender-words")
    now = bpy.context.scene.bilabial.lines[0].words[index].end
    measured["word"] = {"was": was, "now": now, "wanted": was - 12 / band.a_second}
    event("ESC", "PRESS", x, y)
    yield 1.0
    assert not bpy.context.window_manager.bilabial.dragging


def drag_the_pad() -> Iterator[Wait]:
    view = area("VIEW_3D")
    here = region(view, "WINDOW")
    with bpy.context.temp_override(window=window(), area=view, region=here):
        assert bpy.ops.bilabial.pad("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    yield 1.0
    left, bottom, side = part("ui.operators.pad")._square(here, bpy.context.preferences.system.ui_scale)
    place = [
        (here.x + left + lip * side, here.y + bottom + jaw * side) for lip, jaw in ((0.6, 0.6), (0.8, 0.9))
    ]
    yield from drag(place[0], place[1], "blender-pad")
    line = bpy.context.scene.bilabial.lines[0]
    measured["pad"] = {"lip": line.lip, "jaw": line.jaw}


running = steps()


def leave(error: str | None = None) -> None:
    if error is not None:
        measured["error"] = error
        picture("failed")
    (FOLDER / "result.json").write_text(json.dumps(measured, indent=1))
    sys.stdout.flush()
    os._exit(1 if error else 0)


def tick() -> float:
    try:
        return next(running)
    except StopIteration:
        leave()
    except BaseException:
        leave(traceback.format_exc())
    return 0.0


bpy.app.timers.register(tick, first_interval=3.0)
bpy.app.timers.register(lambda: leave("no end after ten minutes"), first_interval=BUSY_S)
