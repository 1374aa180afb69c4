"""Drawn mouths, which have no lips: one dark shape on skin that stands open, or a stroke of ink.

The landmarks of a network for photographs lie somewhere inside of such a shape, or beside such a stroke. The
outline of the shape is where the lips are, so that no more of it is left over when they shut than a line in
the drawing's own ink; and a stroke is itself where they meet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .points import FaceError, FacePoints, resampled

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Picture = NDArray[np.uint8]

_CELLS = 121  # a side of the grid that is laid over the mouth
_REACH = 0.95  # how far it reaches from the mouth's middle, in widths of the mouth as found
_CELL = 2 * _REACH / (_CELLS - 1)
_OTHER = 0.17  # of 255: colours that differ more from the skin's are not skin
_DARK = 0.45  # of the skin's brightness
_EVEN, _FLAT = 4.0, 0.8  # of 255, and of the skin: so much of a drawing's is within that of its colour
_NEAR = 0.3  # mouths' widths from the middle: what is drawn is sought from there
_NARROWEST, _FLATTEST = 0.45, 0.14  # of the mouth's width: a smaller shape, or a line, is no open mouth
_DROP = 0.2  # of the shape's width: what is narrower is no part of it
_SOLID = 0.5  # of its box that a shape fills at least
_DARK_INSIDE = 0.3  # of a shape that is dark at least: the rest are teeth and tongue
_DARK_EDGE = 0.7  # of its upper edge: a photograph's has a lip there
_POINTS = 17  # of a line of the outline
_LINE = (
    0.02  # of the shape's width: so much of its edge stays with each lip, and is their line when they shut
)
_BESIDE, _AS_WIDE = 0.12, 1.3  # a stroke so near the found mouth, so nearly as wide, is the found mouth
_SMALLEST = 0.3  # of the found mouth's width: a mark less wide has no corners to move
_LIP, _LIP_RED = 10.0, 0.015  # of 255, and of redness: how far lips' colour is from the skin's at least


def outlined(points: FacePoints, picture: Picture) -> FacePoints | None:
    """The points with an open shape's outline as the lips' edges; None where the mouth is no such shape."""
    view = _View.of(points, picture)
    shape = _without_drops(_joined(view.dark & view.near, view.other))
    if not _is_open_mouth(shape, view.dark):
        return None
    columns, top, bottom = _edges(shape)
    thin = np.minimum(_LINE * len(columns), (bottom - top) / 2)
    return replace(view.laid(points, columns, top + thin, bottom - thin), drawn=True)


def stroked(points: FacePoints, picture: Picture) -> FacePoints | None:
    """The points with the mouth on a stroke of ink that lies beside them; None where there is none, where it
    is their own line, and where lips show. Raises FaceError for a mark that has no corners.
    """
    view = _View.of(points, picture)
    stroke = _joined(view.dark & view.near, view.dark)
    if not stroke.any() or not view.flat or _reaches_out(stroke) or _lips_show(points, picture, view.skin):
        return None
    columns, top, bottom = _edges(stroke)
    wide, middle = len(columns) * _CELL, (top + bottom) / 2
    if wide < _SMALLEST:
        raise FaceError(
            f"the mouth is drawn as a mark {wide * points.mouth_width:.0f} pixels wide, in which no corners "
            "can be told: draw it wider, or place eight points on the face with --points"
        )
    off = abs(float(np.median(middle)) - (_CELLS - 1) / 2) * _CELL
    if off < _BESIDE and 1 / _AS_WIDE < wide < _AS_WIDE:
        return None
    return view.laid(points, columns, middle, middle)


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """A square grid over the mouth, along its lean."""

    centre: Floats
    axes: Floats  # (2, 2) across and down, a pixel long
    cell: float  # pixels
    skin: Floats  # its colour, by the cheeks
    other: Flags  # cells that are not skin
    dark: Flags  # those of them that are ink, or a mouth's inside
    near: Flags  # cells near the middle
    flat: bool  # whether the skin is one colour: no photograph's and no render's is

    @classmethod
    def of(cls, points: FacePoints, picture: Picture) -> _View:
        across = np.array((np.cos(points.roll), np.sin(points.roll)))
        axes = np.stack((across, (-across[1], across[0])))
        upper, lower = (resampled(points.lines[name], _POINTS) for name in ("seamUpper", "seamLower"))
        centre = (upper.mean(0) + lower.mean(0)) / 2
        steps = np.linspace(-_REACH, _REACH, _CELLS)
        u, v = np.meshgrid(steps, steps)
        colours = _colours(picture, centre + np.stack((u, v), axis=2) * points.mouth_width @ axes)
        apart = np.hypot(u, v)
        skin = np.median(colours[(apart > 0.7) & (np.abs(v) < 0.6)], axis=0)
        other = np.abs(colours - skin).mean(-1) > _OTHER * 255
        dark = other & (colours.mean(-1) < _DARK * max(float(skin.mean()), 1.0))
        even = (np.abs(colours - skin).mean(-1) < _EVEN)[~other]
        flat = bool(even.mean() > _FLAT) if len(even) else False
        return cls(centre, axes, _CELL * points.mouth_width, skin, other, dark, apart < _NEAR, flat)

    def laid(self, points: FacePoints, columns: NDArray[np.int64], top: Floats, bottom: Floats) -> FacePoints:
        """The points with lips along these cells, that meet at both ends; drawn lips have no red."""
        chosen = np.linspace(0, len(columns) - 1, _POINTS).round().astype(int)
        lines = {}
        for name, edge in (("seamUpper", top), ("seamLower", bottom)):
            cells = np.stack((columns, edge), axis=1)[chosen]
            cells[[0, -1], 1] = ((top + bottom) / 2)[[0, -1]]
            lines[name] = self.centre + (cells - (_CELLS - 1) / 2) * self.cell @ self.axes
        kept = {name: line for name, line in points.lines.items() if name not in ("lipTop", "lipBottom")}
        return replace(points, lines=kept | lines)


def _colours(picture: Picture, at: Floats) -> Floats:
    height, width = picture.shape[:2]
    x = np.clip(np.rint(at[..., 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(at[..., 1]).astype(int), 0, height - 1)
    return picture[y, x, :3].astype(np.float64)


def _is_open_mouth(shape: Flags, dark: Flags) -> bool:
    """Whether cells are a solid shape, wide and tall enough, dark inside and along its upper edge."""
    if not shape.any() or _reaches_out(shape):
        return False
    columns, top, bottom = _edges(shape)
    tall = bottom.max() - top.min() + 1
    below = np.minimum(top.astype(int) + 1, _CELLS - 1)  # of the edge's own soft pixel
    return bool(
        len(columns) * _CELL >= _NARROWEST
        and tall * _CELL >= _FLATTEST
        and shape.sum() >= _SOLID * tall * len(columns)
        and dark[shape].mean() >= _DARK_INSIDE
        and dark[below, columns].mean() >= _DARK_EDGE
    )


def _lips_show(points: FacePoints, picture: Picture, skin: Floats) -> bool:
    """Whether there is red, or another colour than skin's, where the lips should be."""
    if "lipTop" not in points.lines or "lipBottom" not in points.lines:
        return False
    pairs = (("lipTop", "seamUpper"), ("seamLower", "lipBottom"))
    at = [(resampled(points.lines[a], 9) + resampled(points.lines[b], 9))[2:7] / 2 for a, b in pairs]
    lip = np.median(_colours(picture, np.concatenate(at)), axis=0)
    red, pale = ((c[0] - c[1]) / max(float(c.sum()), 30.0) for c in (lip, skin))
    return bool(np.abs(lip - skin).mean() > _LIP or abs(red - pale) > _LIP_RED)


