"""Letter-to-sound rules for English words that no dictionary knows: names, coinages, misspellings.

Rules are tried from the longest group of letters down at each place of the word; the first vowel gets the
stress. Rough, but a mouth needs the closures and the vowels' kinds, and both are in the letters.
"""

from __future__ import annotations

import unicodedata

_V = frozenset("aeiouy")

# (letters, what must stand before or after, phones). "^" start of word, "$" end, "V" a vowel letter, "C" a
# consonant, "F" one of e i y; "" anything.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("eigh", "", "", "EY"), ("ough", "", "t", "AO"), ("ough", "", "", "OW"), ("augh", "", "", "AO"),
    ("tion", "", "", "SH AH N"), ("sion", "V", "", "ZH AH N"), ("sion", "", "", "SH AH N"),
    ("cian", "", "", "SH AH N"), ("cious", "", "", "SH AH S"), ("tious", "", "", "SH AH S"),
    ("ture", "", "", "CH ER"), ("sure", "", "", "ZH ER"), ("ious", "", "", "IY AH S"), ("ous", "", "$",
    "AH S"),
    ("igh", "", "", "AY"), ("tch", "", "", "CH"), ("dge", "", "", "JH"), ("sch", "^", "", "SH"), ("eau", "",
    "", "OW"),
    ("air", "", "", "EH R"), ("ear", "", "", "IH R"), ("eer", "", "", "IH R"), ("oor", "", "", "AO R"),
    ("our", "", "", "AO R"), ("ang", "", "", "AE NG"), ("ing", "", "$", "IH NG"), ("nk", "", "", "NG K"),
    ("ng", "", "$", "NG"), ("ng", "", "", "NG G"), ("ph", "", "", "F"), ("sh", "", "", "SH"), ("ch", "",
    "r", "K"),
    ("ch", "", "", "CH"), ("th", "", "", "TH"), ("wh", "", "", "W"), ("gh", "^", "", "G"), ("gh", "", "", ""),
    ("kn", "^", "", "N"), ("gn", "^", "", "N"), ("wr", "^", "", "R"), ("ps", "^", "", "S"), ("qu", "", "",
    "K W"),
    ("ck", "", "", "K"), ("cc", "", "F", "K S"), ("sc", "", "F", "S"), ("mb", "", "$", "M"), ("mn", "", "$",
    "M"),
    ("bb", "", "", "B"), ("dd", "", "", "D"), ("ff", "", "", "F"), ("gg", "", "", "G"), ("ll", "", "", "L"),
    ("mm", "", "", "M"), ("nn", "", "", "N"), ("pp", "", "", "P"), ("rr", "", "", "R"), ("ss", "", "", "S"),
    ("tt", "", "", "T"), ("zz", "", "", "Z"), ("cc", "", "", "K"), ("kk", "", "", "K"),
    ("ai", "", "", "EY"), ("ay", "", "", "EY"), ("au", "", "", "AO"), ("aw", "", "", "AO"), ("ea", "", "",
    "IY"),
    ("ee", "", "", "IY"), ("ei", "", "", "IY"), ("eu", "", "", "UW"), ("ew", "", "", "UW"), ("ey", "", "$",
    "IY"),
    ("ie", "", "", "IY"), ("oa", "", "", "OW"), ("oi", "", "", "OY"), ("oo", "", "", "UW"), ("ou", "", "",
    "AW"),
    ("ow", "", "$", "OW"), ("ow", "", "", "AW"), ("oy", "", "", "OY"), ("ue", "", "$", "UW"), ("ui", "", "",
    "UW"),
    ("ar", "", "", "AA R"), ("er", "", "", "ER"), ("ir", "", "", "ER"), ("or", "", "", "AO R"), ("ur", "",
    "", "ER"),
    ("al", "", "k", "AO"), ("le", "C", "$", "AH L"), ("es", "C", "$", "Z"), ("ed", "C", "$", "D"),
    ("a", "", "Ce", "EY"), ("e", "", "Ce", "IY"), ("i", "", "Ce", "AY"), ("o", "", "Ce", "OW"), ("u", "",
    "Ce", "UW"),
    ("a", "", "$", "AH"), ("i", "", "$", "IY"), ("o", "", "$", "OW"), ("u", "", "$", "UW"), ("e", "^C", "$",
    "IY"),
    ("e", "", "$", ""), ("y", "^", "", "Y"), ("y", "", "$", "IY"), ("y", "", "", "IH"),
    ("a", "", "", "AE"), ("e", "", "", "EH"), ("i", "", "", "IH"), ("o", "", "", "AA"), ("u", "", "", "AH"),
    ("c", "", "F", "S"), ("c", "", "", "K"), ("g", "", "F", "JH"), ("g", "", "", "G"), ("s", "V", "V", "Z"),
    ("x", "^", "", "Z"), ("x", "", "", "K S"), ("b", "", "", "B"), ("d", "", "", "D"), ("f", "", "", "F"),
    ("h", "", "", "HH"), ("j", "", "", "JH"), ("k", "", "", "K"), ("l", "", "", "L"), ("m", "", "", "M"),
    ("n", "", "", "N"), ("p", "", "", "P"), ("q", "", "", "K"), ("r", "", "", "R"), ("s", "", "", "S"),
    ("t", "", "", "T"), ("v", "", "", "V"), ("w", "", "", "W"), ("z", "", "", "Z"),
)  # fmt: skip

