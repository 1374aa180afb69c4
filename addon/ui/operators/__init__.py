# SPDX-License-Identifier: GPL-3.0-or-later
"""Thin operators over speak/ and retarget/. They check, act and report;
nothing else.
"""

import bpy

from . import borders, generate, pad, phones, retarget, scene, style, words

CLASSES = (
    *generate.CLASSES,
    *style.CLASSES,
    *pad.CLASSES,
    *phones.CLASSES,
    *words.CLASSES,
    *borders.CLASSES,
    *scene.CLASSES,
    *retarget.CLASSES,
)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
