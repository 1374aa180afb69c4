"""The channels that the layers of a face move, named once."""

from __future__ import annotations

BROWS = ("browInnerUp", "browOuterUpLeft", "browOuterUpRight", "browDownLeft", "browDownRight")
LIDS = ("eyeBlinkLeft", "eyeBlinkRight")
GAZE = ("yaw", "pitch")  # degrees; to the face's left and upwards
FULL_LOOK = 25.0  # degrees that an eyeLook shape of 1, or VRM's look of 1, turns an eye
HEAD = ("yaw", "pitch", "roll")  # degrees; to the face's left, upwards, towards its left shoulder
BREATH = ("breath",)  # 0 breathed out, 1 breathed in

# What an emotion is called, in the order of a network's answers; neutral is the face without any of them.
EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "boredom")
NEUTRAL = "neutral"
CIRCUMPLEX = ("valence", "arousal")  # -1..1: unpleasant to pleasant, calm to excited
EMOTION = (*CIRCUMPLEX, *EMOTIONS)

LAYERS = ("emotion", "brows", "blinks", "gaze", "head", "breath")
# The vocabulary of each layer's track (rigs/vocabularies), in whose order a layer's rows stand.
VOCABULARIES = {
    "emotion": "emotion",
    "brows": "brows",
    "blinks": "lids",
    "gaze": "gaze",
    "head": "head",
    "breath": "breath",
}

# ARKit's shapes that a face uses beside the mouth's; names as in the profile arkit-52.
EYES_LOOK = tuple(f"eyeLook{way}{side}" for way in ("Down", "In", "Out", "Up") for side in ("Left", "Right"))
UPPER_FACE = (
    *BROWS, *LIDS, *EYES_LOOK,
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight",
    "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
LOWER_FACE = (
    "jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthPressLeft", "mouthPressRight", "mouthShrugLower", "mouthRollLower",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
)  # fmt: skip
SHAPES = UPPER_FACE + LOWER_FACE  # what compose.py answers with, before a rig's own channels
