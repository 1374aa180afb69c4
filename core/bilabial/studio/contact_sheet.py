"""The mouth at every closure of a line, frame by frame, as one picture: what a director looks at first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..curves.take import Take
from ..errors import BilabialError, Cancelled
from ..phrases import Phrase
from ..qa.subject import Subject, frames_within
from ..render.looks import MOUTH, mesh_of
from ..render.rasteriser import render
from ..render.speaking import Speaker

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """``picture`` (height, width, 3); ``cells``: for each closure, left to right and down, its moment, how
    far the lips stay apart (metres) and its sound.
    """

    picture: Pixels
    columns: int
    side: int  # pixels of a cell
    cells: tuple[tuple[float, float, str], ...]


def contact_sheet(
    take: Take,
    fps: float = 24.0,
    columns: int = 6,
    side: int = 128,
    progress: Callable[[float, str], None] = lambda share, stage: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sheet:
    """In each cell the frame in which the lips come closest. Raises BilabialError where nothing closes."""
    subject = Subject(take)
    closures = [event for event in subject.events if event.kind == "closure"]
    if not closures:
        raise BilabialError(Phrase("the line has no m, b or p, so there is no closure to show"))
    speaker = Speaker()
    mesh = mesh_of(speaker.head)
    cells: list[tuple[float, float, str]] = []
    rows = -(-len(closures) // columns)
    sheet = np.full((rows * side, columns * side, 3), 40, np.uint8)
    for number, event in enumerate(closures):
        if cancelled():
            raise Cancelled(Phrase("stopped: there is no sheet"))
        progress(number / len(closures), Phrase("drawing"))
        moments = frames_within(event.start, event.end, round(fps))
        posed = [speaker.at(take, float(moment)) for moment in moments]
        gaps = [float(speaker.head.lip_gap(vertices).max()) for vertices in posed]
        best = int(np.argmin(gaps))
        picture = render(mesh, posed[best], MOUTH, (side, side), 1, shadows=False)
        top, left = number // columns * side, number % columns * side
        sheet[top : top + side, left : left + side] = picture
        said = next((p.label for p in take.phones if p.start - 0.05 <= event.start < p.end), "")
        cells.append((float(moments[best]), gaps[best], said))
    return Sheet(sheet, columns, side, tuple(cells))
