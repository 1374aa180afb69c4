"""A style in one short text, as command lines and tables write it: ``shout``, ``jaw=1.2,lip=0.9,U=0.8``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..controls import SHAPES
from .style import PRESETS, Style, StyleError

_DIALS = {
    "jaw": "jaw_gain",
    "lip": "lip_gain",
    "jaw_offset": "jaw_offset",
    "lip_offset": "lip_offset",
    "lead": "onset_lead",
}


def parse_style(text: str) -> Style:
    """A preset's name, dials as name=number, or a preset with dials after it; empty is neutral."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    style = Style()
    if parts and "=" not in parts[0]:
        style = Style.preset(parts.pop(0))
    dials: dict[str, Any] = {}
    gains: dict[str, float] = dict(style.dials.gains)
    for part in parts:
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            number = float(value)
        except ValueError:
            raise StyleError(f"the style says {part!r}: write name=number, such as jaw=1.2") from None
        if name in _DIALS:
            dials[_DIALS[name]] = number
        elif name in SHAPES:
            gains[name] = number
        else:
            raise StyleError(
                f"the style names {name!r}: use one of {', '.join((*PRESETS, *_DIALS))}, or a shape"
            )
    if not parts:
        return style
    return Style(text, replace(style.dials, gains=gains, **dials))
