"""The sounds that a phone network tells apart: a few dozen, of any language, each with one IPA letter.

They are finer than the 20 groups that a mouth shows: an aligner needs them, and a network that learns them
learns the groups better. Labels with more detail (length, nasality, place) fold into them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..controls import GROUPS, SILENCE
from .groups import expand
from .ipa import LETTER_OF_GROUP
from .track import PhoneTrack

INVENTORY = (
    "a", "ɑ", "ɔ", "æ", "e", "ɛ", "i", "ɪ", "o", "u", "ʌ", "ʊ", "ɝ", "ə", "ɚ", "ɐ", "y", "ø", "œ", "ɨ",
    "l", "n", "t", "d", "ɾ", "r", "ɹ", "ɡ", "k", "ŋ", "x", "ʁ", "h", "b", "m", "p", "f", "v", "w", "ʋ", "j",
    "dʒ", "ç", "s", "z", "ts", "tʃ", "ʃ", "ʒ", "θ", "ð", "ʔ", SILENCE,
)  # fmt: skip
INDEX = {label: index for index, label in enumerate(INVENTORY)}
UNKNOWN = -100  # the target of a row that nobody has labelled

_FOLDED = {
    "ɒ": "ɔ", "ɜ": "ɝ", "ɞ": "ɝ", "ɵ": "ʊ", "ɤ": "ɨ", "ɯ": "ɨ", "ʉ": "u", "ɘ": "ə", "ʏ": "y", "ɶ": "œ",
    "ᵻ": "ɪ",
    "ɫ": "l", "ʟ": "l", "ɭ": "l", "ʎ": "l", "ɲ": "n", "ɳ": "n", "ɴ": "ŋ", "ʈ": "t", "ɖ": "d", "ɗ": "d",
    "ɽ": "ɾ",
    "ɺ": "ɾ", "q": "k", "ɢ": "ɡ", "ɠ": "ɡ", "ʛ": "ɡ", "ɣ": "x", "χ": "x", "ħ": "x", "ɧ": "x", "ʀ": "ʁ",
    "ɰ": "ɡ",
    "ɦ": "h", "ʰ": "h", "ʕ": "ʁ", "β": "b", "ɓ": "b", "ʙ": "b", "ɸ": "f", "ɱ": "v", "ⱱ": "v", "ʍ": "w",
    "ɥ": "w",
    "ɻ": "ɹ", "ɟ": "dʒ", "ʝ": "j", "c": "tʃ", "dʑ": "dʒ", "ɟʝ": "dʒ", "cç": "tʃ", "dz": "z", "tɕ": "tʃ",
    "tʂ": "tʃ",
    "ʈʂ": "tʃ", "dʐ": "dʒ", "ɖʐ": "dʒ", "ɕ": "ʃ", "ʂ": "ʃ", "ɬ": "ʃ", "ɮ": "ʒ", "ʑ": "ʒ", "ʐ": "ʒ", "ss": "s",
}  # fmt: skip


@lru_cache(maxsize=4096)
def fold(label: str, group: str) -> int:
    """Index into INVENTORY of one part of a sound (no diphthong; see groups.expand)."""
    if group == SILENCE:
        return INDEX[SILENCE]
    bare = "".join(c for c in unicodedata.normalize("NFC", label) if unicodedata.combining(c) == 0)
    bare = bare.rstrip("ːˑʰʲʷˠˤ") or bare
    bare = _FOLDED.get(bare, bare)
    if bare not in INDEX and bare and bare[0] in INDEX:
        bare = bare[0]
    return INDEX.get(bare, INDEX.get(LETTER_OF_GROUP[group], INDEX[SILENCE]))


def targets(track: PhoneTrack, rows: int, rate: float = 100.0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per row: the index of its group and of its sound. Diphthongs change where they are seen to; gaps are
    silent.
    """
    return fill(spans(track), rows, rate)


def spans(track: PhoneTrack) -> NDArray[np.float64]:
    """(parts, 4): start and end in seconds, index of the group, index of the sound."""
    found = [
        (phone.start, phone.end, GROUPS.index(phone.group), fold(phone.label, phone.group))
        for phone in expand(track)
    ]
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def fill(parts: NDArray[np.float64], rows: int, rate: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Targets of ``rows`` rows at ``rate`` rows a second (of the labels' time) from what ``spans`` gives."""
    by_group = np.full(rows, GROUPS.index(SILENCE), dtype=np.int64)
    by_sound = np.full(rows, INDEX[SILENCE], dtype=np.int64)
    # A row belongs to the phone that its time lies in: from the start on, before the end.
    edges = np.ceil(parts[:, :2] * rate - 1e-6).astype(np.int64)
    for (start, end), (group, sound) in zip(
        edges.tolist(), parts[:, 2:].astype(np.int64).tolist(), strict=True
    ):
        by_group[start:end] = group
        by_sound[start:end] = sound
    return by_group, by_sound
