"""The one way from a sound to a take. The command line, batches and Blender's job all call this.

    sound -> 16 kHz samples -> features and prosody -> model -> phones -> dense curves -> sparse keys -> take

People who bring timings (``options.phones``) skip the features and the model. Words (``options.text``, or
what a words model writes down by itself) compete with what the model hears, span by span.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .audio.listening import KeptRows, listen
from .audio.reading import probe, read_blocks
from .controls import CONTROLS
from .curves.curve import Curve
from .curves.reduce import TOLERANCE, reduce, reduce_track
from .curves.style import Style
from .curves.take import SPEECH, ModelReference, SoundReference, Take, Track
from .errors import Cancelled, SoundError
from .expression.drawn import drawn_by
from .expression.face import FaceOptions, face_tracks, tolerance_of
from .limits import check_duration
from .models.card import WEIGHTS
from .models.prediction import Prediction
from .models.store import Model, cached_model, default_model
from .phonemes.decode import decode
from .phonemes.lexicon import Lexicon
from .phonemes.track import PhoneTrack, SaidWord
from .phonemes.transcript import explain_heard, hear, refuse_foreign
from .solve.jali.field import FieldStatistics
from .solve.jali.solve import field_statistics
from .solve.pieces import dense_curves
from .solve.rules import Pin, RuleOptions
from .timing import SAMPLE_RATE
from .vocabulary import find
from .words.finding import AUTO, find_words, writer_for
from .words.overhearing import Overhearing
from .words.store import WordsModel

Floats32 = NDArray[np.float32]
Progress = Callable[[float, str], None]  # share done 0..1, what is being done
IsCancelled = Callable[[], bool]

_OVERHANG = 1.0  # seconds by which a last phone may outlast its sound
_BLOCK = 30 * SAMPLE_RATE  # samples taken at once from a sound that is already in memory
_REDUCED_WHOLE = 120_000  # rows; above this each control is reduced by itself, to bound the memory


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """What may differ between two takes of one sound."""

    model: str | None = None  # name or folder; None: the best one installed
    phones: PhoneTrack | None = None  # timings that a person brings; no model is run then
    text: str | None = None  # what is said, or subtitles
    words: str = AUTO  # where there is no text: found by itself (AUTO), or NONE
    words_model: str | None = None  # name or folder; None: the one installed, if any
    language: str | None = None  # of the text (None: English); of the words to find (None: as heard)
    lexicon: Lexicon | None = None  # the project's own pronunciations, of either
    style: Style = field(default_factory=Style)
    tolerance: float = TOLERANCE  # largest distance between the sparse curves and the dense ones
    rules: RuleOptions = field(default_factory=RuleOptions)
    keep_dense: bool = False  # leave the dense curves in the take
    face: FaceOptions = field(default_factory=FaceOptions)  # what moves beside speech; nothing unless asked


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """Everything before keys are chosen: what was said, and how the controls move."""

    duration: float  # seconds
    phones: PhoneTrack
    dense: Floats32  # (rows, 31) in the order of CONTROLS, each 0..1
    pins: list[Pin]  # stretches that sparse keys must keep exact
    statistics: FieldStatistics
    model: Model | None  # that was asked for; None where the phones came from a person
    landmarks: Floats32 | None = None  # (rows, 76), from models that know them
    tracks: Mapping[str, Floats32] = field(default_factory=dict)  # by vocabulary, from models that move more
    words: tuple[SaidWord, ...] = ()  # of the text, or found
    writer: WordsModel | None = None  # which found them
    face: Mapping[str, Track] = field(default_factory=dict)  # the layers beside speech, by name


def generate(
    sound: Path | str,
    options: GenerateOptions | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    noted: Callable[[str], None] = lambda sentence: None,
) -> Take:
    """A take of a sound file. Raises SoundError, ModelError or Cancelled; writes nothing.

    ``noted`` is told what a person should know though nothing stops the work: a file that may be cut, a
    network that draws a face and knows one man's.
    """
    sound = Path(sound)
    info = probe(sound)
    if info.doubt:
        noted(f"{sound}: {info.doubt}")
    check_duration(info.duration, str(sound), SoundError)
    reference = SoundReference(sound.as_posix(), info.duration, info.sha256, info.sample_rate, info.channels)
    take = _take(read_blocks(sound), reference, options, progress, cancelled)
    if options is not None and options.model is not None and drawn_by(take) is not None:
        card = cached_model(options.model).card
        noted(f"{card.name}: {card.summary}")
    return take


def generate_from_samples(
    samples: Floats32,
    reference: SoundReference | str,
    options: GenerateOptions | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Take:
    """A take of 16 kHz mono samples that a host has decoded; ``reference`` says (or names) where they are
    from.
    """
    if isinstance(reference, str):
        reference = SoundReference(reference, len(samples) / SAMPLE_RATE)
    if not np.isfinite(samples).all():
        raise SoundError(
            f"{reference.path} has samples that are no numbers (NaN or infinite): export it again"
        )
    blocks = (samples[start : start + _BLOCK] for start in range(0, len(samples), _BLOCK))
    return _take(blocks, reference, options, progress, cancelled)


def perform(
    blocks: Iterable[Floats32],
    name: str,
    duration: float,
    options: GenerateOptions,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Performance:
    """The dense half. ``name`` is for messages; ``duration`` (seconds) scales the progress."""
    watch = _Watch(progress, cancelled, _SHARES if options.phones is None else _SHARES_WITHOUT_MODEL)
    return _perform(blocks, name, duration, options, watch)


def _take(
    blocks: Iterable[Floats32],
    reference: SoundReference,
    options: GenerateOptions | None,
    progress: Progress | None,
    cancelled: IsCancelled | None,
) -> Take:
    options = options or GenerateOptions()
    watch = _Watch(progress, cancelled, _SHARES if options.phones is None else _SHARES_WITHOUT_MODEL)
    played = _perform(blocks, reference.path, reference.duration, options, watch)
    told = watch.stage("keys")
    told(0.0)
    tracks = {
        SPEECH: Track.of_controls(
            _speech_keys(played, options.tolerance, told), options.tolerance, played.pins
        )
    }
    tracks |= played.face
    for name, dense in played.tracks.items():  # a head that a network turns is not turned by chance as well
        vocabulary, bound = find(name), tolerance_of(name, options.tolerance)
        tracks[name] = Track(vocabulary, reduce_track(dense, vocabulary, bound), bound)
    told(1.0)
    return Take(
        sound=reference,
        phones=played.phones,
        tracks=tracks,
        style=options.style,
        model=None if played.model is None else _reference(played.model),
        words=played.words,
        words_model=None if played.writer is None else _writer_reference(played.writer),
        statistics=played.statistics,
        landmarks=played.landmarks if options.keep_dense else None,
        dense={SPEECH: played.dense, **played.tracks} if options.keep_dense else {},
    )


def _speech_keys(played: Performance, tolerance: float, told: Callable[[float], None]) -> dict[str, Curve]:
    if len(played.dense) <= _REDUCED_WHOLE:
        return reduce(played.dense, CONTROLS, tolerance, played.pins)
    curves: dict[str, Curve] = {}
    for index, name in enumerate(CONTROLS):
        pins = [(0, start, end) for control, start, end in played.pins if control == index]
        curves |= reduce(played.dense[:, index : index + 1], [name], tolerance, pins)
        told((index + 1) / len(CONTROLS))
    return curves


def _perform(
    blocks: Iterable[Floats32], name: str, duration: float, options: GenerateOptions, watch: _Watch
) -> Performance:
    model, drawer = _networks(options)
    writer = None if model is None else _writer(options, model)
    overhearing = None if writer is None else Overhearing()
    told = watch.stage("listening")
    hears = None if model is None else model.network.hears
    passing = blocks if overhearing is None else overhearing.through(blocks)
    voice = KeptRows(passing) if options.face.listens else None
    passing = passing if voice is None else voice
    look = None if drawer is None else KeptRows(passing, drawer.network.hears)
    passing = passing if look is None else look
    heard = listen(passing, name, hears, lambda seconds: told(seconds / max(duration, 1e-3)))
    spoken = _Spoken(options.phones or PhoneTrack())
    if model is not None and heard.features is not None:
        mel = None if overhearing is None else overhearing.taken()
        spoken = _speech(heard.features, mel, model, writer, options, watch)
    tracks = {} if spoken.prediction is None else dict(spoken.prediction.tracks)
    if drawer is not None and look is not None:
        tracks |= drawer.predict(look.taken()).tracks
    told = watch.stage("solving")
    told(0.0)
    phones, prediction = spoken.phones, spoken.prediction
    _check_times(phones, heard.duration, name)
    heard = replace(heard, features=None)  # the largest table of all, and done with
    rows = None if voice is None else voice.taken()
    face = face_tracks(options.face, phones, heard.prosody, rows, options.tolerance)
    statistics = field_statistics(phones, heard.prosody)
    thresholds = None if model is None else model.card.thresholds
    dense, pins = dense_curves(prediction, thresholds, phones, heard.prosody, statistics, options.rules)
    told(1.0)
    landmarks = None if prediction is None else prediction.landmarks
    return Performance(
        heard.duration, phones, dense, pins, statistics, drawer or model, landmarks, tracks, spoken.words,
        writer if spoken.found else None, face,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Spoken:
    """What is said, and how the model would move the face where it knows that itself."""

    phones: PhoneTrack
    words: tuple[SaidWord, ...] = ()
    prediction: Prediction | None = None
    found: bool = False  # whether the words were found and not given


def _networks(options: GenerateOptions) -> tuple[Model | None, Model | None]:
    """Who hears the phones (nobody where they are given), and who moves a face and hears none."""
    named = None if options.model is None else cached_model(options.model)
    drawer = None if named is None or named.card.says_groups else named
    if options.phones is not None:
        return None, drawer
    return cached_model(default_model()) if named is None or drawer is not None else named, drawer


def _writer(options: GenerateOptions, model: Model) -> WordsModel | None:
    """Who finds the words; nobody where there is a text, or where the model's own curves would be lost."""
    if options.text is not None or "activations" in model.card.says:
        return None
    return writer_for(options.words, options.words_model, options.language)


