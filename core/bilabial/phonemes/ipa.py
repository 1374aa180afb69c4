"""IPA labels: diacritics, length marks, ties, stress marks and sequences, down to sounds of the table."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .sound import QUIET, Part, Sound, shares
from .table import Entry, table

_STRESS = {"ˈ": 1, "'": 1, "ˌ": 2}
# Length, ties, syllable breaks, tones and linking say nothing about the mouth's shape.
_SILENT_MARKS = frozenset("ːˑ:͜͡‿.˥˦˧˨˩↗↘ꜛꜜ̯̆|")
_LETTER_MARKS = frozenset("ʰʱʲʷˠˤʼⁿˡ˞ʴᵝ̚˔˕")  # modifier letters written after the sound they change
_LONGEST_SOUND = 12  # characters of one, marks included: the table's longest has three letters
_CEDILLA = "\u0327"  # part of the letter ç, not a diacritic
_SAME_SOUND = {"g": "ɡ", "ʦ": "ts", "ʣ": "dz", "ʧ": "tʃ", "ʤ": "dʒ", "ʨ": "tɕ", "ʥ": "dʑ", "ɚː": "ɚ",
               "ε": "ɛ",
               "ɩ": "ɪ", "ɷ": "ʊ", "ı": "ɪ", "ʌɪ": "aɪ", "ɛɪ": "eɪ", "ɑɪ": "aɪ", "ɑʊ": "aʊ", "ej": "eɪ",
               "aj": "aɪ",
               "aw": "aʊ", "ow": "oʊ", "ɔj": "ɔɪ", "ɔy": "ɔʏ", "ɔø": "ɔʏ", "ɛi": "eɪ", "œʏ": "œy",
               "əw": "əʊ"}  # fmt: skip
_SILENCES = frozenset(
    ("", "_", "-", "<eps>", "sil", "sp", "spn", "pau", "nsn", "+nsn+", "+spn+", "+noise+", "+breath+", "<p:>",
     "<sil>", "sil_b", "sil_e", "h#", "pause", "silence", "noise", "brth", "ssil")
)  # fmt: skip


def is_silence(label: str) -> bool:
    """The names that aligners give to silence, breath and noise, in any case."""
    name = label.strip().lower()
    return (name in _SILENCES) or (name.startswith(("{", "<")) and name.endswith(("}", ">")))


@lru_cache(maxsize=8192)
def parse(label: str, rounded_open_o: bool = False) -> Sound | None:
    """The sound of an IPA label; None where a letter is not in the table."""
    if is_silence(label):
        return QUIET
    text = unicodedata.normalize("NFC", label.strip())
    stress = next((_STRESS[mark] for mark in text if mark in _STRESS), None)
    text = "".join(mark for mark in text if mark not in _STRESS and mark not in _SILENT_MARKS)
    # The length mark and ties may be combining marks that NFC fused nowhere; do it once more on the bare
    # text.
    text = "".join(c for c in unicodedata.normalize("NFD", text) if c not in _SILENT_MARKS)
    entries = _segment(unicodedata.normalize("NFC", text))
    if not entries:
        return None
    parts: list[tuple[str, str]] = []
    for entry in entries:
        parts.extend(zip(_split(entry), entry.groups, strict=True))
    if rounded_open_o:
        parts = [(ipa, "Oh" if ipa.startswith("ɔ") and group == "Ah" else group) for ipa, group in parts]
    lengths = shares(tuple(group for _, group in parts))
    seen = tuple(Part(ipa, group, share) for (ipa, group), share in zip(parts, lengths, strict=True))
    return Sound(seen, stress, len(entries))


def cut(label: str) -> list[str]:
    """A run of IPA as labels of its sounds, each syllable's stress mark before its first; [] where a letter
    is not in the table.
    """
    found: list[str] = []
    mark = ""
    for piece in re.split("([ˈˌ'])", unicodedata.normalize("NFC", label.strip())):
        if piece in _STRESS:
            mark = piece
            continue
        bare = "".join(c for c in unicodedata.normalize("NFD", piece) if c not in _SILENT_MARKS)
        entries = _segment(unicodedata.normalize("NFC", bare)) if bare else []
        if entries is None:
            return []
        for entry in entries:
            found.append(mark + entry.ipa)
            mark = ""
    return found


def unstressed(label: str) -> str:
    """The label without stress marks."""
    return "".join(mark for mark in label.strip() if mark not in _STRESS)


def _segment(text: str) -> list[Entry] | None:
    """Cut a label into the longest sounds that the table knows; marks belong to the letter before them."""
    known = table().ipa
    text = _SAME_SOUND.get(text, text)
    if text in known:
        return [known[text]]
    found: list[Entry] = []
    start = 0
    while start < len(text):
        for end in range(min(len(text), start + _LONGEST_SOUND), start, -1):
            entry = _known(text[start:end], whole=start == 0 and end == len(text))
            if entry is not None:
                found.append(entry)
                start = end
                break
        else:
            return None
        while start < len(text) and _is_mark(text[start]):
            start += 1
    return found


def _known(piece: str, whole: bool) -> Entry | None:
    known = table().ipa
    same = _SAME_SOUND.get(piece, piece)
    if same in known:
        return known[same]
    if whole and piece and all(c in "ʰʱ" for c in piece):
        return Entry("ʰ", ("Eh",))
    bare = _bare(piece)
    if bare and bare != piece:
        bare = _SAME_SOUND.get(bare, bare)
        return known.get(bare)
    return None


def _bare(piece: str) -> str:
    """The letters without diacritics; ç stays what it is."""
    letters = [c for c in unicodedata.normalize("NFD", piece) if c == _CEDILLA or not _is_mark(c)]
    return unicodedata.normalize("NFC", "".join(letters))


def _is_mark(character: str) -> bool:
    return character in _LETTER_MARKS or (unicodedata.combining(character) != 0 and character != _CEDILLA)


def _split(entry: Entry) -> list[str]:
    """The IPA letters of each part of a sequence, or the groups' own letters where they do not line up."""
    if len(entry.groups) == 1:
        return [entry.ipa]
    letters: list[str] = []
    for character in entry.ipa:
        if character == "|" or character in _SILENT_MARKS:
            continue
        if letters and (_is_mark(character) or unicodedata.combining(character)):
            letters[-1] += character
        else:
            letters.append(character)
    if len(letters) == len(entry.groups):
        return letters
    return [LETTER_OF_GROUP[group] for group in entry.groups]


LETTER_OF_GROUP = {
    "Ah": "a", "Aa": "æ", "Eh": "ɛ", "Ee": "i", "Ih": "ɪ", "Oh": "o", "Uh": "ʌ", "U": "u", "Eu": "y",
    "Schwa": "ə",
    "LNTD": "t", "GK": "k", "MBP": "m", "R": "ɹ", "WA_PEDAL": "w", "JY": "j", "S": "s", "ShChZh": "ʃ",
    "Th": "θ",
    "FV": "f", "SIL": "",
}  # fmt: skip
"""One letter that stands for each group, for formats that want a phone and for parts without a letter of
their own."""


def of_entry(entry: Entry, stress: int | None = None) -> Sound:
    """The sound of a table entry."""
    lengths = shares(entry.groups)
    ipas = _split(entry)
    return Sound(tuple(Part(i, g, s) for i, g, s in zip(ipas, entry.groups, lengths, strict=True)), stress)
