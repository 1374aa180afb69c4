"""A sound of any length written down: its stretches of speech, several side by side, each to its last
sentence; what that leaves is read by itself.

Nothing here is left to chance: a piece is read greedily, then with several hypotheses where that was not
sure of itself. Where a reading fails a guard (it repeats itself, or is a mere guess), it is read again with
repeats forbidden, and what fails again or is likelier silence is left out.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from ..audio.logmel import peak_of, scaled
from ..models.families.whisper.blocks import Floats32
from ..models.families.whisper.rules import Rules
from ..models.families.whisper.search import Found, search
from ..models.families.whisper.tokens import TIME_STEP
from ..timing import FRAME_RATE
from .pieces import Loudness, Span, pieces
from .store import WordsModel

Progress = Callable[[float], None]  # share done, 0..1; raises to stop

WINDOW: Final = 3000  # rows of log mel that the network reads at once at most: 30 s
_SILENCE_AFTER: Final = 200  # rows behind a piece: with less Whisper says its end again and again
_SHORTEST: Final = 800  # rows of a window; in shorter ones words go wrong (docs/words.md)
_LEAST_REST: Final = 50  # rows of speech after a piece's last sentence that are worth reading by themselves
_AT_ONCE: Final = 6  # pieces read side by side
_MOST_TOKENS: Final = 224  # of one window
_MOST_HINT: Final = 160  # tokens of a hint that are read
_REPEATING: Final = 2.4  # how far text may be pressed together before it says the same again and again
_SURE: Final = -0.45  # mean log probability of a token from which on one hypothesis is enough
_GUESSED: Final = -1.0  # mean log probability of a token below which a text is a mere guess
_SILENT: Final = 0.6  # probability of silence at which a guess is left out
_NO_REPEATS: Final = 3  # tokens in a row that a second reading does not write twice
_FASTEST: Final = 30.0  # letters a second that somebody can say


@dataclass(frozen=True, slots=True)
class WritingOptions:
    """How to write. ``hint`` is text that came before, or names that will occur."""

    language: str | None = None  # None: the only one that the model has, or the likeliest
    hint: str = ""
    beams: int = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that belong together. Times in seconds of the sound."""

    start: float
    end: float
    text: str
    tokens: tuple[int, ...]  # those that stand for text
    confidence: float  # 0..1: geometric mean of its window's probabilities
    each: tuple[float, ...] = ()  # 0..1: probability of each token


@dataclass(frozen=True, slots=True)
class Written:
    """What a sound says."""

    language: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """One line a sentence."""
        return "\n".join(one.text for one in self.sentences)

    @property
    def confidence(self) -> float:
        """Mean over the tokens, 0..1: how sure the writer is of all of it."""
        tokens = sum(len(one.tokens) for one in self.sentences)
        return sum(one.confidence * len(one.tokens) for one in self.sentences) / max(1, tokens)

    @property
    def plain(self) -> str:
        return " ".join(one.text for one in self.sentences)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the sound as the encoder heard it."""

    span: Span
    heard: Floats32

    @property
    def length(self) -> int:
        return self.span[1] - self.span[0]


def write_down(
    mel: Floats32, model: WordsModel, options: WritingOptions, progress: Progress | None = None
) -> Written:
    """(rows, 80) of log mel, not scaled, to words. Raises ModelError for a language that the model lacks."""
    told = progress or (lambda share: None)
    if options.language is not None:
        model.card.check_language(options.language)
    peak = peak_of(mel)
    loudness = Loudness.of(mel)
    waiting = pieces(loudness)
    language, prompt = model.card.languages[0], list[int]()
    sentences: list[Sentence] = []
    while waiting:
        share = waiting[0][0] / len(mel)
        told(share)
        batch = [_Piece(span, model.encoder(_window(mel, span, peak))) for span in waiting[:_AT_ONCE]]
        if not prompt:
            language = _language(model, options, batch[0].heard)
            prompt = _prompt(model, language, options.hint)
        readings = _read(model, batch, prompt, options.beams, partial(told, share))
        rests: list[Span] = []
        for piece, found in zip(batch, readings, strict=True):
            if found is None:
                continue
            at, stop = piece.span
            new, forward = _sentences(found, model, at, piece.length)
            sentences += new
            rest = (at + forward, stop)
            if forward < piece.length and loudness.spoken(rest) >= _LEAST_REST:
                rests.append(rest)
        waiting = rests + waiting[_AT_ONCE:]
    told(1.0)
    return Written(language, tuple(sorted(sentences, key=lambda one: (one.start, one.end))))


def _window(mel: Floats32, span: Span, peak: float) -> Floats32:
    """The rows of a piece and silence after it, scaled against the whole sound's peak."""
    rows = scaled(mel[span[0] : span[1]], peak)
    count = min(max(len(rows) + _SILENCE_AFTER, _SHORTEST), WINDOW)
    full: Floats32 = np.empty((count + count % 2, mel.shape[1]), np.float32)
    full[:] = scaled(np.full((1, 1), -10.0, np.float32), peak)
    full[: len(rows)] = rows
    return full


