"""Rigify's human metarig as Blender generates it, with both of its faces: recognised, driven, closed."""

from __future__ import annotations

import addon_utils
import bpy
import numpy as np
import pytest
import rigify_head
from addon.bilabial.controls import CONTROLS
from addon.bilabial.expression.compose import FaceComposer
from addon.bilabial.expression.names import EMOTION, EMOTIONS, SHAPES
from addon.rig import drivers, numbers, rig_probe, speech

UPPER, LOWER = "DEF-lip.T.L", "DEF-lip.B.L"  # their heads lie in the middle of the lips


def set_controls(rig: bpy.types.Object, **values: float) -> None:
    for control in CONTROLS:
        rig[speech.property_name(control)] = values.get(control, 0.6 if control in ("Jaw", "Lip") else 0.0)
    rig.update_tag()
    bpy.context.view_layer.update()


def lips(rig: bpy.types.Object) -> tuple[float, float]:
    """Distance from lip to lip (up and down), and from corner to corner, in metres."""
    bones = rig.pose.bones
    width = bones["DEF-lip.T.L.001"].tail.x - bones["DEF-lip.T.R.001"].tail.x
    return bones[UPPER].head.z - bones[LOWER].head.z, width


@pytest.mark.bpy
def test_rigify_speaks(extension: object) -> None:
    # Rigify registers once a session only, so both generations share a test.
    addon_utils.enable("rigify", default_set=True)
    for upgraded in (False, True):
        _speaks(rigify_head.generated(rigify_head.metarig(None, upgraded)), upgraded)


def _speaks(rig: bpy.types.Object, upgraded: bool) -> None:
    character = rig_probe.probe(rig)
    found, recognition = rig_probe.identify(character)
    assert found.profile.name == ("rigify-face-upgraded" if upgraded else "rigify-face")
    assert recognition is not None and recognition.verdict == "certain" and not found.missing
    speech.ensure(rig)
    fit = rig_probe.fit(character, found)
    drivers.build(rig, fit)
    ours = [curve for curve in rig.animation_data.drivers if drivers.is_ours(curve)]
    assert len(ours) == len(fit.profile.driven)
    assert all(curve.driver.is_simple_expression and curve.is_valid for curve in ours)

    set_controls(rig)
    rest, width = lips(rig)
    set_controls(rig, Ah=1.0)
    assert lips(rig)[0] - rest > 0.015
    for jaw in (0.0, 0.6, 1.0):
        set_controls(rig, MBP=1.0, Ah=1.0, Jaw=jaw)
        assert -0.003 < lips(rig)[0] - rest < 0.0005  # pressed, not through one another
    set_controls(rig, U=1.0)
    assert lips(rig)[1] < 0.75 * width
    set_controls(rig, Ee=1.0)
    assert lips(rig)[1] > 1.1 * width
    _shows_a_face(rig, fit)


def _shows_a_face(rig: bpy.types.Object, fit: rig_probe.Fit) -> None:
    """Brows, lids and eyes on the bones that an animator takes: metres and degrees of a human head."""
    composer, neutral = FaceComposer(fit.profile), np.zeros((1, len(CONTROLS)))
    assert composer.left_out(("brows", "blinks", "emotion")) == ()
    rig_probe.use_euler(dict(fit.targets))
    bones = rig.pose.bones

    def show(**layers: list[float]) -> tuple[float, float, float, float]:
        rows = {name: np.array([values], float) for name, values in layers.items()}
        for name, value in zip(fit.profile.channels, composer(neutral, rows).values[0], strict=True):
            if name not in fit.profile.driven:
                for target in fit.targets[name]:
                    numbers.set_value(target, float(value))
        bpy.context.view_layer.update()
        lids = (bones["DEF-lid.T.L.002"].head - bones["DEF-lid.B.L.002"].head).length
        looks = bones["MCH-eye.L"].matrix.col[1]
        inner, outer = (bones[f"DEF-brow.T.L.00{i}"].head.z for i in (3, 1))
        return lids, inner, outer, float(np.degrees(np.arctan2(looks[0], -looks[1])))

    open_lids, inner, outer, ahead = show()
    assert show(blinks=[1.0, 1.0])[0] < 0.15 * open_lids
    assert show(blinks=[0.0, 1.0])[0] > 0.9 * open_lids
    assert show(brows=[1.0, 0, 0, 0, 0])[1] - inner > 0.005
    assert show(brows=[0, 1.0, 1.0, 0, 0])[2] - outer > 0.005
    assert show(brows=[0, 0, 0, 1.0, 1.0])[1] - inner < -0.003
    assert abs(show(gaze=[20.0, 0.0])[3] - ahead - 20.0) < 3.0  # to the face's left
    assert show()[0] == pytest.approx(open_lids, abs=1e-4)
    _squints_and_sneers(rig, fit, composer)
    _feels_and_still_closes(rig, fit, composer)


