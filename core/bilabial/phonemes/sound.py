"""One label understood: which sounds it stands for, how it is stressed, and what its neighbours decide."""

from __future__ import annotations

from dataclasses import dataclass

from ..controls import SILENCE, VOWELS

FOLLOWS = "ʰ"  # /h/, aspiration, a stop's release: the mouth already has the shape of the vowel to come
INHERITS = "ʔ"  # the glottal stop: no shape of its own
_H_SOUNDS = frozenset(("h", "ɦ", "ʰ"))


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a sound in one visual group."""

    ipa: str
    group: str
    share: float = 1.0  # of the sound's length; a sound's shares add up to 1


@dataclass(frozen=True, slots=True)
class Sound:
    """What a label says. ``stress`` is 0, 1 or 2, or None where the label does not tell."""

    parts: tuple[Part, ...]
    stress: int | None = None
    pieces: int = 1  # sounds of the table that the label was cut into

    @property
    def is_one_sound(self) -> bool:
        """A sound of the table, or two vowels that run into one another."""
        letters = {part.ipa for part in self.parts}
        vowels = all(part.group in VOWELS for part in self.parts)
        return self.pieces == 1 or (self.pieces == 2 and len(letters) == 2 and vowels)

    @property
    def ipa(self) -> str:
        return "".join(part.ipa for part in self.parts)

    @property
    def group(self) -> str:
        return self.parts[0].group

    @property
    def is_silence(self) -> bool:
        return self.group == SILENCE


QUIET = Sound((Part("", SILENCE),))


def shares(groups: tuple[str, ...]) -> tuple[float, ...]:
    """How a sequence divides its time: a diphthong changes at 60 %, a glide before a vowel gives way at 40
    %."""
    count = len(groups)
    if count == 1:
        return (1.0,)
    if count == 2:
        return (0.6, 0.4) if groups[0] in VOWELS else (0.4, 0.6)
    if count == 3:
        return (0.45, 0.3, 0.25) if groups[0] in VOWELS else (0.25, 0.45, 0.3)
    return (1.0 / count,) * count


def borrows_from_next(ipa: str) -> bool:
    """True for /h/ and aspiration, which take the shape of the vowel after them."""
    return ipa in _H_SOUNDS


def borrows_from_both(ipa: str) -> bool:
    """True for the glottal stop, which leaves the mouth as its neighbours have it."""
    return ipa == INHERITS
