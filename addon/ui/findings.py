# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of a line: a button, a list that jumps, markers. What it found lives with the window alone."""

from typing import Any

import bpy
from bpy.props import CollectionProperty, FloatProperty, IntProperty, StringProperty

from ..line import lines
from .operators._common import attempt, has_take


class BilabialFinding(bpy.types.PropertyGroup):
    """One finding of a check."""

    kind: StringProperty()
    reason: StringProperty()
    frame: IntProperty()
    severity: FloatProperty()


def _jump(found: Any, context: bpy.types.Context) -> None:
    """The playhead goes where the chosen finding is."""
    if 0 <= found.index < len(found.items):
        context.scene.frame_set(found.items[found.index].frame)


class BilabialFindings(bpy.types.PropertyGroup):
    """The findings of the line that was checked last."""

    items: CollectionProperty(type=BilabialFinding)
    index: IntProperty(default=-1, update=_jump, name="Finding", description="Go to this moment")
    score: FloatProperty(default=-1.0)
    uid: IntProperty()


class BILABIAL_OT_check(bpy.types.Operator):
    """Look for lips that stay open on m, b, p, twitches, moving mouths in pauses, keys too many"""

    bl_idname = "bilabial.check"
    bl_label = "Check Line"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_take(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..speak import findings

        scene, line = context.scene, lines.active(context.scene)

        def act() -> str:
            report = findings.check(scene, line)
            shown = context.window_manager.bilabial_findings
            shown.items.clear()
            for found in report.findings:
                item = shown.items.add()
                item.name = f"{found.start:.2f} s  {found.kind}"
                item.kind, item.reason, item.severity = found.kind, found.reason, found.severity
                item.frame = findings.frame_of(line, found.start)
            shown["index"] = -1  # nothing is jumped to unasked
            shown.score, shown.uid = report.score, line.uid
            count = findings.show_markers(scene, line, report)
            return f"{report.score:.0f} of 100: {count or 'no'} finding{'' if count == 1 else 's'}."

        return attempt(self, line, act)


class BILABIAL_OT_findings_clear(bpy.types.Operator):
    """Take the findings away from the list and the timeline"""

    bl_idname = "bilabial.findings_clear"
    bl_label = "Clear Findings"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..speak import findings

        shown = context.window_manager.bilabial_findings
        shown.items.clear()
        shown.score = -1.0
        findings.hide_markers(context.scene)
        return {"FINISHED"}


class BILABIAL_UL_findings(bpy.types.UIList):
    """Findings, worst first."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: Any,
        item: Any,
        icon: int,
        active_data: Any,
        active_property: str,
        index: int = 0,
        flt_flag: int = 0,
    ) -> None:
        row = layout.row()
        row.alert = item.severity > 0.5
        row.label(text=f"{item.name}: {item.reason}", icon="ERROR" if item.severity > 0.5 else "INFO")


class VIEW3D_PT_bilabial_findings(bpy.types.Panel):
    bl_label = "Check"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lip-Sync"
    bl_parent_id = "VIEW3D_PT_bilabial"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        shown = context.window_manager.bilabial_findings
        row = layout.row(align=True)
        row.operator("bilabial.check", icon="CHECKMARK")
        row.operator("bilabial.findings_clear", text="", icon="X")
        if shown.score >= 0.0 and shown.uid == lines.active(context.scene).uid:
            layout.label(text=f"{shown.score:.0f} of 100")
            layout.template_list("BILABIAL_UL_findings", "", shown, "items", shown, "index", rows=4)


CLASSES = (
    BilabialFinding,
    BilabialFindings,
    BILABIAL_OT_check,
    BILABIAL_OT_findings_clear,
    BILABIAL_UL_findings,
    VIEW3D_PT_bilabial_findings,
)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.WindowManager.bilabial_findings = bpy.props.PointerProperty(type=BilabialFindings)


def unregister() -> None:
    del bpy.types.WindowManager.bilabial_findings
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
