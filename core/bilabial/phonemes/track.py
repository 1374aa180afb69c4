"""A phone track: sounds in time order, each with its visual group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..controls import GROUPS, SILENCE
from ..errors import PhoneError
from ..limits import LONGEST_LABEL

EAR, TEXT = "ear", "text"  # where a phone may come from
SOURCES = (EAR, TEXT, None)


def _told(seconds: float) -> str:
    """A moment as a person writes it: no 1.5000000071525572, and no -0.0."""
    return f"{round(seconds, 3) + 0.0:g}"


def check_label(label: str) -> None:
    """Before an alphabet takes it apart: that costs more than a label's length."""
    if len(label) > LONGEST_LABEL:
        raise PhoneError(
            f"the label {label[:20]!r}... has {len(label)} characters, and a phone's has at most "
            f"{LONGEST_LABEL}: name one sound a label"
        )


@dataclass(frozen=True, slots=True)
class Phone:
    """One sound. Times in seconds from the start of the sound file."""

    start: float
    end: float
    label: str  # IPA where it is known; a group's name where a network heard only the group
    group: str  # one of GROUPS
    stress: int | None = None  # 0 none, 1 primary, 2 secondary; None where nobody knows
    confidence: float = 1.0  # 0..1; 1 for what a person wrote
    word: int | None = None  # index of the word it belongs to; None where nobody knows
    source: str | None = None  # EAR or TEXT; None where a person wrote it or nobody knows

    def __post_init__(self) -> None:
        check_label(self.label)
        if not 0.0 <= self.start < self.end < float("inf"):
            raise PhoneError(
                f"phone {self.label!r} runs from {_told(self.start)} to {_told(self.end)} s: give it a "
                "positive length"
            )
        if self.group not in GROUPS:
            raise PhoneError(
                f"phone {self.label!r} names the group {self.group!r}: use one of {', '.join(GROUPS)}"
            )

        if self.source not in SOURCES:
            raise PhoneError(f"phone {self.label!r} comes from {self.source!r}: use {EAR}, {TEXT} or nothing")

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote this sound: no ear and no text, and no doubt."""
        return self.source is None and self.confidence >= 1.0

    @property
    def is_silence(self) -> bool:
        return self.group == SILENCE


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word of a text along a sound. Times in seconds; of a word that is not there, where it would be."""

    text: str
    start: float
    end: float
    confidence: float  # 0..1
    heard: bool = True  # False: the sound has something else at this place, or nothing

    def __post_init__(self) -> None:
        if not 0.0 <= self.start <= self.end < float("inf"):
            raise PhoneError(f"the word {self.text!r} runs from {self.start} to {self.end} s: mend its times")


@dataclass(frozen=True, slots=True)
class PhoneTrack:
    """Phones in time order, never overlapping; gaps between them count as silence."""

    phones: tuple[Phone, ...] = ()

    def __post_init__(self) -> None:
        for before, after in zip(self.phones, self.phones[1:], strict=False):
            if after.start < before.end - 1e-9:
                raise PhoneError(
                    f"phone {after.label!r} at {after.start:.3f} s starts before {before.label!r} ends at "
                    f"{before.end:.3f} s: sounds of one voice follow one another"
                )

    @classmethod
    def of(cls, phones: Iterable[Phone]) -> PhoneTrack:
        return cls(tuple(phones))

    def __iter__(self) -> Iterator[Phone]:
        return iter(self.phones)

    def __len__(self) -> int:
        return len(self.phones)

    @property
    def end(self) -> float:
        return self.phones[-1].end if self.phones else 0.0
