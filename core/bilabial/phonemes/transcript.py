"""A transcript laid along its sound: plain text over the whole of it, or subtitles, each within its own
times.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import PhoneError
from ..timing import FRAME_RATE
from .align import Floats32, align
from .cues import read_cues
from .pronounce import words_of
from .track import Phone, PhoneTrack

if TYPE_CHECKING:
    from ..models.store import Model

_MARGIN: Final = 0.25  # s: subtitles are rarely timed better


def read_transcript(path: Path) -> str:
    """The text of a file in UTF-8: words, or subtitles."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PhoneError(f"{path} is not text in UTF-8: save it so") from None


def align_text(features: Floats32, text: str, language: str = "en", model: Model | None = None) -> PhoneTrack:
    """Phones with times, stress and words for a text that is said in the sound of these (rows, 65) features.

    ``text`` may be SRT or WebVTT: each subtitle is then looked for around its own times. Without a model the
    default one hears. Raises PhoneError where text and sound do not fit.
    """
    groups, sounds = hear(features, model)
    cues = read_cues(text)
    if not cues:
        return align(groups, sounds, words_of(text, language))
    cues = [cue for cue in cues if cue.said]
    out: list[Phone] = []
    words = 0
    rows = len(groups)
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
        of_cue = words_of(cue.said, language)
        try:
            track = align(groups[first:last], None if sounds is None else sounds[first:last], of_cue)
        except PhoneError as error:
            raise PhoneError(f"at {cue.start:.2f} s {error}") from error
        shift = first / FRAME_RATE
        for phone in track:
            start = max(phone.start + shift, out[-1].end if out else 0.0)
            if phone.end + shift > start:
                word = None if phone.word is None else phone.word + words
                out.append(replace(phone, start=start, end=phone.end + shift, word=word))
        words += len(of_cue)
    return PhoneTrack.of(out)


def hear(features: Floats32, model: Model | None = None) -> tuple[Floats32, Floats32 | None]:
    """Probabilities of groups and, where the model tells them apart, of sounds."""
    from ..models.store import cached_model, default_model

    if model is None:
        model = cached_model(default_model())
    if "sounds" in model.card.says:
        return model.sounds(features)
    return model.predict(features).groups, None
