"""How well a text fits a sound, asked before a take is made: which words the ear contradicts, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import Cancelled, PhoneError
from ..phonemes.joint import Explained
from ..phonemes.lexicon import Lexicon
from ..phonemes.track import SaidWord

if TYPE_CHECKING:
    from ..curves.take import Take

Progress = Callable[[float], None]  # share done, 0..1; raises to stop
IsCancelled = Callable[[], bool]

DOUBTFUL: Final = 0.1  # confidence under which a word that was placed is still named as not said
_SHOWN: Final = 8  # spans in one sentence


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words in a row that the sound does not say. Seconds: the room between the words that it does say."""

    start: float
    end: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextFit:
    """A text beside what the ear hears."""

    words: int
    doubts: tuple[Doubt, ...]
    foreign: bool = False  # it explains nothing: another sound, or another language

    @property
    def contradicted(self) -> int:
        return sum(len(doubt.words) for doubt in self.doubts)

    @property
    def share(self) -> float:
        """Of the words, those that the ear contradicts: 0 where all are said."""
        return self.contradicted / self.words if self.words else 0.0

    @property
    def sentence(self) -> str | None:
        """What a person should know; None where every word is said."""
        if self.foreign:
            said = self.words - self.contradicted
            return (
                f"the text does not fit the sound: of its {self.words} words {said} are heard, so give what "
                "is said, in its language, or no text"
            )
        if not self.doubts:
            return None
        shown = [
            f"'{' '.join(doubt.words)}' at {doubt.start:.2f}-{doubt.end:.2f} s"
            for doubt in self.doubts[:_SHOWN]
        ]
        more = len(self.doubts) - len(shown)
        listed = ", ".join(shown) + (f" and {more} more" if more else "")
        return f"not heard as written: {self.contradicted} of {self.words} words ({self.share:.0%}): {listed}"


def fit_of_words(words: Sequence[SaidWord], duration: float) -> TextFit:
    """Of words that were laid along a sound already: those of a take cost nothing to ask."""
    doubts: list[Doubt] = []
    run: list[str] = []
    since = 0.0  # end of the last word that is said

    def close(until: float) -> None:
        if run:
            doubts.append(Doubt(round(since, 3), round(max(since, until), 3), tuple(run)))
            run.clear()

    for word in words:
        if not word.heard or word.confidence < DOUBTFUL:
            run.append(word.text)
            continue
        close(word.start)
        since = word.end
    close(duration)
    return TextFit(len(words), tuple(doubts))


def fit_of_take(take: Take) -> TextFit:
    return fit_of_words(take.words, take.sound.duration)


def fit_of_explained(explained: Explained, duration: float) -> TextFit:
    fit = fit_of_words(explained.words, duration)
    return TextFit(fit.words, fit.doubts, foreign=not explained.fits)


def fit_of_text(
    sound: Path,
    text: str,
    language: str = "en",
    model: str | None = None,
    lexicon: Lexicon | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> TextFit:
    """How well a text (or subtitles) fits a sound file: in a fortieth of its length.

    Raises SoundError for a sound that cannot be read, PhoneError for a text without words, Cancelled.
    """
    from ..audio.listening import listen
    from ..audio.reading import probe, read_blocks
    from ..models.store import cached_model, default_model
    from ..phonemes.transcript import explain_heard, hear

    told = progress or (lambda share: None)

    def step(share: float) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled("stopped: nothing was written")
        told(share)

    length = max(probe(sound).duration, 1e-3)
    ear = cached_model(model or default_model())
    heard = listen(
        read_blocks(sound),
        str(sound),
        ear.network.hears,
        lambda seconds: step(0.3 * min(seconds / length, 1.0)),
    )
    if heard.features is None:
        raise PhoneError(f"{sound} is too short to hear a word in it: give a longer sound")
    step(0.3)
    groups, sounds = hear(heard.features, ear)
    step(0.8)
    explained = explain_heard(groups, sounds, text, language, lexicon=lexicon)
    step(1.0)
    return fit_of_explained(explained, heard.duration)
