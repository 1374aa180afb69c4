"""All layers of a line's face as tracks: which are on, how strong, from which seed.

Each layer's track can be made again by itself; whatever a layer does is added to the others in compose.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..audio.prosody import Prosody
from ..curves.reduce import TOLERANCE, reduce_track
from ..curves.take import Track
from ..errors import BilabialError
from ..phonemes.track import PhoneTrack
from ..vocabulary import find
from .blinks import blinks
from .breath import breath
from .brows import brows
from .emotion.bearing import accented, carried
from .emotion.by_hand import EmotionSpan, Tag, curves_by_hand, parse_emotions, spans_of_tags
from .emotion.voice import heard_emotion
from .gaze import gaze, large_jumps, looks_of, within_limits
from .head import head
from .head import within_limits as head_within_limits
from .names import CIRCUMPLEX, EMOTION, LAYERS, VOCABULARIES
from .shapes import Chance
from .utterance import Utterance, read_utterance

Floats = NDArray[np.float64]

_AMOUNTS = slice(len(CIRCUMPLEX), None)  # of EMOTION: the emotions themselves

NONE = "none"
USUAL = ("brows", "blinks", "gaze", "head", "breath")  # what a face does that no emotion was asked of
# Shares of how far a channel goes, as reduce_track takes them: a quarter and a sixth of a degree. The others'
# bound is the take's own.
_TOLERANCES = {"gaze": 0.003, "head": 0.0015}


@dataclass(frozen=True, slots=True)
class FaceOptions:
    """``layers``: name -> strength, those that are on. ``emotion`` is what a person gives; without any the
    emotion layer listens to the voice. ``targets`` (seconds, degrees left, degrees up from the head as it is
    posed) is what the eyes rest on, over time; the head's own turns are taken off again."""

    layers: Mapping[str, float] = field(default_factory=dict)
    emotion: tuple[EmotionSpan, ...] = ()
    tags: tuple[Tag, ...] = ()  # that stand in the text
    seed: int = 0
    targets: tuple[tuple[float, float, float], ...] = ()
    amounts: tuple[
        tuple[float, float], ...
    ] = ()  # (seconds, share) of the emotion over time, where it changes

    def __post_init__(self) -> None:
        for name, strength in self.layers.items():
            if name not in LAYERS:
                raise BilabialError(f"the face has no layer {name!r}: use {', '.join(LAYERS)} or {NONE}")
            if not 0.0 <= strength <= 2.0:
                raise BilabialError(f"the strength of {name} is {strength:g}: use 0 to 2")
        object.__setattr__(self, "layers", MappingProxyType(dict(self.layers)))

    def __reduce__(self) -> tuple[type[FaceOptions], tuple[object, ...]]:
        return FaceOptions, (
            dict(self.layers), self.emotion, self.tags, self.seed, self.targets, self.amounts,
        )  # fmt: skip

    @property
    def listens(self) -> bool:
        """Whether emotion is to be heard in the voice."""
        return bool(self.layers.get("emotion")) and not self.emotion and not self.tags


def parse_layers(text: str) -> dict[str, float]:
    """``emotion,brows,blinks=.5`` or ``none``."""
    layers: dict[str, float] = {}
    for part in (part.strip() for part in text.split(",")):
        name, equals, number = part.partition("=")
        if not part or part == NONE:
            continue
        try:
            layers[name.strip()] = float(number) if equals else 1.0
        except ValueError:
            raise BilabialError(f"--face {part!r}: {number!r} is no number; write it as brows=0.8") from None
    FaceOptions(layers)  # refuses what there is not
    return layers


def face_options(
    layers: str | None = None, emotion: str = "", tags: tuple[Tag, ...] = (), seed: int = 0
) -> FaceOptions:
    """As a command or a batch's cell gives it. Nothing said is the usual face; emotion asked for is shown."""
    spans = parse_emotions(emotion)
    chosen = dict.fromkeys(USUAL, 1.0) if layers is None else parse_layers(layers)
    if (spans or tags) and layers is None:
        chosen["emotion"] = 1.0
    return FaceOptions(chosen, spans, tags, seed)


