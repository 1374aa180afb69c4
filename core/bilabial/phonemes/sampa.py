"""X-SAMPA labels, and the marks that hand-labelled corpora add to them for a stop's phases."""

from __future__ import annotations

from dataclasses import replace

from . import ipa
from .sound import FOLLOWS, QUIET, Part, Sound

_TO_IPA = {
    "A": "ɑ", "{": "æ", "6": "ɐ", "Q": "ɒ", "E": "ɛ", "@": "ə", "3": "ɜ", "I": "ɪ", "O": "ɔ", "2": "ø",
                "9": "œ", "&": "ɶ",
    "U": "ʊ", "V": "ʌ", "Y": "ʏ", "1": "ɨ", "}": "ʉ", "7": "ɤ", "8": "ɵ", "M": "ɯ", "@`": "ɚ", "3`": "ɝ",
    "B": "β", "C": "ç", "D": "ð", "F": "ɱ", "G": "ɣ", "H": "ɥ", "J": "ɲ", "K": "ɬ", "L": "ʎ", "N": "ŋ",
    "P": "ʋ",
    "R": "ʁ", "S": "ʃ", "T": "θ", "W": "ʍ", "X": "χ", "Z": "ʒ", "?": "ʔ", "4": "ɾ", "5": "ɫ", "r\\": "ɹ",
    "R\\": "ʀ",
    "h\\": "ɦ", "j\\": "ʝ", "G\\": "ɢ", "N\\": "ɴ", "p\\": "ɸ", "s\\": "ɕ", "z\\": "ʑ", "v\\": "ʋ",
    "J\\": "ɟ", "K\\": "ɮ",
    "B\\": "ʙ", "t`": "ʈ", "d`": "ɖ", "n`": "ɳ", "l`": "ɭ", "s`": "ʂ", "z`": "ʐ", "r`": "ɽ", "r\\`": "ɻ",
    "I\\": "ᵻ",
}  # fmt: skip
_CORPUS = {"V": "ʋ", "H": "ɦ", "L": "l", "R": "ʀ", "NN": "ŋ", "ss": "s", "hoe": "h", "g": "ɡ"}
_LIP_STOPS = "pbm"


def parse(label: str, rounded_open_o: bool = False) -> Sound | None:
    """The sound of an X-SAMPA label; None where a letter is unknown."""
    name = label.strip()
    if ipa.is_silence(name):
        return QUIET
    stress = {'"': 1, "%": 2}.get(name[:1])
    spelled = _spell(name.lstrip('"%'))
    found = ipa.parse(spelled, rounded_open_o) if spelled else None
    return replace(found, stress=stress) if found else None


def parse_corpus(label: str, rounded_open_o: bool = False) -> Sound | None:
    """The same with the marks of the Berlin database: ``_d`` closure, ``!d`` release, ``dasp`` aspiration,
    ``.``.

    The release of a lip stop and every aspiration show the vowel that comes, not the closure.
    """
    name = label.strip()
    if name in (".", "") or name.startswith("(") or ipa.is_silence(name):
        return QUIET
    name = name.split("+")[0].lstrip("[") or name
    if (name.endswith("asp") and len(name) == 4) or name == "!":
        return Sound((Part(FOLLOWS, "Eh"),))
    if name.startswith("!") and name[1:2] in _LIP_STOPS:
        return Sound((Part(FOLLOWS, "Eh"),))
    name = name.lstrip("!_")
    if name in _CORPUS:
        return ipa.parse(_CORPUS[name])
    return parse(name, rounded_open_o)


def _spell(name: str) -> str:
    """X-SAMPA letter by letter as IPA; a backslash or backtick belongs to the letter before it."""
    spelled = []
    index = 0
    while index < len(name):
        for length in (3, 2, 1):
            piece = name[index : index + length]
            if len(piece) == length and piece in _TO_IPA:
                spelled.append(_TO_IPA[piece])
                index += length
                break
        else:
            letter = name[index]
            if letter in "_=~":  # diacritics such as _h, _j, =, ~ change nothing that the table does not know
                spelled.append("\u0303" if letter == "~" else "")
                index += 2 if letter == "_" else 1
            else:
                spelled.append(letter)
                index += 1
    return "".join(spelled)
