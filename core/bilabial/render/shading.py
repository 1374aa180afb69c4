"""What light makes of a surface: the lamps, what leaves a point towards the eye, and light as a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_TINTS = ("key", "fill", "sky", "ground", "rim")


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


def normalised(vectors: Floats) -> Floats:
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


@dataclass(frozen=True, slots=True)
class Look:
    """The lights as one camera sees them, in the scene's own directions."""

    eye: Floats
    backward: Floats
    key: Floats
    fill: Floats
    behind: Floats
    sparkle: Floats
    lights: Lights

    @classmethod
    def of(cls, lights: Lights, eye: tuple[float, float, float], axes: tuple[Floats, Floats, Floats]) -> Look:
        """``axes``: right, up and backward of the camera whose eye it is."""
        frame = np.stack(axes)

        def world(direction: tuple[float, float, float]) -> Floats:
            vector: Floats = normalised(np.asarray(direction, np.float32)[None] @ frame)[0]
            return vector

        return cls(
            np.asarray(eye, np.float32), frame[2], world(lights.key), world(lights.fill),
            world(lights.rim), world(lights.sparkle), lights,
        )  # fmt: skip

    def shade(
        self, point: Floats, normal: Floats, colour: Floats, surface: Floats, openness: Floats, lit: Floats
    ) -> Floats:
        """The light that leaves some points towards the eye. ``surface``: a row of numbers for each of its
        fields; ``lit``: how much of the key light reaches each point.
        """
        gloss, sharpness, softness, rim, clearness, sparkle = surface
        colour = np.maximum(colour, 0)  # at a triangle's edge it is carried on a little beyond black
        openness = 1 - (1 - openness) * (1 - clearness)
        crease = openness[:, None]
        tints = {n: np.asarray(getattr(self.lights, f"{n}_colour"), np.float32) for n in _TINTS}
        view = normalised(self.eye - point)
        upward = (normal[:, 2:3] + 1) / 2
        light = (upward * tints["sky"] + (1 - upward) * tints["ground"]) * crease
        light += _diffuse(normal @ self.key, softness, lit) * tints["key"] * (0.25 + 0.75 * crease)
        light += _diffuse(normal @ self.fill, softness, np.ones_like(lit)) * tints["fill"] * crease
        # Light that leaves a crease has bounced off the same surface: it darkens towards the surface's own
        # colour.
        picture = colour ** (1 + 0.6 * (1 - crease)) * light
        for towards, strength, shade in ((self.key, 1.0, lit), (self.fill, 0.35, None)):
            half = normalised(view + towards)
            shine = np.clip(np.einsum("ij,ij->i", normal, half), 0, 1) ** sharpness
            shine *= gloss * np.float32(strength) * openness
            picture += (shine if shade is None else shine * shade)[:, None] * tints["key"]
        half = normalised(view + self.sparkle)
        spot = np.clip(
            (np.einsum("ij,ij->i", normal, half) - 0.9890) / 0.0040, 0, 1
        )  # a disc of eight degrees
        picture += (spot * sparkle * np.minimum(1.0, openness * 1.6))[:, None]
        facing = 1 - np.clip(np.einsum("ij,ij->i", normal, view), 0, 1)
        edge = facing**3 * np.clip(normal @ self.behind + 0.35, 0, 1) * rim
        picture += edge[:, None] * tints["rim"] * (0.35 + 0.65 * colour)
        return np.asarray(picture, np.float32)


def _diffuse(cosine: Floats, softness: Floats, shade: Floats) -> Floats:
    """Lambert, with light bleeding over the edge: most in red, as in skin."""
    soft = softness[:, None]
    wrap = soft * np.array((0.55, 0.32, 0.24), np.float32)
    wrapped = np.clip((cosine[:, None] + wrap) / (1 + wrap), 0, None)
    bleed = shade[:, None]
    shown: Floats = wrapped * (bleed + (1 - bleed) * soft * np.array((0.30, 0.10, 0.07), np.float32))
    return shown


def developed(canvas: Floats) -> NDArray[np.uint8]:
    """Linear light as a picture."""
    light: Floats = np.clip(canvas, 0, None)
    shown = light * (1 + light / 6.0) / (1 + light)  # a film's shoulder: bright skin does not burn out
    shown = np.clip(shown * 1.72, 0, 1)
    gamma = np.where(shown <= 0.0031308, shown * 12.92, 1.055 * np.maximum(shown, 1e-9) ** (1 / 2.4) - 0.055)
    picture: NDArray[np.uint8] = (gamma * 255 + 0.5).astype(np.uint8)
    return picture
