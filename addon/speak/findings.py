# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check finds in a line as it stands in the scene, and its marks on the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..bilabial.controls import CONTROLS
from ..bilabial.curves.take import SPEECH, Take
from ..bilabial.errors import BilabialError
from ..bilabial.qa.check import judge
from ..bilabial.qa.finding import Report
from ..bilabial.qa.listening import hear_samples
from ..bilabial.qa.subject import Heard
from ..keys.held import read
from ..line import audio, lines, takes
from .in_scene import held_places

if TYPE_CHECKING:
    from ..line.line import Line
    from ..line.takes import Written

_SIGN = "\N{WARNING SIGN}"
_MOST_MARKS = 200


def check(scene: bpy.types.Scene, line: Line) -> Report:
    """Everything but what an ear would say: that takes minutes on a long line, and the Studio asks it."""
    take, before = takes.keyed(line)
    return judge(as_it_stands(take, line, before), lines.title(line), _heard(scene, line))


def as_it_stands(take: Take, line: Line, before: Written) -> Take:
    """The take with the keys that the scene holds now. Where the rig's own channels are keyed instead of the
    speech controls, the take as it was written.
    """
    curves = dict(take.styled(SPEECH))
    found = False
    for name, target, channels in held_places(line, before):
        if name in CONTROLS:
            held = read(channels, target, before.clock, before.span)
            if held is not None:
                curves[name] = held
                found = True
    if not found:
        return take
    return take.with_style(type(take.style)()).with_curves(curves)


def _heard(scene: bpy.types.Scene, line: Line) -> Heard | None:
    """Loudness, flat tops and holes; None where the sound has gone."""
    try:
        hearing = audio.hear(scene, line)
        return hear_samples(audio.decode(hearing), hearing.name, None)
    except (BilabialError, OSError):
        return None


def frame_of(line: Line, seconds: float) -> int:
    _, before = takes.keyed(line)
    return round(float(before.clock.frames(seconds)))


def show_markers(scene: bpy.types.Scene, line: Line, report: Report) -> int:
    """A marker for each finding, the worst first where there are too many."""
    hide_markers(scene)
    for finding in report.findings[:_MOST_MARKS]:
        scene.timeline_markers.new(f"{_SIGN} {finding.kind}", frame=frame_of(line, finding.start))
    return min(len(report.findings), _MOST_MARKS)


def hide_markers(scene: bpy.types.Scene) -> int:
    ours = [marker for marker in scene.timeline_markers if marker.name.startswith(_SIGN)]
    for marker in ours:
        scene.timeline_markers.remove(marker)
    return len(ours)