def face_tracks(
    options: FaceOptions,
    phones: PhoneTrack,
    prosody: Prosody,
    features: NDArray[np.floating] | None = None,
    tolerance: float = TOLERANCE,
) -> dict[str, Track]:
    """A track for each layer that is on. ``features`` (rows, 65) only where emotion is to be heard."""
    tracks = {}
    for name, dense in dense_layers(options, phones, prosody, features).items():
        vocabulary = find(VOCABULARIES[name])
        bound = tolerance_of(name, tolerance)
        curves = reduce_track(vocabulary.clipped(dense), vocabulary, bound)
        tracks[name] = Track(vocabulary, curves, bound)
    return tracks


def tolerance_of(track: str, usual: float) -> float:
    """The bound for a track's keys: finer than the take's where channels are degrees that go far."""
    return _TOLERANCES.get(track, usual)


def dense_layers(
    options: FaceOptions, phones: PhoneTrack, prosody: Prosody, features: NDArray[np.floating] | None = None
) -> dict[str, Floats]:
    """(rows, channels) of each layer that is on, in the order of LAYERS, at its strength."""
    line = read_utterance(phones, prosody)
    feeling = _feeling(options, line, phones, prosody, features)
    made = {
        name: layer * options.layers[name]
        for name, layer in _procedural(options, line, feeling[:, _AMOUNTS]).items()
        if options.layers.get(name)
    }
    if options.targets and "gaze" in made:
        made["gaze"] = _at_targets(options, line.times, made)
    if options.layers.get("emotion"):
        made["emotion"] = feeling
    return {name: made[name] for name in LAYERS if name in made}


def _feeling(
    options: FaceOptions,
    line: Utterance,
    phones: PhoneTrack,
    prosody: Prosody,
    features: NDArray[np.floating] | None,
) -> Floats:
    """(rows, EMOTION) at the layer's strength; nothing where it is off."""
    strength = options.layers.get("emotion", 0.0)
    if not strength:
        return np.zeros((line.rows, len(EMOTION)))
    feeling = strength * _emotion(options, phones, prosody, features)
    if options.amounts:
        times, shares = zip(*options.amounts, strict=True)
        feeling *= np.interp(line.times, times, shares)[:, None]
    return feeling


def _at_targets(options: FaceOptions, times: Floats, made: Mapping[str, Floats]) -> Floats:
    """The looks around what the eyes rest on, whichever way the head turns meanwhile."""
    moments, left, up = np.array(options.targets, np.float64).T
    there = np.stack([np.interp(times, moments, left), np.interp(times, moments, up)], axis=1)
    turned = made["head"][:, :2] if "head" in made else 0.0  # HEAD begins as GAZE does: yaw, pitch
    return within_limits(made["gaze"] + there - turned)


def _procedural(options: FaceOptions, line: Utterance, amounts: Floats) -> dict[str, Floats]:
    """``amounts`` (rows, EMOTIONS): what the line feels, which moves head and brows as well."""
    looks = looks_of(line, options.seed) if options.layers.get("gaze") else []
    made: dict[str, Floats] = {}
    if options.layers.get("brows"):
        made["brows"] = accented(brows(line, options.seed), amounts)
    if options.layers.get("blinks"):
        made["blinks"] = blinks(line, options.seed, large_jumps(looks))
    if looks:
        made["gaze"] = gaze(looks, line)
    if options.layers.get("head"):
        side = Chance(options.seed, "bearing").side()
        made["head"] = head_within_limits(carried(head(line, looks, options.seed), amounts, side))
    if options.layers.get("breath"):
        made["breath"] = breath(line, options.seed)
    return made


def _emotion(
    options: FaceOptions, phones: PhoneTrack, prosody: Prosody, features: NDArray[np.floating] | None
) -> Floats:
    rows = len(prosody)
    spans = options.emotion + spans_of_tags(options.tags, phones)
    if spans:
        return curves_by_hand(spans, rows)
    if features is None or not any(not phone.is_silence for phone in phones):
        return np.zeros((rows, len(EMOTION)))  # nobody speaks: neutral
    return heard_emotion(features[:rows], prosody, phones)
