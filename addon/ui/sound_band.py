# SPDX-License-Identifier: GPL-3.0-or-later
"""The sound under the keys: waveform, words and sounds of the chosen line, along the bottom of dope sheet,
graph editor and sequencer. Here is where everything lies; sound_band_drawing.py draws it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy

from ..bilabial.errors import BilabialError
from ..line import lines

if TYPE_CHECKING:
    from ..bilabial.curves.take import Take
    from ..host.clock import Clock
    from ..line.line import Line

EDITORS = ("DOPESHEET_EDITOR", "GRAPH_EDITOR", "SEQUENCE_EDITOR")
_BELOW, _SOUNDS, _WORDS, _WAVE = 34.0, 15.0, 17.0, 42.0  # pixels at a user-interface scale of 1
_REACH = 6.0  # pixels within which a border is meant
_TOUCH = 1e-3  # seconds


@dataclass(frozen=True, slots=True)
class Band:
    """Where a line's sound lies in one editor's region: pixels of the region, seconds of the sound."""

    line: Line
    take: Take
    clock: Clock
    width: int
    scale: float
    first: float  # second at the region's left edge
    a_second: float  # pixels

    @property
    def bottom(self) -> float:
        return _BELOW * self.scale

    @property
    def rows(self) -> tuple[float, float, float]:
        """The lower edges of the words and of the wave, and the upper edge of all."""
        words = self.bottom + _SOUNDS * self.scale
        wave = words + _WORDS * self.scale
        return words, wave, wave + _WAVE * self.scale

    def x(self, seconds: float) -> float:
        return (seconds - self.first) * self.a_second

    def seconds(self, x: float) -> float:
        return self.first + x / self.a_second

    @property
    def last(self) -> float:
        """The second at the right edge."""
        return self.seconds(self.width)


@dataclass(frozen=True, slots=True)
class Grip:
    """What the mouse can take hold of: a border of a phone or a word, or a whole word ("body")."""

    kind: str  # "phone" or "word"
    index: int
    side: str  # "start", "end" or "body"
    seconds: float  # where it is


def band_in(context: bpy.types.Context, region: bpy.types.Region) -> Band | None:
    """The chosen line's band in an editor's region; None where it has no take, or there is no room."""
    from ..line import takes

    line = lines.active(context.scene)
    if line.take is None:
        return None
    scale = context.preferences.system.ui_scale or 1.0  # 0 without a window
    if region.height < 2.0 * (_BELOW + _SOUNDS + _WORDS + _WAVE) * scale * 0.6:
        return None
    clock = takes.clock_of(line)
    if clock is None:
        return None
    try:
        take = takes.load(line)
    except BilabialError:
        return None
    if take is None:
        return None
    left = region.view2d.region_to_view(0, 0)[0]
    right = region.view2d.region_to_view(region.width, 0)[0]
    if right <= left:
        return None
    first, last = float(clock.seconds(left)), float(clock.seconds(right))
    return Band(line, take, clock, region.width, scale, first, region.width / (last - first))


def grip_at(band: Band, x: float, y: float) -> Grip | None:
    """What lies under the mouse. Borders first: a word's in the row of words, a phone's below."""
    words, _, top = band.rows
    if not band.bottom <= y <= top:
        return None
    seconds, reach = band.seconds(x), _REACH * band.scale / band.a_second
    if y >= words:
        return _word_at(band.take, seconds, reach)
    from ..bilabial.phonemes.edits import border_near

    found = border_near(band.take.phones, seconds, reach)
    if found is None:
        return None
    index, side = found
    return Grip("phone", index, side, getattr(band.take.phones.phones[index], side))


def _word_at(take: Take, seconds: float, reach: float) -> Grip | None:
    words = take.words
    starts = [word.start for word in words]
    near = bisect_left(starts, seconds)
    best: Grip | None = None
    nearest = reach
    for index in range(max(0, near - 2), min(len(words), near + 2)):
        word = words[index]
        if not word.heard:
            continue
        for side, moment in (("start", word.start), ("end", word.end)):
            # Where two words touch, the side on which the mouse is tells whose border is meant.
            outside = 0.0 if word.start <= seconds <= word.end else min(_TOUCH, reach / 4)
            distance = abs(moment - seconds) + outside
            if distance <= nearest:
                best, nearest = Grip("word", index, side, moment), distance
    if best is not None:
        return best
    for index in range(max(0, near - 2), min(len(words), near + 1)):
        if words[index].heard and words[index].start <= seconds <= words[index].end:
            return Grip("word", index, "body", seconds)
    return None


def moved_to(band: Band, grip: Grip, seconds: float) -> tuple[float, float]:
    """Start and end of what is held, where the mouse has it at a moment."""
    held = (band.take.phones.phones if grip.kind == "phone" else band.take.words)[grip.index]
    if grip.side == "start":
        return max(0.0, seconds), held.end
    if grip.side == "end":
        return held.start, seconds
    off = max(seconds - grip.seconds, -held.start)
    return held.start + off, held.end + off


def on_a_frame(band: Band, seconds: float) -> float:
    """The moment of the nearest whole frame."""
    return float(band.clock.seconds(round(float(band.clock.frames(seconds)))))


def redraw(context: bpy.types.Context) -> None:
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in EDITORS:
                area.tag_redraw()
