"""The 31 speech controls, named once and ordered once: the JALI field, 20 visemes, 9 co-articulations."""

from __future__ import annotations

JALI_FIELD = ("Jaw", "Lip")
VISEMES = (
    "Ah", "Aa", "Eh", "Ee", "Ih", "Oh", "Uh", "U", "Eu", "Schwa",
    "LNTD", "GK", "MBP", "R", "WA_PEDAL", "JY", "S", "ShChZh", "Th", "FV",
)  # fmt: skip
COARTICULATIONS = ("Ya", "Ja", "Ra", "FVa", "LNTDa", "MBPa", "Wa", "Tha", "GKa")
SHAPES = VISEMES + COARTICULATIONS  # the 29 that VisemeNet activates
CONTROLS = JALI_FIELD + SHAPES
VOWELS = VISEMES[:10]
CONSONANTS = VISEMES[10:]

# A consonant's co-articulation control is its lip and tongue shape without its jaw. S and ShChZh have none of
# their own (they always narrow the jaw).
COARTICULATION_OF = {
    "JY": "Ja", "R": "Ra", "FV": "FVa", "LNTD": "LNTDa", "MBP": "MBPa", "WA_PEDAL": "Wa",
    "Th": "Tha", "GK": "GKa",
}  # fmt: skip

# What must meet whatever else the face does: the lips at m b p, the lower lip and the upper teeth at f v.
CLOSERS = ("MBP", "MBPa")
LABIODENTALS = ("FV", "FVa")
CLOSED = 0.999  # of one of them, from which what must meet meets

# Phoneme groups are the visemes plus silence, in the order of a network's class outputs.
SILENCE = "SIL"
GROUPS = (*VISEMES, SILENCE)
