"""Runs inside a real Blender with a window: one panel of the built zip open, used and pictured; the sound
band in every editor that shows it. Called by pictures.py with BILABIAL_PANEL: Sounds, Retarget or Whole.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))

from window_hands import (
    ARCHIVE,
    MODULE,
    Wait,
    area,
    choose_tab,
    drag,
    event,
    front_view,
    head_with_line,
    lay_out,
    measured,
    part,
    picture,
    play,
    region,
    window,
)

PANEL = os.environ["BILABIAL_PANEL"]
OPEN = {
    "Whole": {"line.VIEW3D_PT_bilabial", "scene.VIEW3D_PT_bilabial_scene"},
    "Sounds": {
        "line.VIEW3D_PT_bilabial", "sounds.VIEW3D_PT_bilabial_phones", "scene.VIEW3D_PT_bilabial_scene",
    },
    "Retarget": {"retarget.VIEW3D_PT_bilabial_retarget"},
}[PANEL]  # fmt: skip
_LISTENING_S = 60.0  # after which Check Words has failed


def install() -> None:
    """The panels stand open or closed as they are wanted: before they are registered it can be said."""
    bpy.ops.extensions.package_install_files(
        filepath=str(ARCHIVE), repo="user_default", enable_on_install=False
    )
    for room in ("line", "sounds", "scene", "retarget", "style"):
        module = part(f"ui.panels.{room}")
        for name in dir(module):
            if name.startswith("VIEW3D_PT_bilabial"):
                closed = set() if f"{room}.{name}" in OPEN else {"DEFAULT_CLOSED"}
                getattr(module, name).bl_options = closed
    bpy.ops.preferences.addon_enable(module=MODULE)


def steps() -> Iterator[Wait]:
    install()
    yield 1.0
    draft = head_with_line()
    if PANEL == "Sounds":
        yield from check_words(draft)
        words, draft.text = draft.text, ""  # its list would push the one that is pictured out of sight
    assert bpy.ops.bilabial.generate("EXEC_DEFAULT") == {"FINISHED"}
    scene = bpy.context.scene
    line = scene.bilabial.lines[0]
    measured["report"] = line.report
    line.phone_index = next(i for i, one in enumerate(line.phones) if one.group == "MBP" and one.start > 0.8)
    scene.bilabial.show_sound = True
    scene.frame_set(41)
    yield from front_view()
    yield from choose_tab()
    yield 2.0
    if PANEL == "Retarget":
        yield from retarget()
    elif PANEL == "Sounds":
        picture("blender-sounds")
        scene.bilabial.lines[0].text = words
        assert bpy.ops.bilabial.generate("EXEC_DEFAULT") == {"FINISHED"}
        lay_out()
        yield from every_editor()
    else:
        picture("blender-whole")


def check_words(draft: bpy.types.PropertyGroup) -> Iterator[Wait]:
    """The glass beside the words, pressed in a window: the ear listens beside the work."""
    with bpy.context.temp_override(window=window(), area=area("VIEW_3D")):
        assert bpy.ops.bilabial.check_text("INVOKE_DEFAULT") == {"FINISHED"}
    waited = 0.0
    while draft.text_doubt == "Listening ..." and waited < _LISTENING_S:
        yield 0.5
        waited += 0.5
    measured["doubt"] = draft.text_doubt


def every_editor() -> Iterator[Wait]:
    """The band under the keys, curves and strips."""
    below = area("DOPESHEET_EDITOR")
    if hasattr(
        window().workspace, "sequencer_scene"
    ):  # from 5.0 on a sequencer need not show the window's scene
        window().workspace.sequencer_scene = bpy.context.scene
    for kind in ("GRAPH_EDITOR", "SEQUENCE_EDITOR"):
        below.type = kind
        yield 1.0
        here = region(below, "WINDOW")
        with bpy.context.temp_override(window=window(), area=below, region=here):
            if kind == "GRAPH_EDITOR":
                bpy.ops.graph.view_all()
            else:
                bpy.ops.sequencer.view_all()
        yield 2.0
        band = part("ui.sound_band").band_in(bpy.context, here)
        measured[kind] = band is not None and bool(band.rows)
        picture(f"band-{kind.lower()}")


def retarget() -> Iterator[Wait]:
    """A profile of the rig's own, a sound shown and weighed by the mouse, the checks."""
    scene, ours = bpy.context.scene, bpy.context.scene.bilabial
    assert bpy.ops.bilabial.retarget_edit("EXEC_DEFAULT") == {"FINISHED"}
    ours.control = "FV"
    yield 1.5
    sidebar = region(area("VIEW_3D"), "UI")
    scale = bpy.context.preferences.system.ui_scale
    # The slider of the preview, as the panel stacks its rows; dragged from left to right it is all on.
    left, right = sidebar.x + 20 * scale, sidebar.x + sidebar.width - 90 * scale
    for down in range(230, 262, 4):  # below the control's name, above the table
        y = sidebar.y + sidebar.height - down * scale
        yield from drag((left, y), (right, y))
        if ours.preview > 0.5:
            break
    measured["preview"] = ours.preview
    assert ours.preview > 0.5, "the mouse did not move the preview"
    ours.preview = 1.0
    shown = scene.bilabial.lines[0].character.data.shape_keys.key_blocks
    yield 1.0
    measured["lip"] = shown["mouthRollLower"].value
    assert bpy.ops.bilabial.retarget_check("EXEC_DEFAULT") == {"FINISHED"}
    measured["checks"] = ours.checks
    for step in range(3):  # the panel has grown: what lies below it moves with the next drawings
        sidebar.tag_redraw()
        event("MOUSEMOVE", "NOTHING", sidebar.x + 40 + step, sidebar.y + 200)
        yield 1.0
    picture("blender-retarget")


play(steps())
