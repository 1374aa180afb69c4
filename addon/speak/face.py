# SPDX-License-Identifier: GPL-3.0-or-later
"""The face beside speech on a character: which layers a line asks for, and the channels that they move.

On a character with controls only what speech leaves free is keyed: brows, lids, eyes, cheeks, the nose; the
mouth is the controls'. Baked channels have the mouth's part of an emotion as well (keys/baking.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..bilabial.curves.take import SPEECH
from ..bilabial.errors import RigError
from ..bilabial.timing import FRAME_RATE
from ..host import compat
from ..host.clock import frame_rate
from ..keys import baking, fcurves

if TYPE_CHECKING:
    from ..bilabial.curves.curve import Curve
    from ..bilabial.curves.take import Take
    from ..bilabial.expression.face import FaceOptions
    from ..keys.fcurves import Target
    from ..line.line import Line
    from ..rig.rig_probe import Fit

SHOWN = ("emotion", "brows", "blinks", "gaze")  # what keys of shapes can show
HEARD, NONE = "HEARD", "NONE"


def strengths(line: Line) -> dict[str, float]:
    """The layers that are on. The head and breath go into the take alone, for files of other programs."""
    chosen = {name: getattr(line, f"face_{name}_amount") for name in SHOWN if getattr(line, f"face_{name}")}
    if not chosen:
        return {}
    return chosen | {"head": 1.0, "breath": 1.0}


def options(scene: bpy.types.Scene, line: Line, start: float) -> FaceOptions:
    """As the line's panel says. Tags in the text count where no emotion is chosen. ``start``: the frame at
    which the sound begins; the emotion's amount may have keys.
    """
    from ..bilabial.expression.emotion.by_hand import EmotionSpan, read_tags
    from ..bilabial.expression.face import FaceOptions

    layers = strengths(line)
    if "emotion" not in layers:
        return FaceOptions(layers, seed=line.face_seed)
    keyed = _keyed_amounts(scene, line, start)
    if keyed:
        layers["emotion"] = 1.0
    if line.face_feeling != HEARD:
        spans = (EmotionSpan(line.face_feeling.lower()),)
        return FaceOptions(layers, spans, seed=line.face_seed, amounts=keyed)
    tags = read_tags(line.text, line.language.strip() or "en")[0] if line.text else ()
    return FaceOptions(layers, tags=tags, seed=line.face_seed, amounts=keyed)


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


def targets(fit: Fit) -> dict[str, list[Target]]:
    """Channels of the face that speech does not move and that can take keys: those with drivers of the rig's
    own are left alone."""
    from ..bilabial.expression.compose import face_matrix

    moved = face_matrix(fit.profile).any(axis=0)
    free = {}
    for name, is_moved in zip(fit.profile.channels, moved, strict=True):
        if is_moved and name not in fit.profile.driven:
            writable = [target for target in fit.targets[name] if _takes_keys(target)]
            if writable:
                free[name] = writable
    return free


def _takes_keys(target: Target) -> bool:
    try:
        fcurves.refuse_unwritable([target])
    except RigError:
        return False
    return True


def curves(fit: Fit, names: tuple[str, ...], take: Take, tolerance: float) -> dict[str, Curve]:
    """Sparse curves of these channels under everything that the take's layers do."""
    from ..bilabial.expression.compose import FaceComposer, layers_of

    if set(take.tracks) <= {SPEECH} or not names:
        return {}
    dense = baking.dense(baking.styled(take), take.sound.duration)
    layers = layers_of(take, np.arange(len(dense)) / FRAME_RATE)
    values = FaceComposer(fit.profile)(dense, layers).values
    columns = [list(fit.profile.channels).index(name) for name in names]
    return baking.reduced_channels(fit.profile, names, values[:, columns], FRAME_RATE, tolerance)


def report(line: Line, found: dict[str, list[Target]], fit: Fit | None, bakes: bool) -> list[str]:
    """What of the layers is seen on this rig, in sentences."""
    chosen = [name for name in SHOWN if name in strengths(line)]
    if not chosen:
        return []
    if fit is None:
        return ["The face beside speech needs the character's own file: only its speech was keyed."]
    from ..bilabial.expression.compose import FaceComposer

    lacking = [name for name in chosen if name in FaceComposer(fit.profile).left_out(chosen)]
    if not found:
        lacking = chosen
    notes = []
    if lacking:
        notes.append(f"{fit.profile.title} has nothing free to show {', '.join(lacking)} with: left out.")
    if "emotion" in chosen and "emotion" not in lacking and not bakes:
        notes.append(
            "The emotion moves brows, lids, cheeks and nose; the mouth is the controls'. Bake moves it too."
        )
    return notes