def _speech(
    features: Floats32,
    mel: Floats32 | None,
    model: Model,
    writer: WordsModel | None,
    options: GenerateOptions,
    watch: _Watch,
) -> _Spoken:
    """What the ear hears, with the words where there are any."""
    told = watch.stage("network")
    told(0.0)
    prediction = None
    if options.text is None and writer is None:
        prediction = model.predict(features, told)
        return _Spoken(decode(prediction.groups), prediction=prediction)
    if model.card.says_tracks:
        prediction = model.predict(features, told)
    groups, sounds = hear(features, model)
    if options.text is not None:
        explained = explain_heard(
            groups, sounds, options.text, options.language or "en", lexicon=options.lexicon
        )
        refuse_foreign(explained)
        return _Spoken(explained.phones, explained.words, prediction)
    assert writer is not None and mel is not None
    told = watch.stage("words")
    found = find_words(mel, groups, sounds, writer, options.language, told, options.lexicon)
    if found is None:
        return _Spoken(decode(groups), prediction=prediction)
    return _Spoken(found.phones, found.words, prediction, found=True)


def _check_times(phones: PhoneTrack, duration: float, name: str) -> None:
    """Phones that start after the end belong to another sound."""
    last = max((phone.end for phone in phones if not phone.is_silence), default=0.0)
    if last > duration + _OVERHANG:
        raise SoundError(
            f"{name} lasts {duration:.2f} s but its phones last until {last:.2f} s: "
            "name the phones of this sound"
        )
    late = next((phone for phone in phones if not phone.is_silence and phone.start >= duration), None)
    if late is not None:
        raise SoundError(
            f"{name} lasts {duration:.2f} s but its phone {late.label!r} starts at {late.start:.2f} s: "
            "name the phones of this sound"
        )


def _reference(model: Model) -> ModelReference:
    return ModelReference(model.card.name, model.card.version, model.card.hashes.get(WEIGHTS))


def _writer_reference(model: WordsModel) -> ModelReference:
    return ModelReference(model.card.name, model.card.version, model.card.hashes.get(WEIGHTS))


# Shares of the time that each stage takes, for an even progress bar.
_SHARES = {"listening": 0.15, "network": 0.25, "words": 0.4, "solving": 0.1, "keys": 0.1}
_SHARES_WITHOUT_MODEL = {"listening": 0.6, "solving": 0.2, "keys": 0.2}


class _Watch:
    """Progress over stages of known shares; each report is also the moment to hear a wish to stop."""

    def __init__(
        self, progress: Progress | None, cancelled: IsCancelled | None, shares: dict[str, float]
    ) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._shares = shares

    def stage(self, name: str) -> Callable[[float], None]:
        stages = list(self._shares)
        start = sum(self._shares[earlier] for earlier in stages[: stages.index(name)])

        def told(fraction: float) -> None:
            if self._cancelled is not None and self._cancelled():
                raise Cancelled("stopped: nothing was written")
            if self._progress is not None:
                self._progress(start + self._shares[name] * min(fraction, 1.0), name)

        return told
