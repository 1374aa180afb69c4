# SPDX-License-Identifier: GPL-3.0-or-later
"""The JALI pad: a square over the 3D view, jaw upwards, lips to the right. Drag in it and the mouth
follows.
"""

import bpy

from ...bilabial.refusals import EXPECTED, sentence
from ...host.without_callbacks import quiet
from ...line import lines
from ...line.line import Line
from ._common import has_take

_SIZE, _MARGIN = 220, 40  # pixels at a user-interface scale of 1
_NAMED = ("neutral", "mumble", "shout", "whisper", "ventriloquist")


def _square(region: bpy.types.Region, scale: float) -> tuple[float, float, float]:
    """Left, bottom and side of the pad inside a region, in pixels."""
    side = _SIZE * scale
    return 2 * _MARGIN * scale, 1.5 * _MARGIN * scale, side


class _State:
    """What the drawing needs."""

    def __init__(
        self,
        region: bpy.types.Region,
        scale: float,
        places: dict[str, tuple[float, float]],
        jaw: float,
        lip: float,
    ) -> None:
        self.region, self.scale, self.places, self.jaw, self.lip = region, scale, places, jaw, lip


def _draw(state: _State) -> None:
    """The pad itself. ``state`` is a plain object, so that nothing keeps a dead operator alive."""
    import blf
    import gpu
    from gpu_extras.batch import batch_for_shader

    if bpy.context.region != state.region:  # another 3D view of the same window
        return
    left, bottom, side = _square(state.region, state.scale)
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")

    def fill(
        points: list[tuple[float, float]], colour: tuple[float, float, float, float], kind: str = "TRI_FAN"
    ) -> None:
        shader.bind()
        shader.uniform_float("color", colour)
        batch_for_shader(shader, kind, {"pos": points}).draw(shader)

    def dot(x: float, y: float, radius: float, colour: tuple[float, float, float, float]) -> None:
        from math import cos, pi, sin

        ring = [(x + radius * cos(2 * pi * i / 20), y + radius * sin(2 * pi * i / 20)) for i in range(20)]
        fill(ring, colour)

    frame = 26 * state.scale
    fill(
        [
            (left - frame, bottom - frame),
            (left + side + frame, bottom - frame),
            (left + side + frame, bottom + side + frame),
            (left - frame, bottom + side + frame),
        ],
        (0.08, 0.08, 0.09, 0.85),
    )
    fill(
        [(left, bottom), (left + side, bottom), (left + side, bottom + side), (left, bottom + side)],
        (0.2, 0.2, 0.22, 0.95),
    )
    for part in (0.2, 0.4, 0.6, 0.8):
        strong = 0.35 if part == 0.6 else 0.12
        x, y = left + part * side, bottom + part * side
        fill([(x, bottom), (x, bottom + side)], (1, 1, 1, strong), "LINES")
        fill([(left, y), (left + side, y)], (1, 1, 1, strong), "LINES")
    font = 0
    blf.size(font, 11 * state.scale)
    for name, (lip, jaw) in state.places.items():
        x, y = left + lip * side, bottom + jaw * side
        dot(x, y, 3 * state.scale, (0.75, 0.75, 0.78, 0.9))
        blf.color(font, 0.85, 0.85, 0.88, 0.9)
        width = blf.dimensions(font, name)[0]
        blf.position(font, min(x + 6 * state.scale, left + side - width), y + 5 * state.scale, 0)
        blf.draw(font, name)
    blf.color(font, 1, 1, 1, 1)
    blf.position(font, left, bottom - 17 * state.scale, 0)
    blf.draw(font, f"Lip {state.lip:.2f}   Jaw {state.jaw:.2f}   (Esc goes back)")
    dot(left + state.lip * side, bottom + state.jaw * side, 7 * state.scale, (0.33, 0.6, 1.0, 1.0))
    gpu.state.blend_set("NONE")


class BILABIAL_OT_pad(bpy.types.Operator):
    bl_description = (
        "Open the jaw-lip pad in the 3D view: drag in it and the performance follows at once. A click"
        " keeps it, Esc goes back"
    )

    bl_idname = "bilabial.pad"
    bl_label = "Jaw-Lip Pad"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_take(cls, context):
            return False
        if context.area is None or context.area.type != "VIEW_3D":
            cls.poll_message_set("The pad opens in a 3D view")
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        from ...bilabial.curves.style import PRESETS
        from ...line import sliders

        line = lines.active(context.scene)
        self._uid, self._before = line.uid, (line.jaw, line.lip)
        places = {name: sliders.place_of(PRESETS[name]) for name in _NAMED}
        region = next(r for r in context.area.regions if r.type == "WINDOW")
        self._state = _State(region, context.preferences.system.ui_scale, places, line.jaw, line.lip)
        self._held = False
        self._handle = bpy.types.SpaceView3D.draw_handler_add(_draw, (self._state,), "WINDOW", "POST_PIXEL")
        self._area = context.area
        context.window_manager.modal_handler_add(self)
        self._area.tag_redraw()
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        line = lines.by_uid(context.scene, self._uid)
        if line is None or (event.type in {"ESC", "RIGHTMOUSE"} and event.value == "PRESS"):
            if line is not None:
                self._go(context, line, *self._before)
            self._close()
            return {"CANCELLED"}
        inside = self._place(event)
        if event.type == "LEFTMOUSE" and event.value == "PRESS":
            if inside is None:
                self._close()
                return {"FINISHED"}
            self._held = True
            self._go(context, line, *inside)
            return {"RUNNING_MODAL"}
        if event.type == "MOUSEMOVE" and self._held:
            jaw, lip = self._under(event)
            self._go(context, line, min(max(jaw, 0.0), 1.0), min(max(lip, 0.0), 1.0))
            return {"RUNNING_MODAL"}
        if event.type == "LEFTMOUSE" and event.value == "RELEASE" and self._held:
            self._close()
            return {"FINISHED"}
        if event.type in {"RET", "NUMPAD_ENTER"}:
            self._close()
            return {"FINISHED"}
        # Playing and scrubbing go on underneath.
        return {"PASS_THROUGH"} if inside is None or event.type in {"SPACE", "TIMER"} else {"RUNNING_MODAL"}

    def _under(self, event: bpy.types.Event) -> tuple[float, float]:
        """(jaw, lip) under the mouse; the pad is from 0 to 1."""
        region = self._state.region
        left, bottom, side = _square(region, self._state.scale)
        return (event.mouse_y - region.y - bottom) / side, (event.mouse_x - region.x - left) / side

    def _place(self, event: bpy.types.Event) -> tuple[float, float] | None:
        """The same inside the pad and a little around it; None elsewhere."""
        jaw, lip = self._under(event)
        if not (-0.1 <= lip <= 1.1 and -0.1 <= jaw <= 1.1):
            return None
        return min(max(jaw, 0.0), 1.0), min(max(lip, 0.0), 1.0)

    def _go(self, context: bpy.types.Context, line: Line, jaw: float, lip: float) -> None:
        from ...speak import delivery

        with quiet():
            line.jaw, line.lip = jaw, lip
        self._state.jaw, self._state.lip = jaw, lip
        try:
            line.report, line.failed = delivery.restyle(context.scene, line).text(), False
        except EXPECTED as error:
            line.report, line.failed = sentence(error), True
        self._area.tag_redraw()

    def _close(self) -> None:
        bpy.types.SpaceView3D.draw_handler_remove(self._handle, "WINDOW")
        self._area.tag_redraw()

    def cancel(self, _context: bpy.types.Context) -> None:
        self._close()


CLASSES = (BILABIAL_OT_pad,)
