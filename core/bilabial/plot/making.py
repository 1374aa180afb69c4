"""A take to its page: the picture's content, the head, the findings, the sound, all in one text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..audio.reading import read
from ..curves.take import SPEECH, Take
from ..errors import BilabialError
from ..phonemes.word_spans import names_of
from ..qa.check import check_take
from ..qa.finding import Finding
from ..qa.remarks import Note
from ..render.speaking import Speaker
from .content import gather
from .head import head_data
from .page import page_text, sound_uri


@dataclass(frozen=True, slots=True, eq=False)
class PageOptions:
    track: str = SPEECH
    text: str = ""  # what is said, to name the words of a take that does not
    check: bool = True  # mark what a check finds
    other: Take | None = None  # a take to compare with
    other_name: str = ""
    notes: tuple[Note, ...] = ()  # marks of people, beside those of the check
    speaker: Speaker | None = None  # a head of one's own; None: the demo head


def make_page(
    take: Take,
    sound: Path | None,
    options: PageOptions | None = None,
    progress: Callable[[float, str], None] = lambda share, stage: None,
) -> str:
    """The page as HTML."""
    options = options or PageOptions()
    samples = None if sound is None else read(sound)
    progress(0.2, "checking")
    marks = _marks(take, sound) if options.check else ()
    marks += tuple(Finding("note", note.at, note.at, 0.0, note.text) for note in options.notes)
    progress(0.7, "drawing")
    title = Path(take.sound.path).name
    curves = take.styled(options.track)
    names = names_of(take.words, options.text)
    content = gather(title, take.sound.duration, take.phones, curves, samples, names, marks)
    other = None
    if options.other is not None:
        if options.other.sound.sha256 not in (None, take.sound.sha256) and take.sound.sha256 is not None:
            raise BilabialError(
                f"{options.other_name} is a take of another sound: compare takes of the same sound"
            )
        theirs = options.other.styled(options.track)
        other = gather(options.other_name, take.sound.duration, options.other.phones, theirs, None)
    takes = [take] if options.other is None else [take, options.other]
    uri = "" if sound is None or samples is None else sound_uri(sound, samples)
    return page_text(content, uri, other, head_data(takes, options.speaker))


def _marks(take: Take, sound: Path | None) -> tuple[Finding, ...]:
    if SPEECH not in take.tracks:
        return ()
    return check_take(take, take.sound.path, sound).findings
