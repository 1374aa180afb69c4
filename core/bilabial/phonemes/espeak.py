"""eSpeak mnemonics, whose meaning hangs on the voice: en "a" is æ, ru "y" is ы."""

from __future__ import annotations

import re

from . import ipa
from .sound import QUIET, Sound
from .table import Entry, table

_PARENTS = {"en-us": ("en-us", "en"), "es-la": ("es-la", "es")}
_BASES = ("cons", "base2", "base1")
_STRESS = {"'": 1, ",": 2, "%": 0, "=": 0}
_TRAILING = re.compile(r"(?:[:;!~]|11|21|22|35|51|55)+$")


def parse(label: str, voice: str = "en") -> Sound | None:
    """The sound of a mnemonic as the voice means it; None where no table has it."""
    name = label.strip()
    if name.rstrip("_:|") == "":
        return QUIET
    stress: int | None = None
    while name[:1] in _STRESS:
        level = _STRESS[name[0]]
        stress = level if stress is None else max(stress, level)
        name = name[1:]
    name = name.lstrip("!|") or name
    for candidate in (name, _TRAILING.sub("", name)):
        entry = _entry(candidate, voice) if candidate else None
        if entry is not None:
            return QUIET if entry.groups == ("SIL",) else ipa.of_entry(entry, stress)
    return None


def _entry(name: str, voice: str) -> Entry | None:
    voice = voice.lower()
    tables = table().espeak_voices
    first = _PARENTS.get(voice) or _PARENTS.get("-".join(voice.split("-")[:2])) or (voice.split("-")[0],)
    for source in (*first, *_BASES):
        entry = tables.get(source, {}).get(name)
        if entry is not None:
            return entry
    return table().espeak.get(name)
