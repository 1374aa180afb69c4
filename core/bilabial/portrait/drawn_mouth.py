"""A drawn mouth that stands open: one dark shape on skin, with no lips around it.

The landmarks of a network for photographs lie somewhere inside of such a shape. Its outline is where the lips
are, so that no more of it is left over when they shut than a line in the drawing's own ink.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .fitting import still_gap
from .points import FacePoints

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Picture = NDArray[np.uint8]

_CELLS = 121  # a side of the grid that is laid over the mouth
_REACH = 0.95  # how far it reaches from the mouth's middle, in widths of the mouth as found
_OTHER = 0.17  # of 255: colours that differ more from the skin's are not skin
_DARK = 0.45  # of the skin's brightness
_NEAR = 0.3  # mouths' widths from the middle: the shape is sought from there
_NARROWEST, _FLATTEST = 0.45, 0.14  # of the mouth's width: a smaller shape, or a line, is no open mouth
_SOLID = 0.5  # of its box that a shape fills at least
_DARK_INSIDE = 0.3  # of a shape that is dark at least: the rest are teeth and tongue
_DARK_EDGE = 0.7  # of its upper edge: a photograph's has a lip there
_LINE = 0.02  # of the shape's width: so much of its edge stays with each lip, and is their line when they shut
_POINTS = 17  # of a line of the outline


def outlined(points: FacePoints, picture: Picture) -> FacePoints | None:
    """The points with such a shape's outline as the lips' edges; None where the mouth is no such shape."""
    if still_gap(points) == 0 and not points.by_hand:
        return None  # closed lips that were found are a line
    across = np.array((np.cos(points.roll), np.sin(points.roll)))
    axes = np.stack((across, (-across[1], across[0])))
    centre = (points.lines["seamUpper"].mean(0) + points.lines["seamLower"].mean(0)) / 2
    steps = np.linspace(-_REACH, _REACH, _CELLS) * points.mouth_width
    u, v = np.meshgrid(steps, steps)
    shape = _shape(_colours(picture, centre + np.stack((u, v), axis=2) @ axes))
    if shape is None:
        return None
    columns = np.flatnonzero(shape.any(0))
    top, bottom = shape.argmax(0)[columns], _CELLS - 1 - shape[::-1].argmax(0)[columns]
    inset = _LINE * len(columns)
    thin = np.minimum(inset, (bottom - top) / 2)
    chosen = np.linspace(0, len(columns) - 1, _POINTS).round().astype(int)
    lines = {}
    for name, edge in (("seamUpper", top + thin), ("seamLower", bottom - thin)):
        cells = np.stack((columns, edge), axis=1)[chosen]
        cells[[0, -1], 1] = ((top + bottom) / 2)[[0, -1]]
        lines[name] = centre + (cells * (steps[1] - steps[0]) + steps[0]) @ axes
    kept = {name: line for name, line in points.lines.items() if name not in ("lipTop", "lipBottom")}
    return replace(points, lines=kept | lines)


def _colours(picture: Picture, at: Floats) -> Floats:
    height, width = picture.shape[:2]
    x = np.clip(np.rint(at[..., 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(at[..., 1]).astype(int), 0, height - 1)
    return picture[y, x, :3].astype(np.float64)


def _shape(colours: Floats) -> Flags | None:
    """The cells of an open drawn mouth around the middle of the grid, or None."""
    away = np.abs(np.linspace(-_REACH, _REACH, _CELLS))
    apart = np.hypot(away[:, None], away[None])
    skin = np.median(colours[(apart > 0.7) & (away[:, None] < 0.6)], axis=0)  # both cheeks
    other = np.abs(colours - skin).mean(-1) > _OTHER * 255
    light = colours.mean(-1) / max(float(skin.mean()), 1.0)
    dark = other & (light < _DARK)
    shape = _joined(dark & (apart < _NEAR), other)
    height, width = np.flatnonzero(shape.any(1)), np.flatnonzero(shape.any(0))
    if not len(width) or shape[[0, -1]].any() or shape[:, [0, -1]].any():
        return None
    cell = 2 * _REACH / (_CELLS - 1)
    box = np.array((np.ptp(height) + 1, np.ptp(width) + 1))
    upper = shape.argmax(0)[width] + 1  # below the edge's soft pixel
    fits = (
        box[1] * cell >= _NARROWEST
        and box[0] * cell >= _FLATTEST
        and shape.sum() >= _SOLID * box.prod()
        and dark[shape].mean() >= _DARK_INSIDE
        and dark[np.minimum(upper, _CELLS - 1), width].mean() >= _DARK_EDGE
    )
    return shape if fits else None


def _joined(seeds: Flags, allowed: Flags) -> Flags:
    """What of the allowed cells hangs together with the seeds."""
    shape = seeds & allowed
    while True:
        wider = shape.copy()
        wider[1:] |= shape[:-1]
        wider[:-1] |= shape[1:]
        wider[:, 1:] |= shape[:, :-1]
        wider[:, :-1] |= shape[:, 1:]
        wider &= allowed
        if int(wider.sum()) == int(shape.sum()):
            return shape
        shape = wider
