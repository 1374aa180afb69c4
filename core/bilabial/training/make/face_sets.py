"""Sets of faces made: a tracked face fitted, tables of shapes taken over, voices that a program speaks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...audio.hearings import rows_of
from ...audio.prosody import prosody
from ...audio.reading import read
from ...errors import BilabialError
from ...expression.compose import FaceComposer
from ...expression.emotion.by_hand import EmotionSpan
from ...expression.face import FaceOptions, dense_layers
from ...expression.names import EMOTIONS
from ...models.store import cached_model, default_model
from ...phonemes.decode import decode
from ...phonemes.track import PhoneTrack
from ...phonemes.transcript import align_text
from ...retarget.profile_format import load_profile
from ...retarget.solve import pose_matrix
from ...solve.jali.solve import field_statistics
from ...solve.pieces import solve_and_rule
from ...solve.rules import RuleOptions
from ...timing import FRAME_RATE, SAMPLE_RATE
from ...vocabulary import find
from ..data.batches import read_clip
from ..data.face_sets import NEUTRAL, REAL, TAUGHT, FaceClip, FaceSet, refuse_misfit
from ..data.faces import FRAMES_A_SECOND, read_table
from ..data.real_face import RealClip, check_length, read_real_face, tracker_names
from ..data.sets import Clip, Problems
from ..labels.face_weights import VOCABULARIES, FaceFitter

log = logging.getLogger(__name__)

Floats32 = NDArray[np.float32]
Samples = NDArray[np.int16]

_TAUGHT_RATE = 50  # frames a second of what a program teaches: every other row
_NOTES = {"happiness": "joy"}  # what a set's note calls an emotion of ours
_MOOD = 0.8  # how strong an acted emotion is shown
_LAYERS = ("brows",)  # beside it; blinks and glances are chance, and chance cannot be learned


def as_int16(samples: Floats32) -> Samples:
    return np.round(np.clip(samples, -1.0, 32767 / 32768) * 32768.0).astype(np.int16)


def fitted_set(folder: Path, actors: Sequence[tuple[str, str]], every: int, problems: Problems) -> FaceSet:
    """A tracked set with weights fitted to its points. ``actors``: how an actor's clips begin, and a name."""
    names = tracker_names(folder)
    clips = list(read_real_face(folder, problems))
    made: list[FaceClip] = []
    for prefix, actor in actors:
        own = [clip for clip in clips if clip.name.startswith(prefix)]
        if not own:
            raise BilabialError(f"{folder} has no clip that begins with {prefix!r}: look at its names")
        fitter = FaceFitter.of_clips(own)
        chosen = [clip for clip in own if clip.is_test] + [clip for clip in own if not clip.is_test][::every]
        for clip in chosen:
            try:
                made.append(_fitted(clip, fitter, names, actor))
            except BilabialError as error:
                problems.add(clip.name, str(error))
    return FaceSet(folder.name, REAL, tuple(made))


def _fitted(clip: RealClip, fitter: FaceFitter, names: Sequence[str], actor: str) -> FaceClip:
    sound = read(clip.sound)
    check_length(clip, len(sound) / SAMPLE_RATE)
    found = fitter(clip, names)
    weights = {name: rows.astype(np.float32) for name, rows in found.weights.items()}
    head = np.degrees(clip.head()).astype(np.float32)
    head -= np.median(head, axis=0)  # how a head sits in its picture is not how it moves
    made = FaceClip(
        clip.name, actor, as_int16(sound), clip.fps, 0.5 / clip.fps, weights, head, NEUTRAL, clip.is_test
    )
    refuse_misfit(made)
    return made