def _language(model: WordsModel, options: WritingOptions, heard: Floats32) -> str:
    if options.language is not None:
        return model.card.check_language(options.language)
    if not model.shape.multilingual:
        return model.card.languages[0]
    vocabulary = model.vocabulary
    logits = model.decoder.read(np.array([[vocabulary.start]]), model.decoder.begin(heard))[0, 0]
    codes = [code for code in vocabulary.languages if code in model.card.languages]
    return max(codes, key=lambda code: float(logits[vocabulary.languages[code]]))


def _prompt(model: WordsModel, language: str, hint: str) -> list[int]:
    vocabulary = model.vocabulary
    before = vocabulary.encoded(" " + hint.strip())[-_MOST_HINT:] if hint.strip() else []
    asked = [vocabulary.start]
    if model.shape.multilingual:
        asked += [vocabulary.languages[language], vocabulary.write]
    return ([vocabulary.before, *before] if before else []) + asked


def _read(
    model: WordsModel, batch: Sequence[_Piece], prompt: list[int], beams: int, step: Callable[[], None]
) -> list[Found | None]:
    """For each piece its best reading that passes the guards; None for one that holds no speech.

    First all of them greedily, then with several hypotheses what that was not sure of, then with repeats
    forbidden what still fails.
    """
    longest = min(_MOST_TOKENS, model.shape.writing_rows - len(prompt) - 1)
    readings: list[list[Found]] = [[] for _ in batch]
    left = list(range(len(batch)))
    for hypotheses, no_repeats in ((1, 0), (beams, 0), (beams, _NO_REPEATS)):
        if not left:
            break
        rules = Rules(model.vocabulary, no_repeats)
        sounds = [batch[index].heard for index in left]
        found = search(model.decoder, sounds, prompt, rules, hypotheses, longest, step)
        for index, one in zip(left, found, strict=True):
            readings[index].append(one)
        wanted = _SURE if hypotheses == 1 < beams else _GUESSED
        left = [
            index
            for index, one in zip(left, found, strict=True)
            if not _is_silence(one) and (one.mean < wanted or _repeats(model, one, batch[index].length))
        ]
    return [_best(model, of_piece, piece.length) for of_piece, piece in zip(readings, batch, strict=True)]


def _best(model: WordsModel, readings: Sequence[Found], rows: int) -> Found | None:
    if _is_silence(readings[-1]):
        return None
    proper = [one for one in readings if not _repeats(model, one, rows)]
    return max(proper, key=lambda one: one.mean, default=None)


def _is_silence(found: Found) -> bool:
    return found.silence > _SILENT and found.mean < _GUESSED


def _repeats(model: WordsModel, found: Found, rows: int) -> bool:
    """Whether a text says the same again and again, or more than anybody can say."""
    text = model.vocabulary.decoded(found.tokens)
    raw = text.encode()
    return len(text) > _FASTEST * max(1.0, rows / FRAME_RATE) or len(raw) > _REPEATING * len(
        zlib.compress(raw)
    )


def _sentences(found: Found, model: WordsModel, at: int, length: int) -> tuple[list[Sentence], int]:
    """A window's tokens cut at their times, and how many rows further the next window begins."""
    first = model.vocabulary.first_time
    tokens = list(found.tokens)
    is_time = [token >= first for token in tokens]
    cuts = [cut for cut in range(1, len(tokens)) if is_time[cut - 1] and is_time[cut]]
    ends_with_one_time = is_time[-2:] == [False, True]
    if not cuts:
        times = [token for token in tokens if token >= first]
        end = (times[-1] - first) * TIME_STEP if times and times[-1] > first else length / FRAME_RATE
        start = (times[0] - first) * TIME_STEP if len(times) > 1 else 0.0
        return _cut([(0, len(tokens), start, end)], found, model, at, length), length
    if ends_with_one_time:
        cuts.append(len(tokens))
    pieces = []
    before = 0
    for cut in cuts:
        start, end = ((tokens[place] - first) * TIME_STEP for place in (before, cut - 1))
        pieces.append((before, cut, start, end))
        before = cut
    forward = length if ends_with_one_time else round((tokens[before - 1] - first) * TIME_STEP * FRAME_RATE)
    # A window that would begin where it began, or almost, would be read for ever.
    forward = forward if FRAME_RATE <= forward <= length else length
    return _cut(pieces, found, model, at, length), forward


def _cut(
    pieces: list[tuple[int, int, float, float]], found: Found, model: WordsModel, at: int, length: int
) -> list[Sentence]:
    """``pieces``: the first token, the one after the last, seconds from and to."""
    out = []
    offset, last = at / FRAME_RATE, (at + length) / FRAME_RATE
    for first, behind, start, end in pieces:
        text = model.vocabulary.decoded(found.tokens[first:behind]).strip()
        begin, stop = min(offset + start, last), min(offset + end, last)
        if text and stop > begin:
            said = [place for place in range(first, behind) if found.tokens[place] < model.vocabulary.end]
            tokens = tuple(found.tokens[place] for place in said)
            each = tuple(_probability(found.each[place]) for place in said) if found.each else ()
            confidence = _probability(found.mean)
            out.append(Sentence(round(begin, 2), round(stop, 2), text, tokens, confidence, each))
    return out


def _probability(logarithm: float) -> float:
    return round(float(np.exp(min(0.0, logarithm))), 3)
