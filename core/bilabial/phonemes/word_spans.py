"""Words as stretches of a phone track: which sounds belong to each, and its name where the text is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .track import Phone, PhoneTrack, SaidWord

_TOKEN = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class WordSpan:
    text: str  # the sounds themselves where nobody knows the word
    start: float
    end: float
    phones: tuple[int, ...]
    confidence: float


def word_spans(track: PhoneTrack, names: Sequence[str] = ()) -> list[WordSpan]:
    """Runs of sounds that share a word; ``names`` are the words by their number."""
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
    return [_span(phones, run, names) for run in runs]


def said_on(track: PhoneTrack, said: Sequence[SaidWord]) -> tuple[SaidWord, ...]:
    """Words at the times that their sounds have now; one without sounds keeps its own."""
    times: dict[int, tuple[float, float]] = {}
    for phone in track:
        if phone.word is not None and not phone.is_silence:
            start, _ = times.get(phone.word, (phone.start, phone.end))
            times[phone.word] = start, phone.end
    return tuple(
        replace(word, start=times[number][0], end=times[number][1]) if number in times else word
        for number, word in enumerate(said)
    )


def _span(phones: tuple[Phone, ...], run: list[int], names: Sequence[str]) -> WordSpan:
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


def names_of(said: Sequence[SaidWord], text: str = "", language: str = "en") -> list[str]:
    """What a take's words are called: as the take says, else as the aligner counts those of a text."""
    if said:
        return [word.text for word in said]
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
