# SPDX-License-Identifier: GPL-3.0-or-later
"""The line's take as a file that others work on too: noticed when it changes, fetched, sent."""

from pathlib import Path

import bpy

from ..line import lines
from .operators._common import attempt, has_take

LOOK_S = 2.0  # between two looks at the file
NEWER = "Changed outside: fetch it"
NEW = "There is a take beside the sound"
_seen: dict[int, tuple[object, str]] = {}  # by line: the file's stamp, and what to tell


def look(scene: bpy.types.Scene) -> str:
    """What to tell of the active line's file now. The file is read only where its stamp is another one."""
    from ..speak import take_file

    line = lines.active(scene)
    path = take_file.place_of(scene, line)
    stamp = (str(path), _stamp(path), line.take.get("bilabial_file", "") if line.take is not None else "")
    if line.uid not in _seen or _seen[line.uid][0] != stamp:
        told = ""
        if take_file.is_changed(line, path):
            told = NEW if take_file.kept(line) is None else NEWER
        _seen[line.uid] = (stamp, told)
    return _seen[line.uid][1]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def told_of(scene: bpy.types.Scene) -> str:
    """What the last look told; drawing reads no disk."""
    return _seen.get(lines.active(scene).uid, (None, ""))[1]


def watch() -> float:
    """Blender's timer: a look now and then, and the panel is drawn anew where it tells something else."""
    from ..bilabial.refusals import EXPECTED

    scene = bpy.context.scene
    if scene is not None and len(scene.bilabial.lines):
        before = told_of(scene)
        try:
            now = look(scene)
        except EXPECTED:  # no sound yet, a drive that is gone: the line itself says so
            now = ""
        if now != before:
            _redraw()
    return LOOK_S


def _redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


class BILABIAL_OT_take_fetch(bpy.types.Operator):
    """Bring in the take that lies beside the sound, as the Studio or the terminal left it. Your keys stay"""

    bl_idname = "bilabial.take_fetch"
    bl_label = "Fetch"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..speak import take_file

        scene, line = context.scene, lines.active(context.scene)
        lines.complete(context, line)

        def act() -> str:
            if line.uid:
                return str(take_file.fetch(scene, line))
            made = lines.add(scene, like=line)  # a draft becomes a line
            try:
                return str(take_file.fetch(scene, made))
            except BaseException:
                lines.remove(scene, len(scene.bilabial.lines) - 1)
                raise

        done = attempt(self, line, act)
        _seen.clear()
        return done


class BILABIAL_OT_take_send(bpy.types.Operator):
    """Write this line's take, with your keys, beside the sound for the Studio. What others changed stays"""

    bl_idname = "bilabial.take_send"
    bl_label = "Send"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..speak import take_file

        scene, line = context.scene, lines.active(context.scene)
        done = attempt(self, line, lambda: take_file.send(scene, line))
        _seen.pop(line.uid, None)
        return done


class VIEW3D_PT_bilabial_take_file(bpy.types.Panel):
    bl_label = "Take File"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lip-Sync"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        if told_of(context.scene):
            self.layout.label(text="", icon="ERROR")

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        told = told_of(context.scene)
        if told:
            layout.label(text=told, icon="ERROR")
        row = layout.row(align=True)
        row.operator("bilabial.take_fetch", icon="IMPORT")
        row.operator("bilabial.take_send", icon="EXPORT")


CLASSES = (BILABIAL_OT_take_fetch, BILABIAL_OT_take_send, VIEW3D_PT_bilabial_take_file)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.app.timers.register(watch, first_interval=LOOK_S, persistent=True)


def unregister() -> None:
    if bpy.app.timers.is_registered(watch):
        bpy.app.timers.unregister(watch)
    _seen.clear()
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
