"""The shapes of one sound: its group's viseme, plus what the letter says beyond the group."""

from __future__ import annotations

from ...phonemes.track import Phone

# Values of a shape at its apex, before stress and length, measured on a real face (docs/face.md) where it
# says each sound often enough. Lip closers and labiodentals are contacts: always 1.
APEX = {
    "Ah": 0.6, "Aa": 0.6, "Eh": 0.86, "Ee": 0.85, "Ih": 0.85, "Oh": 0.52, "Uh": 0.55, "U": 0.58, "Eu": 0.8,
    "Schwa": 0.6, "LNTD": 0.39, "GK": 0.55, "MBP": 1.0, "R": 0.5, "WA_PEDAL": 0.7, "JY": 0.6,
    "S": 1.0, "ShChZh": 0.75, "Th": 0.7, "FV": 1.0,
}  # fmt: skip

# Sounds whose picture is not their group's alone: (control, value) beside or, when the group is named,
# instead.
_BLENDS: dict[str, dict[str, float]] = {
    "ɝ": {"Uh": 0.45, "R": 0.4},
    "ɚ": {"Schwa": 0.45, "R": 0.3},
    "dʒ": {"JY": 0.35, "ShChZh": 0.6},  # filed with the palatals, but it looks like its voiceless twin
    "dʑ": {"JY": 0.45, "ShChZh": 0.35},
    "ɕ": {"ShChZh": 0.45, "S": 0.3},  # spread lips: less pucker, teeth stay
    "tɕ": {"ShChZh": 0.45, "S": 0.3},
    "ɸ": {"FV": 0.6, "U": 0.25},
    "β": {"MBP": 0.6},
    "kʷ": {"GK": 0.6, "WA_PEDAL": 0.6},
    "ɯ": {"Uh": 0.5, "U": 0.25},
    "ɯᵝ": {"Uh": 0.4, "U": 0.4},
    "ɛ̃": {"Eh": 0.5, "Aa": 0.35},
    "ʉ": {"U": 0.58},
    "ʋ": {"WA_PEDAL": 0.4, "FV": 0.4},
    "ħ": {"GK": 0.25}, "ʕ": {"GK": 0.25}, "ʜ": {"GK": 0.25}, "ʢ": {"GK": 0.25}, "ʡ": {"GK": 0.25},
}  # fmt: skip
_UNSEALED = frozenset(("β", "ɸ"))  # filed with the closers, but air passes between the lips
_LABIAL_APPROXIMANTS = frozenset(("ʋ", "ɸ"))  # no contact with the teeth either


def targets(phone: Phone) -> dict[str, float]:
    """Apex value of each viseme that the sound sets. Nothing for silence and the glottal stop."""
    if phone.is_silence or phone.label == "ʔ":
        return {}
    blend = _BLENDS.get(phone.label.rstrip("ː"))
    if blend is not None and phone.group in blend:
        return blend
    return {phone.group: APEX[phone.group]}


def seals(phone: Phone) -> bool:
    """True when the lips must close fully: m b p and their like."""
    return phone.group == "MBP" and phone.label not in _UNSEALED


def bites(phone: Phone) -> bool:
    """True when the lower lip must meet the upper teeth: f v."""
    return phone.group == "FV" and phone.label not in _LABIAL_APPROXIMANTS


def hisses(phone: Phone) -> bool:
    """True for sibilants, which keep the teeth close together."""
    return phone.group in ("S", "ShChZh") or phone.label in ("dʒ", "dʑ")


def is_glide(phone: Phone) -> bool:
    """The palatal glide, whose no-jaw control is Ya; the other palatals have Ja."""
    return phone.group == "JY" and phone.label in ("j", "JY")
