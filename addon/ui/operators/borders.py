# SPDX-License-Identifier: GPL-3.0-or-later
"""Drag words and phones in the band under the keys. What is dropped is done by the operators of words.py."""

from typing import Any

import bpy

from ...line import lines
from .. import sound_band, sound_band_drawing
from ..sound_band import Band, Grip
from ._common import has_take

_CURSORS = {"start": "MOVE_X", "end": "MOVE_X", "body": "HAND"}


class BILABIAL_OT_drag_borders(bpy.types.Operator):
    bl_description = (
        "Drag words and phones along the bottom of the dope sheet, the graph editor or the sequencer: their "
        "borders, or whole words. Ctrl keeps to whole frames; Esc ends it"
    )

    bl_idname = "bilabial.drag_borders"
    bl_label = "Drag Words and Phones"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if bpy.app.background or context.window is None:
            self.report({"ERROR"}, "Dragging needs a window: use Move Word or Move Border instead")
            return {"CANCELLED"}
        state = context.window_manager.bilabial
        if state.dragging:  # pressed again: the one that runs ends at its next event
            state.dragging = False
            return {"FINISHED"}
        context.scene.bilabial.show_sound = True
        state.dragging = True
        self._grip: Grip | None = None
        self._band: Band | None = None
        self._region_x = 0  # of the region that the mouse took hold in, in the window
        self._shown(context, None, None)
        context.workspace.status_text_set(
            "Drag words and phones under the keys. Ctrl: whole frames. Esc ends."
        )
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        state = context.window_manager.bilabial
        if not state.dragging or lines.active(context.scene).take is None:
            return self._end(context)
        if event.type in {"ESC", "RET", "NUMPAD_ENTER"} and event.value == "PRESS":
            if self._grip is None:
                return self._end(context)
            return self._let_go(context)
        if event.type == "RIGHTMOUSE" and self._grip is not None:
            return self._let_go(context)
        if self._grip is not None and self._band is not None:
            return self._drag(context, event, self._grip, self._band)
        band, x, y = self._under(context, event)
        grip = sound_band.grip_at(band, x, y) if band is not None else None
        if event.type == "LEFTMOUSE" and event.value == "PRESS" and grip is not None and band is not None:
            self._grip, self._band, self._region_x = grip, band, event.mouse_x - x
            self._shown(context, grip, sound_band.moved_to(band, grip, grip.seconds))
            return {"RUNNING_MODAL"}
        if event.type == "MOUSEMOVE" and grip != sound_band_drawing.held:
            context.window.cursor_set(_CURSORS[grip.side] if grip is not None else "DEFAULT")
            self._shown(context, grip, None)
        return {"PASS_THROUGH"}

    def _drag(self, context: bpy.types.Context, event: bpy.types.Event, grip: Grip, band: Band) -> set[str]:
        """The mouse has something in its hand."""
        seconds = band.seconds(event.mouse_x - self._region_x)
        if event.ctrl:
            seconds = sound_band.on_a_frame(band, seconds)
        start, end = sound_band.moved_to(band, grip, seconds)
        if event.type == "MOUSEMOVE":
            self._shown(context, grip, (start, end))
        elif event.type == "LEFTMOUSE" and event.value == "RELEASE":
            self._drop(context, grip, band, (start, end))
        return {"RUNNING_MODAL"}

    def _drop(self, context: bpy.types.Context, grip: Grip, band: Band, to: tuple[float, float]) -> None:
        self._grip = None
        self._shown(context, None, None)
        start, end = to
        held = sound_band.moved_to(band, grip, grip.seconds)
        if max(abs(start - held[0]), abs(end - held[1])) * band.a_second < 1.0:
            if grip.kind == "word":  # a click: choose it
                lines.active(context.scene).word_index = grip.index
            return
        if grip.kind == "word":
            bpy.ops.bilabial.word_move("EXEC_DEFAULT", True, number=grip.index, start=start, end=end)
        else:
            moment = start if grip.side == "start" else end
            bpy.ops.bilabial.border_move(
                "EXEC_DEFAULT", True, index=grip.index, side=grip.side, seconds=max(0.0, moment)
            )
        sound_band.redraw(context)

    def _let_go(self, context: bpy.types.Context) -> set[str]:
        """What is in hand goes back where it was."""
        self._grip = None
        self._shown(context, None, None)
        return {"RUNNING_MODAL"}

    def _under(self, context: bpy.types.Context, event: bpy.types.Event) -> tuple[Band | None, int, int]:
        """The band under the mouse, and where in its region the mouse is."""
        for area in context.screen.areas:
            if area.type not in sound_band.EDITORS:
                continue
            for region in area.regions:
                x, y = event.mouse_x - region.x, event.mouse_y - region.y
                if region.type == "WINDOW" and 0 <= x < region.width and 0 <= y < region.height:
                    return sound_band.band_in(context, region), x, y
        return None, 0, 0

    def _shown(self, context: bpy.types.Context, grip: Grip | None, at: tuple[float, float] | None) -> None:
        sound_band_drawing.held, sound_band_drawing.held_at = grip, at
        sound_band.redraw(context)

    def _end(self, context: bpy.types.Context) -> set[str]:
        self.cancel(context)
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        context.window_manager.bilabial.dragging = False
        if context.window is not None:
            context.window.cursor_set("DEFAULT")
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        self._shown(context, None, None)


def draw_switch(self: Any, context: bpy.types.Context) -> None:
    """In the headers of the editors that show the band."""
    from ...line import takes

    ours = context.scene.bilabial
    line = lines.active(context.scene)
    if line.take is None or takes.clock_of(line) is None:
        return
    row = self.layout.row(align=True)
    row.prop(ours, "show_sound", text="", icon="SOUND")
    row.operator(
        "bilabial.drag_borders", text="", icon="ARROW_LEFTRIGHT",
        depress=context.window_manager.bilabial.dragging,
    )  # fmt: skip


CLASSES = (BILABIAL_OT_drag_borders,)
