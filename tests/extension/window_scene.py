"""Runs inside a real Blender with a window: the built zip, used by the mouse. Called by pictures.py."""

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
    drag,
    event,
    front_view,
    head_with_line,
    install,
    lay_out,
    measured,
    part,
    picture,
    play,
    region,
    window,
)


def steps() -> Iterator[Wait]:
    install()
    yield 1.0
    lay_out()
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
    head_with_line()
    assert bpy.ops.bilabial.generate("EXEC_DEFAULT") == {"FINISHED"}
    scene = bpy.context.scene
    line = scene.bilabial.lines[0]
    measured["report"] = line.report
    line.word_index = next(i for i, word in enumerate(line.words) if word.end - word.start > 0.4)
    scene.bilabial.show_sound = True
    scene.frame_set(41)


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


play(steps())
