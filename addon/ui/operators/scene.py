# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of lines."""

from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty

from ...bilabial.errors import BilabialError
from ...host import preferences
from ...host.without_callbacks import quiet
from ...line import lines
from ...line.line import Line
from ._common import attempt


class BILABIAL_OT_line_add(bpy.types.Operator):
    """Add a line: the selected character, and the next sound strip that no line speaks yet"""

    bl_idname = "bilabial.line_add"
    bl_label = "Add Line"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        add_line(context)
        return {"FINISHED"}


def add_line(context: bpy.types.Context) -> Line:
    """A new line with the user's defaults and what the selection suggests."""
    scene = context.scene
    ours = scene.bilabial
    first = not len(ours.lines)
    with quiet():
        line = lines.add(scene, like=ours.draft if first else None)
        defaults = preferences.of(context)
        if defaults is not None and not first:
            line.target, line.tolerance = defaults.target, defaults.tolerance
        lines.complete(context, line)
    return line


class BILABIAL_OT_line_remove(bpy.types.Operator):
    bl_description = (
        "Remove the chosen line from the table. Its keys stay on the character; clear them first if "
        "you do not want them"
    )

    bl_idname = "bilabial.line_remove"
    bl_label = "Remove Line"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not len(context.scene.bilabial.lines):
            cls.poll_message_set("The table is empty")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...speak import in_scene

        in_scene.hand_over(context.scene, lines.active(context.scene))
        lines.remove(context.scene, context.scene.bilabial.index)
        return {"FINISHED"}


class BILABIAL_OT_line_move(bpy.types.Operator):
    """Move the chosen line up or down in the table"""

    bl_idname = "bilabial.line_move"
    bl_label = "Move Line"
    bl_options = {"REGISTER", "UNDO"}

    direction: EnumProperty(items=(("UP", "Up", "One up"), ("DOWN", "Down", "One down")))

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if len(context.scene.bilabial.lines) < 2:
            cls.poll_message_set("The table has no second line")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        ours = context.scene.bilabial
        to = ours.index + (-1 if self.direction == "UP" else 1)
        if 0 <= to < len(ours.lines):
            ours.lines.move(ours.index, to)
            ours.index = to
        return {"FINISHED"}


class BILABIAL_OT_lines_import(bpy.types.Operator):
    bl_description = (
        "Fill the table from a csv with the columns character, sound and start (a frame), and "
        "optionally rig, model, phones, text, target and style"
    )

    bl_idname = "bilabial.lines_import"
    bl_label = "Import Lines"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH")
    filter_glob: StringProperty(default="*.csv", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ...line import batch

        def act() -> str:
            if not self.filepath:
                raise BilabialError("no csv is chosen: pick the file that lists the lines")
            rows = batch.read_rows(Path(self.filepath))
            for row in rows:
                batch.add_line(context, row)
            return f"{len(rows)} lines added."

        return attempt(self, None, act)


def _manual() -> Path:
    """The manual's first page: inside the built extension, or in the checkout."""
    addon = Path(__file__).resolve().parents[2]
    built = addon / "manual" / "blender.html"
    return built if built.is_file() else addon.parent / "docs" / "blender.md"


class BILABIAL_OT_manual(bpy.types.Operator):
    """Open the manual, which came with the extension and needs no network"""

    bl_idname = "bilabial.manual"
    bl_label = "Manual"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        bpy.ops.wm.path_open(filepath=str(_manual()))
        return {"FINISHED"}


class BILABIAL_OT_report(bpy.types.Operator):
    """Show the whole report of the last generation"""

    bl_idname = "bilabial.report"
    bl_label = "Report"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not context.scene.bilabial.report:
            cls.poll_message_set("Nothing has been generated in this scene yet")
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_popup(self, width=600)

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column(align=True)
        for sentence in context.scene.bilabial.report.split("\n"):
            column.label(text=sentence)

    def execute(self, context: bpy.types.Context) -> set[str]:
        self.report({"INFO"}, context.scene.bilabial.report)
        return {"FINISHED"}


CLASSES = (
    BILABIAL_OT_line_add,
    BILABIAL_OT_line_remove,
    BILABIAL_OT_line_move,
    BILABIAL_OT_lines_import,
    BILABIAL_OT_manual,
    BILABIAL_OT_report,
)
