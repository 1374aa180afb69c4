"""What a pose in a list may be: a control in words that people know, the face at rest, or nothing yet.

A leaf: the panel's drop-down is made of it when the extension is enabled, before numpy is loaded.
"""

from __future__ import annotations

from ..controls import COARTICULATIONS, VISEMES

REST = "REST"  # in a row's place of a control: the face at rest
UNKNOWN = "NONE"
_SPOKEN = {
    "Ah": "ah (father)", "Aa": "a (hat)", "Eh": "e (bed), h", "Ee": "ee (see)", "Ih": "i (bit)",
    "Oh": "oh (go)", "Uh": "u (but), er", "U": "oo (too)", "Eu": "ü ö (French u, eu)",
    "Schwa": "a (sofa)", "LNTD": "l n t d", "GK": "k g ng", "MBP": "m b p", "R": "r", "WA_PEDAL": "w",
    "JY": "y j", "S": "s z", "ShChZh": "sh ch zh", "Th": "th", "FV": "f v",
}  # fmt: skip
_JAWLESS = {
    "Ya": "y", "Ja": "j", "Ra": "r", "FVa": "f v", "LNTDa": "l n t d", "MBPa": "m b p", "Wa": "w",
    "Tha": "th", "GKa": "k g ng",
}  # fmt: skip
# What people call the controls, in their order; none and rest first.
LABELS: dict[str, str] = (
    {UNKNOWN: "(none)", REST: "at rest"}
    | {name: _SPOKEN[name] for name in VISEMES}
    | {name: f"{_JAWLESS[name]} (no jaw)" for name in COARTICULATIONS}
)
