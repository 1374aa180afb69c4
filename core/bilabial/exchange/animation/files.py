"""One door to all formats: the suffix of a path says which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import FormatError
from . import audio2face, gltf, live_link, usd, vrma
from .channels import ChannelAnimation

_READERS: dict[str, Callable[[Path], ChannelAnimation]] = {
    ".csv": live_link.read,
    ".json": audio2face.read,
    ".glb": gltf.read,
    ".gltf": gltf.read,
    ".vrma": vrma.read,
    ".usd": usd.read,
    ".usda": usd.read,
    ".usdc": usd.read,
}
_WRITERS: dict[str, Callable[[ChannelAnimation, Path], None]] = {
    ".csv": live_link.write,
    ".json": audio2face.write,
    ".glb": gltf.write,
    ".gltf": gltf.write,
    ".vrma": vrma.write,
    ".usd": usd.write,
    ".usda": usd.write,
    ".usdc": usd.write,
}
READABLE = tuple(_READERS)
WRITABLE = tuple(_WRITERS)


def read_animation(path: Path | str) -> ChannelAnimation:
    """An animation file. Raises FormatError naming the line or field that is wrong."""
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FormatError(f"{path}: no animation format ends in {path.suffix!r}: use {', '.join(READABLE)}")
    if not path.is_file():
        raise FormatError(f"{path} is missing: check the name")
    return reader(path)


def write_animation(animation: ChannelAnimation, path: Path | str) -> None:
    """Write an animation in the format that the path's suffix names; the file appears whole or not at all."""
    path = Path(path)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise FormatError(f"{path}: no animation format ends in {path.suffix!r}: use {', '.join(WRITABLE)}")
    writer(animation, path)
