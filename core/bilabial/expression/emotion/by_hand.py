"""Emotion that a person gives: one for the whole line, spans of it, or tags in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import BilabialError, PhoneError
from ...limits import FASTEST_TEXT, LONGEST
from ...phonemes.cues import read_cues
from ...phonemes.lexicon import Lexicon
from ...phonemes.pronounce import words_of
from ...phonemes.track import PhoneTrack
from ...timing import FRAME_RATE
from ..names import EMOTION, EMOTIONS, NEUTRAL
from ..shapes import ease

Floats = NDArray[np.float64]

_TAG = re.compile(r"\[([^\[\]\n]{1,40})\]")
_FADE_S = 0.4  # from one tagged stretch to the next
# What people write. Whatever else stands in brackets is a stage direction and moves nothing.
SYNONYMS = {
    "joy": ("joy", "joyful", "happy", "happiness", "glad", "cheerful", "laughing"),
    "sadness": ("sadness", "sad", "crying", "sorrow"),
    "anger": ("anger", "angry", "furious", "mad"),
    "fear": ("fear", "afraid", "fearful", "scared", "anxious"),
    "disgust": ("disgust", "disgusted"),
    "surprise": ("surprise", "surprised", "amazed"),
    "boredom": ("boredom", "bored", "tired"),
    NEUTRAL: ("neutral", "calm", "normal"),
}
_NAMED = {word: name for name, words in SYNONYMS.items() for word in words}

# Where each emotion lies between unpleasant and pleasant, calm and excited (Russell 1980), -1..1.
PLACES = {
    "joy": (0.8, 0.5), "sadness": (-0.7, -0.5), "anger": (-0.6, 0.8), "fear": (-0.7, 0.7),
    "disgust": (-0.7, 0.2), "surprise": (0.2, 0.8), "boredom": (-0.35, -0.7), NEUTRAL: (0.0, 0.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EmotionSpan:
    """An emotion (one of EMOTIONS or neutral) and its amount (0..1) from ``start`` to ``end`` seconds."""

    emotion: str
    amount: float = 1.0
    start: float = 0.0
    end: float = float("inf")

    def __post_init__(self) -> None:
        if self.emotion not in (*EMOTIONS, NEUTRAL):
            raise BilabialError(
                f"there is no emotion {self.emotion!r}: use one of {', '.join((*EMOTIONS, NEUTRAL))}"
            )
        if not 0.0 <= self.amount <= 1.0:
            raise BilabialError(f"the amount of {self.emotion} is {self.amount:g}: use 0 to 1")
        if not self.start < self.end:
            raise BilabialError(f"the {self.emotion} from {self.start:g} s must end later than it starts")


def parse_emotions(text: str) -> tuple[EmotionSpan, ...]:
    """``joy=.6`` or ``joy=.6,fear=.2``: for the whole line. A name alone means 1."""
    spans = []
    for part in (part.strip() for part in text.split(",")):
        if not part:
            continue
        name, equals, number = part.partition("=")
        try:
            amount = float(number) if equals else 1.0
        except ValueError:
            raise BilabialError(f"--emotion {part!r}: {number!r} is no number; write it as joy=0.6") from None
        spans.append(EmotionSpan(_NAMED.get(name.strip().lower(), name.strip()), amount))
    return tuple(spans)


Tag = tuple[int, str, float]  # number of the word that it stands before, emotion, amount


def read_tags(
    text: str, language: str = "en", lexicon: Lexicon | None = None
) -> tuple[tuple[Tag, ...], tuple[str, ...]]:
    """``[angry] Go away! [sad=.5] Please.``: each counts from its place on, until the next.

    Returns the tags, and those that no one knows. In subtitles tags stand inside the subtitles.
    """
    if "[" not in text or len(text) > LONGEST * FASTEST_TEXT:
        return (), ()  # without a tag nobody counts words; and no sound holds so many
    cues = read_cues(text)
    tags: list[Tag] = []
    unknown: list[str] = []
    words = 0
    for part in [cue.text for cue in cues] if cues else [text]:
        for found in _TAG.finditer(part):
            named = _named(found.group(1))
            if named is None:
                unknown.append(found.group(1))
            else:
                tags.append((words + _count(part[: found.start()], language, lexicon), *named))
        words += _count(part, language, lexicon)
    return tuple(tags), tuple(unknown)


def _named(tag: str) -> tuple[str, float] | None:
    word, equals, number = tag.strip().lower().partition("=")
    name = _NAMED.get(word.strip())
    try:
        amount = float(number) if equals else 1.0
    except ValueError:
        return None
    return (name, amount) if name is not None and 0.0 <= amount <= 1.0 else None


def _count(text: str, language: str, lexicon: Lexicon | None) -> int:
    """Words as the aligner counts them."""
    try:
        return len(words_of(text, language, lexicon))
    except PhoneError:
        return 0  # nothing is said in it


def spans_of_tags(tags: tuple[Tag, ...], phones: PhoneTrack) -> tuple[EmotionSpan, ...]:
    """Tags at the times of their words; a tag behind the last word that was found counts for nothing."""
    starts: dict[int, float] = {}
    for phone in phones:
        if phone.word is not None:
            starts.setdefault(phone.word, phone.start)
    spans: list[EmotionSpan] = []
    for word, name, amount in tags:
        at = 0.0 if word == 0 else next((starts[w] for w in sorted(starts) if w >= word), None)
        if at is None:
            continue
        if spans and at <= spans[-1].start:
            spans.pop()
        elif spans:
            before = spans[-1]
            spans[-1] = EmotionSpan(before.emotion, before.amount, before.start, at)
        spans.append(EmotionSpan(name, amount, at))
    return tuple(spans)


def curves_by_hand(spans: tuple[EmotionSpan, ...], rows: int) -> Floats:
    """(rows, EMOTION): valence, arousal and the emotions, each span eased in and out at its inner edges."""
    times = np.arange(rows) / FRAME_RATE
    result = np.zeros((rows, len(EMOTION)))
    for span in spans:
        share = np.ones(rows)
        if span.start > 0.0:
            share *= ease((times - span.start + 0.5 * _FADE_S) / _FADE_S)
        if rows and span.end < times[-1]:
            share *= 1.0 - ease((times - span.end + 0.5 * _FADE_S) / _FADE_S)
        amount = span.amount * share
        valence, arousal = PLACES[span.emotion]
        result[:, 0] += valence * amount
        result[:, 1] += arousal * amount
        if span.emotion != NEUTRAL:
            result[:, EMOTION.index(span.emotion)] += amount
    return np.clip(result, [-1.0, -1.0] + [0.0] * len(EMOTIONS), 1.0)
