"""What a rig profile consists of: channels, and how controls move, spare and correct them."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from ..errors import RigError

PARTS = ("jaw", "tongue", "lip", "plain", "seal")
KINDS = ("shape_key", "bone", "property", "drawing")
TRANSFORMS = ("location", "rotation", "scale")
AXES = ("x", "y", "z")
WAYS = ("up", "down", "left", "right", "forward", "back")  # of the character, not of who looks at it
SLACK = 1e-6  # by which a number may miss its limits: what reading and writing rounds


@dataclass(frozen=True, slots=True)
class Channel:
    """One number of the rig.

    Units: a shape key or a property in its own; a bone's rotation in radians (local XYZ Euler), its scale as
    what is added to 1, its location in multiples of ``measure`` (a distance of the rig), else in scene units.
    """

    name: str
    kind: str = "shape_key"
    part: str = "lip"  # the part of a term that does not say its own
    limits: tuple[float, float] = (0.0, 1.0)
    neutral: float = 0.0
    names: tuple[str, ...] = ()  # what rigs also call it; its own name counts always
    bone: str = ""  # of a bone channel, and of a property that sits on a pose bone
    transform: str = ""
    axis: str = ""
    toward: str = ""  # where + moves a bone, its tip if it turns; the axis is then read from its rest pose
    measure: str = ""
    prop: str = ""  # of a property channel: the custom property's name
    path: str = ""  # of a drawing: the full data path of the number that shows it
    shows: float = 1.0  # what that number is while the drawing is shown
    hides: float = 0.0  # and while none of the drawings that share the number is

    @property
    def all_names(self) -> tuple[str, ...]:
        """Everything a rig may call the thing that this channel moves."""
        if self.kind == "bone":
            return (self.bone, *self.names)
        plain = self.prop or self.name
        return (f"{self.bone}.{plain}", plain, *self.names) if self.bone else (plain, *self.names)

    @property
    def unit(self) -> float:
        """What counts as "fully on": the larger limit, 1 where a limit is 0 or infinite."""
        largest = max(abs(self.limits[0]), abs(self.limits[1]))
        return largest if 0.0 < largest < math.inf else 1.0

    def counted(self, factor: float) -> Channel:
        """The channel in another unit; with a negative factor, the other way round."""
        low, high = sorted(limit * factor for limit in self.limits)
        return replace(self, limits=(low, high), neutral=self.neutral * factor)


@dataclass(frozen=True, slots=True)
class Term:
    """A control moves a channel by ``weight`` when the control is 1, scaled as its part says."""

    control: str
    channel: str
    part: str
    weight: float


@dataclass(frozen=True, slots=True)
class Exclusion:
    """While the controls ``by`` are on, what else drives ``channels`` fades, by ``strength`` at 1."""

    by: tuple[str, ...]
    channels: tuple[str, ...]
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Follow:
    """While the controls ``by`` are on, ``channel`` becomes ``weight`` times the value of ``follows``."""

    channel: str
    follows: str
    by: tuple[str, ...]
    weight: float = 1.0


def check_channel(channel: Channel, mode: str, measures: Collection[str], where: str) -> None:
    """Raise RigError where a channel of a profile with this mode and these measures cannot be."""

    def fail(text: str) -> None:
        raise RigError(f"{where}, channel {channel.name!r}: {text}")

    low, high = channel.limits
    if channel.kind not in KINDS:
        fail(f"the kind {channel.kind!r} is unknown: use one of {', '.join(KINDS)}")
    if channel.part not in PARTS:
        fail(f"the part {channel.part!r} is unknown: use one of {', '.join(PARTS)}")
    if not low < high or math.isnan(low) or math.isnan(high):
        fail(f"the limits {low}..{high} leave no room: write the smaller one first")
    if not low - SLACK <= channel.neutral <= high + SLACK:
        fail(f"its neutral value {channel.neutral} lies outside its limits {low}..{high}")
    if channel.kind == "bone" and (
        not channel.bone or channel.transform not in TRANSFORMS or channel.axis not in AXES
    ):
        fail("a bone channel needs a bone, a transform (location, rotation, scale) and an axis (x, y, z)")
    if channel.toward and (
        channel.kind != "bone" or channel.toward not in WAYS or channel.transform == "scale"
    ):
        fail(f"toward is for a bone that moves or turns, and one of {', '.join(WAYS)}")
    if (channel.kind == "drawing") != bool(channel.path):
        fail("a drawing, and nothing else, needs the path of the number that shows it")
    if channel.kind == "drawing" and mode != "choose":
        fail('drawings are shown one at a time: write "mode": "choose"')
    if channel.kind == "property" and not channel.prop:
        fail("a property channel needs the property's name")
    if channel.measure and channel.measure not in measures:
        fail(f"the measure {channel.measure!r} is not among the profile's measures")
