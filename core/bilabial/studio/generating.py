"""Slow work of the Studio as plain functions of a job: generating, realigning, opening a sound, checking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..audio.listening import listen
from ..audio.prosody import Prosody
from ..audio.reading import read_blocks
from ..curves.files import SUFFIX, load_take
from ..curves.format import dumps, save
from ..curves.merge import merge
from ..curves.merge_takes import merged_takes
from ..curves.resolve import resolve_span
from ..curves.take import SPEECH, Take
from ..errors import BilabialError, Cancelled
from ..locks import writing
from ..paths import seen_from
from ..phonemes.merge import merge_phones
from ..phonemes.track import PhoneTrack
from ..phrases import Phrase
from ..pipeline import GenerateOptions, IsCancelled, Progress, generate
from ..qa.check import CheckOptions, ear, judge
from ..qa.finding import Report
from ..qa.listening import hear_file
from ..qa.subject import Heard
from ..refusals import sentence
from .lines import Line, checked, looked_at
from .waveform import Wave, load_wave


@dataclass(frozen=True, slots=True, eq=False)
class OpenedSound:
    wave: Wave
    prosody: Prosody


def open_sound(sound: Path, progress: Progress, cancelled: IsCancelled) -> OpenedSound:
    """What a line needs to be seen, heard and edited."""

    def told(share: float) -> None:
        if cancelled():
            raise Cancelled(Phrase("another line was opened"))
        progress(share, Phrase("reading the sound"))

    wave = load_wave(sound, lambda seconds: told(0.3))
    length = max(wave.duration, 1e-3)
    heard = listen(read_blocks(sound), str(sound), None, lambda s: told(0.3 + 0.7 * min(s / length, 1.0)))
    return OpenedSound(wave, heard.prosody)


def hear(sound: Path, options: CheckOptions, progress: Progress, cancelled: IsCancelled) -> Heard:
    """What the checks and the reasons ask the ear."""

    def told(seconds: float) -> None:
        if cancelled():
            raise Cancelled(Phrase("another line was opened"))
        progress(0.5, Phrase("listening"))

    return hear_file(sound, ear(options), told)


def check(take: Take, name: str, heard: Heard | None, options: CheckOptions) -> Report:
    return judge(take, name, heard, options)


def realigned(
    take: Take, sound: Path, options: GenerateOptions, progress: Progress, cancelled: IsCancelled
) -> Take:
    """The take with the phones of a corrected text; curves change where phones do, hand keys stay."""
    fresh = generate(sound, options, progress, cancelled)
    worded = replace(take, words=fresh.words, words_model=fresh.words_model)
    if SPEECH not in take.tracks:
        return replace(worded, phones=fresh.phones)
    prosody = listen(read_blocks(sound), str(sound), None, lambda seconds: None).prosody
    return resolve_span(worded, fresh.phones, prosody)


def regenerated(
    take: Take, path: Path, sound: Path, options: GenerateOptions, progress: Progress, cancelled: IsCancelled
) -> Take:
    """Made anew from the sound. Hand keys and sounds that a person named stay: the old take without them is
    the base."""
    fresh = generate(sound, replace(options, style=take.style), progress, cancelled)
    fresh = replace(fresh, sound=replace(fresh.sound, path=seen_from(path.parent, sound)))
    heard = PhoneTrack.of(phone for phone in take.phones if not phone.by_hand)
    phones, corrected = merge_phones(heard, take.phones, fresh.phones)
    if corrected and SPEECH in fresh.tracks:
        prosody = listen(read_blocks(sound), str(sound), None, lambda seconds: None).prosody
        fresh = resolve_span(fresh, phones, prosody)
    tracks = dict(take.tracks)
    for name, track in fresh.tracks.items():
        if name not in tracks:
            tracks[name] = track
            continue
        mine = tracks[name].curves
        base = {curve: keys.select(keys.origin == 0) for curve, keys in mine.items()}
        tracks[name] = replace(track, curves=merge(base, mine, track.curves).curves)
    return replace(fresh, tracks=tracks)


def made(line: Line, options: GenerateOptions, progress: Progress, cancelled: IsCancelled) -> Line:
    """A take of a line that has none yet, beside its sound."""
    if line.sound is None:
        raise BilabialError(Phrase("{0} has no sound: put it beside its take", line.name))
    path = line.take or line.sound.with_name(line.sound.stem + SUFFIX)
    before = load_take(path) if path.exists() else None
    if before is not None:
        take = regenerated(before, path, line.sound, options, progress, cancelled)
    else:
        if line.text:
            options = replace(options, text=line.text)
        take = generate(line.sound, options, progress, cancelled)
        take = replace(take, sound=replace(take.sound, path=seen_from(path.parent, line.sound)))
    _put(take, path, before)
    return looked_at(replace(line, take=path))


def _put(take: Take, path: Path, before: Take | None) -> None:
    """Write a take that took its time. What was saved there in the meantime is merged, never overwritten."""
    with writing(path):
        now = load_take(path) if path.exists() else None
        if now is not None and before is None:
            raise BilabialError(
                Phrase("{0} was made by another program in the meantime: generate the line again", path)
            )
        if now is not None and before is not None and dumps(now) != dumps(before):
            take, _ = merged_takes(before, now, take)
        save(take, path)


HandIn = Callable[[Line], None]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Lines that a batch has finished with, and why others failed."""

    lines: tuple[Line, ...]
    faults: tuple[str, ...]


def make_lines(
    lines: Sequence[Line],
    options: GenerateOptions,
    progress: Progress,
    cancelled: IsCancelled,
    hand_in: HandIn = lambda line: None,
) -> BatchResult:
    """Takes for many lines, each handed in when it is there; one that fails is told and the others go on."""
    done: list[Line] = []
    faults: list[str] = []
    for number, line in enumerate(lines):

        def told(share: float, stage: str, number: int = number, line: Line = line) -> None:
            progress((number + share) / len(lines), Phrase("{0}: {1}", line.name, Phrase(stage)))

        try:
            done.append(made(line, options, told, cancelled))
        except Cancelled:
            raise
        except (BilabialError, OSError) as error:
            faults.append(Phrase("{0}: {1}", line.name, sentence(error)))
            done.append(replace(line, fault=sentence(error)))
        hand_in(done[-1])
    return BatchResult(tuple(done), tuple(faults))


def check_lines(
    lines: Sequence[Line],
    options: CheckOptions,
    progress: Progress,
    cancelled: IsCancelled,
    hand_in: HandIn = lambda line: None,
) -> BatchResult:
    done: list[Line] = []
    faults: list[str] = []
    for number, line in enumerate(lines):
        progress(number / len(lines), line.name)
        if cancelled():
            break  # what was checked so far is worth keeping
        try:
            done.append(checked(looked_at(line), options, cancelled))
        except Cancelled:
            break
        except (BilabialError, OSError) as error:
            faults.append(Phrase("{0}: {1}", line.name, sentence(error)))
            done.append(replace(line, fault=sentence(error)))
        hand_in(done[-1])
    return BatchResult(tuple(done), tuple(faults))
