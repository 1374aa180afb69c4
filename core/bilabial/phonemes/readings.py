"""A written token that may be said in several ways ("911", "$9.99", "IT"): the sound decides between them.

Such a token is kept within the text as characters that no pattern of written English matches: every character
of it moved into a private plane of Unicode. So later steps of reading leave it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_PLANE: Final = 0xF0000
_PRIVATE: Final = re.compile("[\U000f0000-\U000fffff]+")
_BETWEEN: Final = "\t"


@dataclass(frozen=True, slots=True)
class Either:
    """``written`` as a person wrote it, and the ways to read it, each in plain words; the usual one first."""

    written: str
    readings: tuple[str, ...]


def either(written: str, readings: Sequence[str]) -> str:
    """The token as it stands in a text on its way; one way to read it is plain text."""
    different = list(dict.fromkeys(" ".join(one.split()) for one in readings))
    if len(different) == 1:
        return f" {different[0]} "
    kept = _BETWEEN.join([written.strip(), *different])
    return f" {''.join(chr(_PLANE + ord(c)) for c in kept if ord(c) < 0xFFFF)} "


def without_private(text: str) -> str:
    """A text from outside, in which nothing can be taken for a kept token."""
    return _PRIVATE.sub(" ", text)


def split(text: str) -> Iterator[str | Either]:
    """Plain text and kept tokens in their order."""
    past = 0
    for found in _PRIVATE.finditer(text):
        yield text[past : found.start()]
        written, *readings = "".join(chr(ord(c) - _PLANE) for c in found[0]).split(_BETWEEN)
        yield Either(written, tuple(readings))
        past = found.end()
    yield text[past:]
