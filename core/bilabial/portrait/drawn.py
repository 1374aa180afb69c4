"""The other engine: a trained network draws each frame of a small, aligned face from one still and sound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..atomic import atomic_path
from ..audio.reading import read_blocks
from ..errors import Cancelled
from ..models.families.portrait.generator import PortraitSession, load_generator
from ..models.families.portrait.shape import FRAME_RATE
from ..render.film import Film, check_name
from .points import FacePoints
from .sampling import packed, sample, unpacked
from .speak import BACKGROUND, FilmOptions
from .stills import Still, over_colour
from .synthetic import NOTE

Picture = NDArray[np.uint8]
Progress = Callable[[float, str], None]

# How faces are aligned for the network, in pixels of a picture 96 wide: GRID's films are so.
_WIDTH, _EYES_APART, _EYES_AT = 96.0, 42.0, (48.0, 46.0)
_FINER = 4  # samples a side of each pixel of the small picture


def aligned(still: Picture, points: FacePoints, width: int, height: int) -> Picture:
    """The face as the network wants it, RGB (height, width, 3)."""
    middle = (points.eye("Left") + points.eye("Right")) / 2
    unit = points.eye_distance / _EYES_APART
    columns = (np.arange(width * _FINER) + 0.5) / (width * _FINER) * _WIDTH - _EYES_AT[0]
    rows = (np.arange(height * _FINER) + 0.5) / (width * _FINER) * _WIDTH - _EYES_AT[1]
    across, down = np.meshgrid(columns * unit, rows * unit)
    cosine, sine = np.cos(points.roll), np.sin(points.roll)
    x = (middle[0] + across * cosine - down * sine).astype(np.float32)
    y = (middle[1] + across * sine + down * cosine).astype(np.float32)
    fine = unpacked(sample(packed(np.ascontiguousarray(still)), x, y))[..., :3].astype(np.float32)
    blocks = fine.reshape(height, _FINER, width, _FINER, 3).mean((1, 3))
    return np.asarray(blocks + 0.5, np.float32).astype(np.uint8)


def drawn_film(
    still: Still,
    points: FacePoints,
    sound: Path,
    duration: float,
    model: Path,
    output: Path,
    options: FilmOptions | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    seed: int | None = None,
) -> int:
    """Write the film that a portrait model draws; the number of its frames. ``seed``: of the network's noise,
    which moves what the sound does not say; None: it has none.
    """
    options = options or FilmOptions()
    check_name(output)
    points.check(*still.size)
    generator = load_generator(model)
    face = aligned(
        over_colour(still.pixels, BACKGROUND), points, generator.shape.width, generator.shape.height
    )
    times = max(1, round(still.size[1] / generator.shape.height / 2) * 2)
    size = (generator.shape.width * times, generator.shape.height * times)
    session = generator.session(face, seed)
    total = max(1, int(duration * FRAME_RATE))
    count = 0
    with (
        atomic_path(output) as place,
        Film(place, output.suffix, size, options.fps, sound, note=NOTE) as film,
    ):
        for count, frame in enumerate(_frames(session, read_blocks(sound, 1.0)), start=1):
            if cancelled is not None and cancelled():
                raise Cancelled("stopped: nothing was written")
            film.add(_large(frame, times))
            if progress is not None:
                progress(min(count / total, 1.0), "drawing")
    return count


def _frames(session: PortraitSession, blocks: Iterable[NDArray[np.float32]]) -> Iterator[Picture]:
    for block in blocks:
        yield from session.push(block)
    yield from session.finish()


def _large(frame: Picture, times: int) -> Picture:
    """RGBA, ``times`` as large, with lines between the pixels' middles."""
    height, width = frame.shape[:2]
    opaque = np.concatenate((frame, np.full((height, width, 1), 255, np.uint8)), axis=2)
    x = (np.arange(width * times, dtype=np.float32) + 0.5) / times - 0.5
    y = (np.arange(height * times, dtype=np.float32)[:, None] + 0.5) / times - 0.5
    across, down = np.broadcast_arrays(x, y)
    return unpacked(sample(packed(opaque), across, down))