_NAMES = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY", "h": "EY CH",
    "i": "AY",
    "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N", "o": "OW", "p": "P IY", "q": "K Y UW",
    "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW", "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S",
    "y": "W AY", "z": "Z IY",
}  # fmt: skip
_VOWEL_PHONES = frozenset(
    ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
)


def spell(word: str) -> list[str]:
    """ARPAbet with stress for a word, from its letters; never empty for a word that has a Latin letter."""
    bare = unicodedata.normalize("NFD", word.lower())
    letters = "".join(c for c in bare if "a" <= c <= "z")
    if not letters:
        return []
    if not _V & set(letters):  # an abbreviation
        return _stressed(" ".join(_NAMES[c] for c in letters).split())
    phones: list[str] = []
    at = 0
    while at < len(letters):
        for text, before, after, spoken in _RULES:
            end = at + len(text)
            if (
                letters.startswith(text, at)
                and _fits_before(letters, at, before)
                and _fits_after(letters, end, after)
            ):
                phones += spoken.split()
                at = end
                break
    if not any(
        phone in _VOWEL_PHONES for phone in phones
    ):  # "gh", "be": its letters' names rather than no vowel
        phones = " ".join(_NAMES[c] for c in letters).split()
    return _stressed(phones)


def _fits_before(letters: str, at: int, wanted: str) -> bool:
    if wanted == "^":
        return at == 0
    if wanted == "^C":
        return at > 0 and not _V & set(letters[:at])
    if wanted == "V":
        return at > 0 and letters[at - 1] in _V
    if wanted == "C":
        return at > 0 and letters[at - 1] not in _V
    return True


def _fits_after(letters: str, end: int, wanted: str) -> bool:
    rest = letters[end:]
    if wanted == "$":
        return not rest
    if wanted == "F":
        return rest[:1] in ("e", "i", "y")
    if wanted == "V":
        return rest[:1] != "" and rest[0] in _V
    if wanted == "Ce":  # the magic e: one consonant, then e at the end, as in "bade"
        return len(rest) in (2, 3) and rest[0] not in _V and rest[1] == "e" and rest[2:] in ("", "s", "d")
    return not wanted or rest.startswith(wanted)


def _stressed(phones: list[str]) -> list[str]:
    """Primary stress on the first vowel, none elsewhere (where A, E, I and U then reduce)."""
    out: list[str] = []
    stressed = False
    for phone in phones:
        if phone in _VOWEL_PHONES:
            out.append(phone + ("0" if stressed else "1"))
            stressed = True
        else:
            out.append(phone)
    return out
