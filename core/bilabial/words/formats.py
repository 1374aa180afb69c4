"""What was written down, as text, as subtitles, as a TextGrid of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..exchange.phones.textgrid import written_tiers
from ..phonemes.track import SaidWord
from .writing import Sentence, Written

FORMATS: Final = ("text", "srt", "textgrid")
SUFFIXES: Final = {".txt": "text", ".srt": "srt", ".textgrid": "textgrid"}


def as_text(written: Written) -> str:
    """One line a sentence."""
    return "".join(one.text + "\n" for one in written.sentences)


def as_srt(written: Written) -> str:
    """Subtitles, one a sentence."""
    return "\n".join(
        f"{number}\n{_time(one.start)} --> {_time(one.end)}\n{one.text}\n"
        for number, one in enumerate(written.sentences, 1)
    )


def as_textgrid(sentences: Sequence[Sentence], words: Sequence[SaidWord], duration: float) -> str:
    """A tier of words where their times are known, and a tier of sentences."""
    tiers = [("sentences", [(one.start, one.end, one.text) for one in _apart(sentences)])]
    heard = [(word.start, word.end, word.text) for word in words if word.heard and word.end > word.start]
    if heard:
        tiers.insert(0, ("words", heard))
    return written_tiers(tiers, duration)


def _apart(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Sentences that do not overlap: an interval tier cannot hold others."""
    out: list[Sentence] = []
    for one in sentences:
        if not out or one.start >= out[-1].end - 1e-9:
            out.append(one)
    return out


def _time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"
