"""Laying a style over neutral curves: gains and offsets act on keys and handles, a lead on the time of rises.

No network runs, and no key is added but at the borders of a styled span. Contacts stay: shapes that close the
lips or bring lip to teeth are never made smaller, and a lead makes them longer, never late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..controls import CLOSERS, JALI_FIELD, LABIODENTALS
from .curve import Curve, Floats
from .style import FADE, Dials, Style

CONTACTS = frozenset((*CLOSERS, *LABIODENTALS))
LEAST_SHRINK = 0.5  # a lead leaves every stretch between two keys at least this share of its length


def restyled(curves: Mapping[str, Curve], style: Style) -> dict[str, Curve]:
    """The curves of the 31 controls in a style; a neutral style gives the very same curves."""
    if style.neutral:
        return dict(curves)
    return {name: _restyle(name, curve, style) for name, curve in curves.items()}


def _restyle(name: str, curve: Curve, style: Style) -> Curve:
    layers = [(style.dials, 0.0, np.inf)] + [(span.dials, span.start, span.end) for span in style.spans]
    if len(curve) == 0 or not any(_touches(name, dials) for dials, _, _ in layers):
        return curve
    for _, start, end in layers[1:]:
        for edge in (start - FADE, start, end, end + FADE):
            if edge > 0.0 and curve.evaluate(edge) != 0.0:
                curve = curve.with_key_at(edge)
    gain, offset, lead = np.ones(len(curve)), np.zeros(len(curve)), np.zeros(len(curve))
    for dials, start, end in layers:
        presence = _presence(curve.times, start, end)
        own_gain, own_offset = dials.of(name)
        if name in CONTACTS:
            own_gain = max(own_gain, 1.0)
        gain += (own_gain - gain) * presence
        offset += (own_offset - offset) * presence
        lead += (dials.onset_lead - lead) * presence
    if name not in JALI_FIELD and lead.any():
        curve = _led(curve, lead)
    return _scaled(curve, gain, offset)


def _touches(name: str, dials: Dials) -> bool:
    return dials.of(name) != (1.0, 0.0) or (dials.onset_lead > 0.0 and name not in JALI_FIELD)


def _presence(times: Floats, start: float, end: float) -> Floats:
    """How much a layer rules at each time, 0..1."""
    if end == np.inf:
        return np.ones(len(times))
    ramp = np.minimum((times - start) / FADE + 1.0, (end - times) / FADE + 1.0)
    result: Floats = np.clip(ramp, 0.0, 1.0)
    return result


def _scaled(curve: Curve, gain: Floats, offset: Floats) -> Curve:
    """Each key and its handles times its gain plus its offset, held in 0..1: so then is the curve between."""
    if np.all(gain == 1.0) and np.all(offset == 0.0):
        return curve
    values = np.clip(curve.values * gain + offset, 0.0, 1.0)
    left, right = curve.left.copy(), curve.right.copy()
    for handle in (left, right):
        handle[:, 1] = np.clip(handle[:, 1] * gain + offset, 0.0, 1.0)
    # A key that ran into a limit lies flat on it: no handle may cut the corner.
    stuck = ((values == 0.0) | (values == 1.0)) & (gain * curve.values + offset != values)
    left[stuck, 1] = right[stuck, 1] = values[stuck]
    return replace(curve, values=values, left=left, right=right)


def _led(curve: Curve, lead: Floats) -> Curve:
    """Every rise earlier by its key's lead, as far as the keys before leave room; what falls stays."""
    old = curve.times
    rises = np.diff(curve.values) > 0.0
    wanted = np.where(np.append(rises, False) | np.append(False, rises), old - lead, old)
    new = old.copy()
    new[0] = max(wanted[0], min(old[0], 0.0))
    for index in range(1, len(old)):
        new[index] = max(wanted[index], new[index - 1] + LEAST_SHRINK * (old[index] - old[index - 1]))
    stretch = np.diff(new) / np.diff(old)
    before, after = np.append(1.0, stretch)[:, None], np.append(stretch, 1.0)[:, None]
    here, there = np.column_stack([old, curve.values]), np.column_stack([new, curve.values])
    # Handles keep their slope and their share of the stretch, and stay inside the limits.
    left, right = there + (curve.left - here) * before, there + (curve.right - here) * after
    for handle in (left, right):
        handle[:, 1] = np.clip(handle[:, 1], 0.0, 1.0)
    return replace(curve, times=new, left=left, right=right)
