# SPDX-License-Identifier: GPL-3.0-or-later
"""What "Generate lip-sync" does before it writes: plan (reads the scene) and perform (no bpy, any thread).
speak/delivery.py writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..bilabial.timing import SAMPLE_RATE
from ..host import preferences
from ..line import audio, sliders, takes
from ..rig.staging import stage

if TYPE_CHECKING:
    from ..bilabial.curves.take import Take
    from ..bilabial.phonemes.track import PhoneTrack
    from ..ui.properties import BilabialLine

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Plan:
    """One line's work, without a single reference into Blender."""

    uid: int
    hearing: audio.Hearing
    model: str | None  # name or folder
    phones_file: Path | None
    text: str
    language: str
    tolerance: float
    start: float  # frame


def plan(context: bpy.types.Context, line: BilabialLine) -> Plan:
    """Check everything that can be checked before the work begins. Raises BilabialError."""
    stage(line)  # a rig that cannot take the keys is known now, not after the wait
    hearing = audio.hear(context.scene, line)
    phones_file = audio.absolute(line.phones_file) if line.phones_file else None
    return Plan(
        uid=line.uid,
        hearing=hearing,
        model=preferences.model_folder(context, line.model),
        phones_file=phones_file,
        text=line.text.strip(),
        language=line.language.strip() or "en",
        tolerance=line.tolerance,
        start=hearing.start_frame,
    )


def perform(work: Plan, progress: Progress, cancelled: Callable[[], bool]) -> Take:
    """Sound to take. Runs in any thread; knows no bpy beyond the decoder that needs no scene."""
    from ..bilabial.exchange.phones import read_phones
    from ..bilabial.pipeline import GenerateOptions, generate_from_samples

    progress(0.0, "Reading the sound")
    timings = read_phones(work.phones_file) if work.phones_file else None
    samples = audio.decode(work.hearing)
    if timings is not None:
        timings = _of_stretch(timings, work.hearing, len(samples) / SAMPLE_RATE)
    reference = takes.reference(work.hearing, len(samples))
    options = GenerateOptions(
        model=work.model,
        phones=timings,
        text=work.text or None,
        language=work.language,
        tolerance=work.tolerance,
    )
    return generate_from_samples(samples, reference, options, progress, cancelled)


def _of_stretch(timings: PhoneTrack, hearing: audio.Hearing, duration: float) -> PhoneTrack:
    """Timings of a whole file as those of the stretch that is heard, at the speed at which it plays."""
    if hearing.skip == 0.0 and hearing.speed == 1.0 and hearing.duration is None:
        return timings
    placed = []
    for phone in timings:
        start = max(0.0, (phone.start - hearing.skip) / hearing.speed)
        end = min(duration, (phone.end - hearing.skip) / hearing.speed)
        if end - start > 1e-3:
            placed.append(replace(phone, start=start, end=end))
    return type(timings).of(placed)


def in_line_style(line: BilabialLine, take: Take) -> Take:
    """A fresh take in the style that the line has already: its sliders and its ranges."""
    from ..bilabial.curves.style import Style

    old = takes.load(line)
    spans = old.style.spans if old is not None else ()
    base = old.style.dials if old is not None and line.style_range else sliders.dials_of(line)
    if base.neutral and not spans:
        return take
    return take.with_style(Style("own", base, spans))
