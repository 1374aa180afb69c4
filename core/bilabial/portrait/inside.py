"""What is seen through an open mouth: the demo head's teeth and tongue in the picture's own light, and dark.

The parts are drawn once from the front. The upper teeth stay with the skull, the lower ones and the tongue go
with the jaw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..render.demo_head import DemoHead
from ..render.rasteriser import Camera, Mesh, Surface, quads_in_view, render
from .mesh import PictureMesh
from .sampling import Packed, sample, unpacked

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

_DISTANCE = 6.0  # metres to the camera: nearly no perspective
_HALF_WIDTH, _TOP, _BOTTOM = 0.034, -0.035, -0.1  # metres: what the drawings show
_SURFACE = Surface(0.25, 40, 0.5, 0.1, 0.4)
_PARTS = ("tongue", "teeth_lower", "teeth_upper")  # from the back to the front
_GUMS = {"teeth_upper": "gums_upper", "teeth_lower": "gums_lower"}
_LARGEST = 420  # pixels of a drawing's width


@dataclass(frozen=True, slots=True, eq=False)
class _Drawing:
    """One part: how bright it is lit, 0..1, how much gum it is, and where it is at all; (height, width)."""

    light: Floats32
    gum: Floats32
    cover: Floats32


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of the picture's mouth, sRGB 0..255."""

    teeth: tuple[float, float, float]
    flesh: tuple[float, float, float]  # tongue and gums
    dark: tuple[float, float, float]


