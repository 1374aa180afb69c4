"""Expressions as combinations of action units, and the action units as ARKit's shapes.

Sources. Units and their muscles: Ekman, Friesen & Hager, Facial Action Coding System (2002). Which units make
joy, sadness, anger, fear, disgust and surprise: the prototypes and major variants of its Investigator's Guide
(EMFACS), checked against the units that most people show in Du, Tao & Martinez, Compound facial expressions
of emotion (PNAS 2014, table 1). Boredom has no prototype there; that lids droop (unit 43) is from McDaniel et
al., Facial features for affective state detection in learning environments (CogSci 2007); the rest of it, and
all intensities, are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

# What an action unit does to both sides of a face; "*" stands for Left and Right.
ACTION_UNITS: dict[int, dict[str, float]] = {
    1: {"browInnerUp": 1.0},
    2: {"browOuterUp*": 1.0},
    4: {"browDown*": 1.0},
    5: {"eyeWide*": 1.0},
    6: {"cheekSquint*": 1.0, "eyeSquint*": 0.35},
    7: {"eyeSquint*": 1.0},
    9: {"noseSneer*": 1.0},
    10: {"mouthUpperUp*": 0.8, "noseSneer*": 0.3},
    12: {"mouthSmile*": 1.0},
    14: {"mouthDimple*": 1.0},
    15: {"mouthFrown*": 1.0},
    16: {"mouthLowerDown*": 0.8},
    17: {"mouthShrugLower": 1.0},
    20: {"mouthStretch*": 1.0},
    23: {"mouthPress*": 0.6, "mouthRollLower": 0.35},
    24: {"mouthPress*": 1.0},
    25: {"mouthLowerDown*": 0.35, "mouthUpperUp*": 0.15},
    26: {"jawOpen": 0.5},
    43: {"eyeBlink*": 1.0},
    64: {"eyeLookDown*": 1.0},
}


@dataclass(frozen=True, slots=True)
class Action:
    """One unit's part in an expression. ``delay`` and ``rise`` (s): when it follows the emotion, how fast."""

    unit: int
    intensity: float  # at full strength of the emotion
    delay: float = 0.0
    rise: float = 0.25
    lean: float = 0.0  # more on the left (positive) or on the right side: -1..1


# Onsets: eyes and brows lead by about a tenth of a second, the smile comes slowly, surprise is quick.
EXPRESSIONS: dict[str, tuple[Action, ...]] = {
    "joy": (
        Action(6, 0.75, 0.1, 0.4), Action(12, 0.85, 0.05, 0.45, 0.08), Action(25, 0.5, 0.1, 0.4),
        Action(2, 0.15, 0.0, 0.3),
    ),
    "sadness": (
        Action(1, 0.95, 0.0, 0.5), Action(4, 0.4, 0.0, 0.5), Action(15, 0.8, 0.15, 0.6, -0.06),
        Action(17, 0.55, 0.2, 0.6), Action(43, 0.22, 0.1, 0.6), Action(64, 0.3, 0.1, 0.6),
    ),
    "anger": (
        Action(4, 1.0, 0.0, 0.2, 0.05), Action(5, 0.55, 0.05, 0.2), Action(7, 0.6, 0.05, 0.25),
        Action(9, 0.25, 0.08, 0.25), Action(10, 0.2, 0.1, 0.3), Action(15, 0.25, 0.1, 0.3),
        Action(17, 0.35, 0.1, 0.3), Action(23, 0.6, 0.1, 0.25),
    ),
    "fear": (
        Action(1, 1.0, 0.0, 0.15), Action(2, 0.5, 0.0, 0.15), Action(4, 0.45, 0.03, 0.2),
        Action(5, 1.0, 0.0, 0.12), Action(20, 0.75, 0.08, 0.2), Action(25, 0.6, 0.08, 0.2),
        Action(26, 0.2, 0.1, 0.25),
    ),
    "disgust": (
        Action(9, 1.0, 0.0, 0.25, 0.1), Action(10, 0.75, 0.05, 0.3, 0.15), Action(4, 0.5, 0.0, 0.25),
        Action(7, 0.65, 0.05, 0.25), Action(15, 0.45, 0.1, 0.35), Action(17, 0.45, 0.1, 0.35),
    ),
    "surprise": (
        Action(1, 1.0, 0.0, 0.1), Action(2, 1.0, 0.0, 0.1), Action(5, 0.85, 0.02, 0.1),
        Action(25, 0.3, 0.06, 0.15), Action(26, 0.75, 0.06, 0.18),
    ),
    "boredom": (
        Action(43, 0.5, 0.1, 0.8), Action(2, 0.25, 0.0, 0.7, 0.5), Action(14, 0.4, 0.2, 0.8, -0.6),
        Action(15, 0.35, 0.2, 0.8), Action(64, 0.25, 0.2, 0.9),
    ),
}  # fmt: skip


def shapes_of(action: Action) -> dict[str, float]:
    """ARKit's shapes for one action at its full intensity, its lean between the sides included."""
    found: dict[str, float] = {}
    for name, weight in ACTION_UNITS[action.unit].items():
        amount = weight * action.intensity
        if name.endswith("*"):
            found[name[:-1] + "Left"] = amount * min(1.0, 1.0 + action.lean)
            found[name[:-1] + "Right"] = amount * min(1.0, 1.0 - action.lean)
        else:
            found[name] = amount
    return found
