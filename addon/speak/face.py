# SPDX-License-Identifier: GPL-3.0-or-later
"""The face beside speech on a character: which layers a line asks for, and the channels that they move.

Brows, lids, eyes, cheeks and nose are keyed where speech and the rig's own drivers leave them free; the head
and the breath on the numbers that rig/body.py hands to bones. What an emotion does to the mouth is baked with
speech (keys/baking.py), or keyed beside the controls, where the drivers add it to speech.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.curves.take import SPEECH
from ..bilabial.errors import RigError
from ..bilabial.expression.names import LAYERS
from ..bilabial.timing import FRAME_RATE
from ..host import compat
from ..host.clock import frame_rate
from ..keys import baking
from ..keys.fcurves import Target
from ..keys.writable import refuse_unwritable
from ..rig import body, drivers, eye_bones, looking, rig_probe, speech

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..bilabial.curves.curve import Curve
    from ..bilabial.curves.take import Take
    from ..bilabial.expression.face import FaceOptions
    from ..line.audio import Hearing
    from ..line.line import Line
    from ..rig.rig_probe import Character, Fit

_BY_SHAPES = ("emotion", "brows", "blinks", "gaze")
_NUMBERS = (*body.HEAD, body.BREATH)
HEARD, NONE = "HEARD", "NONE"
_HEAD_UNIT = 10.0  # degrees that count as a channel that is fully on
_HEAD_BOUND = 0.015  # of it: how far keys may be from the layer
_EMOTION_BOUND = 3.0  # times a line's tolerance: a smile is broader than a lip's contact
_RAMP_S = 0.4  # from rest into a line, and out of it


def strengths(line: Line) -> dict[str, float]:
    """The layers that are on."""
    return {name: getattr(line, f"face_{name}_amount") for name in LAYERS if getattr(line, f"face_{name}")}


def options(
    scene: bpy.types.Scene, line: Line, hearing: Hearing, character: Character, fit: Fit | None
) -> FaceOptions:
    """As the line's panel says. Tags in the text count where no emotion is chosen. The emotion's amount may
    have keys, and what the eyes rest on may move.
    """
    from ..bilabial.expression.emotion.by_hand import EmotionSpan, read_tags
    from ..bilabial.expression.face import FaceOptions

    start, layers = hearing.start_frame, strengths(line)
    seen = FaceOptions(layers, seed=line.face_seed, targets=_seen(scene, line, hearing, character, fit))
    if "emotion" not in layers:
        return seen
    keyed = _keyed_amounts(scene, line, start)
    if keyed:
        layers["emotion"] = 1.0
    seen = replace(seen, layers=layers, amounts=keyed)
    if line.face_feeling != HEARD:
        return replace(seen, emotion=(EmotionSpan(line.face_feeling.lower()),))
    tags = read_tags(line.text, line.language.strip() or "en")[0] if line.text else ()
    return replace(seen, tags=tags)


def _seen(
    scene: bpy.types.Scene, line: Line, hearing: Hearing, character: Character, fit: Fit | None
) -> tuple[tuple[float, float, float], ...]:
    """Where the eyes' object stands in seconds of the sound; none where none is picked or the rig unknown."""
    goal = line.face_look_at
    if goal is None or fit is None or not line.face_gaze:
        return ()
    rate, start = frame_rate(scene), hearing.start_frame
    last = start + hearing.duration * rate if hearing.duration is not None else float(scene.frame_end)
    found = looking.directions(scene, character, fit, goal, (start, max(last, start)))
    return tuple(((frame - start) / rate, left, up) for frame, left, up in found)


def _keyed_amounts(scene: bpy.types.Scene, line: Line, start: float) -> tuple[tuple[float, float], ...]:
    """The emotion's amount frame by frame in seconds of the sound; none where it has no keys."""
    channels = compat.channels(scene)
    path = line.path_from_id("face_emotion_amount")
    fcurve = channels.find(path) if channels is not None else None
    if fcurve is None:
        return ()
    first, last = (int(edge) for edge in fcurve.range())
    rate = frame_rate(scene)
    frames = range(first, last + 1)
    return tuple(((f - start) / rate, min(max(fcurve.evaluate(f), 0.0), 2.0)) for f in frames)


