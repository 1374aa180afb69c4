"""A small software renderer: triangles in, a softly lit picture out, with numpy alone.

It draws the demo head for contact sheets, tests and the demo film where no graphics card and no Blender are
at hand. A frame of 20,000 triangles takes a fraction of a second: fragments of all triangles are made at
once, the depth buffer is one ``minimum.at``, and only pixels that are seen are lit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_FRAGMENTS_AT_ONCE = 3_000_000  # bounds the memory of one pass: about 40 bytes a fragment
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


@dataclass(frozen=True, slots=True)
class Lights:
    """Directions point from the scene to the light, in the camera's right, up, backward."""

    key: tuple[float, float, float] = (-0.55, 0.6, 0.62)
    key_colour: tuple[float, float, float] = (1.0, 0.93, 0.84)
    fill: tuple[float, float, float] = (0.85, 0.1, 0.45)
    fill_colour: tuple[float, float, float] = (0.30, 0.36, 0.44)
    sky_colour: tuple[float, float, float] = (0.36, 0.38, 0.42)
    ground_colour: tuple[float, float, float] = (0.26, 0.21, 0.19)
    sparkle: tuple[float, float, float] = (-0.34, 0.42, 0.84)  # where the lamp mirrors itself in eyes
    rim: tuple[float, float, float] = (0.75, 0.45, -0.6)
    rim_colour: tuple[float, float, float] = (1.0, 0.98, 0.95)


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
    count = span[:, 0] * span[:, 1]
    buffer = np.full(width * height, _NOTHING, np.uint64)
    start = 0
    ends = np.cumsum(count)
    while start < len(drawn):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _FRAGMENTS_AT_ONCE, "right")))
        number = count[start:stop]
        triangle = np.repeat(np.arange(start, stop), number)
        local = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        row, column = np.divmod(local, span[triangle, 0])
        column += low[triangle, 0]
        row += low[triangle, 1]
        x, y = column.astype(np.float32) + 0.5, row.astype(np.float32) + 0.5
        e = edge[triangle]
        first = e[:, 0] * x + e[:, 1] * y + e[:, 2]
        second = e[:, 3] * x + e[:, 4] * y + e[:, 5]
        inside = (first >= -_EDGE) & (second >= -_EDGE) & (first + second <= 1 + _EDGE)
        triangle, first, second = triangle[inside], first[inside], second[inside]
        pixel = row[inside] * width + column[inside]
        near = nearness[triangle]
        z = near[:, 0] * first + near[:, 1] * second + near[:, 2] * (1 - first - second)
        # Depth is positive, so the bits of its float sort as the number does; the triangle rides in
        # the low half.
        packed = (z.astype(np.float32).view(np.uint32).astype(np.uint64) << np.uint64(32)) | triangle.astype(
            np.uint64
        )
        np.minimum.at(buffer, pixel, packed)
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
    for dx, dy in taps:
        column = np.clip((at[:, 0] + dx).astype(np.int64), 0, width - 1)
        row = np.clip((at[:, 1] + dy).astype(np.int64), 0, height - 1)
        lit += flat[row * width + column] >= own
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
    frame = np.stack(camera.axes())
    backward = frame[2]
    screen, away = project(vertices, camera, size[0] * oversample, size[1] * oversample)
    screen -= (left * oversample, top * oversample)
    pixels_per_unit = size[1] * oversample / camera.height
    triangles, owner = triangles_of(mesh.quads)
    pixel, triangle, weights = _visible(screen, away, triangles, width, height)

    corners = triangles[triangle]
    normals = vertex_normals(vertices, mesh.quads)

    def interpolate(values: Floats) -> Floats:
        blended: Floats = (
            values[corners[:, 0]] * weights[:, :1] + values[corners[:, 1]] * weights[:, 1:2]
            + values[corners[:, 2]] * weights[:, 2:]
        )  # fmt: skip
        return blended

    normal = interpolate(normals)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    point = interpolate(vertices)
    colour = interpolate(mesh.colours)
    surface = mesh.surface_of_quad[owner[triangle]]
    table = np.array(
        [(s.gloss, s.sharpness, s.softness, s.rim, s.clearness, s.sparkle) for s in mesh.surfaces], np.float32
    )
    gloss, sharpness, softness, rim, clearness, sparkle = table[surface].T

    def world(direction: tuple[float, float, float]) -> Floats:
        vector = np.asarray(direction, np.float32) @ frame
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    view = np.asarray(camera.position, np.float32) - point
    view /= np.linalg.norm(view, axis=1, keepdims=True)
    key, fill, behind = world(lights.key), world(lights.fill), world(lights.rim)
    depths = np.full(width * height, float(away.max()), np.float32)
    depths[pixel] = -((point - np.asarray(camera.position, np.float32)) @ backward)
    unit = mesh.crease
    coarse = depths.reshape(height, width)[::2, ::2] / unit  # corners are soft: half the pixels do
    open_map = _corner_darkening(coarse, pixels_per_unit * unit / 2)
    open_map[coarse >= away.max() / unit] = 1.0  # the background casts no outline
    openness = np.repeat(np.repeat(open_map, 2, 0)[:height], 2, 1)[:, :width].ravel()[pixel]
    openness = 1 - (1 - openness) * (1 - clearness)
    lit = (
        _shadow(point, normal, key, vertices, triangles, 1024) if shadows else np.ones(len(pixel), np.float32)
    )

    def diffuse(towards: Floats, shade: Floats | float) -> Floats:
        """Lambert, with light bleeding over the edge: most in red, as in skin."""
        cosine = normal @ towards
        wrap = softness[:, None] * np.array((0.55, 0.32, 0.24), np.float32)
        wrapped = np.clip((cosine[:, None] + wrap) / (1 + wrap), 0, None)
        bleed = np.asarray(shade, np.float32)
        bleed = bleed[:, None] if bleed.ndim else bleed
        return np.asarray(
            wrapped * (bleed + (1 - bleed) * softness[:, None] * (0.30, 0.10, 0.07)), np.float32
        )

    upward = (normal[:, 2:3] + 1) / 2
    ambient = upward * lights.sky_colour + (1 - upward) * lights.ground_colour
    light = ambient * openness[:, None] + diffuse(key, lit) * lights.key_colour * (
        0.25 + 0.75 * openness[:, None]
    )
    light += diffuse(fill, 1.0) * lights.fill_colour * openness[:, None]
    # Light that leaves a crease has bounced off the same surface: it darkens towards the surface's own
    # colour.
    picture = colour ** (1 + 0.6 * (1 - openness[:, None])) * light
    for towards, strength, shade in ((key, 1.0, lit), (fill, 0.35, 1.0)):
        half = view + towards
        half /= np.linalg.norm(half, axis=1, keepdims=True)
        shine = np.clip((normal * half).sum(1), 0, 1) ** sharpness * gloss * strength * shade * openness
        picture += shine[:, None] * lights.key_colour
    half = view + world(lights.sparkle)
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    spot = np.clip(((normal * half).sum(1) - 0.9890) / 0.0040, 0, 1)  # a disc of some eight degrees
    picture += (spot * sparkle * np.minimum(1.0, openness * 1.6))[:, None]
    facing = 1 - np.clip((normal * view).sum(1), 0, 1)
    edge = facing**3 * np.clip(normal @ behind + 0.35, 0, 1) * rim
    picture += edge[:, None] * lights.rim_colour * (0.35 + 0.65 * colour)

    ramp = np.linspace(0, 1, size[1] * oversample, dtype=np.float32)
    ramp = ramp[top * oversample : bottom * oversample, None, None]
    canvas = np.broadcast_to((1 - ramp) * background[0] + ramp * background[1], (height, width, 3)).copy()
    canvas.reshape(-1, 3)[pixel] = picture
    canvas = canvas.reshape(bottom - top, oversample, right - left, oversample, 3).mean((1, 3))
    canvas = np.clip(canvas, 0, None)
    canvas = canvas * (1 + canvas / 6.0) / (1 + canvas)  # a film's shoulder: bright skin does not burn out
    canvas = np.clip(canvas * 1.72, 0, 1)
    gamma = np.where(
        canvas <= 0.0031308, canvas * 12.92, 1.055 * np.maximum(canvas, 1e-9) ** (1 / 2.4) - 0.055
    )
    picture8: NDArray[np.uint8] = (gamma * 255 + 0.5).astype(np.uint8)
    return picture8
