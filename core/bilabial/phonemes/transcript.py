"""A transcript laid along its sound: plain text over the whole of it, or subtitles, each within its own
times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..contents import contents
from ..errors import PhoneError
from ..limits import FASTEST_TEXT, LARGEST_TEXT
from ..timing import FRAME_RATE
from .cues import Cue, read_cues
from .joint import GIVEN, Explained, Trust, explain, joined
from .lattice import Floats32
from .lexicon import Lexicon
from .pronounce import words_of
from .track import PhoneTrack

if TYPE_CHECKING:
    from ..models.store import Model

_MARGIN: Final = 0.25  # s: subtitles are rarely timed better
_SOME: Final = 1000  # characters that a text may have beyond what is said: names, remarks in brackets


def read_transcript(path: Path) -> str:
    """The text of a file in UTF-8: words, or subtitles."""
    data = contents(path, LARGEST_TEXT)
    if data is None:
        raise PhoneError(f"{path} is larger than {LARGEST_TEXT >> 20} MB: give what is said in the sound")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PhoneError(f"{path} is not text in UTF-8: save it so") from None


def align_text(
    features: Floats32,
    text: str,
    language: str = "en",
    model: Model | None = None,
    lexicon: Lexicon | None = None,
) -> PhoneTrack:
    """Phones with times, stress and words for a text that is said in the sound of these rows of features.

    Raises PhoneError where text and sound have nothing to do with one another; see ``explain_text``.
    """
    explained = explain_text(features, text, language, model, lexicon=lexicon)
    refuse_foreign(explained)
    return explained.phones


def explain_text(
    features: Floats32,
    text: str,
    language: str = "en",
    model: Model | None = None,
    trust: Trust = GIVEN,
    lexicon: Lexicon | None = None,
) -> Explained:
    """What a text and the ear make of a sound together. Without a model the default one hears.

    ``text`` may be SRT or WebVTT: each subtitle is then looked for around its own times. Raises PhoneError
    where a text has no word, or a subtitle lies behind the end of the sound.
    """
    return explain_heard(*hear(features, model), text, language, trust, lexicon)


def _refuse_far_too_much(cues: Sequence[Cue], text: str, rows: int) -> None:
    """A book for a line of sound costs minutes before it does not fit."""
    count = sum(len(cue.text) + 1 for cue in cues) if cues else len(text)
    seconds = rows / FRAME_RATE
    if count > _SOME + FASTEST_TEXT * seconds:
        raise PhoneError(
            f"the text has {count} characters, far more than {seconds:.1f} s of sound can hold: give what is "
            "said in the sound alone"
        )


def explain_heard(
    groups: Floats32,
    sounds: Floats32 | None,
    text: str,
    language: str,
    trust: Trust = GIVEN,
    lexicon: Lexicon | None = None,
) -> Explained:
    """The same, of what was heard already: (rows, 21) and, where there are, (rows, 53) probabilities."""
    cues = read_cues(text)
    _refuse_far_too_much(cues, text, len(groups))
    if not cues:
        return explain(groups, sounds, words_of(text, language, lexicon), trust)
    rows = len(groups)
    parts = []
    for first, last, cue in _spans([cue for cue in cues if cue.said], rows):
        of_cue = words_of(cue.said, language, lexicon)
        part = explain(groups[first:last], None if sounds is None else sounds[first:last], of_cue, trust)
        parts.append((first, part))
    if not parts:
        raise PhoneError("the subtitles hold no word: give what is said in the sound")
    return joined(groups, parts)


def refuse_foreign(explained: Explained) -> None:
    """Raise PhoneError for a text of another sound or another language: it would only do harm."""
    if not explained.fits:
        heard = sum(word.heard for word in explained.words)
        raise PhoneError(
            f"the text does not fit the sound: of its {len(explained.words)} words {heard} are heard, so "
            "give what is said, in its language, or no text"
        )


def _spans(cues: Sequence[Cue], rows: int) -> Iterator[tuple[int, int, Cue]]:
    """The rows within which each subtitle is looked for: its own times and a little more, never its
    neighbour's.
    """
    for index, cue in enumerate(cues):
        early = cue.start - _MARGIN
        if index:
            early = max(early, (cues[index - 1].end + cue.start) / 2)
        late = cue.end + _MARGIN
        if index + 1 < len(cues):
            late = min(late, (cue.end + cues[index + 1].start) / 2)
        first, last = max(0, round(early * FRAME_RATE)), min(rows, round(late * FRAME_RATE) + 1)
        if last - first < 2:
            raise PhoneError(
                f"the subtitle at {cue.start:.2f} s lies behind the end of the sound: mend its time"
            )
        yield first, last, cue


def hear(features: Floats32, model: Model | None = None) -> tuple[Floats32, Floats32 | None]:
    """Probabilities of groups and, where the model tells them apart, of sounds."""
    from ..models.store import cached_model, default_model

    if model is None:
        model = cached_model(default_model())
    if "sounds" in model.card.says:
        return model.sounds(features)
    return model.groups(features), None
