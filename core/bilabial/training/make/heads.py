"""Heads that nobody is: the demo head's form with an identity drawn at random, speaking sounds through takes.

An identity is a shape (skull, jaw, nose, eyes, lips: smooth fields over the head), colours (skin, hair, iris,
clothes), lights, a camera and a background. The same seed makes the same heads, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...audio.reading import read
from ...curves.take import Take
from ...errors import BilabialError, FormatError
from ...models.families.portrait.shape import FRAME_RATE
from ...pipeline import generate
from ...portrait.poses import Player
from ...render.demo_head import DemoHead, load_head
from ...render.rasteriser import Camera, Lights, Mesh, Surface, render
from ...timing import SAMPLE_RATE
from ..data.sets import Problems
from ..families.portrait.clips import TEST, FaceClip, write_clip

Floats = NDArray[np.float64]

_SUFFIXES = (".wav", ".flac", ".opus", ".ogg", ".mp3")
_TEST_SHARE = 4  # every fourth identity trains nothing
# As GRID's films are aligned: eyes 42 of 128 pixels apart, 46 below the picture's top.
_VIEW = 0.204  # metres that a picture is high
_CENTRE = -0.033  # metres: height of its middle
_SKINS = (
    (0.80, 0.52, 0.40),
    (0.68, 0.40, 0.28),
    (0.45, 0.24, 0.15),
    (0.24, 0.12, 0.07),
    (0.12, 0.055, 0.035),
)
_HAIRS = (
    (0.03, 0.02, 0.015),
    (0.12, 0.06, 0.03),
    (0.40, 0.22, 0.08),
    (0.62, 0.50, 0.30),
    (0.5, 0.5, 0.5),
    (0.45, 0.1, 0.04),
)
# Fields that move the head's points: (centre, reach, the most that they move, all in metres; x is mirrored).
_FIELDS = (
    ((0.0, -0.09, -0.035), (0.020, 0.03, 0.025), (0.004, 0.010, 0.006)),  # nose
    ((0.035, -0.07, -0.005), (0.024, 0.04, 0.022), (0.004, 0.003, 0.005)),  # eyes and their sockets
    ((0.0, -0.06, -0.095), (0.045, 0.06, 0.028), (0.006, 0.008, 0.010)),  # chin
    ((0.055, -0.03, -0.065), (0.030, 0.05, 0.035), (0.010, 0.006, 0.004)),  # jaw's corners
    ((0.045, -0.06, -0.042), (0.028, 0.04, 0.022), (0.007, 0.008, 0.004)),  # cheeks
    ((0.0, -0.07, 0.03), (0.070, 0.05, 0.030), (0.003, 0.008, 0.010)),  # forehead
    ((0.0, -0.085, -0.064), (0.030, 0.03, 0.014), (0.005, 0.006, 0.003)),  # lips
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """One head: where its points lie, its colours, and how it is seen."""

    vertices: NDArray[np.float32]
    mesh: Mesh
    camera: Camera
    lights: Lights
    background: tuple[tuple[float, float, float], tuple[float, float, float]]


def identity(head: DemoHead, seed: int) -> Identity:
    """A head by its number."""
    random = np.random.default_rng((seed, 4711))
    points = head.vertices.astype(np.float64)
    points *= random.uniform((0.90, 0.95, 0.92), (1.08, 1.05, 1.08))
    for centre, reach, most in _FIELDS:
        move = random.normal(0, 0.55, 3) * most
        for side in (1, -1) if centre[0] else (1,):
            away = (head.vertices - np.array(centre) * (side, 1, 1)) / reach
            bell = np.exp(-0.5 * (away**2).sum(1))[:, None]
            points += bell * move * (side if centre[0] else 0, 1, 1)
    view = random.normal(0, (0.05, 0.02))
    colour = _mix(_SKINS, random)
    backdrop = random.uniform(0.05, 0.9, 3)
    warmth = random.uniform((1.0, 0.85, 0.75), (1.0, 1.0, 1.0)) * random.uniform(0.75, 1.05)
    lights = Lights(
        key=_told(random.uniform((-0.9, 0.2, 0.4), (0.9, 0.9, 0.9))),
        key_colour=_told(warmth),
    )
    return Identity(
        points.astype(np.float32),
        _mesh(head, colour, random),
        Camera((float(view[0]), -0.68, _CENTRE + float(view[1])), (0.0, -0.06, _CENTRE), _VIEW),
        lights,
        (_told(backdrop), _told(np.clip(backdrop + random.normal(0, 0.1, 3), 0.02, 0.95))),
    )


def _mesh(head: DemoHead, skin: Floats, random: np.random.Generator) -> Mesh:
    """Materials in this identity's colours: what varies over a material keeps doing so."""
    chosen = {
        "skin": skin,
        "lips": skin * (random.uniform(0.85, 1.15), random.uniform(0.5, 0.8), random.uniform(0.5, 0.85)),
        "hair": _mix(_HAIRS, random), "jumper": random.uniform(0.03, 0.6, 3),
        "iris": random.uniform(0.03, 0.35, 3),
    }  # fmt: skip
    chosen["brow"] = chosen["hair"] * 0.7
    colours = head.colours.astype(np.float64).copy()
    for number, name in enumerate(head.materials):
        if name in chosen:
            ids = np.unique(head.quads[head.material_of_quad == number])
            own = head.colours[ids].mean(0)
            colours[ids] = np.clip(head.colours[ids] / np.maximum(own, 1e-3) * chosen[name], 0, 1)
    gloss = float(random.uniform(0.0, 0.3))
    skins = {"skin", "lips", "gums", "tongue"}
    surfaces = tuple(
        Surface(gloss if name in skins else 0.1, 20.0, 0.6 if name in skins else 0.1)
        for name in head.materials
    )
    return Mesh(head.quads, colours.astype(np.float32), head.material_of_quad, surfaces)


