"""Is what the text has what is spoken? What the take itself knows of its words; no sound is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...phonemes.track import Phone, SaidWord
from ...phrases import Phrase
from ..finding import Finding
from ..subject import Subject

_UNSAID_S = 0.6  # speech without words that is worth a look; a filled pause is shorter
_APART_S = 0.15  # sounds nearer than this belong together
_UNKNOWN_S = 1.0  # of speech in a line without any words
_UNKNOWN = 0.3  # severity of that


def against_text(subject: Subject, kind: str) -> tuple[float | None, list[Finding]]:
    """How much of words and speech answer each other, 0..1 (None where the take knows no words), and where
    they do not.
    """
    take = subject.take
    spoken = [phone for phone in take.phones if not phone.is_silence]
    whole = sum(phone.end - phone.start for phone in spoken)
    if not take.words:
        by_ear = take.model is not None and all(phone.word is None for phone in spoken)
        if not by_ear or whole < _UNKNOWN_S:
            return None, []
        reason = Phrase("no words are known: type what is said, and see that the language is right")
        return 1.0 - _UNKNOWN, [Finding(kind, spoken[0].start, spoken[-1].end, _UNKNOWN, reason)]
    findings = [_missing(run, kind) for run in _unheard(take.words)]
    unsaid = [run for run in _without_word(spoken) if _length(run) >= _UNSAID_S]
    findings += [_extra(run, kind) for run in unsaid]
    missing = sum(not word.heard for word in take.words) / len(take.words)
    extra = sum(map(_length, unsaid)) / whole if whole else 0.0
    return 1.0 - max(missing, extra), findings


def _unheard(words: Sequence[SaidWord]) -> Iterable[list[SaidWord]]:
    """Runs of words that the sound does not have."""
    run: list[SaidWord] = []
    for word in words:
        if not word.heard:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _missing(run: list[SaidWord], kind: str) -> Finding:
    first, count = run[0].text, len(run)
    reason = (
        Phrase("the text has {0!r}, the sound does not", first)
        if count == 1
        else Phrase("{0} words of the text are not in the sound, {1!r} to {2!r}", count, first, run[-1].text)
    )
    return Finding(kind, run[0].start, run[-1].end, min(1.0, count / 4), reason)


def _without_word(spoken: Sequence[Phone]) -> list[list[Phone]]:
    """Runs of sounds that belong to no word. What a person named is as that person wants it."""
    runs: list[list[Phone]] = []
    going = False
    for phone in spoken:
        if phone.word is not None or phone.by_hand:
            going = False
            continue
        if going and phone.start - runs[-1][-1].end < _APART_S:
            runs[-1].append(phone)
        else:
            runs.append([phone])
        going = True
    return runs


def _length(run: Sequence[Phone]) -> float:
    return sum(phone.end - phone.start for phone in run)


def _extra(run: list[Phone], kind: str) -> Finding:
    length = _length(run)
    reason = Phrase("{0:.1f} s are spoken of which the text has no word", length)
    return Finding(kind, run[0].start, run[-1].end, min(1.0, length / 2.0), reason)
