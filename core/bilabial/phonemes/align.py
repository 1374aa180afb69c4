"""Forced alignment: where in the sound each sound of a known text lies, whatever the ear thinks of the text.

Teachers use it, for whom the text is the truth. A person's text may be wrong: see joint.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..timing import FRAME_RATE
from .lattice import QUIET, Graph, Integers, best_way, evidence_of, graph_of, stretches
from .pronounce import Word
from .track import TEXT, Phone, PhoneTrack

Floats32 = NDArray[np.float32]

_BEAM: Final = 220.0  # nats: a forced way may run far below the best one for a while


def align(groups: Floats32, sounds: Floats32 | None, words: Sequence[Word]) -> PhoneTrack:
    """(rows, 21) and, when there are, (rows, 53) probabilities of one stretch of speech, and its words ->
    phones.

    Raises PhoneError where the stretch is too short for the words.
    """
    graph = graph_of(words)
    path, _ = best_way(evidence_of(groups, sounds), graph, _BEAM)
    return PhoneTrack.of(phones_on(path, 0, len(path), graph, groups))


def phones_on(path: Integers, first: int, last: int, graph: Graph, groups: Floats32) -> list[Phone]:
    """The phones of the text on the rows ``first`` to ``last`` of a way."""
    number = np.array([part.phone for part in graph.parts])[path[first:last]]
    filed = np.array([part.group for part in graph.parts])[path]
    out = []
    for start, end in stretches(number):
        phone = int(number[start])
        if phone <= QUIET:
            continue
        start, end = start + first, end + first
        label, group, stress = graph.phones[phone]
        sure = float(groups[np.arange(start, end), filed[start:end]].mean())
        out.append(
            Phone(
                # Row i is the moment i / 100 s, so a border lies halfway between the last row and the next.
                start=max(0.0, (start - 0.5) / FRAME_RATE),
                end=(end - 0.5) / FRAME_RATE,
                label=label,
                group=group,
                stress=stress,
                confidence=round(min(1.0, sure), 3),
                word=graph.parts[path[start]].word,
                source=TEXT,
            )
        )
    return out
