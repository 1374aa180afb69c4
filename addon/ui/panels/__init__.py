# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar of the 3D view, tab Lip-Sync: a file a feature. Drawing reads, operators act."""

import bpy

from ..operators.borders import draw_switch
from . import line, retarget, scene, sounds, style

# In the order of the sidebar.
CLASSES = (
    line.VIEW3D_PT_bilabial,
    line.VIEW3D_PT_bilabial_settings,
    style.VIEW3D_PT_bilabial_style,
    style.VIEW3D_PT_bilabial_gains,
    sounds.BILABIAL_UL_words,
    sounds.BILABIAL_UL_phones,
    sounds.VIEW3D_PT_bilabial_phones,
    style.VIEW3D_PT_bilabial_on_top,
    scene.BILABIAL_UL_lines,
    scene.VIEW3D_PT_bilabial_scene,
    retarget.BILABIAL_UL_terms,
    retarget.VIEW3D_PT_bilabial_retarget,
    retarget.BILABIAL_UL_poses,
    retarget.VIEW3D_PT_bilabial_poses,
    retarget.VIEW3D_PT_bilabial_transfer,
)

# The editors that show the sound under the keys have its switch in their headers.
_HEADERS = ("DOPESHEET_HT_header", "GRAPH_HT_header", "SEQUENCER_HT_header")


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    for name in _HEADERS:
        getattr(bpy.types, name).append(draw_switch)


def unregister() -> None:
    for name in _HEADERS:
        getattr(bpy.types, name).remove(draw_switch)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
