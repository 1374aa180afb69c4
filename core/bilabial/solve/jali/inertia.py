"""Lips and jaw have weight: they start before they are needed, slow down, and never reach what is too short.

Arcs as the rules draw them stand beside one another; a mouth runs through them. Every shape but the contacts
is carried by its neighbourhood in time (a window of about a syllable's half, longer for the shapes that
narrow the mouth: corners are slower than lips), so that a short unstressed vowel blends into its neighbours
and rounding comes early and leaves late. What comes out is drawn again from its turning points alone, for
each of them is a key that an animator will see.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...controls import CLOSERS, LABIODENTALS, SHAPES
from . import arcs
from .anatomy import BITTEN, CORNERS, SEALED

Floats = NDArray[np.float64]

SEEN = 0.1  # a shape below this is not noticed
SHORTEST_SEEN_ROWS = 9  # what is seen for less is a twitch: two frames of film, and easing takes a row
_FAINT = 0.2  # a peak above this is said, however briefly: a vowel between p and b opens the lips
_ROWS, _SLOW_ROWS = 21, 31  # windows (odd): of shapes, and of those that draw the corners together
_GIVES_WAY = 0.5  # of a contact, from which on what would open the lips goes
_BEGINS = 0.02  # below this a shape is at rest: the faint tails of a window would be keys that nobody sees
_STEPS = 1e4  # values are told apart to one in so many, or rounding would make turns

_CLOSERS, _BITES = ([SHAPES.index(name) for name in names] for names in (CLOSERS, LABIODENTALS))
_CONTACTS = _CLOSERS + _BITES
_SLOW = [SHAPES.index(name) for name in sorted(CORNERS)]
_OTHERS = sorted(set(range(len(SHAPES))) - {*_CONTACTS, *_SLOW})


def weigh(shapes: Floats) -> Floats:
    """(rows, SHAPES) as arcs -> as a mouth with weight moves. Contacts stay as they are."""
    if not len(shapes):
        return shapes
    carried = np.zeros_like(shapes)
    carried[:, _OTHERS] = _carried(shapes[:, _OTHERS], _ROWS)
    carried[:, _SLOW] = _carried(shapes[:, _SLOW], _SLOW_ROWS)
    for columns, room in ((_CLOSERS, SEALED), (_BITES, BITTEN)):
        near = np.clip((shapes[:, columns].max(axis=1) - _GIVES_WAY) / (1.0 - _GIVES_WAY), 0.0, 1.0)
        carried *= 1.0 - near[:, None] * (1.0 - room)
    carried = np.rint(np.where(carried < _BEGINS, 0.0, carried) * _STEPS) / _STEPS
    control, row, value = _knots(carried)
    result = arcs.draw(control, row, value, len(shapes), len(SHAPES))
    result[:, _CONTACTS] = shapes[:, _CONTACTS]
    return result


def _carried(columns: Floats, rows: int) -> Floats:
    """Weighted mean over a window of so many rows, the ends held. Row by row the same sum, so that a span
    solved by itself has the same values."""
    weights = np.hanning(rows + 2)[1:-1]
    weights /= weights.sum()
    padded = np.pad(columns, ((rows // 2, rows // 2), (0, 0)), mode="edge")
    result = np.zeros_like(columns)
    for offset, weight in enumerate(weights):
        result += weight * padded[offset : offset + len(columns)]
    return result


def _knots(columns: Floats) -> tuple[arcs.Ints, arcs.Ints, Floats]:
    """Every column's turning points as arcs.draw takes them; a twitch is kept under what is seen."""
    control, rows, values = [], [], []
    for index in np.flatnonzero(columns.any(axis=0)):
        column = columns[:, index]
        at = _turns(column)
        control.append(np.full(len(at), index))
        rows.append(at)
        values.append(_calm(column, at))
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(control), np.concatenate(rows), np.concatenate(values)


def _turns(column: Floats) -> arcs.Ints:
    """Rows at which the column turns, begins or ends to be level, and its first and last row."""
    way = np.sign(np.diff(column))
    change = np.flatnonzero(way[1:] != way[:-1]) + 1
    return np.concatenate([[0], change, [len(column) - 1]])


def _calm(column: Floats, at: arcs.Ints) -> Floats:
    """Values at the turns. A faint shape that is seen for too short a time stays unseen."""
    values = column[at]
    seen = np.concatenate([[False], column > SEEN, [False]])
    edges = np.flatnonzero(seen[1:] != seen[:-1])
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        inside = (at >= first) & (at < stop)
        twitch = stop - first < SHORTEST_SEEN_ROWS and column[first:stop].max() < _FAINT
        if twitch and first > 0 and stop < len(column):
            values[inside] = np.minimum(values[inside], SEEN)
    return values