def targets(line: Line, character: Character, fit: Fit, bakes: bool) -> dict[str, list[Target]]:
    """Channels beside speech that can take keys; those with drivers of the rig's own are left alone."""
    layers = strengths(line)
    found: dict[str, list[Target]] = {}
    if any(name in layers for name in _BY_SHAPES):
        for beside in _beside(character, fit, "gaze" in layers):
            found |= _free(beside)
        found |= _free(fit)
    if "emotion" in layers and not bakes:
        found |= _emotion_targets(character, _emotional(fit))
    if "head" in layers or "breath" in layers:
        whole = body.find(character, fit)
        head = body.HEAD if "head" in layers and whole.turns else ()
        breath = (body.BREATH,) if "breath" in layers and whole.breathes else ()
        found |= body.targets(character.root, (*head, *breath))
    return found


def _beside(character: Character, fit: Fit, looks: bool = True) -> list[Fit]:
    """What shows the face beside a rig's own profile: shapes of another set, and the eyes' bones where no
    shape turns the eyes.
    """
    upper = rig_probe.upper_face(character, fit)
    found = [upper] if upper is not None else []
    if looks and not any(_looks(one) for one in (fit, *found)):
        eyes = eye_bones.find(character, fit)
        found += [eyes] if eyes is not None else []
    return found


def drawn_targets(character: Character, fit: Fit, take: Take, bakes: bool) -> dict[str, list[Target]]:
    """What a face that a network drew needs beside speech: everything that speech leaves free; with controls
    the numbers that the mouth's drivers add to speech; the head, where the network turns it.
    """
    found: dict[str, list[Target]] = {}
    for beside in _beside(character, fit):
        found |= _writable(beside, beside.profile.channels)
    found |= _writable(fit, (name for name in fit.profile.channels if name not in fit.profile.driven))
    if not bakes:
        roomy = (name for name in fit.profile.driven if drivers.has_room_for_emotion(fit.profile, name))
        found |= _emotion_targets(character, roomy)
    if "head" in take.tracks and body.find(character, fit).turns:
        found |= body.targets(character.root, body.HEAD)
    return found


def _emotion_targets(character: Character, names: Iterable[str]) -> dict[str, list[Target]]:
    called = [speech.emotion_name(name) for name in names]
    return {name: [Target(character.root, speech.path(name), 0, 0.0, "Emotion")] for name in called}


def _free(fit: Fit) -> dict[str, list[Target]]:
    """Channels of the face that the layers move and speech does not."""
    driven = set(fit.profile.driven)
    return _writable(fit, (name for name in _moved_by_layers(fit) if name not in driven))


def _moved_by_layers(fit: Fit) -> list[str]:
    """Channels that the layers move, by the shapes that they stand for or as the rig's own faces."""
    from ..bilabial.expression.compose import face_matrix

    moved = np.any(face_matrix(fit.profile), axis=0)
    whole_faces = {name for moves in fit.profile.emotions.values() for name in moves}
    names = zip(fit.profile.channels, moved, strict=True)
    return [name for name, is_moved in names if is_moved or name in whole_faces]


def _writable(fit: Fit, names: Iterable[str]) -> dict[str, list[Target]]:
    free = {}
    for name in names:
        writable = [target for target in fit.targets[name] if _takes_keys(target)]
        if writable:
            free[name] = writable
    return free


def _emotional(fit: Fit) -> tuple[str, ...]:
    """Channels of speech that emotions move, too."""
    if fit.profile.mode != "blend":
        return ()
    driven = set(fit.profile.driven)
    names = (name for name in _moved_by_layers(fit) if name in driven)
    return tuple(name for name in names if drivers.has_room_for_emotion(fit.profile, name))


def emotional(fit: Fit, found: Mapping[str, object]) -> tuple[str, ...]:
    """Channels of speech whose drivers leave room for the emotion of this line."""
    return tuple(name for name in fit.profile.driven if speech.emotion_name(name) in found)


def turns(found: Mapping[str, object]) -> bool:
    """Whether the head or the breath is among the channels of a line."""
    return any(name in found for name in (*body.HEAD, body.BREATH))


def _takes_keys(target: Target) -> bool:
    try:
        refuse_unwritable([target])
    except RigError:
        return False
    return True


