"""A small software renderer: triangles in, a softly lit picture out, with numpy alone.

It draws the demo head for contact sheets, tests and the demo film where no graphics card and no Blender are
at hand. A frame of 20,000 triangles takes a fraction of a second: fragments of all triangles are made at
once, the depth buffer is one ``minimum.at``, and only pixels that are seen are lit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shading import Lights, Look, developed, normalised

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_FRAGMENTS_AT_ONCE = 100_000  # of one pass: its arrays stay in the processor's cache
_PIXELS_AT_ONCE = 50_000  # lit in one pass, for the same reason
_EDGE = 1e-4  # triangles overlap by this share of themselves, so that rounding leaves no pinholes
_NOTHING = np.iinfo(np.uint64).max


@dataclass(frozen=True, slots=True)
class Camera:
    """A perspective camera; lengths in the scene's unit. Z is up."""

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    height: float  # what the picture shows of the plane through the target, bottom to top

    def axes(self) -> tuple[Floats, Floats, Floats]:
        """Right, up and backward, each of unit length."""
        backward = np.subtract(self.position, self.target)
        backward = backward / np.linalg.norm(backward)
        right = np.cross((0.0, 0.0, 1.0), backward)
        right /= np.linalg.norm(right)
        up = np.cross(backward, right)
        return right.astype(np.float32), up.astype(np.float32), np.asarray(backward, np.float32)


@dataclass(frozen=True, slots=True)
class Surface:
    """How one material answers light."""

    gloss: float = 0.0  # strength of the highlight
    sharpness: float = 20.0  # its exponent: high is small and hard
    softness: float = 0.0  # how far light bleeds past the shadow's edge, 0..1: skin, gums
    rim: float = 0.25  # how much of the light from behind it catches
    clearness: float = 0.0  # how little it takes of the corner darkening, 0..1: eyes
    sparkle: float = 0.0  # strength of the lamp's own hard-edged image: eyes


@dataclass(frozen=True, slots=True)
class Mesh:
    """What is drawn: quads, a colour for each vertex (linear, 0..1), a surface for each quad."""

    quads: Integers  # (m, 4)
    colours: Floats  # (n, 3)
    surface_of_quad: Integers  # (m,)
    surfaces: tuple[Surface, ...]
    crease: float = 0.005  # size of the creases that darken, in the scene's unit


def vertex_normals(vertices: Floats, quads: Integers) -> Floats:
    """Unit normals. Every quad at a vertex counts alike: thin quads beside wide ones bend no light."""
    corners = vertices[quads]
    face = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    face /= np.maximum(np.linalg.norm(face, axis=1, keepdims=True), 1e-20)
    total = np.zeros((len(vertices), 3))
    for corner in range(4):
        for axis in range(3):
            total[:, axis] += np.bincount(quads[:, corner], face[:, axis], len(vertices))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    unit: Floats = (total / np.maximum(length, 1e-20)).astype(np.float32)
    return unit


def triangles_of(quads: Integers) -> tuple[Integers, Integers]:
    """Two triangles a quad, and the quad of each. A quad whose last corners coincide is one triangle."""
    triangles = np.concatenate((quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]))
    owner = np.tile(np.arange(len(quads)), 2)
    real = triangles[:, 1] != triangles[:, 2]
    real &= triangles[:, 0] != triangles[:, 2]
    return triangles[real], owner[real]


