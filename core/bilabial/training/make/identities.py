"""Heads that nobody is: the demo head's form and colours with an identity drawn at random.

An identity is a form (skull, jaw, nose, eyes, lips, brows, age, and a style between plain and cartoon: one
map of space that carries the head, its teeth and its movements alike), colours, hair, a beard, lights, a
camera and a background. The same seed makes the same head, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...render.demo_head import DemoHead
from ...render.rasteriser import Camera, Mesh, Surface
from ...render.shading import Lights

Floats = NDArray[np.float64]
Colour = tuple[float, float, float]

# As GRID's films are aligned: eyes 42 of 128 pixels apart, 46 below the picture's top.
_VIEW = 0.204  # metres that a picture is high
_CENTRE = -0.033  # metres: height of its middle
_SKINS = (
    (0.80, 0.52, 0.40), (0.68, 0.40, 0.28), (0.45, 0.24, 0.15), (0.24, 0.12, 0.07), (0.12, 0.055, 0.035)
)  # fmt: skip
_HAIRS = (
    (0.03, 0.02, 0.015), (0.12, 0.06, 0.03), (0.40, 0.22, 0.08), (0.62, 0.50, 0.30), (0.5, 0.5, 0.5),
    (0.45, 0.1, 0.04),
)  # fmt: skip
_GREY = np.array((0.55, 0.54, 0.52))


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of the head as a bell about a centre; mirrored where it does not lie in the middle. Metres."""

    centre: Colour
    reach: Colour
    moves: Colour  # standard deviation of how far people's differ
    ageing: Colour = (0.0, 0.0, 0.0)  # where a great age takes it
    grows: Colour = (0.0, 0.0, 0.0)  # standard deviation of its size, as a share
    ages: Colour = (0.0, 0.0, 0.0)  # of its size, at a great age
    cartoon: float = 0.0  # of its size, in a cartoon