def tabled_set(folder: Path, test: Sequence[str], problems: Problems) -> FaceSet:
    """NAME.flac with NAME.csv of ARKit's shapes (data/faces.py); ``test`` names the clips held back."""
    made = []
    for table in sorted(folder.glob("*.csv")):
        try:
            movement = read_table(table)
            rows = _as_arkit(movement.names, movement.weights)
            sound = as_int16(read(table.with_suffix(".flac")))
            frames = len(rows)
            clip = FaceClip(
                table.stem, folder.name, sound, FRAMES_A_SECOND, 0.0, in_vocabularies(rows),
                np.zeros((frames, 3), np.float32), NEUTRAL, table.stem in test,
            )  # fmt: skip
            refuse_misfit(clip)
            made.append(clip)
        except BilabialError as error:
            problems.add(table.stem, str(error))
    return FaceSet(folder.name, REAL, tuple(made))


def _as_arkit(names: Sequence[str], weights: Floats32) -> Floats32:
    known = find("arkit-52").names
    rows = np.zeros((len(weights), len(known)), np.float32)
    for name, column in zip(names, weights.T, strict=True):
        if name in known:
            rows[:, known.index(name)] = column
    return rows


def in_vocabularies(arkit: Floats32) -> dict[str, Floats32]:
    """ARKit's weights in every vocabulary that a face is fitted with: a channel of several shapes is their
    mean."""
    units = find("arkit-52").names
    found = {}
    for name in VOCABULARIES:
        vocabulary, profile = find(name), load_profile(name)
        poses = pose_matrix(profile, units)
        order = [list(profile.channels).index(channel) for channel in vocabulary.names]
        shares = poses[order] / np.maximum(poses[order].sum(axis=1, keepdims=True), 1e-9)
        found[name] = np.asarray(arkit @ shares.T, np.float32)
    return found


def taught_set(name: str, clips: Sequence[Clip], tests: Sequence[str], problems: Problems) -> FaceSet:
    """What our own controls do for these voices, with the expression of the clip's note. ``tests``: speakers,
    or ends of clips' names, that are held back; so is every speaker of a set's split dev."""
    composers = {
        vocabulary: FaceComposer(load_profile(vocabulary))
        for vocabulary in VOCABULARIES
        if vocabulary != "arkit-52"
    }
    made = []
    for clip in clips:
        try:
            made.append(_taught(clip, composers, tests))
        except BilabialError as error:
            problems.add(clip.name, str(error))
    return FaceSet(name, TAUGHT, tuple(made))


def _taught(clip: Clip, composers: dict[str, FaceComposer], tests: Sequence[str]) -> FaceClip:
    samples = read_clip(clip)
    phones, sounds = _phones(clip, samples), prosody(samples)
    dense, _ = solve_and_rule(phones, sounds, field_statistics(phones, sounds), RuleOptions())
    word = (clip.note.split() or [NEUTRAL])[0]
    mood = _NOTES.get(word, word)
    feels = mood in EMOTIONS
    options = FaceOptions(
        dict.fromkeys((*_LAYERS, *(("emotion",) if feels else ())), 1.0),
        (EmotionSpan(mood, _MOOD),) if feels else (),
    )
    layers = dense_layers(options, phones, sounds)
    step = FRAME_RATE // _TAUGHT_RATE
    weights = {}
    for vocabulary, composer in composers.items():
        order = [list(composer.profile.channels).index(channel) for channel in find(vocabulary).names]
        weights[vocabulary] = composer(dense, layers).values[::step][:, order].astype(np.float32)
    held = clip.split == "dev" or clip.speaker in tests or any(clip.name.endswith(end) for end in tests)
    taught = FaceClip(
        clip.name, clip.speaker, as_int16(samples), float(_TAUGHT_RATE), 0.0, weights,
        np.zeros((-(-len(dense) // step), 3), np.float32), mood if feels else NEUTRAL, held,
    )  # fmt: skip
    refuse_misfit(taught)
    return taught


def _phones(clip: Clip, samples: Floats32) -> PhoneTrack:
    """As labelled, else by the words, else by ear."""
    if clip.phones is not None:
        return clip.phones
    model = cached_model(default_model())
    heard = rows_of(samples, model.network.hears)
    if clip.text and clip.language.split("-")[0] in ("en", "de"):
        return align_text(heard, clip.text, clip.language, model)
    return decode(model.predict(heard).groups)
