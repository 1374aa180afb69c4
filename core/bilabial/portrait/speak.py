"""A still and a take to a film: the front door of this folder."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..atomic import atomic_path
from ..curves.take import Take
from ..errors import Cancelled
from ..render.demo_head import load_head
from ..render.film import Film, check_name, keeps_transparency
from .inside import Inside, palette_of
from .mesh import lay_mesh
from .points import FacePoints
from .poses import Player
from .settle import settled
from .stills import Still, even, over_colour
from .synthetic import NOTE
from .warp import Painter, Pose

Picture = NDArray[np.uint8]
Progress = Callable[[float, str], None]

LOWEST_RATE, HIGHEST_RATE = 1, 120  # frames a second
BACKGROUND = (255, 255, 255)
_AHEAD = 3  # frames that each worker may be ahead of the encoder


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """How a film is made."""

    fps: Fraction = Fraction(25)
    background: tuple[int, int, int] = (
        BACKGROUND  # sRGB, behind a transparent still in a film without transparency
    )
    blink: bool = True  # where the take has no lids of its own
    workers: int = 2  # frames painted at once


def painter_of(still: Still, points: FacePoints, background: tuple[int, int, int] | None = None) -> Painter:
    """What draws poses of a still whose face lies at ``points``."""
    width, height = still.size
    points.check(width, height)
    head = load_head()
    pixels = still.pixels
    if background is not None and still.transparent:
        pixels = over_colour(pixels, background)
    pixels = np.ascontiguousarray(even(pixels))
    mesh = lay_mesh(head, settled(points, pixels))
    return Painter(pixels, mesh, Inside(head, mesh, pixels, palette_of(pixels, mesh)))


def film(
    still: Still,
    points: FacePoints,
    take: Take,
    sound: Path | None,
    output: Path,
    options: FilmOptions | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Write the film of a still that speaks a take; the number of its frames."""
    options = options or FilmOptions()
    check_name(output)
    clear = still.transparent and keeps_transparency(output)
    painter = painter_of(still, points, None if clear else options.background)
    height, width = painter.still.shape[:2]
    player = Player(take, painter.mesh.names, float(options.fps), options.blink)
    with (
        atomic_path(output) as place,
        Film(place, output.suffix, (width, height), options.fps, sound, clear, NOTE) as written,
    ):
        for number, frame in enumerate(painted(painter, player, options.workers), start=1):
            if cancelled is not None and cancelled():
                raise Cancelled("stopped: nothing was written")
            written.add(frame)
            if progress is not None:
                progress(number / len(player), "painting")
    return len(player)


def painted(painter: Painter, poses: Iterable[Pose], workers: int) -> Iterator[Picture]:
    """The frames of poses in order, painted side by side; poses that do not change are painted once."""
    waiting: deque[Future[Picture]] = deque()
    last: tuple[Pose, Future[Picture]] | None = None
    with ThreadPoolExecutor(max(1, workers)) as pool:
        try:
            for pose in poses:
                if last is None or not last[0].same(pose):
                    last = pose, pool.submit(painter.paint, pose)
                waiting.append(last[1])
                if len(waiting) > _AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
