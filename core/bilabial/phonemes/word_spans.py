"""Words as stretches of a phone track: which sounds belong to each, and its name where the text is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .track import Phone, PhoneTrack

_TOKEN = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class WordSpan:
    text: str  # the sounds themselves where nobody knows the word
    start: float
    end: float
    phones: tuple[int, ...]
    confidence: float


def word_spans(track: PhoneTrack, text: str = "", language: str = "en") -> list[WordSpan]:
    """Runs of sounds that share a word. ``text`` names them when it has as many words as the track."""
    runs: list[list[int]] = []
    last: int | None = None
    for index, phone in enumerate(track):
        if phone.word is None or phone.is_silence:
            last = None
            continue
        if phone.word == last:
            runs[-1].append(index)
        else:
            runs.append([index])
        last = phone.word
    phones = track.phones
    names = _names(text, language)
    return [_span(phones, run, names) for run in runs]


def _span(phones: tuple[Phone, ...], run: list[int], names: list[str]) -> WordSpan:
    word = phones[run[0]].word or 0
    known = names[word] if word < len(names) else ""
    length = sum(phones[index].end - phones[index].start for index in run)
    sure = sum(phones[index].confidence * (phones[index].end - phones[index].start) for index in run)
    return WordSpan(
        known or "".join(phones[index].label for index in run),
        phones[run[0]].start,
        phones[run[-1]].end,
        tuple(run),
        sure / length if length else 0.0,
    )


def _names(text: str, language: str) -> list[str]:
    """The words of a text as the aligner counts them."""
    if not text.strip():
        return []
    from ..errors import PhoneError
    from .pronounce import words_of

    if language.split("-")[0] != "en":  # asking eSpeak for every drawing would be slow; its words are tokens
        return _TOKEN.findall(text)
    try:
        return [word.text for word in words_of(text, language)]
    except PhoneError:
        return []
