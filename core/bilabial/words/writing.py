"""A sound of any length written down: windows of 30 s that go on where the last sentence ended.

Nothing here is left to chance: where a window's first reading fails a guard (it repeats itself, or is a mere
guess), it is read again with repeats forbidden, and what fails again and is likelier silence is left out.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
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
from .store import WordsModel

Progress = Callable[[float], None]  # share done, 0..1; raises to stop

WINDOW: Final = 3000  # rows of log mel that the network reads at once: 30 s
_MOST_TOKENS: Final = 224  # of one window
_MOST_HINT: Final = 160  # tokens of a hint that are read
_REPEATING: Final = 2.4  # how far text may be pressed together before it says the same again and again
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


def write_down(
    mel: Floats32, model: WordsModel, options: WritingOptions, progress: Progress | None = None
) -> Written:
    """(rows, 80) of log mel, not scaled, to words. Raises ModelError for a language that the model lacks."""
    told = progress or (lambda share: None)
    peak = peak_of(mel)
    language = "en"
    prompt: list[int] = []
    sentences: list[Sentence] = []
    at = 0
    while at < len(mel):
        told(at / len(mel))
        heard = model.encoder(_window(mel, at, peak))
        if not prompt:
            language = _language(model, options, heard)
            prompt = _prompt(model, language, options.hint)

        length = min(WINDOW, len(mel) - at)
        step = partial(told, at / len(mel))
        found = _read(model, heard, prompt, options.beams, step, length / FRAME_RATE)
        new, forward = ([], length) if found is None else _sentences(found, model, at, length)
        sentences += new
        at += forward
    told(1.0)
    return Written(language, tuple(sentences))


def _window(mel: Floats32, at: int, peak: float) -> Floats32:
    """Thirty seconds from row ``at``, silence after the end, scaled against the whole sound's peak."""
    rows = scaled(mel[at : at + WINDOW], peak)
    if len(rows) == WINDOW:
        return rows
    full: Floats32 = np.empty((WINDOW, mel.shape[1]), np.float32)
    full[:] = scaled(np.full((1, 1), -10.0, np.float32), peak)
    full[: len(rows)] = rows
    return full


def _language(model: WordsModel, options: WritingOptions, heard: Floats32) -> str:
    if options.language is not None:
        return model.check_language(options.language)
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
    model: WordsModel,
    heard: Floats32,
    prompt: list[int],
    beams: int,
    step: Callable[[], None],
    seconds: float,
) -> Found | None:
    """The best reading of a window that passes the guards; None for one that holds no speech."""
    longest = min(_MOST_TOKENS, model.shape.writing_rows - len(prompt) - 1)
    readings: list[Found] = []
    for no_repeats in (0, _NO_REPEATS):
        rules = Rules(model.vocabulary, no_repeats)
        found = search(model.decoder, heard, prompt, rules, beams, longest, step)
        if found.silence > _SILENT and found.mean < _GUESSED:
            return None
        readings.append(found)
        if found.mean >= _GUESSED and not _repeats(model, found, seconds):
            return found
    proper = [one for one in readings if not _repeats(model, one, seconds)]
    return max(proper, key=lambda one: one.mean, default=None)


def _repeats(model: WordsModel, found: Found, seconds: float) -> bool:
    """Whether a text says the same again and again, or more than anybody can say."""
    text = model.vocabulary.decoded(found.tokens)
    raw = text.encode()
    return len(text) > _FASTEST * max(1.0, seconds) or len(raw) > _REPEATING * len(zlib.compress(raw))


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
        return _cut([(tokens, start, end)], found, model, at, length), length
    if ends_with_one_time:
        cuts.append(len(tokens))
    pieces = []
    before = 0
    for cut in cuts:
        piece = tokens[before:cut]
        pieces.append((piece, (piece[0] - first) * TIME_STEP, (piece[-1] - first) * TIME_STEP))
        before = cut
    forward = length if ends_with_one_time else round((tokens[before - 1] - first) * TIME_STEP * FRAME_RATE)
    # A window that would begin where it began, or almost, would be read for ever.
    forward = forward if FRAME_RATE <= forward <= length else length
    return _cut(pieces, found, model, at, length), forward


def _cut(
    pieces: list[tuple[list[int], float, float]], found: Found, model: WordsModel, at: int, length: int
) -> list[Sentence]:
    out = []
    offset, last = at / FRAME_RATE, (at + length) / FRAME_RATE
    for tokens, start, end in pieces:
        text = model.vocabulary.decoded(tokens).strip()
        begin, stop = min(offset + start, last), min(offset + end, last)
        if text and stop > begin:
            said = tuple(token for token in tokens if token < model.vocabulary.end)
            confidence = round(float(np.exp(min(0.0, found.mean))), 3)
            out.append(Sentence(round(begin, 2), round(stop, 2), text, said, confidence))
    return out
