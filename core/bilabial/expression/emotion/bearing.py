"""How an emotion carries the head, and what it makes of accents: the sad head hangs and hardly nods, the
angry one comes down and stresses words with a frown, where others raise their brows.

Which way a head goes follows what is commonly described (Darwin 1872; Wallbott, Bodily expression of emotion,
1998); how far is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..names import BROWS, EMOTIONS

Floats = NDArray[np.float64]

_SETTLE_ROWS = 121  # odd; a head takes about a second to its new place
_LEAST, _MOST = 0.4, 1.5  # of the usual movement, however emotions add up
_FRONTAL = 0.7  # of a raise, as the frown that takes its place
_RAISES, _FROWNS = slice(0, 3), slice(3, len(BROWS))


@dataclass(frozen=True, slots=True)
class Bearing:
    """At full strength of the emotion. Degrees: upwards, and sideways to whichever side the line leans."""

    pitch: float
    turn: float = 0.0
    tilt: float = 0.0
    liveliness: float = 1.0  # of nods, tilts and brows, beside the usual
    frowns: float = 0.0  # share of brows' accents that are frowns instead of raises


BEARINGS = {
    "joy": Bearing(1.5, tilt=1.0, liveliness=1.25),
    "sadness": Bearing(-4.5, tilt=1.0, liveliness=0.55),
    "anger": Bearing(-2.0, liveliness=1.35, frowns=0.9),
    "fear": Bearing(1.0, turn=1.0, liveliness=0.85),
    "disgust": Bearing(1.0, turn=2.5, liveliness=0.9, frowns=0.6),
    "surprise": Bearing(2.5, liveliness=1.1),
    "boredom": Bearing(-1.5, tilt=3.0, liveliness=0.5),
}


def carried(head: Floats, amounts: Floats, side: float) -> Floats:
    """The head's degrees (rows, 3: yaw, pitch, roll) under emotions (rows, EMOTIONS). ``side``: 1 or -1."""
    if not amounts.any():
        return head
    settled = _settled(amounts)
    place = np.array([[side * b.turn, b.pitch, side * b.tilt] for b in _all()])
    result: Floats = head * _liveliness(settled)[:, None] + settled @ place
    return result


def accented(brows: Floats, amounts: Floats) -> Floats:
    """The brows' accents (rows, BROWS) under emotions (rows, EMOTIONS)."""
    if not amounts.any():
        return brows
    settled = _settled(amounts)
    frowning = np.clip(settled @ np.array([b.frowns for b in _all()]), 0.0, 1.0)[:, None]
    result = brows * _liveliness(settled)[:, None]
    outer = result[:, 1:3]
    result[:, _FROWNS] += _FRONTAL * frowning * outer
    result[:, _RAISES] *= 1.0 - frowning
    return np.clip(result, 0.0, 1.0)


def _all() -> list[Bearing]:
    return [BEARINGS[name] for name in EMOTIONS]


def _liveliness(amounts: Floats) -> Floats:
    more = amounts @ np.array([b.liveliness - 1.0 for b in _all()])
    return np.asarray(np.clip(1.0 + more, _LEAST, _MOST), np.float64)


def _settled(amounts: Floats) -> Floats:
    """Amounts as slowly as a head follows them."""
    window = np.hanning(_SETTLE_ROWS + 2)[1:-1]
    window /= window.sum()
    padded = np.pad(np.clip(amounts, 0.0, 1.0), ((_SETTLE_ROWS // 2,) * 2, (0, 0)), mode="edge")
    columns = [np.convolve(column, window, "valid") for column in padded.T]
    return np.stack(columns, axis=1)
