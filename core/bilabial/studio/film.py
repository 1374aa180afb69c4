"""A film of the head that speaks a take, with its sound."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from ..atomic import atomic_path
from ..curves.take import Take
from ..errors import BilabialError, Cancelled
from ..phrases import Phrase
from ..render.film import Film
from ..render.looks import FILM as CAMERA
from ..render.looks import mesh_of
from ..render.rasteriser import Camera, render
from ..render.speaking import Speaker

FILM = "Film of the head (.mp4)"  # what the export window calls it
FRAME_RATE = 24
_TAIL_S = 0.5  # the face rests after the sound


def film(
    take: Take,
    sound: Path | None,
    path: Path,
    progress: Callable[[float, str], None] = lambda share, stage: None,
    cancelled: Callable[[], bool] = lambda: False,
    size: int = 480,
    camera: Camera = CAMERA,
    speaker: Speaker | None = None,
) -> None:
    """H.264 and AAC in an .mp4, of the demo head or of another that speaks; without a sound it is silent.

    Raises Cancelled and leaves nothing then.
    """
    if path.suffix.lower() != ".mp4":
        raise BilabialError(Phrase("{0} is no film: give it the suffix .mp4", path.name))
    speaker = speaker or Speaker()
    mesh = mesh_of(speaker.head)
    count = int(np.ceil((take.sound.duration + _TAIL_S) * FRAME_RATE))
    with (
        atomic_path(path) as temporary,
        Film(temporary, path.suffix, (size, size), Fraction(FRAME_RATE), sound) as written,
    ):
        for number in range(count):
            if cancelled():
                raise Cancelled(Phrase("stopped: no film was written"))
            posed = speaker.at(take, number / FRAME_RATE)
            written.add(render(mesh, posed, camera, (size, size), 1, shadows=False))
            progress(number / count, Phrase("drawing"))
    progress(1.0, Phrase("done"))
