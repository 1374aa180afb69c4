"""What a track's channels mean: their names, where they rest, how far they go, which of them close the lips.

Reducing, styling, merging, baking and exporting ask a track's vocabulary and know no channel by themselves.
The 31 speech controls are one vocabulary among others; each other one that comes with Bilabial is a file in
``rigs/vocabularies``, found by its name, and a take carries the definition of any that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .controls import CLOSERS, CONTROLS, LABIODENTALS
from .errors import BilabialError, FormatError
from .resources import folder

Limits = tuple[float, float]
Json = dict[str, Any]

SCHEMA = "bilabial/vocabulary/1"
FULL: Limits = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing that moves."""

    name: str
    rest: float = 0.0  # where it is when nothing happens
    limits: Limits = FULL  # in its own unit: shares, degrees, millimetres


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Channels that belong together, in the order in which arrays hold them."""

    name: str
    channels: tuple[Channel, ...]
    pairs: tuple[tuple[str, str], ...] = ()  # left and right of one thing
    closers: tuple[str, ...] = ()  # those that close the lips: nothing may weaken them
    contacts: tuple[str, ...] = ()  # those that bring the lower lip to the teeth
    additive: bool = False  # laid over what else moves the face, instead of being all that moves it
    styled: bool = False  # a take's style acts on it

    def __post_init__(self) -> None:
        names = [channel.name for channel in self.channels]
        if not self.name or not names:
            raise BilabialError(f"the vocabulary {self.name!r} names no channel: give it a name and channels")
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise BilabialError(f"the vocabulary {self.name!r} names the channel {twice!r} twice: keep one")
        spoken_of = {*self.closers, *self.contacts, *(name for pair in self.pairs for name in pair)}
        if strange := sorted(spoken_of - set(names)):
            raise BilabialError(f"the vocabulary {self.name!r} lacks the channel {strange[0]!r}: name it too")
        for channel in self.channels:
            low, high = channel.limits
            if not (
                np.isfinite([low, high, channel.rest]).all() and low < high and low <= channel.rest <= high
            ):
                raise BilabialError(
                    f"the channel {channel.name!r} of {self.name!r} rests at {channel.rest:g} within "
                    f"{low:g} to {high:g}: give finite limits around its rest"
                )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(channel.name for channel in self.channels)

    @property
    def rest(self) -> NDArray[np.float32]:
        """(channels,) the row in which nothing happens."""
        return np.array([channel.rest for channel in self.channels], np.float32)

    def channel(self, name: str) -> Channel:
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise BilabialError(
            f"the vocabulary {self.name!r} has no channel {name!r}: use {', '.join(self.names)}"
        )

    def by_limits(self, names: Iterable[str]) -> dict[Limits, list[str]]:
        """The named channels, gathered by how far they go."""
        limits = {channel.name: channel.limits for channel in self.channels}
        gathered: dict[Limits, list[str]] = {}
        for name in names:
            gathered.setdefault(limits[name], []).append(name)
        return gathered

    def clipped(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Rows (n, channels) held within the limits."""
        if rows.ndim != 2 or rows.shape[1] != len(self.channels):
            raise BilabialError(
                f"{self.name} has {len(self.channels)} channels, but the rows have the shape {rows.shape}"
            )
        low, high = zip(*(channel.limits for channel in self.channels), strict=True)
        held: NDArray[np.float32] = np.clip(rows, low, high).astype(np.float32)
        return held


def of_names(name: str, channels: Sequence[str], additive: bool = False) -> Vocabulary:
    """A vocabulary of which nothing but the names is known: every channel a share that rests at 0."""
    return Vocabulary(name, tuple(map(Channel, channels)), additive=additive)


SPEECH_CONTROLS = Vocabulary(
    "controls-31", tuple(map(Channel, CONTROLS)), closers=CLOSERS, contacts=LABIODENTALS, styled=True
)


def known() -> list[str]:
    """Names of the vocabularies that came with this installation."""
    return sorted({SPEECH_CONTROLS.name, *(path.stem for path in _home().glob("*.json"))})


@lru_cache
def find(name: str) -> Vocabulary:
    """A vocabulary of this installation by its name. Raises BilabialError."""
    if name == SPEECH_CONTROLS.name:
        return SPEECH_CONTROLS
    if name not in known():  # asked first: a name is data, never a path
        raise BilabialError(f"there is no vocabulary {name!r}: use one of {', '.join(known())}")
    from .json_text import read_json

    path = _home() / f"{name}.json"
    vocabulary = from_json(read_json(path, "install Bilabial again"), str(path))
    if vocabulary.name != name:
        raise FormatError(f"{path} defines {vocabulary.name!r}: name the file like the vocabulary")
    return vocabulary


def is_known(vocabulary: Vocabulary) -> bool:
    """Whether its name alone is enough for another installation to know it."""
    return vocabulary.name in known() and find(vocabulary.name) == vocabulary


def to_json(vocabulary: Vocabulary) -> Json:
    channels = [
        {"name": channel.name, "rest": channel.rest, "limits": list(channel.limits)}
        for channel in vocabulary.channels
    ]
    return {
        "schema": SCHEMA,
        "name": vocabulary.name,
        "channels": channels,
        "pairs": [list(pair) for pair in vocabulary.pairs],
        "closers": list(vocabulary.closers),
        "contacts": list(vocabulary.contacts),
        "additive": vocabulary.additive,
        "styled": vocabulary.styled,
    }


def from_json(content: object, name: str) -> Vocabulary:
    """A definition as ``to_json`` gives it; a channel may be its bare name. ``name`` is for messages."""
    from .json_field import Field

    field = Field(content, "", name)
    if field.get("schema").text() != SCHEMA:
        raise field.get("schema").fault(f"is not {SCHEMA}: update Bilabial")
    with field.blamed():
        return Vocabulary(
            field.get("name").text(),
            tuple(_channel(item) for item in field.get("channels").list()),
            tuple(_pair(item) for item in field.get("pairs").list()) if "pairs" in field else (),
            _texts(field, "closers"),
            _texts(field, "contacts"),
            _flag(field, "additive"),
            _flag(field, "styled"),
        )


def _channel(field: Any) -> Channel:
    if isinstance(field.value, str):
        return Channel(field.value)
    rest = field.get("rest").number() if "rest" in field else 0.0
    limits = field.get("limits").numbers(2).tolist() if "limits" in field else FULL
    return Channel(field.get("name").text(), rest, (float(limits[0]), float(limits[1])))


def _pair(field: Any) -> tuple[str, str]:
    left, right = (item.text() for item in field.list(2))
    return left, right


def _texts(field: Any, key: str) -> tuple[str, ...]:
    return tuple(item.text() for item in field.get(key).list()) if key in field else ()


def _flag(field: Any, key: str) -> bool:
    if key not in field:
        return False
    value = field.get(key)
    if not isinstance(value.value, bool):
        raise value.fault("is neither true nor false")
    return value.value


def _home() -> Path:
    return folder("rigs") / "vocabularies"