class Inside:
    """The mouth's inside for one picture."""

    def __init__(self, head: DemoHead, mesh: PictureMesh, still: NDArray[np.uint8], palette: Palette) -> None:
        self.palette = palette
        self._mesh = mesh
        wide, tall = mesh.scale
        width = int(np.clip(2 * _HALF_WIDTH * wide, 24, _LARGEST))
        self._density = width / (2 * _HALF_WIDTH)  # pixels of a drawing in a metre
        self._drawings = {name: _draw(head, name, width) for name in _PARTS}
        self._motions = {name: _motions(head, mesh, name) for name in _PARTS}
        upper = mesh.rest[mesh.mouth.upper]
        self._seam = upper.mean(0)  # where the closed lips meet: the head's own such place lies there
        ids = head.lips[6]
        self._head_seam = float(head.vertices[ids, 2].mean())
        self._width = float(np.linalg.norm(upper[-1] - upper[0]))
        self._scale = np.array((wide, tall))
        lean = np.array(((np.cos(mesh.roll), -np.sin(mesh.roll)), (np.sin(mesh.roll), np.cos(mesh.roll))))
        self._lean = lean
        self._open = _StillMouth(mesh) if mesh.is_open else None

    def colours(
        self, x: Floats, y: Floats, edge: Floats, weights: Floats, carried: Floats, pixels: Packed
    ) -> NDArray[np.uint8]:
        """RGBA (n, 4) at places of the picture.

        ``edge``: what ``_Edge.gap`` says of them; ``carried``: pixels that the head has moved the skull by.
        """
        colour = np.tile(np.array(self.palette.dark), (len(x), 1))
        at = (np.stack((x, y), axis=1) - self._seam - carried) @ self._lean
        order = _PARTS if not self._tongue_out(weights) else ("teeth_lower", "teeth_upper", "tongue")
        flesh, enamel = np.array(self.palette.flesh), np.array(self.palette.teeth)
        for name in order:
            motion = weights @ self._motions[name]
            light, gum, cover = self._read(name, (at - motion) / self._scale)
            own = enamel if name.startswith("teeth") else flesh
            painted = light[:, None] * (own + gum[:, None] * (flesh - own))
            colour += cover[:, None] * (painted - colour)
        if self._open is not None:
            colour = self._open.over(colour, x - carried[0], y - carried[1], pixels)
        shade = self._shade(edge)[:, None]
        colour = np.array(self.palette.dark) * (1 - shade) + colour * shade
        opaque = np.full((len(x), 1), 255.0)
        return np.clip(np.concatenate((colour, opaque), axis=1) + 0.5, 0, 255).astype(np.uint8)

    def pictures(self) -> Iterator[tuple[str, NDArray[np.uint8], Floats, Floats]]:
        """Each part from the front to the back: name, RGBA, its corners in the still, its motions; pixels.

        Corners: upper left, upper right, lower left, lower right. Motions (shapes, 2).
        """
        enamel, flesh = np.array(self.palette.teeth), np.array(self.palette.flesh)
        top, bottom = self._head_seam - _TOP, self._head_seam - _BOTTOM
        metres = np.array(
            ((-_HALF_WIDTH, top), (_HALF_WIDTH, top), (-_HALF_WIDTH, bottom), (_HALF_WIDTH, bottom))
        )
        corners = (metres * self._scale) @ self._lean.T + self._seam
        for name in reversed(_PARTS):
            drawing = self._drawings[name]
            own = enamel if name.startswith("teeth") else flesh
            colour = drawing.light[..., None] * (own + drawing.gum[..., None] * (flesh - own))
            rgba = np.concatenate((colour, drawing.cover[..., None] * 255), axis=2)
            picture = np.clip(rgba + 0.5, 0, 255).astype(np.uint8)
            yield name.replace("_", " "), picture, corners, self._motions[name] @ self._lean.T

    def _tongue_out(self, weights: Floats) -> bool:
        return bool(weights[self._mesh.names.index("tongueOut")] > 0.15)

    def _read(self, name: str, metres: Floats) -> tuple[Floats, Floats, Floats]:
        """A drawing at places of the head, (n, 2) across and down from the seam."""
        drawing = self._drawings[name]
        column = (metres[:, 0] + _HALF_WIDTH) * self._density - 0.5
        row = (metres[:, 1] - self._head_seam + _TOP) * self._density - 0.5
        height, width = drawing.cover.shape
        outside = (column < 0) | (row < 0) | (column > width - 1) | (row > height - 1)
        left = np.clip(column, 0, width - 2).astype(np.int64)
        top = np.clip(row, 0, height - 2).astype(np.int64)
        across, down = np.clip(column - left, 0, 1), np.clip(row - top, 0, 1)

        def read(values: Floats32) -> Floats:
            over = values[top, left] * (1 - across) + values[top, left + 1] * across
            under = values[top + 1, left] * (1 - across) + values[top + 1, left + 1] * across
            return np.asarray(over * (1 - down) + under * down, np.float64)

        cover = read(drawing.cover)
        cover[outside] = 0.0
        return read(drawing.light), read(drawing.gum), cover

    def _shade(self, edge: Floats) -> Floats:
        """How much light falls on each place, 0..1: the upper lip's shadow, and the corners' depth."""
        _, v, top, bottom = edge.T
        gap = np.maximum(bottom - top, 1e-6)
        under_lip = np.clip((v - top) / (0.11 * self._width), 0, 1)
        over_lip = np.clip((bottom - v) / (0.05 * self._width), 0, 1)
        narrow = np.clip(gap / (0.10 * self._width), 0, 1)
        shade = (0.30 + 0.70 * under_lip) * (0.72 + 0.28 * over_lip) * (0.25 + 0.75 * narrow)
        return np.asarray(shade, np.float64)


class _StillMouth:
    """The open mouth that the still itself shows: its own teeth stay where they are, and fade at its edge."""

    def __init__(self, mesh: PictureMesh) -> None:
        self._across = np.array((np.cos(mesh.roll), np.sin(mesh.roll)))
        self._down = np.array((-np.sin(mesh.roll), np.cos(mesh.roll)))
        upper, lower = mesh.still[mesh.mouth.upper], mesh.still[mesh.mouth.lower]
        self._u = np.maximum.accumulate((upper + lower) @ self._across / 2)
        self._top, self._bottom = upper @ self._down, lower @ self._down
        self._soft = max(1.0, 0.02 * float(np.linalg.norm(upper[-1] - upper[0])))

    def over(self, colour: Floats, x: Floats, y: Floats, pixels: Packed) -> Floats:
        u, v = x * self._across[0] + y * self._across[1], x * self._down[0] + y * self._down[1]
        top, bottom = np.interp(u, self._u, self._top), np.interp(u, self._u, self._bottom)
        share = np.clip(np.minimum(v - top, bottom - v) / self._soft, 0, 1)
        share[(u <= self._u[0]) | (u >= self._u[-1])] = 0.0
        own = unpacked(sample(pixels, x.astype(np.float32), y.astype(np.float32)))[:, :3].astype(np.float64)
        return np.asarray(colour + share[:, None] * (own - colour), np.float64)


