"""Phones and prosody to dense curves that keep the hard rules, whatever the length of the sound.

The procedural model and the rules work on whole tables and need several of them at once; of three hours
that would be gigabytes. Both are local, so a long clip is solved in pieces that overlap, against statistics
of the whole clip, and each seam lies in the longest pause about where it should be.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..audio.prosody import Prosody
from ..controls import CONTROLS
from ..models.prediction import Prediction
from ..phonemes.track import PhoneTrack
from ..timing import FRAME_RATE
from .jali.field import FieldStatistics
from .jali.solve import REACH_S, JaliOptions, solve
from .rules import Pin, RuleOptions, apply_rules, gate

Floats32 = NDArray[np.float32]

PIECE_S = 600.0  # about the length of a piece; what is shorter than two is solved whole
_SEARCH_S = 30.0  # a seam is moved by no more than this to fall into a pause
_OVERLAP_S = 3.0 * REACH_S + 2.0  # beyond a seam, so that the end of a piece tells nothing at it


def dense_curves(
    prediction: Prediction | None,
    thresholds: Sequence[float] | None,
    phones: PhoneTrack,
    prosody: Prosody,
    statistics: FieldStatistics,
    rules: RuleOptions,
) -> tuple[Floats32, list[Pin]]:
    """Dense curves and their pins: a network's own curves where it draws some, else the procedural ones."""
    if prediction is None or prediction.activations is None:
        return solve_and_rule(phones, prosody, statistics, rules)
    dense = gate(prediction, np.asarray(thresholds, np.float32), rules.minimum_shape_s)
    return apply_rules(dense, phones, rules)


def solve_and_rule(
    phones: PhoneTrack, prosody: Prosody, statistics: FieldStatistics, rules: RuleOptions
) -> tuple[Floats32, list[Pin]]:
    """(rows, 31) dense curves in 0..1, and the stretches that sparse keys must keep exact."""
    rows = len(prosody)
    seams = _seams(phones, rows)
    dense = np.empty((rows, len(CONTROLS)), np.float32)
    pins: list[Pin] = []
    for first, last in pairwise(seams):
        low = max(0, first - round(_OVERLAP_S * FRAME_RATE))
        high = min(rows, last + round(_OVERLAP_S * FRAME_RATE))
        piece = _between(phones, low, high)
        solved = solve(piece, _rows_of(prosody, low, high), JaliOptions(statistics), low)
        solved, found = apply_rules(solved, piece, rules, low)
        dense[first:last] = solved[first - low : last - low]
        # A pin belongs to the piece in which it begins: seams lie in pauses, where none does.
        pins += [
            (control, start, end)
            for control, start, end in found
            if first <= round(start * FRAME_RATE) < last
        ]
    return dense, pins


def _seams(phones: PhoneTrack, rows: int) -> list[int]:
    """Rows at which pieces begin, and the number of rows."""
    size = round(PIECE_S * FRAME_RATE)
    if rows < 2 * size:
        return [0, rows]
    spoken = [phone for phone in phones if not phone.is_silence]
    ends = np.array([0.0, *(phone.end for phone in spoken)])
    starts = np.array([*(phone.start for phone in spoken), rows / FRAME_RATE])
    middles, lengths = (starts + ends) / 2, starts - ends
    seams = [0]
    while rows - seams[-1] >= 2 * size:
        wished = (seams[-1] + size) / FRAME_RATE
        near = np.flatnonzero(np.abs(middles - wished) <= _SEARCH_S)
        at = float(middles[near[lengths[near].argmax()]]) if len(near) else wished
        seams.append(round(at * FRAME_RATE))
    return [*seams, rows]


def _between(phones: PhoneTrack, low: int, high: int) -> PhoneTrack:
    """The phones that lie in these rows."""
    if low == 0 and high >= phones.end * FRAME_RATE:
        return phones
    start, end = low / FRAME_RATE, high / FRAME_RATE
    return PhoneTrack.of(phone for phone in phones if phone.start >= start and phone.end <= end)


def _rows_of(prosody: Prosody, low: int, high: int) -> Prosody:
    return Prosody(prosody.intensity_db[low:high], prosody.pitch_hz[low:high], prosody.high_db[low:high])
