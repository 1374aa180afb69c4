"""What both versions of VRM call the same expressions."""

from __future__ import annotations

# VRM 0.x's presets as VRM 1.0 calls them. Files write them in small letters or as they stand here.
PRESETS_OF_VRM_0 = {
    "A": "aa",
    "I": "ih",
    "U": "ou",
    "E": "ee",
    "O": "oh",
    "Blink": "blink",
    "Blink_L": "blinkLeft",
    "Blink_R": "blinkRight",
    "Joy": "happy",
    "Angry": "angry",
    "Sorrow": "sad",
    "Fun": "relaxed",
    "LookUp": "lookUp",
    "LookDown": "lookDown",
    "LookLeft": "lookLeft",
    "LookRight": "lookRight",
}
