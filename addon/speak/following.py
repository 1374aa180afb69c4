# SPDX-License-Identifier: GPL-3.0-or-later
"""A strip that was moved, trimmed or retimed takes its line's keys and edits along. Nothing is heard anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bilabial.errors import BilabialError
from ..bilabial.timing import SAMPLE_RATE
from ..host import compat
from ..line import audio, soundtrack, takes
from .delivery import deliver

if TYPE_CHECKING:
    import bpy

    from ..line.line import Line

_SAME_FRAME = 0.01
_NEW_S = 0.05  # seconds of sound that nobody has heard yet


def has_moved(scene: bpy.types.Scene, line: Line) -> bool:
    """Whether the line's strip stands elsewhere, or is longer or shorter, than when the line was written."""
    clock = takes.clock_of(line)
    if clock is None or line.use_range:
        return False
    if line.source == "FILE":
        return soundtrack.has_moved(scene, line)
    if line.source != "STRIP":
        return False
    strip = next((one for one in compat.sound_strips(scene) if one.name == line.strip), None)
    if strip is None:
        return False
    moved = abs(compat.strip_start(strip) - clock.start) > _SAME_FRAME
    length = takes.length_of(line)
    frames = compat.strip_end(strip) - compat.strip_start(strip)
    return moved or (length is not None and abs(frames - length * clock.rate) > 1.0)


def follow(scene: bpy.types.Scene, line: Line) -> str:
    """Keys, edits and corrections to where the strip plays them now."""
    from ..bilabial.curves.retiming import retimed
    from ..bilabial.phonemes.merge import in_other_time

    take, _ = takes.keyed(line)
    soundtrack.follow(scene, line)
    hearing = audio.hear(scene, line)
    times = takes.time_in(line, hearing, take.sound.sha256)
    if times is None or audio.digest(hearing.file) != take.sound.sha256:
        raise BilabialError("the strip plays another sound now: generate the line again")
    gain, offset = times
    heard_until = gain * takes.duration(take) + offset
    duration = heard_until if hearing.duration is None else hearing.duration
    duration = round(duration * SAMPLE_RATE) / SAMPLE_RATE
    heard = takes.heard(line)
    report = deliver(scene, line, retimed(take, gain, offset, duration), hearing.start_frame, hearing=hearing)
    takes.store_heard(line, None if heard is None else in_other_time(heard, gain, offset, duration))
    if offset > _NEW_S or duration - heard_until > _NEW_S:
        report.notes.append("The strip plays more of its sound now: generate again to hear that as well.")
    return report.text()
