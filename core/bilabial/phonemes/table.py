"""The phone table: groups.csv read once into dictionaries that the alphabets look up.

The table keeps three kinds of rows: an IPA sound with its ARPAbet name and its eSpeak mnemonics, a row of one
eSpeak voice (``en-us/A@``), and notes on modifiers. A note "Ah>Ih" says that a sound is a sequence of groups.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..controls import GROUPS

_SEQUENCE = re.compile(r"\b([A-Za-z_]+(?:>[A-Za-z_]+)+)")
_VOICE_ROW = re.compile(r"^(base1|base2|cons|en|en-us|de|fr|es|es-la|cmn|ja|hi|ar|ru|it)/(.+)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One sound: its IPA, its group (that of its first part) and, for a sequence, the groups in order."""

    ipa: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    ipa: dict[str, Entry]  # keyed by composed (NFC) IPA
    arpabet: dict[str, Entry]  # keyed by upper-case name without stress digit
    espeak: dict[str, Entry]  # mnemonics that mean the same in every voice
    espeak_voices: dict[str, dict[str, Entry]]  # voice or base table -> mnemonic -> entry


@lru_cache(maxsize=1)
def table() -> Table:
    result = Table({}, {}, {}, {})
    with Path(__file__).with_name("groups.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["group"] not in GROUPS:
                continue  # notes on modifiers, which the alphabets handle themselves
            _add(result, row)
    return result


def _add(result: Table, row: dict[str, str]) -> None:
    found = _SEQUENCE.search(row["note"])
    groups = tuple(found[1].split(">")) if found else (row["group"],)
    if any(group not in GROUPS for group in groups):
        groups = (row["group"],)
    spoken = row["ipa"] if row["ipa"] != "(silence)" else ""
    entry = Entry(unicodedata.normalize("NFC", spoken), groups)
    of_voice = _VOICE_ROW.match(row["espeak"])
    if of_voice:
        result.espeak_voices.setdefault(of_voice[1], {}).setdefault(of_voice[2], entry)
        return
    if spoken:
        result.ipa.setdefault(entry.ipa, entry)
    for name in row["arpabet"].split():
        result.arpabet.setdefault(name, entry)
    for mnemonic in row["espeak"].split():
        result.espeak.setdefault(mnemonic, entry)
