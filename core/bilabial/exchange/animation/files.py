"""One door to all formats: the suffix of a path says which."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

from ...errors import FormatError
from .channels import AnimationFormat, ChannelAnimation


def formats(package_path: list[str], package: str) -> dict[str, AnimationFormat]:
    """Every format of a package, by suffix, in the order of the modules' names."""
    found: dict[str, AnimationFormat] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(package_path)):
        if name == "files":
            continue
        told = getattr(import_module(f".{name}", package), "FORMAT", None)
        if isinstance(told, AnimationFormat):
            found |= dict.fromkeys(told.suffixes, told)
    return found


_FORMATS = formats([str(Path(__file__).parent)], __package__)
READABLE = tuple(suffix for suffix, told in _FORMATS.items() if told.read is not None)
WRITABLE = tuple(suffix for suffix, told in _FORMATS.items() if told.write is not None)


def read_animation(path: Path | str) -> ChannelAnimation:
    """An animation file. Raises FormatError naming the line or field that is wrong."""
    path = Path(path)
    told = _FORMATS.get(path.suffix.lower())
    if told is None or told.read is None:
        raise FormatError(f"{path}: no animation format ends in {path.suffix!r}: use {', '.join(READABLE)}")
    if not path.is_file():
        raise FormatError(f"{path} is missing: check the name")
    return told.read(path)


def write_animation(animation: ChannelAnimation, path: Path | str) -> None:
    """Write an animation in the format that the path's suffix names; the file appears whole or not at all."""
    path = Path(path)
    told = _FORMATS.get(path.suffix.lower())
    if told is None or told.write is None:
        raise FormatError(f"{path}: no animation format ends in {path.suffix!r}: use {', '.join(WRITABLE)}")
    told.write(animation, path)
