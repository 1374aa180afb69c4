"""Sizes of the portrait network, shared by training and inference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ....errors import ModelError

FRAME_RATE = 25  # frames a second
WINDOW = 2560  # samples, .16 s: what a frame hears, centred on it
HOP = 640  # samples from frame to frame
CORE = (4, 3)  # height and width that all halvings end with
SOUND_STEPS = 5  # halvings of a window that has one column a ms: 160 to 5
LAST_SKIP = 0.97  # of the still's colours where they are the last skip: tanh reaches no 1
_LARGEST = 1024  # of any size in a card
REACH = 0.1  # of the width: no pixel is fetched from farther away
_FLAGS = ("temporal", "mask", "on_still", "carried")


@dataclass(frozen=True, slots=True)
class PortraitShape:
    """What the arrays of a generator are shaped by."""

    width: int
    height: int
    channels: int
    most: int
    sound_channels: int
    identity: int
    context: int
    noise: int
    temporal: bool
    mask: bool = False  # a fourth channel: how far a pixel is drawn anew; what is not is the still's
    on_still: bool = False  # the still itself is the last skip: colours are what changes of it
    carried: bool = False  # two channels more: from where each pixel of that still is fetched

    def __post_init__(self) -> None:
        sizes = (self.channels, self.most, self.sound_channels, self.identity, self.context, self.noise)
        if min(sizes) < 1 or max(sizes) > _LARGEST:
            raise ModelError("the portrait network's settings are impossible: export the model again")
        if not any((self.width, self.height) == (CORE[1] << n, CORE[0] << n) for n in range(2, 8)):
            raise ModelError(
                f"a portrait of {self.width} x {self.height} cannot be halved down to {CORE[1]} x {CORE[0]}: "
                "use 48 x 64 or 96 x 128"
            )
        if self.carried and not self.on_still:
            raise ModelError("a network carries only a still that it draws on: set on_still = true")

    @property
    def levels(self) -> tuple[int, ...]:
        """Channels after each halving of the picture."""
        count = (self.height // CORE[0]).bit_length() - 1
        return tuple(min(self.channels << i, self.most) for i in range(count))

    @property
    def drawn(self) -> int:
        """Channels of what the last layer says: the colours, the mask where there is one, and ways."""
        return 3 + self.mask + 2 * self.carried

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> PortraitShape:
        """From a card."""
        try:
            whole: dict[str, Any] = {
                name: int(settings[name]) for name in cls.__dataclass_fields__ if name not in _FLAGS
            }
            flags = {name: bool(settings.get(name, False)) for name in _FLAGS[1:]}
            return cls(**whole, temporal=bool(settings["temporal"]), **flags)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"the card's network settings are incomplete ({error}): export the model again"
            ) from error
