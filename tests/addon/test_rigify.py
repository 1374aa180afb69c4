"""Rigify's human metarig as Blender generates it, with both of its faces: recognised, driven, closed."""

from __future__ import annotations

import addon_utils
import bpy
import pytest
import rigify_head
from addon.bilabial.controls import CONTROLS
from addon.rig import drivers, rig_probe, speech

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
