"""Mouth shapes of cartoon tools as groups: Rhubarb's nine letters and the Preston Blair names.

A shape stands for many sounds, so this is one-to-many: the group chosen is the one whose picture is the
shape's.
"""

from __future__ import annotations

RHUBARB_TO_GROUP = {
    "A": "MBP",  # closed
    "B": "S",  # teeth together, lips parted: most consonants
    "C": "Eh",  # open
    "D": "Ah",  # wide open
    "E": "Oh",  # open, slightly rounded
    "F": "U",  # puckered
    "G": "FV",  # lower lip at the upper teeth
    "H": "LNTD",  # tongue behind the teeth
    "X": "SIL",  # rest
}
GROUP_TO_RHUBARB = {
    "Ah": "D", "Aa": "C", "Eh": "C", "Ee": "B", "Ih": "B", "Oh": "E", "Uh": "C", "U": "F", "Eu": "F",
    "Schwa": "B",
    "LNTD": "B", "GK": "B", "MBP": "A", "R": "E", "WA_PEDAL": "F", "JY": "B", "S": "B", "ShChZh": "F",
    "Th": "H",
    "FV": "G", "SIL": "X",
}  # fmt: skip
BLAIR_TO_GROUP = {
    "AI": "Ah", "E": "Eh", "O": "Oh", "U": "U", "etc": "S", "L": "LNTD", "WQ": "WA_PEDAL", "MBP": "MBP",
    "FV": "FV",
    "rest": "SIL",
}  # fmt: skip
GROUP_TO_BLAIR = {
    "Ah": "AI", "Aa": "AI", "Eh": "E", "Ee": "E", "Ih": "E", "Oh": "O", "Uh": "AI", "U": "U", "Eu": "U",
    "Schwa": "E",
    "LNTD": "etc", "GK": "etc", "MBP": "MBP", "R": "etc", "WA_PEDAL": "WQ", "JY": "etc", "S": "etc",
    "ShChZh": "etc",
    "Th": "etc", "FV": "FV", "SIL": "rest",
}  # fmt: skip
