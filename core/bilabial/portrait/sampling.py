"""Pixels read between pixels, and triangles laid over a lattice: fast, for frames are made of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]
Packed = NDArray[np.uint32]

_EVEN = np.uint32(0x00FF00FF)
_ROUND = np.uint32(0x00800080)
_EIGHT = np.uint32(8)
_EDGE = 1e-4  # triangles overlap by this share of themselves, so that rounding leaves no pinholes


def packed(picture: NDArray[np.uint8]) -> Packed:
    """A picture (height, width, 4), each pixel in one number: four channels are blended at once."""
    return np.ascontiguousarray(picture).view(np.uint32)[..., 0]


def unpacked(pixels: Packed) -> NDArray[np.uint8]:
    return np.ascontiguousarray(pixels)[..., None].view(np.uint8)


def _blend(a: Packed, b: Packed, share: Packed) -> Packed:
    """a + (b - a) * share / 256 in every channel."""
    rest = np.uint32(256) - share
    even = ((a & _EVEN) * rest + (b & _EVEN) * share + _ROUND) >> _EIGHT & _EVEN
    odd = ((a >> _EIGHT & _EVEN) * rest + (b >> _EIGHT & _EVEN) * share + _ROUND) & ~_EVEN
    return np.asarray(even | odd, np.uint32)


def sample(picture: Packed, x: Floats32, y: Floats32) -> Packed:
    """The picture at places between pixels; beyond its edges the edge goes on."""
    height, width = picture.shape
    x = np.clip(x, 0, width - 1)
    y = np.clip(y, 0, height - 1)
    left = np.minimum(x.astype(np.int32), max(width - 2, 0))
    top = np.minimum(y.astype(np.int32), max(height - 2, 0))
    across = ((x - left) * 256).astype(np.uint32)
    down = ((y - top) * 256).astype(np.uint32)
    flat = picture.ravel()
    at = top * np.int32(width) + left
    right, below = np.int32(min(1, width - 1)), np.int32(width if height > 1 else 0)
    over = _blend(flat[at], flat[at + right], across)
    under = _blend(flat[at + below], flat[at + below + right], across)
    return _blend(over, under, down)


def spread(
    points: Floats,
    values: Floats,
    triangles: Integers,
    origin: tuple[int, int],
    step: int,
    size: tuple[int, int],
) -> Floats32:
    """Values of triangles' corners at the nodes of a lattice, (height, width, k); NaN where no triangle is.

    ``origin`` and ``step`` (pixels) place the lattice; ``size``: its width and height in nodes.
    """
    width, height = size
    at = (points - origin) / step
    a, b, c = (at[triangles[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low = np.maximum(np.ceil(np.minimum(np.minimum(a, b), c) - _EDGE).astype(np.int64), 0)
    high = np.minimum(
        np.floor(np.maximum(np.maximum(a, b), c) + _EDGE).astype(np.int64), (width - 1, height - 1)
    )
    span = high - low + 1
    drawn = np.flatnonzero((np.abs(area) > 1e-9) & (span > 0).all(1))
    a, b, c, area, low, span = a[drawn], b[drawn], c[drawn], area[drawn], low[drawn], span[drawn]
    edges = np.stack(
        (
            b[:, 1] - c[:, 1], c[:, 0] - b[:, 0], b[:, 0] * c[:, 1] - c[:, 0] * b[:, 1],
            c[:, 1] - a[:, 1], a[:, 0] - c[:, 0], c[:, 0] * a[:, 1] - a[:, 0] * c[:, 1],
        )
    ) / area  # fmt: skip
    count = span[:, 0] * span[:, 1]
    owner = np.repeat(np.arange(len(drawn)), count)
    local = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    row, column = np.divmod(local, span[owner, 0])
    column += low[owner, 0]
    row += low[owner, 1]
    first = edges[0][owner] * column + edges[1][owner] * row + edges[2][owner]
    second = edges[3][owner] * column + edges[4][owner] * row + edges[5][owner]
    third = 1 - first - second
    inside = (first >= -_EDGE) & (second >= -_EDGE) & (third >= -_EDGE)
    owner, row, column = owner[inside], row[inside], column[inside]
    corners = triangles[drawn[owner]]
    found = (
        values[corners[:, 0]] * first[inside, None] + values[corners[:, 1]] * second[inside, None]
        + values[corners[:, 2]] * third[inside, None]
    )  # fmt: skip
    out = np.full((height, width, values.shape[1]), np.nan, np.float32)
    out[row, column] = found
    return out


def enlarged(nodes: Floats32, step: int, height: int, width: int) -> Floats32:
    """A lattice's values at every pixel: lines between the nodes, ``step`` pixels apart."""
    if step == 1:
        return nodes[:height, :width]
    for axis, length in ((0, height), (1, width)):
        at = np.arange(length)
        near, share = at // step, ((at % step) / step).astype(np.float32)
        shape = [1] * nodes.ndim
        shape[axis] = length
        share = share.reshape(shape)
        before = np.take(nodes, near, axis=axis)
        after = np.take(nodes, np.minimum(near + 1, nodes.shape[axis] - 1), axis=axis)
        after -= before
        after *= share
        after += before
        nodes = after
    return nodes
