"""What is checked: a take's curves as they are seen, and what its sound says where it is at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..audio.prosody import Prosody
from ..controls import CONTROLS, JALI_FIELD
from ..curves.curve import Curve, rows_at
from ..curves.take import SPEECH, Take
from ..retarget.profile import RigProfile
from ..solve.jali.events import Event, events
from ..timing import FRAME_RATE
from .mouth import reference_mouth

Floats = NDArray[np.float64]
Span = tuple[float, float]

_FIELD = len(JALI_FIELD)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The sound of a take, as far as the checks ask it."""

    prosody: Prosody
    groups: NDArray[np.float32] | None = None  # (rows, 21): what the ear thinks is said; None: no ear
    clipped: tuple[Span, ...] = ()  # flat tops, in the file's own samples
    dropped: tuple[Span, ...] = ()  # exact digital silence


@dataclass(eq=False)
class Subject:
    """One take under the checks. Row i is the moment i / FRAME_RATE; times in seconds."""

    take: Take
    heard: Heard | None = None
    why_unheard: str = "the sound is not at hand"
    rig: RigProfile | None = None  # on which the lips must meet as well, if it says what its gap is
    track: str = SPEECH

    @property
    def duration(self) -> float:
        return self.take.sound.duration

    @cached_property
    def events(self) -> list[Event]:
        return events(self.take.phones, self.duration)

    @cached_property
    def times(self) -> Floats:
        return np.arange(int(self.duration * FRAME_RATE + 1e-6) + 1) / FRAME_RATE

    @cached_property
    def dense(self) -> Floats:
        """(rows, 31): the controls as they are seen, style and hand keys included."""
        return self.controls_at(self.times)

    @property
    def shapes(self) -> Floats:
        """(rows, 29) of SHAPES."""
        return self.dense[:, _FIELD:]

    @cached_property
    def opening(self) -> Floats:
        """Gap between the reference mouth's lips, metres."""
        return reference_mouth().openings(self.dense)

    @cached_property
    def width(self) -> Floats:
        """Between the reference mouth's corners, metres."""
        return reference_mouth().widths(self.dense)

    @cached_property
    def curves(self) -> dict[str, Curve]:
        """As they are seen: in the take's style."""
        return self.take.styled(self.track)

    def controls_at(self, times: Floats) -> Floats:
        return rows_at(self.curves, CONTROLS, times)


def frames_within(start: float, end: float, rate: int) -> Floats:
    """Moments of the frames that show a stretch: those inside it, else the one nearest to its middle."""
    first, last = int(np.ceil(start * rate - 1e-6)), int(np.floor(end * rate + 1e-6))
    if last < first:
        return np.array([round(0.5 * (start + end) * rate) / rate])
    return np.arange(first, last + 1) / rate


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First row and row after the last of each run of True."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