_PLACES = (
    _Place((0.0, -0.09, -0.035), (0.020, 0.03, 0.025), (0.0, 0.0055, 0.0033), (0.0, -0.002, -0.003),
           (0.18, 0.0, 0.1), (0.1, 0.0, 0.1), -0.30),  # nose
    _Place((0.035, -0.07, -0.003), (0.022, 0.04, 0.020), (0.0022, 0.0017, 0.0022), (0.0, 0.002, 0.0),
           (0.07, 0.0, 0.10), (0.0, 0.0, -0.12), 0.34),  # eyes
    _Place((0.0, -0.06, -0.095), (0.045, 0.06, 0.028), (0.0, 0.0044, 0.0055), (0.0, -0.003, -0.002),
           (0.15, 0.0, 0.0), (0.05, 0.0, 0.0), -0.12),  # chin
    _Place((0.055, -0.03, -0.065), (0.030, 0.05, 0.035), (0.0055, 0.0033, 0.0022), (0.004, 0.0, -0.006)),
    _Place((0.045, -0.06, -0.042), (0.028, 0.04, 0.022), (0.0038, 0.0044, 0.0022), (-0.003, 0.004, -0.003)),
    _Place((0.0, -0.07, 0.03), (0.070, 0.05, 0.030), (0.0, 0.0044, 0.0055), (0.0, 0.0, 0.003),
           (0.05, 0.0, 0.0), (0.0, 0.0, 0.0), 0.08),  # forehead
    _Place((0.0, -0.085, -0.064), (0.030, 0.03, 0.014), (0.0, 0.0033, 0.0017), (0.0, 0.002, -0.001),
           (0.14, 0.0, 0.20), (0.0, 0.0, -0.3), -0.05),  # lips
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A map of space: what it does to the head it does to every pose of it."""

    size: Floats  # of the whole, along each axis
    moves: Floats  # (places, 3) metres
    grows: Floats  # (places, 3) shares

    def __call__(self, points: Floats) -> Floats:
        out = points * self.size
        for place, move, grow in zip(_PLACES, self.moves, self.grows, strict=True):
            for side in (1.0, -1.0) if place.centre[0] else (1.0,):
                centre = np.array(place.centre) * (side, 1, 1)
                away = points - centre
                bell = np.exp(-0.5 * ((away / place.reach) ** 2).sum(1))[:, None]
                out = out + bell * (move * (side, 1, 1) + away * grow)
        return np.asarray(out, np.float64)

    def slopes(self, points: Floats) -> Floats:
        """(n, 3, 3): what a small step along each axis (second) becomes along each (third)."""
        step = 1e-4  # metres
        here = self(points)
        return np.stack([(self(points + step * axis) - here) / step for axis in np.eye(3)], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """One head: where its points lie and go, its colours, and how it is seen."""

    vertices: NDArray[np.float32]
    mesh: Mesh  # only what can be seen from in front
    camera: Camera
    lights: Lights
    background: tuple[Colour, Colour]
    cartoon: float  # 0 plain, 1 cartoon
    age: float  # 0 young, 1 old
    _slopes: NDArray[np.float32] = field(repr=False)

    def posed(self, head: DemoHead, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Vertices for shape weights: a larger eye has longer lids' ways."""
        moved = head.pose(weights) - head.vertices
        return np.asarray(self.vertices + np.einsum("ni,nij->nj", moved, self._slopes), np.float32)


def identity(head: DemoHead, seed: int) -> Identity:
    """A head by its number."""
    random = np.random.default_rng((seed, 4711))
    cartoon = float(np.clip(random.uniform(-0.8, 1.0), 0.0, 1.0))  # nearly half are plain
    age = float(random.uniform() ** 1.5)
    form = _form(random, cartoon, age)
    points = head.vertices.astype(np.float64)
    formed = _brows(head, form(points), random)
    mesh = _mesh(head, random, cartoon, age)
    view = random.normal(0, (0.05, 0.02))
    return Identity(
        formed.astype(np.float32), mesh,
        Camera((float(view[0]), -0.68, _CENTRE + float(view[1])), (0.0, -0.06, _CENTRE), _VIEW),
        _lights(random, cartoon), _backdrop(random), cartoon, age, form.slopes(points).astype(np.float32),
    )  # fmt: skip


def _form(random: np.random.Generator, cartoon: float, age: float) -> Form:
    size = random.uniform((0.90, 0.95, 0.92), (1.08, 1.05, 1.08))
    moves, grows = [], []
    for place in _PLACES:
        moves.append(random.normal(0, 1, 3).clip(-2, 2) * place.moves + age * np.array(place.ageing))
        grown = random.normal(0, 1, 3).clip(-2, 2) * place.grows + age * np.array(place.ages)
        grows.append(np.maximum(grown + cartoon * place.cartoon * np.array((1, 0.3, 1)), -0.5))
    return Form(size, np.array(moves), np.array(grows))


def _brows(head: DemoHead, formed: Floats, random: np.random.Generator) -> Floats:
    """Thicker or thinner, higher or lower, tilted."""
    thick, height, tilt = random.uniform(0.5, 1.9), random.normal(0, 0.0025), random.normal(0, 0.12)
    ids = np.unique(head.quads[head.material_of_quad == head.materials.index("brow")])
    for side in (1, -1):
        own = ids[np.sign(head.vertices[ids, 0]) == side]
        middle = formed[own].mean(0)
        formed[own, 2] = middle[2] + (formed[own, 2] - middle[2]) * thick + height
        formed[own, 2] += (formed[own, 0] - middle[0]) * side * tilt
    return formed


def _lights(random: np.random.Generator, cartoon: float) -> Lights:
    """A lamp from anywhere before the head; flatter in a cartoon."""
    warmth = random.uniform((1.0, 0.85, 0.75), (1.0, 1.0, 1.0)) * random.uniform(0.75, 1.05)
    sky = np.array((0.36, 0.38, 0.42)) * random.uniform(0.6, 1.3) * (1 + 0.4 * cartoon)
    return Lights(
        key=_told(random.uniform((-0.9, 0.2, 0.4), (0.9, 0.9, 0.9))),
        key_colour=_told(warmth * (1 - 0.2 * cartoon)),
        fill_colour=_told(np.array((0.30, 0.36, 0.44)) * random.uniform(0.4, 1.3)),
        sky_colour=_told(sky),
    )


def _backdrop(random: np.random.Generator) -> tuple[Colour, Colour]:
    top = random.uniform(0.05, 0.9, 3)
    return _told(top), _told(np.clip(top + random.normal(0, 0.1, 3), 0.02, 0.95))


def _mesh(head: DemoHead, random: np.random.Generator, cartoon: float, age: float) -> Mesh:
    """Materials in this identity's colours: what varies over a material keeps doing so."""
    skin = _mix(_SKINS, random)
    hair = _mix(_HAIRS, random)
    hair = hair + (_GREY - hair) * np.clip(1.6 * age - 0.7 + random.normal(0, 0.15), 0, 1)
    chosen = {
        "skin": skin, "lids": skin * 0.8, "hair": hair, "brow": hair * 0.7,
        "lips": skin * (random.uniform(0.85, 1.15), random.uniform(0.5, 0.8), random.uniform(0.5, 0.85)),
        "jumper": random.uniform(0.03, 0.6, 3), "iris": random.uniform(0.03, 0.35, 3),
    }  # fmt: skip
    colours = head.colours.astype(np.float64).copy()
    for number, name in enumerate(head.materials):
        if name in chosen:
            ids = np.unique(head.quads[head.material_of_quad == number])
            own = head.colours[ids].mean(0)
            colours[ids] = head.colours[ids] / np.maximum(own, 1e-3) * chosen[name]
    skins = np.unique(head.quads[head.material_of_quad == head.materials.index("skin")])
    colours[skins] *= _blotches(head.vertices[skins], random, 0.03 + 0.10 * age)
    colours[skins] = _bearded(colours[skins], head.vertices[skins], hair, random)
    grey = colours.mean(1, keepdims=True)
    colours = np.clip(grey + (colours - grey) * (1 + 0.5 * cartoon), 0, 1)
    shown = _seen(head, bald=bool(random.uniform() < 0.1))
    return Mesh(
        head.quads[shown], colours.astype(np.float32), head.material_of_quad[shown],
        _surfaces(head, float(random.uniform(0.0, 0.3)) * (1 - cartoon)),
    )  # fmt: skip


def _surfaces(head: DemoHead, gloss: float) -> tuple[Surface, ...]:
    skins = {"skin", "lips", "gums", "tongue"}
    return tuple(
        Surface(gloss if name in skins else 0.1, 20.0, 0.6 if name in skins else 0.1)
        for name in head.materials
    )


def _blotches(points: NDArray[np.float32], random: np.random.Generator, strength: float) -> Floats:
    """(n, 1) factors about 1: a few waves of some centimetres."""
    waves = random.normal(0, 130, (6, 3))  # radians a metre
    phases = random.uniform(0, 2 * np.pi, 6)
    told = np.sin(points.astype(np.float64) @ waves.T + phases).mean(1)
    return np.asarray(1 + strength * told[:, None] * 2, np.float64)


def _bearded(
    colours: Floats, points: NDArray[np.float32], hair: Floats, random: np.random.Generator
) -> Floats:
    """One in five has a beard: chin and jaw in the hair's colour, as thick as drawn."""
    thick, has = random.uniform(0.3, 0.9), random.uniform() < 0.2
    if not has:
        return colours
    low = np.clip((-0.045 - points[:, 2]) / 0.02, 0, 1) * np.clip((0.01 - points[:, 1]) / 0.02, 0, 1)
    above_neck = np.clip((points[:, 2] + 0.125) / 0.015, 0, 1)
    share = (thick * low * above_neck)[:, None]
    return np.asarray(colours + (hair * 0.8 - colours) * share, np.float64)


def _seen(head: DemoHead, bald: bool) -> NDArray[np.bool_]:
    """Quads that some camera before the head can see: half the mesh takes half the time."""
    corners = head.vertices[head.quads].astype(np.float64)
    facing = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    facing /= np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-20)
    shown: NDArray[np.bool_] = (facing[:, 1] < 0.4) & (corners[..., 2].min(1) < _CENTRE + 0.6 * _VIEW)
    if bald:
        shown &= head.material_of_quad != head.materials.index("hair")
    return shown


def _mix(choices: Sequence[Colour], random: np.random.Generator) -> Floats:
    a, b = random.choice(len(choices), 2)
    share = random.uniform()
    return np.asarray(np.array(choices[a]) * share + np.array(choices[b]) * (1 - share), np.float64)


def _told(colour: Floats) -> Colour:
    return float(colour[0]), float(colour[1]), float(colour[2])