def _motions(head: DemoHead, mesh: PictureMesh, part: str) -> Floats:
    """(shapes, 2) pixels in the leaning grid that each shape moves a part by; the tongue by its tip."""
    ids = np.arange(head.part(part).start, head.part(part).stop)
    if part == "tongue":
        front = head.vertices[ids, 1]
        ids = ids[front < np.quantile(front, 0.35)]
    found = np.zeros((len(mesh.names), 2))
    for row, name in enumerate(mesh.names):
        where, motion = head.shapes[name]
        hit = np.isin(where, ids)
        if hit.any():
            found[row] = motion[hit][:, [0, 2]].sum(0) / len(ids) * (1, -1)
    return np.asarray(found * np.array(mesh.scale), np.float64)


def _draw(head: DemoHead, name: str, width: int) -> _Drawing:
    """A part from the front, with its gums, ``width`` pixels wide."""
    names = [name, *([_GUMS[name]] if name in _GUMS else [])]
    height = max(16, round(width * (_TOP - _BOTTOM) / (2 * _HALF_WIDTH)))
    middle = (_TOP + _BOTTOM) / 2
    camera = Camera((0.0, -_DISTANCE, middle), (0.0, 0.0, middle), _TOP - _BOTTOM)
    owner = np.zeros(len(head.vertices), np.int64)
    for number, part in enumerate(names, start=1):
        owner[head.part(part)] = number
    quads = head.quads[(owner[head.quads] > 0).all(1)]
    white = np.full((len(head.vertices), 3), 0.8, np.float32)
    mesh = Mesh(quads, white, np.zeros(len(quads), np.int64), (_SURFACE,))
    picture = render(
        mesh, head.vertices, camera, (width, height), background=((0, 0, 0), (0, 0, 0)), shadows=False
    )
    seen = quads_in_view(quads, head.vertices, camera, (2 * width, 2 * height))
    cover = _halved((seen >= 0).astype(np.float32))
    gum = _halved(((seen >= 0) & (owner[quads[np.maximum(seen, 0), 0]] == 2)).astype(np.float32))
    light = picture.astype(np.float32).mean(2) / 255.0
    share = np.maximum(cover, 1e-3)
    return _Drawing(
        np.asarray(np.minimum(light / share, 1.0), np.float32), np.asarray(gum / share, np.float32), cover
    )


def _halved(values: Floats32) -> Floats32:
    height, width = values.shape
    halved: Floats32 = values.reshape(height // 2, 2, width // 2, 2).mean((1, 3))
    return halved


def palette_of(still: NDArray[np.uint8], mesh: PictureMesh) -> Palette:
    """Colours for the mouth from the face's own: its light, its lips, its skin. A grey picture stays grey."""
    at = np.clip(np.rint(mesh.still).astype(int), 0, (still.shape[1] - 1, still.shape[0] - 1))
    colours = still[at[:, 1], at[:, 0], :3].astype(np.float64)
    face = colours[: mesh.inner]
    brightness = face.mean(1)
    bright = face[brightness >= np.quantile(brightness, 0.85)].mean(0)
    skin = np.median(face, axis=0)
    light = bright.mean()
    teeth = np.clip((0.25 * bright + 0.75 * light) * 1.04, 0, 250)
    lip = np.median(colours[mesh.lips], axis=0)
    redness = (skin.max() - skin.min()) / max(skin.max(), 1.0)
    ruddy = skin * (1 - redness * np.array((0.05, 0.75, 0.65)))
    flesh = lip if lip.mean() > 0.45 * skin.mean() else ruddy
    flesh = 0.5 * flesh + 0.5 * ruddy
    dark = 0.2 * flesh
    return Palette(_told(teeth), _told(flesh), _told(dark))


def _told(colour: Floats) -> tuple[float, float, float]:
    return float(colour[0]), float(colour[1]), float(colour[2])
