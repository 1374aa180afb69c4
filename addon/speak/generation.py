# SPDX-License-Identifier: GPL-3.0-or-later
"""What "Generate lip-sync" does before it writes: plan (reads the scene) and perform (no bpy, any thread).
speak/delivery.py writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..bilabial.timing import SAMPLE_RATE
from ..host import preferences
from ..line import audio, peaks, sliders, soundtrack, takes
from ..rig.staging import stage
from . import face

if TYPE_CHECKING:
    import numpy as np

    from ..bilabial.curves.take import Take
    from ..bilabial.expression.face import FaceOptions
    from ..bilabial.phonemes.merge import KeptPhones
    from ..bilabial.phonemes.track import PhoneTrack
    from ..line.line import Line

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Plan:
    """One line's work, without a single reference into Blender."""

    uid: int
    hearing: audio.Hearing
    model: str | None  # name or folder
    phones_file: Path | None
    text: str
    words: str  # where there is no text: "auto" or "none"
    words_model: str | None  # folder
    language: str | None
    tolerance: float
    corrections: Corrections | None = None
    face: FaceOptions | None = None  # what moves beside speech
    damage: str = ""  # what to tell of the take that stands there, where it cannot be read

    @property
    def start(self) -> float:
        """The frame at which the sound begins."""
        return self.hearing.start_frame


@dataclass(frozen=True)
class Corrections:
    """What a person has corrected of the phones that were heard before."""

    heard: PhoneTrack
    mine: PhoneTrack
    times: Callable[[str | None], tuple[float, float] | None]  # by the hash of a sound: takes.time_in


@dataclass(frozen=True)
class Performed:
    """A fresh take, the person's corrections of its phones among them."""

    take: Take
    hearing: audio.Hearing
    heard: PhoneTrack | None = None  # the phones without the corrections, where there are some
    notes: tuple[str, ...] = ()


def plan(context: bpy.types.Context, line: Line) -> Plan:
    """Check everything that can be checked before the work begins. Raises BilabialError."""
    soundtrack.follow(context.scene, line)
    found = stage(line)  # a rig that cannot take the keys is known now, not after the wait
    hearing = audio.hear(context.scene, line)
    phones_file = audio.absolute(line.phones_file) if line.phones_file else None
    return Plan(
        uid=line.uid,
        hearing=hearing,
        model=preferences.model_folder(context, line.model),
        phones_file=phones_file,
        text=line.text.strip(),
        words="auto" if line.find_words else "none",
        words_model=preferences.words_model(context),
        language=line.language.strip() or None,
        tolerance=line.tolerance,
        corrections=_corrections(line, hearing),
        face=face.options(context.scene, line, hearing, found.character, found.fit),
        damage=takes.load_or_say(line)[1],
    )


def _corrections(line: Line, hearing: audio.Hearing) -> Corrections | None:
    heard = takes.heard(line)
    take = takes.load_or_say(line)[0] if heard is not None else None
    if heard is None or take is None:
        return None
    was = take.sound.sha256
    times = takes.time_in(line, hearing, was)
    return Corrections(heard, take.phones, lambda sound: times if sound == was else None)


def perform(work: Plan, progress: Progress, cancelled: Callable[[], bool]) -> Performed:
    """Sound to take. Runs in any thread; knows no bpy beyond the decoder that needs no scene."""
    from ..bilabial.exchange.phones import read_phones
    from ..bilabial.expression.face import FaceOptions
    from ..bilabial.phonemes.lexicon import lexicon_beside, read_lexicon
    from ..bilabial.pipeline import GenerateOptions, generate_from_samples

    progress(0.0, "Reading the sound")
    timings = read_phones(work.phones_file) if work.phones_file else None
    lexicon = lexicon_beside(work.hearing.file.parent)
    samples = audio.decode(work.hearing)
    if timings is not None:
        timings = _of_stretch(timings, work.hearing, len(samples) / SAMPLE_RATE)
    peaks.remember(work.hearing, samples)
    reference = takes.reference(work.hearing, len(samples))
    options = GenerateOptions(
        model=work.model,
        phones=timings,
        text=work.text or None,
        words=work.words,
        words_model=work.words_model,
        language=work.language,
        lexicon=None if lexicon is None else read_lexicon(lexicon),
        tolerance=work.tolerance,
        face=work.face or FaceOptions(),
    )
    take = generate_from_samples(samples, reference, options, progress, cancelled)
    done = _corrected(work, take, samples)
    return replace(done, notes=(work.damage, *done.notes)) if work.damage else done


def _corrected(work: Plan, take: Take, samples: np.ndarray) -> Performed:
    """The take with what a person had corrected of the phones that were heard before."""
    from ..bilabial.audio.prosody import LocalProsody
    from ..bilabial.curves.resolve import resolve_span
    from ..bilabial.phonemes.merge import in_other_time, merge_phones
    from ..bilabial.phonemes.time_map import mapped, recorded_again

    if work.corrections is None:
        return Performed(take, work.hearing)
    times = work.corrections.times(take.sound.sha256)
    seconds = takes.duration(take)
    both = work.corrections.heard, work.corrections.mine
    if times is not None:
        base, mine = (in_other_time(track, *times, seconds) for track in both)
    elif (moments := recorded_again(work.corrections.heard, take.phones)) is not None:
        base, mine = (mapped(track, moments, seconds) for track in both)
    else:
        note = "The sound is another one: phones that you had corrected by hand are as they are heard now."
        return Performed(take, work.hearing, notes=(note,))
    phones, kept = merge_phones(base, mine, take.phones)
    if not kept:
        return Performed(take, work.hearing)
    local = LocalProsody(len(samples), lambda first, stop: samples[first:stop])
    return Performed(resolve_span(take, phones, local), work.hearing, take.phones, _told(kept))


def _told(kept: Sequence[KeptPhones]) -> tuple[str, ...]:
    def listed(spans: Sequence[KeptPhones]) -> str:
        named = [f"{span.labels or 'deleted'} {span.start:.1f} s" for span in spans[:4]]
        more = f" and {len(spans) - 4} more" if len(spans) > 4 else ""
        return f"{len(spans)} {'places' if len(spans) > 1 else 'place'} ({', '.join(named)}{more})"

    notes = [f"Phones corrected by hand kept at {listed(kept)}."]
    both = [span for span in kept if span.both]
    if both:
        notes.append(f"Other phones are heard now at {listed(both)}: yours stand; look at them.")
    return tuple(notes)


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


def in_line_style(line: Line, take: Take) -> Take:
    """A fresh take in the style that the line has already: its sliders and its ranges."""
    from ..bilabial.curves.style import Style

    old, _ = takes.load_or_say(line)
    spans = old.style.spans if old is not None else ()
    base = old.style.dials if old is not None and line.style_range else sliders.dials_of(line)
    if base.neutral and not spans:
        return take
    return take.with_style(Style("own", base, spans))
