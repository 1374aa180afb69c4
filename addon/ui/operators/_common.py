# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators share: running a step, saying how it went, saying why a button is off."""

from collections.abc import Callable

import bpy

from ...bilabial.refusals import EXPECTED, sentence
from ...line import lines
from ...line.line import Line

NO_TAKE = "Generate this line first"


def has_take(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """For polls of what needs a finished line."""
    line = lines.active(context.scene)
    if line.take is None:
        cls.poll_message_set(NO_TAKE)
        return False
    return True


def attempt(operator: bpy.types.Operator, line: Line | None, act: Callable[[], str]) -> set[str]:
    """Run one undoable step; its sentence goes to the status bar and into the panel."""
    try:
        text = act()
    except EXPECTED as error:
        text = sentence(error)
        if line is not None:
            line.report, line.failed = text, True
        operator.report({"ERROR"}, text[:1].upper() + text[1:])
        return {"CANCELLED"}
    if line is not None:
        line.report, line.failed = text, False
    if text:
        operator.report({"INFO"}, text.split("\n")[0])
    return {"FINISHED"}