def _without_drops(shape: Flags) -> Flags:
    """A shape without what is narrow: a drop at a lip, a straw. It goes with the lip that it hangs from."""
    wide = max(3, round(_DROP * int(shape.any(0).sum())))
    whole = _runs(shape, wide).sum(2) == wide
    again = _runs(whole, wide).sum(2) > 0
    return np.asarray(again[:, wide - 1 : wide - 1 + shape.shape[1]], bool)


def _runs(cells: Flags, wide: int) -> NDArray[np.uint8]:
    """Of each row every stretch of so many cells, (rows, stretches, wide); beyond the ends nothing lies."""
    padded = np.pad(cells, ((0, 0), (wide - 1, wide - 1))).astype(np.uint8)
    return np.lib.stride_tricks.sliding_window_view(padded, wide, axis=1)


def _edges(shape: Flags) -> tuple[NDArray[np.int64], Floats, Floats]:
    """The columns that a shape has, and its first and last row in each of them."""
    columns = np.flatnonzero(shape.any(0))
    top, bottom = shape.argmax(0)[columns], _CELLS - 1 - shape[::-1].argmax(0)[columns]
    return columns, top.astype(np.float64), bottom.astype(np.float64)


def _reaches_out(shape: Flags) -> bool:
    """Whether it goes on beyond the grid: hair, a beard, an outline of the face."""
    return bool(shape[[0, -1]].any() or shape[:, [0, -1]].any())


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
