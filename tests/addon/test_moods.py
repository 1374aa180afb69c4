"""Whole faces of a rig's own: those that part no lips stay through m, b and p, the others give way."""

from __future__ import annotations

import bpy
import numpy as np
from addon.bilabial.controls import CONTROLS
from addon.bilabial.expression.compose import FaceComposer
from addon.bilabial.expression.names import EMOTION
from addon.rig import demo_head, measuring, rig_probe

# VRM's names, each made of shapes of the demo head.
MADE = {
    "aa": {"jawOpen": 0.7}, "ih": {"jawOpen": 0.15, "mouthStretchLeft": 0.5, "mouthStretchRight": 0.5},
    "ou": {"mouthPucker": 0.8}, "ee": {"jawOpen": 0.3}, "oh": {"jawOpen": 0.4, "mouthFunnel": 0.5},
    "happy": {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6, "cheekSquintLeft": 0.5, "cheekSquintRight": 0.5},
    "angry": {"browDownLeft": 1.0, "browDownRight": 1.0, "mouthFrownLeft": 0.5, "mouthFrownRight": 0.5},
    "surprised": {"jawOpen": 0.4, "browInnerUp": 1.0},
}  # fmt: skip


def test_a_frown_stays_through_a_closure_and_an_open_mouth_gives_way(extension: object) -> None:
    head = demo_head.build(bpy.context, "VRM")
    blocks = head.data.shape_keys.key_blocks
    rest = measuring.places(blocks[0])
    moves = {block.name: measuring.places(block) - rest for block in blocks[1:]}
    for block in list(blocks[1:]):
        head.shape_key_remove(block)
    for name, parts in MADE.items():
        made = head.shape_key_add(name=name, from_mix=False)
        moved = rest + sum(weight * moves[part] for part, weight in parts.items())
        made.data.foreach_set("co", moved.astype(np.float32).ravel())
        made.value = 0.0
    character = rig_probe.probe(head)
    fit = rig_probe.fit(character, rig_probe.identify(character)[0])
    assert fit.profile.name == "vrm-1"
    kept = {name for name, opens in fit.profile.gap.items() if opens == 0.0}
    assert {"angry", "happy"} <= kept and "surprised" not in kept
    rows = np.zeros((100, len(CONTROLS)))
    rows[:, :2], rows[:, CONTROLS.index("MBP")] = 0.6, 1.0
    column = {name: i for i, name in enumerate(fit.profile.channels)}
    for emotion, shape, shown in (("anger", "angry", 1.0), ("surprise", "surprised", 0.0)):
        feeling = np.zeros((len(rows), len(EMOTION)))
        feeling[:, EMOTION.index(emotion)] = 1.0
        values = FaceComposer(fit.profile)(rows, {"emotion": feeling}).values
        np.testing.assert_allclose(values[-1, column[shape]], shown, atol=1e-6)