def _mix(choices: Sequence[tuple[float, float, float]], random: np.random.Generator) -> Floats:
    a, b = random.choice(len(choices), 2)
    share = random.uniform()
    return np.asarray(np.array(choices[a]) * share + np.array(choices[b]) * (1 - share), np.float64)


def _told(colour: Floats) -> tuple[float, float, float]:
    return float(colour[0]), float(colour[1]), float(colour[2])


def filmed(
    head: DemoHead, who: Identity, take: Take, seconds: float, size: tuple[int, int]
) -> NDArray[np.uint8]:
    """The first seconds of a take, spoken by this head; frame k shows (k + 0.5) / 25 s."""
    names = tuple(head.shapes)
    player = Player(take, names, FRAME_RATE)
    count = min(len(player), int(seconds * FRAME_RATE))
    frames = []
    for pose, _ in zip(player, range(count), strict=False):
        moved = who.vertices + _moved(head, dict(zip(names, pose.weights.tolist(), strict=True)))
        frames.append(
            render(
                who.mesh, moved, who.camera, size, oversample=2, lights=who.lights,
                background=who.background, shadows=False,
            )
        )  # fmt: skip
    return np.array(frames)


def _moved(head: DemoHead, weights: dict[str, float]) -> NDArray[np.float32]:
    """What shapes add to any head of this mesh."""
    return np.asarray(head.pose(weights) - head.vertices, np.float32)


def write_heads(
    places: Sequence[Path], output: Path, size: tuple[int, int], heads: int, seconds: float, seed: int,
    problems: Problems,
) -> int:  # fmt: skip
    """So many heads, one film each, over the sounds in turn; every fourth identity is held out."""
    sounds = [sound for place in places for sound in _sounds(place)]
    if not sounds:
        raise FormatError(f"{places[0]} holds no sound: give sounds, or folders of them")
    head = load_head()
    output.mkdir(parents=True, exist_ok=True)
    held: list[str] = []
    done = 0
    for number in range(heads):
        name = f"head-{seed}-{number:04d}"
        sound = sounds[number * len(sounds) // heads]
        try:
            take = generate(sound)
            samples = read(sound)[: int(seconds * SAMPLE_RATE)]
            film = filmed(head, identity(head, seed * 100_003 + number), _shifted(take), seconds, size)
            write_clip(output, FaceClip(name, film, (np.clip(samples, -1, 1) * 32767).astype(np.int16)))
        except BilabialError as error:
            problems.add(sound.name, str(error))
            continue
        if number % _TEST_SHARE == _TEST_SHARE - 1:
            held.append(name)
        done += 1
    (output / TEST).write_text("\n".join(held) + "\n", "utf-8")
    return done


def _shifted(take: Take) -> Take:
    """Half a frame earlier: a player shows a frame's start, these clips its middle."""
    half = -0.5 / FRAME_RATE
    tracks = {
        name: replace(track, curves={key: curve.shifted(half) for key, curve in track.curves.items()})
        for name, track in take.tracks.items()
    }
    return replace(take, tracks=tracks)


def _sounds(place: Path) -> list[Path]:
    if place.is_dir():
        return [path for path in sorted(place.rglob("*")) if path.suffix in _SUFFIXES]
    return [place]