def curves(
    character: Character, fit: Fit, names: Collection[str], take: Take, tolerance: float
) -> dict[str, Curve]:
    """Sparse curves of these channels under everything that the take's layers do."""
    from ..bilabial.expression.compose import FaceComposer, layers_of

    if set(take.tracks) <= {SPEECH} or not names:
        return {}
    dense = baking.dense(baking.styled(take), take.sound.duration)
    times = np.arange(len(dense)) / FRAME_RATE
    layers = layers_of(take, times)
    within = _from_rest_to_rest(times, take.sound.duration)
    for name in {"gaze", "head", "breath"} & set(layers):
        layers[name] = layers[name] * within[:, None]
    composer = FaceComposer(fit.profile)
    pose = composer(dense, layers)
    place = {name: column for column, name in enumerate(fit.profile.channels)}
    own = tuple(name for name in names if name in place)
    found = baking.reduced_channels(
        fit.profile, own, pose.values[:, [place[name] for name in own]], FRAME_RATE, tolerance
    )
    others = {name for name in names if name not in place and name not in _NUMBERS}
    for beside in _beside(character, fit) if others else ():
        values = FaceComposer(beside.profile)(dense, layers).values
        kept = {n: c for c, n in enumerate(beside.profile.channels) if n in others}
        found |= baking.reduced_channels(
            beside.profile, tuple(kept), values[:, list(kept.values())], FRAME_RATE, tolerance
        )
    mouth = emotional(fit, dict.fromkeys(names))
    if mouth:
        added = composer.added(dense, layers)
        for name in mouth:
            share = added[:, place[name]] / fit.profile.channels[name].unit
            found[speech.emotion_name(name)] = _reduced(share, _EMOTION_BOUND * tolerance)
    for column, name in enumerate(body.HEAD):
        if name in names:
            found[name] = _reduced(pose.head[:, column] / _HEAD_UNIT, _HEAD_BOUND).remapped(_HEAD_UNIT, 0.0)
    if body.BREATH in names:
        found[body.BREATH] = _reduced(pose.breath, tolerance)
    return found


def _looks(fit: Fit) -> bool:
    """Whether a rig's shapes turn the eyes."""
    from ..bilabial.expression.compose import face_matrix
    from ..bilabial.expression.names import EYES_LOOK, SHAPES

    return bool(face_matrix(fit.profile)[[SHAPES.index(name) for name in EYES_LOOK]].any())


def _reduced(column: np.ndarray, tolerance: float) -> Curve:
    from ..bilabial.curves.reduce import reduce

    return reduce(column[:, None], ["face"], tolerance, (), (-6.0, 6.0))["face"]


def _from_rest_to_rest(times: np.ndarray, duration: float) -> np.ndarray:
    """1 within a line, 0 at its ends: before and after it the head and the eyes are where they were posed."""
    ramp = min(_RAMP_S, 0.25 * duration)
    share = np.clip(np.minimum(times, duration - times) / max(ramp, 1e-6), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def report(line: Line, character: Character, fit: Fit | None, found: Mapping[str, list[Target]]) -> list[str]:
    """What of the layers is seen on this rig, in sentences."""
    from ..bilabial.expression.compose import FaceComposer

    chosen = [name for name in LAYERS if name in strengths(line)]
    if not chosen or line.stepped:
        return []
    if fit is None:
        return ["The face beside speech needs the character's own file: only its speech was keyed."]
    shapes = [name for name in chosen if name in _BY_SHAPES]
    fits = [fit, *(_beside(character, fit) if shapes else ())]
    lacking = [name for name in shapes if all(name in FaceComposer(f.profile).left_out(shapes) for f in fits)]
    if "gaze" in shapes and not any(_looks(one) for one in fits):
        lacking.append("gaze")
    if not any(name not in _NUMBERS for name in found):
        lacking = shapes
    notes = []
    if lacking:
        title = fit.profile.title
        notes.append(f"{title} has nothing free to show {', '.join(lacking)} with: left out.")
    whole = body.find(character, fit) if {"head", "breath"} & set(chosen) else None
    if whole is not None and "head" in chosen and not whole.turns:
        notes.append(f"The head stays still: {whole.why_still}.")
    if whole is not None and "breath" in chosen and not whole.breathes:
        notes.append("Nothing of this character breathes: it has no bone of a chest and no shape of breath.")
    return notes