def _set(fit: rig_probe.Fit, values: np.ndarray, but: tuple[str, ...] = ()) -> None:
    for name, value in zip(fit.profile.channels, values, strict=True):
        for target in fit.targets[name] if name not in but else ():
            numbers.set_value(target, float(value))
    bpy.context.view_layer.update()


def _squints_and_sneers(rig: bpy.types.Object, fit: rig_probe.Fit, composer: FaceComposer) -> None:
    """What no layer but emotion moves, one shape at a time: metres on a human head."""
    bones = rig.pose.bones
    rest = composer.speech(np.zeros((1, len(CONTROLS))))[0]

    def show(shape: str) -> tuple[float, float, float]:
        row = composer.matrix[SHAPES.index(shape)] if shape else 0.0
        _set(fit, rest + row, fit.profile.driven)
        lids = (bones["DEF-lid.T.L.002"].head - bones["DEF-lid.B.L.002"].head).length
        return lids, bones["DEF-cheek.T.L.001"].head.z, bones["DEF-nose.L.001"].head.z

    lids, cheek, nose = show("")
    squint = show("eyeSquintLeft")[0] / lids
    raised, sneer = show("cheekSquintLeft")[1] - cheek, show("noseSneerLeft")[2] - nose
    assert 0.4 < squint < 0.8
    assert 0.002 < raised < 0.012 and 0.001 < sneer < 0.008
    assert show("eyeSquintRight")[0] == pytest.approx(lids, abs=1e-4)
    show("")


def _feels_and_still_closes(rig: bpy.types.Object, fit: rig_probe.Fit, composer: FaceComposer) -> None:
    """Emotions reach the corners of a mouth of bones, and lips that speech shuts stay as shut."""
    bones = rig.pose.bones
    drivers.mute(rig, rig_probe.probe(rig), True)
    rows = np.zeros((200, len(CONTROLS)))
    rows[:, :2] = 0.6

    def shown(emotion: str, **values: float) -> tuple[float, float, float]:
        for name, value in values.items():
            rows[:, CONTROLS.index(name)] = value
        feeling = np.zeros((len(rows), len(EMOTION)))
        if emotion:
            feeling[:, EMOTION.index(emotion)] = 1.0
        _set(fit, composer(rows, {"emotion": feeling}).values[-1])
        rows[:, 2:] = 0.0
        gap, width = lips(rig)
        return gap, width, bones["DEF-lip.T.L.001"].tail.z

    rest, shut = shown(""), shown("", MBP=1.0)
    joy, sadness = shown("joy"), shown("sadness")
    assert joy[2] - rest[2] > 0.003 and joy[1] > 1.05 * rest[1]
    assert sadness[2] - rest[2] < -0.001
    for emotion in EMOTIONS:
        gap = shown(emotion, MBP=1.0, Ah=0.6)[0]
        assert gap - shut[0] < 0.0003, (
            f"{emotion}: the lips stand {1000 * (gap - shut[0]):.2f} mm further open"
        )
    drivers.mute(rig, rig_probe.probe(rig), False)
