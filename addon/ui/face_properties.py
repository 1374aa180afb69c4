# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says of the face beside speech. No postponed annotations: Blender reads them."""

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty

FEELINGS = (
    ("HEARD", "As heard", "Tags in the text such as [angry]; without any, what the voice sounds like"),
    ("JOY", "Joy", "Cheeks up, eyes narrowed"),
    ("SADNESS", "Sadness", "Inner brows up, lids low"),
    ("ANGER", "Anger", "Brows down and together"),
    ("FEAR", "Fear", "Brows up, eyes wide"),
    ("DISGUST", "Disgust", "Nose wrinkled"),
    ("SURPRISE", "Surprise", "Brows high, eyes wide"),
    ("BOREDOM", "Boredom", "Lids droop"),
)


def _amount(what: str) -> FloatProperty:
    return FloatProperty(
        name="Amount",
        description=f"How much {what}",
        min=0.0,
        max=2.0,
        soft_max=1.0,
        default=1.0,
        subtype="FACTOR",
    )


class FaceSettings:
    """Mixed into a line. Off unless asked for: brows and lids may have keys of their own already."""

    face_brows: BoolProperty(
        name="Brows", description="Raise and lower the brows with what is stressed", default=False
    )
    face_brows_amount: _amount("the brows move")
    face_blinks: BoolProperty(
        name="Blinks", description="Blink 12 to 20 times a minute, at the borders of phrases", default=False
    )
    face_blinks_amount: _amount("the lids shut")
    face_gaze: BoolProperty(
        name="Gaze", description="Look, glance away and back, as people who speak do", default=False
    )
    face_gaze_amount: _amount("the eyes wander")
    face_look_at: PointerProperty(
        type=bpy.types.Object,
        name="Look at",
        description="What the eyes rest on between glances, as far as eyes go, also while it moves",
    )
    face_emotion: BoolProperty(
        name="Emotion", description="Show an emotion on the whole face. Lips still close", default=False
    )
    face_emotion_amount: _amount("of the emotion is seen")
    face_feeling: EnumProperty(
        name="Feeling", description="Which emotion, for the whole line", items=FEELINGS, default="HEARD"
    )
    face_head: BoolProperty(
        name="Head",
        description="Nod, tilt and turn with what is said, on top of how the head is posed and keyed",
        default=False,
    )
    face_head_amount: _amount("the head moves")
    face_breath: BoolProperty(
        name="Breath",
        description="Breathe in before phrases, on top of how the chest is posed",
        default=False,
    )
    face_breath_amount: _amount("the chest moves")
    face_seed: IntProperty(
        name="Seed", description="Another number, another face of the same kind", min=0, default=0
    )


SETTINGS = tuple(FaceSettings.__annotations__)