def _runs(
    edge: Floats, low: NDArray[np.int32], span: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The rows of pixels that triangles may cover: triangle, row, first column and how many of each.

    A pixel more than covered at either end, since rounding here is not that of the test that follows.
    """
    owner = np.repeat(np.arange(len(edge), dtype=np.int32), span[:, 1])
    begins = np.cumsum(span[:, 1], dtype=np.int32) - span[:, 1]
    row = np.arange(len(owner), dtype=np.int32) + (low[:, 1] - begins)[owner]
    y = row.astype(np.float32) + np.float32(0.5)
    e = edge[owner]
    first = low[owner, 0].astype(np.float32)
    last = first + span[owner, 0] - 1
    sides = (
        (e[:, 0], e[:, 1] * y + e[:, 2] + np.float32(_EDGE)),
        (e[:, 3], e[:, 4] * y + e[:, 5] + np.float32(_EDGE)),
        (-e[:, 0] - e[:, 3], 1 + np.float32(_EDGE) - (e[:, 1] + e[:, 4]) * y - e[:, 2] - e[:, 5]),
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for slope, rest in sides:  # inside: slope * (column + .5) + rest >= 0
            edge_at = -rest / slope - np.float32(0.5)
            first = np.where(slope > 0, np.fmax(first, np.ceil(edge_at) - 1), first)
            last = np.where(slope < 0, np.fmin(last, np.floor(edge_at) + 1), last)
    some = np.flatnonzero(last >= first)
    left = first[some].astype(np.int32)
    return owner[some], row[some], left, last[some].astype(np.int32) - left + 1


def _visible(
    screen: Floats, depth: Floats, triangles: Integers, width: int, height: int
) -> tuple[Integers, Integers, Floats]:
    """Pixels that some triangle covers, the nearest triangle of each,
    and where in it (weights of its corners).
    """
    a, b, c = screen[triangles[:, 0]], screen[triangles[:, 1]], screen[triangles[:, 2]]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    corners = np.stack((a, b, c))
    low = np.ceil(corners.min(0) - 0.5).astype(np.int64)
    high = np.floor(corners.max(0) - 0.5).astype(np.int64)
    low = np.maximum(low, 0)
    high = np.minimum(high, (width - 1, height - 1))
    span = high - low + 1
    # Screen y runs down, so a triangle seen from outside turns clockwise there and its area is negative.
    drawn = np.flatnonzero((area < -1e-9) & (span > 0).all(1))
    a, b, c, area, low, span = a[drawn], b[drawn], c[drawn], area[drawn], low[drawn], span[drawn]
    nearness = depth[triangles[drawn]]
    edge = np.stack(
        (
            b[:, 1] - c[:, 1], c[:, 0] - b[:, 0], b[:, 0] * c[:, 1] - c[:, 0] * b[:, 1],
            c[:, 1] - a[:, 1], a[:, 0] - c[:, 0], c[:, 0] * a[:, 1] - a[:, 0] * c[:, 1],
        ),
        axis=1,
    )  # fmt: skip
    edge = (edge / area[:, None]).astype(np.float32)
    buffer = np.full(width * height, _NOTHING, np.uint64)
    owner, row, left, count = _runs(edge, low.astype(np.int32), span.astype(np.int32))
    ends = np.cumsum(count)
    start = 0
    while start < len(owner):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _FRAGMENTS_AT_ONCE, "right")))
        number = count[start:stop]
        run = np.repeat(np.arange(start, stop, dtype=np.int32), number)
        begins = (ends[start:stop] - number - done).astype(np.int32)
        column = np.arange(len(run), dtype=np.int32) + (left[start:stop] - begins)[run - start]
        triangle, down = owner[run], row[run]
        e = edge[triangle]
        x, y = column.astype(np.float32) + np.float32(0.5), down.astype(np.float32) + np.float32(0.5)
        first = e[:, 0] * x + e[:, 1] * y + e[:, 2]
        second = e[:, 3] * x + e[:, 4] * y + e[:, 5]
        inside = np.flatnonzero((first >= -_EDGE) & (second >= -_EDGE) & (first + second <= 1 + _EDGE))
        triangle, first, second = triangle[inside], first[inside], second[inside]
        near = nearness[triangle]
        z = near[:, 0] * first + near[:, 1] * second + near[:, 2] * (1 - first - second)
        # Depth is positive, so the bits of its float sort as the number does; the triangle rides in
        # the low half.
        packed = (z.astype(np.float32).view(np.uint32).astype(np.uint64) << np.uint64(32)) | triangle.astype(
            np.uint64
        )
        np.minimum.at(buffer, down[inside].astype(np.int64) * width + column[inside], packed)
        start = stop
    pixel = np.flatnonzero(buffer != _NOTHING)
    triangle = (buffer[pixel] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    row, column = np.divmod(pixel, width)
    x, y = column.astype(np.float32) + 0.5, row.astype(np.float32) + 0.5
    e = edge[triangle]
    first = e[:, 0] * x + e[:, 1] * y + e[:, 2]
    second = e[:, 3] * x + e[:, 4] * y + e[:, 5]
    weights = np.stack((first, second, 1 - first - second), axis=1)
    return pixel, drawn[triangle], weights


def _box_blur(image: Floats, radius: int) -> Floats:
    """Mean over a square window, edges repeated; two passes of running sums."""
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (radius + 1, radius)
        total = np.cumsum(np.pad(image, padding, mode="edge"), axis=axis, dtype=np.float32)
        length = image.shape[axis]
        late = np.take(total, np.arange(2 * radius + 1, 2 * radius + 1 + length), axis=axis)
        early = np.take(total, np.arange(length), axis=axis)
        image = ((late - early) / (2 * radius + 1)).astype(np.float32)
    return image


def _corner_darkening(depth: Floats, pixels: float) -> Floats:
    """How open each pixel lies, 0..1: less where its surroundings stand nearer to the camera (creases, the
    mouth).

    ``depth`` and ``pixels`` (pixels in one of its units) share a unit in which a small crease measures
    about 1.
    """
    openness = np.ones_like(depth)
    for reach, strength in ((0.8, 0.45), (2.2, 0.5)):
        mean = depth
        for _ in range(3):  # three boxes make nearly a bell
            mean = _box_blur(mean, max(1, round(reach * pixels * 0.55)))
        # Far background must not lighten what stands before it: differences are clipped both ways.
        hidden = np.clip((depth - mean) / (reach * 1.1), 0.0, 1.0)
        openness *= 1 - strength * hidden * hidden * (3 - 2 * hidden)
    return openness


def _shadow(
    points: Floats,
    normals: Floats,
    towards_light: Floats,
    vertices: Floats,
    triangles: Integers,
    resolution: int,
) -> Floats:
    """Light that reaches each point from one direction, 0..1, with a soft edge.

    ``resolution``: how many cells of the light's view the whole scene would take.
    """
    side = np.cross((0.0, 0.0, 1.0), towards_light)
    side /= np.linalg.norm(side)
    over = np.cross(towards_light, side)
    frame = np.stack((side, -over, -towards_light)).astype(np.float32)
    seen = vertices @ frame.T
    texel = float(np.ptp(seen, axis=0)[:2].max()) / resolution
    here = (points + normals * (2.5 * texel)) @ frame.T
    # Only the part of the light's view that holds the points is drawn.
    corner = here.min(0)[:2] - 5 * texel
    width, height = (int(n) + 5 for n in (here.max(0)[:2] - corner) / texel)
    depth = seen[:, 2] - seen[:, 2].min() + texel
    pixel, triangle, weights = _visible((seen[:, :2] - corner) / texel, depth, triangles, width, height)
    flat = np.full(width * height, np.inf, np.float32)
    flat[pixel] = (depth[triangles[triangle]] * weights).sum(1)
    own = here[:, 2] - seen[:, 2].min() - 1.5 * texel
    at = (here[:, :2] - corner) / texel
    lit = np.zeros(len(points), np.float32)
    taps = ((0, 0), (2.2, 0.7), (-2.2, -0.7), (0.7, -2.2), (-0.7, 2.2), (1.5, 1.5), (-1.5, -1.5))
    for part in _parts(len(points)):
        for dx, dy in taps:
            column = np.clip((at[part, 0] + dx).astype(np.int64), 0, width - 1)
            row = np.clip((at[part, 1] + dy).astype(np.int64), 0, height - 1)
            lit[part] += flat[row * width + column] >= own[part]
    return lit / np.float32(len(taps))


def project(vertices: Floats, camera: Camera, width: int, height: int) -> tuple[Floats, Floats]:
    """Places on the picture in pixels (n, 2), y down, and distances along the line of sight (n,)."""
    seen = (vertices - np.asarray(camera.position, np.float32)) @ np.stack(camera.axes()).T
    distance = float(np.linalg.norm(np.subtract(camera.position, camera.target)))
    away = np.maximum(-seen[:, 2], distance * 1e-3)
    scale = height / camera.height * distance / away
    return np.stack((width / 2 + seen[:, 0] * scale, height / 2 - seen[:, 1] * scale), axis=1), away


def quads_in_view(quads: Integers, vertices: Floats, camera: Camera, size: tuple[int, int]) -> Integers:
    """The quad that each pixel shows, (height, width); -1 where there is none."""
    screen, away = project(np.asarray(vertices, np.float32), camera, *size)
    triangles, owner = triangles_of(quads)
    pixel, triangle, _ = _visible(screen, away, triangles, *size)
    shown = np.full(size[0] * size[1], -1)
    shown[pixel] = owner[triangle]
    return shown.reshape(size[1], size[0])


def render(
    mesh: Mesh,
    vertices: Floats,
    camera: Camera,
    size: tuple[int, int] = (480, 480),
    oversample: int = 2,
    lights: Lights | None = None,
    background: tuple[tuple[float, float, float], tuple[float, float, float]] = (
        (0.42, 0.55, 0.60),
        (0.80, 0.82, 0.78),
    ),
    shadows: bool = True,
    window: tuple[int, int, int, int] | None = None,
) -> NDArray[np.uint8]:
    """The picture, uint8 (height, width, 3). ``background``: linear colours at the top and the bottom.

    ``window`` (left, top, right, bottom), in pixels of the whole picture, draws only that part of it.
    """
    lights = lights or Lights()
    left, top, right, bottom = window or (0, 0, *size)
    width, height = (right - left) * oversample, (bottom - top) * oversample
    vertices = np.asarray(vertices, np.float32)
    screen, away = project(vertices, camera, size[0] * oversample, size[1] * oversample)
    screen -= (left * oversample, top * oversample)
    triangles, owner = triangles_of(mesh.quads)
    pixel, triangle, weights = _visible(screen, away, triangles, width, height)
    corners = triangles[triangle]
    normals = vertex_normals(vertices, mesh.quads)
    point, normal = np.empty((2, len(pixel), 3), np.float32)
    for part in _parts(len(pixel)):
        point[part] = _interpolated(vertices, corners[part], weights[part])
        normal[part] = normalised(_interpolated(normals, corners[part], weights[part]))

    look = Look.of(lights, camera.position, camera.axes())
    depths = np.full(width * height, float(away.max()), np.float32)
    depths[pixel] = -((point - look.eye) @ look.backward)
    unit = mesh.crease
    coarse = depths.reshape(height, width)[::2, ::2] / unit  # corners are soft: half the pixels do
    open_map = _corner_darkening(coarse, size[1] * oversample / camera.height * unit / 2)
    open_map[coarse >= away.max() / unit] = 1.0  # the background casts no outline
    openness = np.repeat(np.repeat(open_map, 2, 0)[:height], 2, 1)[:, :width].ravel()[pixel]
    lit = _shadow(point, normal, look.key, vertices, triangles, 1024) if shadows else np.ones_like(openness)

    surface = mesh.surface_of_quad[owner[triangle]]
    table = np.array(
        [(s.gloss, s.sharpness, s.softness, s.rim, s.clearness, s.sparkle) for s in mesh.surfaces], np.float32
    )
    ramp = np.linspace(0, 1, size[1] * oversample, dtype=np.float32)
    ramp = ramp[top * oversample : bottom * oversample, None, None]
    sky, floor = np.asarray(background, np.float32)
    canvas = np.broadcast_to((1 - ramp) * sky + ramp * floor, (height, width, 3)).copy()
    flat = canvas.reshape(-1, 3)
    for part in _parts(len(pixel)):
        colour = _interpolated(mesh.colours, corners[part], weights[part])
        flat[pixel[part]] = look.shade(
            point[part], normal[part], colour, table[surface[part]].T, openness[part], lit[part]
        )
    shape = (bottom - top, oversample, right - left, oversample, 3)
    return developed(canvas.reshape(shape).mean((1, 3), dtype=np.float32))


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, _PIXELS_AT_ONCE):
        yield slice(start, start + _PIXELS_AT_ONCE)


def _interpolated(values: Floats, corners: Integers, weights: Floats) -> Floats:
    """What the corners of triangles hold, at places inside them."""
    blended: Floats = (
        values[corners[:, 0]] * weights[:, :1] + values[corners[:, 1]] * weights[:, 1:2]
        + values[corners[:, 2]] * weights[:, 2:]
    )  # fmt: skip
    return blended
