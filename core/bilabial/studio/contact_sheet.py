"""The mouth at every closure of a line, frame by frame, as one picture: what a director looks at first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..curves.take import Take
from ..errors import BilabialError, Cancelled
from ..phrases import Phrase
from ..qa.limits import LIPS_MEET, RIG_MEETS
from ..qa.mouth import reference_mouth
from ..qa.subject import Floats, Subject, frames_within
from ..render.looks import MOUTH, mesh_of
from ..render.rasteriser import render
from ..render.speaking import Speaker
from ..retarget.evaluate import lip_gap

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Cell:
    moment: float  # seconds
    said: str  # the sound
    apart: str  # how far the lips stay apart, in the head's own measure; empty where they meet


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """``picture`` (height, width, 3); ``cells`` for each closure, left to right and down."""

    picture: Pixels
    columns: int
    side: int  # pixels of a cell
    cells: tuple[Cell, ...]


def contact_sheet(
    take: Take,
    fps: float = 24.0,
    columns: int = 6,
    side: int = 128,
    speaker: Speaker | None = None,
    progress: Callable[[float, str], None] = lambda share, stage: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sheet:
    """In each cell the frame in which the lips come closest, of the demo head or of another that speaks.

    Raises BilabialError where nothing closes.
    """
    subject = Subject(take)
    closures = [event for event in subject.events if event.kind == "closure"]
    if not closures:
        raise BilabialError(Phrase("the line has no m, b or p, so there is no closure to show"))
    speaker = speaker or Speaker()
    mesh = mesh_of(speaker.head)
    cells: list[Cell] = []
    rows = -(-len(closures) // columns)
    sheet = np.full((rows * side, columns * side, 3), 40, np.uint8)
    for number, event in enumerate(closures):
        if cancelled():
            raise Cancelled(Phrase("stopped: there is no sheet"))
        progress(number / len(closures), Phrase("drawing"))
        moments = frames_within(event.start, event.end, round(fps))
        gaps, limit, unit = _gaps(speaker, subject, take, moments)
        best = int(np.argmin(gaps))
        picture = render(mesh, speaker.at(take, float(moments[best])), MOUTH, (side, side), 1, shadows=False)
        top, left = number // columns * side, number % columns * side
        sheet[top : top + side, left : left + side] = picture
        said = next((p.label for p in take.phones if p.start - 0.05 <= event.start < p.end), "")
        gap = float(gaps[best])
        cells.append(Cell(float(moments[best]), said, "" if gap <= limit else unit.format(gap)))
    return Sheet(sheet, columns, side, tuple(cells))


def _gaps(speaker: Speaker, subject: Subject, take: Take, moments: Floats) -> tuple[Floats, float, str]:
    """How far the lips are apart at these moments, from where on they do not meet, and how that is said.

    The demo head's lips are measured; of another head its profile says how far they are; where it does not,
    the demo head's stand for them.
    """
    if not speaker.is_own:
        gaps = [speaker.head.lip_gap(speaker.at(take, float(moment))).max() for moment in moments]
        return np.array(gaps) * 1000.0, LIPS_MEET * 1000.0, "{0:.1f} mm"
    if speaker.profile.gap:
        values = speaker.pose(take, moments).values
        return lip_gap(speaker.profile, values) * 100.0, RIG_MEETS * 100.0, "{0:.0f} %"
    openings = reference_mouth().openings(subject.controls_at(moments))
    return openings * 1000.0, LIPS_MEET * 1000.0, "{0:.1f} mm"
