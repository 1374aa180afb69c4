"""What a person wants to know of a take's words: which are not in the sound, what no word explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..phonemes.track import EAR, Phone
from .fit import fit_of_take

if TYPE_CHECKING:
    from ..curves.take import Take

_SHOWN: Final = 8  # words or stretches in one remark
_LEAST: Final = 3  # phones in a row that make a stretch worth naming
_APART: Final = 0.2  # seconds between two phones of one stretch


def unwritten(take: Take) -> list[tuple[float, float]]:
    """Stretches of speech, in seconds, that no word of the take's text explains."""
    runs: list[list[Phone]] = []
    for phone in take.phones if take.words else ():
        if phone.is_silence or phone.source != EAR:
            runs.append([])
        elif runs and runs[-1] and phone.start - runs[-1][-1].end < _APART:
            runs[-1].append(phone)
        else:
            runs.append([phone])
    return [(run[0].start, run[-1].end) for run in runs if len(run) >= _LEAST]


def remarks(take: Take) -> list[str]:
    """One sentence for the words that are not there, one for speech without words; none where all is well."""
    out = []
    if (said := fit_of_take(take).sentence) is not None:
        out.append(said)
    if extra := unwritten(take):
        shown = [f"{start:.2f}-{end:.2f} s" for start, end in extra[:_SHOWN]]
        out.append(f"said, but in no word: {_listed(shown, len(extra))}")
    return out


def _listed(shown: list[str], count: int) -> str:
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
